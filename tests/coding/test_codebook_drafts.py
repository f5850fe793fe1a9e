"""Drafts of a codebook: what is changed in them, moved, refused and thrown away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coding.formats.drafts import CodebookDraft, CodeDraft, ExampleDraft, FamilyDraft
from coding.models import Attribute, Code, CodebookVersion, Family
from coding.queries.codebooks import draft_of
from coding.services import codebooks, draft_attributes, drafts
from coding.services.draft_attributes import AttributeText
from coding.services.drafts import CodeText, NotThisWay, Settings
from tests.coding.formats.test_codebook_file import DEMO
from tests.coding.test_codebooks import code, family, store
from tests.factories import SMALL_CODEBOOK, StudyWorld, make_study, make_version
from transcripts.models import SpeakerRole
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world: StudyWorld) -> CodebookVersion:
    return make_version(world.study, publish=False)


@pytest.fixture
def coordinator(world: StudyWorld) -> User:
    assert world.coordinator.user is not None
    return world.coordinator.user


# Drafts --------------------------------------------------------------------------------------------------------------


def test_a_draft_starts_as_a_copy_signs_and_letters_included(world: StudyWorld, coordinator: User) -> None:
    first = store(world.study, DEMO.read_bytes())
    drafts.save_family(
        user=coordinator,
        version=first,
        family=family(first, "PULL"),
        key="PULL",
        name="Pull",
        definition="",
        exclusive=False,
        slot="teal",
    )
    drafts.save_family(
        user=coordinator,
        version=first,
        family=family(first, "REC"),
        key="REC",
        name="Recognition",
        definition="",
        exclusive=False,
        slot="teal",
    )
    codebooks.publish(user=coordinator, version=first)

    copy = codebooks.new_draft(user=coordinator, version=first, name="1.1.0")

    assert draft_of(copy) == replace(draft_of(first), version="1.1.0")
    for model in (Family, Code):
        looks = [
            list(model.objects.filter(version=one).order_by("position").values_list("key", name))
            for one in (first, copy)
            for name in [{Family: "slot", Code: "letter"}[model]]
        ]
        assert looks[0] == looks[1]
    assert dict(Family.objects.filter(version=copy).values_list("key", "slot"))["REC"] == "teal"
    assert family(copy, "PULL").color == "#094740"


def test_a_new_family_takes_a_free_sign_and_a_new_code_a_free_letter(draft: CodebookVersion, coordinator: User) -> None:
    added = drafts.save_family(
        user=coordinator, version=draft, family=None, key="REW", name="Response", definition="", exclusive=False
    )
    text = CodeText(key="REW-APP", name="Turning", family=added)
    made = drafts.save_code(user=coordinator, version=draft, code=None, text=text)

    slots = list(Family.objects.filter(version=draft).order_by("position").values_list("slot", flat=True))
    assert len(set(slots)) == len(slots) == 5
    assert made.letter == "P"
    assert made.position == 8


def test_editing_a_code_keeps_what_the_file_said_beyond_the_form(world: StudyWorld, coordinator: User) -> None:
    version = store(world.study, DEMO.read_bytes())
    before = code(version, "PULL-APP")
    third = ExampleDraft(role="patient", text=before.examples[2]["text"], rating=2)

    text = CodeText(
        key="PULL-APP",
        name="Seeking a verdict",
        family=before.family,
        examples=(third, ExampleDraft(role="", text="Was it good?")),
        roles=(SpeakerRole.objects.get(study=world.study, name="patient"),),
        rated=True,
        letter="A",
    )
    drafts.save_code(user=coordinator, version=version, code=before, text=text)

    saved = draft_of(version).codes[0]
    assert (saved.name, saved.roles, saved.color) == ("Seeking a verdict", ("patient",), "#B5523B")
    assert dict(saved.examples[0].rest) == {"arena": "there"}
    assert [example.rating for example in saved.examples] == [2, None]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"key": "PULL-DEF"}, "code_key_once"),
        ({"letter": "D"}, "code_letter_once"),
        ({"outcome": "none"}, "outcome_taken"),
        ({"key": " A"}, "draft_not_a_file"),
        ({"key": "A\x07"}, "draft_not_a_file"),
    ],
)
def test_what_a_file_could_not_say_is_refused_and_nothing_saved(
    draft: CodebookVersion, coordinator: User, changes: dict[str, str], refusal: str
) -> None:
    found = code(draft, "PULL-APP")
    text = replace(CodeText(key="PULL-APP", name="New name", family=found.family, letter="A"), **changes)

    with pytest.raises(NotThisWay) as refused:
        drafts.save_code(user=coordinator, version=draft, code=found, text=text)

    found.refresh_from_db()
    assert (refused.value.code, found.name) == (refusal, "Seeking approval")


@pytest.mark.parametrize(("key", "outcome"), [("NRM", "uncodable"), ("GAP", "uncodable")])
def test_an_outcome_that_its_key_contradicts_is_refused(
    world: StudyWorld, coordinator: User, key: str, outcome: str
) -> None:
    plain = replace(SMALL_CODEBOOK, codes=SMALL_CODEBOOK.codes[:2], exclusive_codes=())
    version = make_version(world.study, plain, publish=False)
    text = CodeText(key=key, name="Gap", family=family(version, "ADM"), outcome=outcome)

    with pytest.raises(NotThisWay, match="UNC") as refused:
        drafts.save_code(user=coordinator, version=version, code=None, text=text)

    assert refused.value.code == "outcome_unclear"
    assert not Code.objects.filter(version=version, key=key).exists()


def test_a_code_of_another_version_is_not_edited_through_this_one(
    world: StudyWorld, draft: CodebookVersion, coordinator: User
) -> None:
    other = make_version(world.study, publish=False)

    with pytest.raises(NotThisWay):
        drafts.remove_code(user=coordinator, version=draft, code=code(other, "PULL-APP"))
    with pytest.raises(NotThisWay):
        drafts.save_code(
            user=coordinator,
            version=draft,
            code=None,
            text=CodeText(key="X", name="X", family=family(other, "PULL")),
        )


def test_what_was_taken_out_meanwhile_is_not_brought_back_by_saving_it(
    draft: CodebookVersion, coordinator: User
) -> None:
    stale = code(draft, "PULL-APP")
    drafts.remove_code(user=coordinator, version=draft, code=stale)
    stale.pk = stale.pk or 0

    with pytest.raises(NotThisWay):
        drafts.save_code(
            user=coordinator,
            version=draft,
            code=stale,
            text=CodeText(key="PULL-APP", name="x", family=family(draft, "PULL")),
        )

    assert not Code.objects.filter(version=draft, key="PULL-APP").exists()


def test_a_family_with_codes_stays(draft: CodebookVersion, coordinator: User) -> None:
    with pytest.raises(NotThisWay, match="still has codes"):
        drafts.remove_family(user=coordinator, version=draft, family=family(draft, "PULL"))

    for found in Code.objects.filter(version=draft, family__key="PULL"):
        drafts.remove_code(user=coordinator, version=draft, code=found)
    drafts.remove_family(user=coordinator, version=draft, family=family(draft, "PULL"))

    assert not Family.objects.filter(version=draft, key="PULL").exists()


def test_codes_change_places_within_their_family_and_stay_at_its_ends(
    draft: CodebookVersion, coordinator: User
) -> None:
    def order() -> list[str]:
        return [one.key for one in draft_of(draft).codes]

    drafts.move(user=coordinator, version=draft, part=code(draft, "ST-WARM"), up=False)
    moved = order()
    drafts.move(user=coordinator, version=draft, part=code(draft, "ST-WARM"), up=False)
    drafts.move(user=coordinator, version=draft, part=code(draft, "PULL-APP"), up=True)

    assert moved == ["PULL-APP", "PULL-DEF", "NAM-DIS", "ST-COOL", "ST-WARM", "NRM", "UNC"]
    assert order() == moved


def test_families_and_attributes_change_places_too(world: StudyWorld, coordinator: User) -> None:
    version = store(world.study, DEMO.read_bytes())

    drafts.move(user=coordinator, version=version, part=family(version, "REC"), up=True)
    last = Attribute.objects.get(version=version, key="confidence")
    drafts.move(user=coordinator, version=version, part=last, up=True)

    now = draft_of(version)
    assert [one.key for one in now.families][:2] == ["REC", "PULL"]
    assert [one.id for one in now.attributes][2:] == ["confidence", "target_person"]


def test_settings_hold_scale_anchors_and_limit(draft: CodebookVersion, coordinator: User) -> None:
    new = Settings(
        name="7",
        title="Seven",
        max_codes_per_turn=None,
        rating_name="strength",
        rating_minimum=0,
        rating_maximum=2,
        rating_anchors={2: "strong", 1: "weak"},
        rating_required=False,
    )

    drafts.change_settings(user=coordinator, version=draft, settings=new)

    saved = draft_of(CodebookVersion.objects.get(pk=draft.pk))
    assert (saved.version, saved.title, saved.max_codes_per_turn) == ("7", "Seven", None)
    assert saved.rating is not None
    assert (saved.rating.name, saved.rating.maximum, saved.rating.required) == ("strength", 2, False)
    assert dict(saved.rating.anchors) == {1: "weak", 2: "strong"}


def test_without_a_scale_no_code_is_rated(draft: CodebookVersion, coordinator: User) -> None:
    drafts.change_settings(user=coordinator, version=draft, settings=Settings(name="7", title="Seven"))

    saved = draft_of(CodebookVersion.objects.get(pk=draft.pk))
    assert saved.rating is None
    assert not any(one.rated for one in saved.codes)


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        (Settings(name="x", title="t", rating_name="r", rating_minimum=2, rating_maximum=2), "rating_scale_in_order"),
        (Settings(name="x", title="t", rating_name="r", rating_anchors={9: "off the scale"}), "draft_not_a_file"),
        (Settings(name="x", title="t", max_codes_per_turn=0), "draft_not_a_file"),
        (Settings(name="x", title=""), "draft_not_a_file"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    draft: CodebookVersion, coordinator: User, new: Settings, refusal: str
) -> None:
    with pytest.raises(NotThisWay) as refused:
        drafts.change_settings(user=coordinator, version=draft, settings=new)

    draft.refresh_from_db()
    assert (refused.value.code, draft.title) == (refusal, "A small codebook")


def test_a_name_in_use_is_refused(world: StudyWorld, draft: CodebookVersion, coordinator: User) -> None:
    taken = Settings(name=world.version.name, title="t")

    with pytest.raises(NotThisWay) as refused:
        drafts.change_settings(user=coordinator, version=draft, settings=taken)

    assert refused.value.code == "version_name_once"


def test_attributes_follow_a_renamed_code_and_keep_the_last_one_they_are_asked_of(
    world: StudyWorld, coordinator: User
) -> None:
    version = store(world.study, DEMO.read_bytes())
    found = code(version, "NAM-LNK")
    renamed = CodeText(key="NAM-LINK", name=found.name, family=found.family, letter=found.letter)

    drafts.save_code(user=coordinator, version=version, code=found, text=renamed)
    asked = {one.id: one.applies_to for one in draft_of(version).attributes}
    drafts.remove_code(user=coordinator, version=version, code=code(version, "NAM-LINK"))

    assert asked["target_person"] == ("PULL", "NAM-LINK")
    assert {one.id: one.applies_to for one in draft_of(version).attributes}["target_person"] == ("PULL",)
    for one in Code.objects.filter(version=version, family__key="PULL"):
        drafts.remove_code(user=coordinator, version=version, code=one)
    with pytest.raises(NotThisWay, match="asked of nothing else"):
        drafts.remove_family(user=coordinator, version=version, family=family(version, "PULL"))


def test_attributes_are_added_changed_and_removed(draft: CodebookVersion, coordinator: User) -> None:
    text = AttributeText(key="arena", type="nominal", values={"here": "in the room", "there": ""}, default="here")

    made = draft_attributes.save_attribute(user=coordinator, version=draft, attribute=None, text=text)
    number = AttributeText(key="sure", type="ordinal", minimum=1, maximum=3, applies_to=("PULL",), required=True)
    draft_attributes.save_attribute(user=coordinator, version=draft, attribute=None, text=number)
    longer = replace(text, values={"there": "told", "here": "lived", "both": ""})
    draft_attributes.save_attribute(user=coordinator, version=draft, attribute=made, text=longer)

    first, second = draft_of(draft).attributes
    assert list(first.values.items()) == [("there", "told"), ("here", "lived"), ("both", "")]
    assert (second.minimum, second.maximum, second.applies_to, second.required) == (1, 3, ("PULL",), True)
    draft_attributes.remove_attribute(user=coordinator, version=draft, attribute=made)
    assert [one.id for one in draft_of(draft).attributes] == ["sure"]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (AttributeText(key="a", type="nominal"), "draft_not_a_file"),
        (AttributeText(key="a", type="nominal", values={"x": ""}, default="y"), "draft_not_a_file"),
        (AttributeText(key="a", type="ordinal", minimum=3, maximum=1), "draft_not_a_file"),
        (AttributeText(key="a", type="ordinal", minimum=1, maximum=3, default="two"), "default_not_a_number"),
        (AttributeText(key="a", type="text", applies_to=("NOWHERE",)), "draft_not_a_file"),
    ],
)
def test_attributes_that_cannot_be_are_refused(
    draft: CodebookVersion, coordinator: User, text: AttributeText, refusal: str
) -> None:
    with pytest.raises(NotThisWay) as refused:
        draft_attributes.save_attribute(user=coordinator, version=draft, attribute=None, text=text)

    assert refused.value.code == refusal
    assert not Attribute.objects.filter(version=draft).exists()


def test_a_draft_that_is_thrown_away_leaves_its_history(draft: CodebookVersion, coordinator: User) -> None:
    drafts.discard(user=coordinator, version=draft)

    assert not CodebookVersion.objects.filter(pk=draft.pk).exists()
    history = Code._meta.apps.get_model("coding", "CodeEvent")
    assert history.objects.filter(version_id=draft.pk, pgh_label="delete").count() == 7
    with pytest.raises(NotThisWay, match="thrown away"):
        drafts.discard(user=coordinator, version=draft)


def test_twenty_more_codes_cost_no_more_queries(django_assert_num_queries: Any) -> None:
    study = make_study()
    few = make_version(study, publish=False)
    more = tuple(CodeDraft(key=f"X{number}", name="x", family="F", roles=("patient",)) for number in range(25))
    many = make_version(study, CodebookDraft("k", "1", "t", (FamilyDraft("F", "F"),), more), publish=False)

    for version in (few, many):
        fetched = CodebookVersion.objects.select_related("codebook").get(pk=version.pk)
        with django_assert_num_queries(5):
            draft_of(fetched)
