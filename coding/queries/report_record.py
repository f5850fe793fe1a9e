"""The record of a run: the reliability of a round, and every fact that a report says beside the numbers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

import numpy as np
from django.db.models import Count, OuterRef, Subquery

from coding.formats.report.facts import FORMAT, PARTS
from coding.models import Assignment, Code, ReliabilityPlan, Round
from coding.queries.coefficient_words import words_for
from coding.queries.inputs_digest import inputs_digest
from coding.queries.judged_rows import counted_assignments
from coding.queries.kept import KeptRound
from coding.queries.measured import Cell
from coding.queries.program import program
from coding.queries.reliability import RoundReliability, reliability_from
from coding.queries.reliability_json import reliability_object
from coding.reliability.intervals import FEWEST_CLUSTERS, LEVEL
from transcripts.models import Membership, Segment, SpeakerRole
from workbench.version import product_version

#: How intervals are made; the engine's default, which draws nothing at random and so has no seed.
INTERVAL = "jackknife"
_SPREAD = {
    "mean_of_codes": "mean of the codes",
    "lowest_of_codes": "lowest of the codes",
    "highest_of_codes": "highest of the codes",
    "undefined_codes": "codes for which it is undefined",
}


def software() -> dict[str, str]:
    """Give what a number depends on beside its inputs: versions, and the digest of the program that computes."""
    return {"workbench": product_version(), "program": program(), "numpy": np.__version__}


def parameters() -> dict[str, Any]:
    """Give how the intervals are made."""
    return {"interval": INTERVAL, "level": LEVEL, "seed": None, "fewest_transcripts": FEWEST_CLUSTERS}


def inputs_now(round_: Round) -> str:
    """Give the digest of the round's inputs as they are today: computed once for all who look, and kept."""
    return _inputs(KeptRound(round_))


def _inputs(kept: KeptRound) -> str:
    # Speaker roles stand in the digest by name, and a round is kept under their ids alone.
    roles = list(SpeakerRole.objects.filter(study=kept.round.study_id).order_by("pk").values_list("pk", "name"))
    names = hashlib.sha256(json.dumps(roles).encode()).hexdigest()
    return kept.kept(f"inputs-{names}", lambda: inputs_digest(kept.rows()))


def record_of(round_: Round) -> dict[str, Any]:
    """
    Compute the reliability of a whole closed round with the facts around it; nothing in it is not JSON.

    No access check: services ask first, and commands act for the operator.
    """
    kept = KeptRound(round_)
    report = reliability_from(round_, kept.rows())
    version, study = round_.version, round_.study
    outcomes = set(Code.objects.filter(version=version).exclude(outcome="").values_list("key", flat=True))
    known = set(Code.objects.filter(version=version).values_list("key", flat=True))
    outcomes |= {cell.key for cell in report.codes if cell.key not in known}
    return {
        "format": FORMAT,
        "study": {"slug": study.slug, "title": study.title},
        "round": {
            "name": round_.name,
            "kind": round_.get_kind_display(),
            "imported": round_.imported,
            "started_at": round_.created_at.isoformat(),
            "closed_at": (round_.closed_at or round_.created_at).isoformat(),
        },
        "codebook": _book(round_),
        "speaker_roles": _roles(round_),
        "raters": _raters(round_, report),
        "transcripts": _sessions(round_),
        "withdrawn": _withdrawn(round_),
        "not_naive": _not_naive(round_),
        "totals": asdict(report.totals),
        "plan": plan_object(ReliabilityPlan.objects.filter(round=round_).select_related("made_by").first()),
        "parameters": parameters(),
        "software": software(),
        "inputs": {"sha256": _inputs(kept)},
        "cells": {
            part: {cell.key: _beside(cell, part == "codes" and cell.key in outcomes) for cell in getattr(report, part)}
            for part in PARTS
        },
        "definitions": _definitions(report),
        "reliability": reliability_object(report),
    }


def _beside(cell: Cell, outcome: bool) -> dict[str, Any]:
    return {
        "name": cell.name,
        "outcome": outcome,
        "not_judged": cell.not_judged,
        "uncodable": cell.uncodable,
        "disputed": cell.disputed,
        # Where an interval was not made in the usual way: the results themselves do not say.
        "intervals": {
            name: result.kind
            for name, result in cell.results.items()
            if result.kind not in ("", INTERVAL, "optimistic")
        },
        "shares": [[share.label, share.given, share.judged] for share in cell.shares],
    }


def _book(round_: Round) -> dict[str, Any]:
    version = round_.version
    codes = Code.objects.filter(version=version, outcome="")
    rated = codes.filter(rated=True).count() if version.rating_name else 0
    scale = f"{version.rating_name}, {version.rating_minimum} to {version.rating_maximum}" if rated else ""
    return {
        "key": version.codebook.key,
        "version": version.name,
        "title": version.title,
        "families": codes.values("family").distinct().count(),
        "codes": codes.count(),
        "rated": rated,
        "scale": scale,
    }


def _roles(round_: Round) -> list[str]:
    spoken = Segment.objects.filter(revision__in=counted_assignments(round_).order_by().values("revision"))
    found = SpeakerRole.objects.filter(pk__in=spoken.values("speaker__role"))
    return list(found.order_by("name").values_list("name", flat=True))


def _raters(round_: Round, report: RoundReliability) -> list[dict[str, str]]:
    kinds = dict(Membership.objects.filter(study=round_.study_id, label__in=report.raters).values_list("label", "kind"))
    return [{"label": label, "kind": kinds[label]} for label in report.raters]


def _sessions(round_: Round) -> list[dict[str, Any]]:
    """List the round's transcripts, those included of which everything was withdrawn."""
    sizes = Segment.objects.filter(revision=OuterRef("revision_id")).order_by().values("revision")
    rows = (
        Assignment.objects.filter(round=round_, phase=Assignment.Phase.BLIND)
        .annotate(n_segments=Subquery(sizes.annotate(n=Count("*")).values("n")))
        .order_by("transcript__name")
    )
    found: dict[str, dict[str, Any]] = {}
    for name, size in rows.values_list("transcript__name", "n_segments"):
        found.setdefault(name, {"name": name, "segments": size or 0, "raters": []})
    for name, label in counted_assignments(round_).values_list("transcript__name", "rater__label"):
        found[name]["raters"].append(label)
    return list(found.values())


def _withdrawn(round_: Round) -> list[dict[str, str]]:
    rows = Assignment.objects.filter(round=round_, phase=Assignment.Phase.BLIND, withdrawn_at__isnull=False)
    listed = rows.order_by("withdrawn_at", "rater__label", "transcript__name")
    return _places(listed.values_list("rater__label", "transcript__name", "withdrawn_at"))


def _not_naive(round_: Round) -> list[dict[str, str]]:
    rows = Assignment.objects.filter(round=round_, withdrawn_at=None).exclude(could_read_since=None)
    listed = rows.order_by("rater__label", "transcript__name")
    return _places(listed.values_list("rater__label", "transcript__name", "could_read_since"))


def _places(rows: Any) -> list[dict[str, str]]:
    return [{"rater": rater, "transcript": transcript, "at": at.isoformat()} for rater, transcript, at in rows]


def plan_object(plan: ReliabilityPlan | None) -> dict[str, Any] | None:
    """Lay out a plan with its choices in words."""
    if plan is None:
        return None
    return {
        "coefficient": plan.coefficient,
        "threshold": float(plan.threshold),
        "share": plan.share,
        "raters": plan.raters,
        "interval": plan.interval,
        "rationale": plan.rationale,
        "made_at": plan.made_at.isoformat(),
        "made_by": plan.made_by.label if plan.made_by else "",
        "sha256": plan.sha256,
        "labels": {
            "coefficient": plan.get_coefficient_display(),
            "unit": plan.get_unit_display(),
            "interval": plan.get_interval_display(),
        },
    }


def _definitions(report: RoundReliability) -> dict[str, dict[str, str]]:
    cells = [cell for part in PARTS for cell in getattr(report, part)]
    names = dict.fromkeys(name for cell in cells for name in cell.results)
    names |= dict.fromkeys(name for cell in cells for table in cell.pairs.values() for name in table)
    names |= dict.fromkeys(report.overall)
    return {name: _words(name) for name in names}


def _words(name: str) -> dict[str, str]:
    for ending, what in _SPREAD.items():
        if name.endswith(f"_{ending}"):
            return {"title": f"{words_for(name.removesuffix(f'_{ending}')).title}, {what}", "formula": "", "source": ""}
    words = words_for(name)
    return {"title": words.title, "formula": words.formula, "source": words.source}
