"""Who reads codebooks, the examples in them, and what is said about codes."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from coding.access.blindness import blind_to, hiding_from, is_blind_to
from coding.models import Assignment, SegmentExample
from transcripts import access as material
from transcripts.models import Membership, Study
from workbench.accounts.access import YES, Decision, no
from workbench.accounts.models import User

WHILE_ADJUDICATING = "Discussions open to you when adjudication has ended: what others say could name who gave what."
WHILE_CODING = "Discussions open to you when you have handed in what you code: what others say could speak of it."


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
    return no(WHILE_ADJUDICATING) if hiding_from(user).filter(study=study).exists() else YES


def discussions_open_to(user: User) -> Q:
    """Say the same as `may_discuss` for many rows of studies: discussions, or what was said in them."""
    places = Membership.objects.filter(study=OuterRef("study_id"), user=user.pk, left_at=None)
    coding = Assignment.objects.by(user).open().filter(study=OuterRef("study_id"))
    hiding = hiding_from(user).filter(study=OuterRef("study_id"))
    return Q(Exists(places)) & ~Q(Exists(coding)) & ~Q(Exists(hiding))
