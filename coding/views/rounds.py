"""Rounds of a study: making one, and seeing its design."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coding import access
from coding.forms.rounds import RoundForm, shares_of, tick_name
from coding.models import Assignment, Round
from coding.queries.round_pages import design, material_of, round_lines
from coding.services import rounds, submission
from transcripts.access import may_manage
from transcripts.models import Membership
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal


@require_GET
def overview(request: HttpRequest, study: str) -> HttpResponse:
    """List the rounds."""
    scope = _managed(request, study)
    lines = round_lines(person(request), scope.study)
    return render(request, "coding/rounds.html", {"scope": scope, "tab": "rounds", "lines": lines})


def _managed(request: HttpRequest, study: str) -> Scope:
    scope = enter(request, study)
    require(may_manage(person(request), scope.study))
    return scope


def _raters(scope: Scope) -> list[Membership]:
    members = Membership.objects.filter(study=scope.study, left_at=None).order_by("label")
    return [member for member in members if access.may_be_assigned(member)]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, study: str) -> HttpResponse:
    """Make a round."""
    scope = _managed(request, study)
    material, raters = material_of(scope.study), _raters(scope)
    form = RoundForm(request.POST or None, study=scope.study)
    if request.method == "POST" and form.is_valid():
        shares = shares_of(request.POST, [row.transcript for row in material], raters)
        try:
            made = rounds.create_round(user=person(request), study=scope.study, shares=shares, **form.cleaned_data)
            return redirect("round", study, made.pk)
        except Refusal as refusal:
            form.add_error("name" if refusal.code == "round_name_taken" else None, refusal.message)
    # The first time everything is ticked: everybody codes everything unless the coordinator says otherwise.
    grid = [
        (row, [(rater, name, name in request.POST or request.method == "GET") for rater, name in names])
        for row in material
        for names in [[(rater, tick_name(row.transcript, rater)) for rater in raters]]
    ]
    context: dict[str, Any] = {"scope": scope, "tab": "rounds", "form": form, "grid": grid, "raters": raters}
    return render(request, "coding/new_round.html", context, status=422 if form.errors else 200)


@require_GET
def show(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show who codes what in a round, and how far they are as far as the reader may know."""
    scope = _managed(request, study)
    round_ = get_object_or_404(
        Round.objects.select_related("version__codebook", "study"), study=scope.study, pk=round_id
    )
    context = {
        "scope": scope,
        "tab": "rounds",
        "round": round_,
        "design": design(person(request), round_),
        "state": access.may_see_state(person(request), round_),
        "results": access.may_see_results(person(request), round_),
        "raters": _raters(scope),
        "material": material_of(scope.study),
    }
    return render(request, "coding/round.html", context)


@require_POST
def add_raters(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Give a transcript of an open round to one more rater."""
    scope = _managed(request, study)
    round_ = get_object_or_404(Round, study=scope.study, pk=round_id)
    transcript = get_object_or_404(scope.study.transcripts, pk=_number(request, "transcript"))
    rater = get_object_or_404(Membership, study=scope.study, pk=_number(request, "rater"))
    rounds.add_assignments(user=person(request), round_=round_, shares=[rounds.Share(transcript, [rater])])
    messages.success(request, f"{rater.label} codes {transcript.name} too.")
    return redirect("round", study, round_id)


def _number(request: HttpRequest, name: str) -> int:
    value = request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else 0


def _assignment(scope: Scope, round_id: int, assignment_id: UUID) -> Assignment:
    return get_object_or_404(Assignment, study=scope.study, round=round_id, pk=assignment_id)


@require_POST
def withdraw(request: HttpRequest, study: str, round_id: int, assignment_id: UUID) -> HttpResponse:
    """Take an open assignment back, with a reason."""
    scope = _managed(request, study)
    assignment = _assignment(scope, round_id, assignment_id)
    submission.withdraw(user=person(request), assignment_id=assignment.pk, reason=request.POST.get("reason", ""))
    messages.success(request, "The assignment was withdrawn. What was coded in it is kept.")
    return redirect("round", study, round_id)


@require_POST
def reopen(request: HttpRequest, study: str, round_id: int, assignment_id: UUID) -> HttpResponse:
    """Open a submitted assignment again, with a reason."""
    scope = _managed(request, study)
    assignment = _assignment(scope, round_id, assignment_id)
    submission.reopen(user=person(request), assignment_id=assignment.pk, reason=request.POST.get("reason", ""))
    messages.success(request, "The assignment is open again.")
    return redirect("round", study, round_id)
