"""Laws 1 and 3, each a test: what counts as given, as absent, as missing, and whose codings count at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coding.formats.drafts import AttributeDraft, CodeDraft
from coding.models import Assignment, CodingAttribute, Evidence, Judgement, Round
from coding.queries import ratings
from coding.queries.evidence import evidence_spans
from coding.queries.judged_rows import JudgedRows, fetch_rows
from tests.factories import (
    SMALL_CODEBOOK,
    StudyWorld,
    close,
    judge,
    make_member,
    make_round,
    make_transcript,
    make_version,
    submit,
)
from transcripts.models import Revision, Segment, Speaker


def matrix_of(round_: Round, code: str) -> list[list[int]]:
    rows = fetch_rows(round_)
    return [row.tolist() for row in ratings.code_matrices(rows)[code]]


def one(found: list[ratings.Ratings], key: str) -> ratings.Ratings:
    return next(row for row in found if row.key == key)


def test_a_judged_segment_without_the_code_is_0_and_one_not_judged_has_no_value(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1, "PULL-APP")
    judge(world.assignment(round_), 2)
    judge(world.assignment(round_, world.other_rater), 3, "PULL-APP")
    close(round_)

    assert matrix_of(round_, "PULL-APP") == [[1, 0, -1, -1], [-1, -1, 1, -1]]


def test_a_judgement_that_was_begun_and_not_finished_counts_for_nothing(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1, "PULL-APP", finished_at=None)
    judge(world.assignment(round_), 2, "PULL-APP")
    close(round_)

    assert matrix_of(round_, "PULL-APP")[0] == [-1, 1, -1, -1]
    assert matrix_of(round_, "NRM")[0] == [-1, 0, -1, -1]


def test_a_code_has_no_value_on_segments_of_roles_it_does_not_apply_to(world: StudyWorld) -> None:
    round_ = world.round()
    for position in (1, 2, 3, 4):
        judge(world.assignment(round_), position, *(["NAM-DIS"] if position == 1 else []))
    close(round_)

    # Odd turns are the therapist's, to which alone the code applies.
    assert matrix_of(round_, "NAM-DIS")[0] == [1, -1, 0, -1]


def test_uncodable_is_missing_for_every_code_and_none_applies_and_counted_only_by_its_own(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1, outcome="uncodable", reason="inaudible")
    judge(world.assignment(round_), 2)
    close(round_)

    assert matrix_of(round_, "PULL-APP")[0] == [-1, 0, -1, -1]
    assert matrix_of(round_, "NRM")[0] == [-1, 1, -1, -1]
    assert matrix_of(round_, "UNC")[0] == [1, 0, -1, -1]


def test_missing_values_are_counted_by_their_reason(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1, outcome="uncodable")
    judge(world.assignment(round_), 2)
    judge(world.assignment(round_, world.other_rater), 2)
    close(round_)

    rows = fetch_rows(round_)
    found = one(ratings.code_ratings(rows, ratings.code_matrices(rows)), "PULL-APP")

    assert (found.uncodable, found.not_judged) == (1, 5)


def test_none_applies_is_asked_of_every_judged_codable_segment_whatever_its_role(world: StudyWorld) -> None:
    version = make_version(
        world.study,
        replace(
            SMALL_CODEBOOK,
            codes=tuple(
                replace(code, roles=("therapist",)) if code.key == "NRM" else code for code in SMALL_CODEBOOK.codes
            ),
        ),
    )
    round_ = make_round(version, [world.transcript], [world.rater])
    judge(world.assignment(round_), 1)
    judge(world.assignment(round_), 2)
    close(round_)

    assert matrix_of(round_, "NRM")[0] == [1, 1, -1, -1]


@pytest.mark.parametrize(
    ("codes", "key"), [((), "NRM"), ((CodeDraft(key="NRM", name="Not a status", family="PULL"),), "_NRM")]
)
def test_a_codebook_without_outcome_codes_still_reports_none_applies(
    world: StudyWorld, codes: tuple[CodeDraft, ...], key: str
) -> None:
    plain = tuple(code for code in SMALL_CODEBOOK.codes if code.family != "ADM")
    version = make_version(world.study, replace(SMALL_CODEBOOK, codes=(*plain, *codes), exclusive_codes=()))
    round_ = make_round(version, [world.transcript], [world.rater])
    judge(world.assignment(round_), 1)
    judge(world.assignment(round_), 2, "PULL-APP")
    close(round_)

    rows = fetch_rows(round_)

    assert list(ratings.code_matrices(rows))[-1] == key
    assert ratings.code_matrices(rows)[key][0].tolist() == [1, 0, -1, -1]


def test_an_exclusive_family_is_one_nominal_variable_and_none_of_them_is_a_category_where_it_occurs(
    world: StudyWorld,
) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1, "ST-WARM")
    judge(world.assignment(round_), 2, "ST-COOL", "PULL-APP")
    judge(world.assignment(round_), 3, "PULL-APP")
    close(round_)

    rows = fetch_rows(round_)
    found = one(ratings.family_ratings(rows, ratings.code_matrices(rows)), "STANCE")

    assert found.categories == ("ST-WARM", "ST-COOL", "none of them")
    assert found.values[0].tolist() == [0, 1, 2]


def test_none_of_them_is_no_category_where_every_segment_has_a_code_of_the_family(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1, "ST-WARM")
    judge(world.assignment(round_), 2, "ST-WARM")
    close(round_)

    rows = fetch_rows(round_)
    found = one(ratings.family_ratings(rows, ratings.code_matrices(rows)), "STANCE")

    assert found.categories == ("ST-WARM", "ST-COOL")


def test_any_other_family_is_present_where_any_of_its_codes_is(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1, "PULL-APP", "PULL-DEF")
    judge(world.assignment(round_), 2, "PULL-DEF")
    judge(world.assignment(round_), 3)
    close(round_)

    rows = fetch_rows(round_)
    found = one(ratings.family_ratings(rows, ratings.code_matrices(rows)), "PULL")

    assert found.values[0].tolist() == [1, 1, 0]


def test_a_family_covers_the_segments_of_all_its_codes_roles(world: StudyWorld) -> None:
    roles = {"PULL-APP": ("patient",), "PULL-DEF": ("therapist",)}
    codes = tuple(replace(code, roles=roles.get(code.key, code.roles)) for code in SMALL_CODEBOOK.codes)
    round_ = make_round(
        make_version(world.study, replace(SMALL_CODEBOOK, codes=codes)), [world.transcript], [world.rater]
    )
    judge(world.assignment(round_), 1, "PULL-DEF")
    judge(world.assignment(round_), 2)
    close(round_)

    rows = fetch_rows(round_)
    found = one(ratings.family_ratings(rows, ratings.code_matrices(rows)), "PULL")

    assert found.values[0].tolist() == [1, 0]


def test_a_judged_segment_without_the_code_is_the_0_of_its_rating_and_a_gap_is_missing_there_alone(
    world: StudyWorld,
) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1, "PULL-APP", rating=3)
    judge(world.assignment(round_), 2)
    gap = judge(world.assignment(round_), 3, "PULL-APP")
    gap.codings.update(rating=None)
    judge(world.assignment(round_, world.other_rater), 3)
    close(round_)

    rows = fetch_rows(round_)
    matrices = ratings.code_matrices(rows)
    found = one(ratings.intensity_ratings(rows, matrices), "PULL-APP")

    assert found.categories == ("0", "1", "2", "3")
    assert found.values.tolist() == [[3, 0, -1], [-1, -1, 0]]
    assert matrices["PULL-APP"][0, 2] == 1


def test_label_sets_leave_out_outcomes_and_uncodable_segments(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1, "PULL-APP", "NAM-DIS")
    judge(world.assignment(round_), 2)
    judge(world.assignment(round_), 3, outcome="uncodable")
    close(round_)

    rows = fetch_rows(round_)
    sets = ratings.label_sets(rows, ratings.code_matrices(rows))

    assert "NRM" not in sets.codes
    assert "UNC" not in sets.codes
    assert sets.judged[0].tolist() == [True, True]
    assert sets.given[:, 0, 0].sum() == 2
    assert sets.given[:, 0, 1].sum() == 0


def test_segments_that_no_code_applies_to_are_no_units_of_the_label_sets(world: StudyWorld) -> None:
    codes = tuple(replace(code, roles=("patient",)) for code in SMALL_CODEBOOK.codes)
    round_ = make_round(
        make_version(world.study, replace(SMALL_CODEBOOK, codes=codes)), [world.transcript], [world.rater]
    )
    for position in (1, 2, 3, 4):
        judge(world.assignment(round_), position)
    close(round_)

    rows = fetch_rows(round_)
    sets = ratings.label_sets(rows, ratings.code_matrices(rows))

    assert rows.units.position[sets.units].tolist() == [2, 4]


def asked_about(world: StudyWorld) -> Round:
    draft = replace(
        SMALL_CODEBOOK,
        attributes=(
            AttributeDraft(id="arena", type="nominal", values={"here": "", "there": ""}, applies_to=("PULL",)),
            AttributeDraft(id="whom", type="text"),
        ),
    )
    return make_round(make_version(world.study, draft), [world.transcript], [world.rater, world.other_rater])


def say(judgement: Judgement, code: str, value: str, attribute: str = "arena") -> None:
    coding = judgement.codings.get(code__key=code)
    CodingAttribute.objects.create(
        version_id=coding.version_id,
        coding=coding,
        attribute=judgement.assignment.version.attributes.get(key=attribute),
        value=value,
    )


def test_an_attribute_has_a_value_only_where_it_was_said(world: StudyWorld) -> None:
    round_ = asked_about(world)
    own, other = world.assignment(round_), world.assignment(round_, world.other_rater)
    say(judge(own, 1, "PULL-APP"), "PULL-APP", "here")
    say(judge(other, 1, "PULL-APP"), "PULL-APP", "there")
    say(judge(own, 2, "PULL-APP"), "PULL-APP", "here")
    judge(other, 2)
    close(round_)

    (found,) = ratings.attribute_ratings(fetch_rows(round_))

    assert found.categories == ("here", "there")
    assert found.values.tolist() == [[0, 0], [1, -1]]


def test_two_values_on_one_segment_are_a_value_of_their_own(world: StudyWorld) -> None:
    round_ = asked_about(world)
    judgement = judge(world.assignment(round_), 1, "PULL-APP", "PULL-DEF")
    say(judgement, "PULL-APP", "there")
    say(judgement, "PULL-DEF", "here")
    close(round_)

    (found,) = ratings.attribute_ratings(fetch_rows(round_))

    assert found.categories == ("here", "there", "here + there")
    assert found.values[0].tolist() == [2]


def mark(judgement: Judgement, code: str, *spans: tuple[int, int]) -> None:
    coding = judgement.codings.get(code__key=code)
    Evidence.objects.bulk_create(Evidence(coding=coding, start=start, end=end) for start, end in spans)


def test_a_code_given_without_marked_words_takes_its_segment_out_of_the_evidence(world: StudyWorld) -> None:
    round_ = world.round()
    own, other = world.assignment(round_), world.assignment(round_, world.other_rater)
    mark(judge(own, 1, "PULL-APP"), "PULL-APP", (0, 4), (2, 6))
    mark(judge(other, 1, "PULL-APP"), "PULL-APP", (5, 9))
    mark(judge(own, 2, "PULL-APP"), "PULL-APP", (0, 4))
    judge(other, 2, "PULL-APP")
    judge(own, 3)
    judge(other, 3)
    close(round_)

    rows = fetch_rows(round_)
    (found,) = evidence_spans(rows, ratings.code_matrices(rows))
    spans, length = found.without(None)

    assert rows.units.position[found.units].tolist() == [1, 3]
    assert length == 2 * len("Turn 1 of the hour.")
    assert [[(span.start, span.end) for span in mine] for mine in spans] == [[(0, 6)], [(5, 9)]]


# Law 3 -----------------------------------------------------------------------------------------------------------


def raters_in(rows: JudgedRows) -> tuple[str, ...]:
    return rows.raters


def test_only_submitted_assignments_that_were_not_withdrawn_count(world: StudyWorld) -> None:
    third = make_member(world.study, "rater", "rater_c")
    round_ = world.round([world.rater, world.other_rater, third])
    for rater in (world.rater, world.other_rater, third):
        judge(world.assignment(round_, rater), 1)
    submit(world.assignment(round_))
    Assignment.objects.filter(rater=third).update(withdrawn_at="2026-11-23T00:00:00Z", reason="ill")

    assert raters_in(fetch_rows(round_)) == ("rater_a",)


def test_a_revision_after_others_were_seen_never_enters(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1)
    close(round_)
    first = world.assignment(round_)
    second = Assignment.objects.create(
        study=world.study, round=round_, version=world.version, transcript=world.transcript, revision=first.revision,
        rater=world.rater, phase=Assignment.Phase.REVISION, revises=first,
    )  # fmt: skip
    judge(second, 1, "PULL-APP")
    judge(second, 2, "PULL-APP")
    submit(second)

    assert matrix_of(round_, "PULL-APP")[0] == [0, -1, -1, -1]


def test_machines_are_no_raters_and_imported_people_are(world: StudyWorld) -> None:
    imported = make_member(world.study, "rater", "elsewhere", kind="imported")
    machine = make_member(world.study, "rater", "model", kind="machine")
    round_ = world.round()
    for rater in (imported, machine):
        Assignment.objects.create(
            study=world.study, round=round_, version=world.version, transcript=world.transcript,
            revision=world.assignment(round_).revision, rater=rater,
        )  # fmt: skip
    close(round_)

    assert raters_in(fetch_rows(round_)) == ("elsewhere", "rater_a", "rater_b")


def test_raters_of_different_revisions_of_a_transcript_share_no_segment(world: StudyWorld) -> None:
    round_ = world.round()
    before = world.assignment(round_).revision
    later = Revision.objects.create(
        study=world.study, transcript=world.transcript, number=2, sha256="1" * 64, file_name="t.txt", file_size=1,
        layout="made for a test",
    )  # fmt: skip
    role = before.speakers.get(label="Patient").role
    speaker = Speaker.objects.create(study=world.study, revision=later, label="Patient", role=role)
    Segment.objects.create(
        study=world.study, revision=later, position=1, speaker=speaker, char_start=0, char_end=3, text="Yes"
    )
    Assignment.objects.filter(rater=world.other_rater).update(revision=later)
    judge(world.assignment(round_), 1, "PULL-APP")
    judge(world.assignment(round_, world.other_rater), 1, "PULL-APP")
    close(round_)

    rows = fetch_rows(round_)
    values = ratings.code_matrices(rows)["PULL-APP"]

    assert ((values >= 0).sum(axis=0) <= 1).all()
    assert rows.transcripts == (world.transcript.name,)


def test_only_the_transcripts_asked_for_are_read(world: StudyWorld) -> None:
    hidden = make_transcript(world.study, name="hidden")
    round_ = world.round(transcripts=[world.transcript, hidden])
    close(round_)

    rows = fetch_rows(round_, [world.transcript.pk])

    assert rows.transcripts == (world.transcript.name,)
    assert len(rows.units.ids) == 4


def test_a_round_in_which_nothing_was_judged_has_no_units(world: StudyWorld) -> None:
    round_ = world.round()
    close(round_)

    rows = fetch_rows(round_)
    matrices = ratings.code_matrices(rows)

    assert all(len(found.units) == 0 for found in ratings.code_ratings(rows, matrices))
    assert not ratings.differing_units(rows, matrices).any()


def test_segments_on_which_raters_differ_are_those_where_two_have_other_values() -> None:
    matrix = np.array([[1, 0, -1, 1, -1], [0, 0, 1, -1, -1], [1, 0, 1, -1, -1]], dtype=np.int8)

    assert ratings.differing(matrix).tolist() == [True, False, False, False, False]


@pytest.mark.parametrize("segments", [4, 24])
def test_twenty_more_segments_cost_no_more_queries(
    world: StudyWorld, segments: int, django_assert_num_queries: object
) -> None:
    transcript = make_transcript(world.study, segments)
    round_ = make_round(world.version, [transcript], [world.rater, world.other_rater])
    for assignment in round_.assignments.all():
        for position in range(1, segments + 1):
            judge(assignment, position, "PULL-APP")
    close(round_)
    round_ = Round.objects.select_related("version").get(pk=round_.pk)

    with django_assert_num_queries(11):  # type: ignore[operator]
        fetch_rows(round_)
