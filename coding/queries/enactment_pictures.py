"""What was found, laid out for the pictures: timelines of the hours, whole and rater by rater."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from coding.analysis.material import Group, Material, Session
from coding.formats.pictures.timeline import Bar, Row, Sign, Stretch, Timeline
from coding.queries.enactment_hours import BELOW, HourCodes, TurnCodes, family_of, shade
from coding.queries.enactments import Enactments
from coding.queries.layers import Layer

#: Gives the address of a turn: of which revision, at which position.
TurnUrl = Callable[[int, int], str]


def timeline_of(found: Enactments, layer: Layer, codes: HourCodes, url: TurnUrl | None = None) -> Timeline:
    """Lay out one session: a row for each family in which anything can be given."""
    hour, families = codes.hour, found.families
    longest = max(float(np.sqrt(hour.words.max(initial=1))), 1.0)
    gaps = set(codes.gaps)
    bars = [
        Bar(place, speaker == BELOW, float(np.sqrt(words)) / longest, place in gaps)
        for place, (speaker, words) in enumerate(zip(hour.speakers, hour.words.tolist(), strict=True), start=1)
    ]
    row_of = family_of(families)
    signs: list[list[Sign]] = [[] for _ in families]
    for turn in codes.turns:
        for row in sorted({row_of[key] for key in (*turn.codes, *turn.ties)}):
            signs[row].append(_sign(found, turn, row, row_of, url, hour.revision))
    rows = tuple(
        Row(named.title, named.slot, tuple(made), named.standing.is_below)
        for named, made in zip(families, signs, strict=True)
    )
    others = [speaker for speaker in dict.fromkeys(hour.speakers) if speaker != BELOW]
    upper = " or ".join(others[:2]) or "somebody else"
    return Timeline(hour.transcript, codes.length, tuple(bars), rows, upper=upper, lower=BELOW)


def _sign(
    found: Enactments, turn: TurnCodes, row: int, row_of: dict[str, int], url: TurnUrl | None, revision: int
) -> Sign:
    given = [(key, rating) for key, rating in zip(turn.codes, turn.intensity, strict=True) if row_of[key] == row]
    tied = [key for key in turn.ties if row_of[key] == row]
    words = [f"{found.codes[key].name}{_rated(rating)}" for key, rating in given]
    words += [f"{found.codes[key].name} (a tie: half of the raters, left out)" for key in tied]
    rated = [rating for _, rating in given if rating is not None]
    return Sign(
        turn=turn.position,
        below=turn.speaker == BELOW,
        shade=shade(max(rated), found.rows.book.rating_maximum) if rated else 0,
        words=f"Turn {turn.position}, {turn.speaker}: {', '.join(words)}",
        href=url(revision, turn.position) if url else "",
        is_tie=not given,
    )


def _rated(rating: float | None) -> str:
    return "" if rating is None else f", rated {rating:.3g}"


def first_of(material: Material, session: Session, group: Group) -> int | None:
    """Give the first turn, counted from 1, on which any code of a group was given."""
    columns = [place for place, key in enumerate(material.keys) if key in group.codes]
    places = np.flatnonzero((session.values[:, columns] == 1).any(axis=1))
    return int(places[0]) + 1 if len(places) else None


def first_after(material: Material, session: Session, group: Group, turn: int) -> int | None:
    """Give the first turn after another, both counted from 1, on which any code of a group was given."""
    columns = [place for place, key in enumerate(material.keys) if key in group.codes]
    places = np.flatnonzero((session.values[turn:, columns] == 1).any(axis=1))
    return turn + int(places[0]) + 1 if len(places) else None


def stretches_of(found: Enactments, session: Session) -> tuple[Stretch, ...]:
    """Tell in words how long it took from the first pull to the first naming, and from there to the first reworking."""
    roles = found.roles
    pull = first_of(found.material, session, roles.pull)
    if pull is None:
        return ()
    naming = first_after(found.material, session, roles.naming, pull)
    rework = None if naming is None else first_after(found.material, session, roles.reworked, naming)
    told = []
    if naming is None and roles.naming.codes:
        rest = session.length - pull
        words = f"{_turns(rest)} from the first pull to the end: not named"
        return (Stretch(pull, session.length, words, is_open=True),)
    if naming is not None:
        told.append(Stretch(pull, naming, f"{_long(session, pull, naming)} from first pull to first naming"))
    if naming is not None and rework is not None:
        told.append(Stretch(naming, rework, f"{_long(session, naming, rework)} to the first reworking"))
    return tuple(told)


def _long(session: Session, first: int, last: int) -> str:
    turns = _turns(last - first)
    if session.starts is None:
        return turns
    seconds = float(session.starts[last - 1] - session.starts[first - 1])
    return f"{turns}, {int(seconds) // 60}:{int(seconds) % 60:02d}" if np.isfinite(seconds) and seconds >= 0 else turns


def _turns(number: int) -> str:
    return f"{number} turn{'' if number == 1 else 's'}"
