"""Turn codebook drafts into JSON objects; what a draft leaves at its default is not written."""

from collections.abc import Mapping
from typing import Any

from coding.formats.drafts import AttributeDraft, CodebookDraft, CodeDraft, ExampleDraft, FamilyDraft, RatingDraft

# The order in which a person reads each part; members unknown to it stand between the first and the last of them.
FILE = (
    "id version title changes purpose unit labelling rating attributes decision_order derived_measures training",
    "families codes",
)
LABELLING = ("mode max_codes_per_turn rule exclusive_codes", "")
RATING = ("name type min max anchors required_when_code_given", "")
ATTRIBUTE = ("id type values min max applies_to required default", "")
FAMILY = ("id short_name color definition exclusive", "")
CODE = (
    "id short_name parent applies_to_roles definition include exclude examples near_misses rated",
    "color key_letter",
)
EXAMPLE = ("role text rating", "")

# What a scale without a name is called.
RATING_NAME = "rating"


def merged(modelled: Mapping[str, Any], rest: Mapping[str, Any], order: tuple[str, str]) -> dict[str, Any]:
    """Put a part together: what is modelled speaks before what was only kept."""
    whole = {**rest, **modelled}
    head, tail = (names.split() for names in order)
    middle = [name for name in whole if name not in head and name not in tail]
    return {name: whole[name] for name in (*head, *middle, *tail) if name in whole}


def _said(**members: Any) -> dict[str, Any]:
    """Keep the members that say something."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}


def is_rated_when_silent(key: str, rating: RatingDraft | None, exclusive_codes: tuple[str, ...]) -> bool:
    """Say what a code without `rated` means: rated where there is a scale, unless the code is an outcome."""
    return rating is not None and key not in exclusive_codes


def type_when_silent(values: Mapping[str, str], minimum: int | None) -> str:
    """Say what an attribute without `type` is: nominal with values, ordinal with bounds, else text."""
    return "nominal" if values else "text" if minimum is None else "ordinal"


def family_object(family: FamilyDraft) -> dict[str, Any]:
    """Write the modelled members of a family."""
    members = _said(id=family.key, short_name=family.name, color=family.color, definition=family.definition)
    return members | ({"exclusive": True} if family.exclusive else {})


def example_object(example: ExampleDraft) -> dict[str, Any]:
    """Write the modelled members of an example."""
    members = _said(role=example.role) | {"text": example.text}
    return members | ({} if example.rating is None else {"rating": example.rating})


def code_object(code: CodeDraft, *, rated_when_silent: bool) -> dict[str, Any]:
    """Write the modelled members of a code."""
    rated = {} if code.rated == rated_when_silent else {"rated": code.rated}
    return (
        _said(
            id=code.key,
            short_name=code.name,
            parent=code.family,
            applies_to_roles=list(code.roles),
            definition=code.definition,
            include=list(code.include),
            exclude=list(code.exclude),
            examples=[merged(example_object(example), example.rest, EXAMPLE) for example in code.examples],
            near_misses=list(code.near_misses),
        )
        | rated
        | _said(color=code.color, key_letter=code.letter)
    )


def rating_object(rating: RatingDraft) -> dict[str, Any]:
    """Write the modelled members of the rating scale."""
    anchors = {str(number): meaning for number, meaning in rating.anchors.items()}
    required = {"required_when_code_given": True} if rating.required else {}
    lowest = {"min": rating.minimum} if rating.minimum else {}
    scale = {"max": rating.maximum} | lowest | ({} if rating.type == "ordinal" else {"type": rating.type})
    name = "" if rating.name == RATING_NAME else rating.name
    return _said(name=name, anchors=anchors) | scale | required


def attribute_object(attribute: AttributeDraft) -> dict[str, Any]:
    """Write the modelled members of an attribute; the default of a plain ordinal one is a number."""
    is_number = attribute.default is not None and attribute.type == "ordinal" and not attribute.values
    default = int(attribute.default or 0) if is_number else attribute.default
    members = _said(id=attribute.id, values=dict(attribute.values), applies_to=list(attribute.applies_to))
    if attribute.type != type_when_silent(attribute.values, attribute.minimum):
        members["type"] = attribute.type
    if attribute.minimum is not None:
        members["min"] = attribute.minimum
    if attribute.maximum is not None:
        members["max"] = attribute.maximum
    if attribute.required:
        members["required"] = True
    return members if default is None else members | {"default": default}


def labelling_object(draft: CodebookDraft) -> dict[str, Any]:
    """Write the modelled members of the labelling rules."""
    return _said(max_codes_per_turn=draft.max_codes_per_turn, exclusive_codes=list(draft.exclusive_codes))


def codebook_object(draft: CodebookDraft) -> dict[str, Any]:
    """Write the whole codebook with everything that was kept."""
    kept_rules = draft.rest.get("labelling")
    rules = merged(labelling_object(draft), kept_rules if isinstance(kept_rules, dict) else {}, LABELLING)
    whole = {"id": draft.key, "version": draft.version, "title": draft.title} | _said(
        labelling=rules,
        rating=draft.rating and merged(rating_object(draft.rating), draft.rating.rest, RATING),
        attributes=[merged(attribute_object(item), item.rest, ATTRIBUTE) for item in draft.attributes],
        families=[merged(family_object(item), item.rest, FAMILY) for item in draft.families],
        codes=[merged(_code_in(draft, code), code.rest, CODE) for code in draft.codes],
    )
    return merged(whole, draft.rest, FILE)


def _code_in(draft: CodebookDraft, code: CodeDraft) -> dict[str, Any]:
    silent = is_rated_when_silent(code.key, draft.rating, draft.exclusive_codes)
    return code_object(code, rated_when_silent=silent)
