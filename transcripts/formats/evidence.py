"""Decide from the whole file, never from one line, how its speakers are marked."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .drafts import FormatError
from .labels import looks_like_name, names_a_role, reads_like_speech, words
from .lines import Family, Head, Line, heads

# In this order when two ways of marking explain as many lines.
_FAMILIES: tuple[Family, ...] = ("colon", "heading", "stamped", "bracket", "tab", "dash", "name")
_STRICT: frozenset[Family] = frozenset(("bracket", "tab", "dash", "name"))
# A year of weekly sessions stays below; each line costs some microseconds, and somebody waits.
MOST_LINES = 150_000
_WRAP_WIDTH = 120
# So many paragraphs may stand above the first speaker of a short file: a title, a date, who was there.
_LONGEST_TOP = 8
_NUMBERED_LABEL = re.compile(r"([^\W\d_]+)[ .-]?(\d{1,4})")
_ABOUT_THE_FILE = words("""
    date datum time uhrzeit zeit duration dauer length location ort place session sitzung title titel transcript file
    filename datei recording audio language sprache project projekt study studie code participants teilnehmer speakers
    attendees condition version created transcribed transcriber transkription notes note anmerkung anmerkungen
""")


@dataclass(frozen=True, slots=True)
class Marking:
    """How speakers are marked: the family, and for each line the head that begins a segment."""

    family: Family | None
    heads: dict[int, Head]
    doubted: dict[int, Head]
    refused: dict[int, Head]
    numbered_turns: bool = False


NOTHING_MARKED = Marking(None, {}, {}, {})


def is_wrapped(lines: Sequence[Line]) -> bool:
    """Say whether the file's lines were broken at a fixed width."""
    return max((len(line.text) for line in lines), default=0) <= _WRAP_WIDTH


def _opening_lines(lines: Sequence[Line]) -> set[int]:
    """Indexes at which a segment could begin: after a blank line, or not indented where there are no blank lines."""
    blocks = {index for index, line in enumerate(lines) if line.opens_block or index == 0}
    if (len(blocks) - 1) * 4 >= len(lines):
        return blocks
    return {index for index, line in enumerate(lines) if not line.is_indented or index == 0}


def _without_turn_numbers(found: dict[int, Head]) -> dict[int, Head] | None:
    """Take the running number off labels such as T1, P2, T3, where it counts turns and not people."""
    matches = {index: match for index, head in found.items() if (match := _NUMBERED_LABEL.fullmatch(head.label))}
    if len(matches) < 4 or len(matches) < 0.8 * len(found):
        return None
    if max(Counter(match[0] for match in matches.values()).values()) > 1:
        return None
    by_letters: dict[str, list[int]] = {}
    for match in matches.values():
        by_letters.setdefault(match[1], []).append(int(match[2]))
    if len(by_letters) * 2 > len(matches) or any(numbers != sorted(numbers) for numbers in by_letters.values()):
        return None
    return {i: replace(head, label=matches[i][1]) if i in matches else head for i, head in found.items()}


def _with_consistent_numbers(found: dict[int, Head]) -> dict[int, Head]:
    """Leave out heads behind a number where most lines have none ("2 things: ...")."""
    numbered = sum(head.number is not None for head in found.values())
    return found if numbered * 2 >= len(found) else {i: head for i, head in found.items() if head.number is None}


def _headings(family: Family, lines: Sequence[Line], found: dict[int, Head]) -> dict[int, Head]:
    """Keep headings that have words below them before the next heading."""
    if family == "name":
        # Without a time beside it only a name that comes back is a heading; else every short line would be one.
        counts = _count(found)
        found = {i: head for i, head in found.items() if counts[_key(head)] > 1 and head.label[-1] not in ".,…。"}
    below = {i for i, line in enumerate(lines) if i - 1 in found and i not in found and not line.opens_block}
    return {i: head for i, head in found.items() if i + 1 in below}


def _key(head: Head) -> str:
    return head.label.casefold()


def _count(found: dict[int, Head]) -> Counter[str]:
    return Counter(_key(head) for head in found.values())


def _is_about_the_file(head: Head) -> bool:
    """Say whether a line such as "Interviewer: Anna Smith" at the top describes the file."""
    if _key(head).split(" ")[0].rstrip(".") in _ABOUT_THE_FILE:
        return True
    return len(head.text) <= 60 and head.text[-1:] not in tuple('.?!…。？！"”’)—-,')


def _anchors(likely: dict[int, Head], counts: Counter[str]) -> dict[int, Head]:
    """Keep labels that come back or name a role; single ones above the first that comes back may describe the file."""
    recurring = [i for i, head in likely.items() if counts[_key(head)] > 1]
    anchors = {i: head for i, head in likely.items() if counts[_key(head)] > 1 or names_a_role(head.label)}
    if len(recurring) < 4:
        return anchors
    return {i: head for i, head in anchors.items() if i >= recurring[0] or not _is_about_the_file(head)}


def _singles(lines: Sequence[Line], likely: dict[int, Head], anchors: dict[int, Head], opening: set[int]) -> list[int]:
    """Give the places of labels seen once that look like a name at a place where a segment may begin."""
    times = sum(head.start_ms is not None for head in anchors.values())
    all_timed = bool(anchors) and times >= 0.8 * len(anchors)
    begin = min(anchors, default=0)
    return [
        i
        for i, head in likely.items()
        if i >= begin
        and i not in anchors
        and i in opening
        and not lines[i].is_indented
        and looks_like_name(head.label)
        and _key(head).split(" ")[0] not in _ABOUT_THE_FILE
        # Where every turn has its time, "Wonderful: it rained" on a line without one is speech.
        and not (all_timed and head.start_ms is None)
    ]


def _mark(family: Family, lines: Sequence[Line], found: dict[int, Head], opening: set[int]) -> tuple[float, Marking]:
    """Weigh one family: its share of the opening lines, and the heads it would give."""
    if family in ("heading", "name"):
        found = _headings(family, lines, found)
    found = _with_consistent_numbers(found)
    numberless = _without_turn_numbers(found) if family == "colon" else None
    found = numberless or found
    counts = _count(found)
    often = max(3, len(opening) / 10)
    likely = {i: head for i, head in found.items() if counts[_key(head)] >= often or not reads_like_speech(head.label)}
    anchors = _anchors(likely, counts)
    singles = _singles(lines, likely, anchors, opening)
    if not anchors and len(singles) < 2:
        return 0.0, NOTHING_MARKED
    # Without any label that comes back, the whole file has to speak for the few there are.
    begin = min(anchors, default=0)
    starts = [i for i in opening if i >= begin]
    if not starts or len(opening) - len(starts) > max(_LONGEST_TOP, 0.3 * len(opening)):
        return 0.0, NOTHING_MARKED
    coverage = sum(i in anchors for i in starts) / len(starts)
    with_singles = coverage + len(singles) / len(starts)
    if not _is_enough(family, lines, anchors, coverage, with_singles, begin == min(opening)):
        return 0.0, NOTHING_MARKED
    doubted = {i: likely[i] for i in singles} if coverage >= 0.5 or not anchors else {}
    accepted = anchors | doubted
    refused = {i: head for i, head in found.items() if i not in accepted and i > min(accepted)}
    return with_singles, Marking(family, accepted, doubted, refused, numberless is not None)


def _is_enough(
    family: Family, lines: Sequence[Line], anchors: dict[int, Head], coverage: float, with_singles: float, at_top: bool
) -> bool:
    people = {_key(head) for head in anchors.values()}
    if family in _STRICT:
        return (coverage >= 0.8 and len(anchors) >= 3) or (coverage >= 0.5 and with_singles >= 0.9)
    if family != "colon":
        return coverage >= 0.5 and len(anchors) >= 2
    if with_singles >= 0.5:
        return True
    if len(people) < 2:
        return False
    if all(names_a_role(label) for label in people):
        return coverage >= 0.1
    if is_wrapped(lines):
        return coverage >= 0.12 and at_top
    return coverage >= (0.2 if at_top else 0.4)


def find_marking(lines: Sequence[Line]) -> Marking:
    """Find how the speakers of these lines are marked, if they are; raises FormatError when there are too many."""
    if len(lines) > MOST_LINES:
        raise FormatError(
            f"The file has more than {MOST_LINES:,} lines with words; split it into one file for each session.",
            line=lines[MOST_LINES].number,
        )
    opening = _opening_lines(lines)
    by_family: dict[Family, dict[int, Head]] = {family: {} for family in _FAMILIES}
    timed: dict[int, Head] = {}
    for index, line in enumerate(lines):
        if line.is_heading:
            continue
        for head in heads(line):
            if head.family == "time":
                timed[index] = head
            else:
                by_family[head.family][index] = head
    best, best_share = NOTHING_MARKED, 0.0
    for family in _FAMILIES:
        share, marking = _mark(family, lines, by_family[family], opening)
        # A later family must explain clearly more to be preferred.
        if share > best_share + 0.05:
            best, best_share = marking, share
    if best.family is None and timed and len(timed) >= 2:
        covered = sum(index in timed for index in opening if index >= min(timed))
        if covered * 2 >= sum(index >= min(timed) for index in opening):
            return Marking("time", timed, {}, {})
    return best
