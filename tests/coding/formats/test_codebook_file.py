"""The codebook file: what is read, what is kept, what is refused and where."""

import contextlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.formats.codebook import CodebookDraft, CodebookError, RatingDraft, read_codebook, write_codebook

# A busy machine is no fault of the code.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DEMO = Path(__file__).parents[3] / "fixtures" / "demo" / "relational_moves_codebook.json"


def small(**changes: Any) -> dict[str, Any]:
    """Make the smallest useful codebook, with changes."""
    book: dict[str, Any] = {
        "id": "small",
        "version": "1",
        "title": "A small codebook",
        "families": [{"id": "F", "short_name": "Family"}],
        "codes": [
            {"id": "A", "short_name": "First", "parent": "F"},
            {"id": "B", "short_name": "Second", "parent": "F"},
        ],
    }
    return book | changes


def read(book: Any) -> CodebookDraft:
    return read_codebook(json.dumps(book).encode())


def code(**changes: Any) -> dict[str, Any]:
    return {"id": "A", "short_name": "First", "parent": "F"} | changes


def attribute(**changes: Any) -> dict[str, Any]:
    return {"id": "arena", "values": {"here": "", "there": ""}} | changes


def test_the_demo_codebook_is_read_with_all_its_parts() -> None:
    draft = read_codebook(DEMO.read_bytes())

    assert (draft.key, draft.version, draft.title) == (
        "relational-moves",
        "1.0.0",
        "Relational moves in the therapy hour",
    )
    assert [family.key for family in draft.families] == ["PULL", "REC", "NAM", "REW", "ALL", "ADM"]
    assert len(draft.codes) == 24
    assert draft.exclusive_codes == ("NRM", "UNC")
    assert draft.outcomes == {"NRM": "none", "UNC": "uncodable"}
    assert draft.max_codes_per_turn == 3
    assert draft.rating is not None
    assert (draft.rating.name, draft.rating.minimum, draft.rating.maximum) == ("intensity", 0, 3)
    assert draft.rating.required
    assert draft.rating.anchors[1] == "faint or arguable: one would not press the point"
    approval = draft.codes[0]
    assert (approval.key, approval.name, approval.family) == ("PULL-APP", "Seeking approval", "PULL")
    assert approval.roles == ("patient", "therapist")
    assert approval.rated
    assert approval.color == "#B5523B"
    assert approval.include
    assert approval.exclude
    assert approval.near_misses
    assert approval.examples[0].text
    assert approval.examples[0].rating == 2
    assert [code.key for code in draft.codes if not code.rated] == ["NRM", "UNC"]
    arena, direction, person, confidence = draft.attributes
    assert (arena.id, arena.default, arena.applies_to) == ("arena", "here", ("PULL", "REW-NEW", "REW-REC"))
    assert arena.asked_of(approval)
    assert not arena.asked_of(draft.codes[8])
    assert direction.allowed == ("to_therapist", "to_patient", "to_other", "from_other")
    assert (person.type, person.allowed) == ("text", ())
    assert confidence.allowed == ("1", "2", "3")
    assert confidence.asked_of(draft.codes[8])


def test_the_demo_codebook_is_written_back_byte_for_byte() -> None:
    data = DEMO.read_bytes()

    written = write_codebook(read_codebook(data))

    assert written.strip() == data.strip()


def test_the_required_members_are_enough() -> None:
    draft = read(small())

    assert [code.key for code in draft.codes] == ["A", "B"]
    assert draft.rating is None
    assert draft.max_codes_per_turn is None
    assert all(code.applies_to("anybody") and not code.rated for code in draft.codes)
    assert json.loads(write_codebook(draft)) == small()


def test_the_examples_on_the_page_about_the_format_are_codebooks() -> None:
    page = (Path(__file__).parents[3] / "docs" / "codebook-format.md").read_text(encoding="utf-8")

    small_one, large_one = (
        read_codebook(block.encode()) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    )

    assert [code.key for code in small_one.codes] == ["ALL-WRM"]
    assert [code.rated for code in large_one.codes] == [True, False, False, False, False]
    assert large_one.outcomes == {"NRM": "none", "UNC": "uncodable"}
    assert large_one.rest == {}


def test_a_codebook_without_families_and_codes_is_a_codebook() -> None:
    assert read({"id": "x", "version": "1", "title": "Empty"}).codes == ()


def test_members_we_do_not_know_are_kept_everywhere() -> None:
    book = small(
        families=[{"id": "F", "short_name": "Family", "history": ["renamed"]}],
        codes=[code(examples=[{"text": "So.", "source": 7}], source={"page": 3})],
        attributes=[attribute(help="where it happens")],
        rating={"max": 3, "unit": "steps"},
        labelling={"mode": "multi-label", "exclusive_codes": []},
        anything={"deep": [1, 2.5, None, True]},
    )

    assert json.loads(write_codebook(read(book))) == book


def test_members_that_say_nothing_are_kept_too() -> None:
    book = small(
        labelling={},
        rating=None,
        attributes=[],
        codes=[code(include=[], color="", key_letter=None, rated=True, examples=[{"text": ""}])],
    )

    assert json.loads(write_codebook(read(book))) == book


def test_a_code_that_does_not_say_whether_it_is_rated_is_rated_where_there_is_a_scale() -> None:
    draft = read(small(rating={"max": 3}, labelling={"exclusive_codes": ["B"]}))

    assert [code.rated for code in draft.codes] == [True, False]


def test_a_scale_needs_only_its_highest_rating() -> None:
    book = small(rating={"max": 5})

    draft = read(book)

    assert draft.rating == RatingDraft("rating", "ordinal", 0, 5)
    assert json.loads(write_codebook(draft))["rating"] == {"max": 5}


def test_without_a_scale_nothing_is_rated() -> None:
    draft = read(small(codes=[code(rated=True)]))

    assert not draft.codes[0].rated


def test_exclusive_codes_with_other_names_stand_for_what_is_left() -> None:
    first = read(small(labelling={"exclusive_codes": ["A", "B"]}))
    named = read(small(codes=[code(), code(id="NRM", short_name="None")], labelling={"exclusive_codes": ["A", "NRM"]}))

    assert first.outcomes == {"A": "none", "B": "uncodable"}
    assert named.outcomes == {"NRM": "none", "A": "uncodable"}


def test_a_byte_order_mark_does_not_matter() -> None:
    assert read_codebook(b"\xef\xbb\xbf" + json.dumps(small()).encode()) == read(small())


def test_what_was_edited_in_a_draft_is_written_over_what_was_kept() -> None:
    draft = read(small(codes=[code(include=[], rated=True)]))

    edited = replace(draft, codes=(replace(draft.codes[0], include=("a smile",)),))

    assert json.loads(write_codebook(edited))["codes"][0]["include"] == ["a smile"]


@pytest.mark.parametrize(
    ("book", "path", "right"),
    [
        ([], "", "an object"),
        ({"version": "1", "title": "T"}, "id", "required"),
        (small(id="  "), "id", "visible character"),
        (small(id="x" * 61), "id", "at most 60"),
        (small(id="a\nb"), "id", "line break"),
        (small(id=" a"), "id", "begins or ends"),
        (small(version=1), "version", "must be text"),
        (small(title=None), "title", "required"),
        (small(title="a\0b"), "title", "NUL"),
        (small(purpose="a\0b"), "purpose", "NUL"),
        (small(purpose="\ud800"), "purpose", "surrogate"),
        (small(purpose={"\udfff": 1}), "purpose", "surrogate"),
        (small(purpose=10**30), "purpose", "digits"),
        (small(purpose=float("nan")), "purpose", "NaN"),
        (small(purpose=float("inf")), "purpose", "Infinity"),
        (small(families={}), "families", "a list"),
        (small(families=["F"]), "families[0]", "an object"),
        (small(families=[{"id": "F"}]), "families[0].short_name", "required"),
        (small(families=[{"id": "F", "short_name": "x"}] * 2), "families[1].id", "unique"),
        (
            small(families=[{"id": "F", "short_name": "x", "exclusive": "yes"}]),
            "families[0].exclusive",
            "true or false",
        ),
        (small(families=[{"id": "F", "short_name": "x", "color": "red"}]), "families[0].color", "#rrggbb"),
        (small(codes=[code(), code()]), "codes[1].id", "unique"),
        (small(codes=[code(id="B\x07")]), "codes[0].id", "control character"),
        (small(codes=[code(id=3)]), "codes[0].id", "must be text"),
        (small(codes=[code(parent="G")]), "codes[0].parent", "its families are F"),
        (small(families=[]), "codes[0].parent", "“families” is empty"),
        (small(codes=[code(applies_to_roles="patient")]), "codes[0].applies_to_roles", "a list"),
        (small(codes=[code(applies_to_roles=["patient", 3])]), "codes[0].applies_to_roles[1]", "must be text"),
        (small(codes=[code(applies_to_roles=["p", "p"])]), "codes[0].applies_to_roles[1]", "twice"),
        (small(codes=[code(include="a smile")]), "codes[0].include", "a list"),
        (small(codes=[code(definition=["a"])]), "codes[0].definition", "must be text"),
        (small(codes=[code(rated=1)]), "codes[0].rated", "true or false"),
        (small(codes=[code(examples=["So."])]), "codes[0].examples[0]", "an object"),
        (small(codes=[code(examples=[{"role": "patient"}])]), "codes[0].examples[0].text", "required"),
        (small(codes=[code(examples=[{"text": "So.", "rating": 1.5}])]), "codes[0].examples[0].rating", "whole number"),
        (small(codes=[code(key_letter="ABC")]), "codes[0].key_letter", "one letter"),
        (small(codes=[code(key_letter="Aj")]), "codes[0].key_letter", "any letter but"),
        (
            small(codes=[code(key_letter="AB"), code(id="B", key_letter="A")]),
            "codes[1].key_letter",
            "one begins the other",
        ),
        (small(codes=[code(key_letter="1")]), "codes[0].key_letter", "one letter"),
        (small(codes=[code(key_letter="j")]), "codes[0].key_letter", "any letter but"),
        (
            small(codes=[code(key_letter="a"), code(id="B", key_letter="A")]),
            "codes[1].key_letter",
            "already the key of codes[0]",
        ),
        (small(rating=[]), "rating", "an object"),
        (small(rating={"min": 0}), "rating.max", "missing"),
        (small(rating={"min": 0.5, "max": 3}), "rating.min", "whole number"),
        (small(rating={"min": False, "max": 3}), "rating.min", "whole number"),
        (small(rating={"min": -1, "max": 3}), "rating.min", "from 0 to 100"),
        (small(rating={"min": 0, "max": 101}), "rating.max", "from 0 to 100"),
        (small(rating={"min": 3, "max": 3}), "rating.max", "above the lowest"),
        (small(rating={"max": 3, "type": "colour"}), "rating.type", "ordinal or interval"),
        (small(rating={"max": 3, "anchors": {"x": "y"}}), "rating.anchors.x", "by its number"),
        (small(rating={"max": 3, "anchors": {"4": "y"}}), "rating.anchors.4", "from 0 to 3"),
        (small(rating={"max": 3, "anchors": {"1": 1}}), "rating.anchors.1", "must be text"),
        (small(labelling=[]), "labelling", "an object"),
        (small(labelling={"exclusive_codes": ["C"]}), "labelling.exclusive_codes[0]", "no code of this file"),
        (
            small(
                codes=[code(), code(id="B"), code(id="C")],
                labelling={"exclusive_codes": ["A", "B", "C"]},
            ),
            "labelling.exclusive_codes[2]",
            "At most two",
        ),
        (small(labelling={"max_codes_per_turn": 0}), "labelling.max_codes_per_turn", "from 1"),
        (small(labelling={"max_codes_per_turn": "3"}), "labelling.max_codes_per_turn", "whole number"),
        (small(attributes=[attribute(), attribute()]), "attributes[1].id", "unique"),
        (small(attributes=[attribute(applies_to=["A", "G"])]), "attributes[0].applies_to[1]", "neither a family"),
        (small(attributes=[attribute(default="nowhere")]), "attributes[0].default", "here or there"),
        (small(attributes=[attribute(default=1)]), "attributes[0].default", "must be text"),
        (small(attributes=[attribute(type="number")]), "attributes[0].type", "nominal or ordinal or text"),
        (small(attributes=[attribute(type="text")]), "attributes[0].type", "not text"),
        (small(attributes=[attribute(values={"here": 1})]), "attributes[0].values.here", "must be text"),
        (small(attributes=[attribute(values={"": "x"})]), "attributes[0].values.", "visible character"),
        (small(attributes=[{"id": "x", "type": "nominal"}]), "attributes[0].values", "lists its"),
        (small(attributes=[{"id": "x", "min": 1}]), "attributes[0].max", "go together"),
        (small(attributes=[{"id": "x", "min": 3, "max": 1}]), "attributes[0].max", "above the lowest"),
        (small(attributes=[{"id": "x", "min": 1, "max": 3, "default": 4}]), "attributes[0].default", "1 or 2 or 3"),
    ],
)
def test_a_bad_codebook_is_refused_at_its_path_with_what_would_be_right(book: Any, path: str, right: str) -> None:
    with pytest.raises(CodebookError) as refused:
        read(book)

    assert refused.value.path == path
    assert right in refused.value.sentence
    assert str(refused.value).startswith(path)


@pytest.mark.parametrize(
    ("data", "line", "right"),
    [
        (b"", None, "empty"),
        (b" \n ", None, "empty"),
        (b'{"id": "a",\n "version": }', 2, "not JSON"),
        (b'{"id": "a"} trailing', 1, "not JSON"),
        (b'{\n"id": "\xff"}', 2, "UTF-8"),
        ("{}".encode("utf-16"), 1, "UTF-16"),
        (b'{"id": "a\x01"}', 1, "not JSON"),
        (b'{"id": 1e999}', None, "too large"),
        (b'{"id": ' + b"1" * 5000 + b"}", None, "5,000 digits"),
        (b'{"id": "a", "id": "b"}', None, "twice"),
        (b"[" * 100_000, None, "levels deep"),
        (b"[" * 100 + b"]" * 100, None, "levels deep"),
        (b" " * 5_000_001, None, "at most 5,000,000"),
    ],
)
def test_a_file_that_is_not_strict_json_is_refused_with_its_line(data: bytes, line: int | None, right: str) -> None:
    with pytest.raises(CodebookError) as refused:
        read_codebook(data)

    assert refused.value.line == line
    assert right in str(refused.value)


def test_a_repeated_member_is_refused_at_its_path() -> None:
    data = b'{"id": "a", "codes": [{"id": "A"}, {"id": "B", "id": "C"}]}'

    with pytest.raises(CodebookError) as refused:
        read_codebook(data)

    assert refused.value.path == "codes[1]"


def test_a_file_with_too_many_codes_is_refused_quickly() -> None:
    with pytest.raises(CodebookError) as refused:
        read(small(codes=[code(id=f"C{number}") for number in range(40_000)]))

    assert refused.value.path == "codes"
    assert "2,000" in refused.value.sentence


# What a person or a program might write: arbitrary JSON, and well-formed codebooks with arbitrary content.
chars = st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")
free = st.text(chars, max_size=20)
numbers = st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | numbers | free,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(free, inner, max_size=3),
    max_leaves=8,
)
keys = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=20)
role = st.sampled_from(["patient", "therapist", "client"])
colors = st.just("") | st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True)
MODELLED = (
    "id version title families codes rating attributes labelling short_name parent applies_to_roles definition include "
    "exclude near_misses examples rated color key_letter exclusive name type min max anchors required_when_code_given "
    "values applies_to required default max_codes_per_turn exclusive_codes role text"
)
unknown = st.dictionaries(free.filter(lambda name: name not in MODELLED.split()), anything, max_size=2)


def part(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda known, more: known | more, st.fixed_dictionaries(required, optional=optional), unknown)


@st.composite
def codebooks(draw: st.DrawFn) -> dict[str, Any]:
    family_keys = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    code_keys = draw(st.lists(keys, max_size=4, unique=True))
    lists = st.lists(free, max_size=2)
    scale = part(
        {"max": st.integers(2, 100)},
        {"name": keys, "min": st.integers(0, 1), "type": st.sampled_from(["ordinal", "ratio"]), "anchors": st.none()}
        | {"required_when_code_given": st.booleans()},
    )
    example = part({"text": free}, {"role": role, "rating": st.integers(0, 3)})
    one_code = {"definition": free, "include": lists, "exclude": lists, "near_misses": lists, "rated": st.booleans()}
    one_code |= {"examples": st.lists(example, max_size=2), "color": colors, "key_letter": st.just("")}
    one_code |= {"applies_to_roles": st.lists(role, unique=True)}
    families = [
        draw(part({"id": st.just(key), "short_name": keys}, {"color": colors, "exclusive": st.booleans()}))
        for key in family_keys
    ]
    parent = st.sampled_from(family_keys)
    codes = [draw(part({"id": st.just(key), "short_name": keys, "parent": parent}, one_code)) for key in code_keys]
    applies = st.lists(st.sampled_from([*family_keys, *code_keys, "*"]), unique=True, max_size=3)
    named = part(
        {"id": st.just("n"), "values": st.just({"x": "", "y": "why"})}, {"applies_to": applies} | _default("x")
    )
    scaled = part({"id": st.just("s"), "min": st.just(0), "max": st.just(3)}, {"required": st.booleans()} | _default(2))
    book = {
        "attributes": st.tuples(named, scaled).map(list) | st.just([]),
        "rating": scale | st.none(),
        "labelling": part({}, {"exclusive_codes": st.just(code_keys[:2]), "max_codes_per_turn": st.integers(1, 9)}),
    }
    top = draw(part({"id": keys, "version": keys, "title": keys}, book))
    return top | {"families": families, "codes": codes}


def _default(value: Any) -> dict[str, Any]:
    return {"default": st.just(value), "type": st.just("ordinal")}


@PATIENT
@given(codebooks())
def test_every_codebook_comes_back_as_the_same_json_value(book: dict[str, Any]) -> None:
    draft = read(book)
    written = write_codebook(draft)

    assert json.loads(written) == book
    assert read_codebook(written) == draft


@PATIENT
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    with contextlib.suppress(CodebookError):
        read_codebook(data)


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """Put anything in the place of any one part of a codebook."""
    book = draw(codebooks())
    spot: Any = book
    while True:
        name = draw(st.sampled_from(list(spot) if isinstance(spot, dict) else range(len(spot))))
        inner = spot[name]
        if not (isinstance(inner, dict | list) and inner) or draw(st.booleans()):
            spot[name] = draw(anything)
            return book
        spot = inner


@settings(PATIENT, max_examples=300)
@given(spoiled() | anything)
def test_arbitrary_json_is_read_without_loss_or_refused_and_nothing_else(book: Any) -> None:
    with contextlib.suppress(CodebookError):
        assert json.loads(write_codebook(read(book))) == book
