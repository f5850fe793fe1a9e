"""Does this installation compute what the literature prints? The published cases, run here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding.queries.validation import validation_report


@require_GET
def validation(request: HttpRequest) -> HttpResponse:
    """Show every expected value beside ours, to anybody who is signed in."""
    return render(request, "coding/validation.html", {"report": validation_report()})
