"""Which transcripts are coded by two: a share of all, spread over the strata in proportion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from coding.drawing.lots import lot


def quotas(sizes: Mapping[str, int], wanted: int, seed: int) -> dict[str, int]:
    """
    Spread a number over strata in proportion to their sizes: the largest remainders get what is left over.

    Each stratum gets its exact share, rounded up or down; equal remainders are decided by lot.
    """
    total = sum(sizes.values())
    exact = {stratum: divmod(wanted * size, total) for stratum, size in sizes.items()}
    rest = wanted - sum(whole for whole, _ in exact.values())
    by_remainder = sorted(exact, key=lambda stratum: (-exact[stratum][1], lot(seed, "quota", stratum)))
    up = set(by_remainder[:rest])
    return {stratum: whole + (stratum in up) for stratum, (whole, _) in exact.items()}


def choose(strata: Mapping[str, str], wanted: int, seed: int) -> set[str]:
    """Draw so many of the named things, in each stratum its quota; `strata` names the stratum of each."""
    inside: dict[str, list[str]] = defaultdict(list)
    for name, stratum in strata.items():
        inside[stratum].append(name)
    share = quotas({stratum: len(names) for stratum, names in inside.items()}, wanted, seed)
    return {name for stratum, names in inside.items() for name in in_lots(names, seed, "double")[: share[stratum]]}


def in_lots(names: Sequence[str], seed: int, *purpose: str) -> list[str]:
    """Order names by their lots for one purpose."""
    return sorted(names, key=lambda name: lot(seed, *purpose, name))
