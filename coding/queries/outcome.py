"""What was decided on the turns of an hour that one rater coded, beside what they gave themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from coding.models import Adjudication, Assignment
from coding.queries.desk import DeskSpeaker, speakers_of, turn_states
from coding.queries.palette import Palette, palette
from coding.queries.turn import Given, TurnState

TURNS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Decided:
    """One turn that was adjudicated."""

    position: int
    speaker: int
    text: str
    own: TurnState | None
    final: TurnState
    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One page of an hour's adjudicated turns."""

    palette: Palette
    speakers: Mapping[int, DeskSpeaker]
    page: Page[Adjudication]
    turns: tuple[Decided, ...]


def outcome(assignment: Assignment, number: str) -> Outcome:
    """Read the final words on the revision that a rater coded; whether one may is decided before."""
    book = palette(assignment.version_id, published=assignment.version.is_published)
    rows = Adjudication.objects.filter(round=assignment.round_id, revision=assignment.revision_id)
    latest = rows.order_by("segment", "-n").distinct("segment").values("pk")
    standing = rows.filter(pk__in=latest).exclude(outcome=Adjudication.Outcome.OPEN).select_related("segment")
    found = standing.order_by("segment__position").prefetch_related(
        "codings__code", "codings__evidence", "codings__attributes__attribute"
    )
    page = Paginator(found, TURNS_A_PAGE).get_page(number)
    own = turn_states(assignment, book)
    turns = tuple(_decided(row, own.get(row.segment.position)) for row in page.object_list)
    return Outcome(book, speakers_of(assignment.revision_id), page, turns)


def _decided(row: Adjudication, own: TurnState | None) -> Decided:
    codings = {
        coding.code.key: Given(
            rating=coding.rating,
            spans=tuple(sorted((mark.start, mark.end) for mark in coding.evidence.all())),
            attributes={part.attribute.key: part.value for part in coding.attributes.all()},
        )
        for coding in sorted(row.codings.all(), key=lambda coding: coding.code.position)
    }
    final = TurnState(codings=codings, outcome=row.outcome or "", finished=True)
    segment = row.segment
    return Decided(segment.position, segment.speaker_id, segment.text, own, final, row.reason, row.get_rule_display())
