"""What would come to each rater in a drift check, laid out before anything of it is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from coding import access
from coding.drawing import NEVER, CodedTurn, Repeats, repeats
from coding.models import AssignedSegment, Round
from coding.queries.gold_turns import gold_turns, last_judged
from coding.queries.judged_rows import counted_assignments
from coding.queries.study_gold import StudyGold
from transcripts.models import Membership, Transcript
from workbench.accounts.models import User

# What was called uncodable has no value to compare: it does not come back.
CODED = """
    SELECT a.rater_id, a.transcript_id, t.name, a.revision_id, s.position, s.id, j.finished_at,
           ARRAY(SELECT k.key FROM coding_coding c JOIN coding_code k ON k.id = c.code_id WHERE c.judgement_id = j.id)
    FROM coding_judgement j
    JOIN coding_assignment a ON a.id = j.assignment_id
    JOIN transcripts_segment s ON s.id = j.segment_id
    JOIN transcripts_transcript t ON t.id = a.transcript_id
    WHERE a.id = ANY(%s) AND j.finished_at IS NOT NULL AND coalesce(j.outcome, '') <> 'uncodable'
"""


@dataclass(frozen=True, slots=True)
class RepeatsAsked:
    """What is asked of the drawing: per cent of which turns of each rater, how many days between, seconds a turn."""

    share: int = 10
    gap_days: int = 14
    seconds: int = 30
    purpose: str = AssignedSegment.Purpose.REPEAT

    @property
    def is_gold(self) -> bool:
        return self.purpose == AssignedSegment.Purpose.GOLD


PROPOSED = RepeatsAsked()


@dataclass(frozen=True, slots=True)
class Part:
    """The turns of one transcript that come back to a rater, by the ids of their segments."""

    transcript: Transcript
    revision_id: int
    segments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RaterRepeats:
    """
    What comes to one rater: from how many turns, in which transcripts, and how many days later at the least.

    No `gap` where they had judged none of these turns.
    """

    member: Membership
    coded: int
    parts: tuple[Part, ...]
    gap: int | None
    minutes: int

    @property
    def turns(self) -> int:
        return sum(len(part.segments) for part in self.parts)


@dataclass(frozen=True, slots=True)
class RepeatsDesign:
    """The whole drift check; `left_out` names raters who get nothing, and why."""

    seed: int
    asked: RepeatsAsked
    raters: tuple[RaterRepeats, ...]
    left_out: tuple[tuple[str, str], ...]
    fingerprint: str

    @property
    def turns(self) -> int:
        return sum(rater.turns for rater in self.raters)

    @property
    def too_soon(self) -> tuple[RaterRepeats, ...]:
        """Give the raters to whom turns come back sooner than was asked for."""
        return tuple(rater for rater in self.raters if rater.gap is not None and rater.gap < self.asked.gap_days)


@dataclass(frozen=True, slots=True)
class Pool:
    """The turns that can come to one rater, and where each of them is: transcript, revision and segment."""

    turns: list[CodedTurn]
    at: dict[tuple[str, int], tuple[int, int, int]]


def repeats_design(user: User, round_: Round, asked: RepeatsAsked, seed: int, gold: StudyGold | None) -> RepeatsDesign:
    """
    Draw what comes back from a round's submitted assignments; with `gold`, from its turns to the raters of the round.

    Raises DrawingError. No access check; of when turns with gold were judged, only what the person may know counts.
    """
    coded = _coded(round_)
    members = {one.pk: one for one in Membership.objects.filter(pk__in=coded).order_by("label")}
    if gold is not None:
        coded = _with_gold(user, round_, gold, members)
    transcripts = Transcript.objects.in_bulk(
        {transcript for one in coded.values() for transcript, _, _ in one.at.values()}
    )
    drawn, left_out = [], []
    for pk, member in members.items():
        if not (decision := access.may_be_assigned(member)):
            left_out.append((member.label, decision.reason))
            continue
        if not coded[pk].turns:
            left_out.append((member.label, "The gold of every transcript rests on their own codings."))
            continue
        found = repeats(coded[pk].turns, member.label, share=asked.share, gap=asked.gap_days, seed=seed)
        drawn.append(_laid_out(member, coded[pk], found, transcripts, asked))
    return RepeatsDesign(seed, asked, tuple(drawn), tuple(left_out), _fingerprint(seed, asked, drawn))


def _coded(round_: Round) -> dict[int, Pool]:
    """Read what each rater has judged, in one statement."""
    now, found = timezone.now(), dict[int, Pool]()
    assignments = list(counted_assignments(round_).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(CODED, [assignments])
        for rater, transcript, name, revision, position, segment, at, codes in cursor.fetchall():
            one = found.setdefault(rater, Pool([], {}))
            one.turns.append(CodedTurn(name, position, frozenset(codes), max((now - at).days, 0)))
            one.at[name, position] = transcript, revision, segment
    return found


def _with_gold(user: User, round_: Round, gold: StudyGold, members: Mapping[int, Membership]) -> dict[int, Pool]:
    """Give each rater the turns whose gold does not rest on them, with what the gold gives."""
    turns = gold_turns(gold)
    known = Round.objects.filter(Q(access.results_open_to(user)) | Q(pk=round_.pk), study=round_.study_id)
    last = last_judged([turn.segment for turn in turns], list(members), list(known.values_list("pk", flat=True)))
    now, found = timezone.now(), {pk: Pool([], {}) for pk in members}
    for pk, member in members.items():
        for turn in turns:
            if (turn.transcript.name, member.label) in gold.rests_on:
                continue
            at = last.get((pk, turn.segment))
            days = NEVER if at is None else max((now - at).days, 0)
            found[pk].turns.append(CodedTurn(turn.transcript.name, turn.number, turn.codes, days))
            place = turn.transcript.pk, turn.revision_id, turn.segment
            found[pk].at[turn.transcript.name, turn.number] = place
    return found


def _laid_out(
    member: Membership, coded: Pool, found: Repeats, transcripts: Mapping[int, Transcript], asked: RepeatsAsked
) -> RaterRepeats:
    parts: dict[tuple[int, int], list[int]] = {}
    for turn in found.turns:
        transcript, revision, segment = coded.at[turn.transcript, turn.number]
        parts.setdefault((transcript, revision), []).append(segment)
    return RaterRepeats(
        member=member,
        coded=len(coded.turns),
        parts=tuple(Part(transcripts[pk], revision, tuple(ids)) for (pk, revision), ids in parts.items()),
        gap=None if found.gap == NEVER else found.gap,
        minutes=max(1, round(len(found.turns) * asked.seconds / 60)),
    )


def _fingerprint(seed: int, asked: RepeatsAsked, drawn: list[RaterRepeats]) -> str:
    """Give the SHA-256 of which segments come back to whom, one line a rater and transcript."""
    lines = [
        f"{one.member.label}, {part.revision_id}: {', '.join(map(str, part.segments))}"
        for one in drawn
        for part in one.parts
    ]
    return hashlib.sha256(
        "\n".join([str(seed), str(asked.gap_days), *(["gold"] if asked.is_gold else []), *lines]).encode()
    ).hexdigest()
