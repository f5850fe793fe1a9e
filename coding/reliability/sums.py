"""
Weighted sums of the rows of G for many variables at once.

A kernel (a coefficient's formula) sees blocks of shape (variables, B, k), where B is one for the estimate, C for the
values per transcript, C for the leave-one-out values, or the number of resamples. It never knows which.
"""

from collections.abc import Callable, Sequence

import numpy as np

from .results import Floats
from .variables import Variable

Combine = Callable[[Floats], Floats]


class Sums:
    """Blocks of one or more variables of the same layout, combined over transcripts."""

    def __init__(self, variables: Sequence[Variable], combine: Combine) -> None:
        """Keep the variables and the way to combine (variables, C, k) into (variables, B, k)."""
        self.variables = variables
        self.variable = variables[0]
        self.q = self.variable.q
        self.m = self.variable.m
        self._combine = combine
        self._blocks: dict[str, Floats] = {}

    def block(self, name: str) -> Floats:
        """Return a block combined over transcripts, (variables, B, k)."""
        if name not in self._blocks:
            raw = np.stack([variable.block(name) for variable in self.variables])
            self._blocks[name] = self._combine(raw)
        return self._blocks[name]

    def column(self, name: str, index: int = 0) -> Floats:
        """Return one column of a block, (variables, B)."""
        return self.block(name)[..., index]


def in_total(sizes: Floats) -> Combine:
    """Combine all transcripts into one row."""
    return lambda block: np.asarray(sizes @ block)[:, None, :]


def each_alone(block: Floats) -> Floats:
    """Keep every transcript as a row of its own."""
    return block


def leaving_one_out(sizes: Floats) -> Combine:
    """
    Combine all transcripts but one, for each; row 0 is all of them.

    Sums are added from both ends instead of subtracted from the total: a category that does not occur in what is left
    is then exactly zero, so that "undefined" is seen as such.
    """

    def combine(block: Floats) -> Floats:
        weighted = block * sizes[:, None]
        forward = np.cumsum(weighted, axis=-2)
        backward = np.cumsum(weighted[..., ::-1, :], axis=-2)[..., ::-1, :]
        rest = np.zeros_like(weighted)
        rest[..., 1:, :] += forward[..., :-1, :]
        rest[..., :-1, :] += backward[..., 1:, :]
        rest += block * (sizes[:, None] - 1)
        return np.concatenate([forward[..., -1:, :], rest], axis=-2)

    return combine


def weighted_by(weights: Floats) -> Combine:
    """Combine by a matrix of weights (B, C): how often each transcript was drawn in each resample."""
    return lambda block: np.asarray(weights @ block)
