"""
Law 2 between two raters at work: byte for byte the same answers, whatever the other does.

Everything that a rater can fetch is driven from the access matrix, so that a new route is observed without being named.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from coding.models import Assignment, Clearance, Round
from coding.services.clearing import clear_by_hand
from coding.services.criteria import CriterionDraft
from coding.services.gold import say_gold
from coding.services.rounds import Share, add_assignments, create_round
from coding.services.runs import store_run
from coding.services.submission import reopen, withdraw
from tests.adversary.observing import Answer, observe
from tests.factories import close, judge, make_member, submit
from tests.matrix import Everything, make_everything
from transcripts.models import Membership, Transcript
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db
LEAST_VIEWS = 200


class Two:
    """Two raters in an open round, and everybody who may do something beside them."""

    def __init__(self, everything: Everything) -> None:
        self.everything, self.world = everything, everything.world
        self.open = Round.objects.open().get(study=self.world.study)
        self.coded = Transcript.objects.get(assignments__round=self.open, assignments__rater=self.world.rater)
        self.viewer, self.boss = user_of(self.world.rater), user_of(self.world.coordinator)
        self.theirs = Assignment.objects.get(round=self.open, rater=self.world.other_rater)
        self.mine = Assignment.objects.get(round=self.open, rater=self.world.rater)
        self.other = Client()
        self.other.force_login(user_of(self.world.other_rater))
        judge(self.mine, 1, "PULL-APP")
        # Settled once: what is made later must not show anywhere.
        rounds = list(self.world.study.rounds.order_by("pk").values_list("pk", flat=True))
        transcripts = list(self.world.study.transcripts.order_by("pk").values_list("pk", flat=True))
        self.values = {
            "round_id": rounds,
            "transcript_id": transcripts,
            "assignment_id": [self.mine.pk, self.theirs.pk, uuid.UUID(int=1)],
        }

    def seen(self, only: str = "") -> dict[str, Answer]:
        return observe(self.viewer, self.everything, self.values, only)

    def act(self, position: int, kind: str, **said: Any) -> None:
        body = {"id": str(uuid.uuid4()), "seq": 1, "kind": kind, "position": position, **said}
        answer = self.other.post(f"/api/v1/assignments/{self.theirs.pk}/acts/", body, content_type="application/json")
        assert answer.status_code == 200, answer.content
        assert "refused" not in answer.json()

    # What the other one does, and what may be done about it -----------------------------------------------------------

    def codes(self) -> None:
        for position in (1, 2, 3, 4):
            self.act(position, "give", code="PULL-APP")
            self.act(position, "rate", code="PULL-APP", rating=3)
        self.act(2, "evidence", code="PULL-APP", spans=[[0, 4]])
        self.act(1, "memo", memo="Charm, or politeness?")
        self.act(1, "flag", flag=True)
        for position in (1, 2, 3, 4):
            self.act(position, "finish")

    def writes_a_note(self) -> None:
        body = {"text": "It pulled me to protect her.", "shared": True}
        path = f"/api/v1/assignments/{self.theirs.pk}/note/"
        assert self.other.put(path, body, content_type="application/json").status_code == 200

    def submits(self) -> None:
        assert self.other.post(f"/api/v1/assignments/{self.theirs.pk}/submit/").status_code == 200

    def is_let_in_again(self) -> None:
        reopen(user=self.boss, assignment_id=self.theirs.pk, reason="Cut off.")

    def gets_company(self) -> None:
        third = make_member(self.world.study, "rater", "rater_z")
        shares = [Share(self.coded, [third]), Share(self.world.transcript, [third, self.world.other_rater])]
        add_assignments(user=self.boss, round_=self.open, shares=shares, reason="A share coded by more.")
        judge(Assignment.objects.get(round=self.open, rater=third, transcript=self.coded), 1, "PULL-DEF")

    def leaves(self) -> None:
        withdraw(user=self.boss, assignment_id=self.theirs.pk, reason="Moved away.")

    def others_finish_another_round(self) -> None:
        raters = [self.world.other_rater, make_member(self.world.study, "rater")]
        elsewhere = self.world.round(transcripts=[self.coded], raters=raters)
        for assignment in elsewhere.assignments.select_related("version"):
            judge(assignment, 2, "PULL-DEF")
        close(elsewhere)
        store_run(user=self.boss, round_=elsewhere)


def user_of(member: Membership) -> User:
    assert member.user is not None
    return member.user


@pytest.fixture
def two(db: None) -> Two:
    return Two(make_everything())


#: What happens between two looks.
STEPS: tuple[tuple[str, ...], ...] = (
    ("codes", "writes_a_note"),
    ("submits",),
    ("is_let_in_again", "gets_company"),
    ("leaves", "others_finish_another_round"),
)


def test_a_rater_at_work_is_answered_the_same_whatever_the_other_rater_does(two: Two) -> None:
    before = two.seen()
    changed: dict[tuple[str, ...], set[str]] = {}

    for step in STEPS:
        for name in step:
            getattr(two, name)()
        after = two.seen()
        changed[step] = {question for question in before if before[question] != after[question]}

    assert len(before) >= LEAST_VIEWS, len(before)
    assert changed == {step: set() for step in STEPS}


def test_a_rater_who_has_handed_in_is_answered_the_same_until_the_round_is_closed(two: Two) -> None:
    for position in (2, 3, 4):
        judge(two.mine, position)
    client = Client()
    client.force_login(two.viewer)
    assert client.post(f"/api/v1/assignments/{two.mine.pk}/submit/").status_code == 200
    before = two.seen()

    two.codes()
    two.writes_a_note()
    two.gets_company()

    after = two.seen()
    assert len(before) >= LEAST_VIEWS
    assert {question for question in before if before[question] != after[question]} == set()


class Training(Two):
    """Two raters in a training round: gold of what the viewer still codes is said, and the other one learns from it."""

    def __init__(self, everything: Everything) -> None:
        super().__init__(everything)
        self.expert = make_member(self.world.study, "rater", "rater_x")
        self.source = self.world.round([self.expert], [self.coded, self.world.transcript], name="By heart")
        for assignment in self.source.assignments.select_related("version"):
            for position in (1, 2, 3, 4):
                judge(assignment, position, *(["PULL-DEF"] if position == 1 else []))
        close(self.source)
        shares = [Share(one, [self.world.rater, self.world.other_rater]) for one in (self.coded, self.world.transcript)]
        self.training = create_round(
            user=self.boss, study=self.world.study, name="Practice", kind="training", version=self.world.version,
            shares=shares, criterion=CriterionDraft(in_a_row=1, at_least=1),
        )  # fmt: skip
        mine = Assignment.objects.filter(round=self.training, rater=self.world.rater)
        self.values["round_id"] = [self.source.pk, self.training.pk]
        self.values["assignment_id"] = list(mine.order_by("pk").values_list("pk", flat=True))

    def says_gold(self) -> None:
        for transcript in (self.coded, self.world.transcript):
            expert = Assignment.objects.get(round=self.source, transcript=transcript)
            say_gold(user=self.boss, round_=self.training, transcript=transcript, assignment=expert)

    def other_trains(self) -> None:
        for assignment in Assignment.objects.filter(round=self.training, rater=self.world.other_rater):
            for position in (1, 2, 3, 4):
                judge(assignment, position, *(["PULL-DEF"] if position == 1 else []))
            assert self.other.post(f"/api/v1/assignments/{assignment.pk}/submit/").status_code == 200
        assert Clearance.objects.get(training=self.training).rater == self.world.other_rater

    def expert_is_cleared_by_hand(self) -> None:
        clear_by_hand(user=self.boss, round_=self.training, rater=self.expert, reason="Made the gold.")

    def gold_changes(self) -> None:
        newer = self.world.round([self.expert], [self.coded], name="Once more")
        judge(Assignment.objects.get(round=newer), 2, "PULL-APP")
        close(newer)
        gold = Assignment.objects.get(round=newer)
        said = {"round_": self.training, "transcript": self.coded, "assignment": gold}
        say_gold(user=self.boss, **said, reason="A slip.")


def test_a_rater_who_has_not_handed_in_sees_nothing_of_gold_nor_of_who_is_cleared(db: None) -> None:
    two = Training(make_everything())
    before = two.seen()

    two.says_gold()
    two.other_trains()
    two.expert_is_cleared_by_hand()
    two.gold_changes()

    after = two.seen()
    assert len(before) >= LEAST_VIEWS
    assert any("/feedback/" in question for question in before)
    assert any("/learning/" in question for question in before)
    assert {question for question in before if before[question] != after[question]} == set()
    judge(Assignment.objects.get(round=two.training, rater=two.world.rater, transcript=two.coded), 1, "PULL-APP")
    mine = Assignment.objects.get(round=two.training, rater=two.world.rater, transcript=two.world.transcript)
    submit(mine)
    shown = two.seen(r"^assignments/<uuid:assignment_id>/feedback/$")
    assert shown[f"GET /assignments/{mine.pk}/feedback/"].status == 200


def test_the_observation_would_notice(two: Two) -> None:
    """The coordinator, who does not code here, is told how far the others are: there the same steps do show."""
    two.viewer, progress = two.boss, r"^studies/<slug:study>/$|rounds/<int:round_id>/(assignments/)?$"
    before = two.seen(progress)

    two.codes()
    two.submits()

    after = two.seen(progress)
    assert {question.split(" {")[0] for question in before if before[question] != after[question]} >= {
        f"GET /studies/{two.world.study.slug}/",
        f"GET /studies/{two.world.study.slug}/rounds/{two.open.pk}/",
        f"GET /api/v1/studies/{two.world.study.slug}/rounds/{two.open.pk}/assignments/",
    }
