"""What is kept of a closed round: the same numbers, and never older than what they rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import caches
from procrastinate.contrib.django.models import ProcrastinateJob

from coding.formats.drafts import AttributeDraft
from coding.models import Assignment, CodingAttribute, Round
from coding.queries import kept
from coding.queries.kept import KeptRound, fingerprint, prepare
from coding.queries.reliability import reliability_of
from coding.services.submission import submit
from tests.coding.test_results_pages import coded
from tests.factories import SMALL_CODEBOOK, StudyWorld, close, judge, make_round, make_transcript, make_version
from transcripts.models import Membership, Speaker, SpeakerRole, Transcript


def computed_anew(round_: Round, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each time a round's rows are fetched."""
    fetched: list[str] = []
    original = kept.fetch_rows

    def noted(*args: Any) -> Any:
        fetched.append("fetched")
        return original(*args)

    monkeypatch.setattr(kept, "fetch_rows", noted)
    return fetched


def test_what_is_kept_is_what_would_be_computed(world: StudyWorld) -> None:
    round_ = coded(world)

    first, again = KeptRound(round_).reliability(), KeptRound(round_).reliability()

    assert first == again == reliability_of(round_, optimistic=True)


def test_a_closed_round_is_fetched_once(world: StudyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = coded(world)
    fetched = computed_anew(round_, monkeypatch)

    for _ in range(3):
        KeptRound(round_).reliability()
        KeptRound(round_).breakdown()
        KeptRound(round_).confusions()

    assert fetched == ["fetched"]


def test_a_round_that_is_still_open_is_never_kept(world: StudyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = world.round()
    mine, other = world.assignment(round_), world.assignment(round_, world.other_rater)
    judge(mine, 1, "PULL-APP")
    judge(other, 1)
    Assignment.objects.filter(pk=mine.pk).update(submitted_at="2026-11-25T10:00:00Z")
    alone = KeptRound(round_).reliability()
    Assignment.objects.filter(pk=other.pk).update(submitted_at="2026-11-25T10:00:01Z")

    assert alone.raters == ("rater_a",)
    assert KeptRound(round_).reliability().raters == ("rater_a", "rater_b")


def rename_a_rater(round_: Round) -> None:
    Membership.objects.filter(label="rater_a").update(label="rater_z")


def rename_a_transcript(round_: Round) -> None:
    Transcript.objects.filter(assignments__round=round_).update(name="Another name")


def speak_in_another_role(round_: Round) -> None:
    patient = SpeakerRole.objects.get(study=round_.study, name="patient")
    Speaker.objects.filter(revision__assignments__round=round_, role__name="therapist").update(role=patient)


def rename_a_role(round_: Round) -> None:
    SpeakerRole.objects.filter(study=round_.study, name="patient").update(name="client")


def rename_the_round(round_: Round) -> None:
    Round.objects.filter(pk=round_.pk).update(name="Another round")
    round_.refresh_from_db()


def become_a_machine(round_: Round) -> None:
    Membership.objects.filter(label="rater_b").update(kind="machine", user=None)


@pytest.mark.parametrize(
    "change", [rename_a_rater, rename_a_transcript, speak_in_another_role, rename_the_round, become_a_machine]
)
def test_whatever_may_still_change_after_a_round_is_closed_makes_the_numbers_anew(
    world: StudyWorld, change: Callable[[Round], None]
) -> None:
    round_ = coded(world)
    before = KeptRound(round_).reliability()

    change(round_)

    after = KeptRound(round_).reliability()
    assert after == reliability_of(round_, optimistic=True)
    assert after != before


def test_another_name_of_a_role_makes_the_breakdown_anew(world: StudyWorld) -> None:
    round_ = coded(world)
    before = KeptRound(round_).breakdown()

    rename_a_role(round_)

    assert {part.name for part in before.roles} == {"patient", "therapist"}
    assert {part.name for part in KeptRound(round_).breakdown().roles} == {"client", "therapist"}


def test_nothing_that_people_wrote_is_kept(world: StudyWorld) -> None:
    draft = replace(
        SMALL_CODEBOOK,
        attributes=(
            AttributeDraft(id="arena", type="nominal", values={"here": ""}),
            AttributeDraft(id="whom", type="text"),
        ),
    )
    round_ = make_round(make_version(world.study, draft), [world.transcript], [world.rater, world.other_rater])
    for assignment in round_.assignments.select_related("version"):
        coding = judge(assignment, 1, "PULL-APP").codings.get()
        for key, value in (("arena", "here"), ("whom", "her sister Anna")):
            CodingAttribute.objects.create(
                version_id=coding.version_id,
                coding=coding,
                attribute=assignment.version.attributes.get(key=key),
                value=value,
            )
    close(round_)

    assert KeptRound(round_).rows().attribute_words == ("here",)


def test_somebody_who_may_not_see_a_transcript_gets_numbers_of_their_own(world: StudyWorld) -> None:
    hidden = make_transcript(world.study)
    round_ = coded(world, [world.transcript, hidden])
    everything = KeptRound(round_).reliability()

    theirs = KeptRound(round_, [world.transcript.pk]).reliability()

    assert theirs.totals.segments == 4
    assert everything.totals.segments == 8
    assert theirs == reliability_of(round_, [world.transcript.pk], optimistic=True)


def test_another_program_keeps_nothing_of_this_one(world: StudyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = coded(world)
    before = fingerprint(round_, None)

    monkeypatch.setattr(kept, "program", lambda: "another")

    assert fingerprint(round_, None) != before


def test_what_is_kept_may_be_thrown_away(world: StudyWorld) -> None:
    round_ = coded(world)
    before = KeptRound(round_).reliability()

    caches["results"].clear()

    assert KeptRound(round_).reliability() == before


def test_two_rounds_never_share_what_is_kept(world: StudyWorld) -> None:
    assert fingerprint(coded(world), None) != fingerprint(coded(world), None)


def test_a_round_that_is_closed_has_its_results_computed_by_the_worker(
    world: StudyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = world.round()
    for assignment in round_.assignments.select_related("version", "rater__user"):
        for position in range(1, 5):
            judge(assignment, position)
        submit(user=assignment.rater.user, assignment_id=assignment.pk)
    waiting = ProcrastinateJob.objects.filter(task_name="prepare_results").values_list("args", flat=True)
    assert list(waiting) == [{"round_id": round_.pk}]

    prepare(round_.pk)

    round_.refresh_from_db()
    fetched = computed_anew(round_, monkeypatch)
    KeptRound(round_).reliability()
    assert fetched == []
