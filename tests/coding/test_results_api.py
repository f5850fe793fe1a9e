"""Results and data by the API: the same rules, ids that say nothing about order, pages."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.models import Round
from coding.queries.reliability import reliability_of
from coding.queries.reliability_json import reliability_object
from coding.services import exports
from tests.coding.test_results_pages import coded, sign_in
from tests.factories import StudyWorld, make_transcript
from transcripts.models import Membership


def address(world: StudyWorld, round_: Round, what: str) -> str:
    return f"/api/v1/studies/{world.study.slug}/rounds/{round_.pk}/{what}/"


def test_reliability_is_the_object_that_the_command_writes(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    answer = client.get(address(world, round_, "reliability"))

    assert answer.status_code == 200
    assert answer.json() == reliability_object(reliability_of(round_))


def test_the_breakdown_names_parts_confusions_and_the_widest_segments(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    answer = client.get(address(world, round_, "reliability/breakdown")).json()

    assert set(answer["by_role"]) == {"patient", "therapist"}
    assert answer["by_transcript"][world.transcript.name]["segments"] == 3
    assert answer["widest"] == [[world.transcript.name, 3]]
    assert answer["confusions"] == [{"codes": ["PULL-DEF", "NRM"], "times": 1, "segments": 1}]


def test_one_code_comes_with_formulas_inputs_and_sources(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    answer = client.get(address(world, round_, "reliability/breakdown"), {"code": "PULL-DEF"}).json()

    alpha = answer["coefficients"]["krippendorff_alpha"]
    assert alpha["inputs"] == "1 − 2 unequal pairs observed / 2.00 expected = 0.0000, from 6 values"
    assert alpha["chance_of_reaching"] == {"0.667": None, "0.8": None}
    assert answer["confusions"][0]["places"] == [[world.transcript.name, 3]]
    assert answer["by_role"]["patient"]["why_alone"].startswith("no variation")
    assert answer["given_by"] == [{"raters": 0, "of": 2, "segments": 2}, {"raters": 1, "of": 2, "segments": 1}]
    assert client.get(address(world, round_, "reliability/breakdown"), {"code": "NOTHING"}).status_code == 404


def test_codings_come_with_random_ids_in_the_order_of_the_text(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    page = client.get(address(world, round_, "codings")).json()

    assert page["count"] == 3
    assert [(row["segment"], row["rater"], row["code"]) for row in page["results"]] == [
        (1, "rater_a", "PULL-APP"),
        (1, "rater_b", "PULL-APP"),
        (3, "rater_a", "PULL-DEF"),
    ]
    assert {uuid.UUID(row["id"]).version for row in page["results"]} == {4}
    assert page["results"][2]["spans"] == [[0, 6]]


def test_judgements_without_codes_are_findings_too(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    page = client.get(address(world, round_, "judgements"), {"page_size": 2}).json()

    assert (page["count"], len(page["results"])) == (6, 2)
    every = client.get(address(world, round_, "judgements")).json()["results"]
    assert [(row["segment"], row["rater"], row["outcome"], row["codes"]) for row in every][2:5] == [
        (2, "rater_a", "none", []),
        (2, "rater_b", "none", []),
        (3, "rater_a", "", ["PULL-DEF"]),
    ]


@pytest.mark.parametrize("what", ["reliability", "codings", "judgements"])
def test_an_open_round_and_a_rater_are_refused_with_the_reason(world: StudyWorld, client: Client, what: str) -> None:
    closed, still_open = coded(world), world.round([world.other_rater])
    sign_in(client, world.reader)
    not_closed = client.get(address(world, still_open, what))
    sign_in(client, world.rater)
    rater = client.get(address(world, closed, what))
    client.force_login(world.stranger)

    assert (not_closed.status_code, rater.status_code) == (403, 403)
    assert "submitted" in not_closed.json()["detail"]
    assert client.get(address(world, closed, what)).status_code == 404


def test_nothing_of_a_transcript_that_the_caller_still_codes_is_answered(world: StudyWorld, client: Client) -> None:
    hidden = make_transcript(world.study, name="hidden one")
    round_ = coded(world, [world.transcript, hidden])
    world.round([world.coordinator], [hidden])
    sign_in(client, world.coordinator)

    answers = [client.get(address(world, round_, what)) for what in ("reliability", "codings", "judgements")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all("hidden one" not in answer.content.decode() for answer in answers)
    assert answers[0].json()["codes"]["PULL-APP"]["units"] == 3
    assert answers[1].json()["count"] == 3


def test_an_export_is_asked_for_watched_and_taken_away(
    world: StudyWorld, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    round_ = coded(world)
    sign_in(client, world.reader)
    listed = f"/api/v1/studies/{world.study.slug}/exports/"

    asked = client.post(listed, {"round": round_.pk}, content_type="application/json")
    one = f"{listed}{asked.json()['id']}/"
    early = client.get(f"{one}file/")
    exports.write_export(asked.json()["id"])
    ready = client.get(one).json()
    file = client.get(ready["file"])

    assert (asked.status_code, asked.json()["state"], early.status_code) == (202, "waiting", 409)
    assert (ready["state"], ready["share_done"]) == ("ready", 1)
    assert len(b"".join(file)) == ready["size"]  # type: ignore[call-overload]
    assert client.get(listed).json()["count"] == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [('{"round": "x"}', 400), ('{"round": -1}', 400), ('{"round": 999999999}', 404), ("[]", 400), ("nonsense", 400)],
)
def test_a_bad_wish_is_answered_with_a_sentence(world: StudyWorld, client: Client, body: str, status: int) -> None:
    sign_in(client, world.reader)

    answer = client.post(f"/api/v1/studies/{world.study.slug}/exports/", body, content_type="application/json")

    assert answer.status_code == status


def test_exports_of_others_do_not_exist(world: StudyWorld, client: Client) -> None:
    member: Membership = world.reader
    assert member.user is not None
    export = exports.ask_export(user=member.user, study=world.study, round_=coded(world))
    sign_in(client, world.coordinator)

    assert client.get(f"/api/v1/studies/{world.study.slug}/exports/{export.pk}/").status_code == 404
    assert client.get(f"/api/v1/studies/{world.study.slug}/exports/{export.pk}/file/").status_code == 404


@pytest.mark.parametrize("what", ["reliability", "codings", "judgements"])
def test_more_segments_cost_no_more_queries(world: StudyWorld, client: Client, what: str) -> None:
    few = coded(world)
    many = coded(world, [make_transcript(world.study, 24), make_transcript(world.study, 24)])
    sign_in(client, world.reader)
    counts = []
    for round_ in (few, few, many):
        caches["results"].clear()
        with CaptureQueriesContext(connection) as context:
            assert client.get(address(world, round_, what)).status_code == 200
        counts.append(len(context))

    assert counts[1] == counts[2]
