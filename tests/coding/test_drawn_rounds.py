"""Drawn rounds: shown before anything is stored, started as shown, fixed afterwards, and changed with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.drawing import Order, Piece, draw
from coding.models import Assignment, DesignChange, Round, RoundDesign
from coding.queries.drawn_design import Asked
from coding.queries.study_home import study_home
from coding.services.drawn_rounds import DesignChanged, DesignNotPossible, preview_design, start_drawn_round
from coding.services.late_changes import NothingOpen, rater_leaves
from coding.services.reasons import ReasonMissing
from coding.services.rounds import DriftCheckIsDrawn, Share, add_assignments
from coding.services.submission import withdraw
from tests.factories import StudyWorld, judge, make_member, make_transcript, submit
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


# Pages ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client: Client, coordinator: User) -> Client:
    client.force_login(coordinator)
    return client


def fields(world: StudyWorld, asked: Asked, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Drawn",
        "kind": "main",
        "version": world.version.pk,
        "how": "share",
        "share": 50,
        "seconds": 30,
        "strata": ["condition"],
        "raters": [one.pk for one in asked.raters],
        "transcripts": [one.pk for one in asked.transcripts],
        "act": "draw",
    } | changes


def address(world: StudyWorld) -> str:
    return f"/studies/{world.study.slug}/rounds/draw/"


def test_no_form_of_a_new_round_offers_a_drift_check(world: StudyWorld, page: Client, eight: Any) -> None:
    for path in ("draw/", "new/"):
        form = page.get(f"/studies/{world.study.slug}/rounds/{path}").context["form"]
        assert [kind for kind, _ in form.fields["kind"].choices] == ["training", "reliability", "main"]


def test_the_page_proposes_raters_and_everything_there_is(world: StudyWorld, page: Client, eight: Any) -> None:
    form = page.get(address(world)).context["form"]

    assert set(form["raters"].value()) == {world.rater.pk, world.other_rater.pk}
    assert len(form["transcripts"].value()) == 9
    assert form.fields["strata"].choices == [("condition", "condition")]


def test_a_design_is_drawn_drawn_again_and_started_on_the_page(world: StudyWorld, page: Client, asked: Asked) -> None:
    first = page.post(address(world), fields(world, asked))
    second = page.post(address(world), fields(world, asked))
    assert not Round.objects.exists()
    design = second.context["design"]
    seen = {"seed": design.seed, "looked_at": design.fingerprint, "act": "start"}

    answers = [page.post(address(world), fields(world, asked, **seen)) for _ in range(2)]

    assert first.status_code == second.status_code == 200
    assert first.context["design"].seed != design.seed
    assert "4 of 8" not in second.content.decode()
    assert "Eight transcripts, four of them coded by more than one" in second.content.decode()
    round_ = Round.objects.get()
    assert [answer.headers["Location"] for answer in answers] == [
        f"/studies/{world.study.slug}/rounds/{round_.pk}/"
    ] * 2
    assert round_.seed == design.seed
    shown = page.get(answers[0].headers["Location"]).content.decode()
    assert "50 % of the transcripts coded by two raters" in shown
    assert str(round_.seed) in shown


def test_what_was_changed_since_it_was_drawn_is_drawn_anew_before_the_start(
    world: StudyWorld, page: Client, asked: Asked
) -> None:
    design = page.post(address(world), fields(world, asked)).context["design"]
    seen = {"seed": design.seed, "looked_at": design.fingerprint, "act": "start", "share": 25}

    answer = page.post(address(world), fields(world, asked, **seen))

    assert answer.status_code == 422
    assert "Look at this one, then start" in answer.content.decode()
    assert (answer.context["design"].seed, answer.context["design"].several) == (design.seed, 2)
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"how": "each", "raters_each": 4}, "Each transcript is to have 4 raters, but only 3 raters are chosen."),
        ({"how": "each", "raters_each": ""}, "Say how many."),
        ({"share": ""}, "Say how many."),
        ({"share": 101}, "less than or equal to 100"),
        ({"share": 3}, "less than half a transcript"),
        ({"raters": []}, "This field is required."),
        ({"transcripts": []}, "This field is required."),
        ({"transcripts": ["9" * 30]}, "not a valid value|not one of the available"),
        ({"strata": ["mood"]}, "not one of the available"),
        ({"seconds": 0}, "greater than or equal to 1"),
        ({"name": ""}, "This field is required."),
        ({"act": "start", "seed": "x", "looked_at": "y", "share": 0, "how": "each", "raters_each": 9}, "9 raters"),
    ],
)
def test_a_design_that_cannot_be_is_refused_in_a_sentence(
    world: StudyWorld, page: Client, asked: Asked, changes: dict[str, Any], sentence: str
) -> None:
    answer = page.post(address(world), fields(world, asked, **changes))

    assert answer.status_code == 422
    assert any(part in answer.content.decode() for part in sentence.split("|"))
    assert not Round.objects.exists()


def test_a_rater_leaves_on_the_page(world: StudyWorld, page: Client, coordinator: User, asked: Asked) -> None:
    round_ = start(world, coordinator, asked)
    heir = make_member(world.study, "rater", "rater_d")
    leave = f"/studies/{world.study.slug}/rounds/{round_.pk}/leave/"

    done = page.post(leave, {"rater": world.rater.pk, "heir": heir.pk, "reason": "Moved away."}, follow=True)
    again = page.post(leave, {"rater": heir.pk, "heir": heir.pk, "reason": "x"})
    nobody = page.post(leave, {"rater": world.reader.pk, "reason": ""})

    text = done.content.decode()
    assert "rater_d codes" in text
    assert "Added after the start" in text
    assert text.count("Moved away.") >= 2
    assert (again.status_code, nobody.status_code) == (422, 422)
    assert "Choose somebody else" in again.content.decode()


def test_twenty_more_transcripts_cost_no_more_queries(
    world: StudyWorld, page: Client, coordinator: User, asked: Asked
) -> None:
    def cost() -> list[int]:
        everything = Asked(list(world.study.transcripts.all()), asked.raters, asked.order, asked.strata)
        counts = []
        for act in (
            lambda: page.get(address(world)),
            lambda: page.post(address(world), fields(world, everything)),
            lambda: Program(coordinator)("post", f"{world.study.slug}/rounds/draw/", {"share": 50}),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert act().status_code == 200
            counts.append(len(queries))
        return counts

    cost()
    before = cost()
    for number in range(20):
        transcript = make_transcript(world.study)
        SessionAttribute.objects.create(
            study=world.study, transcript=transcript, name="condition", value=CONDITIONS[number % 8]
        )

    assert cost() == before


# Programs ------------------------------------------------------------------------------------------------------------


def test_a_program_draws_looks_and_starts_with_the_same_seed(
    world: StudyWorld, coordinator: User, asked: Asked
) -> None:
    call, base = Program(coordinator), f"{world.study.slug}/rounds/"
    wanted = {
        "share": 50,
        "strata": ["condition"],
        "transcripts": [one.pk for one in asked.transcripts],
        "raters": [one.label for one in asked.raters],
    }
    shown = call("post", f"{base}draw/", wanted).json()
    assert not Round.objects.exists()

    made = call(
        "post", base, {"name": "Drawn", "version": world.version.pk, "draw": wanted | {"seed": shown["seed"]}}
    ).json()

    assert {row["name"]: row["raters"] for row in made["design"]} == {
        row["name"]: row["raters"] for row in shown["design"]
    }
    assert {name: made["drawn"][name] for name in ("how", "share", "strata", "seed", "rule")} == {
        "how": "share",
        "share": 50,
        "strata": ["condition"],
        "seed": shown["seed"],
        "rule": "lots-1",
    }
    for rater in shown["raters"]:
        mine = Round.objects.get().assignments.filter(rater__label=rater["rater"]).order_by("place")
        assert list(mine.values_list("transcript__name", flat=True)) == rater["order"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "non_field_errors"),
        ({"share": 10, "raters_each": 2}, "non_field_errors"),
        ({"share": 101}, "share"),
        ({"raters_each": 0}, "raters_each"),
        ({"share": 10, "transcripts": [10**18]}, "transcripts"),
        ({"share": 10, "raters": ["nobody"]}, "raters"),
        ({"share": 10, "strata": ["mood"]}, "strata"),
        ({"share": 10, "seed": -1}, "seed"),
        ({"share": 10, "seed": 2**60}, "seed"),
        ({"share": 10, "seconds": 0}, "seconds"),
    ],
)
def test_a_bad_request_is_told_where(world: StudyWorld, coordinator: User, changes: dict[str, Any], field: str) -> None:
    answer = Program(coordinator)("post", f"{world.study.slug}/rounds/draw/", changes)

    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_an_impossible_design_is_a_conflict_for_a_program(world: StudyWorld, coordinator: User) -> None:
    call, base = Program(coordinator), f"{world.study.slug}/rounds/"
    body = {"name": "Drawn", "version": world.version.pk, "draw": {"raters_each": 9}}

    answers = [call("post", f"{base}draw/", {"raters_each": 9}), call("post", base, body)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "design_not_possible")] * 2
    both = call("post", base, body | {"shares": [{"transcript": world.transcript.pk, "raters": ["rater_a"]}]})
    assert (both.status_code, list(both.json())) == (400, ["shares"])
    assert not Round.objects.exists()


def test_a_program_lets_a_rater_go(world: StudyWorld, coordinator: User) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1)
    make_member(world.study, "rater", "rater_d")
    call, path = Program(coordinator), f"{world.study.slug}/rounds/{round_.pk}/leave/"

    unknown = call("post", path, {"rater": "nobody", "heir": "no one", "reason": "x"})
    done = call("post", path, {"rater": "rater_a", "heir": "rater_d", "reason": "Moved away."})
    again = call("post", path, {"rater": "rater_a", "reason": "Moved away."})

    assert (unknown.status_code, set(unknown.json())) == (400, {"rater", "heir"})
    assert done.json() == {"taken_back": 1, "given": 1}
    assert (again.status_code, again.json()["code"]) == (409, "nothing_open")
