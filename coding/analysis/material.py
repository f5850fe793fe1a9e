"""
What an analysis of sequences works on: sessions with a value for every segment and code, and codes in their roles.

Segments are numbered from 0 here, codings that follow each other in time have rising numbers; a page adds 1. One
`Material` is one layer (a rater, the majority, the adjudicated codings): the same sessions in another layer are
another `Material`. Bad material raises ValueError with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

GIVEN, NOT_GIVEN, NO_VALUE = 1, 0, -1


@dataclass(frozen=True, slots=True)
class CodeOf:
    """A code: its key, its family's key, and the speaker roles that it may be given to (none named: all)."""

    key: str
    family: str = ""
    roles: frozenset[str] = frozenset()

    def applies_to(self, role: str) -> bool:
        """Say whether the code may be given to a segment of this speaker role."""
        return not self.roles or role in self.roles


@dataclass(frozen=True, slots=True)
class Link:
    """One coding led back to an earlier one of the same session: this naming (`segment`, `code`) to that pull."""

    segment: int
    code: str
    to_segment: int
    to_code: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """The value of one attribute of one coding, such as arena = "there" or direction = "to_therapist"."""

    segment: int
    code: str
    attribute: str
    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """
    One transcript in one layer.

    values   int8 (segments, codes), columns in the order of `Material.codes`: 1 given; 0 judged and not given; -1 no
             value by law 1 (not judged, uncodable, a tie, a code that the rater's codebook version does not have, a
             speaker role that the code does not apply to).
    judged   bool (segments,): somebody of this layer judged the segment, and it is codable. It tells a role that a code
             does not apply to (judged, -1) from a segment that nobody looked at: rates leave the former out of their
             denominator, sequences and episodes count it as a turn without the code ("what did the next turn bring?").
    speakers the speaker role of each segment ("patient", "therapist", ...), "" if unknown.
    starts   float64 (segments,), seconds from the beginning; NaN where missing. They may run backwards: then what is
             measured in seconds says why it is not defined. `ends` likewise; both may be None, there are none.
    attributes  what is known of the session, as text: {"condition": "PDT", ...}; what is not known is left out.
    dyad, number  who met, and which of their hours it is, counted in their order; "" and None if unknown.
    links    as made by the raters of this layer; details  the attributes of its codings, by their definition's id.
    """

    transcript: str
    values: Bytes
    judged: Mask
    speakers: tuple[str, ...]
    starts: Floats | None = None
    ends: Floats | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    dyad: str = ""
    number: float | None = None
    links: tuple[Link, ...] = ()
    details: tuple[Detail, ...] = ()

    @property
    def length(self) -> int:
        """Return the number of segments."""
        return len(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Sessions in one layer; `layer` says in words whose codings they are ("majority of rater_a, rater_b")."""

    codes: tuple[CodeOf, ...]
    sessions: tuple[Session, ...]
    layer: str = ""
    #: The keys of the codes, in the order of the columns.
    keys: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        _check_codes(self.codes)
        object.__setattr__(self, "keys", tuple(code.key for code in self.codes))
        names = [session.transcript for session in self.sessions]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"Transcript {twice!r} is in the material twice.")
        for session in self.sessions:
            _check_session(session, self.codes)

    def families(self) -> tuple[Group, ...]:
        """Return each family as a group, in the order in which they first occur."""
        names = dict.fromkeys(code.family for code in self.codes if code.family)
        return tuple(Group(name, tuple(code.key for code in self.codes if code.family == name)) for name in names)

    def where(self, **wanted: str) -> Material:
        """Keep the sessions whose attributes are these."""
        kept = tuple(s for s in self.sessions if all(s.attributes.get(k) == v for k, v in wanted.items()))
        return Material(self.codes, kept, self.layer)

    def values_of(self, attribute: str) -> tuple[str, ...]:
        """Return what sessions have as this attribute, sorted."""
        return tuple(sorted({s.attributes[attribute] for s in self.sessions if s.attributes.get(attribute)}))


@dataclass(frozen=True, slots=True)
class Group:
    """Codes that count as one: given where any of them is given. `name` is what figures and sentences call it."""

    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roles:
    """
    Which groups of codes stand in which role of an enactment. A role without codes is an empty group.

    pull        what is enacted
    noticing    somebody sees that something is enacted, without saying what
    naming      it is put into words
    recognised, understood, new, turned_away   what becomes of a naming
    """

    pull: Group
    naming: Group
    noticing: Group = Group("noticing", ())
    recognised: Group = Group("recognised", ())
    understood: Group = Group("understood", ())
    new: Group = Group("new response", ())
    turned_away: Group = Group("turned away", ())

    @property
    def responses(self) -> tuple[Group, ...]:
        """Return the responses to a naming, in the order in which they are told."""
        return self.recognised, self.understood, self.new, self.turned_away

    @property
    def reworked(self) -> Group:
        """Return the responses that take the naming up, as one group."""
        return Group("reworked", (*self.recognised.codes, *self.understood.codes, *self.new.codes))

    def all(self) -> tuple[Group, ...]:
        """Return every role in the order pull, noticing, naming, responses."""
        return self.pull, self.noticing, self.naming, *self.responses


def relational_moves() -> Roles:
    """Return the roles as the relational-moves codebook fills them."""
    pulls = ("APP", "IMP", "DEF", "ENV", "INS", "CON", "IDL", "DRW")
    return Roles(
        pull=Group("pull", tuple(f"PULL-{key}" for key in pulls)),
        noticing=Group("noticing", ("REC-NOT", "REC-INF")),
        naming=Group("naming", ("NAM-DIS", "NAM-OWN", "NAM-LNK", "NAM-INV")),
        recognised=Group("recognised", ("REW-REC",)),
        understood=Group("understood", ("REW-UND",)),
        new=Group("new response", ("REW-NEW",)),
        turned_away=Group("turned away", ("REW-TRN",)),
    )


def _check_codes(codes: Iterable[CodeOf]) -> None:
    keys = [code.key for code in codes]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"The code {twice!r} is in the material twice.")


def _check_session(session: Session, codes: tuple[CodeOf, ...]) -> None:
    name, n = session.transcript, len(session.values)
    if session.values.ndim != 2 or session.values.shape[1] != len(codes):
        raise ValueError(f"{name}: values must have one row a segment and one column for each of {len(codes)} codes.")
    lengths: dict[str, Any] = {"judged": session.judged, "speakers": session.speakers}
    lengths |= {"starts": session.starts, "ends": session.ends}
    for what, array in lengths.items():
        if array is not None and len(array) != n:
            raise ValueError(f"{name}: {what} has {len(array)} entries for {n} segments.")
    if session.values.size and (session.values.min() < NO_VALUE or session.values.max() > GIVEN):
        raise ValueError(f"{name}: values must be 1, 0 or -1.")
