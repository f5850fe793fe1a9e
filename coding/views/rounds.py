"""Rounds of a study: making one, seeing its design, and changing who codes in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coding import access
from coding.forms.drawing import LeaveForm
from coding.forms.rounds import DueForm, MoreForm, PlanForm, RoundForm, shares_of, ticks_of
from coding.forms.training import CriterionForm
from coding.models import Assignment, CodebookVersion, Round
from coding.queries.notes import shared_notes
from coding.queries.round_pages import added_since, design, material_of, round_lines, taken_back
from coding.services import rounds, submission
from coding.views.again import made_just_now
from transcripts.access import may_manage
from transcripts.models import Membership
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal


@require_GET
def overview(request: HttpRequest, study: str) -> HttpResponse:
    """List the rounds."""
    scope = managed(request, study)
    lines = round_lines(person(request), scope.study)
    context = {"scope": scope, "tab": "rounds", "lines": lines, "needs": [] if lines else _needs(scope)}
    return render(request, "coding/rounds.html", context)


def _needs(scope: Scope) -> list[tuple[str, str, str]]:
    """Say what is missing for a first round, each with where it is done."""
    found = []
    if not CodebookVersion.objects.filter(study=scope.study).in_use().exists():
        found.append(("A published codebook version", "To the codebooks", "codebooks"))
    if not scope.study.transcripts.exists():
        found.append(("Something to code", "Upload transcripts", "upload"))
    # Two can be compared; a round of one is made by whoever wants it.
    if sum(access.codes_unless_said_otherwise(member) for member in coders(scope)) == 0:
        found.append(("Raters who have joined the study", "To the members", "members"))
    return found


def managed(request: HttpRequest, study: str) -> Scope:
    """Let whoever runs the study in."""
    scope = enter(request, study)
    require(may_manage(person(request), scope.study))
    return scope


def coders(scope: Scope) -> list[Membership]:
    """List who can be given something to code."""
    members = Membership.objects.filter(study=scope.study, left_at=None).order_by("label")
    return [member for member in members if access.may_be_assigned(member)]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, study: str) -> HttpResponse:
    """Make a round."""
    scope = managed(request, study)
    material, raters = material_of(scope.study), coders(scope)
    sent = request.POST if request.method == "POST" else None
    form, plan, criterion = RoundForm(sent, study=scope.study), PlanForm(sent), CriterionForm(sent)
    if form.is_valid() and all(one.is_valid() or not one.is_bound for one in (plan, criterion)):
        shares = shares_of(request.POST, [row.transcript for row in material], raters)
        if made := _made(request, scope, form, {"plan": plan.draft(), "criterion": criterion.draft()}, shares):
            return redirect("round", study, made.pk)
    grid = [(row, ticks_of(row.transcript, raters, sent)) for row in material]
    context: dict[str, Any] = {"scope": scope, "tab": "rounds", "form": form, "grid": grid, "raters": raters}
    status = 422 if form.errors or plan.errors or criterion.errors else 200
    return render(request, "coding/new_round.html", {**context, "plan": plan, "criterion": criterion}, status=status)


def _made(
    request: HttpRequest, scope: Scope, form: RoundForm, fixed: dict[str, Any], shares: list[rounds.Share]
) -> Round | None:
    """Make the round, or say in the form why not; a second click gets what the first one made."""
    given = form.cleaned_data | fixed
    try:
        return rounds.create_round(user=person(request), study=scope.study, shares=shares, **given)
    except rounds.RoundNameTaken as refusal:
        if made_just_now(refusal.round, person(request)):
            return refusal.round
        form.add_error("name", refusal.message)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
    return None


def find_round(request: HttpRequest, study: str, round_id: int) -> tuple[Scope, Round]:
    """Find a round for whoever runs its study."""
    scope = managed(request, study)
    rows = Round.objects.select_related(
        "version__codebook",
        "study",
        "plan__made_by",
        "design__made_by",
        "design__repeats_of",
        "criterion__made_by",
        "gate__training",
    )
    return scope, get_object_or_404(rows, study=scope.study, pk=round_id)


@require_GET
def show(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show who codes what in a round, and how far they are as far as the reader may know."""
    scope, round_ = find_round(request, study, round_id)
    return round_page(request, scope, round_)


def round_page(request: HttpRequest, scope: Scope, round_: Round, *, status: int = 200, **said: Any) -> HttpResponse:
    """Show a round; `place`, `reason` and `refusal` say what was asked for and why it was not done."""
    user, raters = person(request), coders(scope)
    extends = access.may_extend(user, round_)
    shown, state = design(user, round_), access.may_see_state(user, round_)
    drawn = getattr(round_, "design", None)
    # What came back to a rater is their own past: nobody codes on for them.
    heirs = [] if drawn is not None and drawn.repeats_of_id is not None else raters
    context = {
        "scope": scope,
        "tab": "rounds",
        "round": round_,
        "design": shown,
        "drawn": drawn,
        "added": added_since(round_),
        "taken_back": taken_back(user, round_),
        "plan": getattr(round_, "plan", None),
        "criterion": getattr(round_, "criterion", None),
        "gate": getattr(round_, "gate", None),
        "state": state,
        # That a round is over is a state, too: whoever may not know it sees the page of an open one.
        "over": bool(state) and round_.is_closed,
        "results": access.may_see_results(user, round_),
        "notes": shared_notes(user, round_),
        "more": extends and (said.get("form") or MoreForm(study=scope.study, raters=raters)),
        "due": said.get("due") or DueForm(initial={"due_on": round_.due_on}),
        "check": any(one.submitted for one in shown.progress) and access.may_draw_repeats(user, round_),
        "leave": extends and LeaveForm(inside=shown.raters, raters=heirs),
        **said,
    }
    return render(request, "coding/round.html", context, status=status)


@require_POST
def show_others(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Let the raters of a round see the others' codings beside their own once it is closed, or not."""
    _, round_ = find_round(request, study, round_id)
    shown = request.POST.get("shown") == "yes"
    rounds.show_others(user=person(request), round_=round_, shown=shown)
    said = "may see the others' codings beside their own" if shown else "see their own codings alone"
    messages.success(request, f"Once this round is closed, its raters {said}.")
    return redirect("round", study, round_id)


@require_POST
def set_due(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Say by when the raters of a round are asked to hand in."""
    scope, round_ = find_round(request, study, round_id)
    form = DueForm(request.POST)
    if not form.is_valid():
        return round_page(request, scope, round_, due=form, status=422)
    day = form.cleaned_data["due_on"]
    rounds.set_due(user=person(request), round_=round_, due_on=day)
    messages.success(request, f"Due on {date_format(day, 'j F Y')}; raters see it." if day else "No day is set.")
    return redirect("round", study, round_id)


@require_POST
def add_raters(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Give a transcript of an open round to one more rater; given already, say so."""
    scope, round_ = find_round(request, study, round_id)
    require(access.may_extend(person(request), round_))
    form = MoreForm(request.POST, study=scope.study, raters=coders(scope))
    if not form.is_valid():
        return round_page(request, scope, round_, form=form, status=422)
    rater, transcript, reason = (form.cleaned_data[name] for name in ("rater", "transcript", "reason"))
    share = rounds.Share(transcript, [rater])
    try:
        rounds.add_assignments(user=person(request), round_=round_, shares=[share], reason=reason)
    except rounds.AlreadyAssigned:
        messages.info(request, f"{rater.label} has {transcript.name} in this round.")
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return round_page(request, scope, round_, form=form, status=422)
    else:
        messages.success(request, f"{rater.label} codes {transcript.name} too.")
    return redirect("round", study, round_id)


def _act(
    request: HttpRequest, study: str, round_id: int, assignment_id: UUID, act: Callable[..., Any], done: str
) -> HttpResponse:
    """Do something about one assignment with the reason given, or say beside it why not."""
    scope, round_ = find_round(request, study, round_id)
    found = get_object_or_404(Assignment, study=scope.study, round=round_, pk=assignment_id)
    reason = request.POST.get("reason", "")
    try:
        act(user=person(request), assignment_id=found.pk, reason=reason)
    except (Refusal, PermissionDenied) as refusal:
        status = 403 if isinstance(refusal, PermissionDenied) else 422
        said = {"place": found.pk, "reason": reason, "refusal": str(refusal)}
        return round_page(request, scope, round_, status=status, **said)
    messages.success(request, done)
    return redirect("round", study, round_id)


@require_POST
def withdraw(request: HttpRequest, study: str, round_id: int, assignment_id: UUID) -> HttpResponse:
    """Take an open assignment back, with a reason."""
    done = "The assignment was taken back. What was coded in it is kept and counts nowhere."
    return _act(request, study, round_id, assignment_id, submission.withdraw, done)


@require_POST
def reopen(request: HttpRequest, study: str, round_id: int, assignment_id: UUID) -> HttpResponse:
    """Open a submitted assignment again, with a reason."""
    done = "The assignment is open again."
    return _act(request, study, round_id, assignment_id, submission.reopen, done)
