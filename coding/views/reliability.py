"""Results: which rounds have them, and how far the raters of one agree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from coding import access
from coding.models import Round
from coding.queries import reliability_page as page
from coding.queries import reliability_rows as table
from coding.queries.coefficient_words import words_for
from coding.queries.confusion_picture import listed, triangle
from coding.queries.confusions import Label
from coding.queries.disputes import Disputes, Wanted
from coding.queries.kept import KeptRound
from coding.queries.measured import PRESENT, SETS, Cell
from coding.queries.reliability import RoundReliability
from coding.queries.reliability_code import PARTS
from coding.queries.results import code_families, result_lines, results_sentence
from coding.queries.round_pages import not_naive
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import Decision, require

FAMILY_COLUMNS = (("percent_agreement", "Agree, %"), ("krippendorff_alpha", "Alpha"), ("gwet_ac1", "AC1"))
RATING_COLUMNS = (
    *(("percent_agreement", "Agree, %"), ("krippendorff_alpha_ordinal", "Ordinal alpha"), ("gwet_ac2_ordinal", "AC2")),
    *(("light_kappa_quadratic", "Weighted kappa"), ("icc_2_1", "ICC(2,1)")),
)
SESSION_COLUMNS = (("icc_2_1", "ICC(2,1)"), ("icc_3_1", "ICC(3,1)"), ("krippendorff_alpha_interval", "Alpha, interval"))
WIDEST = 6
MOST_TRANSCRIPTS = 12


@require_GET
def results(request: HttpRequest, study: str) -> HttpResponse:
    """List the rounds whose results the person may read, and say of the others why not."""
    scope = enter(request, study)
    require(access.may_read_results(person(request), scope.study))
    lines = result_lines(person(request), scope.study)
    context = {"scope": scope, "tab": "reliability", "lines": lines, "sentence": results_sentence(lines)}
    context["can_compare"] = sum(line.is_open and not line.round.is_drift_check for line in lines) > 1
    return render(request, "coding/results.html", context)


def find_round(scope: Scope, round_id: int) -> Round:
    """Find a round of the study."""
    rounds = Round.objects.select_related("version__codebook", "study")
    return get_object_or_404(rounds, study=scope.study, pk=round_id)


def not_yet(request: HttpRequest, scope: Scope, round_: Round, decision: Decision) -> HttpResponse:
    """Say why a round's results cannot be read yet."""
    require(access.may_read_results(person(request), scope.study))
    blind = decision.reason == access.NOT_YET
    context = {"scope": scope, "tab": "reliability", "round": round_, "why": decision.reason, "blind": blind}
    context["adjudicates"] = decision.reason == access.ADJUDICATING
    context["own_past"] = decision.reason == access.OWN_PAST
    context["no_numbers"] = decision.reason == access.NO_NUMBERS
    return render(request, "coding/not_yet.html", context, status=403)


def seen_by(request: HttpRequest, round_: Round) -> list[int]:
    """Give the transcripts of the round whose judgements the person may learn of."""
    return list(access.transcripts_open_to(person(request), round_).values_list("pk", flat=True))


@require_GET
def reliability(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show how far the raters of a closed round agree, code by code."""
    scope = enter(request, study)
    round_ = find_round(scope, round_id)
    decision = access.may_see_numbers(person(request), round_)
    if not decision:
        return not_yet(request, scope, round_, decision)
    seen = seen_by(request, round_)
    kept = KeptRound(round_, seen)
    report = kept.reliability()
    context = {"scope": scope, "tab": "reliability", "round": round_, "not_naive": not_naive(round_, seen)}
    context["left_out"] = round_.assignments.values("transcript").distinct().count() - len(seen)
    context |= _head(report) | _rows(request, report, round_) | _apart(kept) | {"parts": _parts(report)}
    return render(request, "coding/reliability.html", context)


def _head(report: RoundReliability) -> dict[str, Any]:
    few = 0 < len(report.transcripts) < 5
    return {
        "report": report,
        "sentence": page.sentence(report),
        "masi": report.overall["krippendorff_alpha_masi"],
        "span": page.agreement_range(report.codes),
        "few": page.number_word(len(report.transcripts)) if few else "",
        "formulas": [words_for(name) for name in dict.fromkeys([*PRESENT, "cohen_kappa", *SETS])],
    }


def _rows(request: HttpRequest, report: RoundReliability, round_: Round) -> dict[str, Any]:
    """Arrange the table: by one column where somebody clicked its head, else in one of its orders."""
    order = request.GET.get("order", "")
    order = order if order in table.ORDERS else "weakest"
    sorting = table.Sorting.of(request.GET.get("sort", ""))
    codes = (
        table.sorted_groups(report, sorting) if sorting.column else table.groups(report, order, code_families(round_))
    )
    return {
        "order": "" if sorting.column else order,
        "orders": table.ORDERS,
        "heads": sorting.heads(),
        "groups": [*codes, *table.family_group(report)],
    }


def _apart(kept: KeptRound) -> dict[str, Any]:
    """Say where agreement is lost: between which codes, raters, transcripts, on which segments."""
    report, found = kept.reliability(), kept.confusions()
    disputes = Disputes(kept, Wanted(order="widest"))
    return {
        "triangle": triangle([Label(cell.key, cell.name, cell.slot) for cell in report.codes], found),
        "confused": listed(found),
        "widest": disputes.cards(disputes.units[:WIDEST]),
        "pairs": list(combinations(report.raters, 2)),
        "pair_rows": page.pair_rows(report),
        "square": page.pair_square(report),
        "breakdown": kept.breakdown(),
        "transcript_rows": page.transcript_rows(report) if len(report.transcripts) <= MOST_TRANSCRIPTS else [],
        "stands_apart": page.stands_apart(kept.breakdown(), report),
    }


def _parts(report: RoundReliability) -> list[dict[str, Any]]:
    kappa = ("cohen_kappa", "Cohen") if len(report.raters) == 2 else ("fleiss_kappa", "Fleiss")
    of_attribute = (*FAMILY_COLUMNS, kappa)
    concordance = (("lin_ccc", "Lin’s CCC"),) if len(report.raters) == 2 else ()
    parts: Sequence[tuple[str, str, str, Sequence[tuple[str, str]]]] = (
        ("ratings", "Ratings", "Where the code was not given, the rating is 0.", RATING_COLUMNS),
        (
            "attributes",
            "Attributes",
            "Where two raters said something about the same segment.",
            of_attribute,
        ),
        ("evidence", "Words marked as evidence", "Character by character.", (("alpha_u", "Unitizing alpha"),)),
        (
            "sessions",
            "Sums over whole sessions",
            "How often a code was given in a session; the unit is the session.",
            (*SESSION_COLUMNS, *concordance),
        ),
    )
    made = []
    for name, title, note, columns in parts:
        cells: tuple[Cell, ...] = getattr(report, name)
        if any(cell.units for cell in cells):
            rows = [(cell, [cell.results[key] for key, _ in columns]) for cell in cells]
            titles = [text for _, text in columns]
            words = {"id": name, "title": title, "note": note, "first": title, "linked": name in PARTS}
            made.append({**words, "titles": titles, "rows": rows})
    return made
