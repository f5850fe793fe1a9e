"""What is known about the sessions: raters are blind to it, but for what the study lets them see."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.models import Round
from coding.services.export_files import study_files
from tests.factories import StudyWorld, close, judge, make_transcript
from tests.transcripts.test_studies_api import Program
from transcripts import access
from transcripts.models import SessionAttribute, ShownAttribute
from transcripts.services.shown_attributes import AttributeUnknown, show_attributes
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db
EVERYBODY = ("coordinator", "rater", "adjudicator", "reader", "stranger")


def user_of(world: StudyWorld, place: str) -> User:
    user = world.stranger if place == "stranger" else getattr(world, place).user
    assert user is not None
    return user


@pytest.fixture
def known(world: StudyWorld) -> StudyWorld:
    for name, value in (("condition", "waiting list"), ("session", "3")):
        SessionAttribute.objects.create(study=world.study, transcript=world.transcript, name=name, value=value)
    world.round()
    return world


def show(world: StudyWorld, *names: str) -> None:
    show_attributes(user=user_of(world, "coordinator"), study=world.study, names=names)


def at_the_desk(world: StudyWorld, client: Client, place: str = "rater") -> tuple[str, dict[str, str], dict[str, str]]:
    """What the list of own transcripts says, and the API in its list and for one."""
    user = user_of(world, place)
    client.force_login(user)
    page = client.get(f"/studies/{world.study.slug}/").content.decode()
    call = Program(user).client
    (row,) = call.get("/api/v1/assignments/").json()["results"]
    return page, row["session"], call.get(f"/api/v1/assignments/{row['id']}/").json()["session"]


def test_raters_are_told_nothing_of_the_sessions_at_first(known: StudyWorld, client: Client) -> None:
    page, listed, one = at_the_desk(known, client)

    assert "waiting list" not in page
    assert (listed, one) == ({}, {})


def test_raters_see_what_the_study_lets_them_see_and_nothing_else(known: StudyWorld, client: Client) -> None:
    show(known, "session")

    page, listed, one = at_the_desk(known, client)

    assert "session 3" in page
    assert "waiting list" not in page
    assert (listed, one) == ({"session": "3"}, {"session": "3"})

    show(known)
    assert at_the_desk(known, client)[1:] == ({}, {})


def test_a_coordinator_who_codes_is_shown_no_more_beside_their_own_transcripts(
    known: StudyWorld, client: Client
) -> None:
    known.round(raters=[known.coordinator])

    assert at_the_desk(known, client, "coordinator")[1:] == ({}, {})


@pytest.mark.parametrize("place", EVERYBODY)
def test_the_rule_says_the_same_for_one_and_for_many(known: StudyWorld, place: str) -> None:
    show(known, "session")
    user = user_of(known, place)

    many = set(SessionAttribute.objects.filter(access.attributes_open_to(user)).values_list("name", flat=True))
    one = {row.name for row in SessionAttribute.objects.all() if access.may_see_attribute(user, row)}

    expected = {"rater": {"session"}, "adjudicator": {"session"}, "stranger": set()}.get(
        place, {"condition", "session"}
    )
    assert many == one == expected


def everything_about(world: StudyWorld, place: str, round_: Round) -> dict[str, str]:
    """All that pages, programs and files say of the round and its sessions to somebody."""
    user, slug = user_of(world, place), world.study.slug
    client, api = Client(), Program(user).client
    client.force_login(user)
    pages = [f"/studies/{slug}/transcripts/", f"/studies/{slug}/transcripts/{world.transcript.pk}/"]
    said = {path: client.get(path).content.decode() for path in pages}
    round_path = f"studies/{slug}/rounds/{round_.pk}/enactments/"
    for part in ("", "counts/", "dyads/", "pulls/", "reading/", "sequences/", "files/"):
        said[part or "hours"] = client.get(f"/{round_path}{part}").content.decode()
    for path in (f"studies/{slug}/transcripts/", f"studies/{slug}/transcripts/{world.transcript.pk}/", round_path):
        said[f"api {path}"] = api.get(f"/api/v1/{path}").content.decode()
    for name in ("long.csv", "sessions.csv"):
        said[name] = b"".join(client.get(f"/{round_path.replace('enactments/', '')}enactments/file/{name}")).decode()
    files = study_files(world.study, round_, user)
    return said | {name: "".join(map(str, pieces)) for name, pieces in files.items() if name == "segments.csv"}


def test_adjudicators_are_blind_to_the_sessions_wherever_readers_see_them(known: StudyWorld) -> None:
    round_ = Round.objects.get()
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 2, "PULL-APP")
    close(round_)
    to_reader, to_adjudicator = (everything_about(known, place, round_) for place in ("reader", "adjudicator"))

    assert len([said for said in to_reader.values() if "waiting list" in said]) >= 5
    assert [name for name, said in to_adjudicator.items() if "waiting list" in said] == []
    assert (
        "Adjudicators are blind to it"
        in to_adjudicator[f"/studies/{known.study.slug}/transcripts/{known.transcript.pk}/"]
    )

    show(known, "condition")
    shown = everything_about(known, "adjudicator", round_)
    assert "waiting list" in shown["segments.csv"]
    assert "session.session" not in shown["segments.csv"]


@pytest.mark.parametrize("place", ["rater", "adjudicator", "reader"])
def test_only_coordinators_say_what_raters_see(known: StudyWorld, place: str) -> None:
    with pytest.raises(PermissionDenied):
        show_attributes(user=user_of(known, place), study=known.study, names=["session"])


def test_it_is_said_on_the_page_and_by_programs(known: StudyWorld, client: Client) -> None:
    client.force_login(user_of(known, "coordinator"))
    base = f"/studies/{known.study.slug}/transcripts/"
    call = Program(user_of(known, "coordinator"))

    told = client.post(f"{base}attributes/", {"shown": ["condition", "mood"]}, follow=True).content.decode()
    listed = call("get", f"{known.study.slug}/attributes/").json()
    changed = call("put", f"{known.study.slug}/attributes/", {"raters_see": ["session"]}).json()
    unknown = call("put", f"{known.study.slug}/attributes/", {"raters_see": ["mood"]})
    wrong: Any = [call("put", f"{known.study.slug}/attributes/", body) for body in ({}, {"raters_see": "all"})]

    assert "Raters see condition." in told
    assert 'value="condition" checked' in told
    assert listed == {"attributes": ["condition", "session"], "raters_see": ["condition"]}
    assert changed["raters_see"] == ["session"]
    assert (unknown.status_code, unknown.json()["code"]) == (409, "attribute_unknown")
    assert [answer.status_code for answer in wrong] == [400, 400]
    with pytest.raises(AttributeUnknown):
        show(known, "mood")


def test_an_attribute_is_shown_once_and_the_history_is_kept(known: StudyWorld) -> None:
    show(known, "session")

    with pytest.raises(IntegrityError, match="shown_attribute_once"), transaction.atomic():
        ShownAttribute.objects.create(study=known.study, name="session")
    show(known)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_label, name FROM transcripts_shownattributeevent ORDER BY pgh_id")
        assert cursor.fetchall() == [("insert", "session"), ("delete", "session")]


def test_more_transcripts_cost_no_more_queries(known: StudyWorld, client: Client) -> None:
    show(known, "session")
    user = user_of(known, "rater")
    client.force_login(user)
    program = Program(user).client

    def cost() -> list[int]:
        counts = []
        for get, path in ((client.get, f"/studies/{known.study.slug}/"), (program.get, "/api/v1/assignments/")):
            get(path)
            with CaptureQueriesContext(connection) as queries:
                get(path)
            counts.append(len(queries))
        return counts

    before = cost()
    for _ in range(10):
        transcript = make_transcript(known.study)
        SessionAttribute.objects.create(study=known.study, transcript=transcript, name="session", value="4")
        known.round(transcripts=[transcript])

    assert cost() == before
