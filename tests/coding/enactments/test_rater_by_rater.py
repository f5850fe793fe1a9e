"""The same picture in each rater's own codes: on every page, on one scale, and as that rater's own page has it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from coding.models import Round
from coding.queries.enactment_counts import draw_counts_by_rater, draw_together_by_rater
from coding.queries.enactment_latency import waiting
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import Asked
from coding.services.demo import email_of, store_demo
from coding.services.roles import set_roles
from tests.coding.enactments.test_layers import coded
from tests.coding.enactments.test_pages import ROLES, client_of, page
from tests.factories import StudyWorld
from workbench.accounts.models import User


@pytest.fixture
def demo(db: None) -> tuple[Client, Round]:
    store_demo()
    return client_of(User.objects.get(email=email_of("reader"))), Round.objects.get(study__slug="demo", name="1")


def test_the_small_pictures_hold_the_numbers_of_the_raters_own_pages(demo: tuple[Client, Round]) -> None:
    client, round_ = demo
    found = Enactments(round_, None)

    for label, drawn in draw_counts_by_rater(found, Asked(groups="codes")):
        own = page(client, round_, "enactments-counts", f"?layer=rater:{label}").split("picture-comparison-small")[0]
        told = re.findall(r"<title>([^<]+: [^<]+ of [^<]+)</title>", drawn.markup)
        assert len(told) == 2 * 22
        assert all(f"<title>{words}</title>" in own for words in told)


def test_raters_are_drawn_on_one_scale(world: StudyWorld) -> None:
    round_ = coded(
        world,
        {
            "rater_a": {1: ("PULL-APP",), 2: ("PULL-APP",), 3: ("PULL-APP",), 4: ()},
            "rater_b": {1: ("PULL-APP", "PULL-DEF"), 2: (), 3: (), 4: ()},
        },
    )
    found = Enactments(round_, None)

    rates = [drawn.markup for _, drawn in draw_counts_by_rater(found, Asked(groups="codes", part="all"))]
    maps = [drawn.markup for _, drawn in draw_together_by_rater(found, Asked(groups="codes"))]

    labels = [re.findall(r'class="tick-label"[^>]*>([^<]+)', markup) for markup in rates]
    assert labels[0] == labels[1]
    assert "bubble-none" in maps[0]
    assert 'class="bubble"' in maps[1]


def test_one_rater_alone_has_no_small_pictures(world: StudyWorld) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    round_ = coded(world, {"rater_a": {1: (), 2: ("PULL-APP",), 3: ("NAM-DIS",), 4: ()}})
    client = client_of(world.reader.user)

    for name in ("enactments", "enactments-pulls", "enactments-sequences", "enactments-counts"):
        assert "rater by rater" not in page(client, round_, name).lower()


def test_a_rater_beside_the_others_is_the_rater_alone(demo: tuple[Client, Round]) -> None:
    _, round_ = demo
    found, asked = Enactments(round_, None), Asked()

    for label, other in found.beside:
        alone = Enactments(round_, None, f"rater:{label}")
        assert waiting(other, asked, "condition") == waiting(alone, asked, "condition")
    assert found.material is not found.beside[0][1].material
