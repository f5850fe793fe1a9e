"""Reliability and disagreements as people read them: every number with what it stands on, and blindness kept."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.models import Assignment, Evidence, Round
from coding.queries.reliability_rows import COLUMNS
from tests.factories import StudyWorld, close, judge, make_member, make_round, make_transcript
from transcripts.models import Membership, Segment, Transcript


def sign_in(client: Client, member: Membership) -> None:
    assert member.user is not None
    client.force_login(member.user)


def coded(world: StudyWorld, transcripts: list[Transcript] | None = None) -> Round:
    """A closed round: the raters agree on turn 1 and 2, and differ on turn 3."""
    round_ = world.round(transcripts=transcripts)
    for assignment in round_.assignments.select_related("version", "rater"):
        judge(assignment, 1, "PULL-APP")
        judge(assignment, 2)
        last = judge(assignment, 3, *(["PULL-DEF"] if assignment.rater == world.rater else []), memo="so it seems")
        for coding in last.codings.all():
            Evidence.objects.create(coding=coding, start=0, end=6)
    close(round_)
    return round_


def url(world: StudyWorld, round_: Round, where: str = "reliability", **query: Any) -> str:
    ask = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/studies/{world.study.slug}/rounds/{round_.pk}/{where}/?{ask}"


def segment(transcript: Transcript, position: int) -> Segment:
    return Segment.objects.get(revision__transcript=transcript, position=position)


# The list of rounds -------------------------------------------------------------------------------------------------


def test_an_empty_study_says_what_to_do_next(world: StudyWorld, client: Client) -> None:
    sign_in(client, world.coordinator)

    body = client.get(f"/studies/{world.study.slug}/results/").content.decode()

    assert "No round was made yet." in body
    assert "Go to the rounds" in body


def test_closed_rounds_are_linked_open_ones_are_not_and_hidden_ones_say_only_that(
    world: StudyWorld, client: Client
) -> None:
    elsewhere = make_transcript(world.study)
    closed, hidden = coded(world), coded(world, [elsewhere])
    still_open = world.round()
    world.round([world.coordinator], [elsewhere])
    sign_in(client, world.coordinator)

    body = client.get(f"/studies/{world.study.slug}/results/").content.decode()

    assert f"/rounds/{closed.pk}/reliability/" in body
    assert f"/rounds/{hidden.pk}/reliability/" not in body
    assert f"/rounds/{still_open.pk}/reliability/" not in body
    assert "still being coded" in body
    assert body.count("not for your eyes yet") == 2


def test_raters_have_no_page_of_results(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.rater)

    pages = [f"/studies/{world.study.slug}/results/", url(world, round_), url(world, round_, "disagreements")]

    assert [client.get(page).status_code for page in pages] == [403, 403, 403]


def test_for_a_stranger_a_round_does_not_exist(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    client.force_login(world.stranger)

    assert client.get(url(world, round_)).status_code == 404
    assert client.get(url(world, round_, "disagreements")).status_code == 404


# Reliability --------------------------------------------------------------------------------------------------------


def test_the_page_begins_with_its_sentence_and_shows_each_code_with_its_counts(
    world: StudyWorld, client: Client
) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    body = client.get(url(world, round_)).content.decode()

    assert "Two raters agree closely on one of 7 codes" in body
    assert "Deference" in body
    assert "given on 1 of 3 judged segments" in body
    assert "Nobody gave it, so there is nothing to tell apart." in body
    assert "6</dd><dt>judgements of 8" in body
    assert "2</dd><dt>not judged" in body


@pytest.mark.parametrize("order", ["weakest", "codebook", "rarest", "nonsense", ""])
def test_the_order_is_chosen_by_a_link(world: StudyWorld, client: Client, order: str) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    answer = client.get(url(world, round_, order=order))

    assert answer.status_code == 200
    assert answer.context["order"] == (order if order in ("codebook", "rarest") else "weakest")
    assert sum(row.part == "codes" for group in answer.context["groups"] for row in group.rows) == 7


def test_a_click_on_a_head_sorts_and_a_second_one_turns_it_round(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    def alphas(asked: str) -> list[float | None]:
        groups = client.get(url(world, round_, sort=asked)).context["groups"]
        return [row.alpha.value for row in groups[0].rows]

    rising, falling = alphas("alpha"), alphas("-alpha")

    known = [value for value in rising if value is not None]
    assert known == sorted(known)
    assert [value for value in falling if value is not None] == sorted(known, reverse=True)
    # Undefined values stand last, whichever way.
    assert rising[-1] is falling[-1] is None
    body = client.get(url(world, round_, sort="alpha")).content.decode()
    assert 'aria-sort="ascending"><a href="?sort=-alpha"' in body


@pytest.mark.parametrize("column", ["code", *COLUMNS])
def test_every_column_sorts(world: StudyWorld, client: Client, column: str) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    answer = client.get(url(world, round_, sort=f"-{column}"))

    assert answer.status_code == 200
    assert len(answer.context["groups"][0].rows) == 7
    assert 'aria-sort="descending"' in answer.content.decode()


def test_families_stand_in_the_same_table(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    families = client.get(url(world, round_)).context["groups"][-1]

    assert families.title == "Families"
    assert [row.cell.key for row in families.rows] == ["PULL", "NAM", "STANCE", "ADM"]


def test_what_a_peer_gets_wrong_for_turns_is_right_here(world: StudyWorld, client: Client) -> None:
    """48 turns, two raters: a code given by both on 8 of 12 and 24, one given by the first alone on 8, one on 12."""
    transcript = make_transcript(world.study, 48)
    round_ = make_round(world.version, [transcript], [world.rater, world.other_rater])
    said = {
        "PULL-APP": (range(1, 13), range(5, 29)),
        "PULL-DEF": (range(1, 9), ()),
        "ST-WARM": (range(1, 13), ()),
    }
    for place, assignment in enumerate(round_.assignments.select_related("version").order_by("rater__label")):
        for position in range(1, 49):
            judge(assignment, position, *(code for code, given in said.items() if position in given[place]))
    close(round_)
    sign_in(client, world.reader)

    answer = client.get(url(world, round_))

    rows = {row.cell.key: row for group in answer.context["groups"] for row in group.rows}
    kappas = {key: rows[key].kappa.value for key in said}
    assert kappas == {"PULL-APP": pytest.approx(1 / 6), "PULL-DEF": 0, "ST-WARM": 0}
    shares = [rows[key].agreement.value for key in said]
    assert shares == [pytest.approx(28 / 48), pytest.approx(40 / 48), pytest.approx(36 / 48)]
    body = answer.content.decode()
    for key, kappa, agreement in (("PULL-APP", ".17", "58.3"), ("PULL-DEF", ".00", "83.3"), ("ST-WARM", ".00", "75.0")):
        row = body[body.index(f'<tr id="{key}">') :].split("</tr>")[0]
        assert f">{agreement}</a>" in row
        assert f'code={key}#how-cohen_kappa" title="n = 48. How is this computed?">{kappa}</a>' in row


def test_how_well_the_data_support_a_threshold_needs_an_honest_interval(world: StudyWorld, client: Client) -> None:
    transcripts = [make_transcript(world.study, 6) for _ in range(6)]
    round_ = world.round(transcripts=transcripts)
    in_order = round_.assignments.select_related("version", "rater").order_by("transcript__pk", "rater__label")
    for number, assignment in enumerate(in_order):
        for position in range(1, 7):
            differs = assignment.rater == world.rater and position == 1 + number % 5
            judge(assignment, position, *(["PULL-APP"] if (position % 2 == 0) ^ differs else []))
    close(round_)
    few = coded(world)
    sign_in(client, world.reader)

    many_rows = [row for group in client.get(url(world, round_)).context["groups"] for row in group.rows]
    few_rows = [row for group in client.get(url(world, few)).context["groups"] for row in group.rows]

    (row,) = [row for row in many_rows if row.cell.key == "PULL-APP"]
    low, high = row.chances
    assert row.alpha.kind == "jackknife"
    assert 0 <= high < low <= 1
    assert {row.chances for row in few_rows} == {(None, None)}
    page, page_of_few = (
        client.get(url(world, which, "reliability/code", code="PULL-APP")).context["one"] for which in (round_, few)
    )
    assert [verdict.convention for verdict in page.verdicts()][:2] == ["Krippendorff (2018)", "Landis and Koch (1977)"]
    assert page_of_few.verdicts() == []


# One code ------------------------------------------------------------------------------------------------------------


def test_one_code_shows_every_coefficient_with_n_interval_or_reason_formula_inputs_and_source(
    world: StudyWorld, client: Client
) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    body = client.get(url(world, round_, "reliability/code", code="PULL-DEF")).content.decode()

    assert "Raters do not yet agree on Deference: alpha is .00." in body
    assert "Cohen&#x27;s kappa" in body
    assert "Gwet (2008), Br. J. Math. Stat. Psychol. 61, 29-48" in body
    assert "fewer than 5 transcripts (1)" in body
    assert "1 − 2 unequal pairs observed / 2.00 expected = 0.0000, from 6 values" in body
    assert 'id="how-krippendorff_alpha"' in body


@pytest.mark.parametrize(
    ("part", "key"),
    [("codes", "NRM"), ("codes", "UNC"), ("families", "STANCE"), ("ratings", "PULL-APP"), ("codes", "")],
)
def test_every_part_has_its_page(world: StudyWorld, client: Client, part: str, key: str) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    answer = client.get(url(world, round_, "reliability/code", part=part, code=key))

    assert answer.status_code == 200
    assert answer.context["cell"].key == (key or "PULL-APP")


@pytest.mark.parametrize(
    "query", [{"code": "NOTHING"}, {"part": "evidence"}, {"part": "overall"}, {"part": "__class__"}]
)
def test_a_code_that_the_round_has_not_is_404(world: StudyWorld, client: Client, query: dict[str, str]) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    assert client.get(url(world, round_, "reliability/code", **query)).status_code == 404


def test_two_clicks_lead_from_the_sentence_to_a_segment_in_dispute(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)
    first = client.get(url(world, round_)).content.decode()

    sentence = first[first.index('<h1 class="sentence">') : first.index("</h1>")]
    (code_page,) = re.findall(r'href="([^"]+)">Deference</a>', sentence)
    second = client.get(code_page).content.decode()
    (segment_page,) = re.findall(r'class="agenda-card" href="([^"]+)"', second)
    third = client.get(segment_page.replace("&amp;", "&"))

    assert third.context["votes"].segment == segment(world.transcript, 3)


def test_no_style_or_script_stands_in_the_page(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    for page in (url(world, round_), url(world, round_, "reliability/code"), url(world, round_, "disagreements")):
        body = client.get(page).content.decode()
        assert " style=" not in body
        assert "<style" not in body


def test_an_open_round_says_when_its_results_open(world: StudyWorld, client: Client) -> None:
    round_ = world.round()
    sign_in(client, world.reader)

    answer = client.get(url(world, round_))

    assert answer.status_code == 403
    assert "when every assignment of the round is submitted" in answer.content.decode()


def test_a_coordinator_who_still_codes_every_transcript_sees_no_number(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    world.round([world.coordinator])
    sign_in(client, world.coordinator)

    for page in ("reliability", "reliability/code", "disagreements"):
        answer = client.get(url(world, round_, page))
        assert answer.status_code == 403
        assert "Not for your eyes yet." in answer.content.decode()
        assert "PULL-DEF" not in answer.content.decode()


def test_aggregates_leave_out_the_transcript_that_somebody_still_codes(world: StudyWorld, client: Client) -> None:
    hidden = make_transcript(world.study, name="hidden one")
    round_ = coded(world, [world.transcript, hidden])
    world.round([world.coordinator], [hidden])
    sign_in(client, world.coordinator)

    theirs = client.get(url(world, round_))
    sign_in(client, world.reader)
    everything = client.get(url(world, round_))

    assert theirs.context["report"].transcripts == (world.transcript.name,)
    assert theirs.context["report"].totals.segments == 4
    assert "left out here" in theirs.content.decode()
    assert everything.context["report"].totals.segments == 8
    assert everything.context["left_out"] == 0


def test_a_round_of_one_rater_is_told_in_a_sentence(world: StudyWorld, client: Client) -> None:
    round_ = world.round([world.rater])
    judge(world.assignment(round_), 1, "PULL-APP")
    close(round_)
    sign_in(client, world.reader)

    body = client.get(url(world, round_)).content.decode()

    assert "Only rater_a coded here: agreement needs two raters." in body
    assert "Fewer than two raters." in body


def test_a_round_in_which_all_was_withdrawn_is_told_in_a_sentence(world: StudyWorld, client: Client) -> None:
    round_ = world.round()
    Assignment.objects.filter(round=round_).update(withdrawn_at="2026-11-23T00:00:00Z")
    close(round_)
    sign_in(client, world.reader)

    answer = client.get(url(world, round_))

    assert answer.status_code == 200
    assert "No rater submitted a coding" in answer.content.decode()
    assert client.get(url(world, round_, "disagreements")).status_code == 200


def test_ten_raters_fit_on_the_page(world: StudyWorld, client: Client) -> None:
    raters = [make_member(world.study, "rater", f"r{number}") for number in range(10)]
    round_ = world.round(raters)
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 1, "PULL-APP")
        judge(assignment, 2)
    close(round_)
    sign_in(client, world.reader)

    answer = client.get(url(world, round_))

    assert answer.status_code == 200
    assert len(answer.context["square"]) == 10


# Cost ---------------------------------------------------------------------------------------------------------------


def queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as context:
        assert client.get(page).status_code == 200
    return len(context)


@pytest.mark.parametrize("page", ["reliability", "reliability/code", "disagreements"])
def test_twenty_more_segments_and_a_transcript_cost_no_more_queries(
    world: StudyWorld, client: Client, page: str
) -> None:
    few = coded(world)
    many = coded(world, [make_transcript(world.study, 24), make_transcript(world.study, 24)])
    sign_in(client, world.reader)
    client.get(url(world, few, "disagreements"))
    caches["results"].clear()

    computed = queries(client, url(world, many, page)), queries(client, url(world, few, page))
    kept = queries(client, url(world, many, page)), queries(client, url(world, few, page))

    assert computed[0] == computed[1]
    assert kept[0] == kept[1] < computed[0]


def test_twenty_more_rounds_cost_no_more_queries(world: StudyWorld, client: Client) -> None:
    coded(world)
    sign_in(client, world.reader)
    page = f"/studies/{world.study.slug}/results/"
    client.get(page)
    before = queries(client, page)
    for _ in range(20):
        world.round()

    assert queries(client, page) == before
