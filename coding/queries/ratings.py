"""
From rows to numbers: what counts as a unit, a rater, a rating and a missing one. The methodological file.

Law 1, absent is not missing: a segment that a rater judged without giving a code counts 0 for it; a segment not judged,
one judged uncodable, or one of a speaker role that the code does not apply to has no value (-1). Law 2: the caller
says which transcripts may be read. Law 3 is the filter of `judged_rows`: first, blind, submitted codings alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from coding.models import Code
from coding.queries.judged_rows import (
    CODABLE,
    NO_RATING,
    NOT_JUDGED,
    UNCODABLE,
    AttributeRow,
    CodeRow,
    FamilyRow,
    Ints,
    JudgedRows,
)

Matrix = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]
MISSING = -1
NONE_KEY = "NRM"
NONE_NAME = "None applies"
NONE_OF_THEM = "none of them"


@dataclass(frozen=True, slots=True)
class Ratings:
    """
    One variable: `values` (raters, units) index `categories`, MISSING where a rater has no value.

    `units` are places in the round's segments: those that the variable applies to and anybody has a value for.
    `not_judged` and `uncodable` count the missing ones among assigned raters x segments, by their reason. `given`
    (raters, units) says where a rater gave it at all, which is what prevalence counts.
    """

    key: str
    name: str
    slot: str
    categories: tuple[str, ...]
    values: Matrix
    given: Mask
    units: Ints
    transcripts: Ints
    not_judged: int
    uncodable: int
    #: The categories are the numbers of the rating scale, in order.
    is_scale: bool = False


def code_matrices(rows: JudgedRows) -> dict[str, Matrix]:
    """
    Say for each code where each rater gave it (1), judged without giving it (0), or has no value (-1).

    NRM is 1 where a codable segment was judged without any coding, whatever its role; UNC is the one code for which
    an uncodable segment counts, as 1. A codebook without an outcome code for "none applies" still gets its row.
    """
    judged_codable = np.where(rows.judged == CODABLE, 0, MISSING).astype(np.int8)
    matrices = {code.key: _matrix(rows, code, judged_codable) for code in rows.book.codes}
    if not any(code.outcome == Code.Outcome.NONE for code in rows.book.codes):
        matrices[none_key(rows)] = _none_applies(rows, judged_codable)
    return matrices


def none_key(rows: JudgedRows) -> str:
    """Return the key under which "none applies" is reported."""
    for code in rows.book.codes:
        if code.outcome == Code.Outcome.NONE:
            return code.key
    key, taken = NONE_KEY, {code.key for code in rows.book.codes}
    while key in taken:
        key = f"_{key}"
    return key


def _matrix(rows: JudgedRows, code: CodeRow, judged_codable: Matrix) -> Matrix:
    if code.outcome == Code.Outcome.NONE:
        return _none_applies(rows, judged_codable)
    if code.outcome == Code.Outcome.UNCODABLE:
        uncodable = np.where(rows.judged == UNCODABLE, 1, 0)
        return np.where(rows.judged == NOT_JUDGED, MISSING, uncodable).astype(np.int8)
    matrix = judged_codable.copy()
    rater, unit = rows.given[:2, rows.given[2] == code.id]
    matrix[rater, unit] = 1
    matrix[:, ~_applies(rows, code)] = MISSING
    return matrix


def _none_applies(rows: JudgedRows, judged_codable: Matrix) -> Matrix:
    matrix = judged_codable.copy()
    matrix[matrix == 0] = 1
    matrix[rows.given[0], rows.given[1]] = 0
    return matrix


def _applies(rows: JudgedRows, code: CodeRow) -> Mask:
    """Say to which segments a code may be given, by their speaker role."""
    if not code.roles or code.outcome:
        return np.ones(len(rows.units.ids), dtype=bool)
    return np.isin(rows.units.role, list(code.roles))


def _applies_any(rows: JudgedRows, codes: Sequence[CodeRow]) -> Mask:
    """Say to which segments at least one of these codes may be given."""
    applies = np.zeros(len(rows.units.ids), dtype=bool)
    for code in codes:
        applies |= _applies(rows, code)
    return applies


def code_ratings(rows: JudgedRows, matrices: Mapping[str, Matrix]) -> list[Ratings]:
    """Return present/absent of every code, in the order of the codebook, NRM last where the codebook lacks it."""
    codes = {code.key: code for code in rows.book.codes}
    every = np.ones(len(rows.units.ids), dtype=bool)
    out = []
    for key, matrix in matrices.items():
        code = codes.get(key)
        applies = _applies(rows, code) if code else every
        name, slot = (code.name, code.slot) if code else (NONE_NAME, "stone")
        is_uncodable = code is not None and code.outcome == Code.Outcome.UNCODABLE
        out.append(_present(rows, key, name, slot, matrix, applies, uncodable_counts=is_uncodable))
    return out


def _present(
    rows: JudgedRows, key: str, name: str, slot: str, matrix: Matrix, applies: Mask,
    *, uncodable_counts: bool = False,
) -> Ratings:  # fmt: skip
    words = ("absent", "present")
    return _ratings(rows, key, name, slot, words, matrix, matrix == 1, applies, uncodable_counts=uncodable_counts)


def _ratings(
    rows: JudgedRows, key: str, name: str, slot: str, categories: tuple[str, ...], values: Matrix,
    given: Mask, applies: Mask, *, uncodable_counts: bool = False,
) -> Ratings:  # fmt: skip
    asked = rows.assigned & applies
    not_judged = asked & (rows.judged == NOT_JUDGED)
    uncodable = asked & (rows.judged == UNCODABLE)
    units = np.flatnonzero((values >= 0).any(axis=0))
    return Ratings(
        key=key,
        name=name,
        slot=slot,
        categories=categories,
        values=np.ascontiguousarray(values[:, units]),
        given=given[:, units],
        units=units,
        transcripts=rows.units.transcript[units],
        not_judged=int(not_judged.sum()),
        uncodable=0 if uncodable_counts else int(uncodable.sum()),
    )


def family_ratings(rows: JudgedRows, matrices: Mapping[str, Matrix]) -> list[Ratings]:
    """
    Return each family as one variable over the segments of its codes' roles.

    An exclusive family is nominal: its codes are the categories, "none of them" one more where it occurs. Any other is
    present/absent of any of its codes.
    """
    return [_family(rows, family, matrices) for family in rows.book.families if family.codes]


def _family(rows: JudgedRows, family: FamilyRow, matrices: Mapping[str, Matrix]) -> Ratings:
    applies = _applies_any(rows, family.codes)
    stack = np.stack([matrices[code.key] for code in family.codes])
    counts_uncodable = any(code.outcome == Code.Outcome.UNCODABLE for code in family.codes)
    if not family.exclusive:
        matrix = stack.max(axis=0)
        return _present(rows, family.key, family.name, family.slot, matrix, applies, uncodable_counts=counts_uncodable)
    given = stack == 1
    number = given.sum(axis=0)
    none = (number == 0) & (stack >= 0).any(axis=0)
    # Two codes of an exclusive family are refused when they are given; should they ever stand here, neither counts.
    values = np.where(number == 1, given.argmax(axis=0), MISSING).astype(np.int16)
    values[none] = len(family.codes)
    categories = tuple(code.key for code in family.codes)
    if none.any():
        categories = (*categories, NONE_OF_THEM)
    return _ratings(
        rows, family.key, family.name, family.slot, categories, _small(values), number > 0, applies,
        uncodable_counts=counts_uncodable,
    )  # fmt: skip


def _small(values: npt.NDArray[np.int16]) -> Matrix:
    """Keep one byte a value where it fits."""
    return values.astype(np.int8) if not values.size or values.max() < 127 else values


def intensity_ratings(rows: JudgedRows, matrices: Mapping[str, Matrix]) -> list[Ratings]:
    """
    Return each rated code on the scale 0 to the highest rating.

    A judged segment without the code is the scale's 0; a code given without a rating is missing here (and 1 in the
    code's own row).
    """
    categories = tuple(str(number) for number in range(rows.book.rating_maximum + 1))
    out = []
    for code in rows.book.codes:
        if not code.rated or code.outcome:
            continue
        values = matrices[code.key].copy()
        applies = _applies(rows, code)
        here = (rows.given[2] == code.id) & applies[rows.given[1]]
        rater, unit, _, rating = rows.given[:, here]
        values[rater, unit] = np.where(rating == NO_RATING, MISSING, rating)
        given = matrices[code.key] == 1
        found = _ratings(rows, code.key, code.name, code.slot, categories, values, given, applies)
        out.append(replace(found, is_scale=True))
    return out


def attribute_ratings(rows: JudgedRows) -> list[Ratings]:
    """
    Return each attribute with listed values as a nominal variable over the segments where it was said.

    Whoever gave no code that it applies to, or said nothing, has no value there. Several codes on one segment with
    different values make a value of their own, such as "here + there". Free text is not compared.
    """
    return [_attribute(rows, attribute) for attribute in rows.book.attributes if attribute.values]


def _attribute(rows: JudgedRows, attribute: AttributeRow) -> Ratings:
    said: dict[tuple[int, int], set[str]] = {}
    for rater, unit, _, word in rows.attributes[:, rows.attributes[2] == attribute.id].T.tolist():
        said.setdefault((rater, unit), set()).add(rows.attribute_words[word])
    rank = {value: place for place, value in enumerate(attribute.values)}
    cells = {
        place: " + ".join(sorted(words, key=lambda word: (rank.get(word, len(rank)), word)))
        for place, words in said.items()
    }
    categories = tuple(dict.fromkeys([*attribute.values, *sorted(set(cells.values()))]))
    number = {value: place for place, value in enumerate(categories)}
    values = np.full(rows.judged.shape, MISSING, dtype=np.int16)
    for (rater, unit), value in cells.items():
        values[rater, unit] = number[value]
    every = np.ones(len(rows.units.ids), dtype=bool)
    return _ratings(rows, attribute.key, attribute.key, "", categories, _small(values), values >= 0, every)


@dataclass(frozen=True, slots=True)
class LabelSets:
    """Everything that each rater gave to each segment: `given` (codes, raters, units), `judged` (raters, units)."""

    codes: tuple[str, ...]
    given: Mask
    judged: Mask
    units: Ints
    transcripts: Ints


def label_sets(rows: JudgedRows, matrices: Mapping[str, Matrix]) -> LabelSets:
    """
    Return the sets of codes over the segments that at least one code applies to.

    Outcomes are no members of a set: "none applies" is the empty one, uncodable is missing.
    """
    codes = [code for code in rows.book.codes if not code.outcome]
    judged = (rows.judged == CODABLE) & _applies_any(rows, codes)
    units = np.flatnonzero(judged.any(axis=0))
    given = [matrices[code.key][:, units] == 1 for code in codes]
    return LabelSets(
        codes=tuple(code.key for code in codes),
        given=np.stack(given) if given else np.zeros((0, len(rows.raters), len(units)), dtype=bool),
        judged=judged[:, units],
        units=units,
        transcripts=rows.units.transcript[units],
    )


@dataclass(frozen=True, slots=True)
class SessionSums:
    """
    How often each rater gave one code in each whole session: `sums` (raters, transcripts), NaN for missing.

    `not_judged` counts the sums that are missing because an assigned rater left a segment open.
    """

    key: str
    name: str
    slot: str
    sums: npt.NDArray[np.float64]
    transcripts: Ints
    not_judged: int


def session_sums(rows: JudgedRows, matrices: Mapping[str, Matrix]) -> list[SessionSums]:
    """
    Count each code within each transcript: here the unit is the session, and nothing else.

    Counted are the segments of the roles that the code applies to, but for those that anybody called uncodable: they
    are left out for all, so that every rater's sum is over the same segments. A session without such a segment has no
    sum, and a rater has one only where they judged every segment of these roles.
    """
    codable = ~(rows.judged == UNCODABLE).any(axis=0)
    sessions = np.arange(len(rows.transcripts))
    everywhere = {code.key: _applies(rows, code) for code in rows.book.codes}
    uncodable = {code.key for code in rows.book.codes if code.outcome == Code.Outcome.UNCODABLE}
    out = []
    for found in code_ratings(rows, matrices):
        if found.key in uncodable:
            continue
        applies = everywhere.get(found.key, np.ones(len(codable), dtype=bool))
        there = _per_session(rows, (applies & codable)[None])[0] > 0
        asked = (_per_session(rows, rows.assigned & applies) > 0) & there
        whole = asked & (_per_session(rows, (rows.judged == NOT_JUDGED) & applies) == 0)
        given = _per_session(rows, (matrices[found.key] == 1) & codable)
        sums = np.where(whole, given, np.nan)
        out.append(SessionSums(found.key, found.name, found.slot, sums, sessions, int((asked & ~whole).sum())))
    return out


def _per_session(rows: JudgedRows, marks: Mask) -> npt.NDArray[np.float64]:
    """Count marks (raters, units) within each transcript: (raters, transcripts)."""
    number = len(rows.transcripts)
    counted = [np.bincount(rows.units.transcript[row], minlength=number) for row in marks]
    return np.array(counted, dtype=np.float64).reshape(len(marks), number)


def differing_units(rows: JudgedRows, matrices: Mapping[str, Matrix]) -> Mask:
    """Say on which segments raters differ in any code, "none applies" and uncodable included."""
    differ = np.zeros(len(rows.units.ids), dtype=bool)
    for matrix in matrices.values():
        differ |= differing(matrix)
    return differ


def differing(matrix: Matrix) -> Mask:
    """Say in which columns two raters have values that are not the same."""
    if not matrix.size:
        return np.zeros(matrix.shape[1], dtype=bool)
    return np.asarray(((matrix >= 0) & (matrix != matrix.max(axis=0))).any(axis=0))
