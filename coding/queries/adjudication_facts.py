"""The words and numbers that the report of an adjudication is written from."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from coding.formats.adjudication_report import KnownLine, ReportFacts, UpheldLine
from coding.models import Round
from coding.queries.adjudication_state import AdjudicationReport, Known


def report_facts(round_: Round, report: AdjudicationReport) -> ReportFacts:
    """Turn a report into the facts that are printed."""
    state, opening = report.state, report.opening
    return ReportFacts(
        study=round_.study.title,
        round=str(round_),
        version=round_.version.name,
        opened=_moment(opening.opened_at),
        ended=f"Ended: {_moment(opening.ended_at)}." if opening.ended_at else "It has not ended.",
        counts=(
            ("in dispute", state.disputed),
            ("in dispute and decided", state.decided),
            ("adjudicated", state.adjudicated),
            ("unanimous", state.unanimous),
            ("judged by one rater alone", state.only_rater),
            ("open", state.open),
        ),
        raters=tuple(
            UpheldLine(**{part.name: getattr(line, part.name) for part in fields(UpheldLine)}) for line in report.raters
        ),
        known=tuple(
            KnownLine(one.adjudicator, known_words(one), one.answers, one.blind, one.reasons) for one in report.known
        ),
        rules=report.rules,
        causes=report.causes,
    )


def known_words(known: Known) -> str:
    """Say in a sentence what an adjudicator could know before names were hidden."""
    if known.could_read_since is None:
        return "Could never read who gave what in this round before."
    since = _moment(known.could_read_since)
    return f"Could read who gave what in this round since {since}, before it was hidden ({_moment(known.since)})."


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
