"""What the page about the hours says in one breath."""

from __future__ import annotations

from statistics import median

from coding.queries.enactment_pictures import first_of
from coding.queries.enactments import Enactments
from coding.queries.reliability_page import number_word

#: So many sessions are told one by one.
FEW = 3


def sentence(found: Enactments) -> str:
    """Say what becomes of pulls in these sessions, in this layer; or why nothing can be said."""
    material, roles = found.material, found.roles
    if not material.sessions:
        return "No session of this round can be shown."
    if not any((session.values == 1).any() for session in material.sessions):
        return "No code was given in this layer."
    if not roles.pull.codes or not roles.naming.codes:
        return "What was given, turn by turn. Say which codes are pulls and which name them, and the page follows them."
    firsts = [
        (s.transcript, first_of(material, s, roles.pull), first_of(material, s, roles.naming))
        for s in material.sessions
    ]
    if len(firsts) <= FEW:
        return " ".join(_one(*first) for first in firsts)
    pulled = [(pull, naming) for _, pull, naming in firsts if pull is not None]
    named = [naming - pull for pull, naming in pulled if naming is not None and naming >= pull]
    total = number_word(len(firsts))
    if not pulled:
        return f"No pull was given in {total} sessions."
    first = f"A pull occurs in {number_word(len(pulled))} of {total} sessions; in {number_word(len(named))} it is named"
    return f"{first}, half of these within {median(named):g} turns." if named else f"{first}."


def _one(name: str, pull: int | None, naming: int | None) -> str:
    # A name stays in one piece where the line ends.
    name = name.replace("-", "\N{NON-BREAKING HYPHEN}")
    if pull is None:
        return f"In {name} no pull was given."
    if naming is None:
        return f"In {name} no pull is named."
    if naming < pull:
        return f"In {name} a naming stands before the first pull."
    turns = naming - pull
    return f"In {name} the first pull is named {'in the same turn' if not turns else f'after {_turns(turns)}'}."


def _turns(number: int) -> str:
    return f"{number} turn{'' if number == 1 else 's'}"
