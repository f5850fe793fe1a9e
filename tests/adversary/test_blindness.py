"""
Law 2 as non-interference: whatever others do on a transcript, who has open coding there gets the same answers.

Every route is asked, pages and API, before and after others judged, submitted and closed; no answer may differ.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from coding.models import Assignment, ExportFile, ReliabilityRun, Round
from coding.services.runs import store_run
from tests.factories import StudyWorld, close, judge, make_member, make_transcript, submit
from tests.matrix import all_routes
from transcripts.models import Membership
from workbench.accounts.tokens import create_token

#: What differs between any two answers.
NOISE = re.compile(rb'name="(csrfmiddlewaretoken|batch)" value="[^"]*"|"(at|asked_at|id)": ?"[^"]*"')
ACT = {"id": "6b0f2f3e-3a0e-4c43-9d2f-0d7ad5a0a9b1", "seq": 1, "kind": "memo", "position": 1, "memo": "x"}
KNOWN_RUNS: list[uuid.UUID] = []
Answers = dict[str, tuple[int, bytes, list[tuple[str, str]]]]


def answers(world: StudyWorld, viewer: Membership, assignments: list[Assignment]) -> Answers:
    client = Client(raise_request_exception=False)
    assert viewer.user is not None
    client.force_login(viewer.user)
    values: dict[str, list[Any]] = {
        "study": [world.study.slug],
        "round_id": list(world.study.rounds.order_by("pk").values_list("pk", flat=True)),
        "assignment_id": [assignment.pk for assignment in assignments],
        "transcript_id": list(world.study.transcripts.order_by("pk").values_list("pk", flat=True)),
        "export_id": list(ExportFile.objects.values_list("pk", flat=True)),
        "version_id": [world.version.pk],
        # Of the runs only those that were there at first: what is stored later must not show in any other answer.
        "run_id": [*KNOWN_RUNS, uuid.UUID(int=1)],
        "name": ["report.zip"],
    }
    found: Answers = {}
    for path in sorted({route.path for route in all_routes()}):
        if "logout" in path or "schema" in path or "docs" in path:
            continue
        for url in filled(path, values):
            for method, body in said(path, world, viewer):
                with transaction.atomic():
                    is_json = path.startswith("api/") or path.endswith("acts/")
                    kind = {"content_type": "application/json"} if is_json and method == "post" else {}
                    response = getattr(client, method)(url, body, **kind)
                    found[f"{method} {url} {body}"] = what_it_tells(response)
                    transaction.set_rollback(True)
    return found


def filled(path: str, values: dict[str, list[Any]]) -> Iterator[str]:
    names = re.findall(r"<(?:\w+:)?(\w+)>", path)
    if all(name in values for name in names):
        for chosen in product(*(values[name] for name in names)):
            yield "/" + re.sub(r"<[^>]+>", "{}", path).format(*chosen)


def said(path: str, world: StudyWorld, viewer: Membership) -> list[tuple[str, dict[str, Any]]]:
    """Give what is asked of a route: it is read, and whatever could change something about others is tried."""
    asked: list[tuple[str, dict[str, Any]]] = [("get", {})]
    if path.endswith(("reliability/", "disagreements/")):
        asked.append(("get", {"code": "PULL-APP"}))
    if path.endswith(("withdraw/", "reopen/")):
        asked += [("post", {"reason": "because"}), ("post", {})]
    elif path.endswith("rounds/<int:round_id>/raters/"):
        given = {"transcript": world.transcript.pk, "reason": "because"}
        asked += [("post", {"rater": rater.pk, **given}) for rater in (world.rater, viewer)]
    elif path.endswith("acts/"):
        asked.append(("post", ACT))
    elif path.endswith(("submit/", "delete/", "runs/")):
        asked.append(("post", {}))
    elif path.endswith("exports/"):
        asked += [("post", {"round": pk}) for pk in world.study.rounds.values_list("pk", flat=True)]
    return asked


def what_it_tells(response: HttpResponseBase) -> tuple[int, bytes, list[tuple[str, str]]]:
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    heads = [(name, value) for name, value in response.headers.items() if name in ("ETag", "Last-Modified", "Location")]
    return response.status_code, NOISE.sub(b"", body), heads


def others_go_on(world: StudyWorld, now: Round, old: Round, half: Round) -> None:
    """Judge, submit, close and store a run, in rounds on the transcript that the viewer codes."""
    for round_ in (now, old, half):
        rows = round_.assignments.filter(transcript=world.transcript, rater__in=[world.rater, world.other_rater])
        for assignment in rows.select_related("version"):
            judge(assignment, 2, "PULL-DEF", memo="a memo")
            if round_ is half or assignment.rater_id == world.rater.pk:
                submit(assignment)
    close(old)
    store(world, old)


def store(world: StudyWorld, round_: Round) -> ReliabilityRun:
    assert world.coordinator.user is not None
    return store_run(user=world.coordinator.user, round_=round_).run


@pytest.mark.parametrize("role", ["coordinator", "rater", "adjudicator"])
def test_nothing_that_others_do_changes_what_somebody_with_open_coding_is_answered(
    world: StudyWorld, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = make_member(world.study, "coordinator" if role == "adjudicator" else role, "viewer")
    elsewhere = make_transcript(world.study)
    known = world.round(transcripts=[world.transcript, elsewhere])
    for assignment in known.assignments.select_related("version"):
        judge(assignment, 1, "PULL-APP")
    close(known)
    old, half = world.round(), world.round(transcripts=[world.transcript, elsewhere])
    now = world.round(raters=[viewer, world.rater, world.other_rater])
    Membership.objects.filter(pk=viewer.pk).update(role=role)
    ExportFile.objects.create(study=world.study, round=known, asked_by=viewer.user)
    monkeypatch.setattr("tests.adversary.test_blindness.KNOWN_RUNS", [store(world, known).pk])
    assignments = list(Assignment.objects.filter(round__in=[old, now]).order_by("pk"))
    before = answers(world, viewer, assignments)

    others_go_on(world, now, old, half)

    after = answers(world, viewer, assignments)
    assert len(before) > 100
    assert any("/files/report.zip/" in question for question in before)
    assert {question for question in before if before[question] != after[question]} == set()


def test_a_coordinator_who_codes_makes_no_link_with_which_others_sign_in(world: StudyWorld) -> None:
    world.round(raters=[world.coordinator, world.rater])
    client = Client()
    assert world.coordinator.user is not None
    client.force_login(world.coordinator.user)
    link = reverse("make-password-link", args=[world.study.slug, world.rater.pk])

    refused = client.post(link)
    close(Round.objects.get())

    assert refused.status_code == 403
    assert b"You have open coding in this study" in refused.content
    assert client.post(link).status_code == 200


def test_own_earlier_assignments_are_not_listed_while_the_transcript_is_coded_again(world: StudyWorld) -> None:
    first = world.round()
    close(first)
    again = world.round()
    assert world.rater.user is not None
    _, key = create_token(world.rater.user, "for a test")

    def listed() -> set[str]:
        answer = Client().get("/api/v1/assignments/", headers={"Authorization": f"Token {key}"})
        return {row["round"] for row in answer.json()["results"]}

    while_blind = listed()
    close(again)

    assert while_blind == {again.name}
    assert listed() == {first.name, again.name}


def test_when_a_round_closed_is_not_told_while_one_of_its_transcripts_is_coded(world: StudyWorld) -> None:
    closed = world.round(transcripts=[world.transcript, make_transcript(world.study)])
    close(closed)
    world.round(raters=[world.coordinator])
    client = Client()
    assert world.coordinator.user is not None
    client.force_login(world.coordinator.user)

    results = client.get(reverse("results", args=[world.study.slug])).content.decode()
    reliability = client.get(reverse("reliability", args=[world.study.slug, closed.pk])).content.decode()

    assert closed.closed_at is not None
    assert closed.closed_at.isoformat() not in results
    assert "Closed " not in reliability.partition("</header>")[0]


def test_browsers_keep_no_copy_of_what_may_be_hidden_later(world: StudyWorld) -> None:
    round_ = world.round()
    close(round_)
    client = Client()
    assert world.coordinator.user is not None
    client.force_login(world.coordinator.user)
    study = world.study.slug
    run = store(world, round_)

    for path in (
        reverse("runs", args=[study, round_.pk]),
        reverse("run", args=[study, round_.pk, run.pk]),
        reverse("run-file", args=[study, round_.pk, run.pk, "report.md"]),
        reverse("study", args=[study]),
        reverse("reliability", args=[study, round_.pk]),
        reverse("transcript", args=[study, world.transcript.pk]),
        reverse("original-file", args=[study, world.transcript.pk]),
        f"/api/v1/studies/{study}/rounds/{round_.pk}/codings/",
    ):
        assert "no-store" in client.get(path).headers["Cache-Control"]
