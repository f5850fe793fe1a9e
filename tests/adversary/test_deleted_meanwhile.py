"""A transcript that is deleted while somebody makes a round of it: a sentence, and nothing half made."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from coding.models import Assignment, Round
from coding.services import rounds
from coding.services.rounds import RoundNotPossible, Share, create_round
from tests.factories import StudyWorld, make_world
from transcripts.models import Transcript
from transcripts.services.transcripts import delete_transcript


def make(world: StudyWorld, stale: Transcript) -> Round:
    assert world.coordinator.user is not None
    return create_round(
        user=world.coordinator.user,
        study=world.study,
        name="too late",
        kind="main",
        version=world.version,
        shares=[Share(stale, [world.rater])],
    )


def delete(world: StudyWorld) -> None:
    assert world.coordinator.user is not None
    delete_transcript(user=world.coordinator.user, transcript=Transcript.objects.get(pk=world.transcript.pk))


def test_a_transcript_deleted_before(world: StudyWorld) -> None:
    stale = Transcript.objects.get(pk=world.transcript.pk)
    delete(world)

    with pytest.raises(RoundNotPossible, match="deleted meanwhile"):
        make(world, stale)

    assert not Round.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_transcript_being_deleted_at_this_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    stale = Transcript.objects.get(pk=world.transcript.pk)
    looked = rounds._revisions

    def look_then_wait(*args: object) -> dict[int, int]:
        found = looked(*args)  # type: ignore[arg-type]
        other = threading.Thread(target=delete_in_its_own_connection)
        other.start()
        other.join(20)
        return found

    def delete_in_its_own_connection() -> None:
        try:
            delete(world)
        finally:
            connections.close_all()

    monkeypatch.setattr(rounds, "_revisions", look_then_wait)

    with pytest.raises(RoundNotPossible, match="deleted meanwhile"), transaction.atomic():
        make(world, stale)

    assert not Round.objects.exists()
    assert not Assignment.objects.exists()
