"""Everything the desk shows of one assignment, in the same few statements for ten turns or ten thousand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Left

from coding.models import Assignment, Coding, CodingAttribute, Evidence, Judgement
from coding.queries.palette import Palette, palette
from coding.queries.turn import Given, Link, TurnState
from transcripts.models import Segment, Speaker

#: Roles on whose turns the page is read from the left edge; everybody else's are set in.
LEADING_ROLES = frozenset({"therapist", "counsellor", "counselor", "clinician", "analyst", "interviewer"})

#: Of earlier codings to link to, the nearest are listed, each with the first characters of its turn.
MOST_EARLIER, WORDS_SHOWN = 500, 90

#: A turn as it comes from the database: its number, its speaker, when it starts, its text. Ten thousand of them are
#: read for one page, so that they stay tuples.
TurnRow = tuple[int, int, int | None, str]


@dataclass(frozen=True, slots=True)
class DeskSpeaker:
    """Who speaks: the name on the page, the role, and the side of the page."""

    name: str
    role_id: int
    role: str
    side: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One assignment as its rater sees it; `states` holds the turns about which something was said, by number."""

    palette: Palette
    speakers: Mapping[int, DeskSpeaker]
    turns: Sequence[TurnRow]
    states: Mapping[int, TurnState] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return len(self.turns)

    @property
    def judged(self) -> int:
        return sum(state.finished for state in self.states.values())

    @property
    def left(self) -> int:
        return self.total - self.judged

    @property
    def minutes(self) -> int | None:
        """Say how long the hour is, where the transcript has times."""
        times = [start for _, _, start, _ in self.turns[-1:] if start is not None]
        return round(times[0] / 60_000) if times else None

    @property
    def first_open(self) -> int:
        """Give the first turn that is not judged, or the first of all."""
        judged = {position for position, state in self.states.items() if state.finished}
        return next((turn[0] for turn in self.turns if turn[0] not in judged), self.turns[0][0] if self.turns else 0)


def desk_page(assignment: Assignment) -> DeskPage:
    """Read the desk of an assignment; whether the person may is decided before."""
    book = palette(assignment.version_id, published=assignment.version.is_published)
    turns = list(
        Segment.objects.filter(revision=assignment.revision_id)
        .order_by("position")
        .values_list("position", "speaker_id", "start_ms", "text")
    )
    return DeskPage(
        palette=book,
        speakers=speakers_of(assignment.revision_id),
        turns=turns,
        states=turn_states(assignment, book),
    )


def side_of(role: str) -> str:
    """Say on which side of the page a role speaks."""
    if role.lower() in LEADING_ROLES:
        return "therapist"
    return "other" if role.lower() == "other" else "patient"


def speaker_name(label: str, role: str) -> str:
    """Say who speaks: by label, which is often the role in capitals."""
    return role.capitalize() if label.lower() == role.lower() else label


def speakers_of(revision_id: int) -> dict[int, DeskSpeaker]:
    """Read who speaks in a revision."""
    rows = Speaker.objects.filter(revision=revision_id).values_list("pk", "label", "role_id", "role__name")
    return {
        pk: DeskSpeaker(speaker_name(label, role), role_id, role, side_of(role)) for pk, label, role_id, role in rows
    }


def turn_states(assignment: Assignment, book: Palette, positions: Iterable[int] | None = None) -> dict[int, TurnState]:
    """Read what was said about the turns of an assignment, by number; all of them, or those asked for."""
    only: dict[str, Any] = {} if positions is None else {"segment__position__in": list(positions)}
    judgements = list(
        Judgement.objects.filter(assignment=assignment.pk, **only).values_list(
            "pk", "segment__position", "outcome", "reason", "memo", "flag", "finished_at"
        )
    )
    given = _codings(assignment, book, only) if judgements else {}
    ends = _links(assignment, book) if given else {}
    nothing: tuple[frozenset[Link], frozenset[Link]] = (frozenset(), frozenset())
    return {
        position: TurnState(
            outcome or "", reason, memo, flag, finished is not None, given.get(pk, {}), *ends.get(position, nothing)
        )
        for pk, position, outcome, reason, memo, flag, finished in judgements
    }


LINKS = """
    SELECT f.position, c.code_id, t.position, o.code_id, l.kind
    FROM coding_codinglink l
    JOIN coding_coding c ON c.id = l.from_coding_id JOIN coding_judgement g ON g.id = l.from_judgement_id
    JOIN transcripts_segment f ON f.id = g.segment_id
    JOIN coding_coding o ON o.id = l.to_coding_id JOIN coding_judgement h ON h.id = l.to_judgement_id
    JOIN transcripts_segment t ON t.id = h.segment_id
    WHERE l.assignment_id = %s
"""


def _links(assignment: Assignment, book: Palette) -> dict[int, tuple[frozenset[Link], frozenset[Link]]]:
    """Read the links of an assignment, by turn: those that lead back from it, and those that lead to it."""
    found: dict[int, tuple[set[Link], set[Link]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LINKS, [assignment.pk])
        for position, code, far, other, kind in cursor.fetchall():
            here, there = book.by_id[code].key, book.by_id[other].key
            found.setdefault(position, (set(), set()))[0].add(Link(here, far, there, kind))
            found.setdefault(far, (set(), set()))[1].add(Link(there, position, here, kind))
    return {position: (frozenset(back), frozenset(to)) for position, (back, to) in found.items()}


def _codings(assignment: Assignment, book: Palette, only: dict[str, Any]) -> dict[UUID, dict[str, Given]]:
    where = {f"judgement__{path}": value for path, value in {"assignment": assignment.pk, **only}.items()}
    rows = list(
        Coding.objects.filter(**where)
        .order_by("coded_at", "pk")
        .values_list("pk", "judgement_id", "code_id", "rating", "memo")
    )
    spans: dict[UUID, list[tuple[int, int]]] = {}
    values: dict[UUID, dict[str, str]] = {}
    if rows:
        where = {f"coding__{path}": value for path, value in where.items()}
        for pk, start, end in (
            Evidence.objects.filter(**where).order_by("start", "end").values_list("coding_id", "start", "end")
        ):
            spans.setdefault(pk, []).append((start, end))
        for pk, attribute, value in CodingAttribute.objects.filter(**where).values_list(
            "coding_id", "attribute_id", "value"
        ):
            values.setdefault(pk, {})[book.attribute_keys[attribute]] = value
    found: dict[UUID, dict[str, Given]] = {}
    for pk, judgement, code, rating, memo in rows:
        found.setdefault(judgement, {})[book.by_id[code].key] = Given(
            rating, memo, tuple(spans.get(pk, ())), values.get(pk, {})
        )
    return found


def codings_before(assignment: Assignment, position: int) -> list[dict[str, Any]]:
    """List the codings of the turns before one, the nearest first, each with the first words of its turn."""
    rows = Coding.objects.filter(judgement__assignment=assignment.pk, judgement__segment__position__lt=position)
    found = rows.order_by("-judgement__segment__position", "code__position").values_list(
        "judgement__segment__position", "code__key", Left("judgement__segment__text", WORDS_SHOWN)
    )
    return [{"position": at, "code": code, "words": words} for at, code, words in found[:MOST_EARLIER]]
