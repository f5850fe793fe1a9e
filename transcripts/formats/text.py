"""Read a plain text, or the paragraphs of a document, as segments."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from .drafts import DraftSegment, DraftTranscript, FormatError, LineNote, NoteKind
from .evidence import Marking, find_marking, is_wrapped
from .lines import Family, Head, Line, heads, lone_time, split_lines
from .times import format_time, time_notes

_HEADER = re.compile(r"#(?![#\d])\s*(.*)")
_KEY = re.compile(r"([^:：]{1,60})[:：]\s*(.*)")
_FOOTER = re.compile(
    r"(transcribed|transcription|transcript|generated|captioned|subtitled|created)\b.{0,60}"
    r"(https?://|www\.|\b(otter|rev|trint|sonix|descript|happy ?scribe|zoom|amberscript|whisper)\b)\S*\.?",
    re.IGNORECASE,
)
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_LAYOUTS: dict[Family | None, str] = {
    "colon": "SPEAKER: text",
    "bracket": "[SPEAKER] text",
    "heading": "SPEAKER and time on a line of their own, text below",
    "stamped": "SPEAKER [time] text",
    "tab": "SPEAKER, tab, text",
    "dash": "SPEAKER - text",
    "name": "SPEAKER on a line of its own, text below",
    "time": "a time before each segment, no speakers",
    None: "no speakers; each paragraph is a segment",
}


@dataclass(slots=True)
class _Open:
    """A segment that may still grow."""

    head: Head
    line: int
    parts: list[str]

    @property
    def has_words(self) -> bool:
        return any(self.parts)

    def add(self, words: str, separator: str) -> None:
        """Add a further line; its words are never empty."""
        if not self.has_words:
            self.parts = [words]
            return
        if separator == " " and _WIDE.match(self.parts[-1][-1]) and _WIDE.match(words[0]):
            separator = "\n"
        self.parts += (separator, words)


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    marking: Marking
    wrapped: bool
    lone_times: dict[int, Head] = field(default_factory=dict)
    done: list[_Open] = field(default_factory=list)
    notes: list[LineNote] = field(default_factory=list)

    def note(self, line: Line, kind: NoteKind, message: str, column: int | None = None) -> None:
        self.notes.append(LineNote(line.number, column, line.text[:500], message, kind))

    def begin(self, line: Line, head: Head) -> None:
        time = self.lone_times.get(line.number)
        if time is not None and head.start_ms is None:
            head = Head(head.family, head.label, head.text, time.start_ms, time.end_ms)
        self.done.append(_Open(head, line.number, [head.text]))

    def go_on(self, line: Line) -> None:
        """Give a line without a speaker of its own to the segment above it, or say why it has none."""
        timed = next((head for head in heads(line) if head.family == "time"), None)
        if line.number in self.lone_times:
            time = format_time(self.lone_times[line.number].start_ms or 0)
            self.note(line, "time", f"The time above this line ({time}) begins no segment; it is left out.")
        if not self.done:
            self.note(line, "header", "Stands before the first speaker; it is not imported.")
        elif timed is not None and not line.text.lstrip()[0].isdigit() and self.done[-1].head.start_ms is not None:
            # Without brackets it may be speech: "10:30 was when we met".
            self.begin(line, Head("time", "", timed.text, timed.start_ms, timed.end_ms))
            self.note(line, "not_understood", "Has a time but no speaker; it becomes a segment without a speaker.")
        else:
            self.join(line)

    def join(self, line: Line) -> None:
        if line.opens_block and self.done[-1].has_words:
            self.note(line, "joined", "Has no speaker; it belongs to the segment above it.")
        separator = " " if not line.opens_block and (self.wrapped or line.is_indented) else "\n"
        self.done[-1].add(line.text.strip(), separator)


def _column(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip()) + 1


def read_remarks(lines: Sequence[Line], notes: list[LineNote]) -> tuple[str, dict[str, str]]:
    """Read the lines at the top that begin with `#`: the transcript's name, session attributes, remarks."""
    name, session = "", {}
    for line in lines:
        match = _HEADER.match(line.text.strip())
        pair = _KEY.fullmatch(match[1].strip()) if match else None
        if pair is None:
            message = "A remark at the top of the file; it is not imported."
        elif pair[1].strip().casefold() == "transcript":
            name, message = pair[2].strip(), "Names the transcript."
        else:
            session[pair[1].strip()] = pair[2].strip()
            message = f"Gives the session attribute “{pair[1].strip()}”."
        notes.append(LineNote(line.number, None, line.text[:500], message, "header"))
    return name, session


def _without_footer(lines: list[Line], notes: list[LineNote]) -> list[Line]:
    if len(lines) > 1 and len(lines[-1].text) <= 200 and _FOOTER.fullmatch(lines[-1].text.strip()):
        footer = lines.pop()
        message = "Names the program that wrote the file; it is not speech and is not imported."
        notes.append(LineNote(footer.number, None, footer.text, message, "dropped"))
    return lines


def _segments_without_marks(lines: Sequence[Line], reading: _Reading) -> None:
    has_blank_lines = sum(line.opens_block for line in lines) > 1
    for index, line in enumerate(lines):
        if line.is_heading:
            reading.note(line, "header", "A heading; it is not imported.")
        elif index and reading.done and has_blank_lines and not line.opens_block:
            reading.join(line)
        else:
            reading.begin(line, Head("name", "", line.text.strip()))


def _segments_by_marks(lines: Sequence[Line], reading: _Reading) -> None:
    marking = reading.marking
    for index, line in enumerate(lines):
        if line.is_heading:
            reading.note(line, "header", "A heading; it is not imported.")
            continue
        head = marking.heads.get(index)
        if head is None:
            if index in marking.refused and reading.done:
                label = marking.refused[index].label
                reading.note(line, "joined", f"“{label}” was read as speech, not as a speaker.", _column(line))
            reading.go_on(line)
            continue
        if index in marking.doubted:
            message = f"“{head.label}” is read as a speaker here; please check."
            reading.note(line, "not_understood", message, _column(line))
        reading.begin(line, head)


def _finish(reading: _Reading, lines: Sequence[Line]) -> tuple[DraftSegment, ...]:
    texts = {line.number: line for line in lines}
    segments: list[DraftSegment] = []
    for opened in reading.done:
        text, head = "".join(opened.parts).strip(), opened.head
        if not text:
            who = f"“{head.label}”" if head.label else format_time(head.start_ms or 0)
            reading.note(texts[opened.line], "dropped", f"{who} has no words; there is nothing to code.")
            continue
        segments.append(
            DraftSegment(head.label, text, head.start_ms, head.end_ms, line=opened.line, position=len(segments) + 1)
        )
    return tuple(segments)


def _layout(marking: Marking, segments: Sequence[DraftSegment], source: str) -> str:
    words = _LAYOUTS[marking.family]
    if marking.family in ("colon", "bracket", "tab", "dash", "name") and any(s.start_ms is not None for s in segments):
        words = f"[time] {words}"
    if marking.numbered_turns:
        words += ", turn numbers behind the speakers left out"
    return f"{source}, {words}"


def _find_marking(body: list[Line], notes: list[LineNote]) -> tuple[Marking, list[Line], dict[int, Head]]:
    """Find the marking; times on lines of their own are taken out and given to the line below, where speakers are."""
    lone: dict[int, Head] = {}
    spoken: list[Line] = []
    unused: list[Line] = []
    waiting: tuple[Line, Head] | None = None
    for line in body:
        time = lone_time(line)
        if time is not None:
            unused += [waiting[0]] if waiting else []
            waiting = (line, time)
            continue
        if waiting is not None:
            lone[line.number] = waiting[1]
            line = Line(line.number, line.text, line.opens_block or waiting[0].opens_block, line.is_heading)
            waiting = None
        spoken.append(line)
    if not lone or (marking := find_marking(spoken)).family in (None, "time"):
        return find_marking(body), body, {}
    unused += [waiting[0]] if waiting else []
    message = "A time with no words below it; it is left out."
    notes.extend(LineNote(line.number, None, line.text, message, "time") for line in unused)
    return marking, spoken, lone


def read_lines(lines: list[Line], *, name: str, source: str, wrapped: bool | None = None) -> DraftTranscript:
    """Read lines as one transcript; how speakers and times are marked is decided from all of them."""
    notes: list[LineNote] = []
    top = list(takewhile(lambda line: _HEADER.match(line.text.strip()), lines))
    named, session = read_remarks(top, notes)
    body = _without_footer(lines[len(top) :], notes)
    if body and not body[0].opens_block:
        body[0] = Line(body[0].number, body[0].text, True, body[0].is_heading)
    marking, spoken, lone = _find_marking(body, notes)
    reading = _Reading(marking, is_wrapped(body) if wrapped is None else wrapped, lone, notes=notes)
    if marking.family is None:
        _segments_without_marks(spoken, reading)
    else:
        _segments_by_marks(spoken, reading)
    segments = _finish(reading, body)
    if not segments:
        raise FormatError("The file holds nothing that could be coded, only headings, remarks or times.", line=1)
    notes.extend(time_notes(segments))
    notes.sort(key=lambda note: note.line)
    return DraftTranscript(named or name, segments, tuple(notes), session, _layout(marking, segments, source))


def read_text(text: str, *, name: str) -> DraftTranscript:
    """Read a plain text file."""
    return read_lines(list(split_lines(text)), name=name, source="plain text")
