"""Discussions on codes: who takes part, what is kept, and how what was said becomes a decision."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coding import access
from coding.models import AdjudicationOpening, ChangeNote, Code, CodebookVersion, Comment, Discussion
from coding.queries.change_notes import fates
from coding.queries.discussions import comments_on, said_of
from coding.services import codebooks, discussions
from coding.services.discussions import CommentRefused
from tests.coding.test_adjudication import disputed
from tests.coding.test_adjudication_access import open_
from tests.coding.test_constraints import refused_by
from tests.factories import StudyWorld, close, make_version, make_world
from transcripts.models import Membership
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db


def user_of(member: Membership) -> User:
    assert member.user is not None
    return member.user


def say(member: Membership, version: CodebookVersion, text: str = "Clear enough?", key: str = "PULL-APP") -> Comment:
    return discussions.say(user=user_of(member), version=version, key=key, text=text, comment_id=uuid.uuid4())


def path(world: StudyWorld, version: CodebookVersion, more: str = "", key: str = "PULL-APP") -> str:
    code = Code.objects.get(version=version, key=key)
    return f"/studies/{world.study.slug}/codebooks/{version.pk}/codes/{code.pk}/discussion/{more}"


# Who takes part ------------------------------------------------------------------------------------------------------


def test_every_member_without_open_coding_takes_part(world: StudyWorld) -> None:
    for member in (world.coordinator, world.rater, world.adjudicator, world.reader):
        say(member, world.version)

    assert Comment.objects.count() == 4
    with pytest.raises(PermissionDenied):
        discussions.say(user=world.stranger, version=world.version, key="PULL-APP", text="x", comment_id=uuid.uuid4())


def test_whoever_codes_in_the_study_learns_nothing_of_what_is_said(world: StudyWorld, client: Client) -> None:
    """The pages of a rater at work are the same whatever others say."""
    round_ = world.round()
    client.force_login(user_of(world.rater))
    book, thread = f"/studies/{world.study.slug}/codebooks/{world.version.pk}/", path(world, world.version)
    api = f"/api/v1/studies/{world.study.slug}/codebooks/{world.version.pk}/discussion/?code=PULL-APP"

    def seen() -> list[Any]:
        answers = map(client.get, (book, thread, api))
        # The secret of each form is another every time.
        return [(answer.status_code, re.sub(rb"[A-Za-z0-9]{64}", b"", answer.content)) for answer in answers]

    before = seen()
    say(world.coordinator, world.version, "rater_b gave it on turn 2.")

    assert seen() == before
    assert [status for status, _ in before] == [200, 403, 403]
    with pytest.raises(PermissionDenied, match="handed in"):
        say(world.rater, world.version)
    close(round_)
    assert "rater_b gave it on turn 2." in client.get(thread).content.decode()
    assert "Discussion (1)" in client.get(book).content.decode()


def test_the_rule_for_one_study_and_for_many_rows_agree(world: StudyWorld) -> None:
    say(world.coordinator, world.version)
    world.round(raters=[world.rater])
    everybody = [world.coordinator, world.rater, world.other_rater, world.adjudicator, world.reader]

    for user in [*(user_of(member) for member in everybody), world.stranger]:
        listed = Comment.objects.filter(access.discussions_open_to(user)).exists()
        assert listed == bool(access.may_discuss(user, world.study))
        assert (said_of(user, world.version) is None) == (not listed)


def test_whoever_adjudicates_blind_waits_until_adjudication_has_ended(world: StudyWorld) -> None:
    say(world.rater, world.version, "rater_b gave it on turn 2.")
    opening = open_(disputed(world))
    users = [user_of(member) for member in (world.adjudicator, world.reader)]

    during = [bool(access.may_discuss(user, world.study)) for user in users]
    listed = [Comment.objects.filter(access.discussions_open_to(user)).exists() for user in users]
    AdjudicationOpening.objects.filter(pk=opening.pk).update(ended_at=timezone.now())

    assert during == listed == [False, True]
    assert access.may_discuss(users[0], world.study)


# What is kept --------------------------------------------------------------------------------------------------------


def test_all_versions_share_the_discussion_of_a_code(world: StudyWorld) -> None:
    say(world.coordinator, world.version)
    later = make_version(world.study)
    say(world.reader, later, "Yes.")

    found = comments_on(user_of(world.reader), later, "PULL-APP")
    assert [comment.text for comment in found] == ["Clear enough?", "Yes."]
    assert Discussion.objects.count() == 1


def test_said_again_under_its_id_it_is_the_same_comment(world: StudyWorld) -> None:
    user, same = user_of(world.coordinator), uuid.uuid4()
    for _ in range(2):
        discussions.say(user=user, version=world.version, key="PULL-APP", text="Once.\r\n", comment_id=same)

    assert Comment.objects.get().text == "Once."
    with pytest.raises(CommentRefused, match="another comment"):
        discussions.say(user=user, version=world.version, key="PULL-APP", text="Other.", comment_id=same)


@pytest.mark.parametrize(
    ("text", "key"), [(" \n ", "PULL-APP"), ("x" * 5001, "PULL-APP"), ("a\0b", "PULL-APP"), ("x", "?")]
)
def test_what_cannot_be_said_is_refused(world: StudyWorld, text: str, key: str) -> None:
    with pytest.raises(CommentRefused):
        say(world.coordinator, world.version, text, key)


def test_the_database_keeps_every_word(world: StudyWorld) -> None:
    comment = say(world.coordinator, world.version)

    for attempt in (
        lambda: Comment.objects.filter(pk=comment.pk).update(text="Never said."),
        lambda: Comment.objects.filter(pk=comment.pk).delete(),
        lambda: Discussion.objects.update(key="OTHER"),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            attempt()
    other = make_world()
    good: dict[str, Any] = {"study": world.study, "discussion": comment.discussion, "author": world.reader, "text": "x"}
    for constraint, fields in {
        "comment_author_of_study": {"author": other.reader},
        "comment_of_discussion": {"study": other.study, "author": other.reader},
        "comment_says_something": {"text": ""},
    }.items():
        with refused_by(constraint):
            Comment.objects.create(**{**good, **fields})
    with refused_by("discussion_of_study"):
        Discussion.objects.create(study=other.study, codebook=world.version.codebook, key="X")
    with refused_by("discussion_once_per_code"):
        Discussion.objects.create(study=world.study, codebook=world.version.codebook, key="PULL-APP")


def test_the_database_holds_the_comment_of_a_decision_to_its_study(world: StudyWorld) -> None:
    other = make_world()
    comment = say(other.coordinator, other.version)
    draft = codebooks.new_draft(user=user_of(world.coordinator), version=world.version, name="2")

    with refused_by("change_comment_of_study"):
        ChangeNote.objects.create(
            study=world.study,
            version=draft,
            predecessor=world.version,
            old_code=world.version.codes.get(key="PULL-APP"),
            kind="retired",
            comment=comment,
        )


# Deciding ------------------------------------------------------------------------------------------------------------


def test_one_click_makes_what_was_said_the_reason_of_a_change(world: StudyWorld, client: Client) -> None:
    comment = say(world.rater, world.version, "We mean the same, said shorter.")
    draft = codebooks.new_draft(user=user_of(world.coordinator), version=world.version, name="2")
    Code.objects.filter(version=draft, key="PULL-APP").update(definition="Shorter.")
    client.force_login(user_of(world.coordinator))
    shown = client.get(path(world, world.version)).content.decode()

    answer = client.post(
        path(world, world.version, "decide/"), {"comment": str(comment.pk), "kind": "reworded"}, follow=True
    )

    note = ChangeNote.objects.get(version=draft)
    assert "Decide in draft 2" in shown
    assert (note.kind, note.reason, note.comment) == ("reworded", comment.text, comment)
    assert "Decided for 2: reworded." in answer.content.decode()


def test_what_was_decided_before_the_words_changed_is_proposed_with_its_reason(world: StudyWorld) -> None:
    comment = say(world.coordinator, world.version, "It should hold for giving way in fear too.")
    draft = codebooks.new_draft(user=user_of(world.coordinator), version=world.version, name="2")
    discussions.decide(user=user_of(world.coordinator), draft=draft, comment=comment, kind="redefined")
    Code.objects.filter(version=draft, key="PULL-APP").update(definition="Also in fear.")

    fate = next(one for one in fates(draft) if one.key == "PULL-APP")
    assert (fate.is_open, fate.proposed, fate.reason) == (True, "redefined", comment.text)


def test_a_decision_that_is_not_possible_is_said(world: StudyWorld, client: Client) -> None:
    comment = say(world.coordinator, world.version)
    client.force_login(user_of(world.coordinator))
    decide = path(world, world.version, "decide/")
    without_draft = client.post(decide, {"comment": str(comment.pk), "kind": "redefined"})
    codebooks.new_draft(user=user_of(world.coordinator), version=world.version, name="2")
    wrong = client.post(decide, {"comment": str(comment.pk), "kind": "retired"})
    nowhere = client.post(decide, {"comment": "nonsense", "kind": "redefined"})
    client.force_login(user_of(world.reader))

    assert (without_draft.status_code, wrong.status_code, nowhere.status_code) == (404, 422, 404)
    assert "can only be called" in wrong.content.decode()
    assert client.post(decide, {"comment": str(comment.pk), "kind": "redefined"}).status_code == 403


# The page and the API ------------------------------------------------------------------------------------------------


def test_markup_is_shown_as_text_and_an_empty_comment_is_refused(world: StudyWorld, client: Client) -> None:
    client.force_login(user_of(world.reader))
    here = path(world, world.version)
    first = client.get(here).content.decode()
    client.post(here, {"text": "<b>bold</b>\r\n\r\nTwo.", "id": str(uuid.uuid4())})
    refused = client.post(here, {"text": "  ", "id": "nonsense"})
    shown = client.get(here).content.decode()

    assert "Nothing was said yet" in first
    assert "&lt;b&gt;bold&lt;/b&gt;" in shown
    assert "<b>bold" not in shown
    assert refused.status_code == 422


def test_programs_read_and_say(world: StudyWorld, client: Client) -> None:
    client.force_login(user_of(world.coordinator))
    api = f"/api/v1/studies/{world.study.slug}/codebooks/{world.version.pk}/"
    said = client.post(f"{api}discussion/", {"code": "PULL-APP", "text": "So."}, content_type="application/json")
    draft = codebooks.new_draft(user=user_of(world.coordinator), version=world.version, name="2")
    changes = f"/api/v1/studies/{world.study.slug}/codebooks/{draft.pk}/changes/"
    body = {"code": "PULL-APP", "change": "redefined", "comment": said.json()["id"]}
    decided = client.put(changes, body, content_type="application/json")
    nowhere = client.put(changes, {**body, "comment": str(uuid.uuid4())}, content_type="application/json")

    assert said.status_code == 201
    assert [one["text"] for one in client.get(f"{api}discussion/?code=PULL-APP").json()["results"]] == ["So."]
    assert client.get(f"{api}discussion/?code=PULL-DEF").json()["results"] == []
    assert (decided.status_code, nowhere.status_code) == (200, 400)
    assert str(ChangeNote.objects.get().comment_id) == said.json()["id"]


def test_twenty_more_comments_cost_no_more_queries(world: StudyWorld, client: Client) -> None:
    client.force_login(user_of(world.coordinator))
    codebooks.new_draft(user=user_of(world.coordinator), version=world.version, name="2")
    say(world.coordinator, world.version)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path(world, world.version)).status_code == 200
        return len(queries)

    before = cost()
    for number in range(20):
        say(world.coordinator, world.version, f"Number {number}")

    assert cost() == before
