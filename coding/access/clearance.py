"""Which rounds wait until their rater is cleared in a training round."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from coding.models import Assignment, Clearance, Round, RoundGate


def waits_for(assignment: Assignment) -> Round | None:
    """Give the training round in which the rater is to be cleared before they begin this, if there is one."""
    if not getattr(assignment, "waits", True):  # read along with it
        return None
    cleared = Clearance.objects.filter(training=OuterRef("training_id"), rater=assignment.rater_id)
    gates = RoundGate.objects.filter(~Exists(cleared), round=assignment.round_id).select_related("training")
    gate = gates.first()
    return None if gate is None else gate.training


def waiting() -> Exists:
    """Say the same for many assignments."""
    cleared = Clearance.objects.filter(training=OuterRef("training_id"), rater=OuterRef(OuterRef("rater_id")))
    return Exists(RoundGate.objects.filter(~Exists(cleared), round=OuterRef("round_id")))


def waiting_sentence(training: Round | None = None) -> str:
    """Say why a rater cannot begin."""
    return f"This opens when you are cleared in {training or 'the training round that leads here'}."
