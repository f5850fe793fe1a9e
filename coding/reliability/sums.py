"""
Weighted sums of the rows of G for many variables at once.

A kernel (a coefficient's formula) sees blocks of shape (variables, B, k), where B is one for the estimate, C for the
values per transcript, C for the leave-one-out values, or the number of resamples. It never knows which. In memory the
columns come first, so that a formula runs along them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .filling import Columns, fill
from .results import Floats
from .variables import Variable

Combine = Callable[[Columns], Floats]
Crossed = tuple[Floats, Floats, Floats, Floats]


class Sums:
    """Blocks of one or more variables of the same layout, combined over transcripts."""

    def __init__(self, variables: Sequence[Variable], combine: Combine) -> None:
        """Keep the variables and the way to combine (k, variables, C) into (k, variables, B)."""
        self.variables = variables
        self.variable = variables[0]
        self.q = self.variable.q
        self.m = self.variable.m
        self._combine = combine
        self._blocks: dict[str, Floats] = {}
        self._crossed: dict[str, Crossed] = {}

    def block(self, name: str) -> Floats:
        """Return a block combined over transcripts, (variables, B, k)."""
        if name not in self._blocks:
            derived = self.variable.derived(name, self)
            self._blocks[name] = self._counted(name) if derived is None else derived
        return self._blocks[name]

    def _counted(self, name: str) -> Floats:
        fill(self.variables, name)
        raw: Any = np.stack([variable.columns(name) for variable in self.variables], axis=1)
        return np.moveaxis(self._combine(raw), 0, -1)

    def column(self, name: str, index: int = 0) -> Floats:
        """Return one column of a block, (variables, B)."""
        return self.block(name)[..., index]

    def joint(self, pair: str) -> Floats:
        """Return the joint table of two raters "i,j" over the units that both rated, (variables, B, q, q)."""
        i, j = (int(x) for x in pair.split(","))
        cells = self.q**2
        row = i * (2 * self.m - i - 1) // 2 + j - i - 1
        block = self.block("joint")[..., row * cells : (row + 1) * cells]
        return block.reshape(*block.shape[:-1], self.q, self.q)

    def crossed(self, pair: str) -> Crossed:
        """Return n, agreements per category, first and second margin of two raters over the units that both rated."""
        if pair not in self._crossed:
            if self.variable.has_joint:
                joint = self.joint(pair)
                first, second, diagonal = joint.sum(axis=-1), joint.sum(axis=-2), joint.diagonal(axis1=-2, axis2=-1)
                self._crossed[pair] = first.sum(axis=-1), diagonal, first, second
            else:
                block = self.block(f"margins:{pair}")
                diagonal, first, second = np.split(block[..., 1:], 3, axis=-1)
                self._crossed[pair] = block[..., 0], diagonal, first, second
        return self._crossed[pair]


def in_total(sizes: Floats) -> Combine:
    """Combine all transcripts into one row."""
    return lambda block: np.asarray((block * sizes).sum(axis=-1, keepdims=True))


def each_alone(block: Columns) -> Floats:
    """Keep every transcript as a row of its own."""
    return block.astype(np.float64)


def leaving_one_out(sizes: Floats) -> Combine:
    """
    Combine all transcripts but one, for each; row 0 is all of them.

    A category that does not occur in what is left must be exactly zero, so that "undefined" is seen as such. Whole
    numbers are taken off the total; fractions are added from both ends instead.
    """

    def combine(block: Columns) -> Floats:
        weighted = block * sizes
        out = np.empty((*block.shape[:-1], block.shape[-1] + 1))
        if np.issubdtype(block.dtype, np.integer):
            total = out[..., :1]
            weighted.sum(axis=-1, keepdims=True, out=total)
            np.subtract(total, block, out=out[..., 1:])
            return out
        forward = np.cumsum(weighted, axis=-1)
        backward = np.cumsum(weighted[..., ::-1], axis=-1)[..., ::-1]
        out[..., 0] = forward[..., -1]
        np.multiply(block, sizes - 1, out=out[..., 1:])
        out[..., 2:] += forward[..., :-1]
        out[..., 1:-1] += backward[..., 1:]
        return out

    return combine


def weighted_by(weights: npt.NDArray[np.float64]) -> Combine:
    """Combine by a matrix of weights (B, C): how often each transcript was drawn in each resample."""
    return lambda block: np.asarray(block.astype(np.float64, copy=False) @ weights.T)
