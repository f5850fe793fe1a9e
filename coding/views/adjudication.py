"""Adjudication: segment after segment under letters, driven by keys; opening and ending it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from coding import access
from coding.forms.adjudication import answer_of, number_of
from coding.models import Adjudication, AdjudicationOpening, Judgement, Round
from coding.queries.adjudication import ORDERS, Case, Cases
from coding.queries.final_rows import RULES, FinalSet, Kept, answer_set, final_rows, proposed, raters_set
from coding.queries.palette import Palette, palette
from coding.services import adjudication as services
from coding.services.final_answers import Answer
from coding.views.reliability import find_round
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.refusals import Refusal

OUTCOMES = {"none": ("None applies", "0"), "uncodable": ("Uncodable", "-"), "open": ("Leave it open", "")}


@require_GET
@never_cache
def desk(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show the segments in dispute and one of them under letters."""
    scope = enter(request, study)
    round_ = find_round(scope, round_id)
    if not (decision := access.may_adjudicate(person(request), round_)):
        if "manage" in scope.powers and decision.reason != access.NOT_YET:
            return redirect("adjudication-setup", study, round_id)
        context = {"scope": scope, "tab": "reliability", "round": round_, "why": decision.reason}
        context["blind"] = decision.reason == access.NOT_YET
        context["own_past"] = decision.reason == access.OWN_PAST
        return render(request, "coding/not_yet.html", context, status=403)
    return _desk(request, scope, round_)


def _desk(request: HttpRequest, scope: Scope, round_: Round, *, status: int = 200, **said: Any) -> HttpResponse:
    """Show the desk; `segment`, `sent` and `refusal` say what was answered and why it was not stored."""
    try:
        cases = Cases(person(request), round_, request.GET.get("order", ""), request.GET.get("kind", ""))
    except ValueError:
        raise Http404("There is no such kind of disagreement.") from None
    wanted = said.get("segment") or request.GET.get("turn", "")
    chosen = _chosen(request, cases, str(wanted))
    unit = cases.rows.units.place_of(chosen) if chosen else None
    if chosen and unit is None:
        raise Http404("There is no such segment in what may be read here.")
    opening = get_object_or_404(AdjudicationOpening, round=round_)
    context: dict[str, Any] = {
        "scope": scope,
        "tab": "reliability",
        "round": round_,
        "cases": cases.listed(number_of(request.GET, "page") or cases.page_of(chosen)),
        "kinds": cases.kinds(),
        "orders": ORDERS,
        "order": cases.order,
        "kind": cases.kind,
        "asked": _asked(cases),
        "chosen": chosen,
        "blind": access.hides_names(person(request), round_),
        **said,
    }
    if unit is not None:
        context |= _case(request, cases.case(opening, scope.member, unit), palette(round_.version_id), said)
    return render(request, "coding/adjudication.html", context, status=status)


def _chosen(request: HttpRequest, cases: Cases, wanted: str) -> int:
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 16:
        return int(wanted)
    return cases.next_open(number_of(request.GET, "after")) or (
        int(cases.rows.units.ids[cases.units[0]]) if len(cases.units) else 0
    )


def _asked(cases: Cases) -> str:
    parts = {"order": "" if cases.order == "apart" else cases.order, "kind": cases.kind}
    return urlencode({name: value for name, value in parts.items() if value})


def _case(request: HttpRequest, case: Case, book: Palette, said: dict[str, Any]) -> dict[str, Any]:
    """Gather one segment with its final column: as it was sent, asked for by a rule or a letter, or as it stands."""
    sets = [raters_set(case, place) for place in range(len(case.letters))]
    rules = [(name, title, proposed(name, case, book)) for name, title in RULES.items()]
    stands, sent = answer_set(case.answer), said.get("sent")
    for name, _, found in [*rules, *zip(case.letters, case.letters, sets, strict=True)]:
        if request.GET.get("take") == name:
            stands = found
    if sent is not None:
        stands = _as_sent(sent)
    rows, others = final_rows(case, book, stands)
    return {
        "case": case,
        "rows": rows,
        "others": others,
        "stands": stands,
        "answer": sent or case.answer,
        "taken": request.GET.get("take", ""),
        "columns": list(zip(case.letters, sets, [*case.names, *[""] * len(sets)], strict=False)),
        "outcomes": gave_outcomes(case.letters, case.judgements),
        "remarks": list(zip(case.letters, case.judgements, strict=True)),
        "proposals": [one for one in rules if one[2]],
        "rules": Adjudication.Rule.choices,
        "causes": Adjudication.Cause.choices,
        "ratings": list(book.ratings),
        "undo": _undo(request, case),
    }


def gave_outcomes(
    letters: Sequence[str], judgements: Sequence[Judgement]
) -> list[tuple[str, str, str, list[tuple[str, bool]]]]:
    """Say of each outcome under which letters it was given; a judgement without codes says that none applies."""
    said = [one.outcome or ("" if one.codings.all() else "none") for one in judgements]
    return [
        (key, *words, [(letter, outcome == key) for letter, outcome in zip(letters, said, strict=True)])
        for key, words in OUTCOMES.items()
    ]


def _as_sent(answer: Answer) -> FinalSet:
    codes = {
        coding.code: Kept(coding.rating, coding.spans, tuple(coding.attributes.items())) for coding in answer.codings
    }
    return FinalSet(codes, answer.outcome)


def _undo(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """Say which answer Z takes back: the one just given, else the one that stands here."""
    just, n = number_of(request.GET, "after"), number_of(request.GET, "n")
    if just and n:
        return {"segment": just, "n": n, "just": True}
    stands = case.answer is not None and case.answered
    return {"segment": case.segment.pk, "n": case.n, "just": False} if stands else None


def _find(request: HttpRequest, study: str, round_id: int) -> tuple[Scope, Round]:
    scope = enter(request, study)
    return scope, find_round(scope, round_id)


def _to(study: str, round_id: int, request: HttpRequest, **query: object) -> HttpResponse:
    kept = {name: request.GET[name] for name in ("order", "kind") if request.GET.get(name)}
    return redirect(f"{reverse('adjudication', args=[study, round_id])}?{urlencode({**kept, **query})}")


@require_POST
def decide(request: HttpRequest, study: str, round_id: int, segment_id: int) -> HttpResponse:
    """Store an answer and go on to the next segment, or say beside the answer why it was not stored."""
    scope, round_ = _find(request, study, round_id)
    sent = None
    try:
        sent = answer_of(request.POST)
        n = number_of(request.POST, "n")
        row = services.decide(user=person(request), round_=round_, segment_id=segment_id, answer=sent, n=n)
    except services.AdjudicationNotPossible as refusal:
        raise Http404(refusal.message) from None
    except Refusal as refusal:
        return _desk(request, scope, round_, status=422, segment=segment_id, sent=sent, refusal=refusal.message)
    return _to(study, round_id, request, after=segment_id, n=row.n)


@require_POST
def undo(request: HttpRequest, study: str, round_id: int, segment_id: int) -> HttpResponse:
    """Let the answer before stand again, and show the segment."""
    scope, round_ = _find(request, study, round_id)
    try:
        n = number_of(request.POST, "n")
        services.undo(user=person(request), round_=round_, segment_id=segment_id, n=n)
    except services.AdjudicationNotPossible as refusal:
        raise Http404(refusal.message) from None
    except Refusal as refusal:
        return _desk(request, scope, round_, status=422, segment=segment_id, refusal=refusal.message)
    return _to(study, round_id, request, turn=segment_id)


@require_POST
def names(request: HttpRequest, study: str, round_id: int, segment_id: int) -> HttpResponse:
    """Show who gave what to a segment that the adjudicator has answered; it is noted."""
    scope, round_ = _find(request, study, round_id)
    try:
        services.show_names(user=person(request), round_=round_, segment_id=segment_id)
    except services.AdjudicationNotPossible as refusal:
        raise Http404(refusal.message) from None
    except Refusal as refusal:
        return _desk(request, scope, round_, status=422, segment=segment_id, refusal=refusal.message)
    return _to(study, round_id, request, turn=segment_id)


@require_POST
def end(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """End the blind phase: who gave what opens to its adjudicators."""
    _, round_ = _find(request, study, round_id)
    try:
        services.end_adjudication(user=person(request), round_=round_)
    except services.AdjudicationNotPossible as refusal:
        raise Http404(refusal.message) from None
    messages.success(request, "The blind phase has ended. Whatever is decided from now on says so.")
    return redirect("adjudication-report", study, round_id)
