"""What the pages say of rounds in which hardly anything happens: true sentences, and no link that leads nowhere."""

from __future__ import annotations

import re

import pytest

from coding.models import Code
from coding.services import codebooks
from coding.services.roles import set_roles
from tests.coding.enactments.test_layers import coded
from tests.coding.enactments.test_pages import ROLES, client_of, page, table
from tests.factories import StudyWorld

Given = dict[int, tuple[str, ...]]


def both(given: Given, turns: int = 4) -> dict[str, Given]:
    """Two raters who judged every turn and agree."""
    every = {position: given.get(position, ()) for position in range(1, turns + 1)}
    return {"rater_a": every, "rater_b": every}


def test_a_pair_that_was_never_seen_is_not_said_to_come_more_often_than_by_chance(world: StudyWorld) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    round_ = coded(world, both({10: ("PULL-APP",), 31: ("NAM-DIS",), 41: ("NAM-DIS",)}, 60), turns=60)
    client = client_of(world.reader.user)

    text = page(client, round_, "enactments-sequences")
    rows = {(row["given"], row["target"]): row for row in table(client, round_, "transitions")["rows"]}

    assert "Nothing follows anything else one turn later clearly more often than chance has it." in text
    assert 'data-sign="plus"' not in text
    assert rows["Pull", "Naming"]["observed"] == 0
    assert rows["Pull", "Naming"]["p"] > 0.5


def test_a_naming_before_the_first_pull_does_not_hide_the_one_after_it(world: StudyWorld) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    round_ = coded(world, both({1: ("NAM-DIS",), 2: ("PULL-APP",), 5: ("NAM-DIS",)}, 6), turns=6)

    text = page(client_of(world.reader.user), round_, "enactments")

    assert "the first pull is named after 3 turns." in text
    assert "3 turns from first pull to first naming" in text


def test_a_naming_that_only_stands_before_the_pull_is_said_to(world: StudyWorld) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    round_ = coded(world, both({1: ("NAM-DIS",), 2: ("PULL-APP",)}))

    assert "a naming stands before the first pull, and none after it." in page(
        client_of(world.reader.user), round_, "enactments"
    )


@pytest.mark.parametrize(
    ("given", "query", "words"),
    [
        ({2: ("PULL-APP",), 3: ("NAM-DIS",)}, "", "The first pull is named after 1 turn."),
        ({1: ("PULL-APP",), 3: ("NAM-DIS",)}, "", "The first pull is named after 2 turns."),
        ({2: ("PULL-APP",)}, "?clock=seconds", "How long pulls wait is not defined: 1 pull: "),
    ],
)
def test_how_long_pulls_wait_is_a_sentence(world: StudyWorld, given: Given, query: str, words: str) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    round_ = coded(world, both(given))

    assert words in page(client_of(world.reader.user), round_, "enactments-pulls", query)


@pytest.mark.parametrize("roles", [ROLES, {}, {"PULL-APP": "pull"}])
def test_what_cannot_be_drawn_is_listed_with_its_reason_and_no_link(world: StudyWorld, roles: dict[str, str]) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=roles)
    round_ = coded(world, both({2: ("PULL-APP",)}))
    client = client_of(world.reader.user)

    text = page(client, round_, "enactments-files")
    addresses = re.findall(r'href="([^"]+/file/[^"]+)"', text)

    assert "answers.svg" in text
    assert not any("answers.svg" in address for address in addresses)
    assert len(addresses) > 30
    for address in addresses:
        response = client.get(address.replace("&amp;", "&"))
        assert response.status_code == 200, address
        assert b"".join(response.streaming_content)


def test_one_code_a_session_is_no_sequence_of_codes_and_a_naming_at_the_end_has_no_turn_left(world: StudyWorld) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    round_ = coded(world, both({3: ("NAM-DIS",)}, 3), turns=3)
    client = client_of(world.reader.user)

    by_event = page(client, round_, "enactments-sequences", "?unit=event")

    assert "In no session of this layer do two codes stand 1 apart." in by_event
    assert "no turn left" in page(client, round_, "enactments")


def test_two_codes_of_one_name_are_told_apart_by_their_keys(world: StudyWorld) -> None:
    boss = world.coordinator.user
    draft = codebooks.new_draft(user=boss, version=world.version, name="2")
    name = Code.objects.get(version=draft, key="PULL-APP").name
    Code.objects.filter(version=draft, key="PULL-DEF").update(name=name)
    world.version = codebooks.publish_stored(draft, user=boss)
    round_ = coded(world, both({1: ("PULL-APP",), 2: ("PULL-DEF",), 3: ("PULL-APP",)}))

    rows = table(client_of(world.reader.user), round_, "transitions", "?groups=codes")["rows"]

    assert {row["given"] for row in rows} >= {f"{name} (PULL-APP)", f"{name} (PULL-DEF)"}
    assert len({(row["given"], row["target"]) for row in rows}) == len(rows)
