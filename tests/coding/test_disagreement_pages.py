"""The pages of disagreements: who gave what, segment by segment, and what is not for these eyes."""

from __future__ import annotations

import pytest
from django.test import Client

from coding.queries.disputes import PAGE_SIZE
from tests.coding.test_results_pages import coded, segment, sign_in, url
from tests.factories import StudyWorld, close, judge, make_member, make_round, make_transcript

# Disagreements ------------------------------------------------------------------------------------------------------


def test_one_click_on_a_code_leads_to_its_disputed_segments_with_who_gave_what(
    world: StudyWorld, client: Client
) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    table = client.get(url(world, round_)).content.decode()
    page = client.get(url(world, round_, "disagreements", code="PULL-DEF"))

    assert f"/rounds/{round_.pk}/disagreements/?code=PULL-DEF" in table
    assert page.context["agenda"].total == 1
    votes = page.context["votes"]
    assert votes.segment == segment(world.transcript, 3)
    assert [turn.position for turn in votes.context] == [1, 2, 3, 4]
    code = votes.codes[0]
    assert (code.key, code.is_disputed) == ("PULL-DEF", True)
    given, not_given = code.votes
    assert (given.is_given, given.rating, given.quotes) == (True, 2, ("Turn 3",))
    assert not not_given.is_given
    body = page.content.decode()
    assert "so it seems" in body
    assert "None applies" in body


def test_a_confusion_leads_to_its_segments(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    page = client.get(url(world, round_, "disagreements", code="PULL-DEF", against="NRM"))

    assert "/disagreements/?code=PULL-DEF&amp;against=NRM" in client.get(url(world, round_)).content.decode()
    assert [card.position for card in page.context["agenda"].cards] == [3]
    assert "Deference against None applies" in page.content.decode()
    assert client.get(url(world, round_, "disagreements", code="PULL-APP", against="NRM")).context["agenda"].total == 0


def test_disputes_of_two_raters_or_of_one_transcript_are_listed_by_themselves(
    world: StudyWorld, client: Client
) -> None:
    third, elsewhere = make_member(world.study, "rater", "rater_c"), make_transcript(world.study, name="elsewhere")
    round_ = make_round(world.version, [world.transcript, elsewhere], [world.rater, world.other_rater, third])
    for assignment in round_.assignments.select_related("version", "rater", "transcript"):
        apart = assignment.rater == third
        judge(assignment, 1, *(["PULL-APP"] if apart else []))
        judge(assignment, 2, *(["PULL-APP"] if apart and assignment.transcript == elsewhere else []))
    close(round_)
    sign_in(client, world.reader)

    def total(**query: str) -> int:
        return int(client.get(url(world, round_, "disagreements", **query)).context["agenda"].total)

    assert total() == 3
    assert total(one="rater_a", other="rater_b") == 0
    assert total(one="rater_a", other="rater_c") == 3
    assert total(transcript="elsewhere") == 2
    assert total(transcript="elsewhere", one="rater_b", other="rater_c", code="PULL-APP") == 2


def test_a_confusion_of_two_raters_is_one_of_theirs(world: StudyWorld, client: Client) -> None:
    third = make_member(world.study, "rater", "rater_c")
    round_ = make_round(world.version, [world.transcript], [world.rater, world.other_rater, third])
    for assignment in round_.assignments.select_related("version", "rater"):
        judge(assignment, 1, "PULL-DEF" if assignment.rater == third else "PULL-APP")
    close(round_)
    sign_in(client, world.reader)

    def total(other: str) -> int:
        asked = {"code": "PULL-APP", "against": "PULL-DEF", "one": "rater_a", "other": other}
        return int(client.get(url(world, round_, "disagreements", **asked)).context["agenda"].total)

    assert (total("rater_b"), total("rater_c")) == (0, 1)


@pytest.mark.parametrize(
    "query",
    [
        {"code": "PULL-APP", "against": "NOTHING"},
        {"one": "rater_a", "other": "nobody"},
        {"transcript": "nowhere"},
    ],
)
def test_a_dispute_that_cannot_be_is_404(world: StudyWorld, client: Client, query: dict[str, str]) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    assert client.get(url(world, round_, "disagreements", **query)).status_code == 404


def test_the_widest_disputes_can_come_first(world: StudyWorld, client: Client) -> None:
    round_ = world.round()
    for assignment in round_.assignments.select_related("version", "rater"):
        mine = assignment.rater == world.rater
        judge(assignment, 1, "PULL-APP", *(["PULL-DEF"] if mine else []))
        judge(assignment, 2, "PULL-APP" if mine else "PULL-DEF")
    close(round_)
    sign_in(client, world.reader)

    page = client.get(url(world, round_, "disagreements", order="widest"))

    assert [card.position for card in page.context["agenda"].cards] == [2, 1]
    assert "order=widest&amp;page=1&amp;turn=" in page.content.decode()


def test_all_codes_together_list_every_segment_on_which_anybody_differs(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    page = client.get(url(world, round_, "disagreements"))

    assert [(card.position, card.transcript) for card in page.context["agenda"].cards] == [(3, world.transcript.name)]


def test_where_nobody_differs_the_page_says_so(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    assert "Nobody differs here" in client.get(url(world, round_, "disagreements", code="PULL-APP")).content.decode()


def test_a_segment_that_was_not_judged_by_somebody_has_no_value_for_them(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    page = client.get(url(world, round_, "disagreements", turn=segment(world.transcript, 4).pk))

    assert page.context["votes"].memos == (None, None)
    assert "not judged" in page.content.decode()


def test_a_segment_or_code_that_is_not_of_this_round_is_404(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    elsewhere = make_transcript(world.study)
    sign_in(client, world.reader)

    assert client.get(url(world, round_, "disagreements", turn=segment(elsewhere, 1).pk)).status_code == 404
    assert client.get(url(world, round_, "disagreements", code="NOTHING")).status_code == 404


@pytest.mark.parametrize("query", ["turn=abc", "turn=-4", "page=99999999999999999999", "page=0", "turn=%F0%9F%98%80"])
def test_odd_numbers_in_the_address_do_no_harm(world: StudyWorld, client: Client, query: str) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    assert client.get(url(world, round_, "disagreements") + query).status_code == 200


def test_a_hidden_transcripts_segments_are_neither_listed_nor_found(world: StudyWorld, client: Client) -> None:
    hidden = make_transcript(world.study)
    round_ = coded(world, [world.transcript, hidden])
    world.round([world.coordinator], [hidden])
    sign_in(client, world.coordinator)

    page = client.get(url(world, round_, "disagreements"))

    assert {card.transcript for card in page.context["agenda"].cards} == {world.transcript.name}
    assert client.get(url(world, round_, "disagreements", turn=segment(hidden, 3).pk)).status_code == 404


def test_long_lists_come_in_pages(world: StudyWorld, client: Client) -> None:
    transcript = make_transcript(world.study, PAGE_SIZE + 5)
    round_ = make_round(world.version, [transcript], [world.rater, world.other_rater])
    for assignment in round_.assignments.select_related("version", "rater"):
        for position in range(1, PAGE_SIZE + 6):
            judge(assignment, position, *(["PULL-APP"] if assignment.rater == world.rater else []))
    close(round_)
    sign_in(client, world.reader)

    first = client.get(url(world, round_, "disagreements"))
    last = client.get(url(world, round_, "disagreements", page=2))
    found = client.get(url(world, round_, "disagreements", turn=segment(transcript, PAGE_SIZE + 3).pk))

    assert (len(first.context["agenda"].cards), len(last.context["agenda"].cards)) == (PAGE_SIZE, 5)
    assert found.context["agenda"].page == 2
