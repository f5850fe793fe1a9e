"""A codebook as a table, one row a code: what spreadsheets can hold of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from coding.formats.cells import CellError, free_text, yes_or_no
from coding.formats.codebook import read_codebook
from coding.formats.drafts import CodebookDraft, CodebookError, ExampleDraft
from coding.formats.table import Table, TableError, open_table, quoted, write_table
from transcripts.formats.guard import guard

COLUMNS = (
    "codebook", "version", "title", "family", "family_name", "family_definition", "exclusive", "color", "code", "name",
    "definition", "include", "exclude", "near_misses", "examples", "roles", "rated", "key_letter", "outcome",
    "rating_name", "rating_min", "rating_max", "rating_anchors",
)  # fmt: skip
ALSO = {
    "id": "code", "key": "code", "short_name": "name", "label": "name", "parent": "family", "category": "family",
    "description": "definition", "inclusion": "include", "exclusion": "exclude", "colour": "color",
}  # fmt: skip
#: Where codes go that name no family.
NO_FAMILY = "CODES", "Codes"
OUTCOMES = ("none", "uncodable")
_EXAMPLE = re.compile(r"\[(?P<role>[^\]\[]*?)(?:, *(?P<rating>[0-9]{1,3}))?\] (?P<text>.*)", re.DOTALL)
_PLACE = re.compile(r"codes\[([0-9]+)\](?:\.([a-z_]+))?")
_Row = tuple[int, dict[str, str]]


def write_codebook_csv(draft: CodebookDraft) -> bytes:
    """Write the codes as a table; attributes, links and what only the file keeps are not in it."""
    return "".join(write_table(COLUMNS, _rows(draft))).encode()


def _rows(draft: CodebookDraft) -> Iterator[tuple[str, ...]]:
    families = {family.key: family for family in draft.families}
    scale = draft.rating
    rating = ("", "", "", "")
    if scale is not None:
        anchors = "\n".join(f"{number}: {_one_line(words)}" for number, words in sorted(scale.anchors.items()))
        rating = (scale.name, str(scale.minimum), str(scale.maximum), anchors)
    for code in draft.codes:
        family = families[code.family]
        cells = (
            draft.key, draft.version, draft.title,
            family.key, family.name, family.definition, "true" if family.exclusive else "", family.color,
            code.key, code.name, code.definition,
            lines_cell(code.include), lines_cell(code.exclude), lines_cell(code.near_misses),
            "\n".join(example_line(example) for example in code.examples), "\n".join(code.roles),
            "true" if code.rated else "false", code.letter, draft.outcomes.get(code.key, ""),
        )  # fmt: skip
        yield tuple(guard(cell) for cell in (*cells, *rating))


def lines_cell(items: Sequence[str]) -> str:
    """Write a list into one cell, one item a line."""
    return "\n".join(_one_line(item) for item in items)


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def example_line(example: ExampleDraft) -> str:
    """Write an example in one line: who says it and how marked it is stand in brackets before it."""
    text = _one_line(example.text)
    said = [example.role, *([str(example.rating)] if example.rating is not None else [])]
    return f"[{', '.join(said)}] {text}" if any(said) or text.startswith("[") else text


def example_object(line: str) -> dict[str, Any]:
    """Read an example that `example_line` wrote, or plain words."""
    if (found := _EXAMPLE.fullmatch(line)) is None:
        return {"text": line}
    role, rating = found["role"].strip(), found["rating"]
    said: dict[str, Any] = {"role": role} if role else {}
    return said | {"text": found["text"]} | ({} if rating is None else {"rating": int(rating)})


def read_codebook_csv(data: bytes, *, stem: str, version: str = "1") -> CodebookDraft:
    """
    Read a table of codes, or raise CodebookError with line and column.

    `stem` and `version` name the codebook where the table does not. A code may stand below another row, which then is
    its family.
    """
    try:
        table = open_table(data, known=COLUMNS, also=ALSO, needed=("code",))
        rows = [(line, _row(table, cells)) for line, cells in table.rows(needed=("code",))]
    except TableError as error:
        raise CodebookError(str(error)) from None
    parents = _parents(rows)
    codes = [row for row in rows if row[1]["code"] not in parents]
    book = _book(rows, codes, parents, (stem, version))
    try:
        return read_codebook(json.dumps(book).encode())
    except CodebookError as error:
        raise _placed(error, [line for line, _ in codes]) from None


def _row(table: Table, cells: Sequence[str]) -> dict[str, str]:
    return {name: free_text(cells[table.at.get(name, -1)]).strip() for name in COLUMNS}


def _parents(rows: Sequence[_Row]) -> dict[str, dict[str, str]]:
    """Give the rows that stand for families; a row below itself, or two levels below another, is refused."""
    by_code: dict[str, _Row] = {}
    for line, row in rows:
        if not row["code"]:
            raise CodebookError("The code has no key; write a short one, such as PULL-APP.", line=line)
        if row["code"] in by_code:
            first = by_code[row["code"]][0]
            raise CodebookError(f"{quoted(row['code'])} is already the code of line {first}; keep one.", line=line)
        by_code[row["code"]] = line, row
    found = {}
    for line, row in rows:
        above, seen = _above(row), [row["code"]]
        while above in by_code:
            if above in seen:
                ring = "stands below itself" if len(seen) == 1 else "stand each below the other"
                raise CodebookError(f"{' and '.join(map(quoted, seen))} {ring}.", line=line)
            seen.append(above)
            above = _above(by_code[above][1])
        if len(seen) > 2:
            sentence = f"{quoted(seen[0])} stands below {quoted(seen[1])}, and that below {quoted(seen[2])}"
            raise CodebookError(f"{sentence}; a codebook has families and codes, and no third level.", line=line)
        if len(seen) == 2:
            found[seen[1]] = by_code[seen[1]][1]
    return found


def _above(row: Mapping[str, str]) -> str:
    """Give the row that may stand above; a family with a name of its own is none of the rows."""
    return "" if row["family_name"] else row["family"]


def _book(
    rows: Sequence[_Row], codes: Sequence[_Row], parents: Mapping[str, dict[str, str]], names: tuple[str, str]
) -> dict[str, Any]:
    families: dict[str, dict[str, Any]] = {}
    for line, row in codes:
        key = row["family"] or NO_FAMILY[0]
        above = parents.get(key)
        if above is not None:
            said = {"short_name": above["name"] or key, "definition": above["definition"], "color": above["color"]}
        else:
            name = row["family_name"] or (row["family"] or NO_FAMILY[1])
            said = {"short_name": name, "definition": row["family_definition"], "color": row["color"]}
        exclusive = _truth((above or row)["exclusive"], line, "exclusive")
        families.setdefault(key, {"id": key, **_said(said), **({"exclusive": True} if exclusive else {})})
    scale, outcomes = _scale(rows), {row["outcome"].lower(): row["code"] for _, row in codes if row["outcome"]}
    for line, row in codes:
        if row["outcome"].lower() not in ("", *OUTCOMES):
            raise CodebookError(f"{quoted(row['outcome'])} is no outcome; write none or uncodable.", line=line)
    first = rows[0][1] if rows else dict.fromkeys(COLUMNS, "")
    return {
        "id": first["codebook"] or names[0],
        "version": first["version"] or names[1],
        "title": first["title"] or first["codebook"] or names[0],
        "labelling": {"exclusive_codes": [outcomes[outcome] for outcome in OUTCOMES if outcome in outcomes]},
        **({"rating": scale} if scale else {}),
        "families": list(families.values()),
        "codes": [_code(line, row, rated=bool(scale)) for line, row in codes],
    }


def _said(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in ("", [], None)}


def _code(line: int, row: Mapping[str, str], *, rated: bool) -> dict[str, Any]:
    said = {
        "id": row["code"],
        "short_name": row["name"] or row["code"],
        "parent": row["family"] or NO_FAMILY[0],
        "applies_to_roles": _lines(row["roles"].replace(";", "\n")),
        "definition": row["definition"],
        "include": _lines(row["include"]),
        "exclude": _lines(row["exclude"]),
        "examples": [example_object(text) for text in _lines(row["examples"])],
        "near_misses": _lines(row["near_misses"]),
        "key_letter": row["key_letter"],
    }
    return _said(said) | ({"rated": _truth(row["rated"], line, "rated")} if rated and row["rated"] else {})


def _lines(cell: str) -> list[str]:
    return [line.strip() for line in cell.split("\n") if line.strip()]


def _truth(cell: str, line: int, column: str) -> bool:
    try:
        return yes_or_no(cell)
    except CellError as error:
        raise CodebookError(f"Column {column}: {error}", line=line) from None


def _scale(rows: Sequence[_Row]) -> dict[str, Any]:
    for line, row in rows:
        if row["rating_max"]:
            try:
                bounds = {"min": int(row["rating_min"] or "0"), "max": int(row["rating_max"])}
            except ValueError:
                raise CodebookError("The scale's lowest and highest rating are whole numbers.", line=line) from None
            anchors = dict(text.partition(":")[::2] for text in _lines(row["rating_anchors"]))
            meanings = {number.strip(): words.strip() for number, words in anchors.items()}
            return _said({"name": row["rating_name"]}) | bounds | ({"anchors": meanings} if meanings else {})
    return {}


def _placed(error: CodebookError, lines: Sequence[int]) -> CodebookError:
    """Say a fault by the line of its row."""
    found = _PLACE.match(error.path)
    if found is None or int(found[1]) >= len(lines):
        return CodebookError(error.sentence)
    column = f"Column {found[2]}: " if found[2] else ""
    return CodebookError(f"{column}{error.sentence}", line=lines[int(found[1])])
