"""Codebooks for programs: the same services and rules as on the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coding.models import CodebookVersion
from tests.coding.formats.test_codebook_file import DEMO, small
from tests.factories import StudyWorld, make_version, make_world
from tests.transcripts.test_studies_api import Program

pytestmark = pytest.mark.django_db


class Codebooks(Program):
    """A program that works with the codebooks of one study."""

    def __init__(self, world: StudyWorld, place: str = "coordinator") -> None:
        user = world.stranger if place == "stranger" else getattr(world, place).user
        super().__init__(user)
        self.slug = world.study.slug

    def __call__(self, method: str, path: str = "", body: object = None) -> Any:
        return super().__call__(method, f"{self.slug}/codebooks/{path}", body)


def test_a_document_becomes_a_version_and_comes_back_as_it_was(world: StudyWorld) -> None:
    call = Codebooks(world)
    document = json.loads(DEMO.read_bytes())

    made = call("post", body={"document": document, "publish": True})

    whole = call("get", f"{made.json()['id']}/").json()
    assert made.status_code == 201
    assert made.json() == {**whole, "to_mend": []}
    assert {name: whole[name] for name in ("codebook", "version", "published", "families", "codes")} == {
        "codebook": "relational-moves",
        "version": "1.0.0",
        "published": True,
        "families": 6,
        "codes": 22,
    }
    for code in whole["document"]["codes"]:
        code.pop("key_letter", None)
    assert whole["document"] == document


def test_what_is_published_as_it_stands_says_what_a_draft_would_be_asked_to_mend(world: StudyWorld) -> None:
    codes = [{"id": key, "short_name": key, "parent": "F"} for key in ("WARM", "warm")]
    made = Codebooks(world)("post", body={"document": small(codes=codes), "publish": True}).json()

    assert made["published"] is True
    assert [words.split(":")[0] for words in made["to_mend"]] == [
        "“WARM” has no definition",
        "“warm” has no definition",
        "“warm” has the key warm, and “WARM” has WARM",
    ]


def test_versions_are_listed_in_pages_and_drafts_for_coordinators_only(world: StudyWorld) -> None:
    draft = make_version(world.study, publish=False)

    mine = Codebooks(world)("get", "?page_size=1").json()
    theirs = Codebooks(world, "rater")("get").json()

    assert (mine["count"], [row["id"] for row in mine["results"]]) == (2, [draft.pk])
    assert "page=2" in mine["next"]
    assert [row["id"] for row in theirs["results"]] == [world.version.pk]
    assert Codebooks(world, "rater")("get", f"{draft.pk}/").status_code == 403
    assert Codebooks(world, "reader")("get", f"{world.version.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "document"),
        ([], "non_field_errors"),
        ({"document": None}, "document"),
        ({"document": []}, "document"),
        ({"document": "{}"}, "document"),
        ({"document": {"id": "x"}}, "document"),
        ({"document": small(codes=[{"id": "C", "short_name": "C", "parent": "G"}])}, "document"),
        ({"document": small(rating={"max": 10**30})}, "document"),
        ({"document": small(id="a\x07")}, "document"),
        ({"document": small(), "publish": "perhaps"}, "publish"),
    ],
)
def test_a_document_that_cannot_be_is_refused_with_400_and_a_sentence(
    world: StudyWorld, body: object, said: str
) -> None:
    answer = Codebooks(world)("post", body=body)

    assert answer.status_code == 400
    assert answer.json()[said][0].endswith(".")
    assert CodebookVersion.objects.count() == 1


@pytest.mark.parametrize(
    "raw", ['{"document": ' + "[" * 50_000, '{"document": {"id": "\\u0000"}}', '{"document": {"id": "\\ud800"}}', "{"]
)
def test_what_is_not_json_that_can_be_stored_is_refused_with_400(world: StudyWorld, raw: str) -> None:
    call = Codebooks(world)

    answer = call.client.post(f"/api/v1/studies/{call.slug}/codebooks/", raw, content_type="application/json")

    assert answer.status_code == 400


def test_the_sentence_says_where_and_what_would_be_right(world: StudyWorld) -> None:
    document = small(codes=[{"id": "C", "short_name": "C", "parent": "G"}])

    answer = Codebooks(world)("post", body={"document": document})

    (sentence,) = answer.json()["document"]
    assert sentence == "codes[0].parent: “G” is no family of this file; its families are F."


def test_a_name_in_use_is_a_conflict(world: StudyWorld) -> None:
    call = Codebooks(world)
    body = {"document": small()}

    answers = [call("post", body=body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[1].json()["code"] == "version_name_taken"


def test_a_draft_is_published_once_and_for_good(world: StudyWorld) -> None:
    call = Codebooks(world)
    draft = make_version(world.study, publish=False)

    answers = [call("post", f"{draft.pk}/publish/") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert (answers[0].json()["published"], answers[1].json()["code"]) == (True, "version_frozen")
    assert call("delete", f"{draft.pk}/").status_code == 409
    empty = call("post", body={"document": small(codes=[])}).json()["id"]
    assert call("post", f"{empty}/publish/").json()["code"] == "codebook_empty"


def test_a_draft_is_opened_from_a_version_and_thrown_away(world: StudyWorld) -> None:
    call = Codebooks(world)

    made = call("post", f"{world.version.pk}/draft/", {"version": "2.0"})
    taken = call("post", f"{world.version.pk}/draft/", {"version": "2.0"})
    gone = call("delete", f"{made.json()['id']}/")

    assert (made.status_code, made.json()["published"], made.json()["codes"]) == (201, False, 5)
    assert (taken.status_code, gone.status_code) == (409, 204)
    assert call("get", f"{made.json()['id']}/").status_code == 404
    for name in ("", "x" * 41, "a\x07", {"a": 1}):
        assert call("post", f"{world.version.pk}/draft/", {"version": name}).status_code == 400


@pytest.mark.parametrize("place", ["rater", "adjudicator", "reader"])
def test_only_coordinators_change_codebooks(world: StudyWorld, place: str) -> None:
    call = Codebooks(world, place)
    draft = make_version(world.study, publish=False)

    answers = [
        call("post", body={"document": small()}),
        call("post", f"{world.version.pk}/draft/", {"version": "2"}),
        call("post", f"{draft.pk}/publish/"),
        call("delete", f"{draft.pk}/"),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert CodebookVersion.objects.count() == 2


def test_for_a_stranger_and_in_another_study_nothing_exists(world: StudyWorld) -> None:
    elsewhere = make_world()

    assert Codebooks(world, "stranger")("get").status_code == 404
    assert Codebooks(world, "stranger")("post", body={"document": small()}).status_code == 404
    for number in (elsewhere.version.pk, 10**30, 0):
        for method, path in (("get", ""), ("delete", ""), ("post", "publish/"), ("post", "draft/")):
            assert Codebooks(world)(method, f"{number}/{path}").status_code == 404


def test_twenty_more_versions_cost_no_more_queries(world: StudyWorld) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert call("get").status_code == 200
        return len(queries)

    call = Codebooks(world)
    cost()
    before = cost()
    for _ in range(20):
        make_version(world.study)

    assert cost() == before
