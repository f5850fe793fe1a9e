"""The reliability of a round as a table to read in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Cell = Mapping[str, Any]
COLUMNS: Mapping[str, Sequence[tuple[str, tuple[str, ...]]]] = {
    "codes": (
        ("agree", ("percent_agreement",)),
        ("alpha", ("krippendorff_alpha",)),
        ("AC1", ("gwet_ac1",)),
        ("kappa", ("cohen_kappa", "fleiss_kappa")),
    ),
    "ratings": (
        ("agree", ("percent_agreement",)),
        ("ordinal alpha", ("krippendorff_alpha_ordinal",)),
        ("AC2", ("gwet_ac2_ordinal",)),
        ("ICC(2,1)", ("icc_2_1",)),
    ),
    "evidence": (("unitizing alpha", ("alpha_u",)),),
}
TITLES = {
    "codes": "Codes, present or absent",
    "families": "Families",
    "ratings": "Ratings",
    "attributes": "Attributes",
    "evidence": "Words marked as evidence",
}


def reliability_lines(report: Mapping[str, Any]) -> list[str]:
    """Lay out a report of the reliability command."""
    return [*_head(report), *_parts(report), *_foot(report)]


def _head(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"Study {report['study']}, round {report['round']}, codebook {report['codebook_version']}"
    yield f"Raters: {', '.join(report['raters']) or 'none'}"


def _parts(report: Mapping[str, Any]) -> Iterator[str]:
    for part, title in TITLES.items():
        cells = report[part]
        if cells:
            columns = COLUMNS.get(part, COLUMNS["codes"])
            yield ""
            yield from _table(title, cells, columns)


def _table(title: str, cells: Mapping[str, Cell], columns: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    rows = [[title, "n", "given by each", *(name for name, _ in columns)]]
    for key, cell in cells.items():
        shares = " ".join("-" if share is None else f"{share:.0%}" for share in cell["prevalence"].values())
        rows.append([key, str(cell["units"]), shares, *(_number(cell, names) for _, names in columns)])
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        first, *others = zip(row, widths, strict=True)
        yield "  ".join([first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]).rstrip()
    yield from _reasons(cells, columns)


def _number(cell: Cell, names: Sequence[str]) -> str:
    value = next((cell[name] for name in names if name in cell), None)
    if value is None or value["value"] is None:
        return "-"
    if value["low"] is None:
        return f"{value['value']:.3f}"
    return f"{value['value']:.3f} [{value['low']:.2f}, {value['high']:.2f}]"


def _reasons(cells: Mapping[str, Cell], columns: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    """Say why a value is missing, each reason once with the rows it holds for."""
    found: dict[str, list[str]] = {}
    for key, cell in cells.items():
        for title, names in columns:
            value = next((cell[name] for name in names if name in cell), None)
            if value is not None and value["why"]:
                found.setdefault(f"no {title}: {value['why']}", []).append(key)
            elif value is not None and value["low"] is None and value["why_no_interval"]:
                found.setdefault(f"no interval of {title}: {value['why_no_interval']}", []).append(key)
    for reason, keys in found.items():
        which = "all" if len(keys) == len(cells) else ", ".join(keys) if len(keys) <= 6 else f"{len(keys)} rows"
        yield f"  {which}: {reason}"


def _foot(report: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield "Overall"
    for name, value in report["overall"].items():
        number = f"{value['value']:.3f}" if value["value"] is not None else f"undefined: {value['why']}"
        interval = "" if value["low"] is None else f" [{value['low']:.2f}, {value['high']:.2f}]"
        yield f"  {name}: {number}{interval} (n = {value['n']})"
