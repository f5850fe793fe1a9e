"""The hours of a round: who speaks when in each session, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db.models import Q, Value
from django.db.models.functions import Length, Replace

from coding.queries.judged_rows import counted_assignments
from coding.queries.kept import KeptRound
from transcripts import access as material
from transcripts.models import Segment, SessionAttribute
from workbench.accounts.models import User

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: How studies call what an analysis asks for, without regard to case, spaces and underscores; the first found counts.
DYAD = ("dyad", "dyad id", "case", "case id", "couple", "patient id")
NUMBER = ("session number", "session no", "session", "number", "hour")
CONDITION = ("condition", "arm", "treatment", "therapy", "group")


@dataclass(frozen=True, slots=True, eq=False)
class Hour:
    """
    One session of the round: the places of its segments in the round's rows, and who speaks how much when.

    Texts are no part of it, since it is kept; `words` counts them.
    """

    transcript: str
    transcript_id: int
    revision: int
    units: Ints
    speakers: tuple[str, ...]
    starts: Floats
    ends: Floats
    words: Ints

    @property
    def picture_name(self) -> str:
        """Name the timeline of this session in files."""
        return f"timeline-{self.revision}"


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What is known of a session as the study wrote it down."""

    attributes: Mapping[str, str]
    dyad: str
    number: float | None


def hours_of(kept: KeptRound) -> tuple[Hour, ...]:
    """Give the sessions of a closed round in the order of their names, in one statement."""
    return kept.kept("hours", lambda: _hours(kept))


def _hours(kept: KeptRound) -> tuple[Hour, ...]:
    rows = kept.rows()
    read = counted_assignments(kept.round, kept.transcripts).order_by().values("revision")
    spaces = Length("text") - Length(Replace("text", Value(" "), Value("")))
    columns = ("pk", "revision", "revision__transcript", "speaker__role__name", "start_ms", "end_ms", "spaces")
    segments = Segment.objects.filter(revision__in=read).annotate(spaces=spaces)
    facts = {pk: rest for pk, *rest in segments.values_list(*columns)}
    found: dict[tuple[int, int], list[int]] = {}
    for unit, pk in enumerate(rows.units.ids.tolist()):
        found.setdefault((int(rows.units.transcript[unit]), facts[pk][0]), []).append(unit)
    several = {place for place, _ in found if sum(other == place for other, _ in found) > 1}
    out = []
    for (place, revision), units in found.items():
        mine = [facts[int(rows.units.ids[unit])] for unit in units]
        name = rows.transcripts[place]
        out.append(
            Hour(
                # Two revisions of one transcript in one round are two readings of it: their codings are never mixed.
                transcript=f"{name} (revision of {revision})" if place in several else name,
                transcript_id=mine[0][1],
                revision=revision,
                units=np.array(units, dtype=np.int64),
                speakers=tuple(fact[2] for fact in mine),
                starts=_seconds([fact[3] for fact in mine]),
                ends=_seconds([fact[4] for fact in mine]),
                words=np.array([fact[5] + 1 for fact in mine], dtype=np.int64),
            )
        )
    return tuple(out)


def _seconds(values: list[int | None]) -> Floats:
    return np.array([np.nan if value is None else value / 1000 for value in values], dtype=np.float64)


def session_facts(transcripts: list[int], reader: User | None = None) -> dict[int, SessionFacts]:
    """Read what is known of these sessions, to a reader; it may change at any time, so it is read each time."""
    known = Q() if reader is None else material.attributes_open_to(reader)
    rows = SessionAttribute.objects.filter(known, transcript__in=transcripts).order_by("pk")
    found: dict[int, dict[str, str]] = {pk: {} for pk in transcripts}
    for pk, name, value in rows.values_list("transcript", "name", "value"):
        found[pk][name] = value
    return {pk: SessionFacts(known, named(known, DYAD), _number(named(known, NUMBER))) for pk, known in found.items()}


def named(attributes: Mapping[str, str], names: tuple[str, ...]) -> str:
    """Give the value of the first attribute that is called one of these names; "" where none is."""
    key = attribute_called(list(attributes), names)
    return attributes[key].strip() if key else ""


def attribute_called(attributes: list[str], names: tuple[str, ...]) -> str:
    """Find the attribute that is called one of these names; "" where none is."""
    folded = {" ".join(name.replace("_", " ").split()).casefold(): name for name in reversed(attributes)}
    return next((folded[name] for name in names if name in folded), "")


def _number(text: str) -> float | None:
    """Read the number of an hour; what is no number is not known."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if np.isfinite(number) else None
