"""The files of a study or a round: material, codings long and wide, codebook, data dictionary."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path

from coding.formats.adjudication_report import write_report
from coding.formats.assignments import write_assignments
from coding.formats.codebook import write_codebook
from coding.formats.coding_rows import OF_FINAL, columns
from coding.formats.dictionary import data_dictionary
from coding.formats.drafts import CodebookDraft
from coding.formats.links import NoteRow, write_links, write_notes
from coding.formats.table import write_table
from coding.formats.training_tables import write_clearances, write_gold
from coding.formats.wide import write_wide
from coding.models import AdjudicationOpening, Attribute, Round
from coding.queries import export_rows, final_export
from coding.queries.adjudication_facts import report_facts
from coding.queries.adjudication_state import adjudication_report
from coding.queries.codebooks import draft_of, latest_published
from coding.queries.final_export import is_adjudicated
from coding.queries.kept import KeptRound
from coding.queries.notes import note_rows
from coding.queries.training_rows import clearance_rows, gold_rows
from transcripts.formats.segments_table import write_segments
from transcripts.models import Study
from workbench.accounts.models import User

Files = dict[str, Iterable[str | bytes]]


def study_files(study: Study, round_: Round | None, reader: User | None = None) -> Files:
    """
    Give the files of a round, or without one those of the material alone, each written as it is read.

    No access check, but for what a `reader` may not see of the sessions; commands take all of it. The same data give
    the same bytes.
    """
    version = latest_published(study) if round_ is None else round_.version
    draft = None if version is None else draft_of(version)
    revisions = export_rows.exported_revisions(study, round_)
    session = export_rows.session_columns(study, reader)
    files: Files = {
        "segments.csv": write_segments(export_rows.segment_rows(study, revisions, reader), session),
        "data_dictionary.md": [data_dictionary(draft)],
    }
    if draft is not None:
        files["codebook.json"] = [write_codebook(draft)]
    if round_ is not None and draft is not None:
        files["codings.csv"] = codings_table([round_])
        files["codings_wide.csv"] = _wide(round_, draft)
        files["links.csv"] = write_links(export_rows.link_rows(round_))
        files["notes.csv"] = write_notes(_notes(round_))
        files |= adjudication_file(round_)
        files["assignments.csv"] = write_assignments(export_rows.assignment_rows(round_))
        files |= training_tables([round_], reader)
    return files


def adjudication_file(round_: Round, name: str = "adjudication.md") -> Files:
    """Write the report of an adjudication as it stands, where there is one."""
    opening = AdjudicationOpening.objects.filter(round=round_).first()
    if opening is None or not round_.is_closed:
        return {}
    return {name: [write_report(report_facts(round_, adjudication_report(opening, KeptRound(round_))))]}


def training_tables(rounds: Iterable[Round], reader: User | None = None) -> Files:
    """Write whose codings are gold in training rounds and who was cleared, where a `reader` may read any of it."""
    training = [round_ for round_ in rounds if round_.kind == Round.Kind.TRAINING]
    files: Files = {}
    if gold := [row for round_ in training for row in gold_rows(round_, reader)]:
        files["gold.csv"] = write_gold(gold)
    if cleared := [row for round_ in training for row in clearance_rows(round_, reader)]:
        files["clearances.csv"] = write_clearances(cleared)
    return files


def _notes(round_: Round) -> Iterable[NoteRow]:
    return note_rows(round_, export_rows.exported_assignments(round_))


def codings_table(rounds: Iterable[Round]) -> Iterable[str]:
    """Write the codings of rounds as one long table; the attributes of all their versions are its columns."""
    rounds = list(rounds)
    versions = [round_.version_id for round_ in rounds]
    found = Attribute.objects.filter(version__in=versions).order_by("version__number", "position")
    attributes = list(dict.fromkeys(found.values_list("key", flat=True)))
    final = any(map(is_adjudicated, rounds))
    cells: Iterable[Sequence[str | int]]
    cells = (row for round_ in rounds for row in _layers(round_, attributes, final=final))
    if repeats := any(round_.is_drift_check for round_ in rounds):
        cells = (
            row
            for round_ in rounds
            for row in export_rows.with_purpose(round_, _layers(round_, attributes, final=final))
        )
    return write_table(columns(attributes, final=final, repeats=repeats), cells)


def _layers(round_: Round, attributes: Sequence[str], *, final: bool) -> Iterable[Sequence[str | int]]:
    """Read the raw layer of a round, and beside it the final one where it was adjudicated."""
    blank = [""] * len(OF_FINAL) if final else []
    for row in export_rows.coding_cells(round_, attributes):
        yield [*row, *blank]
    if final and is_adjudicated(round_):
        yield from final_export.final_cells(round_, attributes)


def _wide(round_: Round, draft: CodebookDraft) -> Iterable[str]:
    final = is_adjudicated(round_)
    rows = export_rows.wide_rows(round_)
    return write_wide(draft, chain(rows, final_export.final_wide_rows(round_)) if final else rows, final=final)


def all_files(study: Study) -> Files:
    """
    Give everything of a study: its material, and every closed round's codings in one long table.

    The wide table and the codebook stand once for each round, named after it, where there is more than one. No
    access check.
    """
    rounds = list(Round.objects.filter(study=study).closed().select_related("version__codebook").order_by("pk"))
    if len(rounds) == 1:
        return study_files(study, rounds[0]) | {"segments.csv": study_files(study, None)["segments.csv"]}
    files = study_files(study, None)
    files["codings.csv"] = codings_table(rounds)
    files["links.csv"] = write_links(chain.from_iterable(map(export_rows.link_rows, rounds)))
    files["notes.csv"] = write_notes(chain.from_iterable(map(_notes, rounds)))
    files["assignments.csv"] = write_assignments(chain.from_iterable(map(export_rows.assignment_rows, rounds)))
    files |= training_tables(rounds)
    taken: set[str] = set()
    for round_ in rounds:
        name = _free(file_words(round_.name), taken)
        draft = draft_of(round_.version)
        files[f"codings_wide_{name}.csv"] = _wide(round_, draft)
        files |= adjudication_file(round_, f"adjudication_{name}.md")
        files[f"codebook_{name}.json"] = [write_codebook(draft)]
    return files


def file_words(name: str) -> str:
    """Turn a name into words that every file system takes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._") or "unnamed"


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free.lower() in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free.lower())
    return free


def write_folder(files: Files, folder: Path, told: Callable[[str], None]) -> dict[str, str]:
    """Write the files into a folder, which is made, and return the SHA-256 of each."""
    folder.mkdir(parents=True, exist_ok=True)
    return {name: _write(files[name], folder / name, told) for name in sorted(files)}


def _write(pieces: Iterable[str | bytes], path: Path, told: Callable[[str], None]) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as target:
        for piece in pieces:
            data = piece.encode() if isinstance(piece, str) else piece
            digest.update(data)
            target.write(data)
    told(f"Wrote {path}.")
    return digest.hexdigest()
