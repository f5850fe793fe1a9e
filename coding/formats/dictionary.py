"""Say what every column of every exported file means, in general and for one codebook."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from coding.formats.coding_rows import ATTRIBUTE
from coding.formats.dictionary_words import (
    ASSIGNMENTS,
    CLEARANCES,
    CODEBOOK,
    CODINGS,
    GOLD,
    LINKS,
    NOTES,
    RULES,
    SEGMENTS,
    WIDE,
)
from coding.formats.drafts import AttributeDraft, CodebookDraft, CodeDraft, RatingDraft
from coding.formats.report.dictionary_words import REPORT_FILES
from coding.formats.sequences.dictionary_words import SEQUENCE_FILES
from coding.formats.table import write_table
from coding.formats.wide import code_columns, rating_columns
from transcripts.formats.guard import guard

COLUMNS = ("file", "column", "meaning", "type", "allowed", "empty")
HEADINGS = ("Column", "Meaning", "Type", "Allowed", "Empty means")


@dataclass(frozen=True, slots=True)
class DictionaryRow:
    """What one column means, and how to read it when it is empty."""

    file: str
    column: str
    meaning: str
    type: str
    allowed: str
    empty: str


def dictionary_rows(codebook: CodebookDraft | None = None) -> tuple[DictionaryRow, ...]:
    """Describe every column; with a codebook, those of its export, and its codes, ratings and attributes one by one."""
    files = {"segments.csv": SEGMENTS, "codings.csv": CODINGS, "codings_wide.csv": WIDE}
    files |= {"links.csv": LINKS, "notes.csv": NOTES, "assignments.csv": ASSIGNMENTS}
    files |= {"gold.csv": GOLD, "clearances.csv": CLEARANCES, "codebook.json": CODEBOOK}
    rows = [DictionaryRow(file, *words) for file, columns in files.items() for words in columns]
    if codebook is None:
        return (*rows, *_report_rows(), *_sequence_rows())
    told = [_told(row, codebook) for row in rows]
    return tuple(row for group in told for row in group)


def _report_rows() -> list[DictionaryRow]:
    return [DictionaryRow(file, *words) for file, columns in REPORT_FILES.items() for words in columns]


def _sequence_rows() -> list[DictionaryRow]:
    return [DictionaryRow(file, *words) for file, columns in SEQUENCE_FILES.items() for words in columns]


def _told(row: DictionaryRow, codebook: CodebookDraft) -> list[DictionaryRow]:
    """Put the codes and attributes of a codebook in the place of what stands for them."""
    if row.column == f"{ATTRIBUTE}<id>":
        return [_attribute(row, attribute) for attribute in codebook.attributes]
    if row.column == "<CODE>":
        names = code_columns(codebook)
        return [_code(row, code, names[code.key], codebook) for code in codebook.codes]
    if row.column == "<CODE>.rating":
        names = rating_columns(codebook)
        rated = [code for code in codebook.codes if code.key in names]
        return [_rating_of(row, code, names[code.key], codebook.rating) for code in rated]
    if (row.file, row.column) == ("codings.csv", "code"):
        keys = ", ".join(code.key for code in codebook.codes if code.key not in codebook.exclusive_codes)
        return [DictionaryRow(row.file, row.column, row.meaning, row.type, keys, row.empty)]
    if (row.file, row.column) == ("codings.csv", "rating") and codebook.rating is not None:
        return [DictionaryRow(row.file, row.column, row.meaning, row.type, _scale(codebook.rating), row.empty)]
    return [row]


def _attribute(row: DictionaryRow, attribute: AttributeDraft) -> DictionaryRow:
    of = ", ".join(attribute.applies_to) or "*"
    meaning = f"{row.meaning} Asked of: {'every code' if of == '*' else of}."
    values = [f"{value} ({words})" if words else value for value, words in attribute.values.items()]
    allowed = "; ".join(values or attribute.allowed) or "any text"
    return DictionaryRow(row.file, ATTRIBUTE + attribute.id, meaning, attribute.type, allowed, row.empty)


def _code(row: DictionaryRow, code: CodeDraft, column: str, codebook: CodebookDraft) -> DictionaryRow:
    outcome = codebook.outcomes.get(code.key)
    if outcome == "none":
        meaning = f"{code.name}. Stands for the outcome “none”: judged, codable, and no code given."
        empty = "no value: not judged, or uncodable"
    elif outcome:
        meaning = f"{code.name}. Stands for the outcome “uncodable”."
        empty = "no value: not judged"
    else:
        roles = ", ".join(code.roles) or "every role"
        meaning, empty = f"{code.name}. Applies to: {roles}. {code.definition}".strip(), row.empty
    return DictionaryRow(row.file, column, meaning, row.type, row.allowed, empty)


def _rating_of(row: DictionaryRow, code: CodeDraft, column: str, rating: RatingDraft | None) -> DictionaryRow:
    allowed = _scale(rating) if rating else row.allowed
    return DictionaryRow(row.file, column, f"Rating of {code.key}, {code.name}.", row.type, allowed, row.empty)


def _scale(rating: RatingDraft) -> str:
    """List what can be written: 0 never is, it means that the code is absent."""
    steps = range(max(rating.minimum, 1), rating.maximum + 1)
    told = [f"{step} ({rating.anchors[step]})" if step in rating.anchors else str(step) for step in steps]
    return f"{rating.name}: {'; '.join(told)}" if rating.name else "; ".join(told)


def dictionary_csv(codebook: CodebookDraft | None = None) -> Iterator[str]:
    """Write the data dictionary as a table."""
    rows = dictionary_rows(codebook)
    cells = ((row.file, row.column, row.meaning, row.type, row.allowed, row.empty) for row in rows)
    yield from write_table(COLUMNS, ([guard(cell) for cell in line] for line in cells))


def data_dictionary(codebook: CodebookDraft | None = None) -> str:
    """Write the data dictionary as Markdown: the rules of reading first, then one table a file."""
    of = f" of {plain(codebook.title)}, version {plain(codebook.version)}" if codebook else ""
    return _page(of, dictionary_rows(codebook))


def report_dictionary() -> str:
    """Write the data dictionary of a reliability report."""
    return _page(" of a reliability report", _report_rows())


def sequence_dictionary() -> str:
    """Write the data dictionary of an analysis of sequences."""
    return _page(" of an analysis of sequences", _sequence_rows())


def _page(of: str, rows: Sequence[DictionaryRow]) -> str:
    parts = [f"# Data dictionary{of}", RULES.strip()]
    for file in dict.fromkeys(row.file for row in rows):
        parts += [f"## {file}", _table(row for row in rows if row.file == file)]
    return "\n\n".join(parts) + "\n"


def _table(rows: Iterable[DictionaryRow]) -> str:
    lines = ["| " + " | ".join(HEADINGS) + " |", "|" + " --- |" * len(HEADINGS)]
    for row in rows:
        words = (row.meaning, row.type, row.allowed, row.empty)
        lines.append(f"| {_verbatim(row.column)} | {' | '.join(plain(word) for word in words)} |")
    return "\n".join(lines)


def plain(text: str) -> str:
    """Keep a text in one cell and free of markup."""
    line = " ".join(text.split())
    return "".join(f"\\{char}" if char in "\\|`*<>[]" else char for char in line)


def _verbatim(name: str) -> str:
    """Show a name as it stands in the file."""
    fence = "``" if "`" in name else "`"
    space = " " if "`" in name else ""
    return f"{fence}{space}{name.replace('|', chr(92) + '|')}{space}{fence}"


if __name__ == "__main__":
    sys.stdout.write(data_dictionary())
