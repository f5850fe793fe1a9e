"""The final word as a layer of the analysis: as it stands now, and hidden from whoever still gives it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coding.models import Round
from coding.services import adjudication
from coding.services.final_answers import Answer, FinalCoding
from tests.coding.enactments.test_pages import PAGES, client_of, table
from tests.coding.test_adjudication import decide, disputed, person, turn
from tests.factories import StudyWorld, close


@pytest.fixture
def round_(world: StudyWorld) -> Round:
    round_ = disputed(world)
    adjudication.open_adjudication(user=person(world.coordinator), round_=round_)
    close(round_)
    return round_


def final_codes(world: StudyWorld, round_: Round) -> list[tuple[int, str]]:
    answer = table(client_of(person(world.reader)), round_, "turns", "?layer=adjudicated")
    return [(row["turn"], row["code"]) for row in answer["rows"]]


def test_the_final_word_is_a_layer_and_what_is_decided_later_counts_at_once(world: StudyWorld, round_: Round) -> None:
    decide(world, round_, 2, "PULL-DEF")
    before = final_codes(world, round_)

    decide(world, round_, 4, "ST-COOL")
    after = final_codes(world, round_)

    assert before == [(1, "ST-WARM"), (2, "PULL-DEF"), (3, "NAM-DIS")]
    assert after == [*before, (4, "ST-COOL")]


def test_a_changed_answer_changes_what_was_counted_and_kept(world: StudyWorld, round_: Round) -> None:
    decide(world, round_, 2, "PULL-DEF")
    client = client_of(person(world.reader))
    first = table(client, round_, "counts", "?layer=adjudicated&groups=codes&part=all")

    answer = Answer(codings=(FinalCoding("PULL-APP", 2),))
    adjudication.decide(user=person(world.adjudicator), round_=round_, segment_id=turn(world, 2), answer=answer, n=1)
    second = table(client, round_, "counts", "?layer=adjudicated&groups=codes&part=all")

    def turns(found: dict[str, object], code: str) -> object:
        return next(row["turns"] for row in found["rows"] if row["codes"] == code)

    assert (turns(first, "PULL-DEF"), turns(first, "PULL-APP")) == (1, 0)
    assert (turns(second, "PULL-DEF"), turns(second, "PULL-APP")) == (0, 1)


def test_whoever_still_adjudicates_sees_none_of_it(world: StudyWorld, round_: Round) -> None:
    client = client_of(person(world.adjudicator))

    for name in PAGES:
        assert client.get(reverse(name, args=[world.study.slug, round_.pk])).status_code == 403
    api = f"/api/v1/studies/{world.study.slug}/rounds/{round_.pk}/enactments/"
    assert client.get(api).status_code == 403
    assert client.get(f"{api}tables/turns/").status_code == 403
