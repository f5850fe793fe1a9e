"""Pages that say no: a calm sentence and a way on, never a trace."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_TOO_MUCH: dict[type[Exception], str] = {
    RequestDataTooBig: "What was sent is larger than this server takes in one go. Send less at a time.",
    TooManyFieldsSent: "The form has more fields than this server takes in one go. Send fewer at a time.",
    TooManyFilesSent: "These are more files than this server takes in one go. Send fewer at a time.",
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read with 400, and what is too large with 413."""
    sentence = next((words for kind, words in _TOO_MUCH.items() if isinstance(exception, kind)), "")
    return render(request, "400.html", {"sentence": sentence}, status=413 if sentence else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 with the reason that the rule gave."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without its secret: most often the page was open while somebody signed in or out."""
    return render(request, "csrf.html", status=403)
