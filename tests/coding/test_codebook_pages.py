"""Codebooks in the browser: reading, bringing in, editing a draft, publishing; every refusal beside its field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.formats.drafts import AttributeDraft
from coding.models import Attribute, Code, CodebookVersion, Family
from coding.queries.codebooks import draft_of
from tests.coding.formats.test_codebook_file import DEMO
from tests.factories import SMALL_CODEBOOK, StudyWorld, make_version, make_world
from transcripts.models import Membership

pytestmark = pytest.mark.django_db

CODE = {
    "name": "Turning away",
    "key": "PULL-TRN",
    "definition": "Moves off.\r\nQuickly.",
    "include": "a joke\r\n\r\n a compliment ",
    "exclude": "",
    "near_misses": "",
    "letter": "",
    "outcome": "",
    "examples-TOTAL_FORMS": "2",
    "examples-INITIAL_FORMS": "0",
    "examples-0-text": "Anyway, the builders come on Monday.",
    "examples-0-role": "patient",
    "examples-0-rating": "3",
    "examples-1-text": "",
    "examples-1-role": "",
    "examples-1-rating": "",
}
ATTRIBUTE = {"key": "arena", "type": "nominal", "values": "here: in the room\r\nthere", "default": "here"}


@pytest.fixture
def page(world: StudyWorld, client: Client) -> Pages:
    return Pages(client, world)


@pytest.fixture
def draft(world: StudyWorld) -> CodebookVersion:
    return make_version(world.study, publish=False)


class Pages:
    """The pages of the study as the coordinator walks them."""

    def __init__(self, client: Client, world: StudyWorld) -> None:
        self.client, self.base = client, f"/studies/{world.study.slug}/codebooks/"
        self.sign_in(world.coordinator)

    def sign_in(self, member: Membership) -> None:
        assert member.user is not None
        self.client.force_login(member.user)

    def get(self, path: str = "") -> Any:
        return self.client.get(self.base + path)

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(self.base + path, data)


def demo_file(name: str = "book.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, DEMO.read_bytes(), "application/json")


# Reading -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["coordinator", "rater", "adjudicator", "reader"])
def test_every_member_reads_a_published_version(page: Pages, world: StudyWorld, place: str) -> None:
    page.sign_in(getattr(world, place))

    listed, shown, file = page.get(), page.get(f"{world.version.pk}/"), page.get(f"{world.version.pk}/file/")

    assert f"small {world.version.name}" in listed.content.decode()
    assert "Seeking approval" in shown.content.decode()
    assert file.json()["id"] == "small"
    assert "attachment" in file.headers["Content-Disposition"]


@pytest.mark.parametrize("place", ["rater", "adjudicator", "reader"])
def test_a_draft_is_for_coordinators(page: Pages, world: StudyWorld, draft: CodebookVersion, place: str) -> None:
    page.sign_in(getattr(world, place))

    assert draft.name not in page.get().content.decode()
    for path in ("", "file/", "settings/", "codes/new/"):
        assert page.get(f"{draft.pk}/{path}").status_code == 403
    assert page.post(f"{draft.pk}/publish/").status_code == 403
    assert page.post(f"{draft.pk}/discard/").status_code == 403
    assert page.post("upload/", file=demo_file()).status_code == 403
    assert CodebookVersion.objects.filter(published_at=None).get() == draft


def test_a_version_of_another_study_does_not_exist(page: Pages, other_world: StudyWorld) -> None:
    assert page.get(f"{other_world.version.pk}/").status_code == 404
    assert page.get("99999999999999999999999/").status_code == 404
    assert page.client.get(f"/studies/{other_world.study.slug}/codebooks/").status_code == 404


@pytest.fixture
def other_world(db: None) -> StudyWorld:
    return make_world("elsewhere")


def test_the_manual_says_what_the_file_says(page: Pages) -> None:
    page.post("upload/", file=demo_file(), publish="on")
    version = CodebookVersion.objects.get(codebook__key="relational-moves")

    text = page.get(f"{version.pk}/").content.decode()

    assert "Version 1.0.0 is published: 22 codes in 6 families, frozen." in text
    for words in (
        "angles for, fishes for",
        "takes back or softens a thing just said",
        "use PULL-IMP",
        "By the summer he only wanted to hear",
        "patient and therapist turns, rated up to 3",
        "lived between the two people in the room",
        "a number from 1 to 3",
        "stands for “none applies”",
    ):
        assert words in text
    assert "Change<" not in text


def test_twenty_more_codes_and_versions_cost_no_more_queries(page: Pages, world: StudyWorld) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert page.get(path).status_code == 200
        return len(queries)

    # Both are first versions: one that changes another asks for that one too, whatever its size.
    asking = replace(SMALL_CODEBOOK, key="asking", attributes=(AttributeDraft("arena", "text"),))
    small = make_version(world.study, asking, publish=False)
    page.post("upload/", file=demo_file())
    large = CodebookVersion.objects.get(codebook__key="relational-moves")
    for part in ("", "settings/", "codes/new/"):
        cost(f"{small.pk}/{part}")
        assert cost(f"{small.pk}/{part}") == cost(f"{large.pk}/{part}")
    before = cost("")
    for _ in range(20):
        make_version(world.study)
    assert cost("") == before
    assert cost(f"{large.pk}/") == cost(f"{small.pk}/")


# Bringing in ---------------------------------------------------------------------------------------------------------


def test_a_file_becomes_a_draft_or_a_published_version(page: Pages) -> None:
    answer = page.post("upload/", file=demo_file())

    version = CodebookVersion.objects.get(codebook__key="relational-moves")
    assert answer.headers["Location"] == f"{page.base}{version.pk}/"
    assert not version.is_published


def test_a_bad_file_is_refused_beside_its_field(page: Pages) -> None:
    bad = SimpleUploadedFile("book.json", b'{"id": "x", "version": "1"}')

    answer = page.post("upload/", file=bad)

    assert answer.status_code == 422
    assert "“title” is missing" in answer.context["file_form"].errors["file"][0]
    assert page.post("upload/").status_code == 422
    assert page.post("upload/", file=SimpleUploadedFile("empty.json", b"")).status_code == 422


def test_a_second_click_shows_what_the_first_one_made(page: Pages) -> None:
    pairs = [
        (page.post("upload/", file=demo_file()), page.post("upload/", file=demo_file())),
        (
            page.post("start/", title="Mine", key="mine", version="1"),
            page.post("start/", title="Mine", key="mine", version="1"),
        ),
    ]

    for first, second in pairs:
        assert first.headers["Location"] == second.headers["Location"]
    assert CodebookVersion.objects.filter(codebook__key__in=["relational-moves", "mine"]).count() == 2


def test_another_file_under_the_same_name_is_refused_however_soon(page: Pages) -> None:
    changed = demo_file().read().replace(b"Seeking approval", b"Seeking a verdict")
    first = page.post("upload/", file=demo_file())

    second = page.post("upload/", file=SimpleUploadedFile("codebook.json", changed))

    assert first.status_code == 302
    assert second.status_code == 422
    assert "already has a version" in second.context["file_form"].errors["file"][0]


def test_a_name_in_use_for_longer_is_refused_and_nothing_typed_is_lost(page: Pages, world: StudyWorld) -> None:
    answer = page.post("start/", title="Again", key="small", version=world.version.name)

    assert answer.status_code == 422
    assert "already has a version" in answer.context["new_form"].errors["version"][0]
    assert 'value="Again"' in answer.content.decode()


# Drafts --------------------------------------------------------------------------------------------------------------


def test_a_codebook_is_written_from_nothing_to_published(page: Pages) -> None:
    page.post("start/", title="Mine", key="mine", version="0.1")
    version = CodebookVersion.objects.get(codebook__key="mine")
    at = f"{version.pk}/"
    assert "is empty: add a family" in page.get(at).content.decode()

    page.post(f"{at}families/new/", name="Pull", key="PULL", definition="", slot="rose")
    family = Family.objects.get(version=version)
    page.post(f"{at}codes/new/", **CODE, family=family.pk, rated="on")
    page.post(f"{at}attributes/new/", **ATTRIBUTE, applies_to=["PULL"])
    settings = {"title": "Mine", "name": "1.0", "rating_name": "intensity", "rating_anchors": "1: faint\r\n3: marked"}
    page.post(f"{at}settings/", **settings, rating_minimum="0", rating_maximum="3", rating_required="on")
    answer = page.post(f"{at}publish/")

    version.refresh_from_db()
    book = draft_of(version)
    assert answer.headers["Location"] == page.base + at
    assert version.is_published
    assert (book.version, book.max_codes_per_turn) == ("1.0", None)
    assert book.rating is not None
    assert dict(book.rating.anchors) == {1: "faint", 3: "marked"}
    assert (family.slot, book.families[0].color) == ("rose", "#7f025f")
    (code,) = book.codes
    assert (code.definition, code.include) == ("Moves off.\nQuickly.", ("a joke", "a compliment"))
    assert (code.letter, code.rated, len(code.examples), code.examples[0].rating) == ("T", True, 1, 3)
    assert dict(book.attributes[0].values) == {"here": "in the room", "there": ""}
    assert book.attributes[0].applies_to == ("PULL",)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"key": "PULL-APP"}, "key", "Another code of this version has that key."),
        ({"letter": "A"}, "letter", "Another code of this version has that letter on the desk."),
        ({"letter": "j"}, "letter", "Choose one letter from A to Z or two, but not J, K, M or Z."),
        ({"letter": "AB"}, "letter", "“Seeking approval” has the key A: no key may begin another."),
        ({"letter": "é"}, "letter", "Choose one letter from A to Z or two, but not J, K, M or Z."),
        ({"outcome": "none"}, "outcome", "Another code of this version stands for that already."),
        ({"name": "a\x07b"}, "name", "Write it in one line, without control characters."),
        ({"name": "x" * 121}, "name", "Ensure this value has at most 120 characters (it has 121)."),
        ({"family": "999999999999999999999"}, "family", "Select a valid choice."),
    ],
)
def test_a_code_that_cannot_be_is_refused_beside_the_field_and_nothing_typed_is_lost(
    page: Pages, draft: CodebookVersion, changes: dict[str, str], field: str, sentence: str
) -> None:
    family = Family.objects.get(version=draft, key="PULL")

    answer = page.post(f"{draft.pk}/codes/new/", **{**CODE, "family": family.pk, **changes})

    assert answer.status_code == 422
    assert any(said.startswith(sentence) for said in answer.context["form"].errors[field])
    for typed in ("a compliment", "Anyway, the builders come on Monday.", "Moves off."):
        assert typed in answer.content.decode()
    assert not Code.objects.filter(version=draft, key="PULL-TRN").exists()


def test_an_example_without_its_words_is_asked_for(page: Pages, draft: CodebookVersion) -> None:
    family = Family.objects.get(version=draft, key="PULL")

    answer = page.post(f"{draft.pk}/codes/new/", **{**CODE, "family": family.pk, "examples-1-role": "patient"})

    assert answer.status_code == 422
    assert "Write the words of this example" in answer.content.decode()
    assert page.post(f"{draft.pk}/codes/new/", name="x").status_code == 422


def test_a_code_is_changed_with_its_roles_and_moved(page: Pages, draft: CodebookVersion, world: StudyWorld) -> None:
    code = Code.objects.get(version=draft, key="NAM-DIS")
    asked = page.get(f"{draft.pk}/codes/{code.pk}/").content.decode()
    patient = world.study.speaker_roles.get(name="patient").pk
    other = Family.objects.get(version=draft, key="PULL").pk

    answer = page.post(f"{draft.pk}/codes/{code.pk}/", **{**CODE, "family": other, "roles": [patient], "letter": "q"})
    page.post(f"{draft.pk}/codes/{code.pk}/move/", direction="up")

    assert "Disclosing the pull" in asked
    assert answer.headers["Location"].endswith(f"/codebooks/{draft.pk}/#code-{code.pk}")
    book = {one.key: one for one in draft_of(draft).codes}
    assert list(book)[:3] == ["PULL-APP", "PULL-TRN", "PULL-DEF"]
    assert (book["PULL-TRN"].roles, book["PULL-TRN"].letter) == (("patient",), "Q")


def test_adding_the_same_twice_adds_it_once(page: Pages, draft: CodebookVersion) -> None:
    family = {"name": "New", "key": "NEW", "definition": "", "slot": "teal"}
    for _ in range(2):
        assert page.post(f"{draft.pk}/families/new/", **family).status_code == 302
        added = Family.objects.get(version=draft, key="NEW")
        assert page.post(f"{draft.pk}/codes/new/", **CODE, family=added.pk).status_code == 302
        assert page.post(f"{draft.pk}/attributes/new/", **ATTRIBUTE).status_code == 302

    assert Code.objects.filter(version=draft, key="PULL-TRN").count() == 1
    assert Attribute.objects.filter(version=draft).count() == 1


def test_the_signs_of_other_families_are_named_beside_the_choice(page: Pages, draft: CodebookVersion) -> None:
    text = page.get(f"{draft.pk}/families/new/").content.decode()

    assert "triangle, clay; also Pull" in text
    assert "half disc, teal" in text
    assert 'type="color"' not in text
    wrong = page.post(f"{draft.pk}/families/new/", name="N", key="N", slot="#ff0000")
    assert wrong.status_code == 422
    assert "slot" in wrong.context["form"].errors


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"values": ""}, "values"),
        ({"values": "x\nx"}, "values"),
        ({"values": ": lost"}, "values"),
        ({"default": "nowhere"}, "__all__"),
        ({"type": "ordinal", "values": "", "minimum": "3", "maximum": "1"}, "maximum"),
        ({"type": "ordinal", "values": "", "minimum": "3"}, "maximum"),
        ({"type": "ordinal", "values": "", "minimum": "1", "maximum": "3", "default": "two"}, "default"),
        ({"type": "ordinal", "minimum": "1" * 30}, "minimum"),
        ({"type": "text"}, "type"),
        ({"applies_to": "NOWHERE"}, "applies_to"),
    ],
)
def test_an_attribute_that_cannot_be_is_refused_beside_the_field(
    page: Pages, draft: CodebookVersion, changes: dict[str, str], field: str
) -> None:
    answer = page.post(f"{draft.pk}/attributes/new/", **{**ATTRIBUTE, **changes})

    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not Attribute.objects.filter(version=draft).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rating_maximum": "12"}, "rating_maximum"),
        ({"rating_minimum": "3"}, "rating_maximum"),
        ({"rating_maximum": "9" * 20}, "rating_maximum"),
        ({"rating_anchors": "faint"}, "rating_anchors"),
        ({"rating_anchors": "7: off the scale"}, "rating_anchors"),
        ({"max_codes_per_turn": "0"}, "max_codes_per_turn"),
        ({"max_codes_per_turn": "99999"}, "max_codes_per_turn"),
        ({"title": ""}, "title"),
        ({"name": "taken"}, "name"),
    ],
)
def test_settings_that_cannot_be_are_refused_beside_the_field(
    page: Pages, world: StudyWorld, draft: CodebookVersion, changes: dict[str, str], field: str
) -> None:
    CodebookVersion.objects.filter(pk=make_version(world.study, publish=False).pk).update(name="taken")
    whole = {"title": "T", "name": "n", "rating_name": "r", "rating_minimum": "0", "rating_maximum": "3"}

    answer = page.post(f"{draft.pk}/settings/", **{**whole, **changes})

    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    draft.refresh_from_db()
    assert draft.title == "A small codebook"


def test_a_scale_that_a_file_brought_stays_when_something_else_is_changed(page: Pages, draft: CodebookVersion) -> None:
    CodebookVersion.objects.filter(pk=draft.pk).update(rating_maximum=100)
    whole = {"title": "T", "name": "n", "rating_name": "r", "rating_minimum": "0", "rating_maximum": "100"}

    assert page.post(f"{draft.pk}/settings/", **whole).status_code == 302

    draft.refresh_from_db()
    assert (draft.title, draft.rating_maximum) == ("T", 100)


def test_parts_are_removed_and_a_second_click_changes_nothing(page: Pages, draft: CodebookVersion) -> None:
    code = Code.objects.get(version=draft, key="NAM-DIS")
    page.post(f"{draft.pk}/attributes/new/", **ATTRIBUTE)
    attribute = Attribute.objects.get(version=draft)
    for _ in range(2):
        for part in (f"codes/{code.pk}", f"families/{code.family_id}", f"attributes/{attribute.pk}"):
            assert page.post(f"{draft.pk}/{part}/remove/").status_code == 302

    assert not Code.objects.filter(pk=code.pk).exists()
    assert not Family.objects.filter(pk=code.family_id).exists()
    assert not Attribute.objects.filter(version=draft).exists()


def test_a_family_with_codes_is_not_removed_and_the_page_says_why(page: Pages, draft: CodebookVersion) -> None:
    family = Family.objects.get(version=draft, key="PULL")

    answer = page.post(f"{draft.pk}/families/{family.pk}/remove/")

    assert answer.status_code == 422
    assert "The family still has codes." in answer.content.decode()


def test_publishing_twice_and_discarding_twice_is_once(page: Pages, world: StudyWorld, draft: CodebookVersion) -> None:
    for _ in range(2):
        assert page.post(f"{draft.pk}/publish/").status_code == 302
    other = make_version(world.study, publish=False)
    for _ in range(2):
        assert page.post(f"{other.pk}/discard/").headers["Location"] == page.base

    draft.refresh_from_db()
    assert draft.is_published
    assert not CodebookVersion.objects.filter(pk=other.pk).exists()


def test_an_empty_codebook_is_not_published_and_the_page_says_why(page: Pages) -> None:
    page.post("start/", title="Mine", key="mine", version="1")
    version = CodebookVersion.objects.get(codebook__key="mine")

    answer = page.post(f"{version.pk}/publish/")

    assert answer.status_code == 422
    assert "needs at least one code" in answer.content.decode()


def test_a_published_version_offers_a_new_draft_and_refuses_every_change(page: Pages, world: StudyWorld) -> None:
    code = Code.objects.get(version=world.version, key="PULL-APP")
    at = f"{world.version.pk}/"

    for path in ("settings/", "families/new/", "codes/new/", f"codes/{code.pk}/", "attributes/new/"):
        assert page.get(at + path).status_code == 409
    for path in (f"codes/{code.pk}/remove/", f"codes/{code.pk}/move/", "discard/"):
        assert page.post(at + path).status_code == 409
    taken = page.post(at + "draft/", name=world.version.name)
    made = page.post(at + "draft/", name="2.0")

    assert taken.status_code == 422
    assert "Choose another name" in taken.content.decode()
    assert page.post(at + "draft/", name="").status_code == 422
    draft = CodebookVersion.objects.get(name="2.0")
    assert made.headers["Location"] == f"{page.base}{draft.pk}/"
    assert "can still be changed" in page.get(f"{draft.pk}/").content.decode()


def test_nothing_is_written_by_reading(page: Pages, draft: CodebookVersion) -> None:
    for path in ("publish/", "discard/", "draft/", "codes/1/remove/", "codes/1/move/"):
        assert page.get(f"{draft.pk}/{path}").status_code == 405


# Layouts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["json", "csv", "qdc", "md", "docx"])
def test_a_version_is_taken_away_in_every_layout_and_comes_back_where_it_can(
    page: Pages, world: StudyWorld, layout: str
) -> None:
    file = page.get(f"{world.version.pk}/file/{layout}/")
    again = page.post("upload/", file=SimpleUploadedFile(f"again.{layout}", file.content))

    assert file.headers["Content-Disposition"].endswith(f'.{layout}"')
    if layout == "qdc":
        version = CodebookVersion.objects.get(codebook__key="again")
        assert [code.key for code in version.codes.order_by("position")] == [one.key for one in SMALL_CODEBOOK.codes]
    else:
        # The name of the version is in the file, and taken; a manual is no codebook.
        assert again.status_code == 422
    assert page.get(f"{world.version.pk}/file/pdf/").status_code == 404


def test_a_table_that_names_no_version_takes_the_next_free_number(page: Pages) -> None:
    for _ in range(2):
        page.post("upload/", file=SimpleUploadedFile("moves.csv", b"code,definition\nA,One.\nB,Two.\n"))

    found = CodebookVersion.objects.filter(codebook__key="moves").order_by("number")
    assert [(version.number, version.name) for version in found] == [(1, "1"), (2, "2")]


def test_a_table_with_a_ring_is_refused_with_its_line(page: Pages) -> None:
    answer = page.post("upload/", file=SimpleUploadedFile("moves.csv", b"code,family\nA,B\nB,A\n"))

    assert answer.status_code == 422
    assert "Line 2: “A” and “B” stand each below the other." in answer.content.decode()


def test_a_thousand_codes_and_markup_in_names_are_shown_as_text(page: Pages) -> None:
    rows = "".join(f"C{number},<script>alert({number})</script>,Number {number}.\n" for number in range(1000))
    answer = page.post("upload/", file=SimpleUploadedFile("many.csv", f"code,name,definition\n{rows}".encode()))

    text = page.client.get(answer.url).content.decode()
    assert text.count("&lt;script&gt;alert(999)") >= 1
    assert "<script>alert" not in text
