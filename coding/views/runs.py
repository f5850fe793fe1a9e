"""Stored runs of a round's reliability: the list, one run as a report, its files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.views.decorators.http import require_GET, require_http_methods

from coding import access
from coding.formats.report import blocks, sentences
from coding.formats.report.facts import Facts
from coding.models import AdjudicationOpening, ReliabilityRun, Round
from coding.queries.runs import runs_of, today_of
from coding.services import report_files, runs
from coding.views.reliability import find_round, not_yet
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import Decision

#: What each file is to a reader.
FILE_WORDS = {
    "report.docx": "Report, Word",
    "report.md": "Report, Markdown",
    "codes.csv": "Codes, one row each, CSV",
    "reliability.csv": "All coefficients, CSV",
    "run.json": "Run, JSON",
    "report.zip": "Everything, with matrix and scripts, zip",
}


def _enter(request: HttpRequest, study: str, round_id: int) -> tuple[Scope, Round, Decision]:
    scope = enter(request, study)
    round_ = find_round(scope, round_id)
    return scope, round_, access.may_read_runs(person(request), round_)


@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """List the stored runs of a round, and store one."""
    scope, round_, decision = _enter(request, study, round_id)
    if not decision:
        return not_yet(request, scope, round_, decision)
    if request.method == "POST":
        return _store(request, study, round_)
    rows = list(runs_of(person(request), round_).defer("results"))
    today = today_of(round_) if rows else None
    context = {
        "scope": scope,
        "tab": "reliability",
        "round": round_,
        "lines": [(run, today.differences(run)) for run in rows] if today else [],
        "may_store": bool(access.may_store_run(person(request), round_)),
    }
    return render(request, "coding/runs.html", context)


def _store(request: HttpRequest, study: str, round_: Round) -> HttpResponse:
    stored = runs.store_run(user=person(request), round_=round_)
    if stored.is_new:
        messages.success(request, "The run is stored.")
    else:
        messages.info(request, "The same inputs and the same program are stored already: this is that run.")
    return redirect("run", study, round_.pk, stored.run.pk)


def _find(request: HttpRequest, round_: Round, run_id: UUID) -> ReliabilityRun:
    return get_object_or_404(runs_of(person(request), round_), pk=run_id)


@require_GET
def show(request: HttpRequest, study: str, round_id: int, run_id: UUID) -> HttpResponse:
    """Show a stored run as a report."""
    scope, round_, decision = _enter(request, study, round_id)
    if not decision:
        return not_yet(request, scope, round_, decision)
    run = _find(request, round_, run_id)
    facts = report_files.run_facts(run)
    context: dict[str, Any] = {
        "scope": scope,
        "tab": "reliability",
        "round": round_,
        "run": run,
        "facts": facts,
        "sentence": sentences.headline(facts),
        "changed": [capfirst(words) for words in today_of(round_).differences(run)],
        "sections": _sections(facts),
        "files": FILE_WORDS,
        "adjudicated": AdjudicationOpening.objects.filter(round=round_).exists(),
    }
    return render(request, "coding/run.html", context)


def _sections(facts: Facts) -> list[tuple[blocks.Heading, list[tuple[str, blocks.Block]]]]:
    """Gather the blocks of the report under their headings, each with the name of its kind."""
    found: list[tuple[blocks.Heading, list[tuple[str, blocks.Block]]]] = []
    for block in blocks.blocks(facts):
        if isinstance(block, blocks.Heading):
            found.append((block, []))
        elif found:
            found[-1][1].append((type(block).__name__.lower(), block))
    return found


@require_GET
def run_file(request: HttpRequest, study: str, round_id: int, run_id: UUID, name: str) -> HttpResponseBase:
    """Hand over one file of a run."""
    scope, round_, decision = _enter(request, study, round_id)
    if not decision:
        return not_yet(request, scope, round_, decision)
    found = report_files.download(user=person(request), run=_find(request, round_, run_id), name=name)
    if found is None:
        raise Http404
    return FileResponse(found.content, as_attachment=True, filename=found.name, content_type=found.type)
