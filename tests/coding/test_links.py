"""Links between codings: set and unset like everything else, undone exactly, exported and read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from coding.formats.codebook import read_codebook, write_codebook
from coding.formats.drafts import CodebookDraft, CodebookError
from coding.models import Assignment, CodingLink
from coding.queries.desk import codings_before, desk_page
from coding.views.turn_markup import lane
from tests.coding.test_acts import Desk
from tests.factories import SMALL_CODEBOOK, StudyWorld, close, make_round, make_transcript, make_version

NAMES = {"id": "names", "short_name": "names", "from": ["NAM"], "to": ["PULL"]}


def make_desk(world: StudyWorld, draft: CodebookDraft = SMALL_CODEBOOK) -> Desk:
    transcript = make_transcript(world.study, 6)
    return Desk(make_round(make_version(world.study, draft), [transcript], [world.rater]).assignments.get())


@pytest.fixture
def desk(world: StudyWorld) -> Desk:
    """A pull on turn 2, another on turn 4, a naming on turn 5."""
    found = make_desk(world)
    found.do("give", 2, code="PULL-APP", rating=2)
    found.do("give", 4, code="PULL-DEF", rating=1)
    found.do("give", 5, code="NAM-DIS")
    return found


def links(desk: Desk) -> list[tuple[int, str, int, str]]:
    rows = CodingLink.objects.filter(assignment=desk.assignment).order_by("pk")
    return list(
        rows.values_list(
            "from_judgement__segment__position", "from_coding__code__key",
            "to_judgement__segment__position", "to_coding__code__key",
        )
    )  # fmt: skip


LATER = "A link leads back: choose a coding of an earlier turn."
TO_2: dict[str, Any] = {"code": "NAM-DIS", "to_position": 2, "to_code": "PULL-APP"}
TO_4: dict[str, Any] = {"code": "NAM-DIS", "to_position": 4, "to_code": "PULL-DEF"}


def test_a_naming_is_linked_to_an_earlier_pull_once_however_often_it_is_said(desk: Desk) -> None:
    answer = desk.do("link", 5, **TO_2)
    again = desk.do("link", 5, **TO_2)

    assert links(desk) == [(5, "NAM-DIS", 2, "PULL-APP")]
    assert answer.as_json()["turn"]["links"] == [{**TO_2, "kind": ""}]
    assert answer.touched == (2,)
    assert again.touched == ()


def test_a_link_is_taken_away_and_taking_it_again_is_no_error(desk: Desk) -> None:
    desk.do("link", 5, **TO_2)
    desk.do("link", 5, **TO_4)
    desk.do("unlink", 5, **TO_2)
    desk.do("unlink", 5, **TO_2)

    assert links(desk) == [(5, "NAM-DIS", 4, "PULL-DEF")]


@pytest.mark.parametrize(
    ("position", "said", "sentence"),
    [
        (5, {**TO_2, "code": "PULL-APP"}, "“Seeking approval” is not given to this turn."),
        (5, {**TO_2, "to_code": "PULL-DEF"}, "“Deference” is not given to turn 2: there is nothing to link to."),
        (5, {**TO_2, "to_code": "PULL-XXX"}, "“PULL-XXX” is not a code of this round's codebook."),
        (2, {"code": "PULL-APP", "to_position": 5, "to_code": "NAM-DIS"}, LATER),
        (5, {**TO_2, "to_position": 5, "to_code": "NAM-DIS"}, LATER),
        (5, {**TO_2, "to_position": 90}, LATER),
    ],
)  # fmt: skip
def test_a_link_that_cannot_be_is_a_sentence(desk: Desk, position: int, said: dict[str, Any], sentence: str) -> None:
    assert desk.refusal("link", position, **said).message == sentence
    assert links(desk) == []


def test_the_codebook_says_what_may_be_linked(world: StudyWorld) -> None:
    desk = make_desk(world, replace(SMALL_CODEBOOK, rest={"links": [NAMES]}))
    desk.do("give", 2, code="PULL-APP", rating=2)
    desk.do("give", 4, code="PULL-DEF", rating=1)
    desk.do("give", 5, code="NAM-DIS")

    desk.do("link", 5, **TO_2, link="names")
    without_kind = desk.refusal("link", 5, **TO_4)
    other_way = desk.refusal("link", 4, code="PULL-DEF", to_position=2, to_code="PULL-APP", link="names")

    assert CodingLink.objects.get().kind == "names"
    assert without_kind.code == other_way.code == "link_refused"
    assert other_way.message == "The codebook does not link “Deference” to “Seeking approval” this way."


def test_undo_takes_a_link_away_and_brings_it_back(desk: Desk) -> None:
    made = desk.do("link", 5, **TO_2)
    undone = desk.do("undo", 5, act=str(made.client_id))
    after_undo = links(desk)
    desk.do("undo", 5, act=str(undone.client_id))

    assert after_undo == []
    assert links(desk) == [(5, "NAM-DIS", 2, "PULL-APP")]


def test_a_code_that_is_taken_takes_its_links_and_undo_brings_both_back(desk: Desk) -> None:
    desk.do("link", 5, **TO_2)
    desk.do("link", 5, **TO_4)
    pull = desk.do("take", 2, code="PULL-APP")
    after_pull = links(desk)
    naming = desk.do("take", 5, code="NAM-DIS")
    after_naming = links(desk)
    desk.do("undo", 5, act=str(naming.client_id))
    desk.do("undo", 2, act=str(pull.client_id))

    assert pull.touched == (5,)
    assert after_pull == [(5, "NAM-DIS", 4, "PULL-DEF")]
    assert after_naming == []
    assert set(links(desk)) == {(5, "NAM-DIS", 4, "PULL-DEF"), (5, "NAM-DIS", 2, "PULL-APP")}


def test_undo_leaves_out_a_link_whose_far_end_is_gone(desk: Desk) -> None:
    desk.do("link", 5, **TO_2)
    naming = desk.do("take", 5, code="NAM-DIS")
    desk.do("take", 2, code="PULL-APP")

    answer = desk.do("undo", 5, act=str(naming.client_id))

    assert list(answer.turn.codings) == ["NAM-DIS"]
    assert answer.turn.links == frozenset()
    assert links(desk) == []


def test_undoing_something_else_leaves_the_links_alone(desk: Desk) -> None:
    rated = desk.do("coding_memo", 5, code="NAM-DIS", memo="Said warmly.")
    desk.do("link", 5, **TO_2)

    desk.do("undo", 5, act=str(rated.client_id))

    assert links(desk) == [(5, "NAM-DIS", 2, "PULL-APP")]


def test_the_desk_shows_a_link_at_both_ends(desk: Desk) -> None:
    desk.do("link", 5, **TO_2)

    page = desk_page(desk.assignment)
    later, earlier = (lane(page.palette, page.states[position]) for position in (5, 2))

    assert 'href="#turn-2"' in later
    assert ">to turn 2: Seeking approval</a>" in later
    assert ">from turn 5: Disclosing the pull</a>" in earlier


def test_an_answer_shows_the_other_turn_too(desk: Desk, client: Client) -> None:
    client.force_login(desk.user)
    act = {"id": "3f0c8a0e-5f5b-4a86-9a53-0d6c3d1d2a01", "seq": 9, "kind": "link", "position": 5, **TO_2}

    answer = client.post(reverse("acts", args=[desk.assignment.pk]), json.dumps(act), "application/json").json()

    assert [other["position"] for other in answer["others"]] == [2]
    assert "from turn 5: Disclosing the pull" in answer["others"][0]["lane"]


def test_earlier_codings_are_the_rater_s_own_and_the_nearest_first(desk: Desk, client: Client) -> None:
    client.force_login(desk.user)
    path = reverse("earlier-codings", args=[desk.assignment.pk])

    answer = client.get(path, {"before": "5"}).json()

    assert [(one["position"], one["code"]) for one in answer["codings"]] == [(4, "PULL-DEF"), (2, "PULL-APP")]
    assert codings_before(desk.assignment, 2) == []
    assert client.get(path, {"before": "x"}).status_code == 400


# The codebook and the files -----------------------------------------------------------------------------------------


def test_links_of_a_codebook_are_kept_and_checked() -> None:
    whole = write_codebook(replace(SMALL_CODEBOOK, rest={"links": [NAMES]}))

    assert read_codebook(whole).rest["links"] == [NAMES]
    with pytest.raises(CodebookError, match="neither a family nor a code"):
        read_codebook(whole.replace(b'"NAM"\n', b'"NAX"\n', 1))
    with pytest.raises(CodebookError):
        read_codebook(write_codebook(replace(SMALL_CODEBOOK, rest={"links": [NAMES, NAMES]})))


def finish_all(assignment: Assignment, desk: Desk) -> None:
    for position in (1, 3, 6):
        desk.do("outcome", position, outcome="none")
    for position in range(1, 7):
        desk.do("finish", position)
    close(assignment.round)


def test_links_are_exported_and_read_back_without_loss(desk: Desk, world: StudyWorld, tmp_path: Path) -> None:
    desk.do("link", 5, **TO_2)
    desk.do("link", 5, **TO_4)
    finish_all(desk.assignment, desk)
    first, second = tmp_path / "first", tmp_path / "second"
    name = desk.assignment.round.name

    call_command("export", world.study.slug, round=name, to=str(first))
    call_command(
        "import_codings", world.study.slug, str(first / "codings.csv"), round="again", links=str(first / "links.csv")
    )
    call_command("export", world.study.slug, round="again", to=str(second))

    written = (first / "links.csv").read_text()
    assert written.count("\n") == 3
    assert f",{name}\n" in written
    assert (second / "links.csv").read_text() == written.replace(f",{name}\n", ",again\n")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda text: text.replace("PULL-DEF", "PULL-APP"), "gave no “PULL-APP” to segment 4"),
        (lambda text: text.replace(",5,NAM-DIS,4,PULL-DEF", ",4,PULL-DEF,5,NAM-DIS"), "A link leads back"),
        (lambda text: text.replace("from_segment", "from"), "There is no column from_segment"),
        (lambda text: text.replace(",5,", ",x,"), "is not the number of a segment"),
        (lambda text: text.replace("NAM-DIS", ""), "The from code is missing."),
    ],
)
def test_a_link_that_does_not_fit_refuses_the_whole_import(
    desk: Desk, world: StudyWorld, tmp_path: Path, change: Callable[[str], str], fault: str
) -> None:
    desk.do("link", 5, **TO_4)
    finish_all(desk.assignment, desk)
    call_command("export", world.study.slug, round=desk.assignment.round.name, to=str(tmp_path))
    bent = tmp_path / "bent.csv"
    bent.write_text(change((tmp_path / "links.csv").read_text()))

    with pytest.raises(CommandError, match=fault):
        call_command("import_codings", world.study.slug, str(tmp_path / "codings.csv"), round="no", links=str(bent))

    assert not world.study.rounds.filter(name="no").exists()


def test_a_link_of_a_kind_the_codebook_does_not_have_is_refused(world: StudyWorld, tmp_path: Path) -> None:
    desk = make_desk(world, replace(SMALL_CODEBOOK, rest={"links": [NAMES]}))
    desk.do("give", 2, code="PULL-APP", rating=2)
    desk.do("give", 4, code="PULL-DEF", rating=1)
    desk.do("give", 5, code="NAM-DIS")
    desk.do("link", 5, **TO_2, link="names")
    finish_all(desk.assignment, desk)
    call_command("export", world.study.slug, round=desk.assignment.round.name, to=str(tmp_path))
    bent = tmp_path / "bent.csv"
    bent.write_text((tmp_path / "links.csv").read_text().replace("names", "follows"))

    with pytest.raises(CommandError, match="its kinds of links are: names"):
        call_command("import_codings", world.study.slug, str(tmp_path / "codings.csv"), round="no", links=str(bent))
