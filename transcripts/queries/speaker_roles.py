"""Decide as what each speaker of a draft speaks, by the rules that pages, API and commands share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from transcripts.formats.drafts import DraftTranscript, FormatError
from transcripts.models import SpeakerRole, Study

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Roles:
    """The role of every speaker; `guessed` are those whom nothing names a role for, so that they became other."""

    by_label: Mapping[str, str]
    guessed: tuple[str, ...] = ()


def known_roles(study: Study) -> list[str]:
    """List the study's speaker roles, in the order in which they were added."""
    return list(SpeakerRole.objects.filter(study=study).order_by("pk").values_list("name", flat=True))


def roles_of_file(draft: DraftTranscript) -> dict[str, str]:
    """Give the roles that the file itself names, or refuse two roles of one speaker with the line."""
    named: dict[str, str] = {}
    for number, segment in enumerate(draft.segments, start=1):
        if not segment.role:
            continue
        before = named.setdefault(segment.speaker, segment.role)
        if before.casefold() != segment.role.casefold():
            line = segment.line or number
            raise FormatError(
                f"Line {line}: “{segment.speaker}” has the role “{segment.role}” here and “{before}” above; "
                "a speaker has one role in a transcript.",
                line=line,
            )
    return named


def decide_roles(draft: DraftTranscript, *, known: Sequence[str], given: Mapping[str, str]) -> Roles:
    """
    Decide the role of each speaker.

    The file's own role counts first, then a label that is a role (any case), then what was given for the label, else
    other. Raises FormatError where the file gives one speaker two roles.
    """
    named = roles_of_file(draft)
    same = {role.casefold(): role for role in known}
    asked = {label.casefold(): role for label, role in given.items()}
    decided: dict[str, str] = {}
    guessed: list[str] = []
    for label in speaker_labels(draft):
        role = named.get(label) or same.get(label.casefold()) or given.get(label) or asked.get(label.casefold())
        if role is None:
            guessed.append(label)
        decided[label] = same.get(role.casefold(), role) if role else same.get(OTHER, OTHER)
    return Roles(decided, tuple(guessed))


def speaker_labels(draft: DraftTranscript) -> Iterable[str]:
    """List the speakers of a draft, in order of appearance."""
    return dict.fromkeys(segment.speaker for segment in draft.segments)
