"""Which rounds have results, for whom."""

from __future__ import annotations

from coding.models import Round
from transcripts.models import Study
from workbench.accounts.refusals import Refusal


class RoundUnknown(Refusal):
    code = "round_unknown"


class RoundStillOpen(Refusal):
    code = "round_open"


def closed_round(study: Study, name: str) -> Round:
    """Find a closed round by its name, or refuse with the ones there are."""
    rounds = Round.objects.filter(study=study).select_related("version", "study")
    found: Round | None = rounds.filter(name=name).first()
    if found is None:
        known = ", ".join(rounds.order_by("pk").values_list("name", flat=True)[:20])
        there = f"Its rounds are: {known}." if known else "It has none yet."
        raise RoundUnknown(f"{study.slug} has no round “{name}”. {there}")
    if not found.is_closed:
        raise RoundStillOpen(f"Round {name} is still open: results are read once every assignment is submitted.")
    return found
