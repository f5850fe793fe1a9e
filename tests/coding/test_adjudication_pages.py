"""The pages of adjudication: letters, the final column, keys' ways without script, opening and ending."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.models import Adjudication, AdjudicationOpening, NamesShown, Round
from coding.services import adjudication
from tests.coding.test_adjudication import disputed, person, turn
from tests.factories import StudyWorld, close, judge, make_transcript
from transcripts.models import Membership


@pytest.fixture
def round_(world: StudyWorld) -> Round:
    round_ = disputed(world)
    adjudication.open_adjudication(user=person(world.coordinator), round_=round_)
    close(round_)
    return round_


def client(member: Membership) -> Client:
    made = Client()
    made.force_login(person(member))
    return made


def place(world: StudyWorld, round_: Round, name: str = "adjudication", *more: object) -> str:
    return reverse(name, args=[world.study.slug, round_.pk, *more])


def test_the_page_shows_letters_and_no_names(world: StudyWorld, round_: Round) -> None:
    page = client(world.adjudicator).get(place(world, round_))

    text = page.content.decode()
    assert page.status_code == 200
    assert "2 of 4 turns are in dispute, 0 decided" in text
    assert "Names hidden" in text
    assert "rater_a" not in text
    assert "rater_b" not in text
    assert len(re.findall(r'data-take="[AB]"', text)) == 2
    assert " checked" not in text.partition('class="answer"')[2].partition("</table>")[0].replace(
        'value="2" checked', ""
    ).replace('value="3" checked', "").replace('value="1" checked', "")


def test_a_decision_goes_on_to_the_next_turn_and_can_be_taken_back(world: StudyWorld, round_: Round) -> None:
    me = client(world.adjudicator)
    address = place(world, round_, "adjudication-decide", turn(world, 2))
    sent = {"n": "0", "keep": ["PULL-DEF"], "rating.PULL-DEF": "3", "spans.PULL-DEF": "0-4", "rule": "discussion"}

    answer = me.post(address, sent | {"reason": "Hands over.", "cause": "close_codes"})
    following = me.get(answer["Location"])

    row = Adjudication.objects.get()
    assert (row.rule, row.reason, row.cause) == ("discussion", "Hands over.", "close_codes")
    assert (row.codings.get().rating, row.codings.get().evidence.get().end) == (3, 4)
    assert f"{world.transcript.name}, turn 4" in following.content.decode()
    assert "Take it back" in following.content.decode()
    me.post(place(world, round_, "adjudication-undo", turn(world, 2)), {"n": "1"})
    assert Adjudication.objects.order_by("-n").first().restores == 0  # type: ignore[union-attr]


def test_a_kind_without_turns_says_nothing_of_the_others(world: StudyWorld, round_: Round) -> None:
    text = client(world.adjudicator).get(f"{place(world, round_)}?kind=attribute").content.decode()

    assert "Nothing is in dispute of this kind" in text
    assert "The turns in dispute are of other kinds." in text
    assert "Every turn in dispute has an answer" not in text
    assert "End the blind phase" not in text


def test_what_is_wrong_is_said_beside_the_answer_and_nothing_of_it_is_lost(world: StudyWorld, round_: Round) -> None:
    address = place(world, round_, "adjudication-decide", turn(world, 2))
    sent = {"n": "0", "keep": ["ST-WARM", "ST-COOL"], "reason": "Both, I think."}

    page = client(world.adjudicator).post(address, sent)

    text = unescape(page.content.decode())
    assert page.status_code == 422
    assert "“Cool” and “Warm” exclude each other" in text
    assert "Both, I think." in text
    assert 'value="ST-WARM" checked' in text


@pytest.mark.parametrize("sent", [{"rating.PULL-APP": "many"}, {"spans.PULL-APP": "here"}, {"rule": "a coin"}])
def test_a_form_that_no_page_sends_is_answered_by_a_sentence(
    world: StudyWorld, round_: Round, sent: dict[str, str]
) -> None:
    address = place(world, round_, "adjudication-decide", turn(world, 2))

    assert client(world.adjudicator).post(address, {"n": "0", "keep": "PULL-APP", **sent}).status_code == 422


def test_a_whole_set_or_a_rule_fills_the_final_column_without_script(world: StudyWorld, round_: Round) -> None:
    me = client(world.adjudicator)
    text = me.get(place(world, round_) + f"?turn={turn(world, 2)}").content.decode()
    sets = {
        letter: json.loads(unescape(found))
        for letter, found in re.findall(r'data-take="(\w)" data-set="([^"]+)"', text)
    }

    for letter, found in sets.items():
        (code,) = found["codes"]
        taken = me.get(place(world, round_) + f"?turn={turn(world, 2)}&take={letter}").content.decode()
        assert f'value="{code}" checked' in taken

    assert {code for found in sets.values() for code in found["codes"]} == {"PULL-APP", "PULL-DEF"}


def test_names_are_shown_on_request_after_the_own_answer(world: StudyWorld, round_: Round) -> None:
    me = client(world.adjudicator)
    address = place(world, round_, "adjudication-names", turn(world, 2))
    assert me.post(address).status_code == 422
    me.post(place(world, round_, "adjudication-decide", turn(world, 2)), {"n": "0", "outcome": "none"})

    shown = me.get(me.post(address)["Location"]).content.decode()

    assert "rater_a" in shown
    assert NamesShown.objects.get().place == "adjudication"
    assert "rater_a" not in me.get(place(world, round_) + f"?turn={turn(world, 4)}").content.decode()


def test_a_coordinator_opens_names_and_ends_it(world: StudyWorld) -> None:
    round_ = disputed(world)
    close(round_)
    boss = client(world.coordinator)
    assert boss.get(place(world, round_))["Location"].endswith("/setup/")
    assert "not open" in boss.get(place(world, round_, "adjudication-setup")).content.decode()

    boss.post(place(world, round_, "adjudication-open"), {"outcome_shown": "yes"})
    setup = boss.get(place(world, round_, "adjudication-setup")).content.decode()
    boss.post(place(world, round_, "adjudication-end"))

    assert "0 of 2 segments in dispute are decided" in setup
    opening = AdjudicationOpening.objects.get()
    assert opening.outcome_shown
    assert opening.ended_by == world.coordinator


def test_results_send_the_adjudicator_to_the_adjudication(world: StudyWorld, round_: Round) -> None:
    me = client(world.adjudicator)

    refused = me.get(place(world, round_, "reliability"))

    assert refused.status_code == 403
    assert place(world, round_) in refused.content.decode()
    assert "Adjudicate" in me.get(reverse("study", args=[world.study.slug])).content.decode()
    assert place(world, round_) in me.get(reverse("results", args=[world.study.slug])).content.decode()


def test_the_report_says_how_often_each_rater_was_upheld_and_what_was_known(world: StudyWorld, round_: Round) -> None:
    me = client(world.adjudicator)
    me.post(
        place(world, round_, "adjudication-decide", turn(world, 2)),
        {"n": "0", "keep": "PULL-DEF", "rating.PULL-DEF": "1"},
    )

    text = client(world.reader).get(place(world, round_, "adjudication-report")).content.decode()

    assert "1 of 2 segments in dispute is decided" in text
    assert re.search(r'rater_b</th><td class="num">1 of 1</td><td class="num">1 of 1</td>', text)
    assert re.search(r'rater_a</th><td class="num">0 of 1</td><td class="num">0 of 1</td>', text)
    assert "1 of them blind" in text
    assert me.get(place(world, round_, "adjudication-report")).status_code == 403


def test_raters_read_the_outcome_when_it_has_ended_and_is_shown(world: StudyWorld, round_: Round) -> None:
    client(world.adjudicator).post(
        place(world, round_, "adjudication-decide", turn(world, 2)),
        {"n": "0", "keep": "PULL-DEF", "rating.PULL-DEF": "1", "reason": "Hands over."},
    )
    boss, rater = client(world.coordinator), client(world.rater)
    page = reverse("outcome", args=[world.assignment(round_).pk])
    home = reverse("study", args=[world.study.slug])

    before = [rater.get(page).status_code]
    boss.post(place(world, round_, "adjudication-end"))
    before.append(rater.get(page).status_code)
    assert page not in rater.get(home).content.decode()
    boss.post(place(world, round_, "adjudication-outcome"), {"shown": "yes"})

    assert before == [403, 403]
    shown = rater.get(page).content.decode()
    assert "Deference" in shown
    assert "Hands over." in shown
    assert page in rater.get(home).content.decode()
    api = rater.get(f"/api/v1{page}").json()
    assert api["results"] == [
        {"segment": 2, "outcome": "", "codings": [{"code": "PULL-DEF", "rating": 1}], "rule": "third rater",
         "reason": "Hands over."}
    ]  # fmt: skip
    world.round()
    assert rater.get(page).status_code == 403


def test_the_page_costs_the_same_however_much_is_in_dispute(world: StudyWorld) -> None:
    def cost(turns: int) -> int:
        long = make_transcript(world.study, turns)
        round_ = world.round(transcripts=[long])
        for assignment in round_.assignments.select_related("version"):
            for position in range(1, turns + 1):
                judge(assignment, position, *(["ST-WARM"] if assignment.rater_id == world.rater.pk else ["ST-COOL"]))
        adjudication.open_adjudication(user=person(world.coordinator), round_=round_)
        close(round_)
        me = client(world.adjudicator)
        me.get(place(world, round_))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert me.get(place(world, round_)).status_code == 200
        return len(queries)

    assert cost(24) == cost(4) <= 40


def test_before_it_is_opened_the_page_says_what_adjudicators_can_still_be_spared(world: StudyWorld) -> None:
    round_ = disputed(world)
    page = place(world, round_, "adjudication-setup")
    before = client(world.coordinator).get(page).content.decode()
    close(round_)
    mine = world.round([world.coordinator])
    blind = client(world.coordinator).get(page).content.decode()
    mine.assignments.update(withdrawn_at=mine.created_at)

    after = client(world.coordinator).get(page).content.decode()

    assert "Open it before the round closes" in before
    assert "Open it before the round closes" in blind
    assert "The round is closed: since when they could read it is kept" in after
