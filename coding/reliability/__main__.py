"""Compute reliability from a file: `python -m coding.reliability rate FILE --level LEVEL`, or `cases FILE --json`."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from . import cases, rating, reading

EXPLAINED = f"""\
{reading.__doc__}
Level set: codes parted by | and {{}} for the empty set. Undeclared categories are those that occur; chance-corrected
coefficients that count categories (AC1, Brennan-Prediger) need --categories when some were never used.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or 1 after a sentence on stderr."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] not in ("rate", "cases", "-h", "--help"):
        given.insert(0, "rate")
    options = _parser().parse_args(given)
    try:
        text = _rate(options) if options.command == "rate" else _cases(options)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(text + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m coding.reliability", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    rate = commands.add_parser(
        "rate",
        help="compute coefficients from a csv file (a bare FILE means rate)",
        description=EXPLAINED,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    rate.add_argument("file", type=Path, help="csv, tsv or semicolon-separated, UTF-8, with a header")
    rate.add_argument("--level", required=True, choices=rating.LEVELS, help="level of measurement, never guessed")
    rate.add_argument("--categories", help="declared categories in order, parted by commas")
    rate.add_argument("--coefficients", help="names parted by commas; default: those of the level")
    rate.add_argument(
        "--interval", choices=rating.INTERVALS, default="jackknife", help="jackknife over transcripts is the default"
    )
    rate.add_argument("--resamples", type=int, default=rating.RESAMPLES, help="for percentile and bca")
    rate.add_argument("--seed", type=int, default=rating.SEED, help="for percentile and bca")
    rate.add_argument("--missing", action="append", default=[], metavar="TEXT", help="a text that means missing")
    rate.add_argument("--json", action="store_true", help="write one JSON object")
    run = commands.add_parser("cases", help="run a file of published cases")
    run.add_argument("file", type=Path)
    run.add_argument("--json", action="store_true", help="write one JSON object")
    return parser


def _listed(text: str | None) -> list[str] | None:
    return [part.strip() for part in text.split(",") if part.strip()] if text else None


def _rate(options: argparse.Namespace) -> str:
    ratings = reading.read(options.file, options.missing)
    how = rating.How(options.interval, options.resamples, options.seed)
    found = rating.report(ratings, options.level, _listed(options.categories), _listed(options.coefficients), how)
    return _strict(found) if options.json else rating.as_text(found)


def _cases(options: argparse.Namespace) -> str:
    try:
        document = json.loads(options.file.read_bytes())
    except OSError as error:
        raise ValueError(f"{options.file} cannot be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{options.file.name} is not JSON: {error}.") from error
    found = cases.run(document)
    if options.json:
        return _strict(found)
    lines = []
    for name, coefficients in found.items():
        for coefficient, cell in coefficients.items():
            value = cell["value"] if cell["value"] is not None else f"undefined: {cell['why']}"
            lines.append(f"{name}  {coefficient}  {value}")
    return "\n".join(lines)


def _strict(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, allow_nan=False)


if __name__ == "__main__":
    raise SystemExit(main())
