"""A design as it would be drawn, laid out for whoever decides whether to start with it; nothing of it is stored."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from coding.drawing import Drawing, Order, Piece, draw
from coding.queries.round_pages import Material, material_of
from transcripts.models import Membership, SessionAttribute, Study, Transcript

NOT_SAID = "not said"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a design is drawn from: transcripts, raters, how many of them, within which attributes."""

    transcripts: Sequence[Transcript]
    raters: Sequence[Membership]
    order: Order
    strata: tuple[str, ...] = ()
    seconds: int = 30


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One transcript; `places` gives for each rater where it stands in their order, None where it is not theirs."""

    transcript: Transcript
    segments: int
    stratum: str
    places: tuple[int | None, ...]

    @property
    def raters(self) -> int:
        return sum(place is not None for place in self.places)


@dataclass(frozen=True, slots=True)
class DrawnRater:
    """One rater's share of the work."""

    member: Membership
    transcripts: int
    segments: int
    hours: float


@dataclass(frozen=True, slots=True)
class DrawnStratum:
    """How much of a stratum is coded by several."""

    name: str
    transcripts: int
    several: int


@dataclass(frozen=True, slots=True)
class DrawnPair:
    """How many transcripts two raters both code."""

    first: str
    second: str
    transcripts: int


@dataclass(frozen=True, slots=True)
class DrawnDesign:
    """The whole design; `fingerprint` is of who codes what, so that a start can tell whether this one was looked at."""

    seed: int
    raters: tuple[DrawnRater, ...]
    rows: tuple[DrawnRow, ...]
    pairs: tuple[DrawnPair, ...]
    strata: tuple[DrawnStratum, ...]
    fingerprint: str

    @property
    def several(self) -> int:
        return sum(row.raters > 1 for row in self.rows)

    @property
    def hours(self) -> float:
        return sum(rater.hours for rater in self.raters)

    @property
    def pairs_differ(self) -> tuple[int, int]:
        """Give how few and how many transcripts a pair shares."""
        counts = [pair.transcripts for pair in self.pairs] or [0]
        return min(counts), max(counts)


def drawn_design(study: Study, asked: Asked, seed: int) -> DrawnDesign:
    """Draw a design and lay it out; raises DrawingError where there is none."""
    material = {row.transcript.pk: row for row in material_of(study)}
    rows = [material[one.pk] for one in asked.transcripts if one.pk in material]
    strata = _strata(rows, asked.strata)
    pieces = [Piece(row.transcript.name, row.segments, strata[row.transcript.pk]) for row in rows]
    raters = sorted(asked.raters, key=lambda member: member.label)
    drawing = draw(pieces, [member.label for member in raters], asked.order, seed)
    return _laid_out(rows, strata, raters, drawing, asked)


def _strata(rows: Sequence[Material], names: Sequence[str]) -> dict[int, str]:
    """Name the stratum of each transcript: what is said of it for each attribute."""
    found: dict[int, dict[str, str]] = {row.transcript.pk: {} for row in rows}
    said = SessionAttribute.objects.filter(transcript__in=list(found), name__in=names)
    for pk, name, value in said.values_list("transcript", "name", "value"):
        found[pk][name] = value
    return {pk: ", ".join(values.get(name, f"{name} {NOT_SAID}") for name in names) for pk, values in found.items()}


def _laid_out(
    rows: Sequence[Material], strata: dict[int, str], raters: Sequence[Membership], drawing: Drawing, asked: Asked
) -> DrawnDesign:
    place = {
        (rater, name): number for rater, names in drawing.orders.items() for number, name in enumerate(names, start=1)
    }
    drawn = tuple(
        DrawnRow(
            transcript=row.transcript,
            segments=row.segments,
            stratum=strata[row.transcript.pk],
            places=tuple(place.get((member.label, row.transcript.name)) for member in raters),
        )
        for row in rows
    )
    return DrawnDesign(
        seed=drawing.seed,
        raters=tuple(_rater(member, column, drawn, asked.seconds) for column, member in enumerate(raters)),
        rows=drawn,
        pairs=_pairs(raters, drawing),
        strata=_counted(drawn) if asked.strata else (),
        fingerprint=fingerprint(drawing),
    )


def _rater(member: Membership, column: int, rows: Sequence[DrawnRow], seconds: int) -> DrawnRater:
    mine = [row.segments for row in rows if row.places[column] is not None]
    return DrawnRater(member, len(mine), sum(mine), sum(mine) * seconds / 3600)


def _pairs(raters: Sequence[Membership], drawing: Drawing) -> tuple[DrawnPair, ...]:
    met = Counter(pair for labels in drawing.raters.values() for pair in combinations(labels, 2))
    labels = sorted(member.label for member in raters)
    return tuple(DrawnPair(*pair, met[pair]) for pair in combinations(labels, 2))


def _counted(rows: Sequence[DrawnRow]) -> tuple[DrawnStratum, ...]:
    sizes, several = Counter(row.stratum for row in rows), Counter(row.stratum for row in rows if row.raters > 1)
    return tuple(DrawnStratum(name, sizes[name], several[name]) for name in sorted(sizes))


def fingerprint(drawing: Drawing) -> str:
    """Give the SHA-256 of who codes what, one line a transcript."""
    lines = [f"{name}: {', '.join(labels)}" for name, labels in sorted(drawing.raters.items())]
    return hashlib.sha256("\n".join([str(drawing.seed), *lines]).encode()).hexdigest()


def attribute_names(study: Study) -> list[str]:
    """Name the session attributes of a study that take few values, so that transcripts can be drawn within them."""
    rows = SessionAttribute.objects.filter(study=study).values_list("name", "value").distinct()
    values = Counter(name for name, _ in rows)
    return sorted(name for name, number in values.items() if number > 1)
