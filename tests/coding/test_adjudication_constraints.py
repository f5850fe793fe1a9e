"""What the database itself refuses about adjudications, each by name."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from coding.models import (
    AdjudicatedAttribute,
    AdjudicatedCoding,
    AdjudicatedEvidence,
    Adjudication,
    AdjudicationOpening,
    Adjudicator,
    NamesShown,
    Round,
)
from coding.services.adjudication import decide, open_adjudication
from coding.services.final_answers import Answer, FinalCoding
from tests.coding.test_constraints import refused_by
from tests.factories import StudyWorld, close, judge, make_transcript, make_version, make_world
from transcripts.models import Segment


@pytest.fixture
def round_(world: StudyWorld) -> Round:
    round_ = world.round()
    judge(world.assignment(round_), 1, "ST-WARM")
    assert world.coordinator.user is not None
    open_adjudication(user=world.coordinator.user, round_=round_)
    close(round_)
    return round_


def answer(world: StudyWorld, round_: Round, **fields: Any) -> Adjudication:
    revision = world.transcript.revisions.get()
    given = {
        "study": world.study, "version": world.version, "round": round_, "revision": revision, "n": 1,
        "segment": Segment.objects.get(revision=revision, position=1), "author": world.adjudicator,
        "rule": "discussion",
    }  # fmt: skip
    return Adjudication.objects.create(**(given | fields))


def test_a_number_is_given_once_to_a_segment(world: StudyWorld, round_: Round) -> None:
    answer(world, round_)

    with refused_by("adjudication_number_once"):
        answer(world, round_)


def test_answers_count_from_one_and_restore_earlier_ones(world: StudyWorld, round_: Round) -> None:
    with refused_by("adjudication_counts_from_one"):
        answer(world, round_, n=0)
    with refused_by("adjudication_undoes_back"):
        answer(world, round_, restores=1)


def test_an_answer_belongs_to_version_study_and_revision_of_its_round(world: StudyWorld, round_: Round) -> None:
    foreign = make_world()
    elsewhere = make_transcript(world.study).revisions.get()

    with refused_by("adjudication_of_round"):
        answer(world, round_, version=make_version(world.study))
    with refused_by("adjudication_segment_of_revision"):
        answer(world, round_, segment=Segment.objects.get(revision=elsewhere, position=1))
    with refused_by("adjudication_author_of_study"):
        answer(world, round_, author=foreign.adjudicator)


def test_a_segment_that_the_round_does_not_cover_is_refused(world: StudyWorld, round_: Round) -> None:
    elsewhere = make_transcript(world.study).revisions.get()

    with pytest.raises(IntegrityError, match="not part of the round"), transaction.atomic():
        answer(world, round_, revision=elsewhere, segment=Segment.objects.get(revision=elsewhere, position=1))


def test_only_a_closed_round_that_was_opened_is_adjudicated(world: StudyWorld) -> None:
    round_ = world.round()

    with pytest.raises(IntegrityError, match="a closed round whose adjudication was opened"), transaction.atomic():
        answer(world, round_)


def test_a_code_of_another_version_is_refused(world: StudyWorld, round_: Round) -> None:
    row = answer(world, round_)
    other = make_version(world.study)

    with refused_by("adjudicated_code_of_version"):
        AdjudicatedCoding.objects.create(version=world.version, adjudication=row, code=other.codes.get(key="ST-WARM"))
    with refused_by("adjudicated_coding_of_answer"):
        AdjudicatedCoding.objects.create(version=other, adjudication=row, code=other.codes.get(key="ST-WARM"))


def test_an_outcome_excludes_codings_and_a_rating_is_never_zero(world: StudyWorld, round_: Round) -> None:
    code = world.version.codes.get(key="PULL-APP")
    none = answer(world, round_, outcome="none")
    open_ = answer(world, round_, n=2)

    with pytest.raises(IntegrityError, match="exclude each other"), transaction.atomic():
        AdjudicatedCoding.objects.create(version=world.version, adjudication=none, code=code)
    with refused_by("adjudicated_rating_never_zero"):
        AdjudicatedCoding.objects.create(version=world.version, adjudication=open_, code=code, rating=0)


def test_a_code_stands_once_in_an_answer_and_words_are_not_empty(world: StudyWorld, round_: Round) -> None:
    code = world.version.codes.get(key="PULL-APP")
    coding = AdjudicatedCoding.objects.create(version=world.version, adjudication=answer(world, round_), code=code)

    with refused_by("adjudicated_once_per_code"):
        AdjudicatedCoding.objects.create(version=world.version, adjudication=coding.adjudication, code=code)
    with refused_by("adjudicated_evidence_not_empty"):
        AdjudicatedEvidence.objects.create(coding=coding, start=2, end=2)
    AdjudicatedEvidence.objects.create(coding=coding, start=2, end=3)
    with refused_by("adjudicated_evidence_once"):
        AdjudicatedEvidence.objects.create(coding=coding, start=2, end=3)


def test_names_are_shown_to_an_adjudicator_after_the_own_first_answer_only(world: StudyWorld, round_: Round) -> None:
    revision = world.transcript.revisions.get()
    said = {
        "study": world.study, "round": round_, "revision": revision, "member": world.adjudicator,
        "segment": Segment.objects.get(revision=revision, position=1), "place": "adjudication",
    }  # fmt: skip

    with pytest.raises(IntegrityError, match="after the own first answer"), transaction.atomic():
        NamesShown.objects.create(**said)
    answer(world, round_)
    NamesShown.objects.create(**said)
    with refused_by("names_shown_once"):
        NamesShown.objects.create(**said)


def test_members_of_other_studies_neither_adjudicate_nor_open(world: StudyWorld, round_: Round) -> None:
    foreign = make_world()

    with refused_by("adjudicator_of_study"):
        Adjudicator.objects.create(study=world.study, round=round_, member=foreign.adjudicator)
    with refused_by("adjudicator_once"):
        Adjudicator.objects.create(study=world.study, round=round_, member=world.adjudicator)
    with refused_by("opening_of_round"):
        AdjudicationOpening.objects.create(
            study=world.study, version=make_version(world.study), round=world.round(), seed=1
        )


@pytest.mark.parametrize("change", [{"seed": 5}, {"opened_at": "2020-01-01T00:00Z"}, {"ended_at": None}])
def test_seed_and_times_of_an_opening_never_change(world: StudyWorld, round_: Round, change: dict[str, Any]) -> None:
    AdjudicationOpening.objects.update(ended_at="2026-01-01T00:00Z")

    with pytest.raises(IntegrityError, match="stays known"), transaction.atomic():
        AdjudicationOpening.objects.update(**change)


@pytest.mark.parametrize(
    "model",
    ["adjudication", "adjudicatedcoding", "adjudicatedevidence", "adjudicatedattribute", "adjudicator", "namesshown"],
)
@pytest.mark.parametrize(
    "statement", ["UPDATE coding_{} SET id = id", "DELETE FROM coding_{}", "TRUNCATE coding_{} CASCADE"]
)
def test_what_was_decided_is_never_changed(world: StudyWorld, round_: Round, model: str, statement: str) -> None:
    assert world.adjudicator.user is not None
    said = Answer(codings=(FinalCoding("PULL-APP", 2, ((0, 3),)),))
    segment = Segment.objects.get(revision__transcript=world.transcript, position=1)
    row = decide(user=world.adjudicator.user, round_=round_, segment_id=segment.pk, answer=said, n=0)
    NamesShown.objects.create(
        study=world.study, round=round_, revision=segment.revision, member=world.adjudicator, segment=segment,
        place="meeting",
    )  # fmt: skip
    assert row.codings.get().evidence.count() == 1
    assert not AdjudicatedAttribute.objects.exists()
    has_rows = model != "adjudicatedattribute" or statement.startswith("TRUNCATE")

    if has_rows:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(model))
