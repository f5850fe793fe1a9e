"""Drawing a round's design: shown before the start, drawn again at will, and changed afterwards with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from coding.forms.drawing import DrawForm, LeaveForm, SeedForm
from coding.forms.rounds import PlanForm
from coding.forms.training import CriterionForm
from coding.models import Round
from coding.queries.drawn_design import DrawnDesign
from coding.services import drawn_rounds, late_changes
from coding.services.designs import new_seed
from coding.services.rounds import RoundNameTaken
from coding.views.again import made_just_now
from coding.views.rounds import coders, find_round, managed, round_page
from transcripts.models import Study
from transcripts.views.scope import person
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, study: str) -> HttpResponse:
    """Draw a design, show it, and start the round with the one that was looked at."""
    scope = managed(request, study)
    raters = coders(scope)
    sent = request.POST if request.method == "POST" else None
    form, plan, criterion = DrawForm(sent, study=scope.study, raters=raters), PlanForm(sent), CriterionForm(sent)
    design: DrawnDesign | None = None
    if form.is_valid() and all(one.is_valid() or not one.is_bound for one in (plan, criterion)):
        seen = SeedForm(request.POST)
        if request.POST.get("act") == "start" and seen.is_valid():
            fixed = {"plan": plan.draft(), "criterion": criterion.draft()}
            if made := _started(person(request), scope.study, form, seen.cleaned_data | fixed):
                return redirect("round", study, made.pk)
            design = _drawn(person(request), scope.study, form, seen.cleaned_data["seed"])
        else:
            design = _drawn(person(request), scope.study, form, new_seed())
    context: dict[str, Any] = {"scope": scope, "tab": "rounds", "form": form, "plan": plan, "design": design}
    context |= {"criterion": criterion, "raters": raters, "has_material": scope.study.transcripts.exists()}
    status = 422 if form.errors or plan.errors or criterion.errors else 200
    return render(request, "coding/draw_round.html", context, status=status)


def _drawn(user: User, study: Study, form: DrawForm, seed: int) -> DrawnDesign | None:
    """Draw, or say in the form why not."""
    try:
        return drawn_rounds.preview_design(user=user, study=study, asked=form.asked(), seed=seed)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None


def _started(user: User, study: Study, form: DrawForm, fixed: dict[str, Any]) -> Round | None:
    """Start the round, or say in the form why not; a second click gets what the first one made."""
    try:
        return drawn_rounds.start_drawn_round(user=user, study=study, asked=form.asked(), **form.settings, **fixed)
    except RoundNameTaken as refusal:
        if made_just_now(refusal.round, user):
            return refusal.round
        form.add_error("name", refusal.message)
    except drawn_rounds.DesignNotPossible:
        pass  # drawing it for the page says why
    except Refusal as refusal:
        form.add_error(None, refusal.message)
    return None


@require_POST
def rater_leaves(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Take back what a rater has open in a round, and give it to somebody else where one is named."""
    scope, round_ = find_round(request, study, round_id)
    form = LeaveForm(request.POST, inside=[one.rater for one in _inside(round_)], raters=coders(scope))
    if not form.is_valid():
        return round_page(request, scope, round_, leave=form, status=422)
    try:
        done = late_changes.rater_leaves(user=person(request), round_=round_, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return round_page(request, scope, round_, leave=form, status=422)
    label, heir = form.cleaned_data["rater"].label, form.cleaned_data["heir"]
    words = [f"{done.taken_back} open transcript{'' if done.taken_back == 1 else 's'} of {label} taken back."]
    if heir:
        words.append(f"{heir.label} codes {done.given} of them now.")
    if done.nobodys:
        words.append(f"Nobody codes {', '.join(done.nobodys)} in this round now.")
    messages.success(request, " ".join(words))
    return redirect("round", study, round_id)


def _inside(round_: Round) -> Any:
    return round_.assignments.filter(withdrawn_at=None).select_related("rater")
