"""Where raters differ: the segments of a round on which two of them have other values, and what each one said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coding.queries import ratings
from coding.queries.confusions import confusions
from coding.queries.judged_rows import CODABLE, NOT_JUDGED, CodeRow, Ints, JudgedRows, place_among
from coding.queries.kept import KeptRound
from coding.queries.widest import widest_first
from transcripts.models import Segment

PAGE_SIZE = 50
FIRST_WORDS = 160


@dataclass(frozen=True, slots=True)
class Vote:
    """What one rater gave to a segment, as marks; none where they did not judge it."""

    label: str
    judged: bool
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One segment in the list of disputes."""

    segment: int
    transcript: str
    position: int
    words: str
    votes: tuple[Vote, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """One page of the segments on which raters differ."""

    cards: tuple[Card, ...]
    total: int
    segments: int
    page: int
    pages: int


ORDERS = {"text": "In the order of the text", "widest": "Widest first"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which disputes somebody asks for; every part may be empty.

    `code` and `against` are keys: where one was given against the other. `pair` holds the labels of two raters who
    differ from each other. `transcript` is a name. `order` is one of ORDERS.
    """

    code: str = ""
    against: str = ""
    pair: tuple[str, str] | None = None
    transcript: str = ""
    order: str = "text"


class Disputes:
    """The disputed segments of a round that somebody asks for."""

    def __init__(self, kept: KeptRound, wanted: Wanted) -> None:
        """Find them. Raises KeyError for a code, a rater or a transcript that the round does not have."""
        self.round = kept.round
        self.rows: JudgedRows = kept.rows()
        self.matrices = ratings.code_matrices(self.rows)
        self.codes: Mapping[int, CodeRow] = {code.id: code for code in self.rows.book.codes}
        self.wanted, self.code = wanted, wanted.code
        self._order: Ints = self.rows.given[0] * len(self.rows.units.ids) + self.rows.given[1]
        #: Places of the disputed segments in the round's segments.
        self.units: Ints = self._ordered(self._found())

    def _found(self) -> Ints:
        wanted, rows = self.wanted, self.rows
        keys = [key for key in (wanted.code, wanted.against) if key] or list(self.matrices)
        matrices = {key: self.matrices[key] for key in keys}
        if wanted.pair:
            raters = _places(rows.raters, wanted.pair)
            matrices = {key: matrix[raters] for key, matrix in matrices.items()}
        if wanted.against:
            both = confusions(rows, matrices)
            units: Ints = np.array(both[0].units if both else (), dtype=np.int64)
        else:
            units = np.flatnonzero(ratings.differing_units(rows, matrices))
        if wanted.transcript:
            (place,) = _places(rows.transcripts, (wanted.transcript,))
            units = units[rows.units.transcript[units] == place]
        return units

    def _ordered(self, units: Ints) -> Ints:
        return units[widest_first(self.rows, self.matrices, units)] if self.wanted.order == "widest" else units

    def agenda(self, page: int) -> Agenda:
        """Give one page of the disputed segments; a page beyond the last is the last."""
        pages = max(1, -(-len(self.units) // PAGE_SIZE))
        page = min(max(page, 1), pages)
        units = self.units[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        return Agenda(self.cards(units), len(self.units), len(self.rows.units.ids), page, pages)

    def cards(self, units: Ints) -> tuple[Card, ...]:
        """Describe some segments, each with what every rater gave."""
        ids = self.rows.units.ids[units].tolist()
        texts = dict(Segment.objects.filter(pk__in=ids).values_list("pk", "text"))
        return tuple(self._card(unit, texts) for unit in units.tolist())

    def _card(self, unit: int, texts: Mapping[int, str]) -> Card:
        segment = int(self.rows.units.ids[unit])
        return Card(
            segment=segment,
            transcript=self.rows.transcripts[self.rows.units.transcript[unit]],
            position=int(self.rows.units.position[unit]),
            words=texts[segment][:FIRST_WORDS],
            votes=tuple(self._vote(rater, unit) for rater in range(len(self.rows.raters))),
        )

    def _vote(self, rater: int, unit: int) -> Vote:
        judged = self.rows.judged[rater, unit]
        # Codings stand in the order of raters, then of segments.
        first, last = np.searchsorted(self._order, rater * len(self.rows.units.ids) + unit + np.array([0, 1]))
        given = [self.codes[code] for code in self.rows.given[2, first:last].tolist()]
        if self.code:
            is_given = self.matrices[self.code][rater, unit] == 1
            slot = next((code.slot for code in self.codes.values() if code.key == self.code), "stone")
            slots: tuple[str, ...] = (slot,) if is_given else ()
        else:
            slots = tuple(code.slot for code in given) or (("stone",) if judged == CODABLE else ())
        return Vote(self.rows.raters[rater], bool(judged != NOT_JUDGED), slots)

    def code_names(self) -> list[tuple[str, str, int]]:
        """Give key, name and number of disputed segments of every code that is disputed at all, and those asked for."""
        asked = (self.wanted.code, self.wanted.against)
        names = {code.key: code.name for code in self.codes.values()}
        counted = ((key, int(ratings.differing(matrix).sum())) for key, matrix in self.matrices.items())
        return [(key, names.get(key, ratings.NONE_NAME), number) for key, number in counted if number or key in asked]

    def page_of(self, segment: int) -> int:
        """Give the page of the list on which a segment stands; 1 where it is not disputed."""
        place = place_among(self.rows.units.ids[self.units], segment)
        return (place or 0) // PAGE_SIZE + 1


def _places(names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Find names in a list. Raises KeyError for one that is not there."""
    number = {name: place for place, name in enumerate(names)}
    return [number[name] for name in wanted]
