"""Which rounds have results, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, QuerySet

from coding import access
from coding.models import Assignment, Code, Coding, Judgement, Round
from transcripts.models import Study
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class RoundUnknown(Refusal):
    code = "round_unknown"


class RoundStillOpen(Refusal):
    code = "round_open"


class ComparesOwnPast(Refusal):
    code = "compares_own_past"


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


def round_to_compare(study: Study, name: str) -> Round:
    """Find a closed round whose raters can be held beside each other, or refuse: a drift check has none such."""
    found = closed_round(study, name)
    if found.is_drift_check:
        raise ComparesOwnPast(f"{access.OWN_PAST} Its numbers stand on the page about drift.")
    return found


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A round in the list of results; `why` says why somebody cannot read them."""

    round: Round
    is_open: bool
    why: str
    #: None also where the round has results but its state is not for these eyes: some of its transcripts are not.
    closed_at: datetime | None
    may_adjudicate: bool = False


def result_lines(user: User, study: Study) -> list[ResultLine]:
    """List the rounds of a study, the latest first, saying of each only what the person may know."""
    rounds = (
        Round.objects.filter(study=study)
        .select_related("version")
        .annotate(has_results=ExpressionWrapper(access.results_open_to(user), BooleanField()))
        .annotate(has_state=ExpressionWrapper(access.states_open_to(user), BooleanField()))
        .annotate(is_mine=ExpressionWrapper(access.adjudications_open_to(user), BooleanField()))
        .order_by("-pk")
    )
    return [
        ResultLine(
            round_, round_.has_results, _why(round_), round_.closed_at if round_.has_state else None, round_.is_mine
        )
        for round_ in rounds
    ]


def comparable_rounds(user: User, study: Study) -> list[Round]:
    """List the rounds whose raters the person may hold beside each other, the earliest first."""
    rounds = Round.objects.filter(access.comparisons_open_to(user), study=study)
    return list(rounds.select_related("version").order_by("pk"))


def _why(round_: Any) -> str:
    if round_.has_results:
        return ""
    if round_.is_mine:
        return "who gave what opens when adjudication has ended"
    return "still being coded" if round_.has_state else "not for your eyes yet"


def results_sentence(lines: Sequence[ResultLine]) -> str:
    """Say how many rounds have results."""
    ready = sum(line.is_open for line in lines)
    if not lines:
        return "No round was made yet."
    if not ready:
        return "No round has results that you can read yet."
    return "One round has results." if ready == 1 else f"{ready} rounds have results."


def code_families(round_: Round) -> list[tuple[str, list[str]]]:
    """Give each family of a round's codebook with the keys of its codes, in the order of the codebook."""
    found: dict[str, list[str]] = {}
    rows = Code.objects.filter(version=round_.version_id).order_by("family__position", "position")
    names: dict[str, str] = {}
    for family, name, key in rows.values_list("family__key", "family__name", "key"):
        names[family] = name
        found.setdefault(family, []).append(key)
    return [(names[family], keys) for family, keys in found.items()]


def open_judgements(user: User, round_: Round) -> QuerySet[Judgement]:
    """Give the judgements that make a round's results, as far as the person may learn of them."""
    return (
        Judgement.objects.filter(
            access.judgements_open_to(user),
            assignment__round=round_,
            assignment__phase=Assignment.Phase.BLIND,
            assignment__submitted_at__isnull=False,
            finished_at__isnull=False,
        )
        .select_related("assignment__transcript", "assignment__rater", "segment")
        .prefetch_related("codings__code")
        .order_by("assignment__transcript__name", "segment__position", "assignment__rater__label", "pk")
    )


def open_codings(user: User, round_: Round) -> QuerySet[Coding]:
    """Give the codings of these judgements."""
    judgements = open_judgements(user, round_).order_by().values("pk")
    return (
        Coding.objects.filter(judgement__in=judgements)
        .select_related("code", "judgement__assignment__transcript", "judgement__assignment__rater")
        .select_related("judgement__segment")
        .prefetch_related("evidence", "attributes__attribute")
        .order_by(
            "judgement__assignment__transcript__name",
            "judgement__segment__position",
            "judgement__assignment__rater__label",
            "code__position",
        )
    )
