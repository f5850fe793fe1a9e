"""Bringing transcripts in through the service."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import StudyWorld, make_member, make_study
from tests.transcripts.material import INVENTED, TWO_TURNS, expected, needs_material, turns
from transcripts import files
from transcripts.formats.drafts import DraftSegment, DraftTranscript
from transcripts.formats.read import READABLE
from transcripts.models import Revision, Segment, Speaker, SpeakerRole, Study, Transcript, Upload
from transcripts.services import batches
from transcripts.services.file_imports import FileUnreadable, import_file
from transcripts.services.imports import (
    BadTranscript,
    Incoming,
    TranscriptNameTaken,
    store_transcript,
    store_transcripts,
)

READABLE_FILES = [name for name in expected() if name.endswith(READABLE)]


def take(world: StudyWorld, data: bytes = TWO_TURNS, name: str = "one.txt", **options: Any) -> list[Revision]:
    user = world.coordinator.user
    return import_file(user=user, study=world.study, file_name=name, data=data, roles={}, **options)[0]


def incoming(name: str, *segments: DraftSegment, **fields: Any) -> Incoming:
    draft = DraftTranscript(name, segments or (DraftSegment("P", "Yes."),), layout="made for a test")
    roles = fields.pop("roles", {segment.speaker: "other" for segment in draft.segments})
    return Incoming(draft, f"{name}.txt", "0" * 64, 4, roles, **fields)


@needs_material
@pytest.mark.parametrize("name", READABLE_FILES)
def test_every_readable_layout_comes_in_whole(world: StudyWorld, name: str) -> None:
    want, data = expected()[name], (INVENTED / name).read_bytes()

    (revision,) = take(world, data, name, encoding="windows-1252" if name == "windows_1252.txt" else "")

    segments = list(revision.segments.order_by("position"))
    assert [segment.position for segment in segments] == list(range(1, want["turns"] + 1))
    # One file spreads a turn over two cues: there the first segment is the beginning of the first text.
    split = "turns_when_merged" in want
    assert want["first_text"].startswith(segments[0].text) if split else segments[0].text == want["first_text"]
    assert want["last_text"].endswith(segments[-1].text) if split else segments[-1].text == want["last_text"]
    assert segments[0].start_ms == want["first_start_ms"]
    assert files.read(revision.sha256) == data


@needs_material
def test_merging_joins_cues_of_one_speaker(world: StudyWorld) -> None:
    (revision,) = take(world, (INVENTED / "teams_split_cues.vtt").read_bytes(), "teams_split_cues.vtt", merge=True)

    assert revision.merged
    assert revision.segments.count() == expected()["teams_split_cues.vtt"]["turns_when_merged"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40),
        min_size=1,
        max_size=8,
    )
)
def test_offsets_are_code_points_of_the_joined_text(db: None, texts: list[str]) -> None:
    study = make_study()
    draft = DraftTranscript(f"T {uuid.uuid4()}", tuple(DraftSegment("P", text) for text in texts))

    revision = store_transcript(
        study=study, draft=draft, file_name="t.txt", data_sha256="0" * 64, size=1, roles={"P": "patient"}
    )

    whole = "\n".join(texts)
    stored = list(revision.segments.order_by("position"))
    assert [segment.text for segment in stored] == texts
    assert [whole[segment.char_start : segment.char_end] for segment in stored] == texts


class TestRoles:
    def test_a_label_that_is_a_role_takes_it_in_any_case(self, world: StudyWorld) -> None:
        (revision,) = take(world, b"THERAPIST: So.\nPatient: Yes.\n")

        assert dict(revision.speakers.values_list("label", "role__name")) == {
            "THERAPIST": "therapist",
            "Patient": "patient",
        }

    def test_a_given_role_is_for_labels_that_say_nothing(self, world: StudyWorld) -> None:
        user = world.coordinator.user
        data = b"T: So.\nP: Yes.\nT: And?\nP: Well.\n"

        (revision,), read = import_file(
            user=user, study=world.study, file_name="one.txt", data=data, roles={"t": "Therapist"}
        )

        assert dict(revision.speakers.values_list("label", "role__name")) == {"T": "therapist", "P": "other"}
        assert read[0].roles.guessed == ("P",)

    def test_a_new_role_joins_the_list_of_the_study_once(self, world: StudyWorld) -> None:
        table = b"speaker,role,text\nA,Client,Yes.\nB,client,No.\nC,THERAPIST,So.\n"

        (revision,) = take(world, table, "table.csv")

        names = sorted(SpeakerRole.objects.filter(study=world.study).values_list("name", flat=True))
        assert names == ["Client", "other", "patient", "therapist"]
        assert dict(revision.speakers.values_list("label", "role__name"))["C"] == "therapist"

    def test_the_role_of_the_file_counts_before_the_label(self, world: StudyWorld) -> None:
        (revision,) = take(world, b"speaker,role,text\nPatient,therapist,So.\n", "table.csv")

        assert revision.speakers.get().role.name == "therapist"

    def test_two_roles_of_one_speaker_are_refused_with_the_line(self, world: StudyWorld) -> None:
        table = b"speaker,role,text\nA,patient,Yes.\nB,therapist,So.\nA,therapist,No.\n"

        with pytest.raises(FileUnreadable, match="Line 4: “A” has the role “therapist” here and “patient” above"):
            take(world, table, "table.csv")

    def test_the_same_label_may_be_somebody_else_in_another_transcript(self, world: StudyWorld) -> None:
        table = b"transcript,speaker,role,text\nX,S1,patient,Yes.\nY,S1,therapist,So.\n"

        revisions = take(world, table, "table.csv")

        assert [revision.speakers.get().role.name for revision in revisions] == ["patient", "therapist"]


class TestAllOrNothing:
    def test_a_name_that_is_taken_is_refused_whole(self, world: StudyWorld) -> None:
        take(world, name="taken.txt")
        before = (Transcript.objects.count(), Segment.objects.count())

        with pytest.raises(TranscriptNameTaken, match="already has a transcript “taken”"):
            store_transcripts(study=world.study, incoming=[incoming("new"), incoming("taken")], user=None)

        assert (Transcript.objects.count(), Segment.objects.count()) == before

    def test_two_of_one_name_are_refused(self, world: StudyWorld) -> None:
        with pytest.raises(TranscriptNameTaken, match="Two of these transcripts"):
            store_transcripts(study=world.study, incoming=[incoming("same"), incoming("same")], user=None)

    def test_the_same_name_in_another_study_is_free(self, world: StudyWorld) -> None:
        take(world, name="same.txt")

        store_transcripts(study=make_study(), incoming=[incoming("same")], user=None)

        assert Transcript.objects.filter(name="same").count() == 2

    def test_a_refused_import_keeps_no_file(self, world: StudyWorld) -> None:
        take(world, name="taken.txt")
        other = turns("Something else.", "Yes.")

        with pytest.raises(TranscriptNameTaken):
            take(world, other, name="taken.txt")

        assert not files.path(files.digest(other)).exists()

    @pytest.mark.parametrize(
        ("one", "sentence"),
        [
            (incoming("x" * 121), "the name of a transcript has 121 characters; the most is 120"),
            (incoming("  "), "the name of a transcript is empty"),
            (incoming("a\nb"), "is not one line of words"),
            (incoming("a", DraftSegment("s" * 121, "Yes.")), "has 121 characters; the most is 120"),
            (incoming("a", roles={"P": "r" * 41}), "the role of “P” has 41 characters"),
            (incoming("a", roles={"P": "\ud800"}), "has characters that are no text"),
            (incoming("a", session={"dyad": "x\x00"}), "has characters that are no text"),
            (incoming("a", session={"k" * 61: "1"}), "the name of a session attribute has 61 characters"),
            (incoming("a", session={"notes": "x" * 1001}), "“notes” has 1001 characters; the most is 1000"),
        ],
    )
    def test_what_no_column_takes_is_a_sentence(self, world: StudyWorld, one: Incoming, sentence: str) -> None:
        with pytest.raises(BadTranscript) as caught:
            store_transcripts(study=world.study, incoming=[one], user=None)

        assert sentence in str(caught.value)

    def test_a_transcript_without_segments_is_refused(self, world: StudyWorld) -> None:
        empty = Incoming(DraftTranscript("nothing", ()), "n.txt", "0" * 64, 1, {})

        with pytest.raises(BadTranscript, match="no segments"):
            store_transcripts(study=world.study, incoming=[empty], user=None)


def test_session_attributes_come_from_the_table_and_from_the_caller(world: StudyWorld) -> None:
    table = b"speaker,text,session.dyad,session.condition\nP,Yes.,7,CBT\n"

    (revision,) = take(world, table, "table.csv", session={"condition": "PDT", "site": "B"})

    attributes = dict(revision.transcript.session_attributes.values_list("name", "value"))
    assert attributes == {"dyad": "7", "condition": "PDT", "site": "B"}


def test_a_revision_knows_its_file_and_who_brought_it(world: StudyWorld) -> None:
    (revision,) = take(world, name="first.txt")

    assert (revision.number, revision.file_name, revision.file_size) == (1, "first.txt", len(TWO_TURNS))
    assert revision.imported_by == world.coordinator.user
    assert revision.sha256 == files.digest(TWO_TURNS)


@pytest.mark.parametrize("place", ["rater", "reader", "adjudicator"])
def test_only_a_coordinator_imports(world: StudyWorld, place: str) -> None:
    user = getattr(world, place).user

    with pytest.raises(PermissionDenied):
        import_file(user=user, study=world.study, file_name="one.txt", data=TWO_TURNS, roles={})


def test_more_transcripts_cost_no_more_statements(world: StudyWorld, django_assert_num_queries: Any) -> None:
    few = [incoming(f"few {n}", session={"dyad": "1"}) for n in range(2)]
    many = [incoming(f"many {n}", session={"dyad": "1"}) for n in range(22)]

    with django_assert_num_queries(11):
        store_transcripts(study=world.study, incoming=few, user=None)
    with django_assert_num_queries(11):
        store_transcripts(study=world.study, incoming=many, user=None)


class TestConstraints:
    @pytest.mark.parametrize(("start", "end", "fits"), [(4, 9, False), (0, 4, False), (3, 7, False), (5, 9, True)])
    def test_segment_no_overlap(self, world: StudyWorld, start: int, end: int, fits: bool) -> None:
        revision = store_transcript(
            study=world.study,
            draft=DraftTranscript("T", (DraftSegment("P", "12345"),)),
            file_name="t",
            data_sha256="0" * 64,
            size=1,
            roles={"P": "patient"},
        )
        speaker = revision.speakers.get()
        second = Segment(
            study=world.study, revision=revision, position=2, speaker=speaker, char_start=start, char_end=end, text="x"
        )

        if fits:
            second.save()
        else:
            with pytest.raises(IntegrityError, match="segment_no_overlap"), transaction.atomic():
                second.save()

        assert revision.segments.count() == 1 + fits

    def test_empty_segments_and_other_revisions_are_in_nobodys_way(self, world: StudyWorld) -> None:
        empty = (DraftSegment("P", ""), DraftSegment("P", ""), DraftSegment("P", "x"), DraftSegment("P", ""))

        store_transcripts(study=world.study, incoming=[incoming("A", *empty), incoming("B", *empty)], user=None)

        assert Segment.objects.filter(revision__transcript__name__in=["A", "B"]).count() == 8

    def test_segment_speaker_of_revision(self, world: StudyWorld) -> None:
        one, other = store_transcripts(study=world.study, incoming=[incoming("A"), incoming("B")], user=None)
        segment = Segment(
            study=world.study,
            revision=one,
            position=2,
            speaker=other.speakers.get(),
            char_start=9,
            char_end=10,
            text="x",
        )

        with pytest.raises(IntegrityError, match="segment_speaker_of_revision"), transaction.atomic():
            segment.save()

    def test_segment_of_study(self, world: StudyWorld) -> None:
        (revision,) = store_transcripts(study=world.study, incoming=[incoming("A")], user=None)
        segment = Segment(
            study=make_study(),
            revision=revision,
            position=2,
            speaker=revision.speakers.get(),
            char_start=9,
            char_end=10,
            text="x",
        )

        with pytest.raises(IntegrityError, match="segment_of_study"), transaction.atomic():
            segment.save()


class TestBatch:
    def test_the_readable_files_come_in_and_the_others_go_on_waiting(self, world: StudyWorld) -> None:
        user, batch = world.coordinator.user, uuid.uuid4()
        for name in ("good.txt", "bad.exe"):
            batches.add_upload(user=user, study=world.study, batch=batch, file_name=name, data=TWO_TURNS)

        revisions = batches.import_batch(user=user, study=world.study, batch=batch)

        assert [revision.transcript.name for revision in revisions] == ["good"]
        assert Upload.objects.get(batch=batch, imported_at=None).file_name == "bad.exe"

    def test_one_bad_name_keeps_all_of_them_out(self, world: StudyWorld) -> None:
        user, batch = world.coordinator.user, uuid.uuid4()
        take(world, name="b.txt")
        for name in ("a.txt", "b.txt", "c.txt"):
            batches.add_upload(user=user, study=world.study, batch=batch, file_name=name, data=TWO_TURNS)

        with pytest.raises(TranscriptNameTaken, match="“b”"):
            batches.import_batch(user=user, study=world.study, batch=batch)

        assert not Transcript.objects.filter(name__in=["a", "c"]).exists()
        assert Upload.objects.filter(batch=batch, imported_at=None).count() == 3

    def test_a_second_confirmation_does_nothing_and_says_so(self, world: StudyWorld) -> None:
        user, batch = world.coordinator.user, uuid.uuid4()
        batches.add_upload(user=user, study=world.study, batch=batch, file_name="a.txt", data=TWO_TURNS)
        batches.import_batch(user=user, study=world.study, batch=batch)

        with pytest.raises(batches.AlreadyImported, match="nothing was done twice"):
            batches.import_batch(user=user, study=world.study, batch=batch)

        assert Transcript.objects.filter(name="a").count() == 1

    def test_the_same_file_twice_in_a_batch_waits_once(self, world: StudyWorld) -> None:
        user, batch = world.coordinator.user, uuid.uuid4()

        first = batches.add_upload(user=user, study=world.study, batch=batch, file_name="a.txt", data=TWO_TURNS)
        second = batches.add_upload(user=user, study=world.study, batch=batch, file_name="a.txt", data=TWO_TURNS)

        assert first == second

    def test_a_batch_of_another_study_is_refused(self, world: StudyWorld) -> None:
        user, batch = world.coordinator.user, uuid.uuid4()
        other = make_study()
        make_member(other, "coordinator", user=user)
        batches.add_upload(user=user, study=world.study, batch=batch, file_name="a.txt", data=TWO_TURNS)

        with pytest.raises(batches.Refusal, match="another study"):
            batches.add_upload(user=user, study=other, batch=batch, file_name="b.txt", data=TWO_TURNS)

    def test_a_file_over_the_limit_is_refused(self, world: StudyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batches, "LARGEST", 10)

        with pytest.raises(batches.FileTooLarge, match="is larger than"):
            batches.add_upload(
                user=world.coordinator.user, study=world.study, batch=uuid.uuid4(), file_name="big.txt", data=TWO_TURNS
            )

    def test_discarding_erases_the_file_unless_a_transcript_needs_it(self, world: StudyWorld) -> None:
        user, batch = world.coordinator.user, uuid.uuid4()
        (kept,) = take(world, TWO_TURNS)
        other = turns("Only uploaded.", "Yes.")
        batches.add_upload(user=user, study=world.study, batch=batch, file_name="a.txt", data=TWO_TURNS)
        batches.add_upload(user=user, study=world.study, batch=batch, file_name="b.txt", data=other)

        batches.discard(user=user, study=world.study, batch=batch)

        assert not files.path(files.digest(other)).exists()
        assert files.read(kept.sha256) == TWO_TURNS


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_import_once() -> None:
    study = make_study()
    user, batch = make_member(study, "coordinator").user, uuid.uuid4()
    for number in range(5):
        data = turns(f"Hour {number}.", "Yes.")
        batches.add_upload(user=user, study=study, batch=batch, file_name=f"{number}.txt", data=data)
    start, answers = threading.Barrier(2), []

    def confirm() -> None:
        try:
            start.wait()
            answers.append(len(batches.import_batch(user=user, study=study, batch=batch)))
        except batches.AlreadyImported as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers, key=str) == [5, "already_imported"]
    assert Transcript.objects.filter(study=study).count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_name_at_once_leave_one() -> None:
    study = make_study()
    start, answers = threading.Barrier(2), []

    def bring(names: list[str]) -> None:
        try:
            start.wait()
            store_transcripts(study=study, incoming=[incoming(name) for name in names], user=None)
            answers.append("stored")
        except TranscriptNameTaken as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    orders = (["a", "b", "c"], ["c", "b", "a"])
    threads = [threading.Thread(target=bring, args=(names,)) for names in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["stored", "transcript_name_taken"]
    assert Study.objects.get(pk=study.pk).transcripts.count() == 3
    assert Speaker.objects.filter(study=study).count() == 3
