"""The final layer of a codings table: what it decides beyond what the raters agree on becomes adjudications."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from coding.formats.coding_rows import CodingRow
from coding.formats.table import Fault
from coding.models import (
    AdjudicatedAttribute,
    AdjudicatedCoding,
    AdjudicatedEvidence,
    Adjudication,
    AdjudicationOpening,
    Adjudicator,
    Round,
)
from coding.queries.final_layer import ONLY_RATER, UNANIMOUS, FinalLayer, final_layer
from coding.queries.judged_rows import NO_RATING, UNCODABLE
from coding.queries.kept import KeptRound
from coding.services.codings_check import CheckedJudgement, Checker
from transcripts.models import Membership

#: Who decided where a file does not say it.
NOBODY = "final"


def raw_is_missing(rows: Iterable[CodingRow]) -> list[Fault]:
    """Say where a final word stands on a transcript of which the file holds no rater's own codings."""
    rows = list(rows)
    coded = {row.transcript for row in rows if row.layer == "raw"}
    sentence = "Only rows of the layer raw are a rater's own codings, and a final word needs them in the same file."
    missing = [row for row in rows if row.layer == "final" and row.transcript not in coded]
    return [Fault(missing[0].line, "layer", sentence)] if missing else []


def store_final(round_: Round, rows: Sequence[CodingRow], raw: Checker) -> list[Fault]:
    """
    Store the final words of a file on a round that was just imported, or give what is wrong with them.

    Where a row only says what the raters agree on, or what the only one said, nothing is stored: the layer has it.
    Beside such a row an adjudicator's may stand that leaves the segment open.
    """
    final = [row for row in rows if row.layer == "final"]
    if not final:
        return []
    open_ = Adjudication.Outcome.OPEN
    parts = [[row for row in final if row.outcome != open_], [row for row in final if row.outcome == open_]]
    checkers = [Checker(raw.book, raw.material, layer="final") for _ in parts]
    for checker, part in zip(checkers, parts, strict=True):
        checker.check(part)
    if faults := [fault for checker in checkers for fault in checker.faults]:
        return faults
    layer = final_layer(KeptRound(round_))
    places = {int(segment): unit for unit, segment in enumerate(layer.rows.units.ids.tolist())}
    now = timezone.now()
    AdjudicationOpening.objects.create(
        round=round_, study_id=round_.study_id, version_id=round_.version_id, seed=secrets.randbits(62), ended_at=now
    )
    words: list[_Word] = []
    for checker, part in zip(checkers, parts, strict=True):
        first, stored = _first_rows(part), {word.judgement.segment.id: word for word in words}
        for (_, transcript), said in checker.judgements.items():
            revision = checker.revisions["final", transcript].id
            for position, judgement in said.items():
                row = first[transcript, position]
                unit = places.get(judgement.segment.id)
                if unit is None:
                    return [Fault(row.line, "segment", "No rater of this file judged this revision of the transcript.")]
                if other := stored.get(judgement.segment.id):
                    sentence = f"Line {other.row.line} says what stands on this segment, and this row leaves it open."
                    return [Fault(row.line, "outcome", f"{sentence} Delete one of the two.")]
                if judgement.outcome == open_ or row.source == "adjudicated" or not _is_derived(layer, unit, judgement):
                    words.append(_Word(revision, judgement, row))
    authors = _authors(round_, {word.row.rater or NOBODY for word in words})
    for word in words:
        _store(round_, authors[word.row.rater or NOBODY], word)
    return []


@dataclass(frozen=True, slots=True)
class _Word:
    """An answer to store, with the revision it is about and the row that says it."""

    revision: int
    judgement: CheckedJudgement
    row: CodingRow


def _first_rows(rows: Iterable[CodingRow]) -> dict[tuple[str, int], CodingRow]:
    """Keep one row a segment: what is said of the decision is the same in each."""
    found: dict[tuple[str, int], CodingRow] = {}
    for row in rows:
        found.setdefault((row.transcript, row.segment), row)
    return found


def _is_derived(layer: FinalLayer, unit: int, judgement: CheckedJudgement) -> bool:
    """Tell whether the raters' own codings say the same by themselves."""
    if layer.source[unit] not in (UNANIMOUS, ONLY_RATER):
        return False
    here = layer.rows.given[:, layer.rows.given[1] == unit]
    stands = {(code, rating) for code, rating in here[2:4].T.tolist()}
    said = {(one.code.id, NO_RATING if one.row.rating is None else one.row.rating) for one in judgement.codings}
    uncodable = layer.rows.judged[0, unit] == UNCODABLE
    return stands == said and uncodable == (judgement.outcome == Adjudication.Outcome.UNCODABLE)


def _authors(round_: Round, labels: set[str]) -> dict[str, Membership]:
    """Find who decided; an unknown label becomes an imported adjudicator, who has no account."""
    members = {
        label: Membership.objects.get_or_create(
            study_id=round_.study_id, label=label,
            defaults={"role": Membership.Role.ADJUDICATOR, "kind": Membership.Kind.IMPORTED},
        )[0]
        for label in sorted(labels)
    }  # fmt: skip
    for member in members.values():
        Adjudicator.objects.get_or_create(round=round_, member=member, defaults={"study_id": round_.study_id})
    return members


def _store(round_: Round, author: Membership, word: _Word) -> None:
    judgement, row = word.judgement, word.row
    times = {"decided_at": judgement.judged_at} if judgement.judged_at else {}
    answer = Adjudication.objects.create(
        study_id=round_.study_id,
        version_id=round_.version_id,
        round=round_,
        revision_id=word.revision,
        segment_id=judgement.segment.id,
        author=author,
        n=1,
        outcome=None if judgement.codings else judgement.outcome or Adjudication.Outcome.NONE,
        rule=row.rule or Adjudication.Rule.DISCUSSION,
        cause=row.cause,
        reason=judgement.reason,
        saw_identities_at=row.saw_identities_at,
        saw="as the file says" if row.saw_identities_at else "",
        **times,
    )
    for one in judgement.codings:
        coding = AdjudicatedCoding.objects.create(
            version_id=round_.version_id, adjudication=answer, code_id=one.code.id, rating=one.row.rating
        )
        AdjudicatedEvidence.objects.bulk_create(
            AdjudicatedEvidence(coding=coding, start=start, end=end) for start, end in sorted(set(one.row.spans))
        )
        AdjudicatedAttribute.objects.bulk_create(
            AdjudicatedAttribute(version_id=round_.version_id, coding=coding, attribute_id=attribute.id, value=value)
            for attribute, value in one.attributes
        )
