"""Codings from a file: a new round, closed at once, of what raters said elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models.functions import Now

from coding.formats.codings import CodingsDraft, read_codings
from coding.formats.links import LinkRow, NoteRow, read_links, read_notes
from coding.formats.table import Fault, TableError
from coding.models import AssignedSegment, Assignment, CodebookVersion, Judgement, Round
from coding.queries.codebooks import latest_published
from coding.queries.judged_rows import fetch_book
from coding.queries.palette import palette
from coding.services.codings_check import CheckedJudgement, Checker, Material, RevisionPlace, SegmentPlace
from coding.services.codings_copy import copy_judgements
from coding.services.final_import import raw_is_missing, store_final
from coding.services.links_import import store_links, store_notes
from coding.services.rounds import close_round, store_round
from transcripts.formats.visible import INVISIBLE, is_visible
from transcripts.models import Membership, Revision, SpeakerRole, Study, Transcript
from workbench.accounts.refusals import Refusal


class CodingsRefused(Refusal):
    """A file that cannot be stored; `faults` are its faults one by one, as far as they stand in a line."""

    code = "codings_refused"

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class CodingsReport:
    """What an import stored, and what the coordinator should know about it."""

    round: Round
    version: str
    raters: tuple[str, ...]
    new_raters: tuple[str, ...]
    transcripts: tuple[str, ...]
    judgements: int
    codings: int
    none_applies: int
    uncodable: int
    rating_gaps: int
    above_max_codes: int
    notes: tuple[str, ...]


def read_file(data: bytes) -> CodingsDraft:
    """Read a codings table, or refuse it with line and column."""
    try:
        return read_codings(data)
    except TableError as error:
        raise _refused(error.errors) from error


def read_links_file(data: bytes) -> tuple[LinkRow, ...]:
    """Read a table of links, or refuse it with line and column."""
    try:
        return read_links(data)
    except TableError as error:
        raise _refused(error.errors, "links.csv, ") from error


def read_notes_file(data: bytes) -> tuple[NoteRow, ...]:
    """Read a table of notes, or refuse it with line and column."""
    try:
        return read_notes(data)
    except TableError as error:
        raise _refused(error.errors, "notes.csv, ") from error


def _refused(faults: Sequence[Fault], where: str = "") -> CodingsRefused:
    lines = "\n".join(f"{where}{fault}" for fault in faults)
    return CodingsRefused(f"{lines}\nNothing was imported.", faults)


@transaction.atomic
def store_codings(
    *,
    study: Study,
    round_name: str,
    draft: CodingsDraft,
    judged_all: bool = False,
    links: Sequence[LinkRow] = (),
    notes: Sequence[NoteRow] = (),
) -> CodingsReport:
    """
    Store a codings table as a new round, closed at once, with links and notes, or nothing of it; no access check.

    A rater has judged the segments for which they have a row; with `judged_all` every segment of each transcript they
    appear in. Raises CodingsRefused, RoundNameTaken or ValidationError (a name that cannot be one).
    """
    name = Round._meta.get_field("name").clean(round_name, None)
    if not draft.rows:
        raise CodingsRefused("The file has column names but no rows; there is nothing to import.")
    _refuse_unseen_labels(study, draft)
    version = _version(study, draft)
    kind = _kind(draft, judged_all=judged_all)
    round_ = store_round(study=study, name=name, kind=kind, version=version, user=None)
    checker = Checker(fetch_book(version), _material(study, draft))
    checker.check(draft.rows)
    if faults := checker.faults or raw_is_missing(draft.rows):
        raise _refused(faults)
    if judged_all:
        _judge_the_rest(checker)
    labels = tuple(dict.fromkeys(label for label, _ in checker.judgements))
    raters, new = _raters(study, labels)
    assignments = _store_assignments(round_, checker.revisions, raters)
    if round_.is_drift_check:
        purpose = next(row.purpose for row in draft.rows if row.purpose)
        _ask_for(assignments, checker, AssignedSegment.Purpose(purpose))
    copy_judgements(round_, checker.judgements, assignments)
    if faults := store_links(links, assignments, palette(version.pk)):
        raise _refused(faults, "links.csv, ")
    if faults := store_notes(notes, assignments):
        raise _refused(faults, "notes.csv, ")
    Assignment.objects.filter(round=round_).update(submitted_at=Now())
    close_round(round_, imported=True)
    round_.refresh_from_db()
    if faults := store_final(round_, draft.rows, checker):
        raise _refused(faults)
    return _report(round_, checker, labels, new, draft.notes)


def _report(
    round_: Round, checker: Checker, labels: Sequence[str], new: Sequence[str], notes: Sequence[str]
) -> CodingsReport:
    every = [judgement for said in checker.judgements.values() for judgement in said.values()]
    return CodingsReport(
        round=round_,
        version=checker.book.version,
        raters=tuple(sorted(labels)),
        new_raters=tuple(sorted(new)),
        transcripts=tuple(sorted({transcript for _, transcript in checker.judgements})),
        judgements=len(every),
        codings=sum(len(judgement.codings) for judgement in every),
        none_applies=sum(judgement.outcome == Judgement.Outcome.NONE for judgement in every),
        uncodable=sum(judgement.outcome == Judgement.Outcome.UNCODABLE for judgement in every),
        rating_gaps=checker.rating_gaps,
        above_max_codes=checker.above_max_codes,
        notes=tuple(notes),
    )


def _kind(draft: CodingsDraft, *, judged_all: bool) -> Round.Kind:
    """Say what kind of round the file holds: rows with a purpose make a drift check, which holds nothing else."""
    raw = [row for row in draft.rows if row.layer == "raw"]
    back = [row for row in raw if row.purpose]
    if not back:
        return Round.Kind.RELIABILITY
    if other := next((row for row in raw if not row.purpose), None):
        sentence = f"Line {back[0].line} is a turn that came back and this one is not; import a drift check by itself."
        raise _refused([Fault(other.line, "purpose", sentence)])
    if other := next((row for row in raw if row.purpose != back[0].purpose), None):
        sentence = f"Line {back[0].line} says {back[0].purpose} and this one {other.purpose}; import each by itself."
        raise _refused([Fault(other.line, "purpose", sentence)])
    if judged_all:
        raise CodingsRefused("A drift check asks for some segments alone: leave out that every segment was judged.")
    return Round.Kind.DRIFT


def _ask_for(
    assignments: Mapping[tuple[str, str], Assignment], checker: Checker, purpose: AssignedSegment.Purpose
) -> None:
    """Say that each assignment of a drift check asked for the segments that were judged, and for no other."""
    AssignedSegment.objects.bulk_create(
        AssignedSegment(
            study_id=assignment.study_id,
            version_id=assignment.version_id,
            revision_id=assignment.revision_id,
            assignment=assignment,
            segment_id=judgement.segment.id,
            purpose=purpose,
        )
        for place, assignment in assignments.items()
        for judgement in checker.judgements[place].values()
    )


def _version(study: Study, draft: CodingsDraft) -> CodebookVersion:
    """Find the version that the file names, else the one published last."""
    named = {row.codebook_version: row.line for row in reversed(draft.rows) if row.codebook_version}
    rounds = {row.round: row.line for row in reversed(draft.rows) if row.round}
    for column, found in (("codebook_version", named), ("round", rounds)):
        if len(found) > 1:
            first, second = sorted(found, key=lambda value: found[value])[:2]
            what = column.replace("_", " ")
            sentence = f"The file holds more than one {what}: {first} and, from here, {second}; import each by itself."
            raise _refused([Fault(found[second], column, sentence)])
    published = CodebookVersion.objects.filter(study=study).published().order_by("-published_at", "-pk")
    if named:
        name, line = next(iter(named.items()))
        version: CodebookVersion | None = published.filter(name=name).first()
        if version is None:
            there = ", ".join(published.values_list("name", flat=True)) or "none yet"
            sentence = f"The study has no published codebook version {name}; its versions are: {there}."
            raise _refused([Fault(line, "codebook_version", sentence)])
        return version
    latest = latest_published(study)
    if latest is None:
        raise CodingsRefused("The study has no published codebook. Import one first: manage.py import_codebook.")
    return latest


def _material(study: Study, draft: CodingsDraft) -> Material:
    """Fetch the segments of the transcripts that the file names, in the revisions that it names or the latest."""
    named = {row.transcript for row in draft.rows}
    numbers = {(row.transcript, row.revision) for row in draft.rows if row.revision is not None}
    latest: dict[str, RevisionPlace] = {}
    numbered: dict[tuple[str, int], RevisionPlace] = {}
    rows = Revision.objects.filter(study=study, transcript__name__in=named).order_by("number")
    found = list(rows.values_list("id", "transcript", "transcript__name", "number"))
    newest = {name: number for _, _, name, number in found}
    wanted = [row for row in found if (row[2], row[3]) in numbers or newest[row[2]] == row[3]]
    segments = _segments([row[0] for row in wanted])
    for pk, transcript, name, number in wanted:
        place = RevisionPlace(pk, transcript, number, segments.get(pk, {}))
        latest[name] = numbered[name, number] = place
    names = list(Transcript.objects.filter(study=study).order_by("name").values_list("name", flat=True))
    return Material(latest, numbered, names, dict(SpeakerRole.objects.filter(study=study).values_list("pk", "name")))


def _segments(revisions: Sequence[int]) -> dict[int, dict[int, SegmentPlace]]:
    out: dict[int, dict[int, SegmentPlace]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.revision_id, s.position, s.id, p.role_id, s.char_end - s.char_start
            FROM transcripts_segment s JOIN transcripts_speaker p ON p.id = s.speaker_id
            WHERE s.revision_id = ANY(%s) ORDER BY s.revision_id, s.position
            """,
            [list(revisions)],
        )
        for revision, position, pk, role, length in cursor.fetchall():
            out.setdefault(revision, {})[position] = SegmentPlace(pk, role, length)
    return out


def _judge_the_rest(checker: Checker) -> None:
    """Add "none applies" for every segment that a rater passed over in a transcript they appear in."""
    for place, said in checker.judgements.items():
        for position, segment in checker.revisions[place].segments.items():
            if position not in said:
                said[position] = CheckedJudgement(segment, outcome=Judgement.Outcome.NONE)


def _refuse_unseen_labels(study: Study, draft: CodingsDraft) -> None:
    """Refuse a new label of which nothing can be seen; a member who has one from before keeps it."""
    unseen = {row.rater: row.line for row in reversed(draft.rows) if row.rater and not is_visible(row.rater)}
    known = Membership.objects.filter(study=study, label__in=list(unseen)).values_list("label", flat=True)
    if lines := [line for label, line in unseen.items() if label not in set(known)] if unseen else []:
        raise _refused([Fault(min(lines), "rater", INVISIBLE)])


def _raters(study: Study, labels: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    """Give the member of each label; an unknown label becomes an imported rater, who has no account."""
    wanted = list(labels)
    known = set(Membership.objects.filter(study=study, label__in=wanted).values_list("label", flat=True))
    new = [label for label in wanted if label not in known]
    Membership.objects.bulk_create(
        (
            Membership(study=study, label=label, role=Membership.Role.RATER, kind=Membership.Kind.IMPORTED)
            for label in new
        ),
        ignore_conflicts=True,
    )
    return dict(Membership.objects.filter(study=study, label__in=wanted).values_list("label", "pk")), new


def _store_assignments(
    round_: Round, revisions: Mapping[tuple[str, str], RevisionPlace], raters: Mapping[str, int]
) -> dict[tuple[str, str], Assignment]:
    rows = {
        (label, transcript): Assignment(
            study_id=round_.study_id,
            round=round_,
            version_id=round_.version_id,
            transcript_id=revision.transcript,
            revision_id=revision.id,
            rater_id=raters[label],
        )
        for (label, transcript), revision in revisions.items()
    }
    Assignment.objects.bulk_create(rows.values())
    return rows


def report_lines(report: CodingsReport) -> Iterator[str]:
    """Say what an import stored, line by line."""
    yield (
        f"Round {report.round.name}: {report.codings:,} codings in {report.judgements:,} judgements of "
        f"{len(report.transcripts)} transcripts by {len(report.raters)} raters, codebook {report.version}."
    )
    yield f"None applies: {report.none_applies:,}. Uncodable: {report.uncodable:,}."
    if report.new_raters:
        yield f"New raters without an account: {', '.join(report.new_raters)}."
    if report.rating_gaps:
        yield f"Codings of rated codes without a rating: {report.rating_gaps:,}. They are missing in the ratings."
    if report.above_max_codes:
        yield f"Segments with more codes than the codebook asks for: {report.above_max_codes:,}. All were kept."
    yield from report.notes
