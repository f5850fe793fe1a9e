"""Training rounds: whose codings are gold, who is cleared for which code, and one's own learning curve."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from coding import access
from coding.forms.training import ClearForm, GoldForm
from coding.models import Assignment, Round
from coding.queries.learning_chart import curves
from coding.queries.training import GoldLine, Training, gold_lines, learning_of, training_of
from coding.services.clearing import clear_by_hand
from coding.services.gold import say_gold
from coding.views.rounds import coders, find_round
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal


def _training_round(request: HttpRequest, study: str, round_id: int) -> tuple[Scope, Round]:
    scope, round_ = find_round(request, study, round_id)
    if round_.kind != Round.Kind.TRAINING:
        raise Http404
    return scope, round_


@require_GET
@never_cache
def show(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show who is cleared for which code, and whose codings are gold."""
    scope, round_ = _training_round(request, study, round_id)
    return _page(request, scope, round_)


def _page(request: HttpRequest, scope: Scope, round_: Round, *, status: int = 200, **said: Any) -> HttpResponse:
    may = access.may_follow_training(person(request), round_)
    found = training_of(round_) if may else None
    lines = said.pop("lines", None) or gold_lines(person(request), round_)
    forms = said.pop("forms", {})
    context: dict[str, Any] = {
        "scope": scope,
        "tab": "rounds",
        "round": round_,
        "criterion": getattr(round_, "criterion", None),
        "training": found,
        "why": may.reason,
        "golds": [(line, forms.get(line.transcript.pk) or GoldForm(line=line)) for line in lines],
        "clear": None,
        **(_chart(request, found) if found else {}),
    }
    if found and context["criterion"]:
        cleared = {one.member.pk for one in found.learners if one.clearance}
        raters = [one for one in coders(scope) if one.pk not in cleared]
        context["clear"] = said.pop("clear", None) or (
            ClearForm(raters=raters, first=_first(found)) if raters else None
        )
    return render(request, "coding/training.html", context | said, status=status)


def _first(found: Training) -> int | None:
    """Propose somebody who trains and is not cleared."""
    return next((one.member.pk for one in found.learners if one.clearance is None), None)


def _chart(request: HttpRequest, found: Training) -> dict[str, Any]:
    """Choose a code and draw its curves, one for each rater."""
    line = found.line(request.GET.get("code", ""))
    if line is None:
        return {"line": None, "curves": []}
    named = [
        (one.member.label, course)
        for one, course in zip(found.learners, line.courses, strict=True)
        if course is not None
    ]
    return {"line": line, "curves": curves(named, found.practice.criterion)}


@require_POST
def gold(request: HttpRequest, study: str, round_id: int, transcript_id: int) -> HttpResponse:
    """Say whose codings are the gold of a transcript."""
    scope, round_ = _training_round(request, study, round_id)
    lines = gold_lines(person(request), round_)
    line = next((one for one in lines if one.transcript.pk == transcript_id), None)
    if line is None:
        raise Http404
    require(access.may_say_gold(person(request), round_, transcript_id))
    form = GoldForm(request.POST, line=line)
    if form.is_valid():
        try:
            say_gold(user=person(request), round_=round_, transcript=line.transcript, **_source(line, form))
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"The gold of {line.transcript.name} is said. Feedback compares with it.")
            return redirect("training", study, round_id)
    return _page(request, scope, round_, status=422, lines=lines, forms={transcript_id: form})


def _source(line: GoldLine, form: GoldForm) -> dict[str, Any]:
    """Give the assignment or the round that was chosen, from those that could be."""
    kind, _, key = form.cleaned_data["source"].partition("-")
    reason = {"reason": form.cleaned_data.get("reason", "")}
    if kind == "round":
        return {"final_round": next(one for one in line.rounds if str(one.pk) == key), **reason}
    return {"assignment": next(one for one in line.assignments if one.pk == UUID(key)), **reason}


@require_POST
def clear(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Clear somebody by hand."""
    scope, round_ = _training_round(request, study, round_id)
    require(access.may_follow_training(person(request), round_))
    form = ClearForm(request.POST, raters=coders(scope))
    if form.is_valid():
        try:
            done = clear_by_hand(user=person(request), round_=round_, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"{done.rater.label} is cleared; the reason stays with it.")
            return redirect("training", study, round_id)
    return _page(request, scope, round_, status=422, clear=form)


@require_GET
@never_cache
def learning(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show a rater how they learn, code by code."""
    scope = enter(request, study)
    mine = Assignment.objects.by(person(request)).filter(withdrawn_at=None).values("round")
    rows = Round.objects.select_related("study", "version").filter(study=scope.study, pk__in=mine)
    round_: Round = get_object_or_404(rows, pk=round_id)
    require(access.may_read_learning(person(request), round_))
    found = learning_of(person(request), round_)
    criterion = found.practice.criterion
    context = {
        "scope": scope,
        "tab": "study",
        "round": round_,
        "learning": found,
        "criterion": criterion,
        "coefficient": found.practice.coefficient,
        "asked": None if found.asked is None else curves(((one.code.name, one) for one in found.asked), criterion),
        "further": curves(((one.code.name, one) for one in found.further), criterion),
    }
    return render(request, "coding/learning.html", context)
