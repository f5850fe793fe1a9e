"""A rater's codings of an hour beside those of the others, once the round is closed and the coordinator allows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from django.core.paginator import Page, Paginator

from coding.models import Assignment
from coding.queries import ratings
from coding.queries.desk import DeskSpeaker, TurnRow, speakers_of, turn_states
from coding.queries.judged_rows import counted_assignments
from coding.queries.kept import KeptRound
from coding.queries.palette import Palette, palette
from coding.queries.turn import TurnState
from transcripts.models import Segment

TURNS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Beside:
    """One page of an hour; `said` holds what each rater said, by label and turn, one's own first."""

    palette: Palette
    speakers: Mapping[int, DeskSpeaker]
    said: Mapping[str, Mapping[int, TurnState]]
    page: Page[int]
    turns: tuple[TurnRow, ...]
    total: int
    differing: int


def beside(assignment: Assignment, number: str, *, only_differing: bool) -> Beside:
    """
    Read own and others' finished judgements of an hour, as they were submitted; whether one may is decided before.

    Of the others' judgements the codings are shown, with ratings and evidence; memos and flags stay with their authors.
    A turn differs where the page of disagreements says so: a judgement that is missing is no difference (law 1).
    """
    book = palette(assignment.version_id, published=assignment.version.is_published)
    others = counted_assignments(assignment.round, [assignment.transcript_id]).exclude(pk=assignment.pk)
    found = others.filter(revision=assignment.revision_id).select_related("rater")
    said = {assignment.rater.label: _finished(turn_states(assignment, book))}
    said |= {other.rater.label: _codings_only(_finished(turn_states(other, book))) for other in found}
    segments = Segment.objects.filter(revision=assignment.revision_id).order_by("position")
    positions = list(segments.values_list("position", flat=True))
    differing = _differing(assignment)
    page = Paginator(differing if only_differing else positions, TURNS_A_PAGE).get_page(number)
    rows = segments.filter(position__in=list(page.object_list))
    turns = tuple(rows.values_list("position", "speaker_id", "start_ms", "text"))
    return Beside(book, speakers_of(assignment.revision_id), said, page, turns, len(positions), len(differing))


def _differing(assignment: Assignment) -> list[int]:
    """Give the positions on which raters differ, from the rows and by the rule that results rest on."""
    rows = KeptRound(assignment.round, [assignment.transcript_id]).rows()
    units = np.flatnonzero(ratings.differing_units(rows, ratings.code_matrices(rows)))
    positions: list[int] = rows.units.position[units].tolist()
    return positions


def _finished(states: Mapping[int, TurnState]) -> dict[int, TurnState]:
    return {position: state for position, state in states.items() if state.finished}


def _codings_only(states: Mapping[int, TurnState]) -> dict[int, TurnState]:
    return {
        position: replace(
            state, memo="", flag=False, codings={key: replace(one, memo="") for key, one in state.codings.items()}
        )
        for position, state in states.items()
    }
