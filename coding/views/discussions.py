"""The discussion on a code, and the click that makes what was said a decision of the draft."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from coding import access
from coding.models import Code, CodebookVersion
from coding.queries.discussions import ONE_CLICK, comments_on, fate_in, open_draft
from coding.services import discussions
from coding.views.codebooks import find_version
from transcripts.access import may_manage
from transcripts.views.scope import Scope, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal


def _found(request: HttpRequest, study: str, version_id: int, code_id: int) -> tuple[Scope, CodebookVersion, Code]:
    scope, version = find_version(request, study, version_id)
    require(access.may_discuss(person(request), scope.study))
    return scope, version, get_object_or_404(Code.objects.select_related("family"), version=version, pk=code_id)


@require_http_methods(["GET", "POST"])
def discussion(request: HttpRequest, study: str, version_id: int, code_id: int) -> HttpResponse:
    """Read what was said of a code, and say something."""
    scope, version, code = _found(request, study, version_id, code_id)
    if request.method != "POST":
        return _page(request, scope, version, code)
    try:
        said = discussions.say(
            user=person(request),
            version=version,
            key=code.key,
            text=request.POST.get("text", ""),
            comment_id=_id(request),
        )
    except Refusal as refusal:
        return _page(request, scope, version, code, refusal=refusal)
    return redirect(request.path + f"#comment-{said.pk}")


def _id(request: HttpRequest, name: str = "id") -> uuid.UUID:
    """Give the id that the page made, or a new one."""
    try:
        return uuid.UUID(request.POST.get(name, ""))
    except ValueError:
        return uuid.uuid4()


def _page(
    request: HttpRequest, scope: Scope, version: CodebookVersion, code: Code, *, refusal: Refusal | None = None
) -> HttpResponse:
    draft = open_draft(version) if "manage" in scope.powers else None
    fate = fate_in(draft, code.key) if draft else None
    context = {
        "scope": scope,
        "tab": "codebook",
        "version": version,
        "code": code,
        "comments": comments_on(person(request), version, code.key),
        "draft": draft,
        "fate": fate,
        "draft_code": draft.codes.filter(key=code.key).first() if draft and fate else None,
        "kinds": [kind for kind in fate.choices if kind in ONE_CLICK] if fate else [],
        "new_id": uuid.uuid4(),
        "text": request.POST.get("text", "") if refusal else "",
        "refusal": refusal,
    }
    return render(request, "coding/discussion.html", context, status=422 if refusal else 200)


@require_POST
def decide(request: HttpRequest, study: str, version_id: int, code_id: int) -> HttpResponse:
    """Make what was said the reason of a change in the open draft."""
    scope, version, code = _found(request, study, version_id, code_id)
    require(may_manage(person(request), scope.study))
    draft = open_draft(version)
    comment = comments_on(person(request), version, code.key).filter(pk=_id(request, "comment")).first()
    if comment is None or draft is None:
        raise Http404("There is no such comment, or no draft that could take it.")
    try:
        discussions.decide(user=person(request), draft=draft, comment=comment, kind=request.POST.get("kind", ""))
    except Refusal as refusal:
        return _page(request, scope, version, code, refusal=refusal)
    messages.success(request, f"Kept in draft {draft.name}, with these words as the reason.")
    return redirect("discussion", study, version.pk, code.pk)
