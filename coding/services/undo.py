"""Undo: what an act changed is kept beside its answer, and an act of kind undo sets exactly that back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from coding.queries.palette import Palette
from coding.queries.turn import Given, Link, StoredAct, TurnState
from coding.services.judgements import Change, Turn, owed, without_loose_ends
from workbench.accounts.refusals import Refusal

WORDS = ("outcome", "reason", "memo", "flag", "finished")
ENDS = ("links", "linked")


class ActUnknown(Refusal):
    code = "act_unknown"


class ChangedSince(Refusal):
    code = "changed_since"


def difference(before: TurnState, after: TurnState) -> dict[str, Any]:
    """Say what changed, as pairs of before and after; the same pairs turned round say how to go back."""
    changed: dict[str, Any] = {
        word: [getattr(before, word), getattr(after, word)]
        for word in WORDS
        if getattr(before, word) != getattr(after, word)
    }
    codings = {
        key: [_json(before.codings.get(key)), _json(after.codings.get(key))]
        for key in (*before.codings, *(key for key in after.codings if key not in before.codings))
        if before.codings.get(key) != after.codings.get(key)
    }
    if codings:
        changed["codings"] = codings
    for ends in ENDS:
        old, new = getattr(before, ends), getattr(after, ends)
        if old != new:
            changed[ends] = [_links(old - new), _links(new - old)]
    return changed


def _links(links: frozenset[Link]) -> list[dict[str, Any]]:
    return [link.as_json() for link in sorted(links)]


def ends_of(act: StoredAct | None) -> list[int]:
    """Name the turns with which undoing an act may link this one again."""
    changed = act.answer.get("changed", {}) if act else {}
    return [link["to_position"] for ends in ENDS for link in changed.get(ends, ([], []))[0]]


def _json(given: Given | None) -> dict[str, Any] | None:
    return None if given is None else given.as_json()


def undo(turn: Turn, act: StoredAct | None) -> Change:
    """Set back what the act changed, whatever it was; an act that was refused changed nothing."""
    if act is None:
        raise ActUnknown("There is nothing to undo: this act never arrived.")
    changed = act.answer.get("changed", {})
    state = _linked_again(turn, _before(turn.state, changed), changed)
    if not _stands(turn.palette, state):
        raise ChangedSince("This turn was changed since, so that the act cannot be undone by itself.")
    if state.finished and ((not state.codings and not state.outcome) or owed(turn.palette, state.codings)):
        state = replace(state, finished=False)
    return Change(state)


def _before(state: TurnState, changed: Mapping[str, Any]) -> TurnState:
    codings = dict(state.codings)
    for key, (given, _) in changed.get("codings", {}).items():
        if given is None:
            codings.pop(key, None)
        else:
            codings[key] = Given.of_json(given)
    words = {word: pair[0] for word, pair in changed.items() if word in WORDS}
    return replace(state, codings=codings, **words)


def _linked_again(turn: Turn, state: TurnState, changed: Mapping[str, Any]) -> TurnState:
    """Set links back one by one: without those the act made, with those it took whose far ends still stand."""
    for ends in ENDS:
        gone, made = (frozenset(map(Link.of_json, links)) for links in changed.get(ends, ([], [])))
        back = frozenset(link for link in gone if (link.position, link.other) in turn.ends)
        state = replace(state, **{ends: (getattr(state, ends) - made) | back})
    return without_loose_ends(state)


def _stands(palette: Palette, state: TurnState) -> bool:
    """Say whether the codebook allows the turn to be so."""
    families = [palette.codes[key].family for key in state.codings if palette.codes[key].exclusive]
    return not (
        (state.outcome and state.codings)
        or len(families) != len(set(families))
        or (palette.limit is not None and len(state.codings) > palette.limit)
    )
