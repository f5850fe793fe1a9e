"""Examples of codes from real segments: the codebook points at them, and only those see them who may."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding import access
from coding.formats.codebook_files import LAYOUTS
from coding.models import CodebookVersion, SegmentExample
from coding.queries.codebooks import draft_of
from coding.queries.segment_examples import examples_of
from coding.services import codebooks, drafts, segment_examples
from coding.services.drafts import VersionIsFrozen
from coding.services.segment_examples import NoExample
from tests.coding.test_constraints import refused_by
from tests.factories import StudyWorld, close, make_transcript, make_version, make_world
from transcripts.models import Membership, Segment
from transcripts.services.transcripts import TranscriptInUse, delete_transcript
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db

WORDS = "Turn 2 of the hour."


def user_of(member: Membership) -> User:
    assert member.user is not None
    return member.user


@pytest.fixture
def draft(world: StudyWorld) -> CodebookVersion:
    return make_version(world.study, publish=False)


def take(world: StudyWorld, draft: CodebookVersion, **more: Any) -> SegmentExample:
    said: dict[str, Any] = {
        "user": user_of(world.coordinator), "version": draft, "code": draft.codes.get(key="PULL-APP"),
        "transcript": world.transcript, "position": 2,
    }  # fmt: skip
    return segment_examples.add_example(**{**said, **more})


# Who sees them -------------------------------------------------------------------------------------------------------


def test_the_rule_for_one_example_and_for_many_agree(world: StudyWorld, draft: CodebookVersion) -> None:
    example = take(world, draft)
    everybody = [world.coordinator, world.rater, world.other_rater, world.adjudicator, world.reader]

    def seeing() -> set[str]:
        found = set()
        for name, user in [*((member.label, user_of(member)) for member in everybody), ("stranger", world.stranger)]:
            listed = SegmentExample.objects.filter(access.examples_open_to(user)).exists()
            assert listed == access.may_see_example(user, example)
            found |= {name} if listed else set()
        return found

    readers = {world.coordinator.label, world.adjudicator.label, world.reader.label}
    assert seeing() == readers
    round_ = world.round(raters=[world.rater, world.coordinator])
    assert seeing() == readers - {world.coordinator.label}
    close(round_)
    assert seeing() == readers | {world.rater.label}


def test_a_blind_coordinator_learns_of_no_example(world: StudyWorld, draft: CodebookVersion, client: Client) -> None:
    take(world, draft)
    client.force_login(user_of(world.coordinator))
    book = f"/studies/{world.study.slug}/codebooks/{draft.pk}/"
    api = f"/api/v1{book}examples/"
    before = client.get(book).content.decode()
    world.round(raters=[world.coordinator, world.rater])

    assert WORDS in before
    assert f'href="/studies/{world.study.slug}/transcripts/{world.transcript.pk}/#segment-2"' in before
    assert WORDS not in client.get(book).content.decode()
    assert client.get(api).json()["results"] == []
    with pytest.raises(PermissionDenied, match="Not for your eyes yet"):
        take(world, draft, position=3)
    form = client.get(f"{book}codes/{draft.codes.get(key='PULL-APP').pk}/examples/new/").content.decode()
    assert world.transcript.name not in form


def test_no_file_holds_the_words(world: StudyWorld, draft: CodebookVersion) -> None:
    take(world, draft)

    for name, layout in LAYOUTS.items():
        if name != "docx":
            assert WORDS.encode() not in layout.write(draft_of(draft))


# Taking one ----------------------------------------------------------------------------------------------------------


def test_words_of_a_segment_are_shown_as_they_stand_there(world: StudyWorld, draft: CodebookVersion) -> None:
    take(world, draft, words="of the", kind="near_miss", note="Only the words.")
    take(world, draft, words="Turn 2", note="Better.")

    (seen,) = examples_of(user_of(world.reader), draft)[draft.codes.get(key="PULL-APP").pk]
    assert (seen.words, seen.kind, seen.note, seen.position) == ("Turn 2", "example", "Better.", 2)


@pytest.mark.parametrize(
    "more", [{"words": "never said"}, {"position": 99}, {"kind": "odd"}, {"note": "x" * 2001}, {"note": "\0"}]
)
def test_what_is_not_there_is_no_example(world: StudyWorld, draft: CodebookVersion, more: dict[str, Any]) -> None:
    with pytest.raises(NoExample):
        take(world, draft, **more)


def test_a_published_version_takes_none_and_a_new_draft_takes_them_along(
    world: StudyWorld, draft: CodebookVersion
) -> None:
    take(world, draft)
    version = codebooks.publish_stored(draft, user=None)
    copy = codebooks.new_draft(user=user_of(world.coordinator), version=version, name="next")

    with pytest.raises(VersionIsFrozen):
        take(world, version, position=3)
    assert [row.code.key for row in SegmentExample.objects.filter(version=copy)] == ["PULL-APP"]
    drafts.remove_code(user=user_of(world.coordinator), version=copy, code=copy.codes.get(key="PULL-APP"))
    assert not SegmentExample.objects.filter(version=copy).exists()
    drafts.discard(user=user_of(world.coordinator), version=copy)
    assert SegmentExample.objects.filter(version=version).count() == 1


def test_a_transcript_with_an_example_is_not_deleted(world: StudyWorld, draft: CodebookVersion) -> None:
    take(world, draft)

    with pytest.raises(TranscriptInUse, match="an example in a codebook"):
        delete_transcript(user=user_of(world.coordinator), transcript=world.transcript)


def test_the_database_holds_an_example_to_its_version_and_study(world: StudyWorld, draft: CodebookVersion) -> None:
    example = take(world, draft)
    other = make_world()
    foreign = Segment.objects.get(revision__transcript=make_transcript(world.study), position=1)
    segment = Segment.objects.get(revision=example.revision, position=3)
    good: dict[str, Any] = {
        "study": world.study, "version": draft, "code": example.code, "revision": example.revision, "segment": segment,
    }  # fmt: skip

    for constraint, fields in {
        "example_code_of_version": {"code": world.version.codes.get(key="PULL-APP")},
        "example_segment_of_revision": {"segment": foreign},
        "example_revision_of_study": {
            "revision": other.transcript.revisions.get(),
            "segment": Segment.objects.get(revision__transcript=other.transcript, position=1),
        },
        "example_added_in_study": {"added_by": other.coordinator},
        "example_words_in_order": {"start": 5, "end": 5},
        "example_once_per_segment": {"segment": example.segment},
        "example_of_study": {"study": other.study},
    }.items():
        with refused_by(constraint):
            SegmentExample.objects.create(**{**good, **fields})
    with refused_by("example_words_in_order"):
        SegmentExample.objects.create(**{**good, "start": 5, "end": None})
    codebooks.publish_stored(draft, user=None)
    with refused_by("version_is_frozen"):
        SegmentExample.objects.create(**good)


# The pages and the API -----------------------------------------------------------------------------------------------


def test_the_page_takes_one_and_lets_it_go(world: StudyWorld, draft: CodebookVersion, client: Client) -> None:
    client.force_login(user_of(world.coordinator))
    book = f"/studies/{world.study.slug}/codebooks/{draft.pk}/"
    new = f"{book}codes/{draft.codes.get(key='PULL-APP').pk}/examples/new/"
    said = {"transcript": world.transcript.pk, "segment": "2", "words": "", "kind": "example", "note": "<b>So.</b>"}

    prefilled = client.get(new + f"?transcript={world.transcript.pk}&segment=3").content.decode()
    wrong = client.post(new, {**said, "words": "never said"})
    taken = client.post(new, said, follow=True).content.decode()
    example = SegmentExample.objects.get()
    gone = client.post(f"{book}examples/{example.pk}/remove/", follow=True).content.decode()

    assert 'value="3"' in prefilled
    assert wrong.status_code == 422
    assert "not in the segment" in wrong.content.decode()
    assert WORDS in taken
    assert "&lt;b&gt;So.&lt;/b&gt;" in taken
    assert WORDS not in gone


def test_programs_take_read_and_remove_examples(world: StudyWorld, draft: CodebookVersion, client: Client) -> None:
    client.force_login(user_of(world.coordinator))
    api = f"/api/v1/studies/{world.study.slug}/codebooks/{draft.pk}/examples/"
    body = {"code": "PULL-APP", "transcript": world.transcript.name, "segment": 2, "words": "Turn 2"}

    made = client.post(api, body, content_type="application/json")
    wrong = client.post(api, {**body, "words": "never"}, content_type="application/json")
    nowhere = client.post(api, {**body, "code": "?"}, content_type="application/json")

    assert (made.status_code, made.json()["words"]) == (201, "Turn 2")
    assert (wrong.status_code, wrong.json()["code"], nowhere.status_code) == (409, "example_refused", 404)
    assert client.get(api).json()["results"] == [made.json()]
    assert client.delete(f"{api}{made.json()['id']}/").status_code == 204
    assert client.get(api).json()["results"] == []


def test_twenty_more_examples_cost_no_more_queries(world: StudyWorld, draft: CodebookVersion, client: Client) -> None:
    client.force_login(user_of(world.coordinator))
    take(world, draft)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/studies/{world.study.slug}/codebooks/{draft.pk}/").status_code == 200
        return len(queries)

    before = cost()
    longer = make_transcript(world.study, 20)
    for position in range(1, 21):
        take(world, draft, transcript=longer, position=position)

    assert cost() == before
