"""Studies, their members, and how people get in and out."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.coding.test_acts import at_once
from tests.factories import PASSWORD, StudyWorld, make_member, make_study, make_user
from transcripts.models import Invitation, Membership, Study
from transcripts.services import invitations, members, studies
from workbench.accounts.models import AccountLink, User, digest
from workbench.accounts.services import LinkSpent

pytestmark = pytest.mark.django_db
SPENT = "no longer opens anything"


def members_path(world: StudyWorld, *parts: object) -> str:
    return "/".join(["", "studies", world.study.slug, "members", *map(str, parts), ""])


def invited(world: StudyWorld, label: str = "rater_c", role: str = "rater") -> str:
    _, key = invitations.invite(user=world.coordinator.user, study=world.study, role=role, label=label)
    return key


def link_on(page: Any) -> str:
    return re.search(r'<p class="raw copy">([^<]+)</p>', page.content.decode())[1]  # type: ignore[index]


def signed_in(user: User | None) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


# Studies -----------------------------------------------------------------------------------------------------------


def test_whoever_starts_a_study_coordinates_it() -> None:
    user = make_user(may_create_studies=True)

    answer = signed_in(user).post("/studies/new/", {"title": "Relational moves", "question": "", "label": "lead"})

    study = Study.objects.get()
    place = study.memberships.get()
    assert answer["Location"] == "/studies/relational-moves/"
    assert (place.user, place.role, place.label) == (user, "coordinator", "lead")
    assert sorted(role.name for role in study.speaker_roles.all()) == ["other", "patient", "therapist"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Relational moves", "relational-moves-2"), ("New", "new-1"), ("関係", "study"), ("x" * 90, "x" * 50)],
)
def test_every_study_gets_a_slug_of_its_own(title: str, slug: str) -> None:
    user = make_user(may_create_studies=True)
    studies.create_study(user=user, title="Relational moves")

    study = studies.create_study(user=user, title=title)

    assert study.slug == slug


def test_only_people_with_the_right_start_studies() -> None:
    client = signed_in(make_user())

    answer = client.post("/studies/new/", {"title": "T", "label": "l"})

    assert answer.status_code == 403
    assert "New studies are made by people who were given that right" in answer.content.decode()
    assert not Study.objects.exists()


def test_a_title_with_a_line_break_is_refused_with_a_sentence() -> None:
    client = signed_in(make_user(may_create_studies=True))

    answer = client.post("/studies/new/", {"title": "two\nlines", "label": "l"})

    assert answer.status_code == 422
    assert "one line" in answer.content.decode()


def test_whoever_is_in_one_study_is_taken_there(world: StudyWorld) -> None:
    answer = signed_in(world.rater.user).get("/")

    assert answer["Location"] == f"/studies/{world.study.slug}/"


def test_whoever_may_start_studies_sees_the_list() -> None:
    user = make_user(may_create_studies=True)
    studies.create_study(user=user, title="Relational moves")

    page = signed_in(user).get("/").content.decode()

    assert "You are in one study." in page
    assert "Start a study" in page


def test_whoever_is_in_no_study_hears_how_to_get_into_one() -> None:
    page = signed_in(make_user()).get("/").content.decode()

    assert "Ask a coordinator for an invitation." in page


# Invitations -------------------------------------------------------------------------------------------------------


def test_an_invitation_is_shown_once_and_kept_as_a_hash(world: StudyWorld) -> None:
    client = signed_in(world.coordinator.user)

    link = link_on(client.post(members_path(world, "invite"), {"label": "rater_c", "role": "rater"}))

    key = link.partition("/join/")[2].strip("/")
    assert Invitation.objects.get().key_hash == digest(key)
    assert key not in client.get(members_path(world)).content.decode()


def test_a_new_person_joins_with_role_and_label_of_the_invitation(client: Client, world: StudyWorld) -> None:
    key = invited(world, role="reader")

    page = client.get(f"/join/{key}/")
    answer = client.post(
        f"/join/{key}/", {"email": "new@example.org", "name": "New", "password": PASSWORD, "again": PASSWORD}
    )

    member = world.study.memberships.get(label="rater_c")
    assert "rater_c" in page.content.decode()
    assert answer["Location"] == f"/studies/{world.study.slug}/"
    assert (member.role, member.user.email) == ("reader", "new@example.org")
    assert not member.user.may_create_studies


def test_somebody_with_an_account_joins_as_they_are(world: StudyWorld) -> None:
    key = invited(world)

    answer = signed_in(world.stranger).post(f"/join/{key}/")

    assert answer.status_code == 302
    assert world.study.memberships.get(label="rater_c").user == world.stranger


def test_an_address_that_has_an_account_is_told_to_sign_in(client: Client, world: StudyWorld) -> None:
    key = invited(world)
    given = {"email": world.stranger.email.upper(), "name": "New", "password": PASSWORD, "again": PASSWORD}

    answer = client.post(f"/join/{key}/", given)

    assert answer.status_code == 422
    assert "sign in, and open the link again" in answer.content.decode()
    assert world.study.invitations.open().count() == 1


def test_the_way_to_sign_in_leads_back_to_the_invitation(client: Client, world: StudyWorld) -> None:
    key = invited(world)

    page = client.get(f"/join/{key}/").content.decode()

    assert f"/account/login/?next=/join/{key}/" in page


def test_an_invitation_is_accepted_once(world: StudyWorld) -> None:
    key = invited(world)
    invitations.accept(key=key, user=world.stranger)

    answer = signed_in(make_user()).post(f"/join/{key}/")

    assert answer.status_code == 409
    assert SPENT in answer.content.decode()


def test_a_double_click_on_join_joins_once_and_arrives(world: StudyWorld) -> None:
    key, client = invited(world), signed_in(world.stranger)

    answers = [client.post(f"/join/{key}/") for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [f"/studies/{world.study.slug}/"] * 2
    assert world.study.memberships.filter(user=world.stranger).count() == 1


def test_a_member_is_not_invited_twice(world: StudyWorld) -> None:
    key = invited(world)

    answer = signed_in(world.rater.user).post(f"/join/{key}/")

    assert answer.status_code == 409
    assert "You are in this study already, as “rater_a”." in answer.content.decode()
    assert world.study.invitations.open().count() == 1


def test_whoever_left_is_told_to_ask_a_coordinator(world: StudyWorld) -> None:
    members.remove(user=world.coordinator.user, member=world.rater)
    key = invited(world)

    answer = signed_in(world.rater.user).post(f"/join/{key}/")

    assert answer.status_code == 409
    assert "a coordinator can bring you back" in answer.content.decode()


def test_an_invitation_runs_out_after_two_weeks(client: Client, world: StudyWorld) -> None:
    key = invited(world)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client.get(f"/join/{key}/").status_code == 409


def test_a_withdrawn_invitation_opens_nothing(client: Client, world: StudyWorld) -> None:
    key = invited(world)
    withdraw = members_path(world, "invitations", Invitation.objects.get().pk, "withdraw")

    signed_in(world.coordinator.user).post(withdraw)

    assert client.get(f"/join/{key}/").status_code == 409


def test_withdrawing_what_was_accepted_is_refused(world: StudyWorld) -> None:
    key = invited(world)
    member = invitations.accept(key=key, user=world.stranger)

    with pytest.raises(LinkSpent):
        invitations.withdraw(user=world.coordinator.user, invitation=member.invitation)


def test_a_label_in_use_cannot_be_invited(world: StudyWorld) -> None:
    client = signed_in(world.coordinator.user)

    answer = client.post(members_path(world, "invite"), {"label": "rater_a", "role": "rater"})

    assert answer.status_code == 422
    assert "already somebody with the label" in answer.content.decode()


def test_a_label_that_was_taken_meanwhile_is_refused_by_the_constraint(world: StudyWorld) -> None:
    key = invited(world)
    make_member(world.study, "rater", "rater_c")

    with pytest.raises(invitations.LabelTaken, match="Somebody else joined as “rater_c” meanwhile"):
        invitations.accept(key=key, user=world.stranger)


def test_raters_do_not_invite(world: StudyWorld) -> None:
    answer = signed_in(world.rater.user).post(members_path(world, "invite"), {"label": "x", "role": "coordinator"})

    assert answer.status_code == 403
    assert not Invitation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_follow_one_invitation_only_one_joins() -> None:
    from tests.factories import make_world

    world = make_world()
    key, people = invited(world), [make_user(), make_user()]
    barrier, outcomes = threading.Barrier(2), []

    def follow(user: User) -> None:
        barrier.wait(timeout=10)
        try:
            invitations.accept(key=key, user=user)
            outcomes.append("joined")
        except LinkSpent:
            outcomes.append("spent")
        finally:
            connection.close()

    threads = [threading.Thread(target=follow, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(outcomes) == ["joined", "spent"]
    assert Membership.objects.filter(label="rater_c").count() == 1


# An imported rater -------------------------------------------------------------------------------------------------


def test_whoever_accepts_the_invitation_of_an_imported_rater_takes_that_place(world: StudyWorld) -> None:
    imported = make_member(world.study, "rater", "rater_x", kind="imported")
    key = invited(world, label="rater_x")

    member = invitations.accept(key=key, user=world.stranger)

    assert member.pk == imported.pk
    assert (member.user, member.kind, member.label) == (world.stranger, "person", "rater_x")


def test_the_place_of_a_machine_is_nobodys_to_claim(world: StudyWorld) -> None:
    make_member(world.study, "rater", "model_1", kind="machine")

    with pytest.raises(invitations.LabelTaken):
        invited(world, label="model_1")


# Roles, leaving, coming back ---------------------------------------------------------------------------------------


def test_a_coordinator_changes_a_role(world: StudyWorld) -> None:
    signed_in(world.coordinator.user).post(members_path(world, world.rater.pk, "role"), {"role": "reader"})

    world.rater.refresh_from_db()
    assert world.rater.role == "reader"


@pytest.mark.parametrize("role", ["", "king"])
def test_a_role_that_does_not_exist_is_refused(world: StudyWorld, role: str) -> None:
    answer = signed_in(world.coordinator.user).post(members_path(world, world.rater.pk, "role"), {"role": role})

    world.rater.refresh_from_db()
    assert answer.status_code == 422
    assert world.rater.role == "rater"


def test_the_last_coordinator_stays_one(world: StudyWorld) -> None:
    client = signed_in(world.coordinator.user)

    role = client.post(members_path(world, world.coordinator.pk, "role"), {"role": "reader"})
    removed = client.post(members_path(world, world.coordinator.pk, "remove"))
    left = client.post(f"/studies/{world.study.slug}/leave/")

    world.coordinator.refresh_from_db()
    assert [role.status_code, removed.status_code, left.status_code] == [409, 409, 409]
    assert "is the only coordinator" in role.content.decode()
    assert (world.coordinator.role, world.coordinator.left_at) == ("coordinator", None)


def test_one_of_two_coordinators_may_leave(world: StudyWorld) -> None:
    make_member(world.study, "coordinator")

    signed_in(world.coordinator.user).post(f"/studies/{world.study.slug}/leave/")

    world.coordinator.refresh_from_db()
    assert world.coordinator.left_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_who_leave_at_once_do_not_both_get_out() -> None:
    study = make_study()
    both = [make_member(study, "coordinator") for _ in range(2)]
    barrier, outcomes = threading.Barrier(2), []

    def go(member: Membership) -> None:
        barrier.wait(timeout=10)
        try:
            members.leave(user=member.user, study=study)
            outcomes.append("left")
        except members.LastCoordinator:
            outcomes.append("stays")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=[member]) for member in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(outcomes) == ["left", "stays"]


@pytest.mark.django_db(transaction=True)
def test_of_several_invitations_made_at_once_for_one_label_one_is_stored() -> None:
    study = make_study()
    coordinator = make_member(study, "coordinator").user

    results = at_once(
        *[lambda: invitations.invite(user=coordinator, study=study, role="rater", label="rater_c")] * 5  # type: ignore[arg-type]
    )

    refused = [str(result) for result in results if isinstance(result, invitations.LabelTaken)]
    assert refused == ["There is an open invitation for “rater_c”. Withdraw it to make a new one."] * 4, results
    assert study.invitations.count() == 1


def test_the_database_keeps_one_open_invitation_for_a_label(world: StudyWorld) -> None:
    invited(world)
    again = {"study": world.study, "label": "rater_c", "role": "rater", "expires_at": timezone.now()}

    with pytest.raises(IntegrityError, match="invitation_open_once"), transaction.atomic():
        Invitation.objects.create(**again, key_hash="1" * 64)
    Invitation.objects.create(**again | {"label": "Rater_c"}, key_hash="2" * 64)
    Invitation.objects.create(**again, key_hash="3" * 64, withdrawn_at=timezone.now())


def test_an_invitation_that_ran_out_makes_way_for_a_new_one(world: StudyWorld) -> None:
    key = invited(world)
    world.study.invitations.update(expires_at=timezone.now() - timedelta(days=1))

    again = invited(world)

    assert invitations.open_invitation(again).label == "rater_c"
    with pytest.raises(LinkSpent):
        invitations.open_invitation(key)


def test_the_study_is_not_there_for_whoever_left(world: StudyWorld) -> None:
    client = signed_in(world.rater.user)

    client.post(f"/studies/{world.study.slug}/leave/")

    assert client.get(f"/studies/{world.study.slug}/").status_code == 404
    assert Membership.objects.filter(pk=world.rater.pk).exists()


def test_a_coordinator_brings_somebody_back_under_the_old_label(world: StudyWorld) -> None:
    client = signed_in(world.coordinator.user)
    client.post(members_path(world, world.rater.pk, "remove"))

    client.post(members_path(world, world.rater.pk, "bring-back"))

    world.rater.refresh_from_db()
    assert (world.rater.left_at, world.rater.label) == (None, "rater_a")


def test_a_member_of_another_study_cannot_be_reached_through_this_one(world: StudyWorld) -> None:
    other = make_member(make_study(), "rater")

    answer = signed_in(world.coordinator.user).post(members_path(world, other.pk, "remove"))

    other.refresh_from_db()
    assert answer.status_code == 404
    assert other.left_at is None


# Password links ----------------------------------------------------------------------------------------------------


def test_a_coordinator_makes_a_password_link_that_is_shown_once(world: StudyWorld) -> None:
    client = signed_in(world.coordinator.user)

    link = link_on(client.post(members_path(world, world.rater.pk, "password-link")))

    made = AccountLink.objects.get()
    assert made.key_hash == digest(link.partition("/password/")[2].strip("/"))
    assert (made.user, made.made_by) == (world.rater.user, world.coordinator.user)


def test_no_password_link_for_somebody_who_is_elsewhere_too(world: StudyWorld) -> None:
    make_member(make_study(), "rater", user=world.rater.user)

    answer = signed_in(world.coordinator.user).post(members_path(world, world.rater.pk, "password-link"))

    assert answer.status_code == 403
    assert "This person also belongs elsewhere" in answer.content.decode()
    assert not AccountLink.objects.exists()


def test_no_password_link_for_a_rater_without_an_account(world: StudyWorld) -> None:
    imported = make_member(world.study, "rater", kind="imported")

    with pytest.raises(members.NotAPerson):
        members.make_password_link(user=world.coordinator.user, member=imported)


def test_raters_make_no_password_links(world: StudyWorld) -> None:
    with pytest.raises(PermissionDenied):
        members.make_password_link(user=world.rater.user, member=world.coordinator)


# The page ------------------------------------------------------------------------------------------------------------


def test_the_page_lists_members_those_who_left_and_open_invitations(world: StudyWorld) -> None:
    invited(world, label="rater_to_come")
    members.remove(user=world.coordinator.user, member=world.other_rater)

    page = signed_in(world.coordinator.user).get(members_path(world)).content.decode()

    assert "Four members, and one open invitation." in page
    assert page.index("rater_a") < page.index("rater_to_come") < page.index("rater_b")
    assert world.rater.user.email in page


def test_twenty_more_members_cost_no_more_queries(world: StudyWorld) -> None:
    client = signed_in(world.coordinator.user)
    few = _queries(client, members_path(world))

    for number in range(20):
        make_member(world.study, "rater", f"more_{number}")
        invited(world, label=f"to_come_{number}")

    assert _queries(client, members_path(world)) == few


def test_twenty_more_studies_cost_no_more_queries() -> None:
    user = make_user(may_create_studies=True)
    client = signed_in(user)
    few = _queries(client, "/")

    for _ in range(20):
        studies.create_study(user=user, title="One more")

    assert _queries(client, "/") == few


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
