"""A published version is put aside and taken up again; nothing coded under it changes."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pghistory.models import Events

from coding.forms.rounds import RoundForm
from coding.models import CodebookVersion, VersionRetirement
from coding.queries.codebooks import latest_published
from coding.services import retirement
from coding.services.retirement import VersionNotRetired
from coding.services.rounds import RoundNotPossible, Share, create_round
from tests.coding.test_constraints import refused_by
from tests.factories import StudyWorld, make_version, make_world
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(world: StudyWorld) -> User:
    assert world.coordinator.user is not None
    return world.coordinator.user


def offered(world: StudyWorld) -> list[CodebookVersion]:
    return list(RoundForm(study=world.study).fields["version"].queryset)  # type: ignore[attr-defined]


def test_a_retired_version_is_offered_to_no_new_round(world: StudyWorld, coordinator: User) -> None:
    later = make_version(world.study)
    for _ in range(2):
        retirement.retire(user=coordinator, version=later, reason=" too long ")

    assert offered(world) == [world.version]
    assert latest_published(world.study) == world.version
    with pytest.raises(RoundNotPossible, match="is retired"):
        create_round(
            user=coordinator, study=world.study, name="x", kind="main", version=later,
            shares=[Share(transcript=world.transcript, raters=[world.rater])],
        )  # fmt: skip
    assert VersionRetirement.objects.get().reason == "too long"

    retirement.take_up_again(user=coordinator, version=later)
    assert offered(world) == [later, world.version]
    assert Events.objects.filter(pgh_obj_model="coding.VersionRetirement").count() == 2


def test_only_coordinators_retire_and_only_what_is_published(world: StudyWorld, coordinator: User) -> None:
    assert world.reader.user is not None
    for attempt in (retirement.retire, retirement.take_up_again):
        with pytest.raises(PermissionDenied):
            attempt(user=world.reader.user, version=world.version)
    with pytest.raises(VersionNotRetired, match="draft is discarded"):
        retirement.retire(user=coordinator, version=make_version(world.study, publish=False))
    with pytest.raises(VersionNotRetired, match="at most"):
        retirement.retire(user=coordinator, version=world.version, reason="x" * 2001)


def test_the_database_retires_published_versions_of_the_study_alone(world: StudyWorld) -> None:
    other = make_world()
    draft = make_version(world.study, publish=False)

    with refused_by("retired_was_published"):
        VersionRetirement.objects.create(study=world.study, version=draft)
    with refused_by("retirement_of_study"):
        VersionRetirement.objects.create(study=other.study, version=world.version)
    with refused_by("retired_by_member"):
        VersionRetirement.objects.create(study=world.study, version=world.version, retired_by=other.coordinator)


def test_the_page_and_the_api_retire_and_take_up_again(world: StudyWorld, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    book = f"/studies/{world.study.slug}/codebooks/{world.version.pk}/"

    client.post(f"{book}retire/", {"reason": "<b>old</b>"})
    shown, listed = client.get(book).content.decode(), client.get(f"/studies/{world.study.slug}/codebooks/")
    client.post(f"{book}retire/", {"again": "1"})
    put = client.put(f"/api/v1{book}retire/", {}, content_type="application/json")
    deleted = client.delete(f"/api/v1{book}retire/")

    assert "&lt;b&gt;old&lt;/b&gt;" in shown
    assert "Take up again" in shown
    assert '<span class="badge">retired</span>' in listed.content.decode()
    assert (put.json()["retired"], deleted.json()["retired"]) == (True, False)
