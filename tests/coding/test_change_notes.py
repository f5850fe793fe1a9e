"""What became of each code of a draft: proposed where it is plain, decided by a person, frozen with the version."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from coding.formats.codebook import read_codebook, write_codebook
from coding.formats.drafts import CodebookDraft, CodebookError, CodeDraft
from coding.models import ChangeNote, ChangeSuccessor, Code, CodebookVersion
from coding.queries.change_notes import Fate, fates
from coding.queries.codebooks import draft_of
from coding.queries.lineage import decided_between
from coding.services import change_notes, codebooks, drafts
from coding.services.change_notes import NotOfThisKind
from coding.services.codebooks import DraftNotReady
from coding.services.drafts import CodeText, NotThisWay, VersionIsFrozen
from tests.coding.formats.test_codebook_file import small
from tests.coding.test_constraints import refused_by
from tests.factories import SMALL_CODEBOOK, StudyWorld, make_version, make_world
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(world: StudyWorld) -> User:
    assert world.coordinator.user is not None
    return world.coordinator.user


@pytest.fixture
def draft(world: StudyWorld, coordinator: User) -> CodebookVersion:
    return codebooks.new_draft(user=coordinator, version=world.version, name="2.0")


def write(user: User, draft: CodebookVersion, key: str, **fields: Any) -> None:
    """Change a code of a draft, or add one."""
    code = Code.objects.filter(version=draft, key=key).first()
    said: dict[str, Any] = {"key": key, "name": key, "family": draft.families.get(key="PULL")}
    if code is not None:
        said |= {"name": code.name, "family": code.family, "definition": code.definition, "rated": code.rated}
        said |= {"letter": code.letter, "roles": tuple(place.role for place in code.code_roles.all())}
    drafts.save_code(user=user, version=draft, code=code, text=CodeText(**{**said, **fields}))


def fate(draft: CodebookVersion, key: str) -> Fate:
    return next(one for one in fates(draft) if one.key == key)


# Proposals -----------------------------------------------------------------------------------------------------------


def test_a_new_draft_changes_the_version_it_was_opened_from(world: StudyWorld, draft: CodebookVersion) -> None:
    assert draft.predecessor == world.version
    assert {one.kind for one in fates(draft)} == {"same"}


def test_a_draft_opened_from_a_draft_changes_the_version_that_both_come_from(
    world: StudyWorld, coordinator: User, draft: CodebookVersion
) -> None:
    assert codebooks.new_draft(user=coordinator, version=draft, name="2.1").predecessor == world.version


def test_a_file_of_the_same_codebook_changes_the_version_published_last(world: StudyWorld) -> None:
    assert make_version(world.study, publish=False).predecessor == world.version


def test_what_is_plain_needs_nobody(draft: CodebookVersion, coordinator: User) -> None:
    write(coordinator, draft, "PULL-RES", definition="Wants to be rescued.")

    assert (fate(draft, "PULL-APP").kind, fate(draft, "PULL-RES").kind) == ("same", "new")
    assert not any(one.is_open for one in fates(draft))


@pytest.mark.parametrize(
    ("fields", "proposed", "reworded"),
    [
        ({"definition": "Wants to be liked."}, "", True),
        ({"definition": "Wants praise", "rated": False}, "redefined", False),
    ],
)
def test_what_changed_waits_for_a_person(
    draft: CodebookVersion, coordinator: User, fields: dict[str, Any], proposed: str, reworded: bool
) -> None:
    write(coordinator, draft, "PULL-APP", **fields)
    found = fate(draft, "PULL-APP")

    assert found.is_open
    assert (found.proposed, "reworded" in found.choices) == (proposed, reworded)


def test_other_signs_only_are_proposed_as_reworded(world: StudyWorld, coordinator: User) -> None:
    code = replace(SMALL_CODEBOOK.codes[0], definition="Wants praise, and asks for it.")
    book = replace(SMALL_CODEBOOK, codes=(code, *SMALL_CODEBOOK.codes[1:]))
    draft = codebooks.new_draft(user=coordinator, version=make_version(world.study, book), name="next")
    write(coordinator, draft, "PULL-APP", definition="Wants praise and asks for it")

    assert (fate(draft, "PULL-APP").proposed, fate(draft, "PULL-APP").is_open) == ("reworded", True)


def test_a_code_that_went_is_proposed_as_retired(draft: CodebookVersion, coordinator: User) -> None:
    drafts.remove_code(user=coordinator, version=draft, code=draft.codes.get(key="PULL-DEF"))
    found = fate(draft, "PULL-DEF")

    assert (found.is_open, found.proposed, found.choices) == (True, "retired", ("retired", "split", "merged"))


# Deciding ------------------------------------------------------------------------------------------------------------


def test_a_decision_holds_for_the_text_it_was_made_on(draft: CodebookVersion, coordinator: User) -> None:
    write(coordinator, draft, "PULL-APP", definition="Wants to be liked.")
    change_notes.decide(user=coordinator, version=draft, key="PULL-APP", kind="reworded", reason=" plainer words ")
    decided = fate(draft, "PULL-APP")
    write(coordinator, draft, "PULL-APP", definition="Wants to be liked by the therapist.")

    assert (decided.kind, decided.reason, decided.decided_by) == ("reworded", "plainer words", coordinator.name)
    assert fate(draft, "PULL-APP").is_open


def test_said_again_the_later_word_counts(draft: CodebookVersion, coordinator: User) -> None:
    write(coordinator, draft, "PULL-APP", definition="Wants to be liked.")
    for kind in ("reworded", "redefined"):
        change_notes.decide(user=coordinator, version=draft, key="PULL-APP", kind=kind)

    assert ChangeNote.objects.get(version=draft).kind == "redefined"

    change_notes.take_back(user=coordinator, version=draft, key="PULL-APP")
    assert fate(draft, "PULL-APP").is_open


def test_a_code_is_split_into_two_or_more_of_the_draft(draft: CodebookVersion, coordinator: User) -> None:
    write(coordinator, draft, "PULL-NEW", definition="The other half.")
    decide = change_notes.decide
    for into in (["PULL-NEW"], ["PULL-NEW", "PULL-NEW"], ["PULL-NEW", "NOWHERE"]):
        with pytest.raises(NotOfThisKind):
            decide(user=coordinator, version=draft, key="PULL-APP", kind="split", into=into)

    decide(user=coordinator, version=draft, key="PULL-APP", kind="split", into=["PULL-APP", "PULL-NEW"])

    assert fate(draft, "PULL-APP").words == "split into PULL-APP, PULL-NEW"
    assert fate(draft, "PULL-NEW").words == "made from PULL-APP"


def test_a_code_is_merged_into_one_other(draft: CodebookVersion, coordinator: User) -> None:
    drafts.remove_code(user=coordinator, version=draft, code=draft.codes.get(key="PULL-DEF"))
    decide = change_notes.decide
    with pytest.raises(NotOfThisKind, match="the one code"):
        decide(user=coordinator, version=draft, key="PULL-DEF", kind="merged", into=["PULL-APP", "NAM-DIS"])
    with pytest.raises(NotOfThisKind, match="another one"):
        decide(user=coordinator, version=draft, key="PULL-APP", kind="merged", into=["PULL-APP"])

    decide(user=coordinator, version=draft, key="PULL-DEF", kind="merged", into=["PULL-APP"])

    assert fate(draft, "PULL-DEF").words == "merged into PULL-APP"


def test_a_decision_goes_with_the_code_it_led_to(draft: CodebookVersion, coordinator: User) -> None:
    drafts.remove_code(user=coordinator, version=draft, code=draft.codes.get(key="PULL-DEF"))
    change_notes.decide(user=coordinator, version=draft, key="PULL-DEF", kind="merged", into=["PULL-APP"])
    drafts.remove_code(user=coordinator, version=draft, code=draft.codes.get(key="PULL-APP"))

    assert fate(draft, "PULL-DEF").is_open


def test_what_rules_changed_is_never_only_reworded(draft: CodebookVersion, coordinator: User) -> None:
    write(coordinator, draft, "PULL-APP", rated=False)

    with pytest.raises(NotOfThisKind, match="redefined or split or merged"):
        change_notes.decide(user=coordinator, version=draft, key="PULL-APP", kind="reworded")


def test_only_coordinators_decide_and_only_on_drafts(world: StudyWorld, draft: CodebookVersion) -> None:
    for member in (world.rater, world.reader, world.adjudicator):
        assert member.user is not None
        with pytest.raises(PermissionDenied):
            change_notes.decide(user=member.user, version=draft, key="PULL-APP", kind="same")
    assert world.coordinator.user is not None
    with pytest.raises(VersionIsFrozen):
        change_notes.decide(user=world.coordinator.user, version=world.version, key="PULL-APP", kind="same")
    with pytest.raises(NotThisWay, match="NOWHERE"):
        change_notes.decide(user=world.coordinator.user, version=draft, key="NOWHERE", kind="same")


def test_a_discarded_draft_takes_its_decisions_along(draft: CodebookVersion, coordinator: User) -> None:
    change_notes.decide(user=coordinator, version=draft, key="PULL-APP", kind="split", into=["PULL-APP", "PULL-DEF"])
    drafts.discard(user=coordinator, version=draft)

    assert not ChangeNote.objects.filter(version=draft.pk).exists()


# Publishing ----------------------------------------------------------------------------------------------------------


def test_nothing_is_published_before_every_change_is_decided(draft: CodebookVersion, coordinator: User) -> None:
    write(coordinator, draft, "PULL-APP", definition="Wants to be liked.")

    with pytest.raises(DraftNotReady, match="“Seeking approval” changed"):
        codebooks.publish(user=coordinator, version=draft)

    change_notes.decide(user=coordinator, version=draft, key="PULL-APP", kind="reworded")
    codebooks.publish(user=coordinator, version=draft)
    notes = {note.old_code.key: note for note in draft.change_notes.select_related("old_code") if note.old_code}
    assert {key: note.kind for key, note in notes.items() if note.kind != "same"} == {"PULL-APP": "reworded"}
    assert notes["PULL-APP"].decided_by == coordinator
    assert notes["PULL-DEF"].decided_at is None
    assert len(notes) == len(SMALL_CODEBOOK.codes)


def test_a_file_published_at_once_takes_the_careful_reading(world: StudyWorld) -> None:
    changed = replace(SMALL_CODEBOOK.codes[0], definition="Wants to be liked.")
    fresh = CodeDraft(key="PULL-RES", name="Rescue", family="PULL")
    book = replace(SMALL_CODEBOOK, codes=(changed, fresh, *SMALL_CODEBOOK.codes[2:]))

    version = make_version(world.study, book)

    kinds = {one.key: one.kind for one in fates(version) if one.kind != "same"}
    assert kinds == {"PULL-APP": "redefined", "PULL-RES": "new", "PULL-DEF": "retired"}
    assert not any(one.decided_by for one in fates(version))


def test_the_database_freezes_the_decisions_with_the_version(world: StudyWorld, coordinator: User) -> None:
    version = make_version(world.study)
    note = version.change_notes.get(old_code__key="PULL-APP")

    with refused_by("version_is_frozen"):
        ChangeNote.objects.filter(pk=note.pk).update(kind="redefined")
    with refused_by("version_is_frozen"):
        ChangeNote.objects.filter(pk=note.pk).delete()
    with refused_by("version_is_frozen"):
        ChangeSuccessor.objects.create(study=world.study, version=version, note=note, code=note.code)


def test_the_database_holds_a_note_to_its_two_versions(world: StudyWorld, draft: CodebookVersion) -> None:
    old, new = world.version.codes.get(key="PULL-APP"), draft.codes.get(key="PULL-APP")
    elsewhere = make_version(make_world().study)
    good: dict[str, Any] = {
        "study": world.study, "version": draft, "predecessor": world.version, "old_code": old, "code": new,
        "kind": "same",
    }  # fmt: skip

    for constraint, fields in {
        "change_names_its_codes": {"kind": "retired"},
        "change_code_of_version": {"code": elsewhere.codes.get(key="PULL-APP")},
        "change_old_code_of_predecessor": {"old_code": elsewhere.codes.get(key="PULL-APP")},
        "change_of_predecessor": {"predecessor": elsewhere},
        "change_of_study": {"study": elsewhere.study},
    }.items():
        with refused_by(constraint):
            ChangeNote.objects.create(**{**good, **fields})

    note = ChangeNote.objects.create(**good)
    with refused_by("change_once_per_old_code"):
        ChangeNote.objects.create(**good)
    with refused_by("change_once_per_code"):
        ChangeNote.objects.create(**{**good, "kind": "new", "old_code": None})
    with refused_by("successor_of_split_or_merged"):
        ChangeSuccessor.objects.create(study=world.study, version=draft, note=note, code=new)


def test_the_database_holds_successors_to_the_new_version(world: StudyWorld, draft: CodebookVersion) -> None:
    elsewhere = make_version(make_world().study, publish=False)
    note = ChangeNote.objects.create(
        study=world.study,
        version=draft,
        predecessor=world.version,
        old_code=world.version.codes.get(key="PULL-APP"),
        kind="split",
    )
    good: dict[str, Any] = {
        "study": world.study, "version": draft, "note": note, "code": draft.codes.get(key="PULL-DEF"),
    }  # fmt: skip

    for constraint, fields in {
        "successor_code_of_version": {"code": elsewhere.codes.get(key="PULL-APP")},
        "successor_of_note": {"version": elsewhere, "study": elsewhere.study},
        "successor_of_study": {"study": elsewhere.study},
    }.items():
        with refused_by(constraint):
            ChangeSuccessor.objects.create(**{**good, **fields})

    ChangeSuccessor.objects.create(**good)
    with refused_by("successor_once"):
        ChangeSuccessor.objects.create(**good)


def test_the_database_lets_a_version_follow_a_published_one_of_its_codebook(
    world: StudyWorld, draft: CodebookVersion
) -> None:
    other = make_version(world.study, replace(SMALL_CODEBOOK, key="another"))

    with refused_by("version_predecessor_of_codebook"):
        CodebookVersion.objects.filter(pk=draft.pk).update(predecessor=other, number=9)
    later = make_version(world.study, publish=False)
    with refused_by("version_follows_published"):
        CodebookVersion.objects.filter(pk=later.pk).update(predecessor=draft)
    with refused_by("version_follows_published"):
        CodebookVersion.objects.filter(pk=later.pk).update(predecessor=later)


# The way between versions --------------------------------------------------------------------------------------------


def published(world: StudyWorld, before: CodebookVersion, name: str, texts: dict[str, tuple[str, str]]) -> Any:
    """The next version, with codes of another definition and what that was called."""
    user = world.coordinator.user
    assert user is not None
    draft = codebooks.new_draft(user=user, version=before, name=name)
    for key, (text, kind) in texts.items():
        write(user, draft, key, definition=text)
        change_notes.decide(user=user, version=draft, key=key, kind=kind)
    return codebooks.publish_stored(draft, user=user)


def test_a_code_stays_reworded_over_several_versions_unless_one_redefined_it(world: StudyWorld) -> None:
    second = published(world, world.version, "2", {"PULL-APP": ("a", "reworded"), "PULL-DEF": ("b", "reworded")})
    third = published(world, second, "3", {"PULL-APP": ("aa", "reworded"), "PULL-DEF": ("bb", "redefined")})
    branch = published(world, world.version, "2b", {"NAM-DIS": ("c", "redefined")})

    for one, other in ((world.version, third), (third, world.version)):
        assert "PULL-APP" in decided_between(one, other).reworded
        assert "PULL-DEF" not in decided_between(one, other).reworded
    assert "NAM-DIS" not in decided_between(third, branch).reworded
    assert "PULL-APP" in decided_between(third, branch).reworded


def test_a_split_code_is_another_one_even_under_the_same_words(world: StudyWorld, coordinator: User) -> None:
    draft = codebooks.new_draft(user=coordinator, version=world.version, name="2")
    change_notes.decide(user=coordinator, version=draft, key="PULL-APP", kind="split", into=["PULL-APP", "PULL-DEF"])
    version = codebooks.publish_stored(draft, user=coordinator)

    assert decided_between(world.version, version).parted == {"PULL-APP": "split into several codes"}


def test_versions_of_two_codebooks_have_no_way_between_them(world: StudyWorld) -> None:
    other = make_version(world.study, replace(SMALL_CODEBOOK, key="another"))

    assert decided_between(world.version, other).reworded == frozenset()


def test_a_copy_says_what_its_model_said(world: StudyWorld, draft: CodebookVersion) -> None:
    copy: CodebookDraft = draft_of(draft)

    assert replace(copy, version=world.version.name) == draft_of(world.version)


# In the file ---------------------------------------------------------------------------------------------------------


def test_decisions_travel_with_the_file(world: StudyWorld, coordinator: User) -> None:
    """An export of two versions, read into another study, says the same of every code."""
    draft = codebooks.new_draft(user=coordinator, version=world.version, name="2")
    write(coordinator, draft, "PULL-APP", definition="Plainer.")
    write(coordinator, draft, "PULL-NEW", definition="The other half.")
    drafts.remove_code(user=coordinator, version=draft, code=draft.codes.get(key="NAM-DIS"))
    decide = change_notes.decide
    decide(user=coordinator, version=draft, key="PULL-APP", kind="reworded", reason="No more than words.")
    decide(user=coordinator, version=draft, key="PULL-DEF", kind="split", into=["PULL-DEF", "PULL-NEW"])
    decide(user=coordinator, version=draft, key="NAM-DIS", kind="retired")
    version = codebooks.publish_stored(draft, user=coordinator)

    other = make_world().study
    copies = [
        codebooks.store_codebook(
            study=other, draft=read_codebook(write_codebook(draft_of(one))), publish=True, user=None
        )
        for one in (world.version, version)
    ]

    assert copies[1].predecessor == copies[0]
    assert "changes" not in copies[1].rest
    assert [(one.key, one.kind, one.into, one.reason) for one in fates(copies[1])] == [
        (one.key, one.kind, one.into, one.reason) for one in fates(version)
    ]
    assert write_codebook(draft_of(copies[1])) == write_codebook(draft_of(version))
    assert "changes" not in codebooks.new_draft(user=coordinator, version=version, name="3").rest


def test_a_file_whose_version_before_is_not_here_keeps_what_it_said(world: StudyWorld) -> None:
    changes = {"from": "0.9", "codes": [{"id": "PULL-APP", "change": "reworded"}]}
    book = replace(SMALL_CODEBOOK, key="alone", rest={"changes": changes})

    version = make_version(world.study, book)

    assert (version.predecessor, draft_of(version).rest["changes"]) == (None, changes)


def test_what_a_file_says_against_its_own_texts_is_not_taken(world: StudyWorld) -> None:
    codes = [{"id": "PULL-APP", "change": "reworded"}, {"id": "PULL-DEF", "change": "split", "into": ["PULL-DEF"]}]
    unrated = replace(SMALL_CODEBOOK.codes[0], rated=False)
    rest = {"changes": {"from": world.version.name, "codes": codes}}
    book = replace(SMALL_CODEBOOK, codes=(unrated, *SMALL_CODEBOOK.codes[1:]), rest=rest)

    version = make_version(world.study, book)

    assert [(one.key, one.kind) for one in fates(version)][:2] == [("PULL-APP", "redefined"), ("PULL-DEF", "same")]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ([], "changes: Here stands a list"),
        ({"codes": []}, "changes.from"),
        ({"from": "1", "codes": [{"id": "A"}]}, "changes.codes[0].change"),
        ({"from": "1", "codes": [{"id": "A", "change": "vanished"}]}, "changes.codes[0].change"),
        ({"from": "1", "codes": [{"id": "A", "change": "split", "into": ["?"]}]}, "changes.codes[0].into[0]"),
        ({"from": "1", "codes": [{"id": "A", "change": "retired", "into": ["B"]}]}, "changes.codes[0].into"),
        ({"from": "1", "codes": [{"id": "A", "change": "new"}, {"id": "A", "change": "new"}]}, "changes.codes[1].id"),
    ],
)
def test_changes_that_cannot_be_understood_are_refused_with_their_place(changes: Any, place: str) -> None:
    with pytest.raises(CodebookError) as refused:
        read_codebook(json.dumps(small(changes=changes)).encode())

    assert str(refused.value).startswith(place)
