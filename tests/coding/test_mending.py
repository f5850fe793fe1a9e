"""What is to be mended before a draft is published: a list, each a link to the field."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.formats.drafts import CodeDraft, FamilyDraft
from coding.models import Code, CodebookVersion
from coding.queries.mending import faults
from coding.services import codebooks
from tests.factories import SMALL_CODEBOOK, StudyWorld, make_version

pytestmark = pytest.mark.django_db

LONELY = FamilyDraft(key="LONE", name="Lonely", exclusive=True)
BROKEN = replace(
    SMALL_CODEBOOK,
    key="broken",
    families=(*SMALL_CODEBOOK.families, FamilyDraft(key="EMPTY", name="Nothing in it"), LONELY),
    codes=(
        *SMALL_CODEBOOK.codes,
        CodeDraft(key="pull-app", name="Again", family="PULL", definition="Angles."),
        CodeDraft(key="PULL-NEW", name="Undefined <i>move</i>", family="PULL", definition="  "),
        CodeDraft(key="LONE-ONE", name="Only one", family="LONE", definition="Alone."),
    ),
)


@pytest.fixture
def broken(world: StudyWorld) -> CodebookVersion:
    return make_version(world.study, BROKEN, publish=False)


def test_the_list_names_each_fault_and_its_field(broken: CodebookVersion) -> None:
    found = [(fault.part, fault.field) for fault in faults(broken)]

    assert found == [("code", "definition"), ("code", "key"), ("family", ""), ("family", "exclusive")]


def test_the_page_leads_to_each_field(client: Client, world: StudyWorld, broken: CodebookVersion) -> None:
    assert world.coordinator.user is not None
    client.force_login(world.coordinator.user)
    at = f"/studies/{world.study.slug}/codebooks/{broken.pk}/"

    refused = client.post(f"{at}publish/")
    shown = refused.content.decode()
    code = broken.codes.get(key="PULL-NEW")

    assert refused.status_code == 422
    assert f'href="{at}codes/{code.pk}/#id_definition"' in shown
    assert "“Undefined &lt;i&gt;move&lt;/i&gt;” has no definition" in shown
    empty = broken.families.get(key="EMPTY").pk
    assert f'href="{at}codes/new/?family={empty}#id_name"' in shown
    new = client.get(f"{at}codes/new/?family={empty}").content.decode()
    assert 'id="id_name"' in new
    assert f'<option value="{empty}" selected>' in new
    assert 'id="id_definition"' in client.get(f"{at}codes/{code.pk}/").content.decode()
    assert 'id="id_exclusive"' in client.get(f"{at}families/{broken.families.get(key='LONE').pk}/").content.decode()


def test_programs_get_the_list_too(client: Client, world: StudyWorld, broken: CodebookVersion) -> None:
    assert world.coordinator.user is not None
    client.force_login(world.coordinator.user)

    answer = client.post(f"/api/v1/studies/{world.study.slug}/codebooks/{broken.pk}/publish/")

    assert (answer.status_code, answer.json()["code"]) == (409, "draft_not_ready")
    assert [fault["field"] for fault in answer.json()["mend"]] == ["definition", "key", "", "exclusive"]
    broken.refresh_from_db()
    assert not broken.is_published


def test_a_file_may_leave_definitions_out_when_it_is_published_at_once(world: StudyWorld) -> None:
    assert codebooks.publish_stored(make_version(world.study, BROKEN, publish=False), user=None).is_published


def test_the_list_costs_the_same_for_any_number_of_codes(world: StudyWorld, broken: CodebookVersion) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            faults(broken)
        return len(queries)

    before = cost()
    family = broken.families.get(key="PULL")
    for number in range(20):
        Code.objects.create(
            study=world.study, version=broken, family=family, key=f"N{number}", name="New", position=100 + number
        )

    assert cost() == before
