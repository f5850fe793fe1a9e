"""The page and the API that show what a version changes, and take the decisions about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.formats.drafts import AttributeDraft, CodeDraft
from coding.models import ChangeNote, Code, CodebookVersion, Family
from coding.queries.version_diff import sentence, version_diff
from coding.services import codebooks
from tests.factories import SMALL_CODEBOOK, StudyWorld, make_version
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(world: StudyWorld, client: Client) -> User:
    assert world.coordinator.user is not None
    client.force_login(world.coordinator.user)
    return world.coordinator.user


@pytest.fixture
def draft(world: StudyWorld, coordinator: User) -> CodebookVersion:
    """A draft in which one code has other words."""
    draft = codebooks.new_draft(user=coordinator, version=world.version, name="2.0")
    Code.objects.filter(version=draft, key="PULL-APP").update(definition="Angles for <b>praise</b> from the other.")
    return draft


def path(world: StudyWorld, version: CodebookVersion, more: str = "", *, api: bool = False) -> str:
    return f"{'/api/v1' if api else ''}/studies/{world.study.slug}/codebooks/{version.pk}/changes/{more}"


def decide(client: Client, world: StudyWorld, draft: CodebookVersion, **said: Any) -> Any:
    return client.post(path(world, draft, "decide/"), {"key": "PULL-APP", **said})


# The page ------------------------------------------------------------------------------------------------------------


def test_the_page_shows_word_by_word_what_went_and_came(
    client: Client, world: StudyWorld, draft: CodebookVersion
) -> None:
    Code.objects.filter(version=draft, key="PULL-APP").update(include=["asks for praise"])
    second = codebooks.new_draft(user=world.coordinator.user, version=draft, name="2.1")  # type: ignore[arg-type]
    Code.objects.filter(version=second, key="PULL-APP").update(include=["begs for praise"])

    shown = client.get(path(world, second) + f"?against={draft.pk}").content.decode()

    assert '<del><span class="sr">went: </span>asks</del>' in shown
    assert '<ins><span class="sr">came: </span>begs</ins>' in shown


def test_markup_in_a_definition_is_shown_as_text(client: Client, world: StudyWorld, draft: CodebookVersion) -> None:
    shown = client.get(path(world, draft)).content.decode()

    assert "&lt;b&gt;praise&lt;/b&gt;" in shown
    assert "<b>praise</b>" not in shown


def test_a_first_version_changes_nothing(client: Client, world: StudyWorld, coordinator: User) -> None:
    assert "first version" in client.get(path(world, world.version)).content.decode()


def test_readers_see_what_a_published_version_changed_but_no_draft(
    client: Client, world: StudyWorld, draft: CodebookVersion
) -> None:
    second = make_version(world.study)
    client.force_login(world.reader.user)  # type: ignore[arg-type]

    assert client.get(path(world, second)).status_code == 200
    assert client.get(path(world, second) + f"?against={draft.pk}").status_code == 403
    assert client.get(path(world, draft)).status_code == 403


@pytest.mark.parametrize("against", ["nonsense", "0", "99999999999999999999", "²"])
def test_an_unknown_version_is_not_found(
    client: Client, world: StudyWorld, draft: CodebookVersion, against: str
) -> None:
    assert client.get(path(world, draft) + f"?against={against}").status_code == 404


def test_one_click_decides(client: Client, world: StudyWorld, draft: CodebookVersion) -> None:
    open_page = client.get(path(world, draft)).content.decode()
    answer = decide(client, world, draft, kind="reworded", reason="plainer")

    assert "What became of it?" in open_page
    assert answer.status_code == 302
    assert answer.url.endswith("#code-1")
    shown = client.get(path(world, draft)).content.decode()
    assert "Reworded</b>, decided by" in shown
    assert "stay together" in shown
    assert "What became of it?" not in shown


def test_a_split_asks_where_it_leads(client: Client, world: StudyWorld, draft: CodebookVersion) -> None:
    asked = decide(client, world, draft, kind="split", reason="two things")
    wrong = decide(client, world, draft, kind="split", into=["PULL-APP"], chosen="1")
    kept = decide(client, world, draft, kind="split", into=["PULL-APP", "PULL-DEF"], chosen="1")

    assert (asked.status_code, wrong.status_code, kept.status_code) == (200, 422, 302)
    assert "two things" in asked.content.decode()
    assert "Choose two codes or more" in wrong.content.decode()
    assert ChangeNote.objects.get(version=draft).successors.count() == 2


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"kind": "retired"}, "can only be called"),
        ({"kind": "nonsense"}, "could not be kept"),
        ({"kind": "reworded", "key": "NOWHERE"}, "has a code “NOWHERE”"),
        ({"kind": "reworded", "reason": "x" * 5001}, "could not be kept"),
        ({"kind": "split", "into": ["NOWHERE"]}, "could not be kept"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_with_a_sentence(
    client: Client, world: StudyWorld, draft: CodebookVersion, said: dict[str, Any], sentence: str
) -> None:
    answer = decide(client, world, draft, **said)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ChangeNote.objects.filter(version=draft).exists()


def test_publishing_waits_for_the_decisions(client: Client, world: StudyWorld, draft: CodebookVersion) -> None:
    publish = f"/studies/{world.study.slug}/codebooks/{draft.pk}/publish/"
    refused = client.post(publish)
    decide(client, world, draft, kind="reworded")

    assert refused.status_code == 422
    assert f'href="{path(world, draft)}#code-1"' in refused.content.decode()
    assert client.post(publish).status_code == 302


def test_the_page_asks_as_much_of_the_database_with_more_codes(
    client: Client, world: StudyWorld, draft: CodebookVersion
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path(world, draft) + "?show=all").status_code == 200
        return len(queries)

    before = cost()
    family = Family.objects.get(version=draft, key="PULL")
    for number in range(20):
        Code.objects.create(
            study=world.study, version=draft, family=family, key=f"N{number}", name="New", position=100 + number
        )

    assert cost() == before


# In words ------------------------------------------------------------------------------------------------------------


def test_what_changed_beside_the_codes_is_said_too(world: StudyWorld) -> None:
    book = replace(
        SMALL_CODEBOOK,
        title="Another title",
        max_codes_per_turn=None,
        attributes=(AttributeDraft("arena", "text"),),
        rest={"links": [{"id": "names"}]},
        families=(replace(SMALL_CODEBOOK.families[0], definition="A pattern."), *SMALL_CODEBOOK.families[1:]),
        codes=(*SMALL_CODEBOOK.codes, CodeDraft(key="PULL-RES", name="Rescue", family="PULL")),
    )

    diff = version_diff(world.version, make_version(world.study, book))

    assert diff.others == (
        "The title was “A small codebook” and is “Another title”.",
        "A segment could take 3 codes and can take any number of.",
        "The attribute “arena” is new.",
        "The kind of link “names” is new.",
    )
    assert [family.key for family in diff.families] == ["PULL"]
    assert "adds 1 to the codes of" in sentence(diff)


# The API -------------------------------------------------------------------------------------------------------------


def test_programs_read_the_changes_and_decide_them(client: Client, world: StudyWorld, draft: CodebookVersion) -> None:
    found = client.get(path(world, draft, api=True)).json()
    said = {"code": "PULL-APP", "change": "redefined", "reason": "wider"}
    kept = client.put(path(world, draft, api=True), said, content_type="application/json").json()
    back = client.put(
        path(world, draft, api=True), {"code": "PULL-APP", "change": None}, content_type="application/json"
    ).json()

    assert (found["undecided"], kept["undecided"], back["undecided"]) == (1, 0, 1)
    assert found["codes"]["PULL-APP"]["changes"][0]["what"] == "definition"
    assert found["codes"]["PULL-APP"]["note"]["choices"] == ["reworded", "redefined", "split", "merged"]
    assert (kept["codes"]["PULL-APP"]["note"]["change"], kept["codes"]["PULL-APP"]["together"]) == ("redefined", False)
    assert kept["codes"]["PULL-APP"]["note"]["reason"] == "wider"


def test_programs_get_the_refusals(client: Client, world: StudyWorld, draft: CodebookVersion) -> None:
    wrong = client.put(
        path(world, draft, api=True), {"code": "PULL-APP", "change": "retired"}, content_type="application/json"
    )
    publish = client.post(f"/api/v1/studies/{world.study.slug}/codebooks/{draft.pk}/publish/")
    first = client.get(path(world, world.version, api=True))

    assert (wrong.status_code, wrong.json()["code"]) == (409, "change_not_possible")
    assert publish.status_code == 409
    assert first.status_code == 400
