"""What was proposed to a codebook version, and what still waits to be taken up in a draft."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from coding import access
from coding.models import ChangeNote, Code, CodebookProposal, CodebookVersion
from workbench.accounts.models import User

#: No version starts from this one yet: what was proposed to it waits.
_IS_LATEST = ~Exists(CodebookVersion.objects.filter(predecessor=OuterRef("version")))


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal, the code of the draft that it is about, and what was decided of that code there."""

    proposal: CodebookProposal
    code: Code | None
    decided: ChangeNote | None


def proposals_of(version_id: int, *, code: int | None = None) -> list[CodebookProposal]:
    """Give what was proposed about a version, or about one of its codes, in the order of time."""
    rows = CodebookProposal.objects.filter(Q(code=code) if code else Q(), version=version_id)
    return list(rows.select_related("code", "author", "round", "segment__revision__transcript").order_by("at", "pk"))


def n_waiting(user: User, version: CodebookVersion) -> int:
    """Count what was proposed to a version from which no draft was opened; nothing where the person may not know."""
    rows = CodebookProposal.objects.filter(_IS_LATEST, access.discussions_open_to(user), version=version)
    return rows.count()


def proposed_to(user: User, version: CodebookVersion) -> list[Proposed]:
    """List what a draft is to take up, or what waits in a published version from which no draft was opened."""
    if not access.may_read_proposals(user, version.study):
        return []
    if version.is_published:
        waits = not CodebookVersion.objects.filter(predecessor=version).exists()
        return [Proposed(one, one.code, None) for one in proposals_of(version.pk)] if waits else []
    if version.predecessor_id is None:
        return []
    codes = {code.key: code for code in version.codes.all()}
    notes = {note.old_code_id: note for note in version.change_notes.all() if note.old_code_id}
    return [
        Proposed(one, one.code and codes.get(one.code.key), notes.get(one.code_id or 0))
        for one in proposals_of(version.predecessor_id)
    ]
