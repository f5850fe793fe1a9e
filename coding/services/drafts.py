"""Editing a draft of a codebook: its settings, families and codes, until it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, ProtectedError

from coding.formats.codebook_objects import example_object
from coding.formats.drafts import ExampleDraft
from coding.formats.slots import slot_for
from coding.models import Attribute, AttributeValue, Code, CodebookVersion, CodeRole, Family
from coding.queries.codebooks import EXAMPLE_WORDS
from coding.services.codebooks import VersionIsFrozen
from transcripts import access as material
from transcripts.models import SpeakerRole
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class NotThisWay(Refusal):
    code = "draft_not_possible"


#: What the person reads when one of the constraints of the tables says no.
SENTENCES = {
    "version_name_once": "This codebook already has a version of that name.",
    "family_key_once": "Another family of this version has that key.",
    "code_key_once": "Another code of this version has that key.",
    "code_letter_once": "Another code of this version has that letter on the desk.",
    "rating_scale_in_order": "The highest rating must be above the lowest.",
    "version_is_frozen": "This version was published and is never changed. Open a new draft from it.",
}


@dataclass(frozen=True, slots=True)
class CodeText:
    """What a person writes about one code."""

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
    rest: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def _editing(user: User, version: CodebookVersion) -> Iterator[CodebookVersion]:
    """Hold the draft while it is edited; a published one is refused, and a broken constraint becomes its sentence."""
    require(material.may_manage(user, version.study))
    try:
        with transaction.atomic():
            locked: CodebookVersion = CodebookVersion.objects.select_for_update().get(pk=version.pk)
            if locked.is_published:
                raise VersionIsFrozen(SENTENCES["version_is_frozen"])
            yield locked
    except IntegrityError as error:
        for constraint, sentence in SENTENCES.items():
            if constraint in str(error):
                raise NotThisWay(sentence, code=constraint) from None
        raise


def change_settings(*, user: User, version: CodebookVersion, **fields: Any) -> None:
    """Set name, title, rating scale and limits of a draft. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    with _editing(user, version) as draft:
        for name, value in fields.items():
            setattr(draft, name, value)
        draft.save(update_fields=list(fields))


def save_family(
    *,
    user: User,
    version: CodebookVersion,
    family: Family | None,
    key: str,
    name: str,
    definition: str,
    exclusive: bool,
) -> Family:
    """Add a family to a draft, or change it. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    with _editing(user, version) as draft:
        if family is None:
            taken = list(Family.objects.filter(version=draft).order_by("position").values_list("slot", flat=True))
            family = Family(
                study_id=draft.study_id, version=draft, position=_next(Family, draft), slot=slot_for(None, taken)
            )
        family.key, family.name, family.definition, family.exclusive = key, name, definition, exclusive
        family.save()
        return family


def save_code(*, user: User, version: CodebookVersion, code: Code | None, text: CodeText) -> Code:
    """Add a code to a draft, or change it. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    with _editing(user, version) as draft:
        if text.family.version_id != draft.pk:
            raise NotThisWay("Choose a family of this version.")
        if code is None:
            code = Code(study_id=draft.study_id, version=draft, position=_next(Code, draft))
        code.key, code.name, code.family, code.definition = text.key, text.name, text.family, text.definition
        code.include, code.exclude = list(text.include), list(text.exclude)
        code.near_misses = list(text.near_misses)
        code.examples = _examples(text.examples, code.examples)
        code.rated, code.outcome, code.letter = text.rated, text.outcome, text.letter
        code.save()
        CodeRole.objects.filter(code=code).exclude(role__in=text.roles).delete()
        CodeRole.objects.bulk_create(
            (CodeRole(study_id=draft.study_id, version=draft, code=code, role=role) for role in text.roles),
            ignore_conflicts=True,
        )
        return code


def remove_code(*, user: User, version: CodebookVersion, code: Code) -> None:
    """Take a code out of a draft. Raises PermissionDenied or VersionIsFrozen."""
    with _editing(user, version):
        code.delete()


def remove_family(*, user: User, version: CodebookVersion, family: Family) -> None:
    """Take an empty family out of a draft. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    with _editing(user, version):
        try:
            family.delete()
        except ProtectedError:
            raise NotThisWay("The family still has codes. Move or remove them first.") from None


def discard(*, user: User, version: CodebookVersion) -> None:
    """Throw a draft away; its history stays. Raises PermissionDenied or VersionIsFrozen."""
    with _editing(user, version) as draft:
        for model in (CodeRole, Code, Family, AttributeValue, Attribute):
            model.objects.filter(version=draft).delete()
        codebook = draft.codebook
        draft.delete()
        if not codebook.versions.exists():
            codebook.delete()


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
