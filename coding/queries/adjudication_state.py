"""How far an adjudication is, how often each rater was upheld, and what adjudicators could know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from coding.models import Adjudication, AdjudicationOpening, Adjudicator, Round
from coding.queries.dispute_kinds import apart
from coding.queries.final_layer import ADJUDICATED, ONLY_RATER, OPEN, UNANIMOUS, FinalLayer, final_layer
from coding.queries.judged_rows import NOT_JUDGED, Ints, JudgedRows
from coding.queries.kept import KeptRound
from coding.queries.ratings import Matrix, code_matrices
from coding.reliability import cohen_kappa


@dataclass(frozen=True, slots=True)
class State:
    """Where the segments of a round stand: each in exactly one of these."""

    disputed: int
    decided: int
    adjudicated: int
    unanimous: int
    only_rater: int
    open: int


@dataclass(frozen=True, slots=True)
class Upheld:
    """
    One rater against the final word on the adjudicated segments that they judged.

    `whole` counts answers taken over as they were, codes and outcome; of the codes that the rater `gave` there,
    `kept` stand in the final layer; `added` stand there without them. `kappa` is the mean of Cohen's kappa with the
    final word over the `codes` for which it is defined; on segments in dispute raters agree least: no reliability.
    """

    rater: str
    judged: int
    whole: int
    gave: int
    kept: int
    added: int
    rated: int
    rating_kept: int
    kappa: float | None
    codes: int


@dataclass(frozen=True, slots=True)
class Known:
    """What one adjudicator could know when they answered: how many answers, how many of them blind, and why not."""

    adjudicator: str
    since: datetime
    could_read_since: datetime | None
    answers: int
    blind: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class AdjudicationReport:
    """Everything that the report of an adjudication says."""

    opening: AdjudicationOpening
    state: State
    raters: tuple[Upheld, ...]
    known: tuple[Known, ...]
    rules: tuple[tuple[str, int], ...]
    causes: tuple[tuple[str, int], ...]


def adjudication_state(round_: Round, transcripts: Sequence[int] | None = None) -> State:
    """Count where the segments stand, over the transcripts that may be read."""
    kept = KeptRound(round_, transcripts)
    return _state(kept, final_layer(kept))


def _state(kept: KeptRound, layer: FinalLayer) -> State:
    disputed = apart(kept).units
    return State(
        disputed=len(disputed),
        decided=int((layer.source[disputed] == ADJUDICATED).sum()),
        adjudicated=layer.count(ADJUDICATED),
        unanimous=layer.count(UNANIMOUS),
        only_rater=layer.count(ONLY_RATER),
        open=layer.count(OPEN),
    )


def adjudication_report(opening: AdjudicationOpening, kept: KeptRound) -> AdjudicationReport:
    """Gather the report of an adjudication; whether names may be read is decided before."""
    layer = final_layer(kept)
    standing = Adjudication.objects.filter(pk__in=list(layer.answers.values()))
    rules, causes = dict(Adjudication.Rule.choices), dict(Adjudication.Cause.choices)
    return AdjudicationReport(
        opening=opening,
        state=_state(kept, layer),
        raters=tuple(_upheld(kept.rows(), layer)),
        known=tuple(_known(kept.round)),
        rules=_counted(list(standing.values_list("rule", flat=True)), rules),
        causes=_counted([cause for cause in standing.values_list("cause", flat=True) if cause], causes),
    )


def _counted(found: list[str], names: dict[str, str]) -> tuple[tuple[str, int], ...]:
    return tuple((str(name), found.count(key)) for key, name in names.items() if key in found)


def _upheld(rows: JudgedRows, layer: FinalLayer) -> list[Upheld]:
    units = np.flatnonzero(layer.source == ADJUDICATED)
    raw, final = code_matrices(rows), code_matrices(layer.rows)
    real = [code.key for code in rows.book.codes if not code.outcome]
    out = []
    for place, label in enumerate(rows.raters):
        mine = units[rows.judged[place, units] != NOT_JUDGED]
        gave = np.stack([raw[key][place, mine] == 1 for key in real]) if real else np.zeros((0, len(mine)), bool)
        stands = np.stack([final[key][0, mine] == 1 for key in real]) if real else gave
        same = (gave == stands).all(axis=0) & (rows.judged[place, mine] == layer.rows.judged[0, mine])
        rated, rating_kept = _ratings(rows, layer, place, mine)
        kappas = _kappas(raw, final, real, place, mine)
        out.append(
            Upheld(
                rater=label,
                judged=len(mine),
                whole=int(same.sum()),
                gave=int(gave.sum()),
                kept=int((gave & stands).sum()),
                added=int((stands & ~gave).sum()),
                rated=rated,
                rating_kept=rating_kept,
                kappa=float(np.mean(kappas)) if kappas else None,
                codes=len(kappas),
            )
        )
    return out


def _kappas(
    raw: Mapping[str, Matrix], final: Mapping[str, Matrix], keys: Sequence[str], place: int, units: Ints
) -> list[float]:
    """Give Cohen's kappa of a rater with the final word for each code, where it is defined."""
    found = []
    for key in keys:
        pair = np.stack([raw[key][place, units], final[key][0, units]]).astype(np.int8)
        value = cohen_kappa(pair, 2) if pair.shape[1] else None
        found += [] if value is None else [value]
    return found


def _ratings(rows: JudgedRows, layer: FinalLayer, place: int, units: Ints) -> tuple[int, int]:
    """Count the codes that the rater rated and the final word kept, and those whose rating it kept too."""
    mine = rows.given[:, (rows.given[0] == place) & np.isin(rows.given[1], units)]
    final = {(unit, code): rating for _, unit, code, rating in layer.rows.given.T.tolist()}
    both = [(rating, final[unit, code]) for _, unit, code, rating in mine.T.tolist() if (unit, code) in final]
    rated = [(one, other) for one, other in both if one >= 0 and other >= 0]
    return len(rated), sum(one == other for one, other in rated)


def _known(round_: Round) -> list[Known]:
    rows = Adjudicator.objects.filter(round=round_).select_related("member").order_by("member__label")
    answers = Adjudication.objects.filter(round=round_).values_list("author", "saw_identities_at", "saw")
    found = []
    for row in rows:
        mine = [(at, saw) for author, at, saw in answers if author == row.member_id]
        reasons = [saw for at, saw in mine if at is not None]
        found.append(
            Known(
                adjudicator=row.member.label,
                since=row.since,
                could_read_since=row.could_read_since,
                answers=len(mine),
                blind=sum(at is None for at, _ in mine),
                reasons=tuple((saw, reasons.count(saw)) for saw in dict.fromkeys(reasons)),
            )
        )
    return found
