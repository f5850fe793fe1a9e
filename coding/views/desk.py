"""The coding desk: the page, the acts it sends, and handing in."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from rest_framework.exceptions import ParseError
from rest_framework.settings import api_settings

from coding import access
from coding.models import Assignment
from coding.queries.asked import count_asked
from coding.queries.desk import WINDOW, DeskPage, codings_before, desk_page, desk_turns, turn_states
from coding.queries.found_turns import found_turns
from coding.queries.open_turns import flagged_turns, open_turns
from coding.queries.outline import outline
from coding.queries.own_desk import desk_assignment
from coding.queries.palette import palette
from coding.services import submission
from coding.services.act_drafts import ActError, drafts_of
from coding.services.acts import Answer, NotDone, perform_all, result_json
from coding.services.notes import QUESTION, may_be_shared, note_of, who_reads
from coding.views.palette_markup import head_markup, palette_markup, styles_markup
from coding.views.reading import reading_of
from coding.views.strip_markup import strip_markup
from coding.views.turn_markup import lane, rows_markup, speaker_initials, state_word, turns_markup
from transcripts.views.scope import person
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.planned import planned_once

#: Where the turns go. They are put in after the template is done, which would copy megabytes for each of its blocks.
TURNS_HERE = "\0turns\0"
#: How many turns a page that is open asks for at a time, and how long what it looks for may be.
MOST_TURNS, LONGEST_SEARCH = 300, 200


def _readable(request: HttpRequest, assignment_id: UUID) -> Assignment:
    try:
        assignment = desk_assignment(person(request), assignment_id)
    except Assignment.DoesNotExist:
        raise Http404 from None
    require(access.may_read_desk(person(request), assignment))
    return assignment


def _waiting(request: HttpRequest, assignment_id: UUID) -> dict[str, Any] | None:
    """Say what a rater does before they begin an assignment that waits; None where it does not wait for them."""
    own = Assignment.objects.by(person(request)).open().filter(rater__left_at=None)
    assignment = own.select_related("rater", "round", "study", "transcript").filter(pk=assignment_id).first()
    training = access.waits_for(assignment) if assignment else None
    if assignment is None or training is None:
        return None
    practice = own.filter(round=training).select_related("transcript").order_by("place", "transcript__name").first()
    learns = access.may_read_learning(person(request), training)
    return {"assignment": assignment, "training": training, "practice": practice, "learns": learns}


def _own_note(assignment: Assignment) -> dict[str, Any]:
    found = note_of(assignment)
    return {"note": found, "question": QUESTION, "who_reads": who_reads(found), "may_share": may_be_shared(found)}


@require_GET
@never_cache
@ensure_csrf_cookie
def desk(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Show the desk of an assignment to its rater, or what comes first where its round waits for training."""
    try:
        assignment = _readable(request, assignment_id)
    except PermissionDenied:
        if (waiting := _waiting(request, assignment_id)) is None:
            raise
        return render(request, "coding/waiting.html", waiting, status=403)
    at = _turn_asked_for(request, assignment)
    with planned_once():
        page = desk_page(assignment, at)
    outcomes = {code.outcome: code.key for code in page.palette.codes.values() if code.outcome}
    context = {
        "assignment": assignment,
        "page": page,
        "styles": styles_markup(),
        "head": head_markup(),
        "turns": TURNS_HERE,
        "start": at or page.first_open,
        "window": _window_data(page) if page.is_window else {},
        "strip": strip_markup(page),
        "axis": speaker_initials(list(page.speakers.values())),
        "palette": palette_markup(page.palette, published=assignment.version.is_published),
        "none_key": outcomes.get("none"),
        "uncodable_key": outcomes.get("uncodable"),
        **_own_note(assignment),
        "reading": reading_of(request),
    }
    before, after = render_to_string("coding/desk.html", context, request).split(TURNS_HERE)
    return HttpResponse([before, turns_markup(page), after])


def _turn_asked_for(request: HttpRequest, assignment: Assignment) -> int | None:
    """Read which turn a link asks for; anything else than a turn of this hour asks for none."""
    asked = request.GET.get("turn", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    return number if 1 <= number <= outline(assignment.revision_id).total else None


def _window_data(page: DeskPage) -> dict[str, Any]:
    """Give what the page knows of the turns that it leaves out: how far and how long each is."""
    return {"marks": page.marks, "sizes": page.outline.sizes}


@require_GET
@never_cache
def turns(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Give some turns of a long hour as the page shows them, `first` to `last`."""
    assignment = _readable(request, assignment_id)
    total = outline(assignment.revision_id).total
    try:
        first = int(request.GET.get("first", "1")[:9])
        last = int(request.GET.get("last", str(min(first + WINDOW - 1, total)))[:9])
    except ValueError:
        return HttpResponseBadRequest("“first” and “last” are numbers of turns.", content_type="text/plain")
    if not 1 <= first <= last <= total or last - first >= MOST_TURNS:
        sentence = f"Ask for turns from 1 to {total:,}, at most {MOST_TURNS} at a time."
        return HttpResponseBadRequest(sentence, content_type="text/plain")
    return HttpResponse(rows_markup(desk_turns(assignment, first, last)))


@require_POST
@never_cache
def find(request: HttpRequest, assignment_id: UUID) -> JsonResponse:
    """
    Find words in the text of an assignment; what was looked for stands in no address and no log.

    The numbers of all turns that hold them are given, and of the first some their words.
    """
    assignment = _readable(request, assignment_id)
    try:
        value = _json_of(request)
    except ParseError as error:
        return _no("bad_json", str(error.detail), 400)
    words = value.get("words") if isinstance(value, dict) else None
    if not isinstance(words, str) or not words.strip() or len(words) > LONGEST_SEARCH or "\0" in words:
        return _no("bad_words", f"“words” is a text of 1 to {LONGEST_SEARCH} characters.", 400)
    found = found_turns(assignment.revision_id, words.strip())
    return JsonResponse({"turns": found.positions, "said": [[one.position, *one.said] for one in found.said]})


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
    context = {
        "assignment": assignment,
        "open_turns": waiting,
        "flagged": flagged_turns(assignment),
        "total": count_asked(assignment),
        "beside": access.may_read_beside(person(request), assignment),
        "feedback": access.may_read_feedback(person(request), assignment),
        **_own_note(assignment),
    }
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
    owner = request.headers.get("X-Desk-Owner", "")
    if owner and owner != str(request.user.pk):
        return _no("other_person", "Somebody else is signed in in this browser; these acts are not theirs.", 403)
    try:
        value = _json_of(request)
        drafts = drafts_of(value)
    except ParseError as error:
        return _no("bad_json", str(error.detail), 400)
    except ActError as error:
        return _no("bad_act", str(error), 400)
    try:
        done = perform_all(user=request.user, assignment_id=assignment_id, acts=drafts)
    except Assignment.DoesNotExist:
        return _no("not_found", "There is no such assignment.", 404)
    answers = [_shown(result, assignment_id) for result in done.results]
    if done.denied:
        return _no("forbidden", done.denied, 403, answers=answers)
    now = timezone.now().isoformat()
    if isinstance(value, list):
        return JsonResponse({"answers": answers, "at": now})
    refusal = {"code": answers[0]["refused"], "detail": answers[0]["said"]} if "refused" in answers[0] else {}
    return JsonResponse({**answers[0], **refusal, "at": now}, status=409 if refusal else 200)


def _json_of(request: HttpRequest) -> Any:
    """Read the body as the API reads it: strict JSON, or ParseError with a sentence."""
    parser: Any = api_settings.DEFAULT_PARSER_CLASSES[0]
    return parser().parse(io.BytesIO(request.body))


def _no(code: str, detail: str, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail, **more}, status=status)


@require_GET
@never_cache
def earlier_codings(request: HttpRequest, assignment_id: UUID) -> JsonResponse:
    """List the rater's own codings of the turns before one, for the desk that holds only a part of a long hour."""
    assignment = _readable(request, assignment_id)
    before = request.GET.get("before", "")
    if not before.isdecimal() or len(before) > 9:
        return _no("bad_position", "Say before which turn: ?before=12.", 400)
    return JsonResponse({"codings": codings_before(assignment, int(before))})


def _shown(result: Answer | NotDone, assignment_id: UUID) -> dict[str, Any]:
    """Add to an answer how the turn looks now, and how others look whose links came or went with it."""
    answer = result if isinstance(result, Answer) else result.answer
    if answer is None:
        return result_json(result)
    book = palette(answer.version_id, published=answer.published)
    shown = {**result_json(result), "state": state_word(answer.turn), "lane": lane(book, answer.turn)}
    if answer.touched:
        states = turn_states(Assignment(pk=assignment_id), book, answer.touched)
        shown["others"] = [
            {"position": position, "state": state_word(state), "lane": lane(book, state)}
            for position, state in states.items()
        ]
    return shown
