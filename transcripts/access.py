"""Who may do what with studies, members and transcripts. The only module of this app that reads roles."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from transcripts.models import Membership, SessionAttribute, ShownAttribute, Study
from workbench.accounts.access import YES, Decision, no
from workbench.accounts.models import User

Role = Membership.Role

#: What each role may do in a study. Whether somebody is blind is decided on top of this, in coding.access.
POWERS: dict[str, frozenset[str]] = {
    Role.COORDINATOR: frozenset({"manage", "read_material", "see_sessions", "see_results", "code", "adjudicate"}),
    Role.RATER: frozenset({"code"}),
    Role.ADJUDICATOR: frozenset({"read_material", "see_results", "adjudicate"}),
    Role.READER: frozenset({"read_material", "see_sessions", "see_results"}),
}
#: The roles that see results, for queries over many rows.
RESULT_ROLES = tuple(role for role, powers in POWERS.items() if "see_results" in powers)
#: The roles that run the study.
MANAGING_ROLES = tuple(role for role, powers in POWERS.items() if "manage" in powers)
#: The roles that can give the final word.
ADJUDICATION_ROLES = tuple(role for role, powers in POWERS.items() if "adjudicate" in powers)


def membership(user: User, study: Study) -> Membership | None:
    """Give the person's place in the study, or None for a stranger (to whom the study does not exist)."""
    return Membership.objects.filter(study=study, user=user.pk, left_at=None).first()


def has_power(user: User, study: Study, power: str) -> bool:
    """Tell whether the person's role in this study holds a power of the table above."""
    place = membership(user, study)
    return place is not None and power in POWERS[place.role]


def powers(user: User, study: Study) -> frozenset[str]:
    """Give what the person's role lets them do here, for pages that show only what can be done."""
    place = membership(user, study)
    return POWERS[place.role] if place else frozenset()


def may_create_study(user: User) -> Decision:
    """Decide whether the person may start a new study."""
    if user.may_create_studies:
        return YES
    return no("New studies are made by people who were given that right when their account was made.")


def may_manage(user: User, study: Study) -> Decision:
    """Decide whether the person may change members, transcripts, codebooks and rounds."""
    return YES if has_power(user, study, "manage") else no("Only a coordinator of the study can do this.")


def may_read_material(user: User, study: Study) -> Decision:
    """Decide whether the person may read all transcripts of the study; of the sessions, what the next rule says."""
    if has_power(user, study, "read_material"):
        return YES
    return no("Raters read the transcripts that they were given, on their own desk.")


def may_read_file(user: User, study: Study) -> Decision:
    """Decide whether the person may take a file away as it came: it can hold what is known about the session."""
    if not (decision := may_read_material(user, study)):
        return decision
    if has_power(user, study, "see_sessions"):
        return YES
    return no("The file as it came can hold what is known about the session; adjudicators are blind to that.")


def may_see_attribute(user: User, attribute: SessionAttribute) -> bool:
    """
    Tell whether the person may see what is known about a session.

    Coordinators and readers see it. Raters, and adjudicators who give the final word on the same text, are blind to it
    but for what the study lets them see.
    """
    if has_power(user, attribute.study, "see_sessions"):
        return True
    shown = ShownAttribute.objects.filter(study=attribute.study_id, name=attribute.name).exists()
    return shown and membership(user, attribute.study) is not None


def attributes_open_to(user: User) -> Q:
    """Say the same as `may_see_attribute` for many attributes."""
    place = Membership.objects.filter(study=OuterRef("study_id"), user=user.pk, left_at=None)
    shown = ShownAttribute.objects.filter(study=OuterRef("study_id"), name=OuterRef("name"))
    sees = [role for role, powers in POWERS.items() if "see_sessions" in powers]
    return Q(Exists(place.filter(role__in=sees))) | (Q(Exists(shown)) & Q(Exists(place)))


def attributes_at_the_desk() -> Q:
    """Keep the attributes that raters see beside what they code: whoever codes is shown no more there."""
    return Q(Exists(ShownAttribute.objects.filter(study=OuterRef("study_id"), name=OuterRef("name"))))


def may_see_member(user: User, member: Membership) -> Decision:
    """Decide whether the person may see this member: coordinators see all, everybody sees themselves."""
    if member.user_id == user.pk or has_power(user, member.study, "manage"):
        return YES
    return no("The list of members is the coordinator's.")


def may_reset_password_of(user: User, other: User) -> Decision:
    """
    Decide whether the person may make a password link for somebody else.

    A coordinator may only where they coordinate every study the other is a member of: the link lets whoever holds it
    sign in as that person.
    """
    theirs = set(Membership.objects.filter(user=other, left_at=None).values_list("study", flat=True))
    mine = set(
        Membership.objects.filter(user=user.pk, left_at=None, role=Role.COORDINATOR).values_list("study", flat=True)
    )
    if theirs and theirs <= mine and not other.may_create_studies:
        return YES
    return no("This person also belongs elsewhere: ask whoever runs the server for a password link.")


def results_role_since(member: Membership) -> datetime | None:
    """Say since when a member has had a role that sees results, as the history of memberships has it."""
    history = apps.get_model("transcripts", "MembershipEvent").objects.filter(pgh_obj_id=member.pk)
    first = history.filter(role__in=RESULT_ROLES).order_by("pgh_created_at").first()
    return first.pgh_created_at if first else None
