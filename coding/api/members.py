"""One member of a study, to whom it is closed when nothing is left for them to code."""

from __future__ import annotations

from coding.services.leaving import remove_member
from transcripts.api import members


class OneMember(members.OneMember):
    """One member of a study."""

    remove = staticmethod(remove_member)
