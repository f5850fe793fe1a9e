"""The final layer beside the raw one: what is exported is read back without loss."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from coding.models import Adjudication, AdjudicationOpening, Evidence, Round
from coding.queries.adjudication_state import adjudication_report
from coding.queries.final_layer import final_layer
from coding.queries.kept import KeptRound
from coding.services import adjudication
from coding.services.codings_import import CodingsRefused, read_file, store_codings
from coding.services.export_files import codings_table, study_files
from coding.services.final_answers import Answer, FinalCoding
from tests.coding.test_adjudication import disputed, person, turn
from tests.factories import StudyWorld, close


@pytest.fixture
def round_(world: StudyWorld) -> Round:
    """Turn 1 unanimous, 2 adjudicated with codes, 3 the only rater's, 4 adjudicated: none applies."""
    round_ = disputed(world)
    adjudication.open_adjudication(user=person(world.coordinator), round_=round_)
    for judgement in round_.assignments.get(rater=world.rater).judgements.filter(segment__position=3):
        Evidence.objects.create(coding=judgement.codings.get(), start=0, end=4)
    close(round_)
    say(
        world, round_, 2, Answer((FinalCoding("PULL-DEF", 3, ((0, 4), (5, 6))),), rule="majority", reason="=hands over")
    )
    say(world, round_, 4, Answer(outcome="none", cause="overlooked"))
    return round_


def say(world: StudyWorld, round_: Round, position: int, answer: Answer, n: int = 0) -> Adjudication:
    return adjudication.decide(
        user=person(world.adjudicator), round_=round_, segment_id=turn(world, position), answer=answer, n=n
    )


def table(round_: Round) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(codings_table([round_])))))


def final(round_: Round) -> list[dict[str, str]]:
    return [row for row in table(round_) if row["layer"] == "final"]


#: What an import makes anew.
OURS = ("round", "coding_id", "coded_at")


def without(rows: list[dict[str, str]], *names: str) -> list[dict[str, str]]:
    return [{name: cell for name, cell in row.items() if name not in names} for row in rows]


def wide(round_: Round) -> list[dict[str, str]]:
    text = "".join(map(str, study_files(round_.study, round_)["codings_wide.csv"]))
    return list(csv.DictReader(io.StringIO(text)))


def answers(round_: Round) -> list[tuple[Any, ...]]:
    """The answers that count, without what an import makes anew."""
    rows = Adjudication.objects.filter(round=round_).order_by("segment", "-n").distinct("segment")
    said = ("segment", "author", "outcome", "rule", "cause", "reason", "saw_identities_at", "codings__code")
    return sorted(rows.values_list(*said), key=str)


def test_each_final_row_says_where_it_comes_from(world: StudyWorld, round_: Round) -> None:
    rows = final(round_)

    found = [(row["segment"], row["code"], row["outcome"], row["source"], row["rater"]) for row in rows]
    assert found == [
        ("1", "ST-WARM", "", "unanimous", ""),
        ("2", "PULL-DEF", "", "adjudicated", world.adjudicator.label),
        ("3", "NAM-DIS", "", "only_rater", "rater_a"),
        ("4", "NRM", "", "adjudicated", world.adjudicator.label),
    ]
    assert (rows[1]["rating"], rows[1]["span_start"], rows[1]["span_end"]) == ("3", "0;5", "4;6")
    assert (rows[1]["rule"], rows[1]["reason"], rows[1]["saw_identities_at"]) == ("majority", "'=hands over", "")
    assert (rows[2]["span_start"], rows[3]["cause"]) == ("0", "overlooked")


def test_an_open_segment_has_no_final_row_and_is_open_in_the_wide_table(world: StudyWorld, round_: Round) -> None:
    adjudication.undo(user=person(world.adjudicator), round_=round_, segment_id=turn(world, 4), n=1)

    wide = list(csv.DictReader(io.StringIO("".join(map(str, study_files(world.study, round_)["codings_wide.csv"])))))

    assert [row["segment"] for row in final(round_)] == ["1", "2", "3"]
    rows = {row["segment"]: row for row in wide if row["layer"] == "final"}
    assert {place: row["source"] for place, row in rows.items()} == {
        "1": "unanimous", "2": "adjudicated", "3": "only_rater", "4": "open",
    }  # fmt: skip
    assert (rows["2"]["PULL-DEF"], rows["2"]["PULL-APP"], rows["2"]["PULL-DEF.rating"]) == ("1", "0", "3")
    assert rows["4"]["PULL-DEF"] == ""
    assert len([row for row in wide if row["layer"] == "raw"]) == 8


def test_a_round_without_adjudication_has_the_columns_that_it_always_had(world: StudyWorld) -> None:
    round_ = disputed(world)
    close(round_)

    rows = table(round_)

    assert {row["layer"] for row in rows} == {"raw"}
    assert "source" not in rows[0]


def test_what_is_exported_is_read_back_without_loss(world: StudyWorld, round_: Round) -> None:
    data = "".join(codings_table([round_]))

    draft = read_file(data.encode())
    again = store_codings(study=world.study, round_name="again", draft=replace(draft, rows=tuple(draft.rows))).round

    assert without(table(again), *OURS) == without(table(round_), *OURS)
    # Whoever only coded adjudicated nothing.
    assert [one.member.label for one in again.adjudicators.select_related("member")] == [world.adjudicator.label]
    assert Adjudication.objects.filter(round=again).count() == 2
    assert AdjudicationOpening.objects.get(round=again).ended_at is not None
    first, second = final_layer(KeptRound(round_)), final_layer(KeptRound(again))
    assert (first.source == second.source).all()
    assert (first.rows.given == second.rows.given).all()


def test_an_answer_that_leaves_a_segment_open_is_read_back_with_its_reason(world: StudyWorld, round_: Round) -> None:
    say(world, round_, 4, Answer(outcome="open", cause="definition", reason="=ask the author of the code"), n=1)
    # On a turn that raters agree on, too: what they agree on stands, and the answer is not lost.
    say(world, round_, 1, Answer(outcome="open", reason="not sure"))
    data = "".join(codings_table([round_]))

    again = store_codings(study=world.study, round_name="again", draft=read_file(data.encode())).round

    left = [row for row in final(round_) if row["outcome"] == "open"]
    found = [(row["segment"], row["rater"], row["source"], row["cause"], row["reason"]) for row in left]
    assert found == [
        ("1", world.adjudicator.label, "open", "", "not sure"),
        ("4", world.adjudicator.label, "open", "definition", "'=ask the author of the code"),
    ]
    assert answers(again) == answers(round_)
    assert without(table(again), *OURS) == without(table(round_), *OURS)
    assert without(wide(again)) == without(wide(round_))
    assert [(row["rater"], row["outcome"], row["source"]) for row in wide(round_) if row["layer"] == "final"][3] == (
        world.adjudicator.label,
        "open",
        "open",
    )
    reports = [
        adjudication_report(AdjudicationOpening.objects.get(round=one), KeptRound(one)) for one in (round_, again)
    ]
    assert reports[0].state == reports[1].state
    assert (reports[0].state.open, reports[0].known[0].adjudicator) == (1, world.adjudicator.label)
    known = [[(one.adjudicator, one.answers, one.blind, one.reasons) for one in report.known] for report in reports]
    # The first answer to turn 4 gave way to the second: the file holds what counts.
    assert known == [[(world.adjudicator.label, 4, 4, ())], [(world.adjudicator.label, 3, 3, ())]]
    for part in ("raters", "rules", "causes"):
        assert getattr(reports[0], part) == getattr(reports[1], part)
    first, second = final_layer(KeptRound(round_)), final_layer(KeptRound(again))
    assert (first.source == second.source).all()
    assert (first.rows.given == second.rows.given).all()


def test_an_answer_taken_back_has_no_row(world: StudyWorld, round_: Round) -> None:
    adjudication.undo(user=person(world.adjudicator), round_=round_, segment_id=turn(world, 4), n=1)

    assert "4" not in {row["segment"] for row in final(round_)}
    assert [row["outcome"] for row in wide(round_) if row["layer"] == "final"][3] == ""


def test_a_file_that_decides_a_segment_and_leaves_it_open_is_refused(world: StudyWorld) -> None:
    name = world.transcript.name
    data = (
        "transcript,segment,rater,code,rating,layer,outcome\n"
        f"{name},1,a,ST-WARM,,raw,\n{name},1,b,ST-COOL,,raw,\n"
        f"{name},1,x,ST-WARM,,final,\n{name},1,y,,,final,open\n"
    )

    with pytest.raises(CodingsRefused, match="Line 4 says what stands on this segment, and this row leaves it open"):
        store_codings(study=world.study, round_name="x", draft=read_file(data.encode()))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a,,,raw,open,", "Only an adjudicator leaves a segment open"),
        ("a,ST-WARM,,final,,open", "so it is not open; write adjudicated"),
        ("a,,,final,none,open", "so it is not open; write adjudicated"),
    ],
)
def test_a_row_that_is_open_where_it_cannot_be_is_refused(world: StudyWorld, line: str, words: str) -> None:
    data = f"transcript,segment,rater,code,rating,layer,outcome,source\n{world.transcript.name},1,{line}\n"

    with pytest.raises(CodingsRefused, match=words):
        read_file(data.encode())


def test_a_final_word_that_is_what_raters_agree_on_is_not_stored_twice(world: StudyWorld) -> None:
    name = world.transcript.name
    data = (
        "transcript,segment,rater,code,rating,layer\n"
        f"{name},1,a,ST-WARM,,raw\n{name},1,b,ST-WARM,,raw\n{name},2,a,ST-WARM,,raw\n{name},2,b,ST-COOL,,raw\n"
        f"{name},1,,ST-WARM,,final\n{name},2,,ST-COOL,,final\n"
    )

    made = store_codings(study=world.study, round_name="consensus", draft=read_file(data.encode())).round

    row = Adjudication.objects.get(round=made)
    assert (row.segment.position, row.author.label, row.author.kind) == (2, "final", "imported")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{0},1,,NO-CODE,,final,", "no code"),
        ("{0},1,,ST-WARM,,final,guessed", "adjudicated, unanimous, only_rater"),
        ("{0},4,,ST-WARM,,final,", "No rater of this file"),
        ("{0},2,,NAM-DIS,,final,", "is for segments of therapist"),
    ],
)
def test_a_final_row_that_cannot_be_is_refused_with_its_line(world: StudyWorld, line: str, words: str) -> None:
    name = world.transcript.name
    lines = f"{name},1,a,ST-WARM,,raw,\n{name},2,a,ST-WARM,,raw,\n{line.format(name)}\n"
    data = f"transcript,segment,rater,code,rating,layer,source\n{lines}"

    def store() -> Any:
        return store_codings(study=world.study, round_name="x", draft=read_file(data.encode()))

    if words.startswith("No rater"):
        # Everything of a transcript that somebody judged is part of the round.
        assert store().round.is_closed
    else:
        with pytest.raises(CodingsRefused, match=words):
            store()


def test_the_report_of_the_adjudication_is_among_the_files(world: StudyWorld, round_: Round) -> None:
    report = "".join(map(str, study_files(world.study, round_)["adjudication.md"]))

    assert f"- {world.adjudicator.label}: 2 answers, 2 of them blind. Could never read" in report
    assert "| rater\\_a" not in report
    assert "| rater_a | 2 | 1 of 2 | 1 | 0 of 1 | 1 | 0 of 0 |" in report
    assert "| rater_b | 2 | 1 of 2 | 2 | 1 of 2 | 0 | 0 of 1 |" in report
