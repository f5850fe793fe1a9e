"""Memos of a study: those about everything, or about one transcript, segment or code; writing and sharing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from coding import access
from coding.forms.adjudication import number_of
from coding.models import Code, Memo
from coding.queries import memos as queries
from coding.queries.codebooks import latest_published
from coding.services import memos as services
from transcripts.models import Transcript
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal

PAGE_SIZE = 50


@require_http_methods(["GET", "POST"])
@never_cache
def overview(request: HttpRequest, study: str) -> HttpResponse:
    """List the memos that the person may read, and take a new one."""
    scope = enter(request, study)
    about = _about(request, scope, request.GET)
    if request.method == "GET":
        return _page(request, scope, about)
    try:
        services.write_memo(
            user=person(request), study=scope.study, text=request.POST.get("text", ""),
            shared=request.POST.get("shared") == "yes", transcript=about.transcript, position=about.position,
            code=about.code,
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, scope, about, status=422, refusal=refusal.message, sent=request.POST)
    return redirect(f"{reverse('memos', args=[study])}?{_asked(about)}")


def _about(request: HttpRequest, scope: Scope, ask: QueryDict) -> queries.About:
    """Find what memos are asked for; whatever the person may not read does not exist."""
    code, transcript = None, None
    if key := ask.get("code", ""):
        version = latest_published(scope.study)
        code = get_object_or_404(Code.objects.select_related("version"), version=version, key=key)
    if pk := number_of(ask, "transcript"):
        transcript = get_object_or_404(Transcript, study=scope.study, pk=pk)
        require(access.may_write_memo(person(request), scope.study, transcript))
    return queries.About(transcript, number_of(ask, "segment") or None if transcript else None, code)


def _asked(about: queries.About) -> str:
    parts = {
        "transcript": about.transcript.pk if about.transcript else "",
        "segment": about.position or "",
        "code": about.code.key if about.code else "",
    }
    return urlencode({name: value for name, value in parts.items() if value})


def _page(request: HttpRequest, scope: Scope, about: queries.About, *, status: int = 200, **said: Any) -> HttpResponse:
    rows = Paginator(queries.memos(person(request), scope.study, about), PAGE_SIZE).get_page(request.GET.get("page"))
    version = latest_published(scope.study)
    context = {
        "scope": scope,
        "tab": "memos",
        "about": about,
        "asked": _asked(about),
        "rows": rows,
        "codes": version.codes.order_by("position").values_list("key", "name") if version else [],
        "transcripts": scope.study.transcripts.order_by("name") if "read_material" in scope.powers else [],
        **said,
    }
    return render(request, "coding/memos.html", context, status=status)


@require_POST
def change(request: HttpRequest, study: str, memo_id: UUID) -> HttpResponse:
    """Change the words of one's own memo, or whether it is shared; empty takes it away."""
    scope = enter(request, study)
    about = _about(request, scope, request.GET)
    get_object_or_404(Memo, study=scope.study, pk=memo_id)
    try:
        services.change_memo(
            user=person(request), memo_id=memo_id, text=request.POST.get("text", ""),
            shared=request.POST.get("shared") == "yes", before=request.POST.get("before"),
        )  # fmt: skip
    except Memo.DoesNotExist:
        raise Http404("There is no such memo of yours.") from None
    except Refusal as refusal:
        return _page(request, scope, about, status=422, refusal=refusal.message, changing=memo_id, sent=request.POST)
    return redirect(f"{reverse('memos', args=[study])}?{_asked(about)}")
