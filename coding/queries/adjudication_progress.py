"""How far adjudications are, for whoever decides what comes next: as much of each as the person may learn of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coding import access
from coding.models import Adjudication, Assignment, Round
from coding.queries.dispute_kinds import apart
from coding.queries.kept import KeptRound, kept_rounds
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class AdjudicationLine:
    """A round under adjudication: its segments in dispute and how many have an answer, as far as one may read it."""

    round: Round
    disputed: int
    decided: int
    #: Some of its transcripts are not for these eyes, so that nothing is said of the whole.
    is_part: bool

    @property
    def done(self) -> int:
        return self.decided

    @property
    def total(self) -> int:
        return self.disputed

    @property
    def share(self) -> float:
        """Give the share that is decided, in per cent."""
        return 100 * self.decided / self.disputed if self.disputed else 0.0

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left to answer."""
        return not self.is_part and self.decided == self.disputed


def adjudication_lines(user: User, rounds: Iterable[Round]) -> tuple[AdjudicationLine, ...]:
    """Say how far each of these closed rounds is; four statements for all of them, once their rows were computed."""
    rounds = list(rounds)
    if not rounds:
        return ()
    hidden = list(access.blind_transcripts(user))
    part = set(Assignment.objects.filter(round__in=rounds, transcript__in=hidden).values_list("round", flat=True))
    decided: dict[int, set[int]] = {round_.pk: set() for round_ in rounds}
    latest = (
        Adjudication.objects.filter(round__in=rounds).order_by("round", "segment", "-n").distinct("round", "segment")
    )
    for number, segment, restores in latest.values_list("round", "segment", "restores"):
        if restores != 0:
            decided[number].add(segment)
    lines = []
    for kept in kept_rounds(rounds, hidden):
        number = kept.round.pk
        disputed = _disputed(kept)
        lines.append(AdjudicationLine(kept.round, len(disputed), len(disputed & decided[number]), number in part))
    return tuple(lines)


def _disputed(kept: KeptRound) -> set[int]:
    """Give the ids of the segments in dispute; kept by themselves, as a round's rows are large to read for them."""
    found: list[int] = kept.kept("disputed", lambda: kept.rows().units.ids[apart(kept).units].tolist())
    return set(found)
