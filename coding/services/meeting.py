"""What a meeting leaves behind: remarks, decisions, names revealed, changes proposed to the codebook."""

from __future__ import annotations

from django.db import transaction

from coding import access
from coding.models import Code, CodebookProposal, CodebookVersion, MeetingEntry, NamesShown, Round
from coding.services import discussions
from transcripts import access as material
from transcripts.models import Membership, Segment, Study
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

LONGEST = 4000


class MeetingNotPossible(Refusal):
    code = "meeting_not_possible"


class WordsMissing(Refusal):
    code = "words_missing"


class ProposalNotPossible(Refusal):
    code = "proposal_not_possible"


def checked_words(words: str) -> str:
    """Give the words as they are stored, or refuse those that cannot be."""
    text = words.replace("\r\n", "\n").strip()
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise WordsMissing("The text holds a character that cannot be stored.")
    if len(text) > LONGEST:
        raise WordsMissing(f"The text is too long: {len(text):,} characters, {LONGEST:,} at most.")
    return text


@transaction.atomic
def remark(*, user: User, round_: Round, segment_id: int, words: str) -> MeetingEntry:
    """
    Add to the thread of a segment; the same words twice in a row by the same member stand once.

    Raises PermissionDenied, MeetingNotPossible or WordsMissing.
    """
    return _enter(user, round_, segment_id, MeetingEntry.Kind.REMARK, words)


@transaction.atomic
def decide(*, user: User, round_: Round, segment_id: int, words: str) -> MeetingEntry:
    """Write down what the meeting decided about a segment; a later decision counts, an empty one takes it back."""
    return _enter(user, round_, segment_id, MeetingEntry.Kind.DECISION, words)


def _enter(user: User, round_: Round, segment_id: int, kind: str, words: str) -> MeetingEntry:
    member, segment = _in_meeting(user, round_, segment_id)
    text = checked_words(words)
    if kind == MeetingEntry.Kind.REMARK and not text:
        raise WordsMissing("Write something first.")
    of_segment = MeetingEntry.objects.select_for_update().filter(round=round_, segment=segment, kind=kind)
    last: MeetingEntry | None = of_segment.order_by("-at", "-pk").first()
    if last is not None and last.author_id == member.pk and last.words == text:
        return last
    return MeetingEntry.objects.create(
        study_id=round_.study_id, round=round_, revision_id=segment.revision_id, segment=segment, author=member,
        kind=kind, words=text,
    )  # fmt: skip


@transaction.atomic
def reveal(*, user: User, round_: Round, segment_id: int) -> None:
    """Show the meeting who gave what to a segment; who asked, and when, is kept."""
    member, segment = _in_meeting(user, round_, segment_id)
    NamesShown.objects.get_or_create(
        round=round_, segment=segment, member=member, place=NamesShown.Place.MEETING,
        defaults={"study_id": round_.study_id, "revision_id": segment.revision_id},
    )  # fmt: skip


def _in_meeting(user: User, round_: Round, segment_id: int) -> tuple[Membership, Segment]:
    require(access.may_take_part(user, round_))
    rows = Segment.objects.filter(
        pk=segment_id,
        revision__assignments__round=round_,
        revision__assignments__withdrawn_at=None,
        revision__transcript__in=access.transcripts_open_to(user, round_),
    )
    segment, member = rows.first(), material.membership(user, round_.study)
    if segment is None or member is None:
        raise MeetingNotPossible("This segment is not part of the round.")
    return member, segment


@transaction.atomic
def propose_change(
    *,
    user: User,
    study: Study,
    version: CodebookVersion,
    change: str,
    words: str,
    code_key: str = "",
    round_: Round | None = None,
    segment_id: int | None = None,
) -> CodebookProposal:
    """
    Propose a change of the codebook: of which code, of what kind, in words; from a meeting with the segment behind it.

    It is said in the discussion of the code too, where a draft takes it up.

    Raises PermissionDenied, MeetingNotPossible, ProposalNotPossible or WordsMissing.
    """
    member, segment = material.membership(user, study), None
    if round_ is not None and segment_id is not None:
        member, segment = _in_meeting(user, round_, segment_id)
    else:
        require(material.may_manage(user, study))
    if member is None or version.study_id != study.pk:
        raise ProposalNotPossible("This codebook version belongs to another study.")
    if change not in CodebookProposal.Change.values:
        raise ProposalNotPossible("A change is one of: reworded, redefined, split, merged, retired, new.")
    code = Code.objects.filter(version=version, key=code_key).first() if code_key else None
    if code is None and (code_key or change != CodebookProposal.Change.NEW):
        raise ProposalNotPossible("Choose the code that should change, or say that a new one is needed.")
    if not (text := checked_words(words)):
        raise WordsMissing("Say in a sentence what should change.")
    same = {"study": study, "version": version, "code": code, "change": change, "words": text, "segment": segment}
    found = CodebookProposal.objects.filter(author=member, round=round_, **same).first()
    if found is not None:
        return found
    made = CodebookProposal.objects.create(
        author=member, round=round_, revision_id=segment.revision_id if segment else None, **same
    )
    if code is not None and access.may_discuss(user, study):
        # There it can become the reason of a change in the draft.
        discussions.say(user=user, version=version, key=code.key, text=_as_comment(made), comment_id=made.pk)
    return made


def _as_comment(made: CodebookProposal) -> str:
    where = ""
    if made.round is not None and made.segment is not None:
        name = made.segment.revision.transcript.name
        where = f" ({made.round}, {name}, turn {made.segment.position})"
    return f"Proposed, {made.get_change_display()}{where}. {made.words}"
