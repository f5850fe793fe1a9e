"""The files of a report: of a stored run, or of a round as it is computed now."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from coding import access
from coding.formats import report as report_package
from coding.formats.bundle import write_zip
from coding.formats.dictionary import report_dictionary
from coding.formats.report.facts import Facts, facts_of
from coding.formats.report.markdown import markdown
from coding.formats.report.matrix import write_matrix, write_variables
from coding.formats.report.tables import write_long, write_record, write_wide
from coding.formats.report.word import word_document
from coding.models import ReliabilityRun, Round
from coding.queries.report_matrix import RoundMatrix
from coding.queries.report_record import inputs_now, record_of
from coding.services.export_files import Files, adjudication_file, file_words
from coding.services.runs import stamp_of
from workbench import env
from workbench.accounts.access import require
from workbench.accounts.models import User

SCRIPTS = Path(report_package.__file__).parent / "scripts"
#: What can be taken away one by one, with its type; the zip holds all of it, the matrix and the scripts.
SINGLE = {
    "report.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "report.md": "text/markdown; charset=utf-8",
    "reliability.csv": "text/csv; charset=utf-8",
    "codes.csv": "text/csv; charset=utf-8",
    "run.json": "application/json",
}
ZIP = "report.zip"
IN_MEMORY = 2_000_000
TYPES = {**SINGLE, ZIP: "application/zip"}


@dataclass(frozen=True, slots=True)
class Download:
    """One file to hand over: its name for the reader's disk, its type, and the open file."""

    name: str
    type: str
    content: IO[bytes]


def run_facts(run: ReliabilityRun) -> Facts:
    """Read the facts of a stored run."""
    return facts_of(run.results, stamp_of(run))


def fact_files(record: Mapping[str, Any], facts: Facts) -> Files:
    """Write what needs nothing but the facts, each file when it is asked for."""
    return {
        "report.docx": _later(lambda: word_document(facts)),
        "report.md": _later(lambda: markdown(facts)),
        "reliability.csv": write_long(facts),
        "codes.csv": write_wide(facts),
        "run.json": _later(lambda: write_record(record, facts)),
    }


def _later(make: Callable[[], bytes]) -> Iterator[bytes]:
    yield make()


def matrix_files(round_: Round) -> Files:
    """Write the values of every rater and the scripts that compute the numbers from them."""
    matrix = RoundMatrix(round_)
    return {
        "matrix.csv": write_matrix(matrix.raters, matrix.variables()),
        "variables.csv": write_variables(matrix.variables()),
        "data_dictionary.md": [report_dictionary()],
        "recompute.py": [(SCRIPTS / "recompute.py").read_bytes()],
        "recompute.R": [(SCRIPTS / "recompute.R").read_bytes()],
    }


def round_files(round_: Round) -> Files:
    """
    Give all files of a round's report as it is computed now, without storing a run.

    No access check: commands act for the operator.
    """
    record = record_of(round_)
    return fact_files(record, facts_of(record)) | adjudication_file(round_) | matrix_files(round_)


def download(*, user: User, run: ReliabilityRun, name: str) -> Download | None:
    """
    Write one file of a stored run, or the zip of all; None where a run has no such file.

    The zip holds matrix and scripts as long as the inputs are those of the run, and the report of the round's
    adjudication as it stands: no number of a run rests on that, and so no run keeps it. Everything is written as it is
    made, the large to disk: a matrix has a row for each code and segment. Raises PermissionDenied.
    """
    require(access.may_see_run(user, run))
    if name not in TYPES:
        return None
    # What is larger goes to the disk, without a name there: it is gone when it is closed or the process ends.
    target = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(env.make_data_dir()))  # noqa: SIM115 - the answer closes it
    try:
        if name == ZIP:
            write_zip(_all(run), target)
        else:
            for piece in fact_files(run.results, run_facts(run))[name]:
                target.write(piece.encode() if isinstance(piece, str) else piece)
        small = target.tell() <= IN_MEMORY
        target.seek(0)
        content: IO[bytes] = io.BytesIO(target.read()) if small else target
    except BaseException:
        target.close()
        raise
    if small:
        target.close()
    return Download(_name(run, name), TYPES[name], content)


def _all(run: ReliabilityRun) -> Files:
    files = fact_files(run.results, run_facts(run)) | adjudication_file(run.round)
    if inputs_now(run.round) == run.fingerprint:
        files |= matrix_files(run.round)
    else:
        said = (
            "The matrix of values and the scripts that compute the numbers again are not in this zip: the inputs of "
            "the round are no longer those of this run (a label or a name was changed since).\n"
        )
        files["READ_ME.txt"] = [said]
    return files


def _name(run: ReliabilityRun, name: str) -> str:
    """Name a download after study, round and the beginning of the fingerprint."""
    stem, _, ending = name.partition(".")
    where = f"{run.study.slug}_round_{file_words(run.round.name)}_{run.fingerprint[:8]}"
    return f"{where}_{stem}.{ending}"
