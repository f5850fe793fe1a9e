"""Training in the demo study: practice transcripts, an expert's gold, raters who learn, and a round that waits."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from coding.models import Assignment, CodebookVersion, Round
from coding.services.criteria import CriterionDraft
from coding.services.gold import say_gold
from coding.services.rounds import Share, create_round
from coding.services.submission import submit
from tests.factories import close, judge, make_member, make_round, make_transcript
from transcripts.models import Membership, Segment, Study, Transcript
from workbench.accounts.models import User

CODES = ("PULL-APP", "PULL-DEF", "PULL-DRW", "PULL-IMP")
HOURS, TURNS = 4, 24
Given = Mapping[int, Sequence[str]]


@dataclass
class Practice:
    """What of a training is to be shown."""

    round: Round
    waiting: Round
    learner: Membership
    beginner: Membership
    hours: list[Transcript]

    def of(self, rater: Membership, number: int = 0) -> Assignment:
        return Assignment.objects.get(round=self.round, rater=rater, transcript=self.hours[number])


def user_of(member: Membership) -> User:
    assert member.user is not None
    return member.user


def hand_in(assignment: Assignment, given: Given) -> None:
    """Judge every turn and hand in."""
    for position in range(1, TURNS + 1):
        judge(assignment, position, *given.get(position, ()))
    submit(user=user_of(assignment.rater), assignment_id=assignment.pk)


def seen_by(given: Given, miss: float, chance: random.Random) -> Given:
    """What somebody gives who misses some of the codes, and now and then gives another instead."""
    found = {}
    for position, codes in given.items():
        if chance.random() >= miss:
            found[position] = codes
        elif chance.random() < 0.5:
            found[position] = [chance.choice(CODES)]
    return found


def make_practice(study: Study, version: CodebookVersion, boss: User) -> Practice:
    """Store a training round with a criterion that one rater met and two did not, and the round that it opens."""
    chance = random.Random(11)
    texts = list(Segment.objects.filter(study=study).order_by("revision", "position").values_list("text", flat=True))
    hours = [
        make_transcript(study, [texts[(number * 7 + turn) % len(texts)] for turn in range(TURNS)], f"Practice {number}")
        for number in range(1, HOURS + 1)
    ]
    expert = make_member(study, "rater", "expert")
    learner, slow, beginner = (make_member(study, "rater", label) for label in ("trainee_1", "trainee_2", "trainee_3"))
    golds = [{turn: [CODES[(turn // 2 + number) % 3]] for turn in range(2, TURNS, 2)} for number in range(HOURS)]
    source = make_round(version, hours, [expert], name="Expert")
    for hour, gold in zip(hours, golds, strict=True):
        expert_did = Assignment.objects.select_related("version").get(round=source, transcript=hour)
        for position in range(1, TURNS + 1):
            judge(expert_did, position, *gold.get(position, ()))
    close(source)
    criterion = CriterionDraft(threshold=Decimal("0.6"), in_a_row=2, at_least=6)
    shares = [Share(hour, [learner, slow, beginner]) for hour in hours]
    common = {"user": boss, "study": study, "version": version}
    round_ = create_round(**common, name="Training", kind="training", shares=shares, criterion=criterion)
    for hour in hours:
        said = Assignment.objects.get(round=source, transcript=hour)
        say_gold(user=boss, round_=round_, transcript=hour, assignment=said)
    waiting = create_round(
        **common, name="Main", kind="main", opened_by=round_,
        shares=[Share(Transcript.objects.filter(study=study).earliest("pk"), [learner, slow, beginner])],
    )  # fmt: skip
    practice = Practice(round_, waiting, learner, beginner, hours)
    for number, gold in enumerate(golds):
        hand_in(practice.of(learner, number), seen_by(gold, (0.5, 0.3, 0, 0)[number], chance))
        hand_in(practice.of(slow, number), seen_by(gold, 0.6, chance))
    hand_in(practice.of(beginner), seen_by(golds[0], 0.7, chance))
    return practice
