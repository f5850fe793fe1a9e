"""Hold the rows of a codings table against the study: every fault with its line, column and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches

from coding.formats.coding_rows import ATTRIBUTE, CodingRow
from coding.formats.table import MOST_FAULTS, Fault, quoted
from coding.queries.judged_rows import AttributeRow, Book, CodeRow


@dataclass(frozen=True, slots=True)
class SegmentPlace:
    """A segment that rows may name."""

    id: int
    role: int
    length: int


@dataclass(frozen=True, slots=True)
class RevisionPlace:
    """A transcript's revision with its segments by number."""

    id: int
    transcript: int
    number: int
    segments: Mapping[int, SegmentPlace]


@dataclass(frozen=True, slots=True)
class Material:
    """The transcripts that the file may speak of: the latest revision of each by name, and every one by number."""

    latest: Mapping[str, RevisionPlace]
    numbered: Mapping[tuple[str, int], RevisionPlace]
    names: Sequence[str]
    roles: Mapping[int, str]


@dataclass(slots=True)
class CheckedCoding:
    """One coding that may be stored."""

    code: CodeRow
    row: CodingRow
    attributes: tuple[tuple[AttributeRow, str], ...]


@dataclass(slots=True)
class CheckedJudgement:
    """One judgement with its codings, or with an outcome and none."""

    segment: SegmentPlace
    outcome: str = ""
    outcome_line: int = 0
    reason: str = ""
    memo: str = ""
    flag: bool = False
    judged_at: datetime | None = None
    codings: list[CheckedCoding] = field(default_factory=list)


Judgements = dict[tuple[str, str], dict[int, CheckedJudgement]]


class Checker:
    """Check row after row, collecting judgements and faults."""

    def __init__(self, book: Book, material: Material, layer: str = "raw") -> None:
        self.book, self.material, self.layer = book, material, layer
        self.codes = {code.key: code for code in book.codes}
        self.attributes = {attribute.key: attribute for attribute in book.attributes}
        self.exclusive = {family.key: family.name for family in book.families if family.exclusive}
        self.faults: list[Fault] = []
        #: What each rater said of each transcript, by the number of the segment.
        self.judgements: Judgements = {}
        self.revisions: dict[tuple[str, str], RevisionPlace] = {}
        self.rating_gaps = 0

    def check(self, rows: Iterable[CodingRow]) -> None:
        """Check all rows of the layer, stopping at twenty faults."""
        for row in rows:
            if row.layer != self.layer:
                continue
            self._row(row)
            if len(self.faults) >= MOST_FAULTS:
                return

    @property
    def above_max_codes(self) -> int:
        """Count judgements with more codes than the codebook asks for."""
        most = self.book.max_codes
        every = (judgement for said in self.judgements.values() for judgement in said.values())
        return 0 if most is None else sum(len(judgement.codings) > most for judgement in every)

    def _fault(self, row: CodingRow, column: str, sentence: str) -> None:
        self.faults.append(Fault(row.line, column, sentence))

    def _row(self, row: CodingRow) -> None:
        revision = self._revision(row)
        if revision is None:
            return
        segment = revision.segments.get(row.segment)
        if segment is None:
            last = max(revision.segments, default=0)
            sentence = f"{quoted(row.transcript)} has the segments 1 to {last}; {row.segment} is not one of them."
            self._fault(row, "segment", sentence)
            return
        said = self.judgements.setdefault((self._who(row), row.transcript), {})
        judgement = said.get(row.segment)
        if judgement is None:
            judgement = said[row.segment] = CheckedJudgement(segment)
        self._judge(row, judgement)

    def _who(self, row: CodingRow) -> str:
        """Name whose judgement a row belongs to: the final word is one, whoever gave it."""
        return row.rater if self.layer == "raw" else self.layer

    def _revision(self, row: CodingRow) -> RevisionPlace | None:
        place = (self._who(row), row.transcript)
        if row.revision is None:
            found = self.revisions.get(place) or self.material.latest.get(row.transcript)
        else:
            found = self.material.numbered.get((row.transcript, row.revision))
        if found is None and row.transcript in self.material.latest:
            last = self.material.latest[row.transcript].number
            sentence = f"{quoted(row.transcript)} has no revision {row.revision}; its latest is {last}."
            self._fault(row, "revision", sentence)
        elif found is None:
            known = _listed(row.transcript, self.material.names)
            self._fault(row, "transcript", f"The study has no transcript {quoted(row.transcript)}; {known}.")
        elif self.revisions.setdefault(place, found) is not found:
            sentence = f"{quoted(row.rater)} judged revision {self.revisions[place].number} of this transcript in an "
            self._fault(row, "revision", f"{sentence}earlier row; a rater codes one revision of a transcript.")
        return found

    def _judge(self, row: CodingRow, judgement: CheckedJudgement) -> None:
        judgement.reason = judgement.reason or row.reason
        judgement.memo = judgement.memo or row.judgement_memo
        judgement.flag = judgement.flag or row.flag
        judgement.judged_at = judgement.judged_at or row.judged_at
        code = self.codes.get(row.code)
        if row.code and code is None:
            known = _listed(row.code, [code.key for code in self.book.codes])
            version = f"Version {self.book.version} of the codebook"
            self._fault(row, "code", f"{version} has no code {quoted(row.code)}; {known}.")
        elif code is None or code.outcome:
            self._outcome(row, code, judgement)
        else:
            self._code(row, code, judgement)

    def _outcome(self, row: CodingRow, code: CodeRow | None, judgement: CheckedJudgement) -> None:
        outcome = code.outcome if code else row.outcome
        if judgement.outcome or judgement.codings:
            line = judgement.outcome_line or judgement.codings[0].row.line
            sentence = f"Line {line} says something else of this segment by the same rater; a segment has codes or one "
            self._fault(row, "code", f"{sentence}outcome, never both.")
        judgement.outcome, judgement.outcome_line = outcome, row.line
        if row.memo:
            judgement.memo = "\n\n".join(part for part in (judgement.memo, row.memo) if part)
        parts: dict[str, object] = {"rating": row.rating, "span_start": row.spans}
        parts |= {ATTRIBUTE + attribute: value for attribute, value in row.attributes.items()}
        for column, value in parts.items():
            if value:
                which = quoted(code.key) if code else "A row without a code"
                self._fault(row, column, f"{which} says that there is no coding here; leave this cell empty.")

    def _code(self, row: CodingRow, code: CodeRow, judgement: CheckedJudgement) -> None:
        if judgement.outcome:
            sentence = f"Line {judgement.outcome_line} says that this rater gave no code to this segment; delete one "
            self._fault(row, "code", f"{sentence}of the two rows.")
        role = judgement.segment.role
        if code.roles and role not in code.roles:
            allowed = " or ".join(sorted(self.material.roles[known] for known in code.roles))
            here = self.material.roles[role]
            sentence = f"{code.key} is for segments of {allowed}; segment {row.segment} is spoken by {here}."
            self._fault(row, "code", sentence)
        if code.family in self.exclusive:
            for other in judgement.codings:
                if other.code.family == code.family:
                    sentence = f"{self.exclusive[code.family]} takes one code per segment and line {other.row.line} "
                    self._fault(row, "code", f"{sentence}gives {other.code.key} already; keep one of them.")
        self._rating(row, code)
        for _, end in row.spans:
            if end > judgement.segment.length:
                sentence = f"The segment has {judgement.segment.length} characters; no span can end at {end}."
                self._fault(row, "span_end", sentence)
        judgement.codings.append(CheckedCoding(code, row, tuple(self._attributes(row, code))))

    def _rating(self, row: CodingRow, code: CodeRow) -> None:
        if row.rating is None:
            self.rating_gaps += code.rated
            return
        if not code.rated:
            self._fault(row, "rating", f"{code.key} is not rated; leave the rating empty.")
            return
        low, high = max(1, self.book.rating_minimum), self.book.rating_maximum
        if not low <= row.rating <= high:
            sentence = f"{row.rating} is not on the scale; write a whole number from {low} to {high}, or nothing."
            self._fault(row, "rating", sentence)

    def _attributes(self, row: CodingRow, code: CodeRow) -> Iterable[tuple[AttributeRow, str]]:
        for name, value in row.attributes.items():
            attribute = self.attributes.get(name)
            if attribute is None:
                known = _listed(name, list(self.attributes))
                self._fault(row, ATTRIBUTE + name, f"The codebook has no attribute {quoted(name)}; {known}.")
            elif not attribute.asked_of(code):
                sentence = f"{name} is not asked of {code.key}; leave the cell empty."
                self._fault(row, ATTRIBUTE + name, sentence)
            elif attribute.values and value not in attribute.values:
                known = _listed(value, attribute.values)
                self._fault(row, ATTRIBUTE + name, f"{quoted(value)} is no value of {name}; {known}.")
            else:
                yield attribute, value


def _listed(wrong: str, known: Sequence[str]) -> str:
    """Say what would be right: the nearest names, or the first ones."""
    if not known:
        return "there is none yet"
    near = get_close_matches(wrong, known, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(near)}"
    more = f" and {len(known) - 8} more" if len(known) > 8 else ""
    return f"there are {', '.join(known[:8])}{more}"
