"""Making codebook versions: from a file, from the version before, and publishing them for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Value
from django.db.models.functions import Lower, Now

from coding.formats.codebook_files import read_any_codebook, stem_of
from coding.formats.codebook_objects import example_object
from coding.formats.drafts import CodebookDraft, CodebookError, ExampleDraft
from coding.formats.slots import assign_slots, propose_letters
from coding.models import (
    Attribute,
    AttributeValue,
    Code,
    Codebook,
    CodebookVersion,
    CodeRole,
    Family,
    SegmentExample,
)
from coding.queries.codebooks import draft_of
from coding.queries.mending import Fault, faults
from coding.services import settling
from transcripts import access as material
from transcripts.models import SpeakerRole, Study
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class CodebookFileUnreadable(Refusal):
    code = "codebook_unreadable"


class VersionNameTaken(Refusal):
    """The name is in use; `version` is the one that has it, `is_the_same` tells whether it says the same."""

    code = "version_name_taken"

    def __init__(self, version: CodebookVersion, *, is_the_same: bool) -> None:
        self.version, self.is_the_same = version, is_the_same
        super().__init__(
            f"The codebook “{version.codebook.key}” already has a version {version.name}. Choose another name."
        )


class VersionIsFrozen(Refusal):
    code = "version_frozen"


class CodebookIsEmpty(Refusal):
    code = "codebook_empty"


class DraftNotReady(Refusal):
    """Something is to be mended first; `faults` says what and where."""

    code = "draft_not_ready"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        things = "one thing is" if len(faults) == 1 else f"{len(faults)} things are"
        super().__init__(f"Before this draft is published, {things} to be mended. {_first(faults)}")


def _first(faults: Sequence[Fault]) -> str:
    more = len(faults) - 3
    return " ".join([*(fault.sentence for fault in faults[:3]), *([f"And {more} more."] if more > 0 else [])])


EMPTY = "A codebook needs at least one code before it can be published."


def import_codebook(*, user: User, study: Study, data: bytes, publish: bool, file_name: str = "") -> CodebookVersion:
    """
    Read a codebook file in any layout into the study, as a draft or published at once.

    Raises PermissionDenied, CodebookFileUnreadable, VersionNameTaken or CodebookIsEmpty.
    """
    require(material.may_manage(user, study))
    return store_codebook(
        study=study, draft=read_file(data, study=study, file_name=file_name), publish=publish, user=user
    )


def start_codebook(*, user: User, study: Study, key: str, title: str, version: str) -> CodebookVersion:
    """Begin an empty codebook as a draft. Raises PermissionDenied or VersionNameTaken."""
    require(material.may_manage(user, study))
    empty = CodebookDraft(key=key, version=version, title=title)
    return store_codebook(study=study, draft=empty, publish=False, user=user)


def read_file(data: bytes, *, study: Study, file_name: str = "") -> CodebookDraft:
    """Read a codebook file, or refuse it with the place and what would be right."""
    try:
        return read_any_codebook(data, file_name=file_name, version=_free_name(study, stem_of(file_name)))
    except CodebookError as error:
        raise CodebookFileUnreadable(str(error)) from error


def _free_name(study: Study, key: str) -> str:
    """Give the next number that no version of this codebook has as its name, for a layout that names none."""
    taken = set(CodebookVersion.objects.filter(study=study, codebook__key=key).values_list("name", flat=True))
    return next(name for name in map(str, range(1, len(taken) + 2)) if name not in taken)


@transaction.atomic
def store_codebook(
    *,
    study: Study,
    draft: CodebookDraft,
    publish: bool,
    user: User | None,
    slots: Mapping[str, str] | None = None,
    predecessor: CodebookVersion | None = None,
) -> CodebookVersion:
    """
    Store a codebook as a new version; no access check: pages call `import_codebook`.

    `slots` are the hue slots of families by key; the others take one by their colour. Unless said otherwise it changes
    the version of its codebook that was published last.
    """
    codebook, _ = Codebook.objects.get_or_create(study=study, key=draft.key)
    # The row lock puts two imports at the same time in order, so that each gets its own number.
    Codebook.objects.select_for_update().get(pk=codebook.pk)
    version = _store_version(codebook, draft, user, predecessor or _predecessor(codebook, draft))
    families = _store_families(version, draft, {**assign_slots(draft), **(slots or {})})
    _store_codes(version, draft, families)
    _store_attributes(version, draft)
    settling.take_from_file(version)
    return publish_stored(version, user=user) if publish else version


def _predecessor(codebook: Codebook, draft: CodebookDraft) -> CodebookVersion | None:
    """Give the version that a file changes: the one that it names, else the one published last."""
    published = CodebookVersion.objects.filter(codebook=codebook).published().order_by("-number")
    named = (draft.rest.get("changes") or {}).get("from")
    found: CodebookVersion | None = published.filter(name=named).first() or published.first()
    return found


@transaction.atomic
def new_draft(*, user: User, version: CodebookVersion, name: str) -> CodebookVersion:
    """Open a draft that starts as a copy of a version. Raises PermissionDenied or VersionNameTaken."""
    require(material.may_manage(user, version.study))
    whole = draft_of(version)
    rest = {part: value for part, value in whole.rest.items() if part != "changes"}
    copy = replace(whole, version=name, rest=rest)
    slots = dict(Family.objects.filter(version=version).values_list("key", "slot"))
    before = version if version.is_published else version.predecessor
    draft = store_codebook(study=version.study, draft=copy, publish=False, user=user, slots=slots, predecessor=before)
    _copy_examples(version, draft)
    return draft


def _copy_examples(version: CodebookVersion, draft: CodebookVersion) -> None:
    """Take the examples from segments along; they stand in no file."""
    codes = dict(Code.objects.filter(version=draft).values_list("key", "pk"))
    rows = list(SegmentExample.objects.filter(version=version).select_related("code").order_by("pk"))
    for row in rows:
        row.pk, row.version, row.code_id = None, draft, codes[row.code.key]
    SegmentExample.objects.bulk_create(rows)


def publish(*, user: User, version: CodebookVersion) -> CodebookVersion:
    """
    Freeze a draft for good, so that rounds can use it.

    Raises PermissionDenied, CodebookIsEmpty, DraftNotReady or VersionIsFrozen.
    """
    require(material.may_manage(user, version.study))
    with transaction.atomic():
        locked: CodebookVersion = CodebookVersion.objects.select_for_update().get(pk=version.pk)
        if locked.is_published:
            raise VersionIsFrozen(f"Version {locked.name} was published before.")
        found = faults(locked)
        if not locked.codes.filter(outcome="").exists():
            raise CodebookIsEmpty(EMPTY)
        if found:
            raise DraftNotReady(found)
        return publish_stored(locked, user=user)


def publish_stored(version: CodebookVersion, *, user: User | None) -> CodebookVersion:
    """Freeze a draft; no access check, and nobody is asked for what a file may leave out."""
    if not Code.objects.filter(version=version, outcome="").exists():
        raise CodebookIsEmpty(EMPTY)
    settling.settle(version)
    version.published_by = user
    version.published_at = Now()
    version.save(update_fields=["published_at", "published_by"])
    version.refresh_from_db(fields=["published_at"])
    return version


def _store_version(
    codebook: Codebook, draft: CodebookDraft, user: User | None, predecessor: CodebookVersion | None
) -> CodebookVersion:
    last = CodebookVersion.objects.filter(codebook=codebook).aggregate(last=Max("number"))["last"] or 0
    rating = draft.rating
    version = CodebookVersion(
        study=codebook.study,
        codebook=codebook,
        number=last + 1,
        predecessor=predecessor,
        name=draft.version,
        title=draft.title,
        max_codes_per_turn=draft.max_codes_per_turn,
        rest=dict(draft.rest),
        created_by=user,
    )
    if rating is not None:
        version.rating_name = rating.name
        version.rating_type = rating.type
        version.rating_minimum = rating.minimum
        version.rating_maximum = rating.maximum
        version.rating_anchors = {str(number): words for number, words in rating.anchors.items()}
        version.rating_required = rating.required
        version.rating_rest = dict(rating.rest)
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as error:
        if "version_name_once" in str(error):
            there = CodebookVersion.objects.select_related("codebook").get(codebook=codebook, name=draft.version)
            raise VersionNameTaken(there, is_the_same=_words(draft_of(there)) == _words(draft)) from None
        raise
    return version


def _words(draft: CodebookDraft) -> tuple[Any, ...]:
    """Give what a codebook says, without what is proposed where a file leaves it out."""
    families = [(one.key, one.name, one.definition, one.exclusive) for one in draft.families]
    codes = [
        (one.key, one.name, one.family, one.definition, *map(tuple, (one.include, one.exclude, one.near_misses)))
        for one in draft.codes
    ]
    return draft.title, families, codes


def _store_families(version: CodebookVersion, draft: CodebookDraft, slots: Mapping[str, str]) -> dict[str, Family]:
    rows = [
        Family(
            study=version.study,
            version=version,
            key=family.key,
            name=family.name,
            definition=family.definition,
            exclusive=family.exclusive,
            color=family.color,
            slot=slots[family.key],
            position=position,
            rest=dict(family.rest),
        )
        for position, family in enumerate(draft.families, start=1)
    ]
    return {family.key: family for family in Family.objects.bulk_create(rows)}


def _store_codes(version: CodebookVersion, draft: CodebookDraft, families: dict[str, Family]) -> None:
    outcomes = draft.outcomes
    # A code that stands for an outcome is never given on the desk: it keeps a letter of its own and gets no other.
    letters = propose_letters([code for code in draft.codes if code.letter or code.key not in outcomes])
    rows = [
        Code(
            study=version.study,
            version=version,
            family=families[code.family],
            key=code.key,
            name=code.name,
            definition=code.definition,
            include=list(code.include),
            exclude=list(code.exclude),
            near_misses=list(code.near_misses),
            examples=[_example_object(example) for example in code.examples],
            rated=code.rated,
            outcome=outcomes.get(code.key, ""),
            letter=letters.get(code.key, ""),
            color=code.color,
            position=position,
            rest=dict(code.rest),
        )
        for position, code in enumerate(draft.codes, start=1)
    ]
    codes = {code.key: code for code in Code.objects.bulk_create(rows)}
    roles = roles_of(version.study, [role for code in draft.codes for role in code.roles])
    CodeRole.objects.bulk_create(
        CodeRole(study=version.study, version=version, code=codes[code.key], role=role)
        for code in draft.codes
        for role in {roles[name].pk: roles[name] for name in code.roles}.values()
    )


def roles_of(study: Study, names: Iterable[str]) -> dict[str, SpeakerRole]:
    """Give the study's speaker role for each name, whatever its case; names that are new join the study's list."""
    wanted = list(dict.fromkeys(names))
    SpeakerRole.objects.bulk_create((SpeakerRole(study=study, name=name) for name in wanted), ignore_conflicts=True)
    found = {role.name: role for role in SpeakerRole.objects.filter(study=study)}
    folded = SpeakerRole.objects.filter(study=study).alias(folded=Lower("name"))
    # What is the same but for case, the database decides, as in its constraint: Python folds more letters than it does.
    return {name: found.get(name) or folded.get(folded=Lower(Value(name))) for name in wanted}


def _example_object(example: ExampleDraft) -> dict[str, Any]:
    return {**example.rest, **example_object(example)}


def _store_attributes(version: CodebookVersion, draft: CodebookDraft) -> None:
    rows = Attribute.objects.bulk_create(
        Attribute(
            study=version.study,
            version=version,
            key=attribute.id,
            type=attribute.type,
            applies_to=list(attribute.applies_to),
            required=attribute.required,
            default=attribute.default or "",
            minimum=attribute.minimum,
            maximum=attribute.maximum,
            position=position,
            rest=dict(attribute.rest),
        )
        for position, attribute in enumerate(draft.attributes, start=1)
    )
    AttributeValue.objects.bulk_create(
        AttributeValue(study=version.study, version=version, attribute=row, key=key, name=name, position=position)
        for row, attribute in zip(rows, draft.attributes, strict=True)
        for position, (key, name) in enumerate(attribute.values.items(), start=1)
    )
