"""Read captions: WebVTT, SRT and YouTube's SBV."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .drafts import DraftSegment, DraftTranscript, FormatError, LineNote, NoteKind
from .evidence import find_marking
from .labels import clean_label
from .lines import Line
from .times import parse_clock, time_notes

_CLOCK = r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.,:]\d{1,6})?"
_TIMING = re.compile(rf"\s*({_CLOCK})\s*(?:-->|->|—>|–>)\s*({_CLOCK})(?:\s.*)?")
_SBV_TIMING = re.compile(r"\s*(\d{1,3}:\d{1,2}:\d{1,2}\.\d{1,3})\s*,\s*(\d{1,3}:\d{1,2}:\d{1,2}\.\d{1,3})\s*")
_IDENTIFIER = re.compile(r"\s*(\d{1,9}|[0-9a-fA-F-]{8,}(?:/\S+)?)\s*")
_BLOCK = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:v|c|i|b|u|s|lang|ruby|rt|font)(?:[.\s][^<>]*)?>|<(?:\d+:)?\d+:\d+\.\d+>|\{\\an?\d+\}", re.IGNORECASE
)
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class _Cue:
    line: int
    start_ms: int | None
    end_ms: int | None
    lines: list[str] = field(default_factory=list)


def _clock(text: str) -> int | None:
    # Some programs separate the milliseconds by a colon, as in 00:00:06:000.
    parts = text.split(":")
    return parse_clock(":".join(parts[:3]) + "." + parts[3] if len(parts) == 4 else text)


class _Reader:
    """Sort the lines of a caption file into cues and notes; no line is left out."""

    def __init__(self, text: str, *, is_vtt: bool, is_sbv: bool) -> None:
        self.raw = _LINE_END.split(text)
        self.is_vtt = is_vtt
        pattern = _SBV_TIMING if is_sbv else _TIMING
        self.timings = {index: match for index, line in enumerate(self.raw) if (match := pattern.fullmatch(line))}
        self.cues: list[_Cue] = []
        self.notes: list[LineNote] = []

    def note(self, index: int, kind: NoteKind, message: str) -> None:
        self.notes.append(LineNote(index + 1, None, self.raw[index][:500], message, kind))

    def _is_identifier(self, index: int) -> bool:
        if index + 1 not in self.timings:
            return False
        return not self.raw[index - 1].strip() if index and not _IDENTIFIER.fullmatch(self.raw[index]) else True

    def read(self) -> None:
        block = ""
        for index, line in enumerate(self.raw):
            blank = not line.strip().strip("\ufeff")
            if index in self.timings:
                block = ""
                self._begin(index)
            elif blank or self._is_identifier(index):
                block = ""
            elif not self.cues and self.is_vtt and (line.lstrip("\ufeff").startswith("WEBVTT") or block == "head"):
                block = "head"
                self.note(index, "header", "The head of the caption file.")
            elif block in ("NOTE", "STYLE", "REGION") or (
                self.is_vtt and _BLOCK.match(line) and (not index or not self.raw[index - 1].strip())
            ):
                block = block or line.split()[0]
                self.note(index, "dropped", "A remark or style of the caption file, not speech; it is not imported.")
            else:
                self._words(index)

    def _begin(self, index: int) -> None:
        match = self.timings[index]
        start, end = _clock(match[1]), _clock(match[2])
        if start is None or end is None:
            self.note(index, "time", "Holds a time that does not exist on a clock; it is left empty.")
        self.cues.append(_Cue(index + 1, start, end))

    def _words(self, index: int) -> None:
        if not self.cues:
            self.note(index, "header", "Stands before the first cue; it is not imported.")
            return
        if index and not self.raw[index - 1].strip() and self.cues[-1].lines:
            self.note(index, "joined", "Stands after a blank line; it belongs to the cue above it.")
        if "-->" in self.raw[index]:
            self.note(index, "not_understood", "Looks like the times of a cue but is not; it is kept as words.")
        self.cues[-1].lines.append(self.raw[index])


def _plain(words: str, *, is_vtt: bool) -> str:
    bare = _TAG.sub("", words)
    return (html.unescape(bare).replace("\x00", "\ufffd") if is_vtt and "&" in bare else bare).strip()


def _voices(cue: _Cue, *, is_vtt: bool) -> list[tuple[str, str]]:
    """Split a cue at its voice tags: who speaks, and what."""
    words = " ".join(line.strip() for line in cue.lines)
    pieces = _VOICE.split(words)
    found = [("", _plain(pieces[0], is_vtt=is_vtt))] if pieces[0].strip() or len(pieces) == 1 else []
    for who, said in zip(pieces[1::2], pieces[2::2], strict=True):
        found.append((clean_label(_plain(who, is_vtt=is_vtt)), _plain(said, is_vtt=is_vtt)))
    return found


def _by_labels(cues: Sequence[_Cue], reader: _Reader) -> list[DraftSegment]:
    """Read `Speaker: text`; a new speaker may begin on a later line of the same cue."""
    lines = [
        Line(cue.line + 1 + offset, _plain(line.removeprefix(">>"), is_vtt=reader.is_vtt), not offset)
        for cue in cues
        for offset, line in enumerate(cue.lines)
    ]
    owners = [cue for cue in cues for _ in cue.lines]
    marking = find_marking(lines)
    found: list[tuple[str, _Cue, list[str]]] = []
    labelled = marking.family in ("colon", "bracket")
    before: _Cue | None = None
    for index, (line, cue) in enumerate(zip(lines, owners, strict=True)):
        head = marking.heads.get(index) if labelled else None
        if head is not None:
            if index in marking.doubted:
                reader.note(
                    line.number - 1, "not_understood", f"“{head.label}” is read as a speaker here; please check."
                )
            found.append((head.label, cue, [head.text]))
        elif cue is before and found:
            found[-1][2].append(line.text)
        else:
            speaker = found[-1][0] if found else ""
            if speaker:
                reader.note(line.number - 1, "joined", f"Names no speaker; “{speaker}” of the cue above goes on.")
            found.append((speaker, cue, [line.text]))
        before = cue
    return [
        DraftSegment(who, " ".join(filter(None, said)), cue.start_ms, cue.end_ms, line=cue.line)
        for who, cue, said in found
    ]


def _by_voices(cues: Sequence[_Cue], reader: _Reader) -> list[DraftSegment]:
    found: list[DraftSegment] = []
    for cue in cues:
        for voice, text in _voices(cue, is_vtt=reader.is_vtt):
            speaker = voice
            if not voice and found and text:
                speaker = found[-1].speaker
                reader.note(cue.line - 1, "joined", f"Names no speaker; “{speaker}” of the cue above goes on.")
            found.append(DraftSegment(speaker, text, cue.start_ms, cue.end_ms, line=cue.line))
    return found


def read_subtitles(text: str, *, name: str, kind: str) -> DraftTranscript:
    """Read a caption file; each cue is a segment, or several where it holds several speakers."""
    reader = _Reader(text, is_vtt=kind == "vtt", is_sbv=kind == "sbv")
    if not reader.timings:
        raise FormatError(
            f"The .{kind} file has no cue; a cue begins with a line such as "
            f"{'0:00:06.000,0:00:09.500' if kind == 'sbv' else '00:00:06.000 --> 00:00:09.500'}.",
            line=1,
        )
    reader.read()
    has_voices = any(_VOICE.search(line) for cue in reader.cues for line in cue.lines)
    for cue in reader.cues:
        if not cue.lines:
            reader.note(cue.line - 1, "dropped", "A cue without words; there is nothing to code.")
    found = (_by_voices if has_voices else _by_labels)(reader.cues, reader)
    segments: list[DraftSegment] = []
    for segment in found:
        if segment.text:
            segments.append(
                DraftSegment(
                    segment.speaker, segment.text, segment.start_ms, segment.end_ms, "", segment.line, len(segments) + 1
                )
            )
        elif segment.line is not None and reader.cues:
            reader.note(segment.line - 1, "dropped", "A cue without words; there is nothing to code.")
    if not segments:
        raise FormatError(f"The .{kind} file has cues, but none of them holds any words.", line=1)
    notes = sorted([*reader.notes, *time_notes(segments)], key=lambda note: note.line)
    spoken = any(segment.speaker for segment in segments)
    marked = "<v SPEAKER> text" if has_voices else "SPEAKER: text" if spoken else "no speakers"
    return DraftTranscript(name, tuple(segments), tuple(notes), {}, f"{kind} captions, {marked}")
