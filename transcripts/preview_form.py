"""What a person may decide in the preview of an import, and what stands in its fields."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from django.http import QueryDict

from transcripts.formats.drafts import DraftSegment, DraftTranscript, LineNote
from transcripts.queries.previews import FilePreview, Key
from transcripts.queries.speaker_roles import decide_roles
from transcripts.services.batches import Choice, Reading
from transcripts.services.transcripts import attributes_of
from workbench.accounts.refusals import Refusal

NEW_ROLE = "+"
HEAD = 9  # segments of each transcript that stand on the page; the rest is one click away
MOST_NOTES = 30
_EMPTY_ATTRIBUTES = 2

#: What each kind of note is called, and whether the person should look at it before importing.
NOTE_GROUPS = {
    "not_understood": ("Not understood", True),
    "dropped": ("Not imported", True),
    "time": ("Times", False),
    "joined": ("Joined to the segment above", False),
    "header": ("Header lines", False),
}


@dataclass(slots=True)
class RoleField:
    """The choice of one speaker's role; an empty one means as for all files."""

    label: str
    segments: int
    words: int
    role: str
    new: str = ""
    guessed: bool = False
    error: str = ""

    @property
    def value(self) -> str:
        return self.new.strip() if self.role == NEW_ROLE else self.role


@dataclass(frozen=True, slots=True)
class NoteGroup:
    """Notes of one kind."""

    kind: str
    title: str
    weighs: bool
    notes: tuple[LineNote, ...]
    count: int


@dataclass(slots=True)
class TranscriptFields:
    """One transcript of the preview."""

    key: Key
    draft: DraftTranscript
    name: str
    roles: list[RoleField]
    attributes: list[tuple[str, str]]
    groups: list[NoteGroup] = field(default_factory=list)
    error: str = ""
    attribute_error: str = ""

    @property
    def key_text(self) -> str:
        return str(self.key)

    @property
    def has_times(self) -> bool:
        return any(segment.start_ms is not None for segment in self.draft.segments)

    @property
    def head(self) -> Sequence[DraftSegment]:
        return self.draft.segments[:HEAD]

    @property
    def doubts(self) -> int:
        return sum(group.count for group in self.groups if group.weighs)


@dataclass(slots=True)
class FileFields:
    """One file of the preview, with the transcripts found in it."""

    preview: FilePreview
    transcripts: list[TranscriptFields]

    @property
    def readings(self) -> list[tuple[str, list[str]]]:
        """Put together the encodings in which the telling lines read the same."""
        found: dict[str, list[str]] = {}
        for one in self.preview.encodings:
            found.setdefault(one.preview, []).append(one.encoding)
        return list(found.items())


def note_groups(notes: Iterable[LineNote], most: int = MOST_NOTES) -> list[NoteGroup]:
    """Sort notes by what they mean, those that need a look first."""
    found: dict[str, list[LineNote]] = {}
    for note in notes:
        found.setdefault(note.kind, []).append(note)
    return [
        NoteGroup(kind, title, weighs, tuple(found[kind][:most]), len(found[kind]))
        for kind, (title, weighs) in NOTE_GROUPS.items()
        if kind in found
    ]


def readings(posted: QueryDict) -> dict[uuid.UUID, Reading]:
    """Take from the form how each file is to be read."""
    found = {}
    for text in posted.getlist("file"):
        try:
            upload = uuid.UUID(text)
        except ValueError:
            continue
        encoding = posted.get(f"encoding-{text}", "")
        found[upload] = Reading(encoding=encoding[:40], merge=f"merge-{text}" in posted)
    return found


class PreviewForm:
    """The fields of a whole batch: as the files say, or as the person has posted them."""

    def __init__(
        self,
        previews: Sequence[FilePreview],
        *,
        known: Sequence[str],
        taken: Iterable[str],
        posted: QueryDict | None = None,
    ) -> None:
        self.known, self.taken, self.posted = list(known), frozenset(taken), posted
        drafts = [
            (Key(preview.upload.pk, number), draft)
            for preview in previews
            for number, draft in enumerate(preview.drafts)
        ]
        self.is_single = len(drafts) == 1
        self.who = self._who([draft for _, draft in drafts])
        general = {role.label: role.role for role in self.who}
        fields = {key: self._transcript(key, draft, general) for key, draft in drafts}
        self.files = [FileFields(p, [fields[key] for key in fields if key.upload == p.upload.pk]) for p in previews]
        self.transcripts = list(fields.values())
        self._check_names()

    def is_valid(self) -> bool:
        """Tell whether every name and new role is there and none is taken."""
        roles = [*self.who, *(role for one in self.transcripts for role in one.roles)]
        problems = [one.error or one.attribute_error for one in self.transcripts]
        return not any([*problems, *(role.error for role in roles)])

    def choices(self) -> dict[Key, Choice]:
        """Give what was decided for each transcript."""
        general = {role.label: role.value for role in self.who}
        return {
            one.key: Choice(
                name=one.name,
                roles=general | {role.label: role.value for role in one.roles if role.value},
                session={name: value for name, value in one.attributes if name and value},
            )
            for one in self.transcripts
        }

    def _posted(self, name: str) -> list[str]:
        return [value.replace("\r\n", "\n") for value in self.posted.getlist(name)] if self.posted else []

    def _roles_posted(self, prefix: str) -> dict[str, tuple[str, str]]:
        """Read the parallel lists of labels, roles and new roles."""
        labels, roles, new = (self._posted(f"{prefix}-{part}") for part in ("label", "role", "new"))
        rows = zip_longest(labels, roles, new, fillvalue="")
        return {label.strip(): (role, text) for label, role, text in rows}

    def _who(self, drafts: Sequence[DraftTranscript]) -> list[RoleField]:
        found: dict[str, RoleField] = {}
        posted = self._roles_posted("who")
        for draft in drafts:
            decided = decide_roles(draft, known=self.known, given={})
            for label, (segments, words) in _spoken(draft).items():
                guessed = label in decided.guessed
                row = found.setdefault(label, RoleField(label, 0, 0, decided.by_label[label], guessed=guessed))
                row.segments, row.words = row.segments + segments, row.words + words
        for label, row in found.items():
            self._fill(row, posted.get(label.strip()))
        return list(found.values())

    def _transcript(self, key: Key, draft: DraftTranscript, general: Mapping[str, str]) -> TranscriptFields:
        decided = decide_roles(draft, known=self.known, given={})
        posted = self._roles_posted(f"speaker-{key}")
        roles = []
        for label, (segments, words) in () if self.is_single else _spoken(draft).items():
            # A table may give one label another role in each transcript: those roles stay the transcript's own.
            own = decided.by_label[label] if self.posted is None else ""
            row = RoleField(label, segments, words, "" if own == general[label] else own)
            self._fill(row, posted.get(label.strip()))
            roles.append(row)
        name = self.posted.get(f"name-{key}", draft.name).strip() if self.posted else draft.name
        attributes, problem = list(draft.session.items()), ""
        if self.posted and f"name-{key}" in self.posted:
            attributes = posted_attributes(self.posted, f"-{key}")
            try:
                attributes_of(attributes)
            except Refusal as refusal:
                problem = refusal.message
        attributes += [("", "")] * _EMPTY_ATTRIBUTES
        groups = note_groups(draft.notes)
        return TranscriptFields(key, draft, name, roles, attributes, groups, attribute_error=problem)

    def _fill(self, row: RoleField, posted: tuple[str, str] | None) -> None:
        """Put what was posted into a field; a role that is no role of the study is a new one."""
        if posted is not None:
            row.role, row.new = posted
        if row.role and row.role != NEW_ROLE and row.role not in self.known:
            row.role, row.new = NEW_ROLE, row.role
        if row.role == NEW_ROLE and not row.new.strip():
            row.error = "Name the new role."

    def _check_names(self) -> None:
        counted = Counter(one.name for one in self.transcripts)
        for one in self.transcripts:
            if not one.name:
                one.error = "Give the transcript a name."
            elif one.name in self.taken:
                one.error = "The study already has a transcript of this name."
            elif counted[one.name] > 1:
                one.error = "Another transcript of this import has the same name."


def posted_attributes(posted: QueryDict, suffix: str = "") -> list[tuple[str, str]]:
    """Read the parallel lists of names and values; rows that are quite empty are left out."""
    names, values = posted.getlist(f"attribute-name{suffix}"), posted.getlist(f"attribute-value{suffix}")
    rows = [(name.strip(), value.strip()) for name, value in zip_longest(names, values, fillvalue="")]
    return [row for row in rows if any(row)]


def _spoken(draft: DraftTranscript) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for segment in draft.segments:
        segments, words = found.get(segment.speaker, (0, 0))
        found[segment.speaker] = (segments + 1, words + len(segment.text.split()))
    return found
