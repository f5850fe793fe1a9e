"""
What every picture has, walked through picture by picture: a table, its numbers on hover, a way from every mark to its
turns, SVG, PNG and CSV, and the same for each rater.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from coding.models import Round
from coding.services.demo import email_of, store_demo
from coding.services.enactment_files import PICTURES
from tests.coding.enactments.test_pages import client_of, page, table
from workbench.accounts.models import User

RATERS = ("rater_a", "rater_b", "rater_c")
#: What is drawn for a number; signs in legends and beside names are told nothing and lead nowhere.
MARKS = {"m", "m-ring", "tie", "tip", "dot", "dot-open", "bubble", "node", "edge", "edge-less", "hit"}
#: Where there is no turn behind: what never occurs together, what has no value, what nobody gave.
NOTHING_BEHIND = re.compile(r" 0 turns with both| 0 windows|not defined|\(0 of |: no |no value in this layer")


@dataclass(frozen=True)
class Drawn:
    """One kind of picture: its page, the name of its class, its files by what comes before the ending, its table."""

    page: str
    kind: str
    file: str
    table: str
    small: str


EVERY = (
    Drawn("enactments", "timeline", r"timeline-\d+", "turns", "timeline"),
    Drawn("enactments", "answers", "answers", "answers", "answers-small"),
    Drawn("enactments-pulls", "latency", "latency", "latency", "latency-small"),
    Drawn("enactments-pulls", "named", "named", "named_within", "named-small"),
    Drawn("enactments-sequences", "states", "states", "transitions", "states-small"),
    Drawn("enactments-sequences", "lags", "lags", "lags", "lags-small"),
    Drawn("enactments-counts", "comparison", "comparison", "counts", "comparison-small"),
    Drawn("enactments-counts", "together", "together", "together", "together-small"),
    Drawn("enactments-dyads", "course", r"course-\d+", "course", "course-small"),
)
each_picture = pytest.mark.parametrize("drawn", EVERY, ids=lambda drawn: drawn.kind)


@pytest.fixture
def demo(db: None) -> tuple[Client, Round]:
    store_demo()
    return client_of(User.objects.get(email=email_of("reader"))), Round.objects.get(study__slug="demo", name="1")


def pictures(text: str, kind: str) -> list[ET.Element]:
    """Read the pictures of a kind from a page."""
    found = re.findall(rf'<svg class="picture picture-{kind}" .*?</svg>', text)
    return [ET.fromstring(markup) for markup in found]  # noqa: S314 - our own


def marks(drawn: ET.Element) -> Iterator[tuple[str, str]]:
    """Give of every mark what is told on hover and where it leads, "" each where it does not."""
    for parent in drawn.iter():
        if parent.tag in ("a", "g") and any(MARKS & set(part.attrib.get("class", "").split()) for part in parent):
            yield parent.findtext("title") or "", parent.attrib.get("href", "")


def test_the_list_holds_every_picture_that_pages_and_files_know(demo: tuple[Client, Round]) -> None:
    root = Path(__file__).parents[3] / "coding/formats/pictures"
    drawers = {path.stem for path in root.glob("*.py") if "Picture(" in path.read_text()} - {"svg"}

    assert set(PICTURES) | {"timeline", "course"} == {drawn.kind for drawn in EVERY}
    assert drawers == {"co_map", "course", "curves", "lag_plot", "points", "states", "timeline"}
    for name in {drawn.page for drawn in EVERY}:
        kinds = set(re.findall(r'class="picture picture-([a-z-]+)"', page(*demo, name)))
        here = [drawn for drawn in EVERY if drawn.page == name]
        assert kinds == {drawn.kind for drawn in here} | {drawn.small for drawn in here}


@each_picture
def test_every_mark_says_its_number_on_hover_and_leads_to_its_turns(demo: tuple[Client, Round], drawn: Drawn) -> None:
    client, _ = demo
    text = page(*demo, drawn.page)
    # What stands rater by rater comes after the large picture.
    large = pictures(text, drawn.kind)[0]
    seen = list(marks(large))

    assert len(seen) >= 2
    assert any(re.search(r"\d", words) for words, _ in seen)
    for words, address in seen:
        assert words
        assert address or NOTHING_BEHIND.search(words), words
    for address in sorted({address for _, address in seen if address})[:4]:
        response = client.get(address.partition("#")[0])
        anchor = address.partition("#")[2]
        assert response.status_code == 200
        content = response.content.decode()
        assert not anchor or f'id="{anchor}"' in content
        assert re.search(r'href="[^"]+/hours/\d+/[^"]*#turn-\d+"', content) or "/hours/" in address, address


@each_picture
def test_beside_every_picture_stand_its_table_and_its_files(demo: tuple[Client, Round], drawn: Drawn) -> None:
    client, round_ = demo
    text = page(*demo, drawn.page)
    after = text[text.index(f'class="picture picture-{drawn.kind}"') :]
    foot = after[: after.index("</p>", after.index('class="picture-foot"'))]
    svg, csv = re.findall(r'<a href="([^"]+)" download>(?:SVG|CSV)</a>', foot)

    assert re.search(rf"/file/{drawn.file}\.svg/", svg)
    assert f'data-svg="{svg}"' in foot
    assert ">PNG</button>" in foot
    assert f"/file/shown-{drawn.table}.csv/" in csv
    answers = [client.get(unescape(address)) for address in (svg, csv)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(b"".join(answer.streaming_content) for answer in answers)
    title = (
        "Codes of CBT-06, table"
        if drawn.kind == "timeline"
        else f"{table(client, round_, drawn.table)['title']}, table"
    )
    region = text[text.index(f'aria-label="{title}"') :]
    assert len(re.findall("<tr>", region[: region.index("</table>")])) > 1


@each_picture
def test_every_picture_stands_there_for_each_rater_and_leads_to_the_page_of_each(
    demo: tuple[Client, Round], drawn: Drawn
) -> None:
    client, round_ = demo
    text = page(*demo, drawn.page)
    number = len(pictures(text, drawn.small))
    large = len(pictures(text, drawn.kind)) if drawn.small != drawn.kind else number // (len(RATERS) + 1)

    assert number == large * len(RATERS) + (large if drawn.small == drawn.kind else 0)
    for label in RATERS:
        links = re.findall(rf'<h3> ?<a href="([^"]+)"[^>]*>{label}</a>', text)
        assert len(links) >= large
        own = client.get(f"{reverse(drawn.page, args=['demo', round_.pk])}{unescape(links[0])}").content.decode()
        assert f"codes by {label}" in own or f">{label}</a>" in own
