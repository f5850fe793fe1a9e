"""The coding desk: the page, the acts it sends, and handing in."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from rest_framework.exceptions import ParseError

from coding import access
from coding.models import Assignment
from coding.queries.desk import desk_page
from coding.queries.open_turns import open_turns
from coding.queries.palette import palette
from coding.services import submission
from coding.services.act_drafts import ActDraft, ActError, draft_of
from coding.services.acts import Answer, Refused, perform
from coding.views.palette_markup import palette_markup
from coding.views.strip_markup import strip_markup
from coding.views.turn_markup import lane, speaker_initials, state_word, turns_markup
from transcripts.views.scope import person
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal
from workbench.api.parsing import StrictJSONParser

MOST_ACTS = 200


def _readable(request: HttpRequest, assignment_id: UUID) -> Assignment:
    rows = Assignment.objects.visible_to(person(request)).select_related(
        "rater", "round", "study", "transcript", "version"
    )
    assignment: Assignment = get_object_or_404(rows, pk=assignment_id)
    require(access.may_read_desk(person(request), assignment))
    return assignment


@require_GET
@never_cache
@ensure_csrf_cookie
def desk(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Show the desk of an assignment to its rater."""
    assignment = _readable(request, assignment_id)
    page = desk_page(assignment)
    outcomes = {code.outcome: code.key for code in page.palette.codes.values() if code.outcome}
    context = {
        "assignment": assignment,
        "page": page,
        "turns": turns_markup(page),
        "strip": strip_markup(page),
        "axis": speaker_initials(list(page.speakers.values())),
        "palette": palette_markup(page.palette, published=assignment.version.is_published),
        "none_key": outcomes.get("none"),
        "uncodable_key": outcomes.get("uncodable"),
    }
    return render(request, "coding/desk.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def submit(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Show what is not judged yet; once all is, hand the assignment in."""
    assignment = _readable(request, assignment_id)
    if request.method == "POST":
        try:
            submission.submit(user=person(request), assignment_id=assignment_id)
            return redirect("submit", assignment_id)
        except submission.TurnsOpen:
            pass
    waiting = [] if assignment.is_submitted else open_turns(assignment)
    context = {"assignment": assignment, "open_turns": waiting, "total": assignment.revision.segments.count()}
    return render(request, "coding/submit.html", context, status=409 if request.method == "POST" else 200)


# Acts ----------------------------------------------------------------------------------------------------------------


@login_not_required
@require_POST
@never_cache
def acts(request: HttpRequest, assignment_id: UUID) -> JsonResponse:
    """
    Do one act or a list of them, in order; each has its answer with the turn as it stands now.

    An expired session gets 401 in JSON instead of a sign-in page, so that the desk can keep the acts and say so.
    """
    if not isinstance(request.user, User):
        return _no("signed_out", "You are signed out. Sign in again and the desk goes on.", 401)
    try:
        value = StrictJSONParser().parse(io.BytesIO(request.body))
        single = isinstance(value, dict)
        drafts = [draft_of(one) for one in _listed(value)]
    except ParseError as error:
        return _no("bad_json", str(error.detail), 400)
    except ActError as error:
        return _no("bad_act", str(error), 400)
    answers: list[dict[str, Any]] = []
    try:
        for draft in drafts:
            answers.append(_answered(request.user, assignment_id, draft))
    except PermissionDenied as denied:
        return _no("forbidden", str(denied), 403, answers=answers)
    except Assignment.DoesNotExist:
        return _no("not_found", "There is no such assignment.", 404)
    now = timezone.now().isoformat()
    if single:
        status = 409 if "refused" in answers[0] else 200
        return JsonResponse({**answers[0], "at": now}, status=status)
    return JsonResponse({"answers": answers, "at": now})


def _listed(value: object) -> list[object]:
    listed = value if isinstance(value, list) else [value]
    if len(listed) > MOST_ACTS:
        raise ActError(f"At most {MOST_ACTS} acts at a time.")
    return listed


def _no(code: str, detail: str, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail, **more}, status=status)


def _answered(user: User, assignment_id: UUID, draft: ActDraft) -> dict[str, Any]:
    """Do one act; a refusal is an answer too, and the next act goes on."""
    try:
        return _shown(perform(user=user, assignment_id=assignment_id, act=draft))
    except Refused as refusal:
        return {**_shown(refusal.answer), "refused": refusal.code, "code": refusal.code, "detail": refusal.message}
    except Refusal as refusal:
        return {
            "id": str(draft.client_id), "position": draft.position, "said": refusal.message,
            "refused": refusal.code, "code": refusal.code, "detail": refusal.message,
        }  # fmt: skip


def _shown(answer: Answer) -> dict[str, Any]:
    book = palette(answer.version_id, published=answer.published)
    return {**answer.as_json(), "state": state_word(answer.turn), "lane": lane(book, answer.turn)}
