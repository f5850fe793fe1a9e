"""What the page about the hours says in one breath."""

from __future__ import annotations

from statistics import median

from coding.analysis.material import Session
from coding.queries.enactment_pictures import first_after, first_of
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
    if len(material.sessions) <= FEW:
        return " ".join(_one(found, session) for session in material.sessions)
    pulled = [(s, pull) for s in material.sessions if (pull := first_of(material, s, roles.pull)) is not None]
    named = [
        naming - pull
        for session, pull in pulled
        if (naming := first_after(material, session, roles.naming, pull)) is not None
    ]
    total = number_word(len(material.sessions))
    if not pulled:
        return f"No pull was given in {total} sessions."
    first = f"A pull occurs in {number_word(len(pulled))} of {total} sessions; in {number_word(len(named))} it is named"
    return f"{first}, half of these within {median(named):g} turns." if named else f"{first}."


def _one(found: Enactments, session: Session) -> str:
    # A name stays in one piece where the line ends.
    name = session.transcript.replace("-", "\N{NON-BREAKING HYPHEN}")
    material, roles = found.material, found.roles
    pull = first_of(material, session, roles.pull)
    if pull is None:
        return f"In {name} no pull was given."
    if (after := first_after(material, session, roles.naming, pull)) is not None:
        return f"In {name} the first pull is named after {_turns(after - pull)}."
    naming = first_of(material, session, roles.naming)
    if naming is None:
        return f"In {name} no pull is named."
    where = "in the turn of" if naming == pull else "before"
    return f"In {name} a naming stands {where} the first pull, and none after it."


def _turns(number: int) -> str:
    return f"{number} turn{'' if number == 1 else 's'}"
