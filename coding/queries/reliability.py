"""The reliability of a round: what the page, the API and the command show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coding.models import Round
from coding.queries import evidence, measured, ratings
from coding.queries.judged_rows import CODABLE, NOT_JUDGED, UNCODABLE, JudgedRows, fetch_rows
from coding.queries.measured import Cell, Table
from coding.reliability import Counts, Result

SPREAD = ("krippendorff_alpha", "gwet_ac1")


@dataclass(frozen=True, slots=True)
class Totals:
    """What a round consists of; judgements that are missing are told apart by their reason."""

    segments: int
    expected: int
    judged: int
    uncodable: int
    not_judged: int
    codings: int
    disputed: int


@dataclass(frozen=True, slots=True)
class RoundReliability:
    """Every coefficient of a round, each with what it stands on."""

    study: str
    round: str
    codebook_version: str
    raters: tuple[str, ...]
    transcripts: tuple[str, ...]
    totals: Totals
    codes: tuple[Cell, ...]
    families: tuple[Cell, ...]
    ratings: tuple[Cell, ...]
    attributes: tuple[Cell, ...]
    evidence: tuple[Cell, ...]
    sessions: tuple[Cell, ...]
    overall: Table


def reliability_of(
    round_: Round, transcripts: Iterable[int] | None = None, *, optimistic: bool = False
) -> RoundReliability:
    """
    Compute the reliability of a round over those transcripts (ids; None means all of them).

    `optimistic` adds the segment-level intervals, labelled so, where there are too few transcripts for an honest one.
    No access check: pages and the API pass the transcripts that `access.transcripts_open_to` leaves.
    """
    return reliability_from(round_, fetch_rows(round_, transcripts), optimistic=optimistic)


def reliability_from(round_: Round, rows: JudgedRows, *, optimistic: bool = False) -> RoundReliability:
    """Compute the same from a round's rows."""
    matrices = ratings.code_matrices(rows)
    codes = measured.measure_present(ratings.code_ratings(rows, matrices), rows.raters, optimistic=optimistic)
    families = ratings.family_ratings(rows, matrices)
    exclusive = {family.key for family in rows.book.families if family.exclusive}
    plain = [family for family in families if family.key not in exclusive]
    nominal = [family for family in families if family.key in exclusive]
    cells = {
        cell.key: cell
        for cell in (
            *measured.measure_present(plain, rows.raters, optimistic=optimistic),
            *measured.measure_present(nominal, rows.raters, nominal=True, optimistic=optimistic),
        )
    }
    intensity = ratings.intensity_ratings(rows, matrices)
    said = ratings.attribute_ratings(rows)
    sets = ratings.label_sets(rows, matrices)
    outcomes = {code.key for code in rows.book.codes if code.outcome} | {ratings.none_key(rows)}
    return RoundReliability(
        study=round_.study.slug,
        round=round_.name,
        codebook_version=rows.book.version,
        raters=rows.raters,
        transcripts=rows.transcripts,
        totals=_totals(rows, matrices),
        codes=tuple(codes),
        families=tuple(cells[family.key] for family in families),
        ratings=tuple(measured.measure_scaled(intensity, rows.raters, optimistic=optimistic)),
        attributes=tuple(measured.measure_present(said, rows.raters, nominal=True, optimistic=optimistic)),
        evidence=tuple(measured.measure_evidence(evidence.evidence_spans(rows, matrices), rows.raters)),
        sessions=tuple(measured.measure_sums(ratings.session_sums(rows, matrices), rows.raters)),
        overall={
            **measured.measure_sets(sets, optimistic=optimistic),
            **_spread([cell for cell in codes if cell.key not in outcomes]),
        },
    )


def _totals(rows: JudgedRows, matrices: dict[str, ratings.Matrix]) -> Totals:
    differ = ratings.differing_units(rows, matrices)
    return Totals(
        segments=len(rows.units.ids),
        expected=int(rows.assigned.sum()),
        judged=int((rows.judged == CODABLE).sum()),
        uncodable=int((rows.judged == UNCODABLE).sum()),
        not_judged=int((rows.assigned & (rows.judged == NOT_JUDGED)).sum()),
        codings=rows.given.shape[1],
        disputed=int(differ.sum()),
    )


def _spread(codes: list[Cell]) -> dict[str, Result]:
    """Say how a coefficient spreads over the codes: mean, lowest, highest, and for how many codes it is undefined."""
    out: dict[str, Result] = {}
    for name in SPREAD:
        values = [value for cell in codes if (value := cell.results[name].value) is not None]
        found = {
            "mean_of_codes": sum(values) / len(values) if values else None,
            "lowest_of_codes": min(values, default=None),
            "highest_of_codes": max(values, default=None),
        }
        for what, value in found.items():
            out[f"{name}_{what}"] = _plain(f"{name}_{what}", value, len(values), len(codes))
        undefined = float(len(codes) - len(values))
        out[f"{name}_undefined_codes"] = _plain(f"{name}_undefined_codes", undefined, len(codes), len(codes))
    return out


def _plain(name: str, value: float | None, n: int, codes: int) -> Result:
    why = "" if value is not None else f"undefined for all {codes} codes"
    no_interval = "a summary over codes: each code has its own interval"
    return Result(name, value, why, n, Counts(n, n, n, 0, 0, 0), why_no_interval=no_interval)
