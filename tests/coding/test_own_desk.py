"""The desk reads its assignment by one statement of its own: what it gives is what Django would give."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coding.models import Assignment
from coding.queries.own_desk import PARTS, desk_assignment
from tests.factories import StudyWorld, make_round, make_user
from transcripts.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(world: StudyWorld) -> Assignment:
    round_ = make_round(world.version, [world.transcript], [world.rater])
    return Assignment.objects.get(round=round_)


def fields(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_it_is_the_same_assignment_with_the_same_parts(world: StudyWorld, assignment: Assignment) -> None:
    stored = Assignment.objects.select_related(*PARTS).get(pk=assignment.pk)

    with CaptureQueriesContext(connection) as queries:
        found = desk_assignment(world.rater.user, assignment.pk)
        titles = [str(getattr(found, name)) for name in PARTS]

    assert len(queries) == 1
    assert found == stored
    assert fields(found) == fields(stored)
    assert titles == [str(getattr(stored, name)) for name in PARTS]
    for name in PARTS:
        assert fields(getattr(found, name)) == fields(getattr(stored, name))


def test_strangers_and_those_who_left_find_nothing(world: StudyWorld, assignment: Assignment) -> None:
    with pytest.raises(Assignment.DoesNotExist):
        desk_assignment(make_user("somebody-else"), assignment.pk)
    Membership.objects.filter(pk=world.other_rater.pk).update(left_at=timezone.now())
    with pytest.raises(Assignment.DoesNotExist):
        desk_assignment(world.other_rater.user, assignment.pk)


def test_what_is_found_can_be_changed_and_saved(world: StudyWorld, assignment: Assignment) -> None:
    found = desk_assignment(world.rater.user, assignment.pk)
    found.submitted_at = timezone.now()
    found.save(update_fields=["submitted_at"])

    assert Assignment.objects.get(pk=assignment.pk).submitted_at == found.submitted_at
