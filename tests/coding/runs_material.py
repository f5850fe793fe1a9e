"""Rounds whose reports are looked at: one like a published pattern, one with everything odd, one with a plan."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from coding.models import Round
from coding.services.plans import PlanDraft
from coding.services.rounds import Share, create_round
from tests.coding.exchange import run
from tests.factories import StudyWorld, close, judge, make_transcript
from transcripts.models import Membership
from workbench.accounts.models import User

CODES = {"APP": "approval", "DEF": "deference", "ENV": "envy"}


def user_of(member: Membership) -> User:
    assert member.user is not None
    return member.user


def pattern_round(folder: Path, envy: int = 12) -> Round:
    """48 turns, two raters: approval 12 and 24 times, both 8; deference 8 and 0; envy 12 and 0."""
    segments = ["transcript,segment,speaker,role,text"]
    segments += [f"S,{turn},P,patient,Turn {turn}." for turn in range(1, 49)]
    (folder / "S.csv").write_text("\n".join(segments), encoding="utf-8")
    parts = [{"id": key, "short_name": name, "parent": "F"} for key, name in CODES.items()]
    book = {"id": "b", "version": "1", "title": "Three codes", "families": [{"id": "F", "short_name": "Pull"}]}
    (folder / "book.json").write_text(json.dumps(book | {"codes": parts}), encoding="utf-8")
    given = {
        "one": {"APP": range(1, 13), "DEF": range(1, 9), "ENV": range(1, envy + 1)},
        "two": {"APP": range(5, 29)},
    }
    rows = ["transcript,segment,rater,code,rating"]
    for rater, codes in given.items():
        rows += [f"S,{turn},{rater},{code}," for code, turns in codes.items() for turn in turns]
    (folder / "codings.csv").write_text("\n".join(rows), encoding="utf-8")
    run("import_transcripts", "pattern", folder / "S.csv", create=True)
    run("import_codebook", "pattern", folder / "book.json")
    run("import_codings", "pattern", folder / "codings.csv", round="1", judged_all=True)
    return Round.objects.select_related("version__codebook", "study").get(study__slug="pattern")


def planned_round(world: StudyWorld, **plan: Any) -> Round:
    """A closed round of two raters on two transcripts, with a plan of three raters."""
    draft = PlanDraft(**{"raters": 3, "threshold": Decimal("0.800"), "rationale": "As in the pilot."} | plan)
    second = make_transcript(world.study, name="Z-2")
    shares = [
        Share(world.transcript, [world.rater, world.other_rater]),
        Share(second, [world.rater]),
    ]
    round_ = create_round(
        user=user_of(world.coordinator), study=world.study, name="Planned", kind="reliability", version=world.version,
        shares=shares, plan=draft,
    )  # fmt: skip
    for assignment in round_.assignments.select_related("version", "rater"):
        judge(assignment, 1, "PULL-APP")
        judge(assignment, 2, *(["PULL-DEF"] if assignment.rater == world.rater else []))
        judge(assignment, 3, "ST-WARM")
        judge(assignment, 4, *(["PULL-DEF"] if assignment.rater != world.rater else []))
    close(round_)
    return Round.objects.select_related("version__codebook", "study").get(pk=round_.pk)
