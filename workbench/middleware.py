"""What wraps every request: the name in the history, and refusals answered in a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pghistory
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from workbench.accounts.refusals import Refusal
from workbench.api.answers import BAD_VALUE

Handler = Callable[[HttpRequest], HttpResponse]


class HistoryMiddleware:
    """Name the person in whatever the database writes into the history during a request that may write."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        # An API token is recognised later, in the view; the API names its person itself.
        person = request.user.pk if hasattr(request, "user") and request.user.is_authenticated else None
        with pghistory.context(user=person, path=request.path):
            return self.get_response(request)


class PrivateMiddleware:
    """Have browsers and proxies keep no copy of a page, unless its view says otherwise."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class RefusalMiddleware:
    """Answer a refusal that no view has caught with its sentence, and values that no column takes with 400."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or any("\x00" in value for values in request.GET.lists() for value in values[1]):
            return _bad_value(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn what went wrong by the person's input into a page with a sentence."""
        if isinstance(exception, Refusal):
            return render(request, "refusal.html", {"refusal": exception}, status=409)
        if isinstance(exception, (DataError, OverflowError, UnicodeEncodeError, BadRequest)):
            return _bad_value(request)
        return None


def _bad_value(request: HttpRequest) -> HttpResponse:
    """Say that a value cannot be: to programs as the API says it, to people on a page."""
    if request.path.startswith("/api/"):
        return JsonResponse(BAD_VALUE, status=400)
    return render(request, "400.html", status=400)
