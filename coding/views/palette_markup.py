"""Parts of the desk that are written once per process: links, and the palette of a published version."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from coding.queries.palette import Palette, PaletteCode, palette


def palette_markup(book: Palette, *, published: bool) -> SafeString:
    """Write the ledger of codes with what each of them means."""
    return _kept(book.version_id) if published else _write(book)


@lru_cache(maxsize=64)
def _kept(version_id: int) -> SafeString:
    return _write(palette(version_id))


@lru_cache(maxsize=1)
def head_markup() -> SafeString:
    """Write the links to style and script of the desk."""
    return render_to_string("coding/_parts/desk_head.html")


@lru_cache(maxsize=1)
def styles_markup() -> SafeString:
    """Write the links to those of the shared styles that the desk needs."""
    return render_to_string("_parts/styles.html", {"lean": True})


def _write(book: Palette) -> SafeString:
    families = [(family, [_row(code) for code in family.codes if not code.outcome]) for family in book.families]
    context = {
        "book": book,
        "families": [(family, codes) for family, codes in families if codes],
        "all_codes": book.codes.values(),
        "pairs": any(len(code.letter) > 1 for code in book.codes.values()),
        "links_json": json.dumps(
            [{"key": rule.key, "name": rule.name, "from": rule.origins, "to": rule.targets} for rule in book.link_rules]
        ),
    }
    return render_to_string("coding/_parts/palette.html", context)


def _row(code: PaletteCode) -> dict[str, Any]:
    asked = [
        {
            "key": one.key,
            "label": one.label,
            "values": dict(one.names),
            "required": one.required,
            "default": one.default,
        }
        for one in code.attributes
    ]
    return {
        "key": code.key,
        "name": code.name,
        "slot": code.slot,
        "letter": code.letter,
        "family": code.family,
        "exclusive": code.exclusive,
        "rated": code.rated,
        "roles_json": json.dumps(list(code.roles.values())),
        "attributes_json": json.dumps(asked),
    }
