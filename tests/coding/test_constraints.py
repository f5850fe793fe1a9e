"""What the database itself refuses, each by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from coding.formats.drafts import AttributeDraft
from coding.models import (
    Act,
    Assignment,
    Code,
    CodebookVersion,
    Coding,
    CodingAttribute,
    CodingLink,
    Evidence,
    Family,
    Judgement,
    Round,
)
from tests.factories import SMALL_CODEBOOK, StudyWorld, close, judge, make_transcript, make_version, make_world, submit
from transcripts.models import Segment, Speaker


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    diagnosis = caught.value.__cause__.diag  # type: ignore[union-attr]
    assert (
        constraint
        in (diagnosis.constraint_name or "", diagnosis.message_primary or "")[0 if diagnosis.constraint_name else 1]
    )


@pytest.fixture
def judgement(world: StudyWorld) -> Judgement:
    assignment = world.assignment(world.round())
    return judge(assignment, 1, "PULL-APP")


def test_a_code_of_another_version_is_refused(world: StudyWorld, judgement: Judgement) -> None:
    elsewhere = make_version(make_world().study)

    with refused_by("coding_code_of_version"):
        Coding.objects.create(version=world.version, judgement=judgement, code=elsewhere.codes.get(key="PULL-DEF"))


def test_a_judgement_of_a_segment_of_another_transcript_is_refused(world: StudyWorld) -> None:
    assignment = world.assignment(world.round())
    foreign = make_transcript(world.study).revisions.get()

    with refused_by("judgement_segment_of_revision"):
        Judgement.objects.create(
            study=world.study,
            version=world.version,
            revision=assignment.revision,
            assignment=assignment,
            segment=Segment.objects.get(revision=foreign, position=1),
        )


def test_an_assignment_of_a_rater_of_another_study_is_refused(world: StudyWorld) -> None:
    round_ = world.round()

    with refused_by("assignment_rater_of_study"):
        Assignment.objects.create(
            study=world.study,
            round=round_,
            version=world.version,
            transcript=world.transcript,
            revision=world.transcript.revisions.get(),
            rater=make_world().rater,
        )


def test_a_speaker_role_of_another_study_is_refused(world: StudyWorld) -> None:
    role = make_world().study.speaker_roles.get(name="patient")

    with refused_by("speaker_role_of_study"):
        Speaker.objects.create(
            study=world.study, revision=world.transcript.revisions.get(), label="Somebody", role=role
        )


def test_the_same_code_is_given_once(world: StudyWorld, judgement: Judgement) -> None:
    with refused_by("coding_once_per_code"):
        Coding.objects.create(version=world.version, judgement=judgement, code=world.version.codes.get(key="PULL-APP"))


def test_a_segment_is_judged_once_in_an_assignment(judgement: Judgement) -> None:
    with refused_by("judgement_once"):
        judge(judgement.assignment, 1)


def test_a_rating_of_zero_is_refused(judgement: Judgement) -> None:
    with refused_by("coding_rating_is_never_zero"):
        judgement.codings.update(rating=0)


def test_an_outcome_beside_codings_is_refused(judgement: Judgement) -> None:
    with refused_by("outcome_excludes_codings"):
        Judgement.objects.filter(pk=judgement.pk).update(outcome="none")


def test_a_coding_beside_an_outcome_is_refused(world: StudyWorld) -> None:
    nothing = judge(world.assignment(world.round()), 2)

    with refused_by("outcome_excludes_codings"):
        Coding.objects.create(version=world.version, judgement=nothing, code=world.version.codes.get(key="PULL-APP"))


def test_empty_evidence_is_refused(judgement: Judgement) -> None:
    with refused_by("evidence_is_not_empty"):
        Evidence.objects.create(coding=judgement.codings.get(), start=3, end=3)


def _change_judgement(judgement: Judgement) -> Any:
    return Judgement.objects.filter(pk=judgement.pk).update(memo="later")


def _take_coding(judgement: Judgement) -> Any:
    return judgement.codings.all().delete()


def _rate_coding(judgement: Judgement) -> Any:
    return judgement.codings.update(rating=3)


def _judge_another(judgement: Judgement) -> Any:
    return judge(judgement.assignment, 2)


def _add_evidence(judgement: Judgement) -> Any:
    return Evidence.objects.create(coding=judgement.codings.get(), start=0, end=2)


@pytest.mark.parametrize("change", [_change_judgement, _take_coding, _rate_coding, _judge_another, _add_evidence])
def test_nothing_changes_under_a_submitted_assignment(judgement: Judgement, change: Callable[[Judgement], Any]) -> None:
    submit(judgement.assignment)

    with refused_by("submitted_is_final"):
        change(judgement)


def test_assignments_of_a_closed_round_are_final(world: StudyWorld, judgement: Judgement) -> None:
    close(judgement.assignment.round)

    with refused_by("assignment_of_closed_round_is_final"):
        Assignment.objects.filter(pk=judgement.assignment.pk).update(submitted_at=None)


def test_a_closed_round_stays_closed(world: StudyWorld) -> None:
    round_ = world.round()
    close(round_)

    with refused_by("round_stays_closed"):
        Round.objects.filter(pk=round_.pk).update(closed_at=None)


def test_a_rater_gets_a_transcript_once_in_a_round(world: StudyWorld) -> None:
    assignment = world.assignment(world.round())

    with refused_by("assignment_once_per_rater"):
        Assignment.objects.create(
            study=world.study,
            round=assignment.round,
            version=world.version,
            transcript=world.transcript,
            revision=assignment.revision,
            rater=assignment.rater,
        )


def _rename_code(version: CodebookVersion) -> Any:
    return version.codes.update(name="Another name")


def _remove_code(version: CodebookVersion) -> Any:
    return version.codes.filter(key="ST-COOL").delete()


def _add_code(version: CodebookVersion) -> Any:
    family = version.families.first()
    return Code.objects.create(study=version.study, version=version, family=family, key="NEW", name="New", position=99)


def _rename_family(version: CodebookVersion) -> Any:
    return Family.objects.filter(version=version).update(name="Another")


def _open_roles(version: CodebookVersion) -> Any:
    return version.codes.get(key="NAM-DIS").code_roles.all().delete()


def _change_version(version: CodebookVersion) -> Any:
    return CodebookVersion.objects.filter(pk=version.pk).update(max_codes_per_turn=9)


def _unpublish(version: CodebookVersion) -> Any:
    return CodebookVersion.objects.filter(pk=version.pk).update(published_at=None)


@pytest.mark.parametrize(
    "change", [_rename_code, _remove_code, _add_code, _rename_family, _open_roles, _change_version, _unpublish]
)
def test_a_published_version_is_frozen(world: StudyWorld, change: Callable[[CodebookVersion], Any]) -> None:
    with refused_by("version_is_frozen"):
        change(world.version)


def test_a_draft_can_be_changed(world: StudyWorld) -> None:
    draft = make_version(make_world().study, publish=False)

    for change in (_rename_code, _remove_code, _add_code, _rename_family, _open_roles, _change_version):
        change(draft)

    assert draft.codes.filter(key="NEW").exists()


def test_a_segment_is_never_edited(world: StudyWorld) -> None:
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Segment.objects.filter(revision__transcript=world.transcript).update(text="Something else")


def test_segments_of_a_revision_never_overlap(world: StudyWorld) -> None:
    first = Segment.objects.filter(revision__transcript=world.transcript).order_by("position")[0]

    with refused_by("segment_no_overlap"):
        Segment.objects.create(
            study=world.study,
            revision=first.revision,
            position=99,
            speaker=first.speaker,
            char_start=3,
            char_end=6,
            text="abc",
        )


def history(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pgh_label, pgh_obj_id FROM {table} ORDER BY pgh_id")
        return cursor.fetchall()


def test_every_change_of_a_coding_is_kept_whatever_path_it_comes_by(judgement: Judgement) -> None:
    coding = judgement.codings.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE coding_coding SET rating = 3 WHERE id = %s", [coding.pk])
    judgement.codings.all().delete()

    labels = [label for label, object_id in history("coding_codingevent") if object_id == coding.pk]

    assert labels == ["insert", "update", "delete"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE coding_judgementevent SET memo = 'other'",
        "DELETE FROM coding_judgementevent",
        "TRUNCATE coding_judgementevent CASCADE",
        "TRUNCATE coding_codingevent",
        "TRUNCATE transcripts_membershipevent",
        "DELETE FROM coding_act",
    ],
)
def test_the_history_refuses_to_be_changed(judgement: Judgement, statement: str) -> None:
    Act.objects.create(
        client_id="0b5a9f7e-3f40-4e4a-9d4b-000000000001",
        assignment=judgement.assignment,
        seq=1,
        kind="k",
        payload={},
        answer={},
    )

    with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_coding_attribute_of_another_version_is_refused(world: StudyWorld, judgement: Judgement) -> None:
    elsewhere = make_version(make_world().study, replace(SMALL_CODEBOOK, attributes=(AttributeDraft("arena", "text"),)))

    with refused_by("coding_attribute_of_version"):
        CodingAttribute.objects.create(
            version=world.version,
            coding=judgement.codings.get(),
            attribute=elsewhere.attributes.get(),
            value="here",
        )


def test_submitted_and_withdrawn_exclude_each_other(world: StudyWorld) -> None:
    assignment = world.assignment(world.round())
    submit(assignment)

    with refused_by("assignment_submitted_or_withdrawn"):
        Assignment.objects.filter(pk=assignment.pk).update(withdrawn_at=timezone.now())


# Links between codings ------------------------------------------------------------------------------------------------


def linked(assignment: Assignment, later: Judgement, earlier: Judgement, **more: Any) -> CodingLink:
    return CodingLink.objects.create(
        assignment=assignment,
        from_judgement=later,
        from_coding=later.codings.get(),
        to_judgement=earlier,
        to_coding=earlier.codings.get(),
        **more,
    )


def test_a_link_joins_codings_of_one_assignment(world: StudyWorld) -> None:
    mine, others = world.round().assignments.order_by("pk")
    later, earlier = judge(mine, 3, "PULL-APP"), judge(others, 1, "PULL-APP")

    with refused_by("link_to_judgement_of_assignment"):
        linked(mine, later, earlier)
    with refused_by("link_from_judgement_of_assignment"):
        linked(others, later, earlier)


def test_the_ends_of_a_link_are_codings_of_its_judgements(world: StudyWorld) -> None:
    assignment = world.assignment(world.round())
    first, second, third = (judge(assignment, position, "PULL-APP") for position in (1, 2, 3))
    ends = {"assignment": assignment, "from_judgement": third, "to_judgement": first}

    with refused_by("link_to_coding_of_judgement"):
        CodingLink.objects.create(**ends, from_coding=third.codings.get(), to_coding=second.codings.get())
    with refused_by("link_from_coding_of_judgement"):
        CodingLink.objects.create(**ends, from_coding=second.codings.get(), to_coding=first.codings.get())


def test_a_link_leads_back_and_stands_once(world: StudyWorld) -> None:
    assignment = world.assignment(world.round())
    first, third = judge(assignment, 1, "PULL-APP"), judge(assignment, 3, "PULL-APP")
    linked(assignment, third, first)

    with refused_by("link_leads_back"):
        linked(assignment, first, third)
    with refused_by("link_leads_back"):
        linked(assignment, first, first)
    with refused_by("link_once"):
        linked(assignment, third, first)


def test_links_of_a_submitted_assignment_are_final(world: StudyWorld) -> None:
    assignment = world.assignment(world.round())
    first, third = judge(assignment, 1, "PULL-APP"), judge(assignment, 3, "PULL-APP")
    link = linked(assignment, third, first)
    submit(assignment)

    with refused_by("submitted_is_final"):
        link.delete()
    with refused_by("submitted_is_final"):
        linked(assignment, third, first, kind="again")
