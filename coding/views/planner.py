"""How many transcripts and segments: the planner of a closed round."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding import access
from coding.forms.planner import PlannerForm
from coding.queries.planner import assumed_words, plan_round, sentence
from coding.reliability.planning import plan_without_pilot
from coding.views.reliability import find_round, not_yet
from transcripts.views.scope import enter, person


@require_GET
def planner(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Say for each code what it takes until its interval is as narrow as wanted."""
    scope = enter(request, study)
    round_ = find_round(scope, round_id)
    decision = access.may_see_numbers(person(request), round_)
    if not decision:
        return not_yet(request, scope, round_, decision)
    form = PlannerForm(request.GET)
    context: dict[str, Any] = {"scope": scope, "tab": "reliability", "round": round_, "form": form}
    if not form.is_valid():
        return render(request, "coding/planner.html", context, status=422)
    seen = list(access.transcripts_open_to(person(request), round_).values_list("pk", flat=True))
    report = plan_round(
        round_, seen, coefficient=form.cleaned_data["coefficient"], target=form.target, level=form.wanted_level
    )
    context |= {
        "report": report,
        "sentence": sentence(report),
        "left_out": round_.assignments.values("transcript").distinct().count() - len(seen),
        "planned": report.of_kind("transcripts"),
        "bounded": report.of_kind("segments"),
        "unplanned": report.of_kind("none"),
        "coefficient_name": dict(form.fields["coefficient"].choices)[report.coefficient],  # type: ignore[attr-defined]
    }
    if form.has_assumptions:
        assumed = plan_without_pilot(
            report.coefficient,
            **form.assumptions(len(report.raters), report.segments_per_transcript),
            target=form.target,
            level=form.wanted_level,
        )
        context |= {"assumed": assumed, "assumed_words": assumed_words(assumed, form.target)}
    return render(request, "coding/planner.html", context)
