"""The studies of a person, and a new one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from transcripts import access
from transcripts.forms import StudyForm
from transcripts.queries.studies import own_studies
from transcripts.services.members import leave as leave_study
from transcripts.services.studies import create_study_once, set_discussion_only
from transcripts.views.scope import enter, person
from workbench.accounts.access import require


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """List one's studies; whoever has one and cannot start others is taken there."""
    user = person(request)
    studies = own_studies(user)
    if len(studies) == 1 and not user.may_create_studies:
        return redirect("study", studies[0].slug)
    return render(request, "transcripts/home.html", {"studies": studies, "may_create": user.may_create_studies})


@require_http_methods(["GET", "POST"])
def new_study(request: HttpRequest) -> HttpResponse:
    """Start a study."""
    user = person(request)
    require(access.may_create_study(user))
    form = StudyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        study = create_study_once(user=user, **form.cleaned_data)
        return redirect("study", study.slug)
    return render(request, "transcripts/new_study.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def numbers(request: HttpRequest, study: str) -> HttpResponse:
    """Switch the numbers of a study off or on."""
    scope = enter(request, study)
    wanted = request.POST.get("numbers") == "off"
    set_discussion_only(user=person(request), study=scope.study, wanted=wanted)
    said = "talks about disagreements and shows no numbers" if wanted else "shows how far its raters agree"
    messages.success(request, f"The study {said}.")
    return redirect("study", study)


@require_POST
def leave(request: HttpRequest, study: str) -> HttpResponse:
    """Leave a study."""
    scope = enter(request, study)
    leave_study(user=person(request), study=scope.study)
    return redirect("home")
