"""Say what follows what, from a file of events: `python -m coding.analysis sequences EVENTS.csv --json`."""

import argparse
import csv
import json
import re
import sys
from pathlib import Path
from typing import Any

from . import reading, sequences

MOST_LAGS = 1_000


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or 1 after a sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        found = _sequences(options)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    text = json.dumps(found, ensure_ascii=False, allow_nan=False) if options.json else sequences.as_text(found)
    sys.stdout.write(text + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m coding.analysis", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser(
        "sequences",
        help="lag-sequential tables, by event or by segment",
        description=reading.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("events", type=Path, help="csv with the columns transcript, segment, code")
    command.add_argument("lengths", type=Path, nargs="?", help="csv with the columns transcript, segments")
    command.add_argument("--unit", choices=("event", "segment"), default="event", help="what a lag counts")
    command.add_argument("--lags", default="1-5", help="such as 1-5 or 1,3 (default 1-5)")
    command.add_argument("--no-repeats", action="store_true", help="a code cannot follow itself (event)")
    command.add_argument("--given", help="codes parted by commas, any of them counts (segment)")
    command.add_argument("--target", help="codes parted by commas, any of them counts (segment)")
    command.add_argument("--json", action="store_true", help="write one JSON object")
    return parser


def _sequences(options: argparse.Namespace) -> dict[str, Any]:
    lags = lags_of(options.lags)
    if options.unit == "event":
        if options.given or options.target:
            raise ValueError("--given and --target go with --unit segment; by event every code is held against every.")
        return _by_event(options, lags)
    if options.no_repeats:
        raise ValueError("--no-repeats goes with --unit event; two segments may well carry the same code.")
    if options.lengths is None:
        raise ValueError("--unit segment needs a second file, transcript,segments, with the length of each transcript.")
    given, target = _listed(options.given, "--given"), _listed(options.target, "--target")
    events, lengths = _events(options.events, options.unit), reading.read_lengths(options.lengths)
    for code in sequences.never(events, [*given, *target]):
        sys.stderr.write(f"No event has the code {code!r}.\n")
    return sequences.by_segment(events, lengths, given, target, lags)


def _by_event(options: argparse.Namespace, lags: list[int]) -> dict[str, Any]:
    events = _events(options.events, options.unit)
    if options.lengths is not None:
        sequences.within_lengths(events, reading.read_lengths(options.lengths))
    found = sequences.by_event(events, lags, repeats=not options.no_repeats)
    for lag, table in found["lags"].items():
        if table["left_out"]:
            sys.stderr.write(f"Lag {lag}: {table['left_out']} pairs in which a code follows itself were left out.\n")
    return found


def _events(path: Path, unit: str) -> dict[str, list[reading.Event]]:
    events = reading.read_events(path)
    if again := reading.repeated(events):
        rows = "row gives" if again == 1 else "rows give"
        sys.stderr.write(
            f"{path.name}: {again} {rows} a code again that its segment already has; "
            f"{'by event each counts' if unit == 'event' else 'by segment it counts once'}. "
            "If these are codings of several raters, give one rater's alone.\n"
        )
    return events


def lags_of(text: str) -> list[int]:
    """Understand 3, 1-5 or 1,3,5; raises ValueError with a sentence."""
    lags: list[int] = []
    for part in text.split(","):
        span = re.fullmatch(r"\s*(\d{1,6})\s*(?:-\s*(\d{1,6}))?\s*", part)
        if span is None:
            raise ValueError(f"--lags {text!r} is not understood; write 1-5 or 1,3.")
        first, last = int(span[1]), int(span[2] or span[1])
        if not 1 <= first <= last <= MOST_LAGS:
            raise ValueError(f"--lags {text!r}: lags go from 1 to {MOST_LAGS}, the smaller one first.")
        lags += range(first, last + 1)
    return sorted(set(lags))


def _listed(text: str | None, option: str) -> list[str]:
    # Read as a row of csv: a code that has a comma in it stands in quotation marks.
    try:
        rows = list(csv.reader([text or ""], skipinitialspace=True))
    except csv.Error:
        raise ValueError(f"{option} {text!r} is not understood; write codes parted by commas, in one line.") from None
    codes = [part.strip() for row in rows for part in row if part.strip()]
    if not codes:
        raise ValueError(f"--unit segment needs {option} with one or more codes, parted by commas.")
    return codes


if __name__ == "__main__":
    raise SystemExit(main())
