"""From a number to its turns: as many places and passages as the number says, and each of them true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coding.models import Round
from coding.queries.enactment_counts import counted, made_together
from coding.queries.enactment_sequences import Sequences
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import Asked
from coding.queries.passages import passages
from coding.queries.sequence_places import places_sheet
from coding.queries.sheets import TurnAt
from coding.services.demo import email_of, store_demo
from tests.coding.enactments.test_pages import client_of, page, table
from workbench.accounts.models import User


@pytest.fixture
def found(db: None) -> Enactments:
    store_demo()
    return Enactments(Round.objects.get(study__slug="demo", name="1"), None)


def turns_of(found: Enactments, asked: Asked) -> set[tuple[str, int]]:
    return {(one.transcript, one.position) for code in passages(found, asked) for one in code.passages}


@pytest.mark.parametrize("unit", ["segment", "event", "once"])
@pytest.mark.parametrize("lag", [1, 4])
def test_every_pair_has_as_many_places_as_were_seen(found: Enactments, unit: str, lag: int) -> None:
    asked = Asked(unit=unit, lag=lag)
    square = Sequences(found, found.in_roles, tests=False).square(asked)

    for cell in square.cells:
        pair = replace(asked, given=cell.given.group.name, target=cell.target.group.name)
        assert len(places_sheet(found, pair).rows) == cell.observed
    assert sum(cell.observed for cell in square.cells) > 50


def test_a_place_is_a_turn_with_the_one_and_a_later_turn_with_the_other(found: Enactments) -> None:
    rows = places_sheet(found, Asked(given="pull", target="naming", lag=2, session="PDT-11")).rows

    assert rows
    for transcript, _, given, codes, target, _ in rows:
        assert isinstance(given, TurnAt)
        assert isinstance(target, TurnAt)
        assert (transcript, target.position - given.position) == ("PDT-11", 2)
        assert codes


def test_a_pair_that_never_was_says_so(found: Enactments) -> None:
    why = places_sheet(found, Asked(given="naming", target="noticing", lag=1, session="CBT-06")).why_empty

    assert why == "Noticing never follows Naming one turn later in CBT-06."


def test_a_bubble_leads_to_as_many_turns_as_have_both(found: Enactments) -> None:
    asked = Asked(groups="codes")

    for one in made_together(found, asked):
        both = replace(asked, code=one.one, also=one.other)
        assert len(turns_of(found, both)) == one.table[0], (one.one, one.other)


def test_within_a_window_each_passage_has_the_other_no_farther_away(found: Enactments) -> None:
    near = turns_of(found, Asked(group="naming", also="pull", window=3))
    pulls, namings = turns_of(found, Asked(group="pull")), turns_of(found, Asked(group="naming"))

    assert near == {(name, turn) for name, turn in namings if any((name, turn + k) in pulls for k in range(-2, 3))}
    assert near != namings


@pytest.mark.parametrize(("part", "narrowed"), [("third", "third"), ("session", "session"), ("speaker", "speaker")])
def test_a_rate_leads_to_as_many_turns_as_it_counts(found: Enactments, part: str, narrowed: str) -> None:
    by = {"third": "phase"}.get(part, part)
    asked = Asked(part=part)

    for one in counted(found, asked, by):
        assert len(turns_of(found, Asked(group=one.group, **{narrowed: one.part}))) == one.turns


def test_the_page_and_the_api_say_what_they_are_narrowed_to(found: Enactments) -> None:
    client = client_of(User.objects.get(email=email_of("reader")))
    query = "?group=naming&also=pull&window=3&third=last+third"

    text = page(client, found.round, "enactments-reading", query)
    api = f"/api/v1/studies/demo/rounds/{found.round.pk}/enactments/"
    asked = {"group": "naming", "also": "pull", "window": 3, "third": "last third"}
    codes = client.post(f"{api}passages/", asked, content_type="application/json").json()["codes"]

    assert "Naming alone, turns with Pull no more than 2 turns away, last third of each hour." in text
    assert {one["code"] for one in codes} <= set(found.roles.naming.codes)
    assert client.post(f"{api}passages/", {"group": "nobody"}, content_type="application/json").status_code == 400
    assert table(client, found.round, "places", "?given=pull&target=naming&lag=2")["rows"]
