"""
Who gave what, one bit a unit, and sums per transcript from it by AND and the number of bits set.

How many of the raters gave a category to each unit (a) is added up in binary, 64 units at a time: plane p holds the
bit of 2^p. With a mask of the units that have r ratings, sum a_c a_k over them is sum_pq 2^(p+q) |plane_p(c) and
plane_q(k) and mask|, a whole number; every sum that a coefficient asks for is a weighted sum of these over r.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement, product

import numpy as np
import numpy.typing as npt

from .results import AnyInts, Floats, Ints

Words = npt.NDArray[np.uint64]
MOST_CATEGORIES = 64
FEWEST_UNITS = 16


def are_worth_it(n: int, q: int, n_clusters: int) -> bool:
    """Say whether bits are the quick way: few enough categories, and transcripts that fill their words."""
    return q <= MOST_CATEGORIES and n >= FEWEST_UNITS * n_clusters > 0


@dataclass(frozen=True, slots=True)
class Bits:
    """
    Words (m, q + 1, W) of 64 units; `offsets` (C,) is where each transcript begins.

    Category q stands for "rated at all". A transcript begins with a new word.
    """

    words: Words
    offsets: Ints

    @classmethod
    def of(cls, ratings: AnyInts, q: int, starts: Ints) -> "Bits":
        """Pack ratings whose transcripts stand together between the borders `starts` (C + 1,)."""
        m, n = ratings.shape
        packed = np.zeros((m, q + 1, n // 64 + 2), dtype="<u8")
        whole = packed.view(np.uint8)
        for category in range(q):
            row = np.packbits(ratings == category, axis=1, bitorder="little")
            whole[:, category, : row.shape[1]] = row
        np.bitwise_or.reduce(packed[:, :q], axis=1, out=packed[:, q])
        numbers = (np.diff(starts) + 63) // 64
        offsets = np.cumsum(numbers) - numbers
        # Each transcript is moved to the front of a word of its own: every word is made of two that follow each other.
        first = np.repeat(starts[:-1] - offsets * 64, numbers) + np.arange(int(numbers.sum())) * 64
        place, shift = first // 64, (first % 64).astype(np.uint64)
        words = np.take(packed, place, axis=-1) >> shift
        words |= np.take(packed, place + 1, axis=-1) << np.uint64(1) << (np.uint64(63) - shift)
        spare = (numbers * 64 - np.diff(starts)).astype(np.uint64)
        words[..., offsets + numbers - 1] &= np.uint64(2**64 - 1) >> spare
        return cls(words, offsets)

    @classmethod
    def joined(cls, parts: Sequence["Bits"]) -> "Bits":
        """Put variables one after the other, as if they were one with all their transcripts."""
        if len(parts) == 1:
            return parts[0]
        shifts = np.cumsum([0, *(part.words.shape[-1] for part in parts[:-1])])
        offsets = [part.offsets + shift for part, shift in zip(parts, shifts, strict=True)]
        return cls(np.concatenate([part.words for part in parts], axis=-1), np.concatenate(offsets))

    def only(self, raters: Sequence[int]) -> "Bits":
        """Keep some raters."""
        return Bits(self.words[list(raters)], self.offsets)

    def count(self, words: Words) -> Ints:
        """Count the bits of (..., W) within each transcript, (..., C)."""
        return np.add.reduceat(np.bitwise_count(words), self.offsets, axis=-1, dtype=np.int64)

    def by_rater(self) -> Ints:
        """Return how often each rater gave each category in each transcript, (m * q, C)."""
        m, q = len(self.words), self.words.shape[1] - 1
        return self.count(self.words[:, :q]).reshape(m * q, -1)

    def joint(self) -> Ints:
        """Cross every two raters over the units that both rated, (pairs * q * q, C)."""
        m, q = len(self.words), self.words.shape[1] - 1
        out = np.empty((m * (m - 1) // 2, q, q, len(self.offsets)), dtype=np.int64)
        for row, (i, j) in enumerate(combinations(range(m), 2)):
            out[row] = self.count(self.words[i, :q, None] & self.words[j, None, :q])
        return out.reshape(-1, len(self.offsets))

    def _planes(self) -> list[Words]:
        """Return how many raters gave each category to each unit, in binary, (q + 1, W) a digit."""
        planes: list[Words] = []
        for number, row in enumerate(self.words, start=1):
            carry = row
            for p, plane in enumerate(planes):
                planes[p], carry = plane ^ carry, plane & carry
            if number.bit_length() > len(planes):
                planes.append(carry)
        return planes

    def _by_ratings(self) -> Iterator[tuple[int, Ints, list[Words]]]:
        """Yield r, the number of units (C,) with r ratings, and their counts in binary, (q, W) a digit."""
        planes = self._planes()
        for r in range(1, len(self.words) + 1):
            mask = np.bitwise_and.reduce([plane[-1] if r >> p & 1 else ~plane[-1] for p, plane in enumerate(planes)])
            if mask.any():
                yield r, self.count(mask), [plane[:-1] & mask for plane in planes]

    def _squares(self, digits: Sequence[Words]) -> Ints:
        """Return sum a_k a_k for every category, (q, C)."""
        places = combinations_with_replacement(range(len(digits)), 2)
        return self._weighed((digits[p] & digits[s], p + s + (p < s)) for p, s in places)

    def _products(self, digits: Sequence[Words], first: Ints, second: Ints) -> Ints:
        """Return sum a_c a_k for pairs of categories, (pairs, C)."""
        places = product(range(len(digits)), repeat=2)
        return self._weighed((digits[p][first] & digits[s][second], p + s) for p, s in places)

    def _weighed(self, parts: Iterable[tuple[Words, int]]) -> Ints:
        """Return the sum of 2^p times the bits of each part (..., W), within each transcript."""
        total = sum(np.left_shift(np.bitwise_count(words), p, dtype=np.uint32) for words, p in parts)
        return np.add.reduceat(np.asarray(total), self.offsets, axis=-1, dtype=np.int64)

    def tally(self) -> dict[str, Ints | Floats]:
        """Return the blocks counts, share, pairable, within and agree, each (columns, C); see counting.tally."""
        q, c = self.words.shape[1] - 1, len(self.offsets)
        counts, pairable = np.zeros((4, c), dtype=np.int64), np.zeros((q, c), dtype=np.int64)
        share, within, agree = np.zeros((3, q, c))
        for r, units, digits in self._by_ratings():
            given = self._weighed((digit, p) for p, digit in enumerate(digits))
            counts += np.outer([1, r >= 2, r, r * (r >= 2)], units)
            share += given / r
            if r >= 2:
                together = self._squares(digits) - given
                pairable += given
                within += together / (r - 1)
                agree += together / (r * (r - 1))
        return {"counts": counts, "share": share, "pairable": pairable, "within": within, "agree": agree}

    def cells(self) -> dict[str, Ints | Floats]:
        """Return coincidences of the q (q + 1) / 2 pairs of categories, over r - 1 and over r (r - 1)."""
        first, second = np.triu_indices(self.words.shape[1] - 1)
        same = (first == second)[:, None]
        cells, shares = np.zeros((2, len(first), len(self.offsets)))
        for r, _, digits in self._by_ratings():
            if r >= 2:
                given = self._weighed((digit, p) for p, digit in enumerate(digits))[first]
                products = self._products(digits, first, second)
                together = np.where(same, products - given, 2 * products)
                cells += together / (r - 1)
                shares += together / (r * (r - 1))
        return {"cells": cells, "cell_shares": shares}
