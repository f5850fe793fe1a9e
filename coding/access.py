"""
Who may see and say what about the material: blindness is decided here and nowhere else.

Blindness binds the person, not the role (law 2): while somebody has an open assignment on a transcript, they learn
nothing of anybody's judgements of it, from any round, nor of their own from earlier rounds. Each rule stands here as a
predicate for one object and, where lists need it, as a `Q` for many; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from coding.models import (
    AdjudicationOpening,
    Adjudicator,
    Assignment,
    ExportFile,
    Judgement,
    Memo,
    ReflexiveNote,
    ReliabilityRun,
    Round,
    RunTranscript,
    SegmentExample,
)
from transcripts import access as material
from transcripts.models import Membership, Study, Transcript
from workbench.accounts.access import YES, Decision, no
from workbench.accounts.models import User

NOT_YET = "Not for your eyes yet: you have open coding on this material."
NO_NUMBERS = "This study talks about disagreements and decides; it computes no reliability."
ADJUDICATING = "Not for your eyes yet: you adjudicate this round, and who gave what opens when adjudication has ended."


# Coding ------------------------------------------------------------------------------------------------------------


def may_read_desk(user: User, assignment: Assignment) -> Decision:
    """Decide whether the person may open this assignment: its rater, as long as nothing blinds them to it."""
    if assignment.rater.user_id != user.pk or assignment.rater.left_at is not None:
        return no("Only the rater it was given to can open an assignment.")
    if assignment.withdrawn_at is not None:
        return no("This assignment was withdrawn.")
    if not assignment.is_open and is_blind_to(user, assignment.transcript_id):
        return no(NOT_YET)
    return YES


def may_change(user: User, assignment: Assignment) -> Decision:
    """Decide whether the person may still code here."""
    if assignment.rater.user_id != user.pk or assignment.rater.left_at is not None:
        return no("Only the rater it was given to can code an assignment.")
    if assignment.withdrawn_at is not None:
        return no("This assignment was withdrawn.")
    if assignment.is_submitted:
        return no("This assignment was submitted; its codings are final.")
    return YES


def may_be_assigned(member: Membership) -> Decision:
    """Decide whether somebody can be given an assignment."""
    if member.left_at is None and member.kind == Membership.Kind.PERSON and "code" in material.POWERS[member.role]:
        return YES
    return no(f"{member.label} cannot code: choose raters or coordinators who are in the study.")


def codes_unless_said_otherwise(member: Membership) -> bool:
    """Tell whether a new round is proposed to this member: to raters, for coding blinds a coordinator."""
    return "manage" not in material.POWERS[member.role]


def could_read_since(rater: Membership, transcripts: Collection[int]) -> dict[int, datetime]:
    """
    Give the transcripts whose judgements by others this rater may have read by now, and since when.

    Whoever sees results, or a round's codings beside their own, and codes such a transcript afterwards is not a naive
    rater: the assignment keeps the date, and the pages of its round say so. What could be read once counts for good,
    whether or not it is shown still, or was read before another assignment on the transcript made them blind again.
    """
    if rater.user is None:
        return {}
    given = Assignment.objects.filter(study=rater.study_id, transcript__in=transcripts).order_by()
    marked = given.filter(rater=rater).exclude(could_read_since=None)
    found = list(marked.values_list("transcript_id").annotate(since=Min("could_read_since")))
    opened = given.exclude(transcript__in=blind_transcripts(rater.user)).values_list("transcript_id")
    if "see_results" in material.POWERS[rater.role]:
        found += opened.exclude(round__closed_at=None).annotate(since=Min("round__closed_at"))
    beside = opened.filter(rater=rater, phase=Assignment.Phase.BLIND, submitted_at__isnull=False)
    found += beside.exclude(round__others_shown_since=None).annotate(since=Min("round__others_shown_since"))
    return {transcript: min(since for place, since in found if place == transcript) for transcript, _ in found}


# Blindness ---------------------------------------------------------------------------------------------------------


def blind_transcripts(user: User) -> QuerySet[Assignment, int]:
    """Give the ids of the transcripts on which the person has an open assignment."""
    return Assignment.objects.by(user).open().values_list("transcript_id", flat=True)


def is_blind_to(user: User, transcript_id: int) -> bool:
    """Tell whether the person has an open assignment on this transcript."""
    return Assignment.objects.by(user).open().filter(transcript=transcript_id).exists()


def blind_to(user: User, transcript: str) -> Exists:
    """Say the same for many rows; `transcript` is the path from the row to its transcript's id."""
    return Exists(Assignment.objects.by(user).open().filter(transcript=OuterRef(transcript)))


def may_see_judgement(user: User, judgement: Judgement) -> bool:
    """
    Tell whether the person may learn of this judgement.

    The own of an assignment still open; else nothing of a transcript one is blind to; else the own, and of closed
    rounds everybody's, where the role sees results, or what was submitted beside the own, where the round allows it.
    To whoever adjudicates the round it would say who gave what.
    """
    assignment = judgement.assignment
    own = assignment.rater.user_id == user.pk and assignment.rater.left_at is None
    if own and assignment.is_open:
        return True
    if is_blind_to(user, assignment.transcript_id):
        return False
    if own:
        return True
    if not assignment.round.is_closed or hides_names(user, assignment.round):
        return False
    return material.has_power(user, assignment.study, "see_results") or _is_beside(user, assignment)


def judgements_open_to(user: User) -> Q:
    """Say the same as `may_see_judgement` for many judgements."""
    own = Q(assignment__rater__user=user.pk, assignment__rater__left_at=None)
    still_open = Q(assignment__submitted_at=None, assignment__withdrawn_at=None)
    closed = Q(assignment__round__closed_at__isnull=False) & ~Q(names_hidden(user, "assignment__round_id"))
    results = closed & Q(Exists(_result_places(user, "study_id")))
    submitted = Q(assignment__submitted_at__isnull=False, assignment__phase=Assignment.Phase.BLIND)
    beside = closed & Q(assignment__round__others_shown=True) & submitted & Q(Exists(_own_beside(user)))
    return (own & still_open) | (~Q(blind_to(user, "assignment__transcript_id")) & (own | results | beside))


def _own_beside(user: User) -> QuerySet[Assignment]:
    mine = Assignment.objects.by(user).blind().submitted().filter(rater__left_at=None)
    return mine.filter(round=OuterRef("assignment__round_id"), transcript=OuterRef("assignment__transcript_id"))


def _is_beside(user: User, assignment: Assignment) -> bool:
    """Tell whether the round shows the person this submitted assignment beside one of their own."""
    if not (assignment.round.others_shown and assignment.is_submitted and assignment.phase == Assignment.Phase.BLIND):
        return False
    mine = Assignment.objects.by(user).blind().submitted().filter(rater__left_at=None)
    return mine.filter(round=assignment.round_id, transcript=assignment.transcript_id).exists()


def may_read_beside(user: User, assignment: Assignment) -> Decision:
    """
    Decide whether a rater may see their submitted codings beside the others'.

    Once the round is closed, where its coordinator allows it, and never with open coding on the transcript.
    """
    if not (decision := may_read_desk(user, assignment)):
        return decision
    if not assignment.is_submitted or assignment.phase != Assignment.Phase.BLIND:
        return no("You see the others' codings when you have submitted your own.")
    if not assignment.round.others_shown:
        return no("In this round the others' codings are not shown to its raters.")
    if not assignment.round.is_closed:
        return no("The others' codings open when every assignment of the round is submitted.")
    return no(ADJUDICATING) if hides_names(user, assignment.round) else YES


def besides_open_to(user: User) -> Q:
    """Say the same as `may_read_beside` for many assignments."""
    own = Q(rater__user=user.pk, rater__left_at=None, withdrawn_at=None, submitted_at__isnull=False)
    shown = Q(phase=Assignment.Phase.BLIND, round__others_shown=True, round__closed_at__isnull=False)
    return own & shown & ~Q(blind_to(user, "transcript_id")) & ~Q(names_hidden(user, "round_id"))


# Adjudication, blind by construction ---------------------------------------------------------------------------------


def _hiding(user: User) -> QuerySet[AdjudicationOpening]:
    """
    Give the openings that hide names from the person: they adjudicate there, and it has not ended.

    Who has the role adjudicates every round of the study that is opened; a coordinator those they were named for.
    """
    places = Membership.objects.filter(study=OuterRef("study_id"), user=user.pk, left_at=None)
    named = Adjudicator.objects.filter(round=OuterRef("round_id"), member__user=user.pk, member__left_at=None)
    by_role = Exists(places.filter(role=Membership.Role.ADJUDICATOR))
    return AdjudicationOpening.objects.filter(by_role | Q(Exists(named)), ended_at=None)


def hides_names(user: User, round_: Round) -> bool:
    """Tell whether names, numbers of each rater, pairs and leave-one-out of this round are hidden from the person."""
    return _hiding(user).filter(round=round_).exists()


def names_hidden(user: User, round_id: str) -> Exists:
    """Say the same for many rows; `round_id` is the path from the row to its round's id."""
    return Exists(_hiding(user).filter(round=OuterRef(round_id)))


def may_know_raters(user: User, round_: Round) -> bool:
    """Tell whether the person may know who coded in a round: all but its adjudicators who do not run the study."""
    return bool(material.may_manage(user, round_.study)) or not hides_names(user, round_)


def may_adjudicate(user: User, round_: Round) -> Decision:
    """
    Decide whether the person may give the final word in a round, on transcripts that they are not blind to.

    Who may, reads its judgements under letters, nameless until adjudication has ended.
    """
    place = material.membership(user, round_.study)
    if place is None or "adjudicate" not in material.POWERS[place.role]:
        return no("Adjudicators and coordinators of the study give the final word.")
    if not (opening := AdjudicationOpening.objects.filter(round=round_).first()):
        return no("Adjudication of this round is not opened: a coordinator opens it.")
    named = Adjudicator.objects.filter(round=opening.round_id, member=place).exists()
    if place.role != Membership.Role.ADJUDICATOR and not named:
        return no("You were not named as an adjudicator of this round.")
    covered = set(round_.assignments.values_list("transcript_id", flat=True))
    hidden = covered & set(blind_transcripts(user))
    if hidden and (hidden == covered or not round_.is_closed):
        return no(NOT_YET)
    return YES if round_.is_closed else no("There is nothing to adjudicate before every assignment is submitted.")


def adjudications_open_to(user: User) -> Q:
    """Say the same as `may_adjudicate` for many rounds."""
    given = Assignment.objects.filter(round=OuterRef("pk"))
    seen = given.exclude(transcript__in=blind_transcripts(user))
    places = Membership.objects.filter(study=OuterRef("study_id"), user=user.pk, left_at=None)
    named = Adjudicator.objects.filter(round=OuterRef("pk"), member__user=user.pk, member__left_at=None)
    by_role = Exists(places.filter(role=Membership.Role.ADJUDICATOR))
    by_name = Exists(places.filter(role__in=material.ADJUDICATION_ROLES)) & Exists(named)
    open_ = Exists(AdjudicationOpening.objects.filter(round=OuterRef("pk")))
    return Q(open_, closed_at__isnull=False) & (Q(by_role) | by_name) & (Exists(seen) | ~Exists(given))


def may_open_adjudication(user: User, round_: Round) -> Decision:
    """Decide whether the person may open adjudication, name who adjudicates and say what raters see of it."""
    return material.may_manage(user, round_.study)


def may_know_adjudication(user: User, round_: Round) -> Decision:
    """Decide whether the person may know that a round is opened for adjudication, and who adjudicates."""
    return YES if may_open_adjudication(user, round_) else may_adjudicate(user, round_)


def may_follow_adjudication(user: User, round_: Round) -> Decision:
    """Decide whether the person may read the final layer and how often each rater was upheld: with the results."""
    return may_see_results(user, round_)


def may_read_outcome(user: User, assignment: Assignment) -> Decision:
    """Decide whether a rater may read the final word on a transcript they coded: when it has ended and is shown."""
    if not (decision := may_read_desk(user, assignment)):
        return decision
    if not assignment.is_submitted:
        return no("You may read the final word when you have submitted your own codings.")
    shown = AdjudicationOpening.objects.filter(round=assignment.round_id, outcome_shown=True, ended_at__isnull=False)
    if not assignment.round.is_closed or not shown.exists():
        return no("The final word is not shown to the raters of this round.")
    return YES


def outcomes_open_to(user: User) -> Q:
    """Say the same as `may_read_outcome` for many assignments."""
    own = Q(rater__user=user.pk, rater__left_at=None, withdrawn_at=None, submitted_at__isnull=False)
    opened = AdjudicationOpening.objects.filter(round=OuterRef("round_id"), outcome_shown=True, ended_at__isnull=False)
    return own & Q(Exists(opened), round__closed_at__isnull=False) & ~Q(blind_to(user, "transcript_id"))


def may_end_adjudication(user: User, round_: Round, *, all_decided: bool) -> Decision:
    """Decide whether the person may end the blind phase: not to unblind themselves before everything is decided."""
    if not (decision := material.may_manage(user, round_.study)) and not may_adjudicate(user, round_):
        return decision
    if hides_names(user, round_) and not all_decided:
        return no("You adjudicate this round: it ends for you when every segment in dispute has an answer.")
    return YES


def may_be_adjudicator(member: Membership) -> bool:
    """Tell whether a member can be named as an adjudicator."""
    has_power = "adjudicate" in material.POWERS[member.role]
    return member.left_at is None and member.kind == Membership.Kind.PERSON and has_power


def adjudicates_by_role(member: Membership) -> bool:
    """Tell whether this member adjudicates whatever is opened, without being named."""
    return member.left_at is None and member.role == Membership.Role.ADJUDICATOR


def could_know_names_since(member: Membership, round_: Round) -> datetime | None:
    """
    Say since when a member could read who gave what in a round, before this was hidden from them, if ever.

    What counts is when results were open to their role (the history of memberships says since when they have one),
    not whether they looked.
    """
    if round_.closed_at is None:
        return None
    since = max(round_.closed_at, material.results_role_since(member) or round_.closed_at)
    opening = AdjudicationOpening.objects.filter(round=round_).first()
    if opening is not None and adjudicates_by_role(member) and since >= opening.opened_at:
        return None
    return since


def may_take_part(user: User, round_: Round) -> Decision:
    """Decide whether the person takes part in the meeting about a round: who reads its results, and names with them."""
    return may_see_results(user, round_)


def may_read_proposals(user: User, study: Study) -> Decision:
    """Decide whether the person may read what was proposed to the codebook: whoever writes its drafts."""
    return material.may_manage(user, study)


def _result_places(user: User, study: str) -> QuerySet[Membership]:
    return Membership.objects.filter(study=OuterRef(study), user=user.pk, left_at=None, role__in=material.RESULT_ROLES)


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
    results = closed & Q(Exists(_result_places(user, "assignment__study_id"))) & NOTE_IS_RELEASED
    results &= ~Q(names_hidden(user, "assignment__round_id"))
    return (own & still_open) | (~Q(blind_to(user, "assignment__transcript_id")) & (own | results))


# Memos -------------------------------------------------------------------------------------------------------------


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
    hidden = _hiding(user).filter(Exists(given.filter(round=OuterRef("round_id"))), study=memo.study_id)
    return not codes and not author_codes and not hidden.exists()


def memos_open_to(user: User) -> Q:
    """Say the same as `may_read_memo` for many memos."""
    places = Membership.objects.filter(study=OuterRef("study_id"), user=user.pk, left_at=None)
    own = Q(author__user=user.pk, author__left_at=None)
    reads = Q(transcript=None) | Q(Exists(_result_places(user, "study_id")))
    given = Assignment.objects.filter(study=OuterRef("study_id"))
    there = given.filter(transcript=OuterRef("transcript_id"))
    codes = Q(Exists(given.by(user).open()), transcript=None)
    still = {"rater": OuterRef("author_id"), "withdrawn_at": None, "round__closed_at": None}
    author_codes = Q(Exists(given.filter(**still)), transcript=None) | Q(Exists(there.filter(**still)))
    covers = Assignment.objects.filter(round=OuterRef("round_id"), transcript=OuterRef(OuterRef("transcript_id")))
    anything = Assignment.objects.filter(round=OuterRef("round_id"))
    hiding = _hiding(user).filter(study=OuterRef("study_id"))
    hidden = Q(Exists(hiding.filter(Exists(covers)))) | Q(Exists(hiding.filter(Exists(anything))), transcript=None)
    shared = Q(shared=True) & ~Q(text="") & reads & ~codes & ~author_codes & ~hidden
    return Q(Exists(places)) & ~Q(blind_to(user, "transcript_id")) & (own | shared)


# Results and progress ------------------------------------------------------------------------------------------------


def may_read_results(user: User, study: Study) -> Decision:
    """Decide whether the person's role reads results at all; which rounds and transcripts, the rules below say."""
    if material.has_power(user, study, "see_results"):
        return YES
    return no("Results are for coordinators, adjudicators and readers of the study.")


def may_see_results(user: User, round_: Round) -> Decision:
    """
    Decide whether the person may see reliability, disagreements and exported codings of a round.

    Whoever is blind to some of its transcripts sees results without those, once it is closed: see
    `transcripts_open_to`. Whether others have submitted in an open one is not for them either, as in `may_see_state`.
    """
    if not (decision := may_read_results(user, round_.study)):
        return decision
    covered = set(round_.assignments.values_list("transcript_id", flat=True))
    hidden = covered & set(blind_transcripts(user))
    if hidden and (hidden == covered or not round_.is_closed):
        return no(NOT_YET)
    if not round_.is_closed:
        return no("The results open when every assignment of the round is submitted.")
    return no(ADJUDICATING) if hides_names(user, round_) else YES


def may_read_numbers(user: User, study: Study) -> Decision:
    """Decide whether the person may see how far raters of the study agree, in the rounds that are open to them."""
    if not (decision := may_read_results(user, study)):
        return decision
    return no(NO_NUMBERS) if study.discussion_only else YES


def may_see_numbers(user: User, round_: Round) -> Decision:
    """Decide whether the person may see how far raters agree: with the results, unless the study wants no numbers."""
    if not (decision := may_see_results(user, round_)):
        return decision
    return no(NO_NUMBERS) if round_.study.discussion_only else YES


def results_open_to(user: User) -> Q:
    """Say the same as `may_see_results` for many rounds."""
    given = Assignment.objects.filter(round=OuterRef("pk"))
    seen = given.exclude(transcript__in=blind_transcripts(user))
    closed = Q(closed_at__isnull=False) & ~Q(names_hidden(user, "pk"))
    return closed & Exists(_result_places(user, "study_id")) & (Exists(seen) | ~Exists(given))


def transcripts_open_to(user: User, round_: Round) -> QuerySet[Transcript]:
    """Keep the round's transcripts whose judgements the person may learn of; aggregates leave the others out."""
    return Transcript.objects.filter(Exists(round_.assignments.filter(transcript=OuterRef("pk")))).exclude(
        pk__in=blind_transcripts(user)
    )


def assignments_read_by(user: User) -> Q:
    """Say for many assignments whether their codings are results for the person: as `judgements_open_to` does."""
    closed = Q(round__closed_at__isnull=False, withdrawn_at=None)
    return closed & Q(Exists(_result_places(user, "study_id"))) & ~Q(blind_to(user, "transcript_id"))


def may_see_progress(user: User, assignment: Assignment) -> bool:
    """
    Tell whether the person may know how far this assignment is.

    Raters know their own; a coordinator knows those of rounds that they do not code in, but for transcripts that they
    are blind to.
    """
    if assignment.rater.user_id == user.pk and assignment.rater.left_at is None:
        return assignment.is_open or not is_blind_to(user, assignment.transcript_id)
    return (
        material.has_power(user, assignment.study, "manage")
        and not _codes_in(user, assignment.round)
        and not is_blind_to(user, assignment.transcript_id)
    )


def progress_open_to(user: User) -> Q:
    """Say the same as `may_see_progress` for many assignments."""
    own = Q(rater__user=user.pk, rater__left_at=None)
    still_open = Q(submitted_at=None, withdrawn_at=None)
    blind = Q(blind_to(user, "transcript_id"))
    codes_in = Exists(
        Assignment.objects.by(user).filter(round=OuterRef("round_id"), withdrawn_at=None, round__closed_at=None)
    )
    return (own & (still_open | ~blind)) | (_manages(user) & ~Q(codes_in) & ~blind)


def _manages(user: User) -> Q:
    return Q(
        Exists(
            Membership.objects.filter(
                study=OuterRef("study_id"), user=user.pk, left_at=None, role=Membership.Role.COORDINATOR
            )
        )
    )


def _codes_in(user: User, round_: Round) -> bool:
    """Tell whether the person codes in this round while it is open."""
    return not round_.is_closed and round_.assignments.by(user).filter(withdrawn_at=None).exists()


def may_see_state(user: User, round_: Round) -> Decision:
    """Decide whether the person may know if and when this round closed; its design is no secret."""
    if not material.has_power(user, round_.study, "see_results"):
        return no("How far a round is, its coordinator knows.")
    if round_.assignments.filter(transcript__in=blind_transcripts(user)).exists():
        return no(NOT_YET)
    return YES


def states_open_to(user: User) -> Q:
    """Say the same as `may_see_state` for many rounds."""
    on_blind = Exists(Assignment.objects.filter(round=OuterRef("pk"), transcript__in=blind_transcripts(user)))
    return Q(Exists(_result_places(user, "study_id"))) & ~Q(on_blind)


def may_reopen(user: User, assignment: Assignment) -> Decision:
    """
    Decide whether a submitted assignment may be opened again: only before anyone was unblinded (law 3).

    While the round is open nobody has read others' judgements in it; a closed round on the same transcript may have
    been read by its rater since.
    """
    if not (decision := may_withdraw(user, assignment)):
        return decision
    if not assignment.is_submitted:
        return no("Only a submitted assignment can be reopened.")
    if assignment.round.is_closed:
        return no("The round is closed: what changes now is a new assignment of phase revision.")
    if Round.objects.closed().filter(assignments__transcript=assignment.transcript_id).exists():
        return no("Judgements of this transcript could be read since: what changes now is a revision.")
    return YES


def may_withdraw(user: User, assignment: Assignment) -> Decision:
    """
    Decide whether a coordinator may try to take an assignment back, or open it again.

    Whether it works says whether the assignment is submitted, which nobody learns about a transcript that they have
    open coding on; of their own they know.
    """
    if not (decision := material.may_manage(user, assignment.study)):
        return decision
    if assignment.rater.user_id != user.pk and is_blind_to(user, assignment.transcript_id):
        return no(NOT_YET)
    return YES


def withdrawals_open_to(user: User) -> Q:
    """Say the same as `may_withdraw` for many assignments."""
    return _manages(user) & (Q(rater__user=user.pk) | ~Q(blind_to(user, "transcript_id")))


def reopenings_open_to(user: User) -> Q:
    """Say the same as `may_reopen` for many assignments."""
    read_since = Exists(Round.objects.closed().filter(assignments__transcript=OuterRef("transcript_id")))
    return withdrawals_open_to(user) & Q(submitted_at__isnull=False, round__closed_at=None) & ~Q(read_since)


def may_extend(user: User, round_: Round) -> Decision:
    """Decide whether a coordinator may give transcripts of this round to further raters: while it is open."""
    if not (decision := material.may_manage(user, round_.study)):
        return decision
    # Whoever has open coding in it knows that it is open; whoever has open coding elsewhere on its transcripts may not.
    if round_.assignments.by(user).open().exists():
        return YES
    if not (decision := may_see_state(user, round_)):
        return decision
    return no("The round is closed. Make a new one.") if round_.is_closed else YES


def may_open_accounts(user: User, study: Study) -> Decision:
    """
    Decide whether a coordinator may make links with which members sign in: not while they code in the study.

    Whoever has such a link can read what the other reads; the rule asks nothing about what others did.
    """
    if not (decision := material.may_manage(user, study)):
        return decision
    if Assignment.objects.by(user).open().filter(study=study).exists():
        return no("You have open coding in this study: ask another coordinator, or whoever runs the server.")
    return YES


# Stored runs ---------------------------------------------------------------------------------------------------------


def may_read_runs(user: User, round_: Round) -> Decision:
    """
    Decide whether the person may know of stored runs of a round at all: whole, or not at all.

    A run covers the round's transcripts together, and its numbers cannot be taken apart; whoever is blind to one of
    them learns not even whether there is a run.
    """
    if not (decision := may_read_results(user, round_.study)):
        return decision
    if round_.assignments.filter(transcript__in=blind_transcripts(user)).exists():
        return no(NOT_YET)
    return may_see_numbers(user, round_)


def may_store_run(user: User, round_: Round) -> Decision:
    """Decide whether the person may store a run: a coordinator who may see all of the round's results."""
    if not (decision := may_read_runs(user, round_)):
        return decision
    return material.may_manage(user, round_.study)


def may_see_run(user: User, run: ReliabilityRun) -> Decision:
    """Decide whether the person may see a run: who sees results, and is blind to no transcript that it covers."""
    if not (decision := may_read_results(user, run.study)):
        return decision
    if run.covered.filter(transcript__in=blind_transcripts(user)).exists():
        return no(NOT_YET)
    if run.study.discussion_only:
        return no(NO_NUMBERS)
    return no(ADJUDICATING) if hides_names(user, run.round) else YES


def runs_open_to(user: User) -> Q:
    """Say the same as `may_see_run` for many runs."""
    hidden = RunTranscript.objects.filter(run=OuterRef("pk"), transcript__in=blind_transcripts(user))
    shown = ~Q(Exists(hidden)) & ~Q(names_hidden(user, "round_id")) & Q(study__discussion_only=False)
    return Q(Exists(_result_places(user, "study_id"))) & shown


# Codebooks and exports -----------------------------------------------------------------------------------------------


def may_read_codebook(user: User, study: Study, *, published: bool) -> Decision:
    """Decide whether the person may read a version: published ones every member, drafts the coordinators."""
    if published and material.membership(user, study) is not None:
        return YES
    return material.may_manage(user, study)


def may_see_example(user: User, example: SegmentExample) -> bool:
    """
    Tell whether the person may see that a segment is an example of a code, and its words.

    Whoever may read the session: by their role, or on the desk of an assignment they handed in. It says what somebody
    thinks of that segment, so nobody sees it who is blind to the transcript (law 2).
    """
    transcript = example.revision.transcript_id
    if is_blind_to(user, transcript):
        return False
    if material.has_power(user, example.study, "read_material"):
        return True
    mine = Assignment.objects.by(user).submitted().filter(rater__left_at=None, withdrawn_at=None)
    return mine.filter(transcript=transcript).exists()


def examples_open_to(user: User) -> Q:
    """Say the same as `may_see_example` for many examples."""
    readers = [role for role, powers in material.POWERS.items() if "read_material" in powers]
    places = Membership.objects.filter(study=OuterRef("study_id"), user=user.pk, left_at=None, role__in=readers)
    mine = Assignment.objects.by(user).submitted().filter(rater__left_at=None, withdrawn_at=None)
    own = mine.filter(transcript=OuterRef("revision__transcript_id"))
    return ~Q(blind_to(user, "revision__transcript_id")) & (Q(Exists(places)) | Q(Exists(own)))


WHILE_ADJUDICATING = "Discussions open to you when adjudication has ended: what others say could name who gave what."
WHILE_CODING = "Discussions open to you when you have handed in what you code: what others say could speak of it."


def may_discuss(user: User, study: Study) -> Decision:
    """
    Decide whether the person may read, and take part in, the discussions of codes: members without open coding, and
    not those who adjudicate blind.

    Words cannot be searched for judgements: whoever codes in the study could learn of others' from them (law 2).
    """
    if material.membership(user, study) is None:
        return no("Only members of the study discuss its codes.")
    if Assignment.objects.by(user).open().filter(study=study).exists():
        return no(WHILE_CODING)
    return no(WHILE_ADJUDICATING) if _hiding(user).filter(study=study).exists() else YES


def discussions_open_to(user: User) -> Q:
    """Say the same as `may_discuss` for many rows of studies: discussions, or what was said in them."""
    places = Membership.objects.filter(study=OuterRef("study_id"), user=user.pk, left_at=None)
    coding = Assignment.objects.by(user).open().filter(study=OuterRef("study_id"))
    hiding = _hiding(user).filter(study=OuterRef("study_id"))
    return Q(Exists(places)) & ~Q(Exists(coding)) & ~Q(Exists(hiding))


def may_download(user: User, export: ExportFile) -> Decision:
    """Decide whether the person may still take away what they asked for."""
    if export.asked_by_id != user.pk:
        return no("Only the person who asked for an export can take it away.")
    if export.round is None:
        return material.may_read_material(user, export.study)
    if not (decision := may_see_results(user, export.round)):
        return decision
    if export.round.assignments.filter(transcript__in=blind_transcripts(user)).exists():
        return no(NOT_YET)
    return YES


def downloads_open_to(user: User) -> Q:
    """Say for many rounds whether `may_download` would let the person take their data away: whole, or not at all."""
    hidden = Exists(Assignment.objects.filter(round=OuterRef("pk"), transcript__in=blind_transcripts(user)))
    return results_open_to(user) & ~Q(hidden)
