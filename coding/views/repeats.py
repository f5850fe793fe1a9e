"""Drawing a drift check of a round: shown before it is stored, drawn again at will, started as shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from coding import access
from coding.forms.drawing import SeedForm
from coding.forms.repeats import RepeatsForm
from coding.models import Round
from coding.queries.repeats import RepeatsDesign
from coding.services import repeats
from coding.services.designs import new_seed
from coding.services.drawn_rounds import DesignNotPossible
from coding.services.rounds import RoundNameTaken
from coding.views.again import made_just_now
from coding.views.rounds import find_round
from transcripts.views.scope import person
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Draw what comes back to each rater of a round, show it, and start the drift check that was looked at."""
    scope, round_ = find_round(request, study, round_id)
    require(access.may_draw_repeats(person(request), round_))
    form = RepeatsForm(request.POST if request.method == "POST" else None, round_=round_)
    design: RepeatsDesign | None = None
    if form.is_valid():
        seen = SeedForm(request.POST)
        seed = new_seed()
        if request.POST.get("act") == "start" and seen.is_valid():
            if made := _started(person(request), round_, form, seen.cleaned_data):
                messages.success(request, "The drift check has started. Its raters see a few turns to code, unmarked.")
                return redirect("round", study, made.pk)
            seed = seen.cleaned_data["seed"]
        design = _drawn(person(request), round_, form, seed)
    context = {"scope": scope, "tab": "rounds", "round": round_, "form": form, "design": design}
    return render(request, "coding/draw_repeats.html", context, status=422 if form.errors else 200)


def _drawn(user: User, round_: Round, form: RepeatsForm, seed: int) -> RepeatsDesign | None:
    """Draw, or say in the form why not."""
    try:
        return repeats.preview_repeats(user=user, round_=round_, asked=form.asked(), seed=seed)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None


def _started(user: User, round_: Round, form: RepeatsForm, seen: dict[str, Any]) -> Round | None:
    """Start it, or say in the form why not; a second click gets what the first one made."""
    try:
        return repeats.start_drift_check(user=user, round_=round_, asked=form.asked(), **form.settings, **seen)
    except RoundNameTaken as refusal:
        if made_just_now(refusal.round, user):
            return refusal.round
        form.add_error("name", refusal.message)
    except DesignNotPossible:
        pass  # drawing it for the page says why
    except Refusal as refusal:
        form.add_error(None, refusal.message)
    return None
