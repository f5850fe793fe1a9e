"""`manage.py invite`: the way into a study that a command made."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.factories import make_study, make_user
from transcripts.models import Membership

pytestmark = pytest.mark.django_db


def test_the_operator_invites_the_first_coordinator_of_a_study() -> None:
    study = make_study("made-by-command")
    person, out = make_user(), StringIO()
    client = Client()
    client.force_login(person)

    call_command("invite", study.slug, "lead", "--json", stdout=out)
    answer = client.post(json.loads(out.getvalue())["link"].partition("/join/")[2].join(["/join/", ""]))

    place = Membership.objects.get(study=study, user=person)
    assert answer.status_code == 302
    assert (place.label, place.role) == ("lead", "coordinator")


def test_an_unknown_study_is_a_sentence() -> None:
    with pytest.raises(CommandError, match="no study “unknown”"):
        call_command("invite", "unknown", "lead")
