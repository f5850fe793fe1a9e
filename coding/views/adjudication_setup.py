"""Opening the adjudication of a round, who adjudicates it, and what its raters see of the outcome."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from coding import access
from coding.models import AdjudicationOpening, Round
from coding.queries.adjudication_progress import adjudication_lines
from coding.queries.adjudication_state import adjudication_state
from coding.services import adjudication as services
from coding.views.reliability import find_round, not_yet
from transcripts.access import may_manage
from transcripts.models import Membership
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


def _find(request: HttpRequest, study: str, round_id: int) -> tuple[Scope, Round]:
    scope = enter(request, study)
    require(may_manage(person(request), scope.study))
    return scope, find_round(scope, round_id)


@require_GET
def setup(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show whether adjudication is open, who adjudicates, and how far it is."""
    scope, round_ = _find(request, study, round_id)
    if not (decision := access.may_open_adjudication(person(request), round_)):
        return not_yet(request, scope, round_, decision)
    return _page(request, scope, round_)


def _page(request: HttpRequest, scope: Scope, round_: Round, *, status: int = 200, **said: Any) -> HttpResponse:
    user = person(request)
    opening = AdjudicationOpening.objects.filter(round=round_).select_related("opened_by", "ended_by").first()
    named = list(round_.adjudicators.select_related("member").order_by("member__label"))
    members = Membership.objects.filter(study=scope.study, left_at=None).order_by("label")
    context = {
        "scope": scope,
        "tab": "rounds",
        "round": round_,
        "opening": opening,
        # To whoever may not know that the round is over, it is open.
        "over": round_.is_closed and bool(access.may_see_state(user, round_)),
        "named": named,
        "by_role": [member for member in members if access.adjudicates_by_role(member)],
        "could_be": [
            member for member in members
            if access.may_be_adjudicator(member) and not access.adjudicates_by_role(member)
            and member.pk not in {row.member_id for row in named}
        ],
        "results": access.may_see_results(user, round_),
        "mine": access.may_adjudicate(user, round_),
        **_progress(user, round_, opening),
        **said,
    }  # fmt: skip
    return render(request, "coding/adjudication_setup.html", context, status=status)


def _progress(user: User, round_: Round, opening: AdjudicationOpening | None) -> dict[str, Any]:
    """Say how far it is, over the transcripts that the person may learn of."""
    if opening is None or not access.may_see_results(user, round_):
        return {}
    (line,) = adjudication_lines(user, [round_])
    state = adjudication_state(round_, list(access.transcripts_open_to(user, round_).values_list("pk", flat=True)))
    return {"progress": state, "is_part": line.is_part, "all_decided": line.is_done}


@require_POST
def open_(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Open the adjudication, or name further adjudicators."""
    scope, round_ = _find(request, study, round_id)
    wanted = Membership.objects.filter(study=scope.study, label__in=request.POST.getlist("adjudicator"))
    try:
        services.open_adjudication(
            user=person(request), round_=round_, adjudicators=list(wanted),
            outcome_shown=request.POST.get("outcome_shown") == "yes",
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, scope, round_, status=422, refusal=refusal.message)
    messages.success(request, "Adjudication is open. Its adjudicators see no names until it has ended.")
    return redirect("adjudication-setup", study, round_id)


@require_POST
def outcome(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Let raters read the final word on their transcripts once adjudication has ended, or not."""
    scope, round_ = _find(request, study, round_id)
    shown = request.POST.get("shown") == "yes"
    try:
        services.show_outcome(user=person(request), round_=round_, shown=shown)
    except Refusal as refusal:
        return _page(request, scope, round_, status=422, refusal=refusal.message)
    said = "read the final word on their transcripts" if shown else "do not see the final word"
    messages.success(request, f"Once adjudication has ended, raters {said}.")
    return redirect("adjudication-setup", study, round_id)
