"""Read and write a codebook as JSON, without losing what is not modelled."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from coding.formats import codebook_objects, members, strict_json
from coding.formats.changes import check_changes
from coding.formats.drafts import (
    EVERY_CODE,
    AttributeDraft,
    CodebookDraft,
    CodebookError,
    CodeDraft,
    ExampleDraft,
    FamilyDraft,
    RatingDraft,
)
from coding.formats.link_rules import check_link_rules
from coding.formats.members import MAX_KEY, refuse
from coding.formats.slots import clash, is_desk_key
from coding.formats.strict_json import joined, shown

__all__ = [
    "AttributeDraft",
    "CodeDraft",
    "CodebookDraft",
    "CodebookError",
    "ExampleDraft",
    "FamilyDraft",
    "RatingDraft",
    "read_codebook",
    "write_codebook",
]

RATING_TYPES = ("ordinal", "interval", "ratio")
ATTRIBUTE_TYPES = ("nominal", "ordinal", "text")
HIGHEST_RATING = 100
MAX_MEANING = 200


def write_codebook(draft: CodebookDraft) -> bytes:
    """Write a codebook file that reads back as the same draft."""
    text = json.dumps(codebook_objects.codebook_object(draft), ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode()


def read_codebook(data: bytes) -> CodebookDraft:
    """Read a codebook file, or raise CodebookError with the place and what would be right."""
    source = members.typed(strict_json.load(data), dict, "")
    draft = CodebookDraft(
        key=members.label(source, "id", "", limit=MAX_KEY, required=True),
        version=members.label(source, "version", "", limit=40, required=True),
        title=members.label(source, "title", "", limit=200, required=True),
        families=tuple(_family(item, path) for path, item in members.objects(source, "families", "")),
        rating=_rating(source),
    )
    members.unique([family.key for family in draft.families], "families", "id")
    rules = members.member(source, "labelling", dict, "") or {}
    draft = replace(
        draft,
        exclusive_codes=members.labels(rules, "exclusive_codes", "labelling"),
        max_codes_per_turn=members.whole(rules, "max_codes_per_turn", "labelling", low=1, high=1000),
    )
    draft = replace(draft, codes=tuple(_code(item, path, draft) for path, item in members.objects(source, "codes", "")))
    _check_codes(draft)
    draft = replace(
        draft,
        attributes=tuple(_attribute(item, path, draft) for path, item in members.objects(source, "attributes", "")),
    )
    members.unique([attribute.id for attribute in draft.attributes], "attributes", "id")
    check_changes(source, {code.key for code in draft.codes})
    check_link_rules(source, {family.key for family in draft.families} | {code.key for code in draft.codes})
    return replace(draft, rest=_rest_of_file(source, rules, draft))


def _rest(source: Mapping[str, Any], modelled: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what the draft does not write by itself: unknown members, and known ones that say nothing."""
    return {name: value for name, value in source.items() if name not in modelled}


def _rest_of_file(source: Mapping[str, Any], rules: Mapping[str, Any], draft: CodebookDraft) -> dict[str, Any]:
    rest = _rest(source, codebook_objects.codebook_object(draft))
    rules_kept = _rest(rules, codebook_objects.labelling_object(draft))
    return rest | ({"labelling": rules_kept} if rules_kept else {})


def _family(item: dict[str, Any], path: str) -> FamilyDraft:
    family = FamilyDraft(
        key=members.label(item, "id", path, limit=MAX_KEY, required=True),
        name=members.label(item, "short_name", path, required=True),
        definition=members.text(item, "definition", path),
        color=members.color(item, path),
        exclusive=members.flag(item, "exclusive", path),
    )
    return replace(family, rest=_rest(item, codebook_objects.family_object(family)))


def _code(item: dict[str, Any], path: str, draft: CodebookDraft) -> CodeDraft:
    key = members.label(item, "id", path, limit=MAX_KEY, required=True)
    silent = codebook_objects.is_rated_when_silent(key, draft.rating, draft.exclusive_codes)
    # Without a scale nothing is rated, whatever the code says; the word itself stays in its rest.
    says_rated = members.flag(item, "rated", path, absent=silent)
    code = CodeDraft(
        key=key,
        name=members.label(item, "short_name", path, required=True),
        family=_parent(item, path, draft),
        definition=members.text(item, "definition", path),
        include=members.texts(item, "include", path),
        exclude=members.texts(item, "exclude", path),
        near_misses=members.texts(item, "near_misses", path),
        examples=tuple(_example(*found) for found in members.objects(item, "examples", path)),
        roles=members.labels(item, "applies_to_roles", path, limit=40),
        rated=says_rated and draft.rating is not None,
        color=members.color(item, path),
        letter=_letter(item, path),
    )
    return replace(code, rest=_rest(item, codebook_objects.code_object(code, rated_when_silent=silent)))


def _parent(item: dict[str, Any], path: str, draft: CodebookDraft) -> str:
    parent = members.label(item, "parent", path, limit=MAX_KEY, required=True)
    families = [family.key for family in draft.families]
    if parent not in families:
        known = ", ".join(families[:12]) or "none, “families” is empty"
        refuse(joined(path, "parent"), f"{shown(parent)} is no family of this file; its families are {known}.")
    return parent


def _letter(item: dict[str, Any], path: str) -> str:
    letter = members.text(item, "key_letter", path)
    if letter and (len(letter) > 2 or not letter.isascii() or not letter.isalpha()):
        refuse(joined(path, "key_letter"), f"{shown(letter)} is not one letter from A to Z, or two.")
    if letter and not is_desk_key(letter.upper()):
        refuse(joined(path, "key_letter"), f"{letter} does something else on the desk; take any letter but J, K, M, Z.")
    return letter


def _example(path: str, item: dict[str, Any]) -> ExampleDraft:
    members.member(item, "text", str, path, required=True)
    example = ExampleDraft(
        role=members.label(item, "role", path, limit=MAX_KEY),
        text=members.text(item, "text", path),
        rating=members.whole(item, "rating", path, low=0, high=HIGHEST_RATING),
    )
    return replace(example, rest=_rest(item, codebook_objects.example_object(example)))


def _check_codes(draft: CodebookDraft) -> None:
    keys = [code.key for code in draft.codes]
    members.unique(keys, "codes", "id")
    letters: dict[str, int] = {}
    for place, letter in enumerate(code.letter.upper() for code in draft.codes):
        if letter and letter in letters:
            refuse(f"codes[{place}].key_letter", f"{letter} is already the key of codes[{letters[letter]}].")
        for begun in letters:
            if letter and begun and clash(letter, begun):
                other = f"{begun} of codes[{letters[begun]}]"
                refuse(f"codes[{place}].key_letter", f"{letter} and {other}: one begins the other.")
        letters[letter] = place
    for place, key in enumerate(draft.exclusive_codes):
        here = f"labelling.exclusive_codes[{place}]"
        if key not in keys:
            refuse(here, f"{shown(key)} is no code of this file; name the id of a code.")
        if key not in draft.outcomes:
            refuse(here, "At most two codes can be exclusive: one for “none applies” and one for “not codable”.")


def _rating(source: Mapping[str, Any]) -> RatingDraft | None:
    item = members.member(source, "rating", dict, "")
    if item is None:
        return None
    low = members.whole(item, "min", "rating", low=0, high=HIGHEST_RATING) or 0
    anchors = _anchors(item)
    high = members.whole(item, "max", "rating", low=0, high=HIGHEST_RATING)
    if high is None:
        refuse("rating.max", "“max” is missing; write the highest rating, such as 3.")
    if low >= high:
        refuse("rating.max", f"The highest rating ({high}) must be above the lowest ({low}).")
    for number in anchors:
        if not low <= number <= high:
            refuse(f"rating.anchors.{number}", f"{number} is not on the scale from {low} to {high}.")
    rating = RatingDraft(
        name=members.label(item, "name", "rating", limit=MAX_KEY) or codebook_objects.RATING_NAME,
        type=members.one_of(item, "type", "rating", choices=RATING_TYPES, absent=RATING_TYPES[0]),
        minimum=low,
        maximum=high,
        anchors=anchors,
        required=members.flag(item, "required_when_code_given", "rating"),
    )
    return replace(rating, rest=_rest(item, codebook_objects.rating_object(rating)))


def _anchors(item: Mapping[str, Any]) -> dict[int, str]:
    anchors = members.member(item, "anchors", dict, "rating") or {}
    for name, meaning in anchors.items():
        here = joined("rating.anchors", name)
        if name not in {str(number) for number in range(HIGHEST_RATING + 1)}:
            refuse(here, f'{shown(name)} is not a rating; name each anchor by its number, such as "2".')
        members.typed(meaning, str, here)
    return {int(name): meaning for name, meaning in anchors.items()}


def _attribute(item: dict[str, Any], path: str, draft: CodebookDraft) -> AttributeDraft:
    values = members.member(item, "values", dict, path) or {}
    for name, meaning in values.items():
        members.checked_label(name, joined(f"{path}.values", name))
        if len(members.typed(meaning, str, joined(f"{path}.values", name))) > MAX_MEANING:
            refuse(joined(f"{path}.values", name), f"The meaning is too long; write at most {MAX_MEANING} characters.")
    bounds = [members.whole(item, name, path, low=-1000, high=1000) for name in ("min", "max")]
    silent = codebook_objects.type_when_silent(values, bounds[0])
    attribute = AttributeDraft(
        id=members.label(item, "id", path, limit=MAX_KEY, required=True),
        type=members.one_of(item, "type", path, choices=ATTRIBUTE_TYPES, absent=silent),
        values=values,
        applies_to=_applies_to(item, path, draft),
        required=members.flag(item, "required", path),
        minimum=bounds[0],
        maximum=bounds[1],
    )
    _check_values(attribute, path)
    attribute = replace(attribute, default=_default(item, path, attribute))
    return replace(attribute, rest=_rest(item, codebook_objects.attribute_object(attribute)))


def _applies_to(item: dict[str, Any], path: str, draft: CodebookDraft) -> tuple[str, ...]:
    named = {EVERY_CODE} | {family.key for family in draft.families} | {code.key for code in draft.codes}
    found = members.labels(item, "applies_to", path)
    for place, key in enumerate(found):
        if key not in named:
            here = f"{joined(path, 'applies_to')}[{place}]"
            refuse(here, f'{shown(key)} is neither a family nor a code of this file; name an id, or "*" for all.')
    return found


def _check_values(attribute: AttributeDraft, path: str) -> None:
    low, high = attribute.minimum, attribute.maximum
    if (low is None) != (high is None):
        refuse(joined(path, "min" if low is None else "max"), "“min” and “max” go together; write both or neither.")
    if low is not None and high is not None and low >= high:
        refuse(joined(path, "max"), f"The highest value ({high}) must be above the lowest ({low}).")
    if attribute.type == "text" and attribute.allowed:
        refuse(joined(path, "type"), "An attribute with listed values is nominal or ordinal, not text.")
    if attribute.type != "text" and not attribute.allowed:
        refuse(joined(path, "values"), "An attribute that is not text lists its “values”, or has “min” and “max”.")


def _default(item: dict[str, Any], path: str, attribute: AttributeDraft) -> str | None:
    here = joined(path, "default")
    is_number = attribute.type == "ordinal" and not attribute.values
    value = members.member(item, "default", int if is_number else str, path)
    if value is None:
        return None
    if attribute.allowed and str(value) not in attribute.allowed:
        refuse(here, f"{shown(str(value))} is not among the values; write {' or '.join(attribute.allowed[:12])}.")
    return str(value)
