"""The rows of gold.csv and clearances.csv, of a training round that has closed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from coding import access
from coding.formats.training_tables import ClearanceRow, GoldRow
from coding.models import Clearance, Gold, Round
from coding.queries.learning import courses, practice_of, trained
from workbench.accounts.models import User


def gold_rows(round_: Round, reader: User | None) -> Iterator[GoldRow]:
    """Read what was said of a training round's gold, as far as a reader may read it; commands take all of it."""
    readable = Q() if reader is None else access.golds_read_by(reader)
    golds = Gold.objects.filter(readable, round=round_).values_list(
        *("transcript__name", "round__name", "version__name", "revision__number", "n"),
        *("assignment__round__name", "assignment__rater__label", "final_round__name"),
        *("made_at", "made_by__label", "reason"),
    )
    for row in sorted(golds, key=lambda row: (row[0], row[4])):
        name, round_name, version, revision, number, coded_in, coder, decided_in, since, said_by, reason = row
        yield GoldRow(
            transcript=name,
            round=round_name,
            codebook_version=version,
            revision=revision,
            number=number,
            source="final" if coder is None else "coded",
            source_round=coded_in or decided_in,
            source_rater=coder or "",
            since=since,
            said_by=said_by or "",
            reason=reason,
        )


def clearance_rows(round_: Round, reader: User | None) -> Iterator[ClearanceRow]:
    """
    Read who was cleared in a training round, code by code, if the reader may follow its training.

    `met_on` is the transcript that completed the row, as the gold stands now. Where nothing was asked there is one row
    without a code.
    """
    if reader is not None and not access.may_follow_training(reader, round_):
        return
    cleared = Clearance.objects.filter(training=round_).select_related("rater", "made_by").order_by("rater__label")
    found = list(cleared)
    practice = practice_of(round_) if found else None
    if practice is None or practice.criterion is None:
        return
    mine = courses(practice, list(trained(round_.assignments.filter(rater__in=[one.rater_id for one in found]))))
    criterion, asked = practice.criterion, [code.key for code in practice.asked]
    for one in sorted(found, key=lambda one: one.rater.label):
        met = {course.code.key: course.met.transcript for course in mine.get(one.rater_id, ()) if course.met}
        for key in asked or [""]:
            yield ClearanceRow(
                rater=one.rater.label,
                round=round_.name,
                code=key,
                coefficient=criterion.coefficient,
                threshold=f"{criterion.threshold.normalize():f}",
                in_a_row=criterion.in_a_row,
                how="by_hand" if one.by_hand else "criterion",
                met_on=met.get(key, ""),
                cleared_at=one.made_at,
                cleared_by=one.made_by.label if one.made_by else "",
                reason=one.reason,
            )
