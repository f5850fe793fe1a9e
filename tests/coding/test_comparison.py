"""Two rounds compared: the numbers of each, the difference, both together, and what is never put together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from django.test import Client

from coding.formats.drafts import CodebookDraft, CodeDraft, FamilyDraft
from coding.models import Code, Round
from coding.queries.compared import DIFFER, DOWN, REWORDED_ONLY, SAME_MATERIAL, UP, RoundComparison
from coding.queries.comparison import compare_rounds
from coding.queries.comparison_json import comparison_object
from coding.queries.comparison_page import groups, sentence
from coding.queries.judged_rows import fetch_rows
from coding.queries.ratings import code_matrices
from coding.queries.reliability import reliability_of
from coding.reliability import Nominal, difference, measure
from coding.services import change_notes, codebooks
from tests.coding.test_results_pages import coded, sign_in
from tests.coding.two_rounds import make_coded, make_transcripts
from tests.factories import (
    SMALL_CODEBOOK,
    StudyWorld,
    close,
    judge,
    make_member,
    make_round,
    make_version,
)

ALPHA = "krippendorff_alpha"


def page(world: StudyWorld, first: Round | int | str, second: Round | int | str, **more: Any) -> str:
    ids = [getattr(round_, "pk", round_) for round_ in (first, second)]
    ask = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/studies/{world.study.slug}/results/compare/?first={ids[0]}&second={ids[1]}{ask}"


def changed_book() -> CodebookDraft:
    """The small codebook with one definition changed, one code new and one gone."""
    codes = [code for code in SMALL_CODEBOOK.codes if code.key != "NAM-DIS"]
    codes[1] = replace(codes[1], definition="Yields without being asked.")
    return replace(SMALL_CODEBOOK, codes=(*codes, CodeDraft(key="NAM-NEW", name="Naming anew", family="NAM")))


@pytest.fixture
def raters(world: StudyWorld) -> list[Any]:
    return [world.rater, world.other_rater]


@pytest.fixture
def pair(world: StudyWorld, raters: list[Any]) -> tuple[Round, Round]:
    """Two rounds that share two transcripts; the second one agrees much better."""
    material = make_transcripts(world.study, 10)
    first = make_coded(world.version, material[:6], raters, clarity=0.75, seed=1, name="Before")
    second = make_coded(world.version, material[4:], raters, clarity=0.97, seed=2, name="After")
    return first, second


def line_of(report: RoundComparison, key: str) -> Any:
    return next(line for line in report.codes if line.key == key)


# The numbers --------------------------------------------------------------------------------------------------------


def test_each_side_shows_the_numbers_of_its_own_page(pair: tuple[Round, Round]) -> None:
    report = compare_rounds(*pair)

    for round_, side in zip(pair, ("first", "second"), strict=True):
        alone = reliability_of(round_, optimistic=True)
        for name in ("codes", "families", "ratings"):
            for cell in getattr(alone, name):
                shown = getattr(next(line for line in getattr(report, name) if line.key == cell.key), side)
                assert {key: cell.results[key] for key in shown.results} == dict(shown.results)
                assert (shown.units, shown.transcripts) == (cell.units, cell.transcripts)
                assert shown.given == sum(share.given for share in cell.shares)
        assert (
            getattr(report.overall, side).results["krippendorff_alpha_masi"] == alone.overall["krippendorff_alpha_masi"]
        )


def code_variable(
    round_: Round, key: str, names: list[str]
) -> tuple[Nominal, np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    rows = fetch_rows(round_)
    matrix = code_matrices(rows)[key]
    clusters = np.array([names.index(rows.transcripts[place]) for place in rows.units.transcript])
    return Nominal.from_ratings(matrix, 2, clusters), matrix, clusters


def test_the_difference_is_second_less_first_with_the_engines_interval(pair: tuple[Round, Round]) -> None:
    report = compare_rounds(*pair)
    names = sorted({*report.first.transcripts, *report.second.transcripts})
    first, second = (code_variable(round_, "PULL-DEF", names)[0] for round_ in pair)

    apart = line_of(report, "PULL-DEF").apart[ALPHA]

    value, interval = difference(second, first, ALPHA)
    assert (apart.value, apart.low, apart.high) == (value, interval.low, interval.high)
    assert (apart.verdict, interval.df) == (UP, 5)
    assert compare_rounds(pair[1], pair[0]).codes[1].apart[ALPHA].verdict == DOWN


def test_both_rounds_together_are_one_variable_with_raters_by_label(world: StudyWorld) -> None:
    material = make_transcripts(world.study, 10)
    third = make_member(world.study, "rater", "a_rater_c")
    one = make_coded(world.version, material[:6], [world.rater, world.other_rater], clarity=0.85, seed=3)
    other = make_coded(world.version, material[4:], [world.rater, third], clarity=0.85, seed=4)
    report = compare_rounds(one, other)
    names = sorted({*report.first.transcripts, *report.second.transcripts})
    _, left, left_clusters = code_variable(one, "PULL-APP", names)
    _, right, right_clusters = code_variable(other, "PULL-APP", names)
    table = np.full((3, left.shape[1] + right.shape[1]), -1)
    table[[1, 2], : left.shape[1]] = left  # a_rater_c, rater_a, rater_b
    table[[0, 1], left.shape[1] :] = right

    pooled = line_of(report, "PULL-APP").pooled

    by_hand = measure(
        Nominal.from_ratings(table, 2, np.concatenate([left_clusters, right_clusters])), [ALPHA, "gwet_ac1"]
    )
    for name, result in by_hand.items():
        assert pooled[name].result == result
    assert by_hand[ALPHA].df == 9
    assert (
        report.notes[1] == "Only rater_a coded in both rounds: values over both rounds take raters as interchangeable."
    )


def test_rounds_that_differ_clearly_have_no_value_together(pair: tuple[Round, Round]) -> None:
    pooled = line_of(compare_rounds(*pair), "PULL-APP").pooled[ALPHA]

    assert (pooled.result, pooled.why) == (None, DIFFER)


def test_a_round_on_transcripts_of_the_other_adds_no_text_to_put_together(world: StudyWorld, raters: list[Any]) -> None:
    material = make_transcripts(world.study, 6)
    first = make_coded(world.version, material, raters, clarity=0.85, seed=5)
    again = make_coded(world.version, material[:5], raters, clarity=0.85, seed=6)

    report = compare_rounds(first, again)

    assert {pooled.why for line in report.codes for pooled in line.pooled.values()} == {SAME_MATERIAL}
    assert any(SAME_MATERIAL in note for note in report.notes)


def test_few_transcripts_leave_the_difference_without_interval_and_verdict(world: StudyWorld) -> None:
    report = compare_rounds(coded(world), coded(world, make_transcripts(world.study, 1)))

    apart = line_of(report, "NRM").apart[ALPHA]
    assert (apart.value, apart.low, apart.verdict) == (0, None, "no interval")
    assert apart.why_no_interval == "in both rounds fewer than 5 transcripts (1)"
    assert sentence(report, "alpha").startswith(f"From {report.first.name} to {report.second.name}: no code clearly")


def test_where_a_coefficient_is_undefined_its_round_and_reason_are_said(world: StudyWorld) -> None:
    report = compare_rounds(coded(world), coded(world, make_transcripts(world.study, 1)))

    assert line_of(report, "ST-WARM").apart[ALPHA].why == "in both rounds nobody gave it"
    assert line_of(report, "ST-WARM").pooled[ALPHA].why == "nobody gave it"


# Definitions ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def versions(world: StudyWorld, raters: list[Any]) -> tuple[Round, Round]:
    material = make_transcripts(world.study, 11)
    first = make_coded(world.version, material[:5], raters, clarity=0.8, seed=7)
    newer = make_version(world.study, changed_book())
    return first, make_coded(newer, material[5:], raters, clarity=0.98, seed=8)


def test_a_changed_definition_is_marked_never_put_together_and_never_counted(versions: tuple[Round, Round]) -> None:
    report = compare_rounds(*versions)

    line = line_of(report, "PULL-DEF")
    assert (line.compared.status, [change.what for change in line.compared.changes]) == ("changed", ["definition"])
    assert line.apart[ALPHA].verdict == UP
    assert all(pooled.result is None for pooled in line.pooled.values())
    titles = {row.line.key: group.title for group in groups(report, "alpha") for row in group.rows}
    first, second = report.first.version, report.second.version
    assert titles["PULL-DEF"] == titles["NRM"] == f"Definition changed between {first} and {second}"
    assert titles["PULL-APP"] == "Went up"
    assert (titles["NAM-NEW"], titles["NAM-DIS"]) == (f"New in {second}", f"Gone since {first}")
    assert "2 changed their definition and are not compared. 1 new, 1 gone." in sentence(report, "alpha")
    assert "1 code went up and 0 down" in sentence(report, "alpha")


def test_families_ratings_and_the_whole_follow_their_codes(versions: tuple[Round, Round]) -> None:
    report = compare_rounds(*versions)

    families = {line.key: line.compared.status for line in report.families}
    assert families == {"PULL": "changed", "NAM": "changed", "STANCE": "same", "ADM": "changed"}
    assert {line.key: line.is_comparable for line in report.ratings} == {"PULL-APP": True, "PULL-DEF": False}
    assert not report.overall.is_comparable
    assert {pooled.result for pooled in report.overall.pooled.values()} == {None}


def test_the_page_shows_what_changed_word_by_word(
    world: StudyWorld, client: Client, versions: tuple[Round, Round]
) -> None:
    sign_in(client, world.reader)

    body = client.get(page(world, *versions)).content.decode()

    first, second = (round_.version.name for round_ in versions)
    assert f"≠ definition changed between {first} and {second}" in body
    assert "Yields</ins>" in body


def test_versions_without_a_common_code_are_told_in_a_sentence(world: StudyWorld, client: Client) -> None:
    other = CodebookDraft(
        key="other", version="1", title="Other", families=(FamilyDraft("F", "F"),), codes=(CodeDraft("X", "X", "F"),)
    )
    book = replace(other, codes=(*other.codes, CodeDraft("NRM", "A real code", "F")))
    round_ = make_round(make_version(world.study, book), [world.transcript], [world.rater, world.other_rater])
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 1, "X", "NRM")
    close(round_)
    sign_in(client, world.reader)

    answer = client.get(page(world, coded(world), round_))

    lines = {line.key: line.compared for line in answer.context["report"].codes}
    assert answer.status_code == 200
    assert {key: lines[key].status for key in ("X", "_NRM", "PULL-APP")} == {
        "X": "new",
        "_NRM": "new",
        "PULL-APP": "gone",
    }
    assert [(change.old, change.new) for change in lines["NRM"].changes] == [("none applies", "a real code")]


def test_codes_with_odd_keys_stand_on_the_page_as_they_are(world: StudyWorld, client: Client) -> None:
    book = CodebookDraft(
        key="odd", version="1", title="Odd", families=(FamilyDraft("<F>", "<F>"),),
        codes=(CodeDraft('<b>"x" & y', "Odd <i>", "<F>"), CodeDraft("∅ ☂", "Wet", "<F>")),
    )  # fmt: skip
    version = make_version(world.study, book)
    rounds = []
    for transcript in make_transcripts(world.study, 2):
        round_ = make_round(version, [transcript], [world.rater, world.other_rater])
        for assignment in round_.assignments.select_related("version"):
            judge(assignment, 1, '<b>"x" & y')
        close(round_)
        rounds.append(round_)
    sign_in(client, world.reader)

    body = client.get(page(world, *rounds)).content.decode()

    assert "&lt;b&gt;&quot;x&quot; &amp; y" in body
    assert '<b>"x"' not in body


# What people decided -------------------------------------------------------------------------------------------------


def reworded_and_redefined(world: StudyWorld) -> Any:
    """The next version: one code reworded, one redefined, as the coordinator decided."""
    user = world.coordinator.user
    assert user is not None
    draft = codebooks.new_draft(user=user, version=world.version, name="after the meeting")
    Code.objects.filter(version=draft, key__in=["PULL-APP", "PULL-DEF"]).update(definition="In plainer words.")
    for key, kind in (("PULL-APP", "reworded"), ("PULL-DEF", "redefined")):
        change_notes.decide(user=user, version=draft, key=key, kind=kind)
    return codebooks.publish_stored(draft, user=user)


def test_a_reworded_code_is_pooled_with_a_line_that_says_so_and_a_redefined_one_is_split(
    world: StudyWorld, raters: list[Any], client: Client
) -> None:
    material = make_transcripts(world.study, 12)
    first = make_coded(world.version, material[:6], raters, clarity=0.9, seed=1, name="Before")
    second = make_coded(reworded_and_redefined(world), material[6:], raters, clarity=0.9, seed=2, name="After")

    report = compare_rounds(first, second)
    reworded, redefined = line_of(report, "PULL-APP"), line_of(report, "PULL-DEF")
    sign_in(client, world.reader)
    shown = client.get(page(world, first, second)).content.decode()

    assert (reworded.compared.status, redefined.compared.status) == ("reworded", "changed")
    assert reworded.pooled[ALPHA].result is not None
    assert reworded.pooled[ALPHA].result.counts.pairable == sum(
        side.results[ALPHA].counts.pairable for side in (reworded.first, reworded.second)
    )
    assert redefined.pooled[ALPHA].result is None
    assert REWORDED_ONLY in shown
    assert shown.count("reworded only") == 1
    assert comparison_object(report)["codes"]["PULL-APP"]["note"] == REWORDED_ONLY


def test_without_a_decision_changed_words_split_a_code(world: StudyWorld, raters: list[Any]) -> None:
    material = make_transcripts(world.study, 4)
    code = replace(SMALL_CODEBOOK.codes[0], definition="In plainer words.")
    version = make_version(world.study, replace(SMALL_CODEBOOK, codes=(code, *SMALL_CODEBOOK.codes[1:])))
    rounds = [
        make_coded(book, part, raters, clarity=0.9, seed=1)
        for book, part in ((world.version, material[:2]), (version, material[2:]))
    ]

    assert line_of(compare_rounds(*rounds), "PULL-APP").compared.status == "changed"


def test_families_and_the_whole_follow_reworded_codes(world: StudyWorld, raters: list[Any]) -> None:
    user = world.coordinator.user
    assert user is not None
    draft = codebooks.new_draft(user=user, version=world.version, name="2")
    Code.objects.filter(version=draft, key="PULL-APP").update(definition="In plainer words.")
    change_notes.decide(user=user, version=draft, key="PULL-APP", kind="reworded")
    version = codebooks.publish_stored(draft, user=user)
    material = make_transcripts(world.study, 4)
    rounds = [
        make_coded(book, part, raters, clarity=0.9, seed=1)
        for book, part in ((world.version, material[:2]), (version, material[2:]))
    ]

    report = compare_rounds(*rounds)

    family = next(line for line in report.families if line.key == "PULL")
    assert (family.compared.status, report.overall.compared.status) == ("reworded", "reworded")
    assert report.overall.pooled["krippendorff_alpha_masi"].result is not None
    assert line_of(report, "NRM").compared.status == "same"
