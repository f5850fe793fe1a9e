"""Every value of every rater, so that each number can be computed again: the matrix, and what its variables are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from coding.formats.table import write_table
from transcripts.formats.guard import guard

FIXED = ("part", "variable", "transcript", "segment")
RATER = "rater."
VARIABLES = ("part", "variable", "level", "categories", "values")


@dataclass(frozen=True, slots=True)
class MatrixVariable:
    """One variable with its units: `rows` hold transcript, segment and each rater's value, None where missing."""

    part: str
    key: str
    level: str
    categories: tuple[str, ...]
    rows: Iterable[tuple[str, int, Sequence[str | None]]]


def matrix_columns(raters: Sequence[str]) -> tuple[str, ...]:
    """List the columns of the matrix; a prefix keeps raters apart from the fixed ones."""
    return (*FIXED, *(RATER + label for label in raters))


def write_matrix(raters: Sequence[str], variables: Iterable[MatrixVariable]) -> Iterator[str]:
    """Write one row a variable and unit; an empty cell is a missing value."""
    yield from write_table(matrix_columns(raters), _rows(variables))


def _rows(variables: Iterable[MatrixVariable]) -> Iterator[list[str | int]]:
    for variable in variables:
        head = [variable.part, guard(variable.key)]
        for transcript, segment, values in variable.rows:
            yield [*head, guard(transcript), segment, *("" if value is None else guard(value) for value in values)]


def write_variables(variables: Iterable[MatrixVariable]) -> Iterator[str]:
    """Write level and declared categories of each variable: AC1 counts the declared ones, used or not."""
    yield from write_table(VARIABLES, _variables(variables))


def _variables(variables: Iterable[MatrixVariable]) -> Iterator[list[str | int]]:
    for variable in variables:
        head = (variable.part, guard(variable.key), variable.level)
        yield [*head, len(variable.categories), guard("; ".join(variable.categories))]
