"""Editing what a draft of a codebook asks about a coding: its attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Max

from coding.formats.drafts import EVERY_CODE
from coding.models import Attribute, AttributeValue, CodebookVersion
from coding.services.drafts import NotThisWay, current, editing
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class AttributeText:
    """What a person writes about one attribute: listed values, or numbers from lowest to highest, or free words."""

    key: str
    type: str
    values: Mapping[str, str] = field(default_factory=dict)
    minimum: int | None = None
    maximum: int | None = None
    applies_to: tuple[str, ...] = ()
    required: bool = False
    default: str = ""


def save_attribute(
    *, user: User, version: CodebookVersion, attribute: Attribute | None, text: AttributeText
) -> Attribute:
    """Add an attribute to a draft, or change it. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    is_number = text.type == "ordinal" and not text.values
    if is_number and text.default and not re.fullmatch(r"-?[0-9]{1,4}", text.default, re.ASCII):
        raise NotThisWay("Write what is said first as a number.", code="default_not_a_number")
    with editing(user, version) as draft:
        if attribute is None:
            last = Attribute.objects.filter(version=draft).aggregate(last=Max("position"))["last"] or 0
            attribute = Attribute(study_id=draft.study_id, version=draft, position=last + 1)
        else:
            attribute = current(draft, attribute)
        attribute.key, attribute.type, attribute.required = text.key, text.type, text.required
        attribute.minimum, attribute.maximum = text.minimum, text.maximum
        attribute.default = text.default
        # “Every code” may be written in two ways; the one in the file stays.
        attribute.applies_to = list(text.applies_to) or [key for key in attribute.applies_to if key == EVERY_CODE]
        attribute.save()
        attribute.values.all().delete()
        AttributeValue.objects.bulk_create(
            AttributeValue(
                study_id=draft.study_id, version=draft, attribute=attribute, key=key, name=name, position=position
            )
            for position, (key, name) in enumerate(text.values.items(), start=1)
        )
        return attribute


def remove_attribute(*, user: User, version: CodebookVersion, attribute: Attribute) -> None:
    """Take an attribute out of a draft. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    with editing(user, version) as draft:
        current(draft, attribute).delete()
