"""Uploading, previewing, importing and reading transcripts in the browser."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import StudyWorld, make_transcript
from tests.transcripts.material import TWO_TURNS, turns
from transcripts import files
from transcripts.models import Segment, SpeakerRole, Transcript, Upload

SignIn = Callable[[str], Client]


@pytest.fixture
def sign_in(world: StudyWorld) -> SignIn:
    def _sign_in(place: str) -> Client:
        client = Client()
        client.force_login(getattr(world, place).user)
        return client

    return _sign_in


@pytest.fixture
def coordinator(sign_in: SignIn) -> Client:
    return sign_in("coordinator")


def upload(client: Client, world: StudyWorld, *sent: tuple[str, bytes], **extra: Any) -> Any:
    data = {"batch": str(uuid.uuid4()), "files": [SimpleUploadedFile(name, content) for name, content in sent]}
    return client.post(reverse("upload", args=[world.study.slug]), data | extra)


def preview_of(client: Client, world: StudyWorld, *sent: tuple[str, bytes]) -> str:
    answer = upload(client, world, *sent)
    assert answer.status_code == 302
    return str(answer.url)


def _counting() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


def fields_of(client: Client, url: str) -> dict[str, Any]:
    """Give what a browser would send back from the preview as it stands."""
    form = client.get(url).context["form"]
    data: dict[str, Any] = {
        "file": [str(file.preview.upload.pk) for file in form.files],
        "who-label": [row.label for row in form.who],
        "who-role": [row.role for row in form.who],
        "who-new": [row.new for row in form.who],
    }
    for one in form.transcripts:
        data[f"name-{one.key}"] = one.name
        data[f"attribute-name-{one.key}"] = [name for name, _ in one.attributes]
        data[f"attribute-value-{one.key}"] = [value for _, value in one.attributes]
        data[f"speaker-{one.key}-label"] = [row.label for row in one.roles]
        data[f"speaker-{one.key}-role"] = [row.role for row in one.roles]
        data[f"speaker-{one.key}-new"] = [row.new for row in one.roles]
    return data


class TestUpload:
    def test_a_file_waits_and_nothing_of_it_is_in_the_study(self, world: StudyWorld, coordinator: Client) -> None:
        preview_of(coordinator, world, ("new.txt", TWO_TURNS))

        assert Upload.objects.get().imported_at is None
        assert not Transcript.objects.filter(name="new").exists()

    def test_the_same_form_sent_twice_waits_once(self, world: StudyWorld, coordinator: Client) -> None:
        batch = str(uuid.uuid4())

        for _ in range(2):
            upload(coordinator, world, ("new.txt", TWO_TURNS), batch=batch)

        assert Upload.objects.count() == 1

    def test_no_file_is_a_sentence(self, world: StudyWorld, coordinator: Client) -> None:
        answer = coordinator.post(reverse("upload", args=[world.study.slug]), {})

        assert answer.status_code == 422
        assert "Choose at least one file." in answer.text

    def test_the_module_of_the_page_gets_the_reason_beside_the_name(
        self, world: StudyWorld, coordinator: Client
    ) -> None:
        data = {"batch": str(uuid.uuid4()), "files": SimpleUploadedFile("bad.exe", b"MZ")}

        answer = coordinator.post(reverse("upload", args=[world.study.slug]), data, headers={"X-Workbench-Upload": "1"})

        assert "“.exe” cannot be read" in answer.json()["problem"]
        assert answer.json()["preview"].endswith(f"{data['batch']}/")

    @pytest.mark.parametrize("name", ["\x00.txt", "a\nb.txt", "…" * 300 + ".txt", "../../x.txt"])
    def test_odd_file_names_are_taken_or_refused_in_a_sentence(
        self, world: StudyWorld, coordinator: Client, name: str
    ) -> None:
        answer = upload(coordinator, world, (name, TWO_TURNS))

        assert answer.status_code in (302, 422)

    @pytest.mark.parametrize("data", [b"", b"\x00\x01\x02" * 40, b"\xff\xfe", b"P: \xed\xa0\x80\n", b"PK\x03\x04zip"])
    @pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.docx", "a.xlsx", "a.vtt"])
    def test_a_broken_file_gets_its_sentence_in_the_preview(
        self, world: StudyWorld, coordinator: Client, name: str, data: bytes
    ) -> None:
        url = preview_of(coordinator, world, (name, data), ("good.txt", TWO_TURNS))

        page = coordinator.get(url)

        broken = next(file for file in page.context["form"].files if file.preview.upload.file_name == name)
        assert broken.preview.problem or broken.transcripts
        assert "Import" in page.text


class TestPreview:
    def test_it_shows_segments_speakers_and_lines_that_were_not_understood(
        self, world: StudyWorld, coordinator: Client
    ) -> None:
        turns_of_otter = ["Therapist  0:06  \nHello there.", "Patient  0:12  \nGood day.", "Therapist  0:20  \nSo."]
        otter = "\n\n".join([*turns_of_otter, "Patient  0:31  \nWell.", "Transcribed by https://otter.ai"])

        page = coordinator.get(preview_of(coordinator, world, ("otter.txt", otter.encode())))

        assert "Hello there." in page.text
        assert "line 13" in page.text
        assert "Transcribed by https://otter.ai" in page.text
        assert "Import 1 transcript" in page.text

    def test_reading_the_preview_writes_nothing(self, world: StudyWorld, coordinator: Client) -> None:
        url = preview_of(coordinator, world, ("new.txt", TWO_TURNS))
        before = list(Upload.objects.values())

        coordinator.get(url)

        assert list(Upload.objects.values()) == before
        assert not Transcript.objects.filter(name="new").exists()

    def test_confirming_imports_with_the_names_roles_and_attributes_of_the_form(
        self, world: StudyWorld, coordinator: Client
    ) -> None:
        url = preview_of(coordinator, world, ("new.txt", b"T: So?\nP: Yes.\nT: And?\nP: No.\n"))
        data = fields_of(coordinator, url)
        key = next(name.removeprefix("name-") for name in data if name.startswith("name-"))
        data |= {f"name-{key}": "Session 3", "who-role": ["therapist", "+"], "who-new": ["", "client"]}
        data |= {f"attribute-name-{key}": ["dyad", ""], f"attribute-value-{key}": ["7", ""]}

        answer = coordinator.post(url, data | {"act": "import"}, follow=True)

        transcript = Transcript.objects.get(name="Session 3")
        roles = dict(transcript.revisions.get().speakers.values_list("label", "role__name"))
        assert roles == {"T": "therapist", "P": "client"}
        assert dict(transcript.session_attributes.values_list("name", "value")) == {"dyad": "7"}
        assert SpeakerRole.objects.filter(study=world.study, name="client").count() == 1
        assert "One transcript was imported." in answer.text

    def test_a_second_confirmation_brings_a_sentence_and_no_duplicate(
        self, world: StudyWorld, coordinator: Client
    ) -> None:
        url = preview_of(coordinator, world, ("new.txt", TWO_TURNS))
        data = fields_of(coordinator, url) | {"act": "import"}
        coordinator.post(url, data)

        answer = coordinator.post(url, data, follow=True)

        assert "imported already; nothing was done twice" in answer.text
        assert Transcript.objects.filter(name="new").count() == 1

    def test_a_file_that_cannot_be_read_goes_on_waiting(self, world: StudyWorld, coordinator: Client) -> None:
        url = preview_of(coordinator, world, ("bad.exe", b"MZ"), ("good.txt", TWO_TURNS))

        answer = coordinator.post(url, fields_of(coordinator, url) | {"act": "import"}, follow=True)

        assert "Still waiting: bad.exe" in answer.text
        assert Transcript.objects.filter(name="good").exists()

    def test_one_speaker_may_be_somebody_else_in_one_file(self, world: StudyWorld, coordinator: Client) -> None:
        data = b"Speaker 1: So?\nSpeaker 2: Yes.\nSpeaker 1: And?\nSpeaker 2: No.\n"
        url = preview_of(coordinator, world, ("a.txt", data), ("b.txt", data + b"Speaker 1: Well.\n"))
        fields = fields_of(coordinator, url) | {"who-role": ["therapist", "patient"]}
        key = next(name.removeprefix("name-") for name, value in fields.items() if value == "b")
        fields |= {f"speaker-{key}-role": ["patient", "therapist"]}

        coordinator.post(url, fields | {"act": "import"})

        speakers = {
            (one.revision.transcript.name, one.label): one.role.name
            for name in "ab"
            for one in Transcript.objects.get(name=name).revisions.get().speakers.select_related("role")
        }
        assert speakers[("a", "Speaker 1")] == speakers[("b", "Speaker 2")] == "therapist"
        assert speakers[("a", "Speaker 2")] == speakers[("b", "Speaker 1")] == "patient"

    def test_merging_is_a_choice_of_each_file(self, world: StudyWorld, coordinator: Client) -> None:
        url = preview_of(coordinator, world, ("a.txt", b"T: One.\nT: Two.\nP: Yes.\nP: No.\nT: So.\n"))
        upload_id = Upload.objects.get().pk

        page = coordinator.post(url, fields_of(coordinator, url) | {"act": "read", f"merge-{upload_id}": "on"})

        assert page.context["segments"] == 3
        assert Upload.objects.get().merge
        assert not Transcript.objects.filter(name="a").exists()

    def test_an_unclear_encoding_is_asked_with_the_text_and_then_read(
        self, world: StudyWorld, coordinator: Client
    ) -> None:
        url = preview_of(coordinator, world, ("a.txt", "T: Über “alles”.\nP: Ja, schön.\n".encode("cp1252")))
        asked = coordinator.get(url)

        page = coordinator.post(
            url, {"file": str(Upload.objects.get().pk), f"encoding-{Upload.objects.get().pk}": "windows-1252"}
        )

        assert "Which reading looks right?" in asked.text
        assert "Über “alles”." in asked.text
        assert page.context["form"].transcripts[0].draft.segments[0].text == "Über “alles”."

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"name": "  "}, "Give the transcript a name."),
            ({"name": "taken"}, "The study already has a transcript of this name."),
            ({"role": "+"}, "Name the new role."),
            ({"value": "7"}, "has no name; say what it is"),
            ({"name": "x" * 121}, "the most is 120"),
            ({"role": "r" * 41}, "the most is 40"),
        ],
    )
    def test_a_bad_field_is_said_beside_it_and_nothing_is_imported(
        self, world: StudyWorld, coordinator: Client, change: dict[str, str], sentence: str
    ) -> None:
        make_transcript(world.study, name="taken")
        url = preview_of(coordinator, world, ("new.txt", TWO_TURNS))
        data = fields_of(coordinator, url)
        key = next(name.removeprefix("name-") for name in data if name.startswith("name-"))
        data[f"name-{key}"] = change.get("name", "new")
        data["who-role"] = [change.get("role", "patient")] * 2
        data[f"attribute-value-{key}"] = [change.get("value", "")]
        before = Transcript.objects.count()

        answer = coordinator.post(url, data | {"act": "import"})

        assert answer.status_code in (409, 422)
        assert sentence in answer.text
        assert Transcript.objects.count() == before

    def test_a_large_file_shows_its_first_segments_and_a_way_to_all(
        self, world: StudyWorld, coordinator: Client
    ) -> None:
        url = preview_of(coordinator, world, ("long.txt", turns(*(f"Turn {n}." for n in range(1, 1001)))))

        page = coordinator.get(url)
        upload_id = Upload.objects.get().pk
        rest = coordinator.get(f"{url}{upload_id}/0/?page=5")

        assert page.text.count('<td class="said">') == 9
        assert "All 1,000 segments" in page.text
        assert "Turn 1000." in rest.text
        assert rest.text.count('<td class="said">') == 200

    def test_more_files_cost_no_more_queries(
        self, world: StudyWorld, coordinator: Client, django_assert_max_num_queries: Any
    ) -> None:
        url = preview_of(coordinator, world, *[(f"{n}.txt", turns(f"Hour {n}.", "Yes.")) for n in range(22)])

        with django_assert_max_num_queries(8):
            coordinator.get(url)

    def test_discarding_leaves_nothing(self, world: StudyWorld, coordinator: Client) -> None:
        url = preview_of(coordinator, world, ("new.txt", TWO_TURNS))

        coordinator.post(url, {"act": "discard"})

        assert not Upload.objects.exists()
        assert not files.path(files.digest(TWO_TURNS)).exists()
        assert coordinator.get(url).status_code == 404

    def test_one_file_can_be_left_out(self, world: StudyWorld, coordinator: Client) -> None:
        url = preview_of(coordinator, world, ("a.txt", TWO_TURNS), ("b.txt", turns("Other.", "Yes.")))
        out = Upload.objects.get(file_name="a.txt")

        page = coordinator.post(url, fields_of(coordinator, url) | {"act": f"discard:{out.pk}"})

        assert [file.preview.upload.file_name for file in page.context["form"].files] == ["b.txt"]

    @pytest.mark.parametrize(
        "post", [{"act": "import"}, {"act": "discard:nonsense"}, {"file": "x", "act": "read"}, {"act": "\x00"}]
    )
    def test_nonsense_is_never_an_error_page(
        self, world: StudyWorld, coordinator: Client, post: dict[str, str]
    ) -> None:
        url = preview_of(coordinator, world, ("new.txt", TWO_TURNS))

        assert coordinator.post(url, post).status_code in (200, 302, 404, 409, 422)

    @pytest.mark.parametrize("place", ["rater", "reader", "adjudicator"])
    def test_only_coordinators_see_what_waits(
        self, world: StudyWorld, coordinator: Client, sign_in: SignIn, place: str
    ) -> None:
        url = preview_of(coordinator, world, ("new.txt", TWO_TURNS))

        assert sign_in(place).get(url).status_code == 403
        assert "new.txt" not in sign_in(place).get(reverse("transcripts", args=[world.study.slug])).text


class TestReading:
    def test_the_list_counts_and_names_what_there_is(self, world: StudyWorld, sign_in: SignIn) -> None:
        page = sign_in("reader").get(reverse("transcripts", args=[world.study.slug]))

        assert world.transcript.name in page.text
        assert "Upload transcripts" not in page.text

    def test_an_empty_study_says_what_to_do_next(self, world: StudyWorld, coordinator: Client) -> None:
        Segment.objects.all().delete()
        world.transcript.revisions.get().speakers.all().delete()
        world.transcript.revisions.all().delete()
        world.transcript.delete()

        page = coordinator.get(reverse("transcripts", args=[world.study.slug]))

        assert "No transcript yet" in page.text
        assert "Upload transcripts" in page.text

    def test_twenty_more_transcripts_cost_no_more_queries(self, world: StudyWorld, coordinator: Client) -> None:
        url = reverse("transcripts", args=[world.study.slug])
        with _counting() as few:
            coordinator.get(url)
        for _ in range(20):
            make_transcript(world.study, 2)

        with _counting() as many:
            coordinator.get(url)

        assert len(many) == len(few)

    def test_twenty_more_segments_cost_no_more_queries(self, world: StudyWorld, coordinator: Client) -> None:
        longer = make_transcript(world.study, 24)
        with _counting() as few:
            coordinator.get(reverse("transcript", args=[world.study.slug, world.transcript.pk]))

        with _counting() as many:
            coordinator.get(reverse("transcript", args=[world.study.slug, longer.pk]))

        assert len(many) == len(few)

    def test_a_rater_is_told_why_not(self, world: StudyWorld, sign_in: SignIn) -> None:
        answer = sign_in("rater").get(reverse("transcript", args=[world.study.slug, world.transcript.pk]))

        assert answer.status_code == 403
        assert "on their own desk" in answer.text

    def test_text_is_shown_and_never_run(self, world: StudyWorld, coordinator: Client) -> None:
        transcript = make_transcript(world.study, ["<script>alert(1)</script>"])

        page = coordinator.get(reverse("transcript", args=[world.study.slug, transcript.pk]))

        assert "&lt;script&gt;alert(1)" in page.text
        assert "<script>alert" not in page.text

    def test_the_file_comes_back_as_it_came_and_only_as_a_download(
        self, world: StudyWorld, coordinator: Client
    ) -> None:
        data = b"<script>alert(1)</script>: hm\nP: Yes.\nP: No.\n"
        url = preview_of(coordinator, world, ("séance.txt", data))
        coordinator.post(url, fields_of(coordinator, url) | {"act": "import"})
        transcript = Transcript.objects.get(name="séance")

        answer = coordinator.get(reverse("original-file", args=[world.study.slug, transcript.pk]))

        assert answer.content == data
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''s%C3%A9ance.txt")

    def test_a_missing_file_is_a_sentence(self, world: StudyWorld, coordinator: Client) -> None:
        answer = coordinator.get(reverse("original-file", args=[world.study.slug, world.transcript.pk]))

        assert answer.status_code == 409
        assert "missing from the store" in answer.text


class TestChanging:
    def test_attributes_are_replaced_as_a_whole(self, world: StudyWorld, coordinator: Client) -> None:
        url = reverse("set-attributes", args=[world.study.slug, world.transcript.pk])
        coordinator.post(url, {"attribute-name": ["dyad", "old"], "attribute-value": ["7", "x"]})

        coordinator.post(url, {"attribute-name": ["dyad", "", ""], "attribute-value": ["8", "", ""]})

        assert dict(world.transcript.session_attributes.values_list("name", "value")) == {"dyad": "8"}

    @pytest.mark.parametrize(
        ("names", "values", "sentence"),
        [
            (["", "dyad"], ["7", "8"], "has no name"),
            (["dyad", "dyad"], ["7", "8"], "stands twice"),
            (["x" * 61], ["1"], "the most is 60"),
            (["dyad"], ["\x00"], "no text"),
        ],
    )
    def test_bad_attributes_are_a_sentence_and_stay_in_the_form(
        self, world: StudyWorld, coordinator: Client, names: list[str], values: list[str], sentence: str
    ) -> None:
        url = reverse("set-attributes", args=[world.study.slug, world.transcript.pk])

        answer = coordinator.post(url, {"attribute-name": names, "attribute-value": values})

        assert answer.status_code == 422
        assert sentence in answer.text
        assert not world.transcript.session_attributes.exists()

    def test_a_transcript_that_nobody_codes_can_go(self, world: StudyWorld, coordinator: Client) -> None:
        url = preview_of(coordinator, world, ("new.txt", TWO_TURNS))
        coordinator.post(url, fields_of(coordinator, url) | {"act": "import"})
        transcript = Transcript.objects.get(name="new")

        coordinator.post(reverse("delete-transcript", args=[world.study.slug, transcript.pk]))

        assert not Transcript.objects.filter(name="new").exists()
        assert not files.path(files.digest(TWO_TURNS)).exists()

    def test_a_transcript_of_a_round_stays_with_a_reason(self, world: StudyWorld, coordinator: Client) -> None:
        world.round()

        answer = coordinator.post(reverse("delete-transcript", args=[world.study.slug, world.transcript.pk]))

        assert answer.status_code == 409
        assert "part of a round" in answer.text
        assert world.transcript.revisions.get().segments.count() == 4

    @pytest.mark.parametrize("route", ["set-attributes", "delete-transcript"])
    @pytest.mark.parametrize("place", ["rater", "reader", "adjudicator"])
    def test_only_a_coordinator_changes_a_transcript(
        self, world: StudyWorld, sign_in: SignIn, route: str, place: str
    ) -> None:
        answer = sign_in(place).post(reverse(route, args=[world.study.slug, world.transcript.pk]))

        assert answer.status_code == 403
        assert Transcript.objects.filter(pk=world.transcript.pk).exists()
