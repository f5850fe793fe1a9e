"""Stored runs of a round, as far as a person may see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from coding import access
from coding.models import ReliabilityRun, Round
from coding.queries.report_record import inputs_now, parameters, software
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class Today:
    """What a run of today would rest on."""

    fingerprint: str
    software: str
    program: str
    numpy: str
    interval: str

    def differences(self, run: ReliabilityRun) -> list[str]:
        """Say what is not as it was when the run was stored."""
        found = []
        if run.fingerprint != self.fingerprint:
            found.append("the inputs have another fingerprint")
        if run.software != self.software:
            found.append(f"the workbench is version {self.software}, then {run.software}")
        if not run.program:
            found.append("which program computed it was not noted")
        elif run.program != self.program:
            found.append("the program that computes is another one")
        if run.numpy != self.numpy:
            found.append(f"numpy is version {self.numpy}, then {run.numpy}")
        if run.interval != self.interval:
            found.append(f"intervals are made by {self.interval}, then by {run.interval}")
        return found


def today_of(round_: Round) -> Today:
    """Say what a run of this round would rest on today."""
    versions = software()
    return Today(
        fingerprint=inputs_now(round_),
        software=versions["workbench"],
        program=versions["program"],
        numpy=versions["numpy"],
        interval=parameters()["interval"],
    )


def runs_of(user: User, round_: Round) -> QuerySet[ReliabilityRun]:
    """List the runs of a round that the person may see, the newest first."""
    rows: QuerySet[ReliabilityRun] = ReliabilityRun.objects.filter(access.runs_open_to(user), round=round_)
    joined = rows.select_related("study", "made_by", "version", "round__version__codebook", "round__study")
    return joined.prefetch_related("covered__transcript").order_by("-made_at", "-pk")
