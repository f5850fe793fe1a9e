"""Codebook versions: the database loses nothing of a file, what is published is frozen, and drafts can be edited."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import given, settings

from coding.formats.codebook import read_codebook, write_codebook
from coding.formats.drafts import CodeDraft
from coding.models import Attribute, Code, CodebookVersion, Family
from coding.queries.codebooks import draft_of
from coding.services import codebooks, drafts
from coding.services.drafts import Settings
from tests.coding.formats.test_codebook_file import DEMO, PATIENT
from tests.coding.formats.test_codebook_file import codebooks as any_codebook
from tests.coding.test_acts import at_once
from tests.factories import SMALL_CODEBOOK, StudyWorld, make_member, make_study, make_version, make_world
from transcripts.models import SpeakerRole, Study
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db


def store(study: Study, data: bytes, *, publish: bool = False) -> CodebookVersion:
    return codebooks.store_codebook(study=study, draft=read_codebook(data), publish=publish, user=None)


def without_letters(book: dict[str, Any]) -> dict[str, Any]:
    """The same codebook before the workbench proposed letters for its codes."""
    codes = [{name: value for name, value in code.items() if name != "key_letter"} for code in book["codes"]]
    return {**book, "codes": codes} if "codes" in book else book


@pytest.fixture
def draft(world: StudyWorld) -> CodebookVersion:
    return make_version(world.study, publish=False)


@pytest.fixture
def coordinator(world: StudyWorld) -> User:
    assert world.coordinator.user is not None
    return world.coordinator.user


def family(version: CodebookVersion, key: str) -> Family:
    return Family.objects.get(version=version, key=key)


def code(version: CodebookVersion, key: str) -> Code:
    return Code.objects.get(version=version, key=key)


# Files ---------------------------------------------------------------------------------------------------------------


def test_the_demo_codebook_comes_back_from_the_database_byte_for_byte_but_for_the_letters() -> None:
    version = store(make_study(), DEMO.read_bytes(), publish=True)

    stored = draft_of(version)
    as_it_came = replace(stored, codes=tuple(replace(one, letter="") for one in stored.codes))

    assert write_codebook(as_it_came) == DEMO.read_bytes().rstrip() + b"\n"
    assert [one.letter for one in stored.codes[:3]] == ["A", "I", "D"]


@settings(PATIENT, max_examples=40)
@given(any_codebook())
def test_any_codebook_comes_back_from_the_database_as_the_same_json(book: dict[str, Any]) -> None:
    version = store(make_study(), json.dumps(book).encode())
    written = write_codebook(draft_of(version))

    assert without_letters(json.loads(written)) == without_letters(book)
    assert write_codebook(draft_of(store(make_study(), written))) == written


def test_a_role_of_another_case_is_the_role_of_the_study() -> None:
    study = make_study()
    spoken = replace(SMALL_CODEBOOK.codes[0], roles=("Patient", "PATIENT", "client", "İ"))

    version = make_version(study, replace(SMALL_CODEBOOK, codes=(spoken,), exclusive_codes=()), publish=False)

    assert draft_of(version).codes[0].roles == ("patient", "client", "İ")
    assert SpeakerRole.objects.filter(study=study).count() == 5


def test_outcomes_under_names_of_their_own_keep_their_meaning() -> None:
    codes = [CodeDraft(key=key, name=key, family="PULL") for key in ("X", "Y", "Z")]
    book = replace(SMALL_CODEBOOK, codes=tuple(codes), exclusive_codes=("Z", "X"))

    version = make_version(make_study(), book, publish=False)

    assert book.outcomes == {"Z": "none", "X": "uncodable"}
    assert draft_of(version).outcomes == book.outcomes


def test_a_letter_in_the_file_is_kept_even_for_an_outcome_and_no_other_code_gets_it() -> None:
    none = replace(SMALL_CODEBOOK.codes[-2], letter="A")
    book = replace(SMALL_CODEBOOK, codes=(*SMALL_CODEBOOK.codes[:-2], none, SMALL_CODEBOOK.codes[-1]))

    version = make_version(make_study(), book, publish=False)
    letters = dict(Code.objects.filter(version=version).values_list("key", "letter"))

    assert (letters["NRM"], letters["UNC"]) == ("A", "")
    assert letters["PULL-APP"] == "P"
    assert len({letter for letter in letters.values() if letter}) == 6


def test_a_bad_file_is_refused_whole(world: StudyWorld, coordinator: User) -> None:
    before = CodebookVersion.objects.count()

    with pytest.raises(codebooks.CodebookFileUnreadable, match=r"codes\[0\]\.parent"):
        codebooks.import_codebook(
            user=coordinator,
            study=world.study,
            data=b'{"id": "a", "version": "1", "title": "t", "codes": [{"id": "C", "short_name": "C", "parent": "F"}]}',
            publish=True,
        )

    assert CodebookVersion.objects.count() == before


def test_a_version_name_is_taken_once_in_a_codebook(world: StudyWorld) -> None:
    first = store(world.study, DEMO.read_bytes())

    with pytest.raises(codebooks.VersionNameTaken, match=r"already has a version 1\.0\.0") as refused:
        store(world.study, DEMO.read_bytes())

    assert refused.value.version == first
    assert store(make_study(), DEMO.read_bytes()).number == 1


@pytest.mark.parametrize("place", ["rater", "other_rater", "adjudicator", "reader"])
def test_only_coordinators_change_codebooks(world: StudyWorld, draft: CodebookVersion, place: str) -> None:
    user = getattr(world, place).user

    for attempt in (
        lambda: codebooks.import_codebook(user=user, study=world.study, data=DEMO.read_bytes(), publish=False),
        lambda: codebooks.start_codebook(user=user, study=world.study, key="k", title="t", version="1"),
        lambda: codebooks.new_draft(user=user, version=world.version, name="2"),
        lambda: codebooks.publish(user=user, version=draft),
        lambda: drafts.discard(user=user, version=draft),
        lambda: drafts.change_settings(user=user, version=draft, settings=Settings(name="n", title="t")),
        lambda: drafts.remove_code(user=user, version=draft, code=code(draft, "PULL-APP")),
        lambda: drafts.move(user=user, version=draft, part=code(draft, "PULL-APP"), up=False),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


# Publishing ----------------------------------------------------------------------------------------------------------


def test_a_published_version_is_frozen_in_every_part(world: StudyWorld, coordinator: User) -> None:
    version = store(world.study, DEMO.read_bytes(), publish=True)
    before = write_codebook(draft_of(version))

    for attempt in (
        lambda: codebooks.publish(user=coordinator, version=version),
        lambda: drafts.discard(user=coordinator, version=version),
        lambda: drafts.change_settings(user=coordinator, version=version, settings=Settings(name="n", title="t")),
        lambda: drafts.remove_code(user=coordinator, version=version, code=code(version, "PULL-APP")),
    ):
        with pytest.raises(codebooks.VersionIsFrozen):
            attempt()
    for rows in (version.codes, version.families, Attribute.objects.filter(version=version)):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows.update(key="other")

    assert write_codebook(draft_of(version)) == before


def test_a_codebook_without_a_code_to_give_is_not_published(world: StudyWorld, coordinator: User) -> None:
    only_status = replace(SMALL_CODEBOOK, codes=SMALL_CODEBOOK.codes[-2:])
    version = make_version(world.study, only_status, publish=False)

    with pytest.raises(codebooks.CodebookIsEmpty):
        codebooks.publish(user=coordinator, version=version)

    version.refresh_from_db()
    assert not version.is_published


def test_who_publishes_is_named(world: StudyWorld, draft: CodebookVersion, coordinator: User) -> None:
    codebooks.publish(user=coordinator, version=draft)

    draft.refresh_from_db()
    assert (draft.is_published, draft.published_by) == (True, coordinator)


@pytest.mark.django_db(transaction=True)
def test_of_two_publishing_at_once_one_is_told_that_it_is_done() -> None:
    world = make_world()
    draft = make_version(world.study, publish=False)
    users = [world.coordinator.user, make_member(world.study, "coordinator").user]

    results = at_once(*[lambda user=user: codebooks.publish(user=user, version=draft) for user in users])

    assert sorted(type(result).__name__ for result in results) == ["CodebookVersion", "VersionIsFrozen"]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_get_a_number_each_and_one_name_once() -> None:
    study = make_study()
    read = read_codebook(DEMO.read_bytes())

    def store_named(name: str) -> CodebookVersion:
        return codebooks.store_codebook(study=study, draft=replace(read, version=name), publish=False, user=None)

    results = at_once(lambda: store_named("1"), lambda: store_named("2"), lambda: store_named("2"))

    assert sorted(CodebookVersion.objects.filter(study=study).values_list("number", "name")) in (
        [(1, "1"), (2, "2")],
        [(1, "2"), (2, "1")],
    )
    assert [type(result) for result in results].count(codebooks.VersionNameTaken) == 1
