"""Who codes what: pairs of raters alike often, each rater alike much, and every stratum in everybody's share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from coding.drawing.lots import lot
from coding.drawing.shares import in_lots

#: Sizes and strata of transcripts by their names, and how many raters each is to have.
Sizes = Mapping[str, int]


def give(
    raters: Sequence[str], wanted: Mapping[str, int], sizes: Sizes, strata: Mapping[str, str], seed: int
) -> dict[str, tuple[str, ...]]:
    """
    Give each transcript its raters.

    Those with several raters come first, the larger sets first, in the order of their lots: each takes the pair that
    was used least, then the one of the stratum least seen, then the least laden. Those with one rater even out what
    is left: within their stratum they go round, and where two raters' loads differ, they exchange transcripts.
    """
    desk = _Desk(raters, seed)
    several = [name for name in wanted if wanted[name] > 1]
    for name in sorted(several, key=lambda name: (-wanted[name], lot(seed, "turn", name))):
        desk.take(name, desk.set_for(name, wanted[name], strata[name]), sizes[name], strata[name])
    alone = in_lots([name for name in wanted if wanted[name] == 1], seed, "turn")
    for name in sorted(alone, key=lambda name: -sizes[name]):
        desk.take(name, (desk.least(name, strata[name]),), sizes[name], strata[name])
    desk.even_out(alone, sizes, strata)
    return {name: tuple(sorted(raters[number] for number in desk.given[name])) for name in wanted}


class _Desk:
    """What was given so far; raters are numbers in the order of their lots, so that ties are decided at random."""

    def __init__(self, raters: Sequence[str], seed: int) -> None:
        self.seed = seed
        self.raters = raters
        number = len(raters)
        self.pairs = np.zeros((number, number), dtype=np.int64)
        self.load = np.zeros(number, dtype=np.int64)
        self.seen: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(number, dtype=np.int64))
        self.given: dict[str, tuple[int, ...]] = {}

    def _lots(self, name: str) -> np.ndarray:
        """Give each rater's place in the draw for one transcript."""
        order = sorted(range(len(self.raters)), key=lambda number: lot(self.seed, "rater", name, self.raters[number]))
        places = np.empty(len(order), dtype=np.int64)
        places[order] = np.arange(len(order))
        return places

    def set_for(self, name: str, size: int, stratum: str) -> tuple[int, ...]:
        """Choose the raters of one transcript: the pair used least, then whoever met these least, until it is full."""
        lots, seen = self._lots(name), self.seen[stratum]
        one, two = np.triu_indices(len(self.raters), 1)
        keys = (lots[one] + lots[two], self.load[one] + self.load[two], seen[one] + seen[two], self.pairs[one, two])
        best = np.lexsort((np.minimum(lots[one], lots[two]), *keys))[0]
        chosen = [int(one[best]), int(two[best])]
        while len(chosen) < size:
            met = self.pairs[:, chosen].sum(axis=1)
            order = np.lexsort((lots, self.load, seen, met))
            chosen.append(next(int(number) for number in order if number not in chosen))
        return tuple(chosen)

    def least(self, name: str, stratum: str) -> int:
        """Choose the rater of a transcript that one codes: who saw the stratum least, then the least laden."""
        return int(np.lexsort((self._lots(name), self.load, self.seen[stratum]))[0])

    def take(self, name: str, chosen: tuple[int, ...], size: int, stratum: str) -> None:
        """Write down who codes it."""
        self.given[name] = chosen
        for one in chosen:
            self.load[one] += size
            self.seen[stratum][one] += 1
        for one, two in combinations(chosen, 2):
            self.pairs[one, two] += 1
            self.pairs[two, one] += 1

    def even_out(self, alone: Sequence[str], sizes: Sizes, strata: Mapping[str, str]) -> None:
        """
        Let the most laden rater exchange a transcript with the least laden one, within a stratum, while it helps.

        Exchanges leave the number of transcripts of each rater, in each stratum, as it is.
        """
        for _ in range(4 * len(alone)):
            most, least = int(self.load.argmax()), int(self.load.argmin())
            gap = int(self.load[most] - self.load[least])
            swap = self._best_swap(alone, sizes, strata, most, least, gap)
            if swap is None:
                return
            more, less = swap
            self.given[more], self.given[less] = (least,), (most,)
            self.load[most] -= sizes[more] - sizes[less]
            self.load[least] += sizes[more] - sizes[less]

    def _best_swap(
        self, alone: Sequence[str], sizes: Sizes, strata: Mapping[str, str], most: int, least: int, gap: int
    ) -> tuple[str, str] | None:
        """Find the exchange after which the two are closest, if any brings them closer."""
        theirs: dict[str, list[str]] = defaultdict(list)
        for name in alone:
            if self.given[name] == (least,):
                theirs[strata[name]].append(name)
        best, found = gap, None
        for more in alone:
            if self.given[more] != (most,):
                continue
            for less in theirs[strata[more]]:
                left = abs(gap - 2 * (sizes[more] - sizes[less]))
                if left < best:
                    best, found = left, (more, less)
        return found
