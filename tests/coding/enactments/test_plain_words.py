"""What a clinician reads on the pages: names and sentences; keys are for files and programs."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from coding.models import Code, Round
from coding.services.demo import email_of, store_demo
from tests.coding.enactments.test_pages import PAGES, client_of, page, table
from tests.coding.enactments.test_sayings import found
from workbench.accounts.models import User

__all__ = ["found"]
#: Words of the program, and counts that nobody took the trouble to put into words.
RAW = re.compile(r"adjacency|\(s\)|_|\bNone\b|\bnan\b|at lag \d|<QuerySet|\bevery pulls\b")


@pytest.fixture
def demo(db: None) -> tuple[Client, Round]:
    store_demo()
    return client_of(User.objects.get(email=email_of("reader"))), Round.objects.get(study__slug="demo", name="1")


def words_of(text: str) -> str:
    """Give what is read, on hover too: without addresses, labels of raters and the names of files."""
    shown = re.sub(r"<(script|style)\b.*?</\1>", " ", text.split("<main", 1)[1])
    told = re.findall(r'(?: title|aria-label)="([^"]*)"', shown)
    read = re.sub(r"<[^>]+>", " ", re.sub(r'<ul role="list" class="file-list">.*?</ul>', " ", shown))
    return re.sub(r"rater_[a-z]", "", " ".join([read, *told]))


@pytest.mark.parametrize(
    "query", ["", "?groups=families&unit=once", "?of=every+pull&unit=event&groups=codes&part=session&lag=3"]
)
@pytest.mark.parametrize("name", [*PAGES, "enactments-hour"])
def test_pages_name_codes_and_write_no_keys(demo: tuple[Client, Round], name: str, query: str) -> None:
    client, round_ = demo
    if name == "enactments-hour":
        address = reverse(name, args=["demo", round_.pk, round_.assignments.first().revision_id])
        text = client.get(address + query).content.decode()
    else:
        text = page(client, round_, name, query)

    shown = words_of(text)

    keys = Code.objects.filter(version=round_.version).values_list("key", flat=True)
    assert [key for key in keys if re.search(rf"\b{re.escape(key)}\b", shown)] == []
    assert RAW.findall(shown) == []


def test_a_table_of_pulls_names_its_codes_and_says_how_a_naming_was_found(found: tuple[Client, Round]) -> None:
    text = page(*found, "enactments-pulls", "?of=every+pull").split('id="every"')[1]
    rows = table(*found, "pulls")["rows"]

    assert "Seeking approval" in text
    assert "linked by the rater" in text
    assert "the next one in the hour" in text
    assert {row["how"] for row in rows} == {"link", "adjacency", ""}
    assert rows[0]["codes"] == "PULL-APP"


def test_files_keep_the_keys_that_programs_read(found: tuple[Client, Round]) -> None:
    client, round_ = found
    address = reverse("enactments-file", args=[round_.study.slug, round_.pk, "shown-namings.csv"])

    lines = b"".join(client.get(address).streaming_content).decode().splitlines()

    assert ",NAM-DIS,2,PULL-APP,link," in lines[1]


def test_what_raters_said_of_a_pull_is_shown_by_its_name(found: tuple[Client, Round]) -> None:
    client, round_ = found

    text = page(client, round_, "enactments-dyads", "?layer=rater:rater_a")

    assert "<td>to</td>" in text
    assert "to_therapist" not in text
