"""The calibration meeting: the agenda, one segment after the other, a thread and a decision for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from coding import access
from coding.forms.adjudication import number_of
from coding.models import CodebookProposal, Round
from coding.queries.meeting import Meeting, Talk
from coding.queries.palette import palette
from coding.services import meeting as services
from coding.views.adjudication import gave_outcomes
from coding.views.reliability import find_round, not_yet
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal

KEPT = ("kind", "projector")


@require_GET
@never_cache
def agenda(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show the agenda of a round and one segment of it."""
    scope = enter(request, study)
    round_ = find_round(scope, round_id)
    if not (decision := access.may_follow_meeting(person(request), round_)):
        if "see_results" not in scope.powers:
            raise PermissionDenied(decision.reason)
        return not_yet(request, scope, round_, decision)
    return _page(request, scope, round_)


def _page(request: HttpRequest, scope: Scope, round_: Round, *, status: int = 200, **said: Any) -> HttpResponse:
    """Show the meeting; `segment`, `sent` and `refusal` say what was written and why it was not stored."""
    user = person(request)
    seen = list(access.transcripts_talked_about(user, round_).values_list("pk", flat=True))
    leads = bool(access.may_take_part(user, round_))
    try:
        meeting = Meeting(round_, seen, request.GET.get("kind", ""), memos=leads)
    except ValueError:
        raise Http404("There is no such kind of disagreement.") from None
    chosen = said.get("segment") or number_of(request.GET, "turn") or next(iter(meeting.segments), 0)
    unit = meeting.rows.units.place_of(chosen) if chosen else None
    if chosen and unit is None:
        raise Http404("There is no such segment in what may be read here.")
    talk = None if unit is None else meeting.talk(unit)
    context = {
        "scope": scope,
        "tab": "reliability",
        "round": round_,
        "leads": leads,
        "agenda": meeting.agenda(number_of(request.GET, "page") or meeting.page_of(chosen)),
        "kinds": meeting.kinds(),
        "kind": meeting.kind,
        "asked": _asked(request),
        "projector": request.GET.get("projector") == "1",
        "chosen": chosen,
        "talk": talk,
        "columns": _columns(talk) if talk else [],
        "outcomes": gave_outcomes(talk.letters, talk.judgements) if talk else [],
        "changes": CodebookProposal.Change.choices,
        "codes": _codes(round_, talk) if talk else [],
        **said,
    }
    return render(request, "coding/meeting.html", context, status=status)


def _columns(talk: Talk) -> list[tuple[str, str]]:
    return list(zip(talk.letters, talk.names or [""] * len(talk.letters), strict=True))


def _asked(request: HttpRequest) -> str:
    return urlencode({name: request.GET[name] for name in KEPT if request.GET.get(name)})


def _codes(round_: Round, talk: Talk) -> list[tuple[str, str]]:
    """Name the codes, those that the segment is about first."""
    about = [line.key for line in talk.codes if line.key]
    codes = sorted(palette(round_.version_id).codes.values(), key=lambda code: (code.key not in about, code.order))
    return [(code.key, code.name) for code in codes]


def _write(
    request: HttpRequest, study: str, round_id: int, segment_id: int, write: Callable[..., object], done: str
) -> HttpResponse:
    """Do one thing about a segment and show it again, or say beside it why it was not done."""
    scope = enter(request, study)
    round_ = find_round(scope, round_id)
    require(access.may_take_part(person(request), round_))
    try:
        write(user=person(request), round_=round_, segment_id=segment_id)
    except services.MeetingNotPossible as refusal:
        raise Http404(refusal.message) from None
    except Refusal as refusal:
        said = {"segment": segment_id, "sent": request.POST, "refusal": refusal.message}
        return _page(request, scope, round_, status=422, **said)
    if done:
        messages.success(request, done)
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    return redirect(f"{reverse('meeting', args=[study, round_id])}?{urlencode({**kept, 'turn': segment_id})}")


@require_POST
def remark(request: HttpRequest, study: str, round_id: int, segment_id: int) -> HttpResponse:
    """Add to the thread of a segment."""
    words = request.POST.get("words", "")
    return _write(request, study, round_id, segment_id, lambda **at: services.remark(words=words, **at), "")


@require_POST
def decide(request: HttpRequest, study: str, round_id: int, segment_id: int) -> HttpResponse:
    """Write down what was decided; empty takes it back."""
    words = request.POST.get("words", "")
    done = "The decision is written down." if words.strip() else "The decision was taken back."
    return _write(request, study, round_id, segment_id, lambda **at: services.decide(words=words, **at), done)


@require_POST
def reveal(request: HttpRequest, study: str, round_id: int, segment_id: int) -> HttpResponse:
    """Show who gave what; it is noted who asked."""
    return _write(request, study, round_id, segment_id, services.reveal, "")


@require_POST
def propose(request: HttpRequest, study: str, round_id: int, segment_id: int) -> HttpResponse:
    """Propose a change of the codebook from a segment."""

    def write(**at: Any) -> object:
        round_: Round = at["round_"]
        sent = request.POST
        return services.propose_change(
            study=round_.study, version=round_.version, change=sent.get("change", ""), words=sent.get("words", ""),
            code_key=sent.get("code", ""), **at,
        )  # fmt: skip

    done = "Proposed. It waits beside the codebook until the next draft takes it up."
    return _write(request, study, round_id, segment_id, write, done)
