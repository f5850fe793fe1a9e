"""A codings table becomes a closed round, or is refused whole with line, column and what would be right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from coding.formats.drafts import AttributeDraft
from coding.models import Assignment, Coding, CodingAttribute, Evidence, Judgement, Round
from coding.services.codings_import import CodingsRefused, CodingsReport, read_file, report_lines, store_codings
from coding.services.rounds import RoundNameTaken
from tests.factories import SMALL_CODEBOOK, StudyWorld, make_study, make_version
from transcripts.models import Membership

HEAD = "transcript,segment,rater,code,rating"


def table(world: StudyWorld, *lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *(line.replace("T,", f"{world.transcript.name},", 1) for line in lines)]).encode()


def store(world: StudyWorld, *lines: str, head: str = HEAD, **options: Any) -> CodingsReport:
    draft = read_file(table(world, *lines, head=head))
    return store_codings(study=world.study, round_name=options.pop("round_name", "R"), draft=draft, **options)


def refusal(world: StudyWorld, *lines: str, head: str = HEAD) -> str:
    with pytest.raises(CodingsRefused) as caught:
        store(world, *lines, head=head)
    return caught.value.message


@pytest.mark.parametrize("layer", ["raw", "final"])
def test_a_new_rater_whose_label_shows_nothing_is_refused_with_the_line(world: StudyWorld, layer: str) -> None:
    name = world.transcript.name
    data = (
        f"transcript,segment,rater,code,rating,layer\n{name},1,a,ST-WARM,,raw\n{name},2,\u202e\u200b,ST-WARM,,{layer}\n"
    )

    with pytest.raises(CodingsRefused, match="Line 3, column rater: Write at least one character that can be seen"):
        store_codings(study=world.study, round_name="x", draft=read_file(data.encode()))


def test_codings_are_stored_finished_submitted_and_closed(world: StudyWorld) -> None:
    report = store(world, "T,1,rater_a,PULL-APP,2", "T,1,rater_a,NAM-DIS,", "T,2,rater_a,NRM,", "T,1,x,,")

    assignments = Assignment.objects.filter(round=report.round)
    assert report.round.is_closed
    assert report.round.imported
    assert not assignments.filter(submitted_at=None).exists()
    assert set(assignments.values_list("phase", flat=True)) == {"blind"}
    assert Judgement.objects.filter(assignment__round=report.round, finished_at=None).count() == 0
    assert (report.judgements, report.codings, report.none_applies) == (3, 2, 2)
    given = Coding.objects.filter(judgement__assignment__round=report.round).order_by("code__position")
    assert list(given.values_list("code__key", "rating")) == [("PULL-APP", 2), ("NAM-DIS", None)]


def test_a_known_label_is_the_member_and_an_unknown_one_a_rater_without_an_account(world: StudyWorld) -> None:
    report = store(world, "T,1,rater_a,NRM,", "T,1,from elsewhere,NRM,")

    new = Membership.objects.get(study=world.study, label="from elsewhere")
    assert report.new_raters == ("from elsewhere",)
    assert (new.kind, new.role, new.user) == ("imported", "rater", None)
    assert Assignment.objects.filter(round=report.round, rater=world.rater).count() == 1


def test_a_rater_has_judged_the_segments_of_their_rows_or_with_judged_all_the_whole_transcript(
    world: StudyWorld,
) -> None:
    few = store(world, "T,2,rater_a,PULL-APP,1")
    whole = store(world, "T,2,rater_a,PULL-APP,1", judged_all=True, round_name="whole")

    assert few.judgements == 1
    assert whole.judgements == 4
    assert Judgement.objects.filter(assignment__round=whole.round, outcome="none").count() == 3


def test_outcomes_keep_their_reason_memo_and_flag(world: StudyWorld) -> None:
    head = f"{HEAD},outcome,reason,judgement_memo,flag"
    store(world, "T,1,a,,,uncodable,inaudible,listen again,yes", "T,2,a,UNC,,,noise,,", head=head)

    first, second = Judgement.objects.order_by("segment__position")
    assert (first.outcome, first.reason, first.memo, first.flag) == ("uncodable", "inaudible", "listen again", True)
    assert (second.outcome, second.reason) == ("uncodable", "noise")


def test_spans_attributes_memos_and_times_are_kept(world: StudyWorld) -> None:
    attribute = AttributeDraft(id="arena", type="nominal", values={"here": "", "there": ""}, applies_to=("PULL",))
    make_version(world.study, replace(SMALL_CODEBOOK, attributes=(attribute,)))
    head = f"{HEAD},span_start,span_end,memo,attribute.arena,coded_at,judged_at"
    row = "T,1,a,PULL-APP,2,0;5,4;9,plainly,there,2026-01-02T03:04:05Z,2026-01-02T03:05:00Z"

    store(world, row, head=head)

    coding = Coding.objects.get()
    assert list(Evidence.objects.order_by("start").values_list("start", "end")) == [(0, 4), (5, 9)]
    assert CodingAttribute.objects.get().value == "there"
    assert coding.memo == "plainly"
    assert coding.coded_at.isoformat() == "2026-01-02T03:04:05+00:00"
    assert coding.judgement.finished_at is not None
    assert coding.judgement.finished_at.isoformat() == "2026-01-02T03:05:00+00:00"


def test_a_missing_rating_is_counted_and_too_many_codes_are_told(world: StudyWorld) -> None:
    make_version(world.study, replace(SMALL_CODEBOOK, max_codes_per_turn=1))
    report = store(world, "T,1,a,PULL-APP,", "T,1,a,PULL-DEF,2")

    assert (report.rating_gaps, report.above_max_codes) == (1, 1)
    said = "\n".join(report_lines(report))
    assert "rated codes without a rating: 1" in said
    assert "more codes than the codebook asks for: 1" in said


def test_the_version_named_in_the_file_is_taken_not_the_latest(world: StudyWorld) -> None:
    make_version(world.study)
    report = store(world, f"T,1,a,NRM,,{world.version.name}", head=f"{HEAD},codebook_version")

    assert report.round.version == world.version


@pytest.mark.parametrize(
    ("row", "place", "right"),
    [
        ("Q,1,a,NRM,", "Line 2, column transcript", "there are "),
        ("T,5,a,NRM,", "Line 2, column segment", "1 to 4"),
        ("T,1,a,PUL-APP,1", "Line 2, column code", "did you mean PULL-APP"),
        ("T,1,a,PULL-APP,4", "Line 2, column rating", "from 1 to 3"),
        ("T,1,a,PULL-APP,0", "Line 2, column rating", "leave the"),
        ("T,1,a,NAM-DIS,1", "Line 2, column rating", "not rated"),
        ("T,2,a,NAM-DIS,", "Line 2, column code", "is for segments of therapist; segment 2 is spoken by patient"),
    ],
)
def test_a_bad_cell_is_refused_with_line_column_and_what_would_be_right(
    world: StudyWorld, row: str, place: str, right: str
) -> None:
    said = refusal(world, row)

    assert place in said
    assert right in said


@pytest.mark.parametrize(
    ("head", "row", "place", "right"),
    [
        ("span_start,span_end", "T,1,a,PULL-APP,1,0,40", "column span_end", "The segment has 19 characters"),
        ("attribute.arena", "T,1,a,PULL-APP,1,here", "column attribute.arena", "no attribute"),
        ("codebook_version", "T,1,a,NRM,,9.9", "column codebook_version", "its versions are"),
        ("layer", "T,1,a,NRM,,final", "column layer", "Only rows of the layer raw"),
        ("revision", "T,1,a,NRM,,7", "column revision", "its latest is 1"),
    ],
)
def test_a_bad_optional_cell_is_refused_too(world: StudyWorld, head: str, row: str, place: str, right: str) -> None:
    said = refusal(world, row, head=f"{HEAD},{head}")

    assert f"Line 2, {place}" in said
    assert right in said


def test_an_attribute_with_a_value_or_code_that_it_is_not_for_is_refused(world: StudyWorld) -> None:
    attribute = AttributeDraft(id="arena", type="nominal", values={"here": "", "there": ""}, applies_to=("PULL",))
    make_version(world.study, replace(SMALL_CODEBOOK, attributes=(attribute,)))
    head = f"{HEAD},attribute.arena"

    assert "there are here, there" in refusal(world, "T,1,a,PULL-APP,1,past", head=head)
    assert "not asked of NAM-DIS" in refusal(world, "T,1,a,NAM-DIS,,here", head=head)


def test_two_codes_of_an_exclusive_family_are_refused_with_both_lines(world: StudyWorld) -> None:
    said = refusal(world, "T,1,a,ST-WARM,", "T,2,a,ST-WARM,", "T,1,a,ST-COOL,")

    assert "Line 4, column code" in said
    assert "line 2" in said


def test_an_outcome_and_a_code_on_one_segment_are_refused(world: StudyWorld) -> None:
    assert "Line 3" in refusal(world, "T,1,a,NRM,", "T,1,a,PULL-APP,1")
    assert "Line 3" in refusal(world, "T,1,a,PULL-APP,1", "T,1,a,UNC,")
    assert "Line 3" in refusal(world, "T,1,a,NRM,", "T,1,a,UNC,")


def test_rows_of_two_rounds_are_refused_at_the_first_of_the_second(world: StudyWorld) -> None:
    said = refusal(world, "T,1,a,NRM,,1", "T,1,b,NRM,,2", head=f"{HEAD},round")

    assert "Line 3, column round" in said


def test_nothing_of_a_refused_file_is_kept(world: StudyWorld) -> None:
    refusal(world, "T,1,new rater,PULL-APP,2", "T,9,new rater,PULL-APP,2")

    assert not Round.objects.exists()
    assert not Coding.objects.exists()
    assert not Membership.objects.filter(label="new rater").exists()


def test_up_to_twenty_faults_are_told_at_once(world: StudyWorld) -> None:
    said = refusal(world, *(f"T,{number},a,NRM," for number in range(100, 150)))

    assert said.count("Line ") == 20
    assert said.endswith("Nothing was imported.")


def test_a_round_name_is_taken_once(world: StudyWorld) -> None:
    store(world, "T,1,a,NRM,")

    with pytest.raises(RoundNameTaken):
        store(world, "T,1,a,NRM,")


@pytest.mark.parametrize("name", ["", "two\nlines", "x" * 81])
def test_a_name_that_cannot_be_one_is_refused(world: StudyWorld, name: str) -> None:
    with pytest.raises(ValidationError):
        store(world, "T,1,a,NRM,", round_name=name)


def test_a_study_without_a_published_codebook_is_told_what_to_do_first(world: StudyWorld) -> None:
    empty = make_study()
    draft = read_file(table(world, "T,1,a,NRM,"))

    with pytest.raises(CodingsRefused, match="import_codebook"):
        store_codings(study=empty, round_name="R", draft=draft)


def test_the_history_names_the_command_for_every_stored_row(world: StudyWorld, tmp_path: Any) -> None:
    path = tmp_path / "codings.csv"
    path.write_bytes(table(world, "T,1,a,PULL-APP,2", "T,2,a,NRM,"))

    call_command("import_codings", world.study.slug, str(path), round="R")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.metadata->>'operator', count(*) FROM coding_judgementevent e "
            "LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id GROUP BY 1"
        )
        assert cursor.fetchall() == [("import_codings", 2)]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"transcript,segment\n", "no column rater"),
        (HEAD.encode(), "no rows"),
        (b"\xff\xfe" + HEAD.encode("utf-16-le"), "UTF-16"),
        (HEAD.encode() + b"\n\x00,1,a,NRM,", "NUL"),
    ],
)
def test_the_command_answers_a_file_that_is_no_codings_table_with_a_sentence(
    world: StudyWorld, tmp_path: Any, data: bytes, sentence: str
) -> None:
    path = tmp_path / "codings.csv"
    path.write_bytes(data)

    with pytest.raises(CommandError, match=sentence):
        call_command("import_codings", world.study.slug, str(path), round="R")
