"""A training round beside another: compared, since teams ask whether training helped, and never put together."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from coding.models import Round
from coding.queries.compared import LEARNING
from coding.queries.comparison import compare_rounds
from tests.coding.test_results_pages import sign_in
from tests.coding.two_rounds import make_coded, make_transcripts
from tests.factories import StudyWorld

LEARNERS = "is a training round: agreement there is that of raters who are still learning."


@pytest.fixture
def pair(world: StudyWorld) -> tuple[Round, Round]:
    """A training round, and a round on other transcripts in which agreement is the same."""
    raters: list[Any] = [world.rater, world.other_rater]
    first = make_coded(world.version, make_transcripts(world.study, 6), raters, clarity=0.9, seed=1, name="Practice")
    second = make_coded(world.version, make_transcripts(world.study, 6), raters, clarity=0.9, seed=2, name="After")
    return first, second


def as_training(round_: Round) -> Round:
    Round.objects.filter(pk=round_.pk).update(kind=Round.Kind.TRAINING)
    round_.refresh_from_db()
    return round_


def test_two_rounds_of_coding_have_a_value_together_and_a_training_round_has_none(pair: tuple[Round, Round]) -> None:
    first, second = pair
    before = compare_rounds(first, second)

    report = compare_rounds(as_training(first), second)

    assert any(one.result for line in before.codes for one in line.pooled.values())
    assert {one.why for line in report.codes for one in line.pooled.values()} == {LEARNING}
    assert not any(
        one.result for line in (*report.codes, *report.families, report.overall) for one in line.pooled.values()
    )
    assert any(one.value is not None for line in report.codes for one in line.apart.values())
    assert report.notes[0] == f"Practice {LEARNERS}"
    assert f"There are no values over both rounds, as {LEARNING}." in report.notes


def test_the_page_and_the_api_say_so(world: StudyWorld, client: Client, pair: tuple[Round, Round]) -> None:
    first, second = as_training(pair[0]), pair[1]
    sign_in(client, world.reader)
    ask = f"studies/{world.study.slug}/results/compare/?first={first.pk}&second={second.pk}"

    page = client.get(f"/{ask}").content.decode()
    told = client.get(f"/api/v1/{ask}").json()

    assert f"Practice {LEARNERS}" in page
    assert "Practice, training, codebook" in page
    assert f"Practice {LEARNERS}" in told["notes"]
    assert told["codes"]["PULL-APP"]["coefficients"]["gwet_ac1"]["together"]["why"] == LEARNING


def test_a_drift_check_is_not_offered_and_the_page_says_where_it_stands(
    world: StudyWorld, client: Client, pair: tuple[Round, Round]
) -> None:
    sign_in(client, world.reader)
    choice = f"/studies/{world.study.slug}/results/compare/"
    before = client.get(choice).content.decode()
    Round.objects.filter(pk=pair[1].pk).update(kind=Round.Kind.DRIFT)

    page = client.get(choice).content.decode()

    assert "A drift check is not in the list" not in before
    assert "A drift check is not in the list" in page
    assert f'value="{pair[1].pk}"' not in page
