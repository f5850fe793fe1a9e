"""Codebook versions as values: what the desk, the exchange and the pages read."""

from __future__ import annotations

from collections import defaultdict

from coding.formats.changes import SaidChange, changes_object
from coding.formats.drafts import (
    AttributeDraft,
    CodebookDraft,
    CodeDraft,
    ExampleDraft,
    FamilyDraft,
    RatingDraft,
)
from coding.models import (
    Attribute,
    AttributeValue,
    ChangeNote,
    Code,
    CodebookVersion,
    CodeRole,
    Family,
)
from coding.queries.lineage import with_successors
from transcripts.models import Study

PLAIN = ("same", "new")
EXAMPLE_WORDS = ("role", "text", "rating")


def latest_published(study: Study) -> CodebookVersion | None:
    """Give the version that was published last in the study and is not retired, or None."""
    version: CodebookVersion | None = (
        CodebookVersion.objects.filter(study=study)
        .in_use()
        .select_related("codebook")
        .order_by("-published_at", "-id")
        .first()
    )
    return version


def draft_of(version: CodebookVersion) -> CodebookDraft:
    """Give a version as the value that the file format writes; a fixed number of queries, whatever its size."""
    families = list(Family.objects.filter(version=version).order_by("position"))
    codes = list(Code.objects.filter(version=version).order_by("position"))
    return CodebookDraft(
        key=version.codebook.key,
        version=version.name,
        title=version.title,
        families=tuple(_family(family) for family in families),
        codes=_codes(version, codes, {family.pk: family.key for family in families}),
        rating=_rating(version),
        attributes=_attributes(version),
        # “None applies” first: under names of its own a file tells the two outcomes apart by their order alone.
        exclusive_codes=tuple(code.key for code in sorted(codes, key=lambda code: code.outcome) if code.outcome),
        max_codes_per_turn=version.max_codes_per_turn,
        rest={**version.rest, **_changes(version)},
    )


def _changes(version: CodebookVersion) -> dict[str, object]:
    """Give what people said became of the codes before, for the file; what is plain is left out."""
    if version.predecessor is None:
        return {}
    notes = ChangeNote.objects.filter(version=version).exclude(kind__in=PLAIN, decided_at=None)
    said = [
        SaidChange(
            code=code.key,
            kind=note.kind,
            into=tuple(successor.code.key for successor in note.successors.all()),
            reason=note.reason,
        )
        for note in notes.select_related("old_code", "code").prefetch_related(with_successors()).order_by("pk")
        if (code := note.old_code or note.code) is not None
    ]
    return {"changes": changes_object(version.predecessor.name, said)} if said else {}


def _family(family: Family) -> FamilyDraft:
    return FamilyDraft(
        key=family.key,
        name=family.name,
        definition=family.definition,
        color=family.color,
        exclusive=family.exclusive,
        rest=family.rest,
    )


def _codes(version: CodebookVersion, codes: list[Code], families: dict[int, str]) -> tuple[CodeDraft, ...]:
    roles: dict[int, list[str]] = defaultdict(list)
    for code_id, role in CodeRole.objects.filter(version=version).order_by("pk").values_list("code_id", "role__name"):
        roles[code_id].append(role)
    return tuple(
        CodeDraft(
            key=code.key,
            name=code.name,
            family=families[code.family_id],
            definition=code.definition,
            include=tuple(code.include),
            exclude=tuple(code.exclude),
            near_misses=tuple(code.near_misses),
            examples=tuple(_example(example) for example in code.examples),
            roles=tuple(roles[code.pk]),
            rated=code.rated and version.is_rated,
            color=code.color,
            letter=code.letter,
            rest=code.rest,
        )
        for code in codes
    )


def _example(example: dict[str, object]) -> ExampleDraft:
    rating = example.get("rating")
    return ExampleDraft(
        role=str(example.get("role", "")),
        text=str(example.get("text", "")),
        rating=rating if isinstance(rating, int) else None,
        rest={word: value for word, value in example.items() if word not in EXAMPLE_WORDS},
    )


def _rating(version: CodebookVersion) -> RatingDraft | None:
    if not version.is_rated:
        return None
    return RatingDraft(
        name=version.rating_name,
        type=version.rating_type,
        minimum=version.rating_minimum,
        maximum=version.rating_maximum,
        anchors={int(number): words for number, words in version.rating_anchors.items()},
        required=version.rating_required,
        rest=version.rating_rest,
    )


def _attributes(version: CodebookVersion) -> tuple[AttributeDraft, ...]:
    values: dict[int, dict[str, str]] = defaultdict(dict)
    for value in AttributeValue.objects.filter(version=version).order_by("position"):
        values[value.attribute_id][value.key] = value.name
    return tuple(
        AttributeDraft(
            id=attribute.key,
            type=attribute.type,
            values=values[attribute.pk],
            applies_to=tuple(attribute.applies_to),
            required=attribute.required,
            default=attribute.default or None,
            minimum=attribute.minimum,
            maximum=attribute.maximum,
            rest=attribute.rest,
        )
        for attribute in Attribute.objects.filter(version=version).order_by("position")
    )
