"""The home page of a study."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding.queries.portraits import portraits
from coding.queries.rounds_picture import rounds_picture
from coding.queries.study_home import study_home
from coding.queries.study_sentence import sentence
from transcripts.views.scope import enter, person


@require_GET
def home(request: HttpRequest, study: str) -> HttpResponse:
    """Show what is next in the study for whoever reads the page."""
    scope = enter(request, study)
    page = study_home(user=person(request), study=scope.study, powers=scope.powers)
    context = {
        "scope": scope,
        "tab": "study",
        "home": page,
        "picture": rounds_picture(scope.study, page.rounds) if page.rounds else None,
        "portraits": portraits(scope.study, page.material) if page.material else (),
        "sentence": sentence(page, scope.study, scope.powers),
    }
    return render(request, "coding/study.html", context)
