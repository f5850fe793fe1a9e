"""A rater's note on an hour: theirs, unless they or the study said otherwise before."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from coding import access
from coding.models import Assignment, ReflexiveNote, Round
from coding.services import notes
from tests.factories import StudyWorld, close, judge, submit
from transcripts.models import Membership
from workbench.accounts.models import User
from workbench.accounts.tokens import create_token

PULL = "I wanted to rescue her."


def person(member: Membership) -> User:
    assert member.user is not None
    return member.user


def write(assignment: Assignment, text: str | None = PULL, **more: Any) -> ReflexiveNote:
    return notes.write_note(user=person(assignment.rater), assignment_id=assignment.pk, text=text, **more)


@pytest.fixture
def assignment(world: StudyWorld) -> Assignment:
    return world.assignment(world.round())


def readers(world: StudyWorld, note: ReflexiveNote) -> set[str]:
    members = ("coordinator", "rater", "other_rater", "adjudicator", "reader")
    note = ReflexiveNote.objects.select_related("assignment__round", "assignment__rater").get(pk=note.pk)
    return {name for name in members if access.may_read_note(person(getattr(world, name)), note)}


# Writing --------------------------------------------------------------------------------------------------------------


def test_a_note_is_written_changed_and_emptied_and_the_history_keeps_each(assignment: Assignment) -> None:
    for text in (PULL, "And to argue.", ""):
        write(assignment, text)

    assert ReflexiveNote.objects.get().text == ""
    kept = ReflexiveNote.pgh_event_models  # type: ignore[attr-defined]
    events = next(iter(kept.values())).objects.order_by("pgh_id").values_list("text", flat=True)
    assert list(events) == [PULL, "And to argue.", ""]


def test_an_empty_note_that_was_never_written_stores_nothing(assignment: Assignment) -> None:
    write(assignment, "  \r\n ")

    assert not ReflexiveNote.objects.exists()


def test_a_second_window_does_not_write_over_the_first(assignment: Assignment) -> None:
    write(assignment, "First window.", before="")

    with pytest.raises(notes.NoteChanged) as refused:
        write(assignment, "Second window.", before="")

    assert refused.value.text == "First window."
    assert write(assignment, "First window.", before="").text == "First window."
    assert write(assignment, "Both.", before="First window.").text == "Both."


@pytest.mark.parametrize("text", ["x" * 20_001, "a\x00b", "a\ud800b"])
def test_a_note_that_cannot_be_stored_is_a_sentence(assignment: Assignment, text: str) -> None:
    with pytest.raises((notes.NoteTooLong, notes.NoteUnreadable)):
        write(assignment, text)


def test_nobody_writes_in_somebody_elses_note(world: StudyWorld, assignment: Assignment) -> None:
    with pytest.raises(PermissionDenied):
        notes.write_note(user=person(world.other_rater), assignment_id=assignment.pk, text=PULL)
    with pytest.raises(Assignment.DoesNotExist):
        notes.write_note(user=world.stranger, assignment_id=assignment.pk, text=PULL)


def test_the_words_are_final_with_the_submission_and_sharing_is_not(assignment: Assignment) -> None:
    note = write(assignment)
    submit(assignment)

    with pytest.raises(PermissionDenied):
        write(assignment, "Afterwards.")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReflexiveNote.objects.filter(pk=note.pk).update(text="Behind the page.")
    assert write(assignment, None, shared=True).shared
    assert not write(assignment, None, shared=False).shared


@pytest.mark.parametrize("change", [{"written_at": Now()}, {"id": uuid4()}, {"text": "Afterwards."}])
def test_nothing_of_a_submitted_note_changes_but_whether_it_is_shared(
    assignment: Assignment, change: dict[str, Any]
) -> None:
    note = write(assignment)
    submit(assignment)

    with pytest.raises(IntegrityError), transaction.atomic():
        ReflexiveNote.objects.filter(pk=note.pk).update(shared=True, **change)
    ReflexiveNote.objects.filter(pk=note.pk).update(shared=True)

    kept = ReflexiveNote.objects.get()
    assert (kept.pk, kept.text, kept.written_at, kept.shared) == (note.pk, PULL, note.written_at, True)


def test_an_open_note_keeps_its_id(assignment: Assignment) -> None:
    note = write(assignment)

    with pytest.raises(IntegrityError, match="never moves"), transaction.atomic():
        ReflexiveNote.objects.filter(pk=note.pk).update(id=uuid4())


def test_the_database_keeps_notes_and_the_round_its_word(world: StudyWorld, assignment: Assignment) -> None:
    note = write(assignment)
    elsewhere = world.assignment(assignment.round, world.other_rater)

    for change in (
        note.delete,
        lambda: ReflexiveNote.objects.update(assignment=elsewhere),
        lambda: Round.objects.update(notes_for_study=True),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# Reading --------------------------------------------------------------------------------------------------------------


def test_a_note_is_its_author_s_alone_until_they_share_it(world: StudyWorld, assignment: Assignment) -> None:
    note = write(assignment)
    open_round = readers(world, note)
    close(assignment.round)
    closed_round = readers(world, note)
    write(assignment, None, shared=True)

    assert open_round == closed_round == {"rater"}
    assert readers(world, note) == {"rater", "coordinator", "adjudicator", "reader"}


def test_a_study_that_said_so_before_reads_notes_once_everybody_has_submitted(world: StudyWorld) -> None:
    round_ = world.round(notes_for_study=True)
    note = write(world.assignment(round_))
    submit(world.assignment(round_))
    before = readers(world, note)
    close(round_)

    assert before == {"rater"}
    assert readers(world, note) == {"rater", "coordinator", "adjudicator", "reader"}
    assert notes.who_reads(note).startswith("The study reads these notes")


def test_whoever_codes_the_transcript_again_reads_no_note_on_it(world: StudyWorld, assignment: Assignment) -> None:
    note = write(assignment, PULL, shared=True)
    close(assignment.round)
    world.round(raters=[world.coordinator, world.rater])

    assert readers(world, note) == {"adjudicator", "reader"}


@pytest.mark.django_db
def test_predicate_and_query_agree_on_notes(world: StudyWorld) -> None:
    chance = random.Random(11)
    people = [world.coordinator, world.rater, world.other_rater, world.adjudicator, world.reader]
    for number in range(6):
        round_ = world.round(notes_for_study=bool(number % 2))
        for assignment in round_.assignments.select_related("rater__user"):
            write(assignment, PULL, shared=chance.random() < 0.5)
        if number < 4:
            close(round_)
    for _ in range(2):
        for member in people:
            rows = ReflexiveNote.objects.select_related("assignment__rater", "assignment__round", "assignment__study")
            seen = set(rows.filter(access.notes_open_to(person(member))).values_list("pk", flat=True))
            assert seen == {note.pk for note in rows if access.may_read_note(person(member), note)}
        for round_ in Round.objects.open():
            close(round_)


def test_the_round_s_page_shows_released_notes_to_its_coordinator(
    world: StudyWorld, assignment: Assignment, client: Client
) -> None:
    write(assignment, PULL)
    close(assignment.round)
    client.force_login(person(world.coordinator))
    path = reverse("round", args=[world.study.slug, assignment.round_id])

    hidden = client.get(path).content.decode()
    write(assignment, None, shared=True)
    shown = client.get(path).content.decode()

    assert PULL not in hidden
    assert PULL in shown


# The desk, the API and the files --------------------------------------------------------------------------------------


def test_the_desk_says_who_reads_the_note_and_keeps_it(assignment: Assignment, client: Client) -> None:
    client.force_login(person(assignment.rater))
    path = reverse("note", args=[assignment.pk])

    first = client.get(reverse("desk", args=[assignment.pk])).content.decode()
    kept = client.post(path, {"text": PULL, "before": ""}, headers={"accept": "application/json"})
    stale = client.post(path, {"text": "Other.", "before": ""}, headers={"accept": "application/json"})
    form = client.post(path, {"text": PULL, "before": PULL, "shared": "on"})

    assert "This note is yours alone." in first
    assert kept.json()["text"] == PULL
    assert (stale.status_code, stale.json()["code"], stale.json()["text"]) == (409, "note_changed", PULL)
    assert form.url == reverse("submit", args=[assignment.pk])
    assert ReflexiveNote.objects.get().shared


def test_words_sent_by_a_desk_leave_sharing_as_it_is(assignment: Assignment, client: Client) -> None:
    client.force_login(person(assignment.rater))
    path = reverse("note", args=[assignment.pk])

    def send(**said: str) -> bool:
        answer: bool = client.post(path, said, headers={"accept": "application/json"}).json()["shared"]
        return answer

    # An older desk sent the box with the words; what was unshared meanwhile is not shared again by them.
    answers = [send(text=PULL, before="", shared="on"), send(shared="yes"), send(shared="yes")]
    answers += [send(text="More.", before=PULL), send(shared="no"), send(text="Most.", before="More.")]

    assert answers == [False, True, True, True, False, False]
    assert ReflexiveNote.objects.get().text == "Most."


def test_a_form_opened_earlier_shares_nothing_again(assignment: Assignment, client: Client) -> None:
    write(assignment, PULL, shared=True)
    client.force_login(person(assignment.rater))
    path = reverse("note", args=[assignment.pk])
    page = client.get(reverse("submit", args=[assignment.pk])).content.decode()
    write(assignment, None, shared=False)

    client.post(path, {"text": "Mine.", "before": PULL, "was_shared": "yes", "shared": "on"})
    kept = ReflexiveNote.objects.get()
    client.post(path, {"text": "Mine.", "before": "Mine.", "was_shared": "no", "shared": "on"})
    shared = ReflexiveNote.objects.get().shared
    client.post(path, {"text": "Mine.", "before": "Mine.", "was_shared": "yes"})

    assert '<input type="hidden" name="was_shared" value="yes">' in page
    assert (kept.text, kept.shared) == ("Mine.", False)
    assert shared
    assert not ReflexiveNote.objects.get().shared


def test_without_a_note_there_is_nothing_to_share_afterwards(assignment: Assignment, client: Client) -> None:
    submit(assignment)
    client.force_login(person(assignment.rater))

    page = client.get(reverse("desk", args=[assignment.pk])).content.decode()
    answer = client.post(
        reverse("note", args=[assignment.pk]), {"shared": "yes"}, headers={"accept": "application/json"}
    )

    assert answer.json()["shared"] is False
    assert 'name="shared"' not in page
    assert not ReflexiveNote.objects.exists()


def test_the_api_gives_the_author_their_note_and_nobody_else(world: StudyWorld, assignment: Assignment) -> None:
    path = f"/api/v1/assignments/{assignment.pk}/note/"

    def ask(user: User, method: str, body: dict[str, Any] | None = None) -> Any:
        _, token = create_token(user, "test")
        send = getattr(Client(), method)
        return send(path, json.dumps(body), "application/json", headers={"authorization": f"Token {token}"})

    written = ask(person(assignment.rater), "put", {"text": PULL, "shared": True})
    refused = ask(person(world.coordinator), "put", {"text": "Mine."})

    assert written.json()["text"] == PULL
    assert written.json()["shared"] is True
    assert refused.status_code == 403


def test_released_notes_are_exported_and_read_back_and_the_others_stay(world: StudyWorld, tmp_path: Path) -> None:
    round_ = world.round()
    for position in range(1, 5):
        for assignment in round_.assignments.select_related("version"):
            judge(assignment, position, "PULL-APP")
    write(world.assignment(round_), "= To rescue,\nand to argue.", shared=True)
    write(world.assignment(round_, world.other_rater), "Nobody's business.")
    close(round_)
    first, second = tmp_path / "first", tmp_path / "second"

    call_command("export", world.study.slug, round=round_.name, to=str(first))
    call_command(
        "import_codings", world.study.slug, str(first / "codings.csv"), round="again", notes=str(first / "notes.csv")
    )
    call_command("export", world.study.slug, round="again", to=str(second))

    written = (first / "notes.csv").read_text()
    assert "'= To rescue,\nand to argue." in written
    assert "business" not in written
    assert (second / "notes.csv").read_text() == written.replace(f",{round_.name},", ",again,")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("nobody,{name},Text", "judged nothing of"),
        ("{rater},{name},", "The text is missing."),
        ("{rater},{name},One\n{rater},{name},Two", "has a note on"),
    ],
)
def test_a_note_that_does_not_fit_refuses_the_whole_import(
    world: StudyWorld, tmp_path: Path, row: str, fault: str
) -> None:
    names = {"name": world.transcript.name, "rater": world.rater.label}
    codings, notes_file = tmp_path / "codings.csv", tmp_path / "notes.csv"
    codings.write_text("transcript,segment,rater,code,rating\n{name},2,{rater},PULL-APP,2\n".format(**names))
    notes_file.write_text(f"rater,transcript,text\n{row}\n".format(**names))

    with pytest.raises(CommandError, match=fault):
        call_command("import_codings", world.study.slug, str(codings), round="no", notes=str(notes_file))

    assert not world.study.rounds.filter(name="no").exists()
