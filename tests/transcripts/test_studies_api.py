"""Studies, members and invitations for programs: the same services, the same rules."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import StudyWorld, make_member, make_user
from transcripts.models import Invitation, Study
from workbench.accounts.models import User
from workbench.accounts.tokens import create_token

pytestmark = pytest.mark.django_db


class Program:
    """A program that calls with a token of this person."""

    def __init__(self, user: User | None) -> None:
        header = f"Token {create_token(user, 'test')[1]}" if user else ""
        self.client = Client(headers={"Authorization": header} if header else None)

    def __call__(self, method: str, path: str, body: object = None) -> Any:
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self.client, method)(f"/api/v1/studies/{path}", **more)


def test_without_a_token_the_answer_is_401() -> None:
    answer = Program(None)("get", "")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Token"


def test_one_lists_the_studies_that_one_is_in(world: StudyWorld) -> None:
    answer = Program(world.rater.user)("get", "").json()

    assert [(row["slug"], row["label"], row["role"]) for row in answer["results"]] == [
        (world.study.slug, "rater_a", "rater")
    ]
    assert Program(world.stranger)("get", "").json()["count"] == 0


def test_a_study_is_started_by_whoever_may() -> None:
    may, may_not = make_user(may_create_studies=True), make_user()

    made = Program(may)("post", "", {"title": "Relational moves"})
    refused = Program(may_not)("post", "", {"title": "Another"})

    assert (made.status_code, made.json()["slug"], made.json()["role"]) == (201, "relational-moves", "coordinator")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert Study.objects.count() == 1


@pytest.mark.parametrize(
    "body", [{}, {"title": ""}, {"title": "a\nb"}, {"title": "x" * 201}, {"title": {"a": 1}}, [], "no"]
)
def test_a_study_that_cannot_be_is_refused_with_400(body: object) -> None:
    answer = Program(make_user(may_create_studies=True))("post", "", body)

    assert answer.status_code == 400
    assert not Study.objects.exists()


@pytest.mark.parametrize("path", ["{slug}/", "{slug}/members/", "{slug}/members/{member}/", "{slug}/invitations/"])
def test_for_a_stranger_nothing_of_a_study_exists(world: StudyWorld, path: str) -> None:
    answer = Program(world.stranger)("get", path.format(slug=world.study.slug, member=world.rater.pk))

    assert answer.status_code == 404


def test_coordinators_see_all_members_and_others_themselves(world: StudyWorld) -> None:
    path = f"{world.study.slug}/members/"

    everybody = Program(world.coordinator.user)("get", path).json()["results"]
    oneself = Program(world.rater.user)("get", path).json()["results"]

    assert len(everybody) == 5
    assert [row["label"] for row in oneself] == ["rater_a"]


def test_a_member_that_one_may_not_see_is_refused_with_the_reason(world: StudyWorld) -> None:
    answer = Program(world.rater.user)("get", f"{world.study.slug}/members/{world.other_rater.pk}/")

    assert answer.status_code == 403
    assert answer.json()["detail"] == "The list of members is the coordinator's."


def test_an_imported_rater_has_no_name_and_no_address(world: StudyWorld) -> None:
    imported = make_member(world.study, "rater", "old", kind="imported")

    row = Program(world.coordinator.user)("get", f"{world.study.slug}/members/{imported.pk}/").json()

    assert (row["kind"], row["name"], row["email"]) == ("imported", "", "")


def test_a_role_is_changed_and_the_last_coordinator_kept(world: StudyWorld) -> None:
    call, path = Program(world.coordinator.user), f"{world.study.slug}/members/"

    changed = call("patch", f"{path}{world.rater.pk}/", {"role": "reader"})
    refused = call("patch", f"{path}{world.coordinator.pk}/", {"role": "reader"})
    unknown = call("patch", f"{path}{world.rater.pk}/", {"role": "king"})

    assert changed.json()["role"] == "reader"
    assert (refused.status_code, refused.json()["code"]) == (409, "last_coordinator")
    assert unknown.status_code == 400


def test_a_member_is_removed_and_one_leaves_oneself(world: StudyWorld) -> None:
    path = f"{world.study.slug}/members/"

    removed = Program(world.coordinator.user)("delete", f"{path}{world.other_rater.pk}/")
    left = Program(world.rater.user)("delete", f"{path}{world.rater.pk}/")
    other = Program(world.reader.user)("delete", f"{path}{world.coordinator.pk}/")

    assert [removed.status_code, left.status_code, other.status_code] == [204, 204, 403]
    assert world.study.memberships.filter(left_at=None).count() == 3


def test_an_invitation_is_made_listed_and_withdrawn(world: StudyWorld) -> None:
    call, path = Program(world.coordinator.user), f"{world.study.slug}/invitations/"

    made = call("post", path, {"label": "rater_c", "role": "rater"})
    listed = call("get", path).json()["results"]
    gone = call("delete", f"{path}{made.json()['id']}/")

    assert made.status_code == 201
    assert "/join/" in made.json()["link"]
    assert [row["label"] for row in listed] == ["rater_c"]
    assert "link" not in listed[0]
    assert gone.status_code == 204
    assert Invitation.objects.get().withdrawn_at is not None


def test_a_label_in_use_is_a_conflict_with_a_code(world: StudyWorld) -> None:
    call = Program(world.coordinator.user)

    answer = call("post", f"{world.study.slug}/invitations/", {"label": "rater_a"})

    assert (answer.status_code, answer.json()["code"]) == (409, "label_taken")


def test_raters_neither_see_nor_make_invitations(world: StudyWorld) -> None:
    call, path = Program(world.rater.user), f"{world.study.slug}/invitations/"

    assert call("get", path).status_code == 403
    assert call("post", path, {"label": "x"}).status_code == 403
