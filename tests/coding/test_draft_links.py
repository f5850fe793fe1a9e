"""Kinds of links and keys of a draft, written in the browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.models import Code, CodebookVersion
from coding.queries.palette import palette
from coding.services import draft_links, drafts
from coding.services.draft_links import LinkText
from coding.services.drafts import NotThisWay
from tests.factories import SMALL_CODEBOOK, StudyWorld, make_version
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db

NAMES = {"id": "names", "from": ["NAM"], "to": ["PULL"], "colour": "kept"}


@pytest.fixture
def coordinator(world: StudyWorld, client: Client) -> User:
    assert world.coordinator.user is not None
    client.force_login(world.coordinator.user)
    return world.coordinator.user


@pytest.fixture
def draft(world: StudyWorld, coordinator: User) -> CodebookVersion:
    return make_version(world.study, replace(SMALL_CODEBOOK, rest={"links": [NAMES]}), publish=False)


def post(client: Client, world: StudyWorld, draft: CodebookVersion, path: str, **data: Any) -> Any:
    return client.post(f"/studies/{world.study.slug}/codebooks/{draft.pk}/{path}", data)


def links(draft: CodebookVersion) -> list[dict[str, Any]]:
    draft.refresh_from_db()
    return list(draft.rest.get("links", ()))


# Kinds of links ------------------------------------------------------------------------------------------------------


def test_a_kind_is_added_and_holds_on_the_desk(client: Client, world: StudyWorld, draft: CodebookVersion) -> None:
    form = client.get(f"/studies/{world.study.slug}/codebooks/{draft.pk}/links/new/").content.decode()
    answer = post(client, world, draft, "links/new/", key="answers", name="answers to", origins=["STANCE"], targets=[])
    book = palette(draft.pk, published=False)

    assert "all of Stance" in form
    assert answer.url.endswith("#links")
    assert links(draft)[1] == {"id": "answers", "short_name": "answers to", "from": ["STANCE"]}
    assert book.may_link("answers", book.codes["ST-WARM"], book.codes["NAM-DIS"])
    assert not book.may_link("answers", book.codes["NAM-DIS"], book.codes["ST-WARM"])


def test_a_kind_is_changed_and_keeps_what_the_file_said_of_it(
    client: Client, world: StudyWorld, draft: CodebookVersion
) -> None:
    page = client.get(f"/studies/{world.study.slug}/codebooks/{draft.pk}/links/1/").content.decode()
    post(client, world, draft, "links/1/", was="names", key="namings", name="", origins=["NAM-DIS"], targets=["PULL"])

    assert 'name="was" value="names"' in page
    assert links(draft) == [{"id": "namings", "from": ["NAM-DIS"], "to": ["PULL"], "colour": "kept"}]


def test_the_last_kind_taken_out_leaves_a_codebook_that_says_nothing_about_links(
    client: Client, world: StudyWorld, draft: CodebookVersion
) -> None:
    for _ in range(2):
        assert post(client, world, draft, "links/1/remove/", was="names").status_code == 302

    assert "links" not in draft.__class__.objects.get(pk=draft.pk).rest


@pytest.mark.parametrize(
    ("path", "said", "sentence"),
    [
        ("links/new/", {"key": "names"}, "Another kind of link has that key"),
        ("links/new/", {"key": ""}, "required"),
        ("links/new/", {"key": "x", "origins": ["NOWHERE"]}, "Select a valid choice"),
        ("links/new/", {"key": "a\x07b"}, "control characters"),
        ("links/1/", {"key": "x", "was": "gone"}, "taken out of the draft meanwhile"),
    ],
)
def test_a_kind_that_cannot_be_is_refused_beside_its_field(
    client: Client, world: StudyWorld, draft: CodebookVersion, path: str, said: dict[str, Any], sentence: str
) -> None:
    answer = post(client, world, draft, path, **said)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert links(draft) == [NAMES]


def test_links_follow_a_code_that_gets_another_key_and_hold_one_that_would_leave_them_empty(
    world: StudyWorld, draft: CodebookVersion, coordinator: User
) -> None:
    family = draft.families.get(key="PULL")
    drafts.save_family(
        user=coordinator, version=draft, family=family, key="PULLS", name="Pull", definition="", exclusive=False
    )
    text = LinkText("to-one", "", (), ("NAM-DIS",))
    draft_links.save_link(user=coordinator, version=draft, was="", text=text)

    assert links(draft)[0]["to"] == ["PULLS"]
    with pytest.raises(NotThisWay, match="“to-one” goes to nothing else"):
        drafts.remove_code(user=coordinator, version=draft, code=draft.codes.get(key="NAM-DIS"))
    draft_links.save_link(
        user=coordinator, version=draft, was="to-one", text=replace(text, targets=("NAM-DIS", "ST-COOL"))
    )
    drafts.remove_code(user=coordinator, version=draft, code=draft.codes.get(key="NAM-DIS"))
    assert links(draft)[1]["to"] == ["ST-COOL"]


def test_readers_see_the_kinds_of_a_published_version(client: Client, world: StudyWorld) -> None:
    version = make_version(world.study, replace(SMALL_CODEBOOK, rest={"links": [NAMES]}))
    client.force_login(world.reader.user)  # type: ignore[arg-type]

    shown = client.get(f"/studies/{world.study.slug}/codebooks/{version.pk}/").content.decode()

    assert "from NAM back to PULL" in shown
    assert "Add a kind of link" not in shown


# Keys on the desk ----------------------------------------------------------------------------------------------------


def letters(draft: CodebookVersion) -> dict[str, str]:
    return dict(Code.objects.filter(version=draft, outcome="").values_list("key", "letter"))


def said(draft: CodebookVersion, **changed: str) -> dict[str, str]:
    """What the form sends, with the keys of some codes changed (their hyphens written as underscores)."""
    known = letters(draft) | {key.replace("_", "-"): letter for key, letter in changed.items()}
    return {f"letter-{code.pk}": known[code.key] for code in Code.objects.filter(version=draft, outcome="")}


def test_two_codes_change_their_keys_at_once(client: Client, world: StudyWorld, draft: CodebookVersion) -> None:
    before = letters(draft)
    swapped = said(draft, PULL_APP=before["PULL-DEF"].lower(), PULL_DEF=before["PULL-APP"])

    assert post(client, world, draft, "keys/", **swapped).status_code == 302
    assert letters(draft) == before | {"PULL-APP": before["PULL-DEF"], "PULL-DEF": before["PULL-APP"]}


def test_an_empty_key_gets_a_free_one_and_all_can_be_proposed_anew(
    client: Client, world: StudyWorld, draft: CodebookVersion
) -> None:
    proposed = letters(draft)
    post(client, world, draft, "keys/", **said(draft, PULL_APP="", PULL_DEF="XY"))
    first = letters(draft)
    post(client, world, draft, "keys/", **said(draft), anew="1")

    assert first["PULL-DEF"] == "XY"
    assert first["PULL-APP"] not in ("", "XY")
    assert letters(draft) == proposed


@pytest.mark.parametrize(("letter", "sentence"), [("J", "but not J, K, M or Z"), ("1", "One letter"), ("D", "no key")])
def test_a_key_that_the_desk_could_not_tell_is_refused_beside_it(
    client: Client, world: StudyWorld, draft: CodebookVersion, letter: str, sentence: str
) -> None:
    before = letters(draft)
    taken = before["PULL-DEF"] if letter == "D" else letter

    answer = post(client, world, draft, "keys/", **said(draft, ST_COOL=taken))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert letters(draft) == before


def test_twenty_more_codes_cost_no_more_queries(client: Client, world: StudyWorld, draft: CodebookVersion) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/studies/{world.study.slug}/codebooks/{draft.pk}/{path}").status_code == 200
        return len(queries)

    before = [cost("keys/"), cost("links/1/")]
    family = draft.families.get(key="PULL")
    for number in range(20):
        Code.objects.create(
            study=world.study, version=draft, family=family, key=f"N{number}", name="New", position=100 + number
        )

    assert [cost("keys/"), cost("links/1/")] == before
