"""In which role codes stand: as shipped, as decided, with every decision kept."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from coding.models import AnalysisRole, CodebookVersion
from coding.queries.roles import groups_in_roles, roles_of
from coding.services.demo import store_demo
from coding.services.roles import UnknownRole, set_roles
from tests.factories import StudyWorld, make_study, make_version


def test_the_relational_moves_come_with_their_roles(db: None) -> None:
    store_demo()
    version = CodebookVersion.objects.select_related("codebook").get(study__slug="demo")
    table = roles_of(version.codebook)

    roles = groups_in_roles(table, list(version.codes.order_by("position").values_list("key", flat=True)))

    assert not table.is_decided
    assert len(roles.pull.codes) == 8
    assert roles.naming.codes == ("NAM-DIS", "NAM-OWN", "NAM-LNK", "NAM-INV")
    assert roles.turned_away.codes == ("REW-TRN",)
    assert table.by_code["ALL-WRM"] == "beside"


def test_a_decision_of_the_study_counts_and_may_be_taken_back(world: StudyWorld) -> None:
    user, version = world.coordinator.user, world.version
    set_roles(user=user, version=version, roles={"PULL-APP": "pull", "NAM-DIS": "naming"})
    set_roles(user=user, version=version, roles={"PULL-APP": ""})

    table = roles_of(version.codebook)

    assert table.is_decided
    assert table.by_code["PULL-APP"] == ""
    assert table.by_code["NAM-DIS"] == "naming"
    assert table.set_by == world.coordinator.label


def test_publishing_does_not_freeze_the_roles_and_they_hold_for_every_version(world: StudyWorld) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles={"PULL-APP": "pull"})

    later = make_version(world.study)

    assert world.version.is_published
    assert roles_of(later.codebook).by_code["PULL-APP"] == "pull"


def test_every_change_of_a_role_is_kept(world: StudyWorld) -> None:
    for role in ("pull", "naming", ""):
        set_roles(user=world.coordinator.user, version=world.version, roles={"PULL-APP": role})

    with connection.cursor() as cursor:
        cursor.execute("SELECT role FROM coding_analysisroleevent WHERE code_key = 'PULL-APP' ORDER BY pgh_id")
        kept = [role for (role,) in cursor.fetchall()]

    assert kept == ["pull", "naming", ""]


def test_only_a_coordinator_says_roles(world: StudyWorld) -> None:
    with pytest.raises(PermissionDenied):
        set_roles(user=world.rater.user, version=world.version, roles={"PULL-APP": "pull"})


@pytest.mark.parametrize("roles", [{"PULL-APP": "push"}, {"NOBODY": "pull"}, {"NRM": "pull"}])
def test_a_role_or_a_code_that_is_not_there_is_refused(world: StudyWorld, roles: dict[str, str]) -> None:
    with pytest.raises(UnknownRole):
        set_roles(user=world.coordinator.user, version=world.version, roles=roles)

    assert not AnalysisRole.objects.exists()


def test_a_code_has_one_role_in_a_codebook_analysis_role_once_per_code(world: StudyWorld) -> None:
    row = {"study": world.study, "codebook": world.version.codebook, "code_key": "PULL-APP"}
    AnalysisRole.objects.create(**row, role="pull")

    with pytest.raises(IntegrityError, match="analysis_role_once_per_code"), transaction.atomic():
        AnalysisRole.objects.create(**row, role="naming")


def test_the_database_knows_the_roles_analysis_role_known(world: StudyWorld) -> None:
    with pytest.raises(IntegrityError, match="analysis_role_known"), transaction.atomic():
        AnalysisRole.objects.create(study=world.study, codebook=world.version.codebook, code_key="X", role="push")


def test_a_role_belongs_to_a_codebook_of_its_study_analysis_role_of_codebook(world: StudyWorld) -> None:
    with pytest.raises(IntegrityError, match="analysis_role_of_codebook"), transaction.atomic():
        AnalysisRole.objects.create(
            study=make_study(), codebook=world.version.codebook, code_key="PULL-APP", role="pull"
        )


def test_a_role_is_said_by_a_member_of_its_study_analysis_role_set_in_study(world: StudyWorld) -> None:
    other = make_study()
    version = make_version(other)

    with pytest.raises(IntegrityError, match="analysis_role_set_in_study"), transaction.atomic():
        AnalysisRole.objects.create(
            study=other, codebook=version.codebook, code_key="PULL-APP", role="pull", set_by=world.coordinator
        )


def test_the_page_saves_what_was_chosen_and_keeps_what_was_not_sent(world: StudyWorld) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles={"NAM-DIS": "naming"})
    client = Client()
    client.force_login(world.coordinator.user)
    address = reverse("analysis-roles", args=[world.study.slug, world.version.pk])

    saved = client.post(address, {"code-0": "pull"})
    refused = client.post(address, {"code-0": "push"})

    assert saved.status_code == 302
    assert refused.status_code == 422
    assert roles_of(world.version.codebook).by_code["PULL-APP"] == "pull"
    assert roles_of(world.version.codebook).by_code["NAM-DIS"] == "naming"


def test_a_reader_reads_the_roles_without_a_way_to_change_them(world: StudyWorld) -> None:
    client = Client()
    client.force_login(world.reader.user)

    text = client.get(reverse("analysis-roles", args=[world.study.slug, world.version.pk])).content.decode()

    assert "<select" not in text
    assert "Seeking approval" in text
