"""The digest of a round's inputs: one hash of everything that its numbers rest on, and of nothing else."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np

from coding.queries.judged_rows import Book, CodeRow, Ints, JudgedRows
from transcripts.models import SpeakerRole

_BEGIN = b"workbench reliability inputs, layout 1\n"


def inputs_digest(rows: JudgedRows) -> str:
    """
    Hash codebook, raters, transcripts, segments with their roles, judgements, codings, attributes and evidence.

    Ids of the database are no part of it, so the same data give the same digest wherever they are.
    """
    digest = hashlib.sha256(_BEGIN)
    roles = _Roles(rows)
    digest.update(_text(_head(rows, roles)))
    codes = _places([code.id for code in rows.book.codes])
    attributes = _places([attribute.id for attribute in rows.book.attributes])
    units = rows.units
    for name, table in (
        ("segments", np.stack([units.transcript, units.position, roles.places(units.role), units.length])),
        ("judged", rows.judged),
        ("assigned", rows.assigned),
        ("given", _placed(rows.given, 2, codes)),
        ("attributes", _placed(rows.attributes, 2, attributes)),
        ("evidence", _placed(rows.evidence, 2, codes)),
    ):
        digest.update(_text([name, list(table.shape)]))
        digest.update(np.ascontiguousarray(table, dtype="<i8").tobytes())
    return digest.hexdigest()


def _text(value: Any) -> bytes:
    """Write a value as canonical JSON on a line of its own."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode() + b"\n"


class _Roles:
    """The speaker roles by name, in the order of their names."""

    def __init__(self, rows: JudgedRows) -> None:
        ids = set(rows.units.role.tolist()).union(*(code.roles for code in rows.book.codes))
        self.names = dict(SpeakerRole.objects.filter(pk__in=ids).values_list("pk", "name"))
        self.order = sorted(self.names.values())

    def named(self, code: CodeRow) -> list[str]:
        return sorted(self.names[role] for role in code.roles)

    def places(self, ids: Ints) -> Ints:
        place = {role: self.order.index(name) for role, name in self.names.items()}
        return np.array([place[role] for role in ids.tolist()], dtype=np.int64)


def _head(rows: JudgedRows, roles: _Roles) -> dict[str, Any]:
    return {
        "raters": rows.raters,
        "transcripts": rows.transcripts,
        "roles": roles.order,
        "attribute_words": rows.attribute_words,
        **_book(rows.book, roles),
    }


def _book(book: Book, roles: _Roles) -> dict[str, Any]:
    return {
        "version": book.version,
        "rating": [book.rating_minimum, book.rating_maximum],
        "families": [[family.key, family.name, family.exclusive] for family in book.families],
        "codes": [
            [code.key, code.name, code.family, code.rated, code.outcome, roles.named(code)] for code in book.codes
        ],
        "attributes": [
            [attribute.key, attribute.type, attribute.values, sorted(attribute.applies_to)]
            for attribute in book.attributes
        ],
    }


def _places(ids: list[int]) -> dict[int, int]:
    return {pk: place for place, pk in enumerate(ids)}


def _placed(table: Ints, column: int, place: dict[int, int]) -> Ints:
    """Put the place in the codebook where the id stands, in an order that depends on nothing else."""
    placed = table.copy()
    placed[column] = [place[pk] for pk in table[column].tolist()]
    return placed[:, np.lexsort(placed[::-1])]
