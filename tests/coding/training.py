"""A team that trains: an expert's closed round, and a training round of two raters with a criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from coding.models import Assignment, Round
from coding.services.criteria import CriterionDraft
from coding.services.gold import say_gold
from coding.services.rounds import Share, create_round
from coding.services.submission import submit
from tests.factories import StudyWorld, close, judge, make_member, make_transcript
from transcripts.models import Membership, Transcript
from workbench.accounts.models import User

#: What the gold gives, turn by turn: of eight turns the even ones are the patient's.
GOLD: Mapping[int, Sequence[str]] = {2: ["PULL-APP"], 4: ["PULL-APP"], 6: ["PULL-DEF"], 3: ["NAM-DIS"]}
CRITERION = CriterionDraft(threshold=Decimal("0.6"), in_a_row=2, at_least=1, keys=("PULL-APP",))
TURNS = 8


def user_of(member: Membership) -> User:
    assert member.user is not None
    return member.user


@dataclass
class Training:
    """The world with practice transcripts, what the expert said of them, and the training round."""

    world: StudyWorld
    expert: Membership
    transcripts: list[Transcript]
    source: Round
    round: Round

    @property
    def boss(self) -> User:
        return user_of(self.world.coordinator)

    def of(self, rater: Membership, transcript: Transcript, round_: Round | None = None) -> Assignment:
        rows = Assignment.objects.select_related("rater__user", "round", "study", "version", "transcript")
        return rows.get(round=round_ or self.round, rater=rater, transcript=transcript)

    def say_gold(self, *transcripts: Transcript) -> None:
        for transcript in transcripts or self.transcripts:
            expert = self.of(self.expert, transcript, self.source)
            say_gold(user=self.boss, round_=self.round, transcript=transcript, assignment=expert)

    def code(self, rater: Membership, transcript: Transcript, given: Mapping[int, Sequence[str]] = GOLD) -> Assignment:
        """Have a rater code a practice transcript and hand it in, by the service."""
        assignment = self.of(rater, transcript)
        for position in range(1, TURNS + 1):
            judge(assignment, position, *given.get(position, ()))
        submit(user=user_of(rater), assignment_id=assignment.pk)
        assignment.refresh_from_db()
        return assignment

    def next_round(self, *raters: Membership, **said: Any) -> Round:
        """Make a round that opens with the training round."""
        shares = [Share(self.world.transcript, raters or [self.world.rater])]
        given = {"name": "Main", "kind": "main", "version": self.world.version, "opened_by": self.round} | said
        return create_round(user=self.boss, study=self.world.study, shares=shares, **given)


def make_training(world: StudyWorld, *, criterion: CriterionDraft | None = CRITERION, hours: int = 2) -> Training:
    expert = make_member(world.study, "rater", "expert")
    transcripts = [make_transcript(world.study, TURNS, f"Practice {number}") for number in range(1, hours + 1)]
    source = world.round([expert], transcripts, name="Expert")
    for assignment in source.assignments.select_related("version"):
        for position in range(1, TURNS + 1):
            judge(assignment, position, *GOLD.get(position, ()))
    close(source)
    shares = [Share(one, [world.rater, world.other_rater]) for one in transcripts]
    round_ = create_round(
        user=user_of(world.coordinator), study=world.study, name="Training", kind="training", version=world.version,
        shares=shares, criterion=criterion,
    )  # fmt: skip
    return Training(world, expert, transcripts, source, round_)
