"""
What the rules of the codebook make of an act on one turn.

Each function takes the turn as it stands and gives it as it stands afterwards, with a sentence where something else
changed than was asked for, or refuses with a sentence. Nothing here touches the database; `coding.services.acts` does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from coding.queries.palette import Palette, PaletteCode
from coding.queries.turn import Given, Link, TurnState
from coding.services.act_drafts import ActDraft
from workbench.accounts.refusals import Refusal

OUTCOME_WORDS = {"none": "none applies", "uncodable": "uncodable"}


class CodeNotInVersion(Refusal):
    code = "code_not_in_version"


class RoleGate(Refusal):
    code = "role_gate"


class TooManyCodes(Refusal):
    code = "too_many_codes"


class RatingOutOfScale(Refusal):
    code = "rating_out_of_scale"


class NotRated(Refusal):
    code = "not_rated"


class CodeNotGiven(Refusal):
    code = "code_not_given"


class CodingsStand(Refusal):
    code = "codings_stand"


class NothingSaid(Refusal):
    code = "nothing_said"


class Owed(Refusal):
    code = "rating_owed"


class AttributeOwed(Refusal):
    code = "attribute_owed"


class AttributeRefused(Refusal):
    code = "attribute_refused"


class SpanOutside(Refusal):
    code = "span_outside"


class LinkRefused(Refusal):
    code = "link_refused"


@dataclass(frozen=True, slots=True)
class Turn:
    """
    The turn that an act is about: its codebook, who speaks, how long it is, and what was said so far.

    `ends` are the codings of other turns that its links may lead to, as far as the act asks for them.
    """

    palette: Palette
    role_id: int
    role: str
    length: int
    state: TurnState
    position: int = 0
    ends: Collection[tuple[int, str]] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """The turn after an act; `took` names codes that went although nobody asked, `said` is a sentence about it."""

    state: TurnState
    said: str = ""
    took: tuple[str, ...] = ()


def find_code(palette: Palette, key: str) -> PaletteCode:
    """Find a code of this round's version, or refuse."""
    if (code := palette.codes.get(key)) is None:
        raise CodeNotInVersion(f"“{key}” is not a code of this round's codebook.")
    return code


def _given(turn: Turn, act: ActDraft) -> tuple[PaletteCode, Given]:
    code = find_code(turn.palette, act.get("code"))
    if (given := turn.state.codings.get(code.key)) is None:
        raise CodeNotGiven(f"“{code.name}” is not given to this turn.")
    return code, given


def _with(state: TurnState, key: str, given: Given) -> TurnState:
    return replace(state, codings={**state.codings, key: given})


def owed(palette: Palette, codings: Mapping[str, Given]) -> Refusal | None:
    """Say what a turn with these codings still waits for: a required rating, a required attribute."""
    for key, given in sorted(codings.items(), key=lambda item: palette.codes[item[0]].order):
        code = palette.codes[key]
        if palette.owes_rating(code) and given.rating is None:
            numbers = ", ".join(map(str, palette.ratings))
            return Owed(f"Rate “{code.name}” first: press one of {numbers}.")
        for attribute in code.attributes:
            if attribute.required and not given.attributes.get(attribute.key):
                return AttributeOwed(f"Say the {attribute.label} of “{code.name}” first.")
    return None


def _still_finished(turn: Turn, change: Change) -> Change:
    """Take the finish back where it no longer holds: a finding must be said, and said whole."""
    state = change.state
    if not state.finished:
        return change
    if not state.codings and not state.outcome:
        words = "Nothing is said about this turn now: give a code, or press 0 if none applies."
    elif waits := owed(turn.palette, state.codings):
        words = f"The turn is open again. {waits.message}"
    else:
        return change
    return replace(change, state=replace(state, finished=False), said=" ".join(filter(None, (change.said, words))))


def give_code(turn: Turn, act: ActDraft) -> Change:
    """Give a code, or leave it given; a code of an exclusive family replaces its neighbour, an outcome goes."""
    code = find_code(turn.palette, act.get("code"))
    if code.outcome:
        return _outcome(turn, code.outcome, None)
    if not code.applies_to(turn.role_id):
        raise RoleGate(f"“{code.name}” is for {code.role_words} turns; this is a {turn.role} turn.")
    codings, said = dict(turn.state.codings), ""
    given = codings.get(code.key)
    took = tuple(
        key for key in codings if code.exclusive and key != code.key and turn.palette.codes[key].family == code.family
    )
    for key in took:
        del codings[key]
    if took:
        said = f"“{code.name}” replaces “{turn.palette.codes[took[0]].name}”: one code of this family a turn."
    limit = turn.palette.limit
    if given is None and limit is not None and len(codings) >= limit:
        raise TooManyCodes(f"At most {limit} codes a turn: take one away first.")
    if given is None:
        given = Given(attributes={one.key: one.default for one in code.attributes if one.default})
    if turn.state.outcome:
        said = f"“{OUTCOME_WORDS[turn.state.outcome]}” was taken away: a code is given."
    if act.get("rating") is not None:
        given = replace(given, rating=_rating(turn.palette, code, act.get("rating")))
    if act.get("spans") is not None:
        given = replace(given, spans=_spans(turn, act.get("spans")))
    for key, value in (act.get("attributes") or {}).items():
        given = _with_attribute(code, given, key, value)
    codings[code.key] = given
    state = replace(turn.state, codings=codings, outcome="", reason="")
    return _still_finished(turn, Change(state, said, took))


def take_code(turn: Turn, act: ActDraft) -> Change:
    """Take a code away, or leave it away; a finished turn that loses its last code is open again."""
    code = find_code(turn.palette, act.get("code"))
    if code.outcome:
        return clear_outcome(turn, act) if turn.state.outcome == code.outcome else Change(turn.state)
    codings = {key: given for key, given in turn.state.codings.items() if key != code.key}
    return _still_finished(turn, Change(replace(turn.state, codings=codings)))


def rate(turn: Turn, act: ActDraft) -> Change:
    """Rate a given code, or take its rating away."""
    code, given = _given(turn, act)
    value = act.get("rating")
    rating = None if value is None else _rating(turn.palette, code, value)
    return _still_finished(turn, Change(_with(turn.state, code.key, replace(given, rating=rating))))


def _rating(palette: Palette, code: PaletteCode, rating: int) -> int:
    if not code.rated or not palette.rating_name:
        raise NotRated(f"“{code.name}” is not rated in this codebook.")
    if rating == 0:
        raise RatingOutOfScale("A rating of 0 means that the code is not given: take the code away instead.")
    if rating not in palette.ratings:
        raise RatingOutOfScale(f"Ratings go from {palette.lowest} to {palette.highest}.")
    return rating


def set_outcome(turn: Turn, act: ActDraft) -> Change:
    """Say that no code applies, or that the turn cannot be coded and why."""
    return _outcome(turn, act.get("outcome"), act.get("reason"))


def _outcome(turn: Turn, outcome: str, reason: str | None) -> Change:
    if turn.state.codings:
        raise CodingsStand(f"Take the codes away first: a turn has codes, or it is “{OUTCOME_WORDS[outcome]}”.")
    kept = turn.state.reason if reason is None and outcome == turn.state.outcome else reason or ""
    return Change(replace(turn.state, outcome=outcome, reason=kept if outcome == "uncodable" else ""))


def clear_outcome(turn: Turn, act: ActDraft) -> Change:
    """Take “none applies” or “uncodable” away, or leave it away."""
    return _still_finished(turn, Change(replace(turn.state, outcome="", reason="")))


def finish(turn: Turn, act: ActDraft) -> Change:
    """Finish the turn: from here on it counts as judged."""
    state = turn.state
    if not state.codings and not state.outcome:
        raise NothingSaid("Give a code, press 0 if none applies, or - if the turn cannot be coded.")
    if waits := owed(turn.palette, state.codings):
        raise waits
    return Change(replace(state, finished=True))


def unfinish(turn: Turn, act: ActDraft) -> Change:
    """Open a finished turn again: until it is finished it does not count."""
    return Change(replace(turn.state, finished=False))


def write_memo(turn: Turn, act: ActDraft) -> Change:
    """Set the memo of the turn; an empty one takes it away."""
    return Change(replace(turn.state, memo=act.get("memo")))


def write_coding_memo(turn: Turn, act: ActDraft) -> Change:
    """Set the memo of a given code; an empty one takes it away."""
    code, given = _given(turn, act)
    return Change(_with(turn.state, code.key, replace(given, memo=act.get("memo"))))


def flag(turn: Turn, act: ActDraft) -> Change:
    """Flag the turn for the meeting, or take the flag down."""
    return Change(replace(turn.state, flag=act.get("flag")))


def set_evidence(turn: Turn, act: ActDraft) -> Change:
    """Say which words of the turn show the code; no spans means none in particular."""
    code, given = _given(turn, act)
    return Change(_with(turn.state, code.key, replace(given, spans=_spans(turn, act.get("spans")))))


def _spans(turn: Turn, spans: list[list[int]]) -> tuple[tuple[int, int], ...]:
    for start, end in spans:
        if not 0 <= start < end <= turn.length:
            raise SpanOutside(f"The words {start} to {end} are not in the turn: its text has {turn.length} characters.")
    return tuple((start, end) for start, end in spans)


def set_attribute(turn: Turn, act: ActDraft) -> Change:
    """Say something about a given code, such as lived here or told of there; an empty value takes it away."""
    code, given = _given(turn, act)
    given = _with_attribute(code, given, act.get("attribute"), act.get("value"))
    return _still_finished(turn, Change(_with(turn.state, code.key, given)))


def _with_attribute(code: PaletteCode, given: Given, key: str, value: str) -> Given:
    attribute = next((one for one in code.attributes if one.key == key), None)
    if attribute is None:
        raise AttributeRefused(f"“{key}” is not asked of “{code.name}”.")
    if value and not attribute.allows(value):
        raise AttributeRefused(f"The {attribute.label} is one of: {', '.join(attribute.names)}.")
    rest = {name: word for name, word in given.attributes.items() if name != key}
    return replace(given, attributes={**rest, key: value} if value else rest)


def link(turn: Turn, act: ActDraft) -> Change:
    """Link a given code to one given to an earlier turn, or leave it linked."""
    code, _ = _given(turn, act)
    made = _link_of(code, act)
    other = find_code(turn.palette, made.other)
    if made.position >= turn.position:
        raise LinkRefused("A link leads back: choose a coding of an earlier turn.")
    if (made.position, made.other) not in turn.ends:
        raise LinkRefused(f"“{other.name}” is not given to turn {made.position}: there is nothing to link to.")
    if not turn.palette.may_link(made.kind, code, other):
        raise LinkRefused(f"The codebook does not link “{code.name}” to “{other.name}” this way.")
    return Change(replace(turn.state, links=turn.state.links | {made}))


def unlink(turn: Turn, act: ActDraft) -> Change:
    """Take a link away, or leave it away."""
    code = find_code(turn.palette, act.get("code"))
    return Change(replace(turn.state, links=turn.state.links - {_link_of(code, act)}))


def _link_of(code: PaletteCode, act: ActDraft) -> Link:
    return Link(code.key, act.get("to_position"), act.get("to_code"), act.get("link") or "")


def without_loose_ends(state: TurnState) -> TurnState:
    """Let the links of codes that are no longer given go with them."""
    kept = [frozenset(one for one in ends if one.code in state.codings) for ends in (state.links, state.linked)]
    return replace(state, links=kept[0], linked=kept[1])


RULES = {
    "give": give_code,
    "take": take_code,
    "rate": rate,
    "outcome": set_outcome,
    "clear": clear_outcome,
    "finish": finish,
    "unfinish": unfinish,
    "memo": write_memo,
    "coding_memo": write_coding_memo,
    "flag": flag,
    "evidence": set_evidence,
    "attribute": set_attribute,
    "link": link,
    "unlink": unlink,
}
