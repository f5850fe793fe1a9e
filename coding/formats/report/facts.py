"""What a report is written from: the stored record of a run, as frozen facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

FORMAT = "reliability-run/1"
PARTS = ("codes", "families", "ratings", "attributes", "evidence", "sessions")
#: What stands in a cell of the results beside its coefficients.
_BESIDE = ("units", "transcripts", "prevalence", "mean_per_session", "pairs")


@dataclass(frozen=True, slots=True)
class Number:
    """One coefficient: a value or the reason why there is none; an interval or the reason why there is none."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    why: str
    why_no_interval: str
    #: How the interval was made, "" where there is none.
    interval: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How often one rater gave it among the segments they have a value for."""

    rater: str
    given: int
    judged: int


@dataclass(frozen=True, slots=True)
class Row:
    """One code, family, rating, attribute, code with words marked as evidence, or code counted in whole sessions."""

    part: str
    key: str
    name: str
    is_outcome: bool
    units: int
    transcripts: int
    not_judged: int
    uncodable: int
    disputed: int
    shares: tuple[Share, ...]
    numbers: Mapping[str, Number]
    pairs: Mapping[str, Mapping[str, Number]]

    @property
    def kappa(self) -> Number | None:
        """Give Cohen's kappa where two raters coded, else that of Fleiss; a scale has the weighted one."""
        names = ("cohen_kappa", "fleiss_kappa", "cohen_kappa_quadratic", "light_kappa_quadratic")
        return next((self.numbers[name] for name in names if name in self.numbers), None)

    @property
    def alpha(self) -> Number | None:
        """Give alpha: nominal, ordinal for ratings, of unitizing for words marked, of intervals for counts."""
        names = ("krippendorff_alpha", "krippendorff_alpha_ordinal", "alpha_u", "krippendorff_alpha_interval")
        return next((self.numbers[name] for name in names if name in self.numbers), None)

    @property
    def ac(self) -> Number | None:
        """Give AC1, or AC2 for ratings."""
        return self.numbers.get("gwet_ac1") or self.numbers.get("gwet_ac2_ordinal")


@dataclass(frozen=True, slots=True)
class Definition:
    """What a coefficient is called, how it is computed, whose definition it follows."""

    title: str
    formula: str
    source: str


@dataclass(frozen=True, slots=True)
class Rater:
    """One rater whose first coding counts."""

    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Session:
    """One transcript of the round, with those who submitted a first coding of it."""

    name: str
    segments: int
    raters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A rater on a transcript, and a moment that matters there."""

    rater: str
    transcript: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What was fixed before the round was coded; `labels` says each choice in words."""

    coefficient: str
    threshold: float
    share: int
    raters: int
    interval: str
    rationale: str
    made_at: datetime
    made_by: str
    sha256: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Book:
    """The codebook version of the round, as far as a report names it."""

    key: str
    version: str
    title: str
    families: int
    codes: int
    rated: int
    scale: str


@dataclass(frozen=True, slots=True)
class Totals:
    """What the round consists of; missing judgements are told apart by their reason."""

    segments: int
    expected: int
    judged: int
    uncodable: int
    not_judged: int
    codings: int
    disputed: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """Under which id a run is kept, since when, by whom; a report that is not stored has none."""

    id: str
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a report says."""

    study: str
    slug: str
    round: str
    kind: str
    imported: bool
    started_at: datetime
    closed_at: datetime
    book: Book
    roles: tuple[str, ...]
    raters: tuple[Rater, ...]
    sessions: tuple[Session, ...]
    withdrawn: tuple[Place, ...]
    not_naive: tuple[Place, ...]
    totals: Totals
    plan: Plan | None
    interval: str
    level: float
    seed: int | None
    fewest_transcripts: int
    software: str
    program: str
    numpy: str
    fingerprint: str
    rows: tuple[Row, ...]
    overall: Mapping[str, Number]
    definitions: Mapping[str, Definition]
    stamp: Stamp | None

    def part(self, name: str) -> tuple[Row, ...]:
        """Give the rows of one part."""
        return tuple(row for row in self.rows if row.part == name)

    @property
    def codes(self) -> tuple[Row, ...]:
        """Give the codes proper: "none applies" and "uncodable" are outcomes of a look, not codes."""
        return tuple(row for row in self.part("codes") if not row.is_outcome)

    @property
    def labels(self) -> tuple[str, ...]:
        """Give the labels of the raters in their order."""
        return tuple(rater.label for rater in self.raters)

    @property
    def coded(self) -> tuple[Session, ...]:
        """Give the transcripts that anybody's first coding was submitted of."""
        return tuple(session for session in self.sessions if session.raters)

    @property
    def at(self) -> datetime:
        """Give the time that stands on the report: when it was stored, else when the round closed."""
        return self.stamp.made_at if self.stamp else self.closed_at

    def definition(self, name: str) -> Definition:
        """Give the words for a coefficient; one without words of its own is called by its name."""
        return self.definitions.get(name) or Definition(name.replace("_", " "), "", "")


def facts_of(record: Mapping[str, Any], stamp: Stamp | None = None) -> Facts:
    """Read the stored record of a run."""
    results, software = record["reliability"], record["software"]
    usual = record["parameters"]["interval"]
    return Facts(
        study=record["study"]["title"],
        slug=record["study"]["slug"],
        round=record["round"]["name"],
        kind=record["round"]["kind"],
        imported=record["round"]["imported"],
        started_at=_time(record["round"]["started_at"]),
        closed_at=_time(record["round"]["closed_at"]),
        book=Book(**record["codebook"]),
        roles=tuple(record["speaker_roles"]),
        raters=tuple(Rater(**rater) for rater in record["raters"]),
        sessions=tuple(
            Session(session["name"], session["segments"], tuple(session["raters"])) for session in record["transcripts"]
        ),
        withdrawn=_places(record["withdrawn"]),
        not_naive=_places(record["not_naive"]),
        totals=Totals(**record["totals"]),
        plan=_plan(record["plan"]),
        interval=record["parameters"]["interval"],
        level=record["parameters"]["level"],
        seed=record["parameters"]["seed"],
        fewest_transcripts=record["parameters"]["fewest_transcripts"],
        software=software["workbench"],
        # The first runs did not note it.
        program=software.get("program", ""),
        numpy=software["numpy"],
        fingerprint=record["inputs"]["sha256"],
        rows=tuple(
            _row(part, key, cell, record["cells"][part][key], usual)
            for part in PARTS
            for key, cell in results[part].items()
        ),
        overall=_numbers(results["overall"], usual),
        definitions={name: Definition(**words) for name, words in record["definitions"].items()},
        stamp=stamp,
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _places(rows: list[Mapping[str, str]]) -> tuple[Place, ...]:
    return tuple(Place(row["rater"], row["transcript"], _time(row["at"])) for row in rows)


def _plan(plan: Mapping[str, Any] | None) -> Plan | None:
    return Plan(**{**plan, "made_at": _time(plan["made_at"])}) if plan else None


def _row(part: str, key: str, cell: Mapping[str, Any], beside: Mapping[str, Any], usual: str) -> Row:
    return Row(
        part=part,
        key=key,
        name=beside["name"],
        is_outcome=beside["outcome"],
        units=cell["units"],
        transcripts=cell["transcripts"],
        not_judged=beside["not_judged"],
        uncodable=beside["uncodable"],
        disputed=beside["disputed"],
        shares=tuple(Share(*share) for share in beside["shares"]),
        numbers=_numbers(
            {name: value for name, value in cell.items() if name not in _BESIDE}, usual, beside["intervals"]
        ),
        pairs={pair: _numbers(table, usual) for pair, table in cell.get("pairs", {}).items()},
    )


def _numbers(
    table: Mapping[str, Any], usual: str, others: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Number]:
    # Results may gain members; a report takes those that it knows.
    return {
        name: Number(
            name,
            value["value"],
            value["low"],
            value["high"],
            value["n"],
            value["why"],
            value["why_no_interval"],
            others.get(name, usual) if value["low"] is not None else "",
        )
        for name, value in table.items()
        if isinstance(value, dict) and {"value", "why"} <= value.keys()
    }
