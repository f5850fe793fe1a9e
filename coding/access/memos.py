"""Who reads what people wrote for themselves: reflexive notes and memos."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from coding.access.blindness import (
    NOT_YET,
    blind_to,
    hides_names,
    hiding_from,
    is_blind_to,
    names_hidden,
    result_places,
)
from coding.models import Assignment, Memo, ReflexiveNote
from transcripts import access as material
from transcripts.models import Membership, Study, Transcript
from workbench.accounts.access import YES, Decision, no
from workbench.accounts.models import User

#: The author shared it, or the study said before the round started that it reads these notes.
NOTE_IS_RELEASED = Q(shared=True) | Q(assignment__round__notes_for_study=True)


def may_read_note(user: User, note: ReflexiveNote) -> bool:
    """
    Tell whether the person may read a rater's note on an hour.

    The author, as long as they may read the desk that it belongs to; else, once the author or the study released it,
    whoever may read the round's judgements of that transcript.
    """
    assignment = note.assignment
    own = assignment.rater.user_id == user.pk and assignment.rater.left_at is None
    if own and assignment.is_open:
        return True
    if is_blind_to(user, assignment.transcript_id):
        return False
    released = (note.shared or assignment.round.notes_for_study) and not hides_names(user, assignment.round)
    shown = assignment.round.is_closed and material.has_power(user, assignment.study, "see_results")
    return own or (released and assignment.is_submitted and shown)


def notes_open_to(user: User) -> Q:
    """Say the same as `may_read_note` for many notes."""
    own = Q(assignment__rater__user=user.pk, assignment__rater__left_at=None)
    still_open = Q(assignment__submitted_at=None, assignment__withdrawn_at=None)
    closed = Q(assignment__round__closed_at__isnull=False, assignment__submitted_at__isnull=False)
    results = closed & Q(Exists(result_places(user, "assignment__study_id"))) & NOTE_IS_RELEASED
    results &= ~Q(names_hidden(user, "assignment__round_id"))
    return (own & still_open) | (~Q(blind_to(user, "assignment__transcript_id")) & (own | results))


def may_write_memo(user: User, study: Study, transcript: Transcript | None) -> Decision:
    """Decide whether the person may write a memo: about study and codes every member, about a text who reads it."""
    if transcript is None:
        return YES if material.membership(user, study) else no("Only members of the study write memos in it.")
    if not (decision := material.may_read_material(user, study)):
        return decision
    return no(NOT_YET) if is_blind_to(user, transcript.pk) else YES


def may_read_memo(user: User, memo: Memo) -> bool:
    """
    Tell whether the person may read a memo.

    While somebody codes a transcript its memos wait, the own ones too. Private ones are their author's; shared ones
    open to members who code nothing the memo could be about, and adjudicate nothing of it blind, once its author has
    nothing to do with a round still open there. Memos about a text are for those who read results.
    """
    place = material.membership(user, memo.study)
    if place is None or (memo.transcript_id is not None and is_blind_to(user, memo.transcript_id)):
        return False
    if memo.author_id == place.pk:
        return True
    if not memo.shared or not memo.text:
        return False
    if memo.transcript_id is not None and "see_results" not in material.POWERS[place.role]:
        return False
    about = Q(transcript=memo.transcript_id) if memo.transcript_id is not None else Q()
    given = Assignment.objects.filter(about, study=memo.study_id)
    codes = memo.transcript_id is None and given.by(user).open().exists()
    author_codes = given.filter(rater=memo.author_id, withdrawn_at=None, round__closed_at=None).exists()
    hidden = hiding_from(user).filter(Exists(given.filter(round=OuterRef("round_id"))), study=memo.study_id)
    return not codes and not author_codes and not hidden.exists()


def memos_open_to(user: User) -> Q:
    """Say the same as `may_read_memo` for many memos."""
    places = Membership.objects.filter(study=OuterRef("study_id"), user=user.pk, left_at=None)
    own = Q(author__user=user.pk, author__left_at=None)
    reads = Q(transcript=None) | Q(Exists(result_places(user, "study_id")))
    given = Assignment.objects.filter(study=OuterRef("study_id"))
    there = given.filter(transcript=OuterRef("transcript_id"))
    codes = Q(Exists(given.by(user).open()), transcript=None)
    still = {"rater": OuterRef("author_id"), "withdrawn_at": None, "round__closed_at": None}
    author_codes = Q(Exists(given.filter(**still)), transcript=None) | Q(Exists(there.filter(**still)))
    covers = Assignment.objects.filter(round=OuterRef("round_id"), transcript=OuterRef(OuterRef("transcript_id")))
    anything = Assignment.objects.filter(round=OuterRef("round_id"))
    hiding = hiding_from(user).filter(study=OuterRef("study_id"))
    hidden = Q(Exists(hiding.filter(Exists(covers)))) | Q(Exists(hiding.filter(Exists(anything))), transcript=None)
    shared = Q(shared=True) & ~Q(text="") & reads & ~codes & ~author_codes & ~hidden
    return Q(Exists(places)) & ~Q(blind_to(user, "transcript_id")) & (own | shared)
