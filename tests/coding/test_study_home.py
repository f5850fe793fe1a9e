"""The home page of a study: what is next for whom, and nothing that they may not know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coding.models import Assignment, Round
from coding.queries.portraits import portraits
from coding.queries.round_pages import material_of, round_lines
from coding.queries.rounds_picture import LEFT, RIGHT, days_between, rounds_picture
from coding.queries.study_home import StudyHome, study_home
from coding.queries.study_sentence import sentence
from coding.services.adjudication import decide, end_adjudication, open_adjudication, undo
from coding.services.final_answers import Answer
from tests.factories import (
    StudyWorld,
    close,
    judge,
    make_member,
    make_study,
    make_transcript,
    make_version,
    submit,
)
from transcripts.access import POWERS
from transcripts.models import Membership

pytestmark = pytest.mark.django_db


def home_of(world: StudyWorld, member: Membership) -> StudyHome:
    return study_home(user=member.user, study=world.study, powers=POWERS[member.role])


def sign_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def page_of(world: StudyWorld, member: Membership) -> str:
    return sign_in(member).get(f"/studies/{world.study.slug}/").content.decode()


# Raters ------------------------------------------------------------------------------------------------------------


def test_a_rater_sees_how_far_they_are_and_where_to_go_on(world: StudyWorld) -> None:
    assignment = world.assignment(world.round())
    judge(assignment, 1, "PULL-APP")
    judge(assignment, 3)

    (task,) = home_of(world, world.rater).own

    assert (task.meter.done, task.meter.total, task.from_turn) == (2, 4, 2)
    assert (task.is_open, task.known) == (True, True)


def test_what_is_begun_but_not_finished_is_not_judged(world: StudyWorld) -> None:
    assignment = world.assignment(world.round())
    judge(assignment, 1, "PULL-APP", finished_at=None)

    (task,) = home_of(world, world.rater).own

    assert task.meter.done == 0


def test_a_rater_sees_nothing_but_their_own(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_, world.other_rater), 1, "PULL-APP")

    home, page = home_of(world, world.rater), page_of(world, world.rater)

    assert (home.others, home.rounds, home.material, home.book, home.result) == ((), (), (), None, None)
    assert world.other_rater.label not in page
    assert "not begun" in page
    assert "Open the desk" in page


def test_a_rater_without_work_hears_so(world: StudyWorld) -> None:
    page = page_of(world, world.rater)

    assert "There is nothing for you to code at the moment." in page
    assert "When a coordinator gives you a transcript to code, it stands here." in page


def test_when_every_turn_is_judged_what_is_left_is_to_submit(world: StudyWorld) -> None:
    assignment = world.assignment(world.round())
    for position in range(1, 5):
        judge(assignment, position)

    page = page_of(world, world.rater)

    assert "Every turn is judged; what is left is to submit." in page
    assert f"Submit {world.transcript.name}" in page


def test_a_withdrawn_assignment_is_gone(world: StudyWorld) -> None:
    assignment = world.assignment(world.round())
    Assignment.objects.filter(pk=assignment.pk).update(withdrawn_at=timezone.now())

    assert home_of(world, world.rater).own == ()


def test_what_was_submitted_says_nothing_while_the_transcript_is_coded_again(world: StudyWorld) -> None:
    first = world.round([world.rater])
    submit(world.assignment(first))
    world.round([world.rater])

    home, page = home_of(world, world.rater), page_of(world, world.rater)

    assert [task.known for task in home.done_own] == [False]
    assert "not for your eyes while you code this transcript again" in page
    assert "yours to read" not in page


# Coordinators --------------------------------------------------------------------------------------------------------


def test_a_coordinator_sees_how_far_the_raters_are(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1)

    tasks = home_of(world, world.coordinator).others

    assert [(task.rater, task.meter and task.meter.done) for task in tasks] == [("rater_a", 1), ("rater_b", 0)]


def test_a_coordinator_who_codes_too_sees_who_codes_but_not_how_far(world: StudyWorld) -> None:
    round_ = world.round([world.coordinator, world.rater])
    judge(world.assignment(round_), 1)

    home, page = home_of(world, world.coordinator), page_of(world, world.coordinator)

    assert [(task.rater, task.meter) for task in home.others] == [("rater_a", None)]
    assert "not for your eyes yet" in page
    assert "1 of 4 judged" not in page


def test_a_coordinator_who_codes_learns_no_state_of_another_round_on_that_transcript(world: StudyWorld) -> None:
    earlier = world.round([world.rater, world.other_rater])
    world.round([world.coordinator])
    before = (home_of(world, world.coordinator), page_of(world, world.coordinator))

    close(earlier)
    after = (home_of(world, world.coordinator), page_of(world, world.coordinator))

    assert before[0].others == after[0].others
    assert [line.state for line in after[0].rounds] == [None, None]
    assert after[0].result is None
    assert _without_secret(before[1]) == _without_secret(after[1])


def _without_secret(page: str) -> str:
    """Leave out the form's secret, which differs each time, and where “today” stands in the picture."""
    import re

    return re.sub(r'value="\w{64}"|[xyMw][a-z]*="?[\d.]+"?|M[\d.]+ 18V', "", page)


def test_a_closed_round_leads_to_its_reliability(world: StudyWorld) -> None:
    round_ = world.round()
    close(round_)

    for member in (world.coordinator, world.adjudicator, world.reader):
        page = page_of(world, member)
        assert f"Read the reliability of {round_.name}" in page
        assert f"the reliability of {round_.name} can be read." in page


def test_a_reader_sees_no_progress(world: StudyWorld) -> None:
    judge(world.assignment(world.round()), 1)

    home = home_of(world, world.reader)

    assert home.others == ()
    assert home.invited == 0


@pytest.mark.parametrize(
    ("transcripts", "words"),
    [(0, "it waits for its first transcripts."), (1, "1 transcript is in; next comes the codebook.")],
)
def test_an_empty_study_says_what_comes_next(transcripts: int, words: str) -> None:
    study = make_study(title="Moves")
    member = make_member(study, "coordinator")
    for _ in range(transcripts):
        make_transcript(study)

    home = study_home(user=member.user, study=study, powers=POWERS["coordinator"])

    assert sentence(home, study, POWERS["coordinator"]) == f"Moves: {words}"


def test_with_transcripts_and_a_codebook_the_first_round_comes_next(world: StudyWorld) -> None:
    page = page_of(world, world.coordinator)

    assert "transcripts and codebook are ready for the first round." in page
    assert "Make the first round" in page


def test_open_rounds_are_named(world: StudyWorld) -> None:
    first, second = world.round(), world.round()

    page = page_of(world, world.coordinator)

    assert f"{second.name} and {first.name} are being coded." in page


def test_a_coordinator_is_led_to_the_meeting_and_sees_what_is_being_adjudicated(world: StudyWorld) -> None:
    round_ = world.round()
    open_adjudication(user=world.coordinator.user, round_=round_)
    judge(world.assignment(round_), 2, "PULL-APP")
    judge(world.assignment(round_, world.other_rater), 2)
    assert "Give the final word" not in page_of(world, world.coordinator)
    close(round_)

    page = page_of(world, world.coordinator)

    assert f"Give the final word on {round_}" in page
    assert f"/rounds/{round_.pk}/meeting/" in page
    assert "Give the final word" not in page_of(world, world.adjudicator)
    end_adjudication(user=world.coordinator.user, round_=round_)
    assert "Give the final word" not in page_of(world, world.coordinator)


def test_a_coordinator_hears_how_far_an_adjudication_is_and_when_it_can_be_ended(world: StudyWorld) -> None:
    round_ = adjudicated(world)
    begun = page_of(world, world.coordinator)
    answer = Answer(outcome="none", rule="third_rater", reason="Only politeness.")
    segment = world.transcript.revisions.get().segments.get(position=2)
    decide(user=world.adjudicator.user, round_=round_, segment_id=segment.pk, answer=answer, n=0)

    page, own = page_of(world, world.coordinator), page_of(world, world.adjudicator)

    assert "Give the final word on" in begun
    assert 'aria-label="0 of 1"' in begun
    assert page.index("Read the reliability of") < page.index(f"End the blind phase of {round_}")
    assert "Every turn in dispute has an answer" in page
    assert f"End the blind phase of {round_}" in own
    undo(user=world.adjudicator.user, round_=round_, segment_id=segment.pk, n=1)
    assert "End the blind phase" not in page_of(world, world.coordinator)


def test_where_nobody_differs_the_blind_phase_can_be_ended_at_once(world: StudyWorld) -> None:
    round_ = world.round()
    open_adjudication(user=world.coordinator.user, round_=round_)
    close(round_)

    assert "No turn is in dispute" in page_of(world, world.coordinator)


def test_nothing_is_said_of_the_whole_to_whoever_still_codes_a_part(world: StudyWorld) -> None:
    apart, again = make_transcript(world.study), world.transcript
    round_ = world.round(transcripts=[again, apart])
    open_adjudication(user=world.coordinator.user, round_=round_)
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 1)
    close(round_)
    world.round([world.coordinator], [again])

    page = page_of(world, world.coordinator)
    setup = sign_in(world.coordinator).get(f"/studies/{world.study.slug}/rounds/{round_.pk}/adjudication/setup/")

    assert f"{round_}" in page
    assert "blind phase" not in page
    assert "Transcripts that you still code are left out." in setup.content.decode()
    assert (setup.context["progress"].unanimous, setup.context["all_decided"]) == (1, False)


def adjudicated(world: StudyWorld) -> Round:
    """A closed round with one turn in dispute, open for adjudication."""
    round_ = world.round()
    open_adjudication(user=world.coordinator.user, round_=round_)
    judge(world.assignment(round_), 2, "PULL-APP")
    judge(world.assignment(round_, world.other_rater), 2)
    close(round_)
    return round_


def test_an_adjudicator_with_nothing_to_do_reads_what_they_wait_for(world: StudyWorld) -> None:
    assert "its adjudication is open, it stands here." in page_of(world, world.adjudicator)


def test_a_team_that_wants_no_numbers_is_told_of_none(world: StudyWorld) -> None:
    round_ = world.round()
    close(round_)
    assert f"the reliability of {round_} can be read." in page_of(world, world.reader)

    world.study.discussion_only = True
    world.study.save(update_fields=["discussion_only"])

    for member in (world.coordinator, world.reader):
        assert f"what the raters of {round_} see differently can be read." in page_of(world, member)
        assert f"reliability of {round_}" not in page_of(world, member)


# Pictures ------------------------------------------------------------------------------------------------------------


def test_the_picture_of_rounds_stays_inside_its_frame(world: StudyWorld) -> None:
    old = world.round()
    Round.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=400))
    close(old)
    world.round()

    picture = rounds_picture(world.study, round_lines(world.coordinator.user, world.study))

    assert picture.bars[0].name == old.name
    assert all(bar.x >= LEFT and bar.x + bar.width <= RIGHT for bar in picture.bars)
    assert all(LEFT <= tick.x <= RIGHT for tick in picture.ticks)
    assert 1 <= len(picture.ticks) <= 9


def test_versions_of_one_day_share_a_mark_and_none_lies_over_another(world: StudyWorld) -> None:
    later = make_version(world.study)
    world.round()

    (dot,) = rounds_picture(world.study, round_lines(world.coordinator.user, world.study)).versions

    assert dot.name == f"{world.version.name}, {later.name}"


@pytest.mark.parametrize("weekday", range(7))
def test_the_marked_days_lie_inside_the_picture_whatever_day_it_begins_on(weekday: int) -> None:
    start = datetime(2026, 11, 23 + weekday, 17, 41, tzinfo=UTC)

    days = days_between(start, start + timedelta(days=400))

    assert 1 <= len(days) <= 9
    assert all(start <= day < start + timedelta(days=400) for day in days)


def test_a_portrait_shows_the_patient_above_and_the_therapist_below(world: StudyWorld) -> None:
    (portrait,) = portraits(world.study, material_of(world.study))

    assert len(portrait.bars) == 4
    assert [bar.y > 24 for bar in portrait.bars] == [True, False, True, False]


def test_a_long_session_is_drawn_in_a_hundred_stretches(world: StudyWorld) -> None:
    make_transcript(world.study, 1000, name="A long one")

    portrait = portraits(world.study, material_of(world.study))[0]

    assert len(portrait.bars) <= 200
    assert max(bar.x + bar.width for bar in portrait.bars) <= 640


# Cost ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coordinator", "rater", "reader"])
def test_twenty_more_of_everything_cost_no_more_queries(world: StudyWorld, who: str) -> None:
    member: Membership = getattr(world, who)
    close(world.round())
    world.round()
    few = _queries(world, member)

    for _ in range(20):
        transcript = make_transcript(world.study)
        more = [world.rater, make_member(world.study, "rater")]
        world.round(more, [transcript])

    assert _queries(world, member) == few


@pytest.mark.parametrize("who", ["coordinator", "adjudicator"])
def test_five_more_adjudications_cost_no_more_queries(world: StudyWorld, who: str) -> None:
    member: Membership = getattr(world, who)
    adjudicated(world)
    _queries(world, member)
    few = _queries(world, member)

    for _ in range(5):
        adjudicated(world)
    _queries(world, member)

    assert _queries(world, member) == few


def _queries(world: StudyWorld, member: Membership) -> int:
    client = Client()
    client.force_login(member.user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/studies/{world.study.slug}/").status_code == 200
    return len(queries)
