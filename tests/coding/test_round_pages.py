"""Rounds in the browser: making one, its design, and what a blind coordinator does not see."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.access import NOT_YET
from coding.forms.rounds import tick_name
from coding.models import Assignment, Round
from tests.factories import (
    StudyWorld,
    close,
    judge,
    make_member,
    make_round,
    make_study,
    make_transcript,
    make_version,
    submit,
)
from transcripts.models import Membership

pytestmark = pytest.mark.django_db
BLIND = "not for your eyes yet"
TOKEN = re.compile('name="csrfmiddlewaretoken" value="[^"]*"')


class Pages:
    """The pages about rounds as one person walks them."""

    def __init__(self, client: Client, world: StudyWorld) -> None:
        self.client, self.world = client, world
        self.base = f"/studies/{world.study.slug}/rounds/"
        self.sign_in(world.coordinator)

    def sign_in(self, member: Membership) -> None:
        assert member.user is not None
        self.client.force_login(member.user)

    def get(self, path: str = "") -> Any:
        return self.client.get(self.base + path)

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(self.base + path, data)

    def make(self, *raters: Membership, **data: Any) -> Any:
        ticks = {tick_name(self.world.transcript, rater): "on" for rater in raters}
        return self.post(
            "new/", **{"name": "One", "kind": "reliability", "version": self.world.version.pk, **ticks, **data}
        )


@pytest.fixture
def page(world: StudyWorld, client: Client) -> Pages:
    return Pages(client, world)


# Making --------------------------------------------------------------------------------------------------------------


def test_a_round_is_proposed_to_raters_and_not_to_coordinators(page: Pages, world: StudyWorld) -> None:
    text = page.get("new/").content.decode()

    for rater, ticked in ((world.rater, True), (world.other_rater, True), (world.coordinator, False)):
        box = f'name="{tick_name(world.transcript, rater)}"'
        assert box in text
        assert (f"{box} checked" in text) is ticked
    assert tick_name(world.transcript, world.reader) not in text
    assert f"small {world.version.name}" in text


def test_ticks_become_assignments(page: Pages, world: StudyWorld) -> None:
    answer = page.make(world.rater, world.coordinator)

    round_ = Round.objects.get()
    assert answer.headers["Location"] == f"{page.base}{round_.pk}/"
    assert {one.rater for one in round_.assignments.all()} == {world.rater, world.coordinator}


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "x" * 81}, "name", "at most 80"),
        ({"name": "a\x07"}, "name", "without control characters"),
        ({"name": "\u202e\u200b"}, "name", "at least one character that can be seen"),
        ({"due_on": "1999-12-31"}, "due_on", "a day in the year 2000 or later"),
        ({"name": "Taken"}, "name", "already has a round named “Taken”"),
        ({"kind": "party"}, "kind", "Select a valid choice."),
        ({"kind": "drift"}, "kind", "Select a valid choice."),
        ({"version": "9" * 25}, "version", "Select a valid choice."),
        ({"version": "draft"}, "version", "Select a valid choice."),
    ],
)
def test_a_round_that_cannot_be_is_refused_beside_the_field_and_the_ticks_stay(
    page: Pages, world: StudyWorld, data: dict[str, str], field: str, sentence: str
) -> None:
    make_round(world.version, [world.transcript], [world.rater], name="Taken")
    Round.objects.update(created_by=None)
    if data.get("version") == "draft":
        data = {"version": str(make_version(world.study, publish=False).pk)}

    answer = page.make(world.other_rater, **data)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors[field][0]
    assert f'name="{tick_name(world.transcript, world.other_rater)}" checked' in text
    assert f'name="{tick_name(world.transcript, world.rater)}" checked' not in text
    assert Round.objects.count() == 1


def test_a_round_without_a_tick_is_refused(page: Pages) -> None:
    answer = page.make()

    assert answer.status_code == 422
    assert "Choose at least one transcript and one rater for it." in answer.content.decode()


def test_a_second_click_shows_the_round_that_the_first_one_made(page: Pages, world: StudyWorld) -> None:
    answers = [page.make(world.rater), page.make(world.rater)]

    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Round.objects.count() == 1
    assert Assignment.objects.count() == 1


def test_what_a_round_still_needs_is_said(client: Client) -> None:
    study = make_study()
    coordinator = make_member(study, "coordinator")
    client.force_login(coordinator.user)
    where = f"/studies/{study.slug}/rounds/new/"

    before = client.get(where).content.decode()
    make_version(study)
    then = client.get(where).content.decode()
    make_transcript(study)

    assert "First publish a codebook" in before
    assert "First bring in transcripts" in then
    assert "Start the round" in client.get(where).content.decode()


@pytest.mark.parametrize("place", ["rater", "adjudicator", "reader"])
def test_rounds_are_the_coordinators_pages(page: Pages, world: StudyWorld, place: str) -> None:
    round_ = world.round()
    page.sign_in(getattr(world, place))
    mine = world.assignment(round_)

    for path in ("", "new/", f"{round_.pk}/"):
        assert page.get(path).status_code == 403
    assert page.make(world.rater).status_code == 403
    for path in ("raters/", f"assignments/{mine.pk}/withdraw/", f"assignments/{mine.pk}/reopen/"):
        assert page.post(f"{round_.pk}/{path}", reason="Because.").status_code == 403
    assert Round.objects.count() == 1


def test_a_round_of_another_study_does_not_exist(page: Pages, world: StudyWorld) -> None:
    other = make_study()
    elsewhere = make_round(make_version(other), [make_transcript(other)], [make_member(other, "rater")])
    here = world.round()
    theirs = elsewhere.assignments.get()

    assert page.get(f"{elsewhere.pk}/").status_code == 404
    assert page.get("9999999999999999999999/").status_code == 404
    for round_ in (here, elsewhere):
        assert page.post(f"{round_.pk}/assignments/{theirs.pk}/withdraw/", reason="x").status_code == 404


# The design ----------------------------------------------------------------------------------------------------------


def test_a_coordinator_who_does_not_code_sees_how_far_everybody_is(page: Pages, world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1)
    submit(world.assignment(round_, world.other_rater))

    text = page.get(f"{round_.pk}/").content.decode()

    assert "being coded" in text
    assert "1 of 4" in text
    assert "submitted</span>" in text
    assert (text.count("Take it back"), text.count("Open it again")) == (1, 1)
    assert BLIND not in text


def test_a_coordinator_who_codes_sees_the_design_and_reads_not_for_your_eyes_yet(
    page: Pages, world: StudyWorld
) -> None:
    round_ = world.round(raters=[world.rater, world.other_rater, world.coordinator])
    judge(world.assignment(round_), 1)
    submit(world.assignment(round_, world.other_rater))

    text = page.get(f"{round_.pk}/").content.decode()

    assert NOT_YET in text
    assert text.count(BLIND) == 4  # in the design, and how far each is
    for tell_tale in ("being coded", "closed", "1 of 4", "submitted</span>", "Open it again", "Results open"):
        assert tell_tale not in text
    assert "To your desk" in text
    assert world.transcript.name in text


def test_the_pages_of_a_blind_coordinator_are_the_same_whatever_the_others_did(page: Pages, world: StudyWorld) -> None:
    """The same round, before and after everybody else submitted and it was closed."""
    earlier = world.round()
    world.round(raters=[world.coordinator])

    def read() -> list[str]:
        texts = [page.get(path).content.decode() for path in ("", f"{earlier.pk}/")]
        return [TOKEN.sub("", text.split('<main class="page"')[1]) for text in texts]

    before = read()
    for assignment in earlier.assignments.all():
        judge(assignment, 1, "PULL-APP")
    close(earlier)

    assert read() == before
    assert BLIND in before[0]
    assert BLIND in before[1]


def test_a_closed_round_leads_to_its_results_and_offers_no_change(page: Pages, world: StudyWorld) -> None:
    round_ = world.round()
    close(round_)

    text = page.get(f"{round_.pk}/").content.decode()

    assert "Read the reliability" in text
    assert "Go to the meeting" in text
    for offer in ("Take it back", "Open it again", "One more rater", "Set the day", "Open it before the round closes"):
        assert offer not in text


# Changing ------------------------------------------------------------------------------------------------------------


def test_an_assignment_is_taken_back_with_a_reason_that_the_page_shows(page: Pages, world: StudyWorld) -> None:
    round_ = world.round()
    mine = world.assignment(round_)
    act = f"{round_.pk}/assignments/{mine.pk}/withdraw/"

    without = page.post(act, reason="   ")
    done = [page.post(act, reason="Ill since <May>.") for _ in range(2)]

    assert without.status_code == 422
    assert "Say why it is withdrawn" in without.content.decode()
    assert [answer.status_code for answer in done] == [302, 302]
    text = page.get(f"{round_.pk}/").content.decode()
    assert "Ill since &lt;May&gt;." in text
    assert "Taken back" in text


def test_a_reason_that_is_too_long_is_not_lost(page: Pages, world: StudyWorld) -> None:
    round_ = world.round()
    mine = world.assignment(round_)

    answer = page.post(f"{round_.pk}/assignments/{mine.pk}/withdraw/", reason="y" * 501)

    assert answer.status_code == 422
    assert "500 characters at most" in answer.content.decode()
    assert "y" * 501 in answer.content.decode()


def test_what_was_submitted_meanwhile_is_not_taken_back_and_the_page_says_so(page: Pages, world: StudyWorld) -> None:
    round_ = world.round()
    mine = world.assignment(round_)
    submit(mine)

    answer = page.post(f"{round_.pk}/assignments/{mine.pk}/withdraw/", reason="Too late.")
    again = [page.post(f"{round_.pk}/assignments/{mine.pk}/reopen/", reason="Cut off.") for _ in range(2)]

    assert answer.status_code == 422
    assert "A submitted assignment is final" in answer.content.decode()
    assert [one.status_code for one in again] == [302, 302]
    mine.refresh_from_db()
    assert (mine.is_open, mine.reason) == (True, "Cut off.")


def test_one_more_rater_is_given_a_transcript_once(page: Pages, world: StudyWorld) -> None:
    round_ = world.round()
    third = make_member(world.study, "rater", "rater_c")
    data = {"rater": third.pk, "transcript": world.transcript.pk, "reason": "Ill."}

    answers = [page.post(f"{round_.pk}/raters/", **data) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert round_.assignments.filter(rater=third).count() == 1
    assert "rater_c has" in page.get(f"{round_.pk}/").content.decode()


@pytest.mark.parametrize("data", [{}, {"rater": "x"}, {"rater": "9" * 30, "transcript": "-1"}])
def test_nobody_and_nothing_cannot_be_given(page: Pages, world: StudyWorld, data: dict[str, str]) -> None:
    round_ = world.round()

    answer = page.post(f"{round_.pk}/raters/", **data)

    assert answer.status_code == 422
    assert round_.assignments.count() == 2


def test_a_reader_cannot_be_added_and_a_closed_round_takes_nobody(page: Pages, world: StudyWorld) -> None:
    round_ = world.round()
    data = {"rater": world.reader.pk, "transcript": world.transcript.pk, "reason": "Ill."}

    assert page.post(f"{round_.pk}/raters/", **data).status_code == 422
    close(round_)
    data["rater"] = make_member(world.study, "rater").pk
    assert page.post(f"{round_.pk}/raters/", **data).status_code == 403
    assert round_.assignments.count() == 2


# Costs ---------------------------------------------------------------------------------------------------------------


def test_twenty_more_rows_cost_no_more_queries(page: Pages, world: StudyWorld) -> None:
    def cost() -> list[int]:
        counts = []
        for path in ("", "new/", f"{round_.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                assert page.get(path).status_code == 200
            counts.append(len(queries))
        return counts

    round_ = world.round()
    cost()
    before = cost()
    raters = [make_member(world.study, "rater") for _ in range(4)]
    transcripts = [make_transcript(world.study) for _ in range(5)]
    Assignment.objects.bulk_create(
        Assignment(
            study=world.study,
            round=round_,
            version=world.version,
            transcript=transcript,
            revision=transcript.revisions.get(),
            rater=rater,
        )
        for transcript in transcripts
        for rater in raters
    )
    for _ in range(20):
        world.round()

    assert cost() == before


def test_before_the_first_round_the_page_says_what_is_missing_and_where(client: Client) -> None:
    study = make_study()
    boss = make_member(study, "coordinator")
    client.force_login(boss.user)
    at = f"/studies/{study.slug}/"

    empty = client.get(f"{at}rounds/").content.decode()
    make_transcript(study)
    make_version(study)
    later = client.get(f"{at}rounds/").content.decode()
    make_member(study, "rater")
    ready = client.get(f"{at}rounds/").content.decode()

    for place in ("codebooks/", "transcripts/upload/", "members/"):
        assert f'button-main" href="{at}{place}"' in empty or f'class="button" href="{at}{place}"' in empty
    assert "Make a round" not in empty
    assert "Upload transcripts" not in later
    assert "Raters who have joined the study" in later
    assert "Everything is ready" in ready
    assert "Make a round" in ready
