"""Bring transcripts in: all of a batch or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from transcripts import access, files
from transcripts.formats.drafts import DraftTranscript
from transcripts.models import Revision, SessionAttribute, Speaker, SpeakerRole, Study, Transcript
from transcripts.models.study import plain_words
from transcripts.queries.speaker_roles import speaker_labels
from transcripts.services.constraints import broken
from transcripts.services.references import hold_files
from transcripts.services.segment_rows import rows_of, write_segments
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

NAME_LENGTH, LABEL_LENGTH, ROLE_LENGTH, KEY_LENGTH, VALUE_LENGTH = 120, 120, 40, 60, 1000


class TranscriptNameTaken(Refusal):
    code = "transcript_name_taken"


class BadTranscript(Refusal):
    """A name, label, role or attribute that cannot be stored."""

    code = "bad_transcript"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One transcript as it will be stored; `roles` names the role of every speaker, `data` the file if it is new."""

    draft: DraftTranscript
    file_name: str
    sha256: str
    size: int
    roles: Mapping[str, str]
    merged: bool = False
    session: Mapping[str, str] = field(default_factory=dict)
    data: bytes | None = None


def import_transcripts(*, user: User, study: Study, incoming: Sequence[Incoming]) -> list[Revision]:
    """
    Import transcripts into a study, all or none.

    Raises PermissionDenied, TranscriptNameTaken or BadTranscript.
    """
    require(access.may_manage(user, study))
    return store_transcripts(study=study, incoming=incoming, user=user)


def store_transcript(
    *,
    study: Study,
    draft: DraftTranscript,
    file_name: str,
    data_sha256: str,
    size: int,
    roles: Mapping[str, str],
    merged: bool = False,
    user: User | None = None,
    session: Mapping[str, str] | None = None,
) -> Revision:
    """Store one transcript whose file is kept already; see `store_transcripts`."""
    attributes = draft.session if session is None else session
    one = Incoming(draft, file_name, data_sha256, size, roles, merged, attributes)
    return store_transcripts(study=study, incoming=[one], user=user)[0]


@transaction.atomic
def store_transcripts(*, study: Study, incoming: Sequence[Incoming], user: User | None) -> list[Revision]:
    """Store transcripts with speakers, roles, attributes, segments and files; all or none, in a few statements."""
    _check(incoming)
    roles = _roles(study, chain.from_iterable(one.roles.values() for one in incoming))
    transcripts = _transcripts(study, [one.draft.name for one in incoming])
    revisions = Revision.objects.bulk_create(
        Revision(
            study=study,
            transcript=transcripts[one.draft.name],
            sha256=one.sha256,
            file_name=one.file_name,
            file_size=one.size,
            layout=one.draft.layout[:120],
            merged=one.merged,
            imported_by=user,
        )
        for one in incoming
    )
    speakers = _speakers(revisions, incoming, roles)
    SessionAttribute.objects.bulk_create(
        SessionAttribute(study=study, transcript=transcripts[one.draft.name], name=name, value=value)
        for one in incoming
        for name, value in one.session.items()
        if value
    )
    write_segments(
        chain.from_iterable(
            rows_of(revision, one.draft.segments, speakers[revision.pk])
            for revision, one in zip(revisions, incoming, strict=True)
        )
    )
    hold_files({one.sha256 for one in incoming})
    for data in {one.sha256: one.data for one in incoming if one.data is not None}.values():
        files.keep(data)
    return revisions


def _check(incoming: Sequence[Incoming]) -> None:
    """Refuse what no column takes, in a sentence that names the transcript."""
    names = Counter(one.draft.name for one in incoming)
    for one in incoming:
        name = one.draft.name
        _plain(name, NAME_LENGTH, "the name of a transcript", name)
        if names[name] > 1:
            raise TranscriptNameTaken(f"Two of these transcripts are named “{name}”; give each a name of its own.")
        if not one.draft.segments:
            raise BadTranscript(f"“{name}” has no segments; there is nothing to code in it.")
        for label in speaker_labels(one.draft):
            _short(label, LABEL_LENGTH, f"the speaker “{label[:40]}”", name)
            _plain(one.roles[label], ROLE_LENGTH, f"the role of “{label[:40]}”", name)
        check_attributes(one.session, name)


def check_attributes(session: Mapping[str, str], transcript: str) -> None:
    """Refuse session attributes that no column takes, in a sentence that names the transcript."""
    for key, value in session.items():
        _plain(key, KEY_LENGTH, "the name of a session attribute", transcript)
        _short(value, VALUE_LENGTH, f"the session attribute “{key[:40]}”", transcript)


def _plain(text: str, longest: int, what: str, transcript: str) -> None:
    if not text.strip():
        raise BadTranscript(f"{_where(transcript)}{what} is empty.")
    _short(text, longest, what, transcript)
    try:
        plain_words(text)
    except ValidationError:
        raise BadTranscript(f"{_where(transcript)}{what} is not one line of words.") from None


def _short(text: str, longest: int, what: str, transcript: str) -> None:
    if len(text) > longest:
        raise BadTranscript(f"{_where(transcript)}{what} has {len(text)} characters; the most is {longest}.")
    if "\x00" in text or (not text.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in text)):
        raise BadTranscript(f"{_where(transcript)}{what} has characters that are no text.")


def _where(transcript: str) -> str:
    return f"“{transcript[:60].encode(errors='replace').decode()}”: "


def _roles(study: Study, names: Iterable[str]) -> dict[str, SpeakerRole]:
    """Give the study's roles by name in any case; names new to the study join its list."""
    found = {role.name.casefold(): role for role in study.speaker_roles.all()}
    new: dict[str, str] = {}
    for name in names:
        if name.casefold() not in found:
            new.setdefault(name.casefold(), name)
    if new:
        # Somebody else may add the same role at this moment: theirs counts, in whatever case.
        SpeakerRole.objects.bulk_create(
            [SpeakerRole(study=study, name=new[key]) for key in sorted(new)], ignore_conflicts=True
        )
        found = {role.name.casefold(): role for role in study.speaker_roles.all()}
    return found


def _transcripts(study: Study, names: Sequence[str]) -> dict[str, Transcript]:
    """Create the transcripts; the constraint decides whether a name is free."""
    try:
        with transaction.atomic():
            # In one order for everybody, so that two imports of the same names never wait for each other.
            rows = Transcript.objects.bulk_create(Transcript(study=study, name=name) for name in sorted(names))
    except IntegrityError as error:
        if broken(error) != "transcript_name_once":
            raise
        taken = list(study.transcripts.filter(name__in=names).order_by("name").values_list("name", flat=True)[:5])
        quoted = ", ".join(f"“{name}”" for name in taken) or "of these names"
        raise TranscriptNameTaken(
            f"The study already has {'transcripts' if len(taken) > 1 else 'a transcript'} {quoted}. "
            "Give the new one another name, or leave it out."
        ) from error
    return {row.name: row for row in rows}


def _speakers(
    revisions: Sequence[Revision], incoming: Sequence[Incoming], roles: Mapping[str, SpeakerRole]
) -> dict[int, dict[str, Speaker]]:
    rows = Speaker.objects.bulk_create(
        Speaker(study_id=revision.study_id, revision=revision, label=label, role=roles[one.roles[label].casefold()])
        for revision, one in zip(revisions, incoming, strict=True)
        for label in speaker_labels(one.draft)
    )
    found: dict[int, dict[str, Speaker]] = {revision.pk: {} for revision in revisions}
    for speaker in rows:
        found[speaker.revision_id][speaker.label] = speaker
    return found
