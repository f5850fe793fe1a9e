"""Compute before anybody asks what the pages about enactments take long for: the worker's job."""

from __future__ import annotations

from coding.models import Round
from coding.queries.enactment_sequences import Sequences
from coding.queries.enactments import Enactments


def prepare(round_id: int) -> None:
    """Make the usual layer, the agreement of its groups and their shuffles, for whoever sees all of a round."""
    round_ = Round.objects.select_related("study", "version__codebook").get(pk=round_id)
    if round_.is_drift_check:
        return
    found = Enactments(round_, None)
    if found.material.sessions and found.in_roles:
        _ = Sequences(found, found.in_roles).chance
