"""Compute before anybody asks what the pages about enactments take long for: the worker's job."""

from __future__ import annotations

from dataclasses import replace

from coding.models import Round
from coding.queries.enactment_sequences import Sequences, groups_asked
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import UNITS, Asked


def prepare(round_id: int) -> None:
    """Make the usual layer, the agreement of its groups and their shuffles, for whoever sees all of a round."""
    round_ = Round.objects.select_related("study", "version__codebook").get(pk=round_id)
    if round_.is_drift_check:
        return
    found = Enactments(round_, None)
    if not found.material.sessions or not found.in_roles:
        return
    for groups in ("roles", "families", "codes"):
        asked = Asked(groups=groups)
        counted = Sequences(found, groups_asked(found, asked))
        for unit in UNITS:
            counted.square(replace(asked, unit=unit))
