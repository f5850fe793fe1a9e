"""Two closed rounds of a study side by side."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding import access
from coding.models import Round
from coding.queries import comparison_page as page
from coding.queries.comparison import compare_rounds
from coding.queries.results import comparable_rounds
from coding.queries.round_pages import not_naive
from coding.views.reliability import find_round, not_yet
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import require


@require_GET
def compare(request: HttpRequest, study: str) -> HttpResponse:
    """Compare two rounds, or ask which ones."""
    scope = enter(request, study)
    require(access.may_read_results(person(request), scope.study))
    first, second = (_chosen(request, scope, name) for name in ("first", "second"))
    if first is None or second is None:
        return _ask(request, scope, first, second)
    if first.pk == second.pk:
        return _ask(request, scope, first, None, "Choose two different rounds: one alone has nothing to compare with.")
    user = person(request)
    for round_ in (first, second):
        if not (decision := access.may_see_numbers(user, round_)):
            return not_yet(request, scope, round_, decision)
    seen = [list(access.transcripts_open_to(user, round_).values_list("pk", flat=True)) for round_ in (first, second)]
    report = compare_rounds(first, second, *seen)
    by = request.GET.get("by", "")
    by = by if by in page.CHOICES else "alpha"
    context = _context(request, scope, first, second) | {
        "report": report,
        "by": by,
        "by_name": page.WORDS[by],
        "choices": page.CHOICES,
        "sentence": page.sentence(report, by),
        "groups": page.groups(report, by),
        "parts": [
            ("whole", "All codes together", "", "Alpha, MASI", [page.row_of(report.overall, by)]),
            ("families", "Families", "AC1", "Alpha", [page.row_of(line, by) for line in report.families]),
            (
                "ratings",
                "Ratings",
                "AC2, ordinal",
                "Alpha, ordinal",
                [page.row_of(line, by) for line in report.ratings],
            ),
        ],
        "changed": page.changed_lines(report.codes),
        "not_naive": [
            (round_, pairs)
            for round_, ids in zip((first, second), seen, strict=True)
            if (pairs := not_naive(round_, ids))
        ],
        "few": min(len(report.first.transcripts), len(report.second.transcripts)) < 5,
        "left_out": [
            (round_, round_.assignments.values("transcript").distinct().count() - len(ids))
            for round_, ids in zip((first, second), seen, strict=True)
        ],
    }
    return render(request, "coding/compare.html", context)


def _chosen(request: HttpRequest, scope: Scope, name: str) -> Round | None:
    """Find the round that the address names; none is named, none found, or 404."""
    text = request.GET.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404("A round is named by its number.")
    return find_round(scope, int(text))


def _ask(request: HttpRequest, scope: Scope, first: Round | None, second: Round | None, why: str = "") -> HttpResponse:
    has_drift_check = scope.study.rounds.filter(kind=Round.Kind.DRIFT).exists()
    context = _context(request, scope, first, second) | {"why": why, "has_drift_check": has_drift_check}
    return render(request, "coding/compare_choice.html", context, status=422 if why else 200)


def _context(request: HttpRequest, scope: Scope, first: Round | None, second: Round | None) -> dict[str, Any]:
    rounds = comparable_rounds(person(request), scope.study)
    return {"scope": scope, "tab": "reliability", "rounds": rounds, "first": first, "second": second}
