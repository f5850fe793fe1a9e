"""Import a whole file without a preview, as API and commands do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from transcripts import access, files
from transcripts.formats.drafts import EncodingUnclear, FormatError
from transcripts.models import Revision, Study
from transcripts.queries.reading import drafts_of
from transcripts.queries.speaker_roles import Roles, decide_roles, known_roles
from transcripts.services.imports import Incoming, store_transcripts
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class FileUnreadable(Refusal):
    code = "file_unreadable"


@dataclass(frozen=True, slots=True)
class ReadTranscript:
    """One transcript of a file, ready to be stored, and how its speakers got their roles."""

    incoming: Incoming
    roles: Roles


def read_file(
    *,
    file_name: str,
    data: bytes,
    known: Sequence[str],
    given: Mapping[str, str],
    merge: bool = False,
    encoding: str = "",
    session: Mapping[str, str] | None = None,
) -> list[ReadTranscript]:
    """
    Read all transcripts of a file; `session` is added to what the file says about its sessions.

    Raises FileUnreadable with the line and the reason.
    """
    sha256, found = files.digest(data), []
    try:
        for draft in drafts_of(file_name, data, encoding=encoding, merge=merge):
            roles = decide_roles(draft, known=known, given=given)
            about = {**draft.session, **(session or {})}
            incoming = Incoming(draft, file_name, sha256, len(data), roles.by_label, merge, about, data)
            found.append(ReadTranscript(incoming, roles))
    except EncodingUnclear as unclear:
        offered = ", ".join(candidate.encoding for candidate in unclear.candidates)
        raise FileUnreadable(f"{unclear.message} These are possible: {offered}.") from None
    except FormatError as error:
        raise FileUnreadable(error.message) from None
    return found


def import_file(
    *,
    user: User,
    study: Study,
    file_name: str,
    data: bytes,
    roles: Mapping[str, str],
    merge: bool = False,
    encoding: str = "",
    session: Mapping[str, str] | None = None,
) -> tuple[list[Revision], list[ReadTranscript]]:
    """
    Import all transcripts of a file, or none.

    Raises PermissionDenied, FileUnreadable, TranscriptNameTaken or BadTranscript.
    """
    require(access.may_manage(user, study))
    read = read_file(
        file_name=file_name,
        data=data,
        known=known_roles(study),
        given=roles,
        merge=merge,
        encoding=encoding,
        session=session,
    )
    return store_transcripts(study=study, incoming=[one.incoming for one in read], user=user), read
