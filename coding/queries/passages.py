"""Coded text to read: the turns on which a code stands in a layer, with what raters marked, or around some words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coding.analysis.counts import THIRDS
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import Asked
from coding.queries.hours import Hour
from coding.queries.layers import RATER
from transcripts.models import Segment

#: Characters before and after the words that are looked for.
AROUND = 70
LONGEST_WORDS = 200
NO_CODE = "no-code"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a turn's text; marked where raters marked it, or where the words stand."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """One turn with one code; `line` is the words in their context, where words are looked for."""

    code: str
    transcript: str
    revision: int
    position: int
    speaker: str
    condition: str
    rating: float | None
    gave: int
    text: str
    pieces: tuple[Piece, ...]
    line: tuple[str, str, str] | None
    evidence: tuple[str, ...]

    @property
    def source(self) -> str:
        """Say where it stands."""
        return f"{self.transcript}, turn {self.position}, {self.speaker}"


@dataclass(frozen=True, slots=True)
class CodePassages:
    """The passages of one code; `key` is NO_CODE for turns on which nothing was given."""

    key: str
    name: str
    slot: str
    definition: str
    passages: tuple[Passage, ...]
    total: int
    is_weak: bool
    standing: str


def passages(found: Enactments, asked: Asked, words: str = "", most: int | None = None) -> list[CodePassages]:
    """
    Give the coded turns by code, as far as they are asked for; with words, only turns that hold them.

    Words are looked for whatever their case, in every turn: those without a code come last. `most` is how many of one
    code are given. Two statements.
    """
    words = " ".join(words.split())[:LONGEST_WORDS]
    hours = _hours(found, asked)
    holding = _holding(hours, words) if words else None
    by_code, without = _places(found, asked, hours, holding)
    shown = {key: several[:most] for key, several in by_code.items()}
    texts = _texts(found, shown) if holding is None else holding
    definitions, marks, gave = _definitions(found), _marks(found), _gave(found)
    columns = {key: place for place, key in enumerate(found.codes)}
    by, weak = found.by(asked), {named.group.codes[0]: named.standing for named in found.each_code}

    def passage(key: str, at: _At, column: int | None) -> Passage:
        hour, place, unit = at
        condition = found.fact_of(hour).attributes.get(by, "")
        source = (hour, place, unit, condition, texts[int(found.rows.units.ids[unit])], words)
        if column is None:
            return _passage(found, key, None, source, (), 0)
        return _passage(found, key, column, source, marks.get((unit, column), ()), gave.get((unit, column), 0))

    out = []
    for key, several in by_code.items():
        if several:
            code, standing = found.codes[key], weak[key]
            made = tuple(passage(key, at, columns[key]) for at in shown[key])
            told = (code.name, code.slot, definitions.get(key, ""))
            out.append(CodePassages(key, *told, made, len(several), standing.is_below, standing.words))
    if without:
        made = tuple(passage(NO_CODE, at, None) for at in without[:most])
        out.append(CodePassages(NO_CODE, "Turns without a code", "stone", "", made, len(without), False, ""))
    return out


#: A turn: its session, its place in it and in the round.
_At = tuple[Hour, int, int]


def _places(
    found: Enactments, asked: Asked, hours: list[Hour], holding: Mapping[int, str] | None
) -> tuple[dict[str, list[_At]], list[_At]]:
    """Find the turns that are asked for, code by code, and those without a code where words are looked for."""
    keys, wanted, ids = _keys(found, asked), _wanted(found, asked, hours), found.rows.units.ids
    if holding is not None:
        wanted &= np.isin(ids, list(holding))
    columns = {key: place for place, key in enumerate(found.codes)}
    by_code: dict[str, list[_At]] = {key: [] for key in keys}
    without: list[_At] = []
    tells_all = holding is not None and keys == list(found.codes) and not asked.also
    for hour in hours:
        here, given = wanted[hour.units], found.layer.values[hour.units] == 1
        if asked.speaker:
            here = here & (np.array(hour.speakers, dtype=str) == asked.speaker)
        units = hour.units.tolist()
        for key, several in by_code.items():
            several += [(hour, at, units[at]) for at in np.flatnonzero(here & given[:, columns[key]]).tolist()]
        if tells_all:
            without += [(hour, at, units[at]) for at in np.flatnonzero(here & ~given.any(axis=1)).tolist()]
    return by_code, without


def _hours(found: Enactments, asked: Asked) -> list[Hour]:
    by = found.by(asked)
    return [
        hour
        for hour in found.hours
        if (not asked.session or hour.transcript == asked.session)
        and (not asked.where or found.fact_of(hour).attributes.get(by, "") == asked.where)
    ]


def _keys(found: Enactments, asked: Asked) -> list[str]:
    """Give the codes whose passages are asked for: one, those of a group, or all."""
    if asked.code in found.codes:
        return [asked.code]
    group = found.group_called(asked.group, asked.groups) if asked.group else None
    return list(group.group.codes) if group else list(found.codes)


def _wanted(found: Enactments, asked: Asked, hours: list[Hour]) -> npt.NDArray[np.bool_]:
    """Say for each turn of the round whether it is in the third that is asked for, and near the group `also`."""
    wanted = np.ones(len(found.layer.values), dtype=bool)
    also = found.group_called(asked.also, asked.groups) if asked.also else None
    columns = [list(found.codes).index(key) for key in also.group.codes] if also else []
    for hour in hours:
        length = len(hour.units)
        if asked.third:
            wanted[hour.units] &= 3 * np.arange(length) // max(length, 1) == THIRDS.index(asked.third)
        if also:
            given = (found.layer.values[hour.units][:, columns] == 1).any(axis=1)
            wanted[hour.units] &= _near(given, asked.window - 1)
    return wanted


def _near(given: npt.NDArray[np.bool_], steps: int) -> npt.NDArray[np.bool_]:
    """Say for each turn whether one is given no more than so many turns before or after it."""
    near = given.copy()
    for step in range(1, min(steps, len(given) - 1) + 1):
        near[step:] |= given[:-step]
        near[:-step] |= given[step:]
    return near


def _holding(hours: list[Hour], words: str) -> dict[int, str]:
    """Read the texts that hold the words, in one statement."""
    segments = Segment.objects.filter(revision__in={hour.revision for hour in hours}, text__icontains=words)
    return dict(segments.values_list("pk", "text"))


def _texts(found: Enactments, shown: Mapping[str, list[_At]]) -> dict[int, str]:
    """Read the texts of the turns that are shown, in one statement."""
    units = sorted({unit for several in shown.values() for *_, unit in several})
    return dict(Segment.objects.filter(pk__in=found.rows.units.ids[units].tolist()).values_list("pk", "text"))


def _definitions(found: Enactments) -> Mapping[str, str]:
    return dict(found.round.version.codes.filter(outcome="").values_list("key", "definition"))


def _marks(found: Enactments) -> dict[tuple[int, int], tuple[tuple[int, int], ...]]:
    """Give the stretches that raters marked: those of the layer's rater, else of all who gave the code, joined."""
    rows, label = found.rows, found.layer.key.removeprefix(RATER)
    place = {code.id: column for column, code in enumerate(found.codes.values())}
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for rater, unit, code, start, end in rows.evidence.T.tolist():
        if code in place and (not found.layer.key.startswith(RATER) or rows.raters[rater] == label):
            spans.setdefault((unit, place[code]), []).append((start, end))
    return {key: _joined(several) for key, several in spans.items()}


def _joined(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)


def _gave(found: Enactments) -> dict[tuple[int, int], int]:
    place = {code.id: column for column, code in enumerate(found.codes.values())}
    counted: dict[tuple[int, int], int] = {}
    for unit, code in found.rows.given[1:3].T.tolist():
        if code in place:
            counted[unit, place[code]] = counted.get((unit, place[code]), 0) + 1
    return counted


def _passage(
    found: Enactments,
    key: str,
    column: int | None,
    source: tuple[Hour, int, int, str, str, str],
    spans: tuple[tuple[int, int], ...],
    gave: int,
) -> Passage:
    hour, place, unit, condition, text, words = source
    rating = float("nan") if column is None else float(found.layer.intensity[unit, column])
    at = text.casefold().find(words.casefold()) if words else -1
    # Casefolding may change the length of a text; then the place is looked for again without it.
    at = text.find(words) if words and len(text.casefold()) != len(text) else at
    line = None
    if at >= 0:
        before, said, after = text[:at], text[at : at + len(words)], text[at + len(words) :]
        line = (_tail(before), said, _head(after))
    return Passage(
        code=key,
        transcript=hour.transcript,
        revision=hour.revision,
        position=found.position(hour, place),
        speaker=hour.speakers[place],
        condition=condition,
        rating=None if np.isnan(rating) else rating,
        gave=gave,
        text=text,
        pieces=_pieces(text, spans),
        line=line,
        evidence=tuple(text[start:end] for start, end in spans),
    )


def _tail(text: str) -> str:
    return text if len(text) <= AROUND else f"…{text[-AROUND:]}"


def _head(text: str) -> str:
    return text if len(text) <= AROUND else f"{text[:AROUND]}…"


def _pieces(text: str, spans: tuple[tuple[int, int], ...]) -> tuple[Piece, ...]:
    """Cut a text where marked stretches begin and end."""
    out, at = [], 0
    for start, end in spans:
        if start > at:
            out.append(Piece(text[at:start], False))
        out.append(Piece(text[start:end], True))
        at = end
    if at < len(text):
        out.append(Piece(text[at:], False))
    return tuple(out)
