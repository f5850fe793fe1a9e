"""Editing a draft of a codebook: its settings, families and codes, until it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Max, Model, ProtectedError

from coding.formats.codebook import read_codebook, write_codebook
from coding.formats.codebook_objects import example_object
from coding.formats.drafts import CodebookError, ExampleDraft
from coding.formats.slots import SLOTS, propose_letters, slot_for
from coding.models import (
    Attribute,
    AttributeValue,
    ChangeNote,
    ChangeSuccessor,
    Code,
    CodebookVersion,
    CodeRole,
    Family,
)
from coding.queries.codebooks import EXAMPLE_WORDS, draft_of
from coding.services import draft_references
from coding.services.codebooks import VersionIsFrozen
from transcripts import access as material
from transcripts.models import SpeakerRole
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class NotThisWay(Refusal):
    code = "draft_not_possible"


FROZEN = "This version was published and is never changed. Open a new draft from it."
#: What the person reads when one of the constraints of the tables says no.
SENTENCES = {
    "version_name_once": "This codebook already has a version of that name.",
    "family_key_once": "Another family of this version has that key.",
    "code_key_once": "Another code of this version has that key.",
    "code_letter_once": "Another code of this version has that letter on the desk.",
    "attribute_key_once": "Another attribute of this version has that key.",
    "attribute_value_once": "A value stands twice in the list.",
    "rating_scale_in_order": "The highest rating must be above the lowest.",
    "version_is_frozen": FROZEN,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person writes about a version as a whole; without `rating_name` nothing is rated."""

    name: str
    title: str
    max_codes_per_turn: int | None = None
    rating_name: str = ""
    rating_minimum: int = 0
    rating_maximum: int = 3
    rating_anchors: Mapping[int, str] = field(default_factory=dict)
    rating_required: bool = False


@dataclass(frozen=True, slots=True)
class CodeText:
    """What a person writes about one code; without a letter it gets one that is free."""

    key: str
    name: str
    family: Family
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    examples: tuple[ExampleDraft, ...] = ()
    roles: tuple[SpeakerRole, ...] = ()
    rated: bool = False
    outcome: str = ""
    letter: str = ""


Part = TypeVar("Part", Family, Code, Attribute)


@contextmanager
def editing(user: User, version: CodebookVersion) -> Iterator[CodebookVersion]:
    """
    Hold the draft while it is edited, and let go of it only as something that a file can say.

    A published version is refused, and a broken constraint becomes its sentence.
    """
    require(material.may_manage(user, version.study))
    try:
        with transaction.atomic():
            locked = CodebookVersion.objects.select_for_update().filter(pk=version.pk).first()
            if locked is None:
                raise NotThisWay("This draft was thrown away.", code="draft_gone")
            if locked.is_published:
                raise VersionIsFrozen(FROZEN)
            yield locked
            _hold_to_file(locked)
    except IntegrityError as error:
        for constraint, sentence in SENTENCES.items():
            if constraint in str(error):
                raise NotThisWay(sentence, code=constraint) from None
        raise


def _hold_to_file(version: CodebookVersion) -> None:
    """Refuse what the exchange file could not carry: a draft is always what its own file reads back as."""
    if not CodebookVersion.objects.filter(pk=version.pk).exists():
        return
    stored = {code.key: code.outcome for code in Code.objects.filter(version=version) if code.outcome}
    if len(set(stored.values())) < len(stored):
        raise NotThisWay("Another code of this version stands for that already.", code="outcome_taken")
    try:
        draft = read_codebook(write_codebook(draft_of(version)))
    except CodebookError as error:
        raise NotThisWay(error.sentence, code="draft_not_a_file") from None
    if draft.outcomes != stored:
        raise NotThisWay(
            "A code for “uncodable” has the key UNC, or stands beside one for “none applies”; the key NRM is for “none "
            "applies” alone.",
            code="outcome_unclear",
        )


def current(draft: CodebookVersion, part: Part) -> Part:
    """Give a part as it is now, in the draft that is held."""
    found: Part | None = type(part)._default_manager.filter(pk=part.pk, version=draft).first()
    if found is None:
        raise NotThisWay("This was taken out of the draft meanwhile.", code="part_gone")
    return found


def change_settings(*, user: User, version: CodebookVersion, settings: Settings) -> None:
    """Set name, title, rating scale and limits of a draft. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    with editing(user, version) as draft:
        draft.name, draft.title = settings.name, settings.title
        draft.max_codes_per_turn = settings.max_codes_per_turn
        draft.rating_name = settings.rating_name
        draft.rating_minimum, draft.rating_maximum = settings.rating_minimum, settings.rating_maximum
        draft.rating_anchors = {str(number): words for number, words in sorted(settings.rating_anchors.items())}
        draft.rating_required = settings.rating_required
        draft.save()


def save_family(
    *,
    user: User,
    version: CodebookVersion,
    family: Family | None,
    key: str,
    name: str,
    definition: str,
    exclusive: bool,
    slot: str = "",
) -> Family:
    """
    Add a family to a draft, or change it; without a slot it keeps its own or takes the next free one.

    Raises PermissionDenied, VersionIsFrozen or NotThisWay.
    """
    with editing(user, version) as draft:
        if family is None:
            taken = list(Family.objects.filter(version=draft).order_by("position").values_list("slot", flat=True))
            family = Family(
                study_id=draft.study_id, version=draft, position=_next(Family, draft), slot=slot_for(None, taken)
            )
        else:
            family = current(draft, family)
            draft_references.rename(draft, family.key, key)
        if slot and slot not in SLOTS:
            raise NotThisWay("Choose one of the eight hues.")
        if slot and slot != family.slot:
            # The colour goes into the file, where it picks the same hue again.
            family.slot, family.color = slot, SLOTS[slot]
        family.key, family.name, family.definition, family.exclusive = key, name, definition, exclusive
        family.save()
        return family


def save_code(*, user: User, version: CodebookVersion, code: Code | None, text: CodeText) -> Code:
    """Add a code to a draft, or change it. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    with editing(user, version) as draft:
        if text.family.version_id != draft.pk:
            raise NotThisWay("Choose a family of this version.")
        if code is None:
            code = Code(study_id=draft.study_id, version=draft, position=_next(Code, draft))
        else:
            code = current(draft, code)
            draft_references.rename(draft, code.key, text.key)
        code.key, code.name, code.family, code.definition = text.key, text.name, text.family, text.definition
        code.include, code.exclude = list(text.include), list(text.exclude)
        code.near_misses = list(text.near_misses)
        code.examples = _examples(text.examples, code.examples)
        code.rated, code.outcome, code.letter = text.rated, text.outcome, text.letter
        if not code.letter and not code.outcome:
            others = list(Code.objects.filter(version=draft).exclude(pk=code.pk).exclude(letter=""))
            code.letter = propose_letters([*others, code])[code.key]
        code.save()
        CodeRole.objects.filter(code=code).exclude(role__in=text.roles).delete()
        CodeRole.objects.bulk_create(
            (CodeRole(study_id=draft.study_id, version=draft, code=code, role=role) for role in text.roles),
            ignore_conflicts=True,
        )
        return code


def assign_letters(*, user: User, version: CodebookVersion, letters: Mapping[int, str]) -> None:
    """
    Give codes (by id) their keys on the desk, all at once; none said gets one that is free.

    Raises PermissionDenied, VersionIsFrozen or NotThisWay.
    """
    with editing(user, version) as draft:
        codes = list(Code.objects.filter(version=draft).order_by("position"))
        # Nobody has a key for a moment, so that two codes can change theirs.
        Code.objects.filter(version=draft, pk__in=letters).update(letter="")
        for code in codes:
            code.letter = letters.get(code.pk, code.letter).upper()
        given = propose_letters([code for code in codes if code.letter or not code.outcome])
        for code in codes:
            if code.pk in letters:
                code.letter = code.letter or given.get(code.key, "")
                code.save(update_fields=["letter"])


def remove_code(*, user: User, version: CodebookVersion, code: Code) -> None:
    """Take a code out of a draft. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    with editing(user, version) as draft:
        code = current(draft, code)
        _forget(draft, code.key)
        code.delete()


def remove_family(*, user: User, version: CodebookVersion, family: Family) -> None:
    """Take an empty family out of a draft. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    with editing(user, version) as draft:
        family = current(draft, family)
        _forget(draft, family.key)
        try:
            family.delete()
        except ProtectedError:
            raise NotThisWay("The family still has codes. Move or remove them first.", code="family_in_use") from None


def move(*, user: User, version: CodebookVersion, part: Part, up: bool) -> None:
    """
    Let a family, a code (within its family) or an attribute change places with its neighbour; at the end, stay.

    Raises PermissionDenied, VersionIsFrozen or NotThisWay.
    """
    with editing(user, version) as draft:
        part = current(draft, part)
        beside: Any = type(part)._default_manager.filter(version=draft)
        if isinstance(part, Code):
            beside = beside.filter(family=part.family_id)
        before, after = beside.filter(position__lt=part.position), beside.filter(position__gt=part.position)
        neighbour = before.order_by("-position").first() if up else after.order_by("position").first()
        if neighbour is not None:
            part.position, neighbour.position = neighbour.position, part.position
            part.save(update_fields=["position"])
            neighbour.save(update_fields=["position"])


def discard(*, user: User, version: CodebookVersion) -> None:
    """Throw a draft away; its history stays. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    with editing(user, version) as draft:
        parts: tuple[type[Model], ...] = (
            ChangeSuccessor,
            ChangeNote,
            CodeRole,
            Code,
            Family,
            AttributeValue,
            Attribute,
        )
        for model in parts:
            model._default_manager.filter(version=draft).delete()
        draft.delete()


def _next(model: type[Family] | type[Code], version: CodebookVersion) -> int:
    last: int | None = model.objects.filter(version=version).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _examples(said: Iterable[ExampleDraft], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write examples as the file does, keeping what a file once said beyond role, words and rating."""
    kept = {
        example.get("text"): {word: value for word, value in example.items() if word not in EXAMPLE_WORDS}
        for example in before
    }
    return [{**kept.get(example.text, {}), **example_object(example)} for example in said]


def _forget(draft: CodebookVersion, key: str) -> None:
    if why := draft_references.forget(draft, key):
        raise NotThisWay(f"{why} Change or remove it first.", code="part_is_named")
