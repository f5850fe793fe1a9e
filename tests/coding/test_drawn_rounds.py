"""Drawn rounds: shown before anything is stored, started as shown, fixed afterwards, and changed with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from coding.drawing import Order, Piece, draw
from coding.models import Assignment, DesignChange, Round, RoundDesign
from coding.queries.drawn_design import Asked
from coding.queries.study_home import study_home
from coding.services.drawn_rounds import DesignChanged, DesignNotPossible, preview_design, start_drawn_round
from coding.services.late_changes import NothingOpen, rater_leaves
from coding.services.reasons import ReasonMissing
from coding.services.rounds import DriftCheckIsDrawn, Share, add_assignments
from coding.services.submission import withdraw
from tests.factories import StudyWorld, make_member, make_transcript, submit
from tests.transcripts.test_studies_api import Program
from transcripts.models import Membership, SessionAttribute, Transcript
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db
CONDITIONS = ("brief", "brief", "brief", "brief", "long", "long", "long", "long")


@pytest.fixture
def coordinator(world: StudyWorld) -> User:
    assert world.coordinator.user is not None
    return world.coordinator.user


@pytest.fixture
def eight(world: StudyWorld) -> list[Transcript]:
    """Eight sessions in two conditions; the world's own transcript is left out."""
    made = []
    for number, condition in enumerate(CONDITIONS):
        transcript = make_transcript(world.study, 3 + number, name=f"S-{number}")
        SessionAttribute.objects.create(study=world.study, transcript=transcript, name="condition", value=condition)
        made.append(transcript)
    return made


@pytest.fixture
def raters(world: StudyWorld) -> list[Membership]:
    return [world.rater, world.other_rater, make_member(world.study, "rater", "rater_c")]


@pytest.fixture
def asked(eight: list[Transcript], raters: list[Membership]) -> Asked:
    return Asked(eight, raters, Order(share=50), ("condition",))


def start(world: StudyWorld, user: User, asked: Asked, **changes: Any) -> Round:
    said = {"name": "Drawn", "kind": "main", "version": world.version, "seed": 11} | changes
    return start_drawn_round(user=user, study=world.study, asked=asked, **said)


def stored(round_: Round) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, label in round_.assignments.order_by("rater__label").values_list("transcript__name", "rater__label"):
        found.setdefault(name, []).append(label)
    return {name: tuple(labels) for name, labels in found.items()}


def test_a_drift_check_is_drawn_from_a_coded_round_alone(world: StudyWorld, coordinator: User, asked: Asked) -> None:
    with pytest.raises(DriftCheckIsDrawn, match="open a coded round and choose “Draw a drift check”"):
        start(world, coordinator, asked, kind="drift")

    assert not Round.objects.exists()


# Before and at the start ---------------------------------------------------------------------------------------------


def test_a_design_is_shown_and_nothing_is_stored(world: StudyWorld, coordinator: User, asked: Asked) -> None:
    shown = preview_design(user=coordinator, study=world.study, asked=asked, seed=11)

    assert (shown.several, len(shown.rows)) == (4, 8)
    assert [(one.name, one.several, one.transcripts) for one in shown.strata] == [("brief", 2, 4), ("long", 2, 4)]
    assert shown.hours == pytest.approx(sum(row.segments * row.raters for row in shown.rows) * 30 / 3600)
    assert not Round.objects.exists()
    assert not Assignment.objects.exists()


def test_a_round_is_started_with_the_design_that_was_looked_at(
    world: StudyWorld, coordinator: User, asked: Asked
) -> None:
    shown = preview_design(user=coordinator, study=world.study, asked=asked, seed=11)

    round_ = start(world, coordinator, asked, looked_at=shown.fingerprint)

    drawing = draw(
        [Piece(row.transcript.name, row.segments, row.stratum) for row in shown.rows],
        [rater.member.label for rater in shown.raters],
        Order(share=50),
        11,
    )
    assert stored(round_) == drawing.raters
    for label, order in drawing.orders.items():
        mine = round_.assignments.filter(rater__label=label).order_by("place")
        assert tuple(mine.values_list("transcript__name", flat=True)) == order
        assert list(mine.values_list("place", flat=True)) == list(range(1, len(order) + 1))
    kept = round_.design
    assert (round_.seed, kept.how, kept.share, kept.strata, kept.rule) == (11, "share", 50, ["condition"], "lots-1")


def test_a_design_that_was_not_looked_at_is_not_started(world: StudyWorld, coordinator: User, asked: Asked) -> None:
    shown = preview_design(user=coordinator, study=world.study, asked=asked, seed=11)
    fewer = Asked(asked.transcripts[:6], asked.raters, asked.order, asked.strata)

    with pytest.raises(DesignChanged):
        start(world, coordinator, fewer, looked_at=shown.fingerprint)

    assert not Round.objects.exists()


def test_what_cannot_be_drawn_is_said_before_anything_is_stored(
    world: StudyWorld, coordinator: User, asked: Asked
) -> None:
    four = Asked(asked.transcripts, asked.raters, Order(raters_each=4))

    with pytest.raises(DesignNotPossible, match="is to have 4 raters, but only 3 raters are chosen"):
        start(world, coordinator, four)

    assert not Round.objects.exists()
    assert not RoundDesign.objects.exists()


@pytest.mark.parametrize("place", ["rater", "adjudicator", "reader"])
def test_only_coordinators_draw(world: StudyWorld, asked: Asked, place: str) -> None:
    user = getattr(world, place).user

    with pytest.raises(PermissionDenied):
        preview_design(user=user, study=world.study, asked=asked, seed=1)
    with pytest.raises(PermissionDenied):
        start(world, user, asked)


def test_each_rater_finds_their_transcripts_in_their_own_order(
    world: StudyWorld, coordinator: User, asked: Asked
) -> None:
    round_ = start(world, coordinator, asked)
    assert world.rater.user is not None

    home = study_home(user=world.rater.user, study=world.study, powers=frozenset({"code"}))
    listed = Program(world.rater.user).client.get("/api/v1/assignments/").json()["results"]

    order = list(
        round_.assignments.filter(rater=world.rater).order_by("place").values_list("transcript__name", flat=True)
    )
    assert [task.transcript for task in home.own] == order
    assert [row["transcript"] for row in listed] == order
    assert order != sorted(order)


# Fixed ---------------------------------------------------------------------------------------------------------------


def refused(name: str, act: Any) -> None:
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        act()


def test_a_started_design_is_fixed_by_the_database(world: StudyWorld, coordinator: User, asked: Asked) -> None:
    round_ = start(world, coordinator, asked)
    one = round_.assignments.filter(rater=world.rater).select_related("transcript").first()
    assert one is not None
    rows, name = Assignment.objects.filter(pk=one.pk), "assignment_keeps_the_design"
    sneaked = {field: getattr(one, field) for field in ("study", "round", "version", "transcript", "revision")}

    refused(name, lambda: Assignment.objects.create(rater=world.coordinator, **sneaked))
    refused(name, lambda: rows.update(rater=world.coordinator))
    refused(name, lambda: rows.update(place=99))
    refused(name, lambda: rows.update(withdrawn_at=one.assigned_at))
    refused(name, rows.delete)
    refused("round_keeps_its_seed", lambda: Round.objects.filter(pk=round_.pk).update(seed=12))
    refused("design_is_kept|Cannot", lambda: RoundDesign.objects.update(share=10))
    refused("history_is_kept", lambda: execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE coding_rounddesign"))


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_change_has_a_reason_belongs_to_its_round_and_stays(
    world: StudyWorld, coordinator: User, asked: Asked
) -> None:
    round_, other = start(world, coordinator, asked), world.round()
    one = round_.assignments.first()
    assert one is not None
    said = {"study": world.study, "assignment": one, "kind": "left"}

    refused("design_change_has_a_reason", lambda: DesignChange.objects.create(round=round_, reason="", **said))

    def elsewhere() -> None:
        DesignChange.objects.create(round=other, reason="Ill.", **said)
        execute("SET CONSTRAINTS ALL IMMEDIATE")

    refused("design_change_of_assignment", elsewhere)
    withdraw(user=coordinator, assignment_id=one.pk, reason="Ill.")
    refused("design_change_once", lambda: DesignChange.objects.create(round=round_, reason="Ill.", **said))
    refused("Cannot", lambda: DesignChange.objects.update(reason="Other."))
    refused("history_is_kept", lambda: execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE coding_designchange"))


def test_a_design_says_what_was_asked(world: StudyWorld) -> None:
    round_ = world.round()

    for said in ({"how": "each"}, {"how": "share"}, {"how": "hand", "share": 5}, {"how": "share", "share": 101}):
        refused(
            "design_says_what_was_asked",
            lambda said=said: RoundDesign.objects.create(round=round_, study=world.study, **said),
        )


# Late changes --------------------------------------------------------------------------------------------------------


def test_a_late_rater_is_recorded_with_the_reason_and_comes_last_in_their_order(
    world: StudyWorld, coordinator: User, asked: Asked, eight: list[Transcript]
) -> None:
    round_ = start(world, coordinator, asked)
    mine = round_.assignments.filter(rater=world.rater)
    free = next(one for one in eight if not mine.filter(transcript=one).exists())
    before = mine.count()

    with pytest.raises(ReasonMissing):
        add_assignments(user=coordinator, round_=round_, shares=[Share(free, [world.rater])], reason=" ")
    (added,) = add_assignments(user=coordinator, round_=round_, shares=[Share(free, [world.rater])], reason="To check.")

    change = DesignChange.objects.get()
    assert (change.kind, change.reason, change.made_by) == ("added", "To check.", world.coordinator)
    assert (change.assignment_id, added.place) == (added.pk, before + 1)


def test_a_rater_leaves_and_somebody_codes_on(
    world: StudyWorld, coordinator: User, asked: Asked, raters: list[Membership]
) -> None:
    round_ = start(world, coordinator, asked)
    heir = make_member(world.study, "rater", "rater_d")
    theirs = round_.assignments.filter(rater=world.rater)
    done, *rest = theirs.order_by("place")
    submit(done)

    left = rater_leaves(user=coordinator, round_=round_, rater=world.rater, heir=heir, reason="Moved away.")

    assert (left.taken_back, left.given) == (len(rest), len(rest))
    assert set(round_.assignments.filter(rater=heir).values_list("transcript", flat=True)) == {
        one.transcript_id for one in rest
    }
    assert theirs.filter(withdrawn_at=None).get() == done
    assert set(DesignChange.objects.values_list("kind", "reason")) == {
        ("added", "Moved away."),
        ("left", "Moved away."),
    }
    with pytest.raises(NothingOpen):
        rater_leaves(user=coordinator, round_=round_, rater=world.rater, reason="Again.")
    with pytest.raises(NothingOpen, match="somebody else"):
        rater_leaves(user=coordinator, round_=round_, rater=heir, heir=heir, reason="To themselves.")


def test_the_last_rater_leaves_to_somebody_and_the_round_stays_open(world: StudyWorld, coordinator: User) -> None:
    round_ = world.round(raters=[world.rater, world.other_rater])
    submit(world.assignment(round_, world.other_rater))
    heir = make_member(world.study, "rater", "rater_d")

    rater_leaves(user=coordinator, round_=round_, rater=world.rater, heir=heir, reason="Moved away.")

    round_.refresh_from_db()
    assert not round_.is_closed


def test_a_coordinator_who_codes_a_transcript_learns_nothing_by_letting_its_rater_go(
    world: StudyWorld, coordinator: User
) -> None:
    round_ = world.round(raters=[world.rater, world.coordinator])

    def said() -> str:
        with pytest.raises(PermissionDenied) as refusal:
            rater_leaves(user=coordinator, round_=round_, rater=world.rater, reason="Moved away.")
        return str(refusal.value)

    before = said()
    submit(world.assignment(round_))

    assert said() == before
