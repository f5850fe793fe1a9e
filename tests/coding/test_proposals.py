"""What a meeting proposed to the codebook is led on: to the next draft, and there to each code."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.models import CodebookVersion, Round
from coding.queries.proposals import n_waiting, proposed_to
from coding.services import adjudication, codebooks, meeting
from tests.coding.test_adjudication import disputed, person, turn
from tests.coding.test_adjudication_pages import client
from tests.factories import StudyWorld, close
from transcripts.models import Membership


@pytest.fixture
def round_(world: StudyWorld) -> Round:
    round_ = disputed(world)
    close(round_)
    return round_


def propose(world: StudyWorld, round_: Round, change: str, words: str, code: str = "") -> None:
    meeting.propose_change(
        user=person(world.coordinator), study=world.study, version=world.version, change=change, words=words,
        code_key=code, round_=round_, segment_id=turn(world, 2),
    )  # fmt: skip


def home(world: StudyWorld, member: Membership) -> str:
    return client(member).get(reverse("study", args=[world.study.slug])).content.decode()


def book(world: StudyWorld, version: CodebookVersion) -> str:
    page = client(world.coordinator).get(reverse("codebook", args=[world.study.slug, version.pk]))
    return str(page.content.decode())


def test_what_was_proposed_is_the_coordinators_next_step_until_a_draft_is_opened(
    world: StudyWorld, round_: Round
) -> None:
    assert "proposed change" not in home(world, world.coordinator)
    propose(world, round_, "reworded", "Say praise.", "PULL-APP")
    propose(world, round_, "new", "Somebody asks to be rescued.")

    before = home(world, world.coordinator), home(world, world.reader), book(world, world.version)
    draft = codebooks.new_draft(user=person(world.coordinator), version=world.version, name="2.0")

    assert "Take up 2 proposed changes of the codebook" in before[0]
    assert "proposed change" not in before[1]
    assert "Somebody asks to be rescued." in before[2]
    assert "proposed change" not in home(world, world.coordinator)
    assert "Somebody asks to be rescued." not in book(world, world.version)
    assert "Proposed to" in book(world, draft)


def test_a_draft_leads_from_each_proposal_to_its_code_and_says_what_was_decided(
    world: StudyWorld, round_: Round
) -> None:
    user = person(world.coordinator)
    propose(world, round_, "redefined", "Only what is handed over.", "PULL-DEF")
    propose(world, round_, "new", "Somebody asks to be rescued.")
    draft = codebooks.new_draft(user=user, version=world.version, name="2.0")
    code = draft.codes.get(key="PULL-DEF")
    page = book(world, draft)
    discussion = reverse("discussion", args=[world.study.slug, draft.pk, code.pk])

    assert discussion in page
    assert reverse("code", args=[world.study.slug, draft.pk, code.pk]) in page
    assert f"{round_}, {world.transcript.name}, turn 2" in page
    assert "Add the code" in page
    assert "Change its words there" in client(world.coordinator).get(discussion).content.decode()
    draft.codes.filter(key="PULL-DEF").update(definition="Hands something over.")
    comment = proposed_to(user, draft)[0].proposal.pk
    client(world.coordinator).post(f"{discussion}decide/", {"comment": comment, "kind": "redefined"})
    assert "Decided in this draft: redefined" in book(world, draft)


def test_whoever_codes_or_adjudicates_reads_no_proposal(world: StudyWorld, round_: Round) -> None:
    propose(world, round_, "reworded", "Say praise.", "PULL-APP")
    user, api = person(world.coordinator), f"/api/v1/studies/{world.study.slug}/codebooks/{world.version.pk}/proposals/"
    assert client(world.coordinator).get(api).status_code == 200
    mine = world.round([world.coordinator])

    assert client(world.coordinator).get(api).status_code == 403
    assert n_waiting(user, world.version) == 0
    assert proposed_to(user, world.version) == []
    assert "Say praise." not in book(world, world.version)
    mine.assignments.update(withdrawn_at=mine.created_at)
    assert n_waiting(user, world.version) == 1
    adjudication.open_adjudication(user=user, round_=round_, adjudicators=[world.coordinator])
    assert client(world.coordinator).get(api).status_code == 403
    assert n_waiting(user, world.version) == 0


def test_twenty_more_proposals_cost_no_more_queries(world: StudyWorld, round_: Round) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            book(world, world.version)
        return len(found)

    propose(world, round_, "reworded", "The first.", "PULL-APP")
    few = queries()
    for number in range(20):
        propose(world, round_, "redefined", f"Number {number}.", "PULL-DEF")

    assert queries() == few
