"""A criterion of training: a coefficient that reaches a threshold on so many transcripts in a row."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InARow:
    """
    How far a learner is: `met_at` is the place of the value that completed the row, None where none did.

    `length` counts how many of the last values reached the threshold without one below it between them.
    """

    met_at: int | None
    length: int


def in_a_row(values: Sequence[float | None], threshold: float, wanted: int) -> InARow:
    """
    Find the first time that `wanted` values in a row are at least `threshold`; what was met once stays met.

    An undefined value (None) says nothing about agreement: it neither counts nor breaks a row. Values are compared as
    they are, unrounded. Training until agreement with a gold standard holds: Bakeman and Quera (2011), Sequential
    Analysis and Observational Methods for the Behavioral Sciences, ch. 5. Raises ValueError for a row of none.
    """
    if wanted < 1:
        raise ValueError(f"A row has one transcript or more, not {wanted}.")
    met_at: int | None = None
    length = 0
    for place, value in enumerate(values):
        if value is None:
            continue
        length = length + 1 if value >= threshold else 0
        if met_at is None and length >= wanted:
            met_at = place
    return InARow(met_at, length)
