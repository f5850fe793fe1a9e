"""The demo study as materials: each rater's, and the majority's."""

from __future__ import annotations

import csv
import json
import re
from functools import cache
from pathlib import Path

import numpy as np

from coding.analysis.layers import Majority, majority
from coding.analysis.material import CodeOf, Group, Material, Session

ROOT = Path(__file__).resolve().parents[3]
DEMO = ROOT / "fixtures" / "demo"
EXPECTED = ROOT.parent / "shared" / "data" / "demo_expected.json"
TEXTS = {"PDT-11": "pdt_session_11.txt", "CBT-06": "cbt_session_06.txt"}
LINE = re.compile(r"\[(\d+):(\d+):(\d+)\] (\w+): ")


@cache
def codes() -> tuple[CodeOf, ...]:
    book = json.loads((DEMO / "relational_moves_codebook.json").read_text(encoding="utf-8"))
    return tuple(
        CodeOf(code["id"], code["parent"], frozenset(code["applies_to_roles"]))
        for code in book["codes"]
        if code["id"] not in book["labelling"]["exclusive_codes"]
    )


@cache
def raters() -> tuple[Material, ...]:
    with (DEMO / "demo_codings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(_of(rater, rows) for rater in sorted({row["rater"] for row in rows}))


@cache
def by_majority() -> Majority:
    return majority(raters())


def _of(rater: str, rows: list[dict[str, str]]) -> Material:
    place = {code.key: column for column, code in enumerate(codes())}
    sessions = []
    for transcript, name in TEXTS.items():
        lines = LINE.findall((DEMO / name).read_text(encoding="utf-8"))
        speakers = tuple(line[3].lower() for line in lines)
        values = np.array([[0 if code.applies_to(role) else -1 for code in codes()] for role in speakers], np.int8)
        for row in rows:
            if row["rater"] == rater and row["transcript"] == transcript and row["code"] in place:
                values[int(row["turn"]) - 1, place[row["code"]]] = 1
        starts = np.array([3600.0 * int(h) + 60 * int(m) + int(s) for h, m, s, _ in lines])
        condition = transcript.split("-")[0]
        judged = np.ones(len(lines), dtype=bool)
        sessions.append(
            Session(transcript, values, judged, speakers, starts, attributes={"condition": condition}, dyad=condition)
        )
    return Material(codes(), tuple(sessions), rater)


def expected() -> dict | None:
    return json.loads(EXPECTED.read_text(encoding="utf-8")) if EXPECTED.exists() else None


def groups(found: dict) -> dict[str, Group]:
    return {name: Group(name, tuple(keys)) for name, keys in found["groups"].items()}
