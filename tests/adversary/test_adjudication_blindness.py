"""
Law 2 for adjudicators, as non-interference: before the own first answer nothing tells who gave what.

Everything that an adjudicator can fetch is fetched, pages and API, with every filter; then raters change places,
segment by segment, behind their back; then it is fetched again. No byte may differ, dates and CSRF tokens aside.
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from coding.models import Assignment, ExportFile, Judgement, Round
from coding.services.adjudication import open_adjudication
from coding.services.runs import store_run
from tests.adversary.test_blindness import filled, what_it_tells
from tests.factories import StudyWorld, close, judge, make_member, make_transcript
from tests.matrix import all_routes
from transcripts.models import Membership, Segment

Answers = dict[str, Any]
DATES = re.compile(rb'"(decided_at|at)": ?"[^"]*"|\d{4}-\d\d-\d\dT[\d:.]+Z?|\d{1,2} \w+ 20\d\d(, \d\d:\d\d)?')
CODES = ((), ("PULL-APP",), ("PULL-DEF",), ("ST-WARM",), ("ST-COOL", "PULL-APP"))


def coded(world: StudyWorld, raters: list[Membership]) -> Round:
    """A closed round of three raters on two transcripts who differ nearly everywhere, opened before it closed."""
    transcripts = [world.transcript, make_transcript(world.study, 2)]
    round_ = world.round(raters=raters, transcripts=transcripts, others_shown=True)
    for place, assignment in enumerate(round_.assignments.select_related("version", "rater").order_by("rater", "pk")):
        for segment in assignment.revision.segments.order_by("position"):
            number = (segment.position * 3 + raters.index(assignment.rater) * (1 + segment.position % 3)) % len(CODES)
            memo = f"remark {number}" if (place + segment.position) % 2 else ""
            if segment.position == 4:
                judge(assignment, 4, *CODES[1], rating=1 + raters.index(assignment.rater) % 3)
            else:
                judge(assignment, segment.position, *CODES[number], memo=memo, flag=number == 1)
    assert world.coordinator.user is not None
    open_adjudication(user=world.coordinator.user, round_=round_)
    close(round_)
    return round_


def change_places(round_: Round) -> int:
    """Let the judgements of two raters change places on every other segment, past every trigger; says how many did."""
    moved = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET session_replication_role = replica")
        for segment in Segment.objects.filter(judgements__assignment__round=round_).distinct():
            rows = list(Judgement.objects.filter(segment=segment, assignment__round=round_).order_by("assignment"))
            if segment.position % 2 == 0 or segment.position == 1:
                turned = [*rows[1:], rows[0]]
                targets = [row.assignment_id for row in rows]
                spare = Assignment.objects.exclude(round=round_).values_list("pk", flat=True)
                for row, place in zip(turned, spare, strict=False):
                    cursor.execute("UPDATE coding_judgement SET assignment_id = %s WHERE id = %s", [place, row.pk])
                for row, target in zip(turned, targets, strict=True):
                    cursor.execute("UPDATE coding_judgement SET assignment_id = %s WHERE id = %s", [target, row.pk])
                moved += len(rows)
        cursor.execute("SET session_replication_role = DEFAULT")
    caches["results"].clear()
    return moved


def everything(world: StudyWorld, viewer: Membership, round_: Round, run: Any) -> Answers:
    """Fetch all that there is, as the adjudicator."""
    client = Client(raise_request_exception=False)
    assert viewer.user is not None
    client.force_login(viewer.user)
    segments = list(Segment.objects.filter(judgements__assignment__round=round_).order_by("pk").distinct())
    values: dict[str, list[Any]] = {
        "study": [world.study.slug],
        "round_id": list(world.study.rounds.order_by("pk").values_list("pk", flat=True)),
        "assignment_id": list(round_.assignments.order_by("pk").values_list("pk", flat=True))[:2],
        "transcript_id": list(world.study.transcripts.order_by("pk").values_list("pk", flat=True)),
        "segment_id": [segment.pk for segment in segments],
        "member_id": list(Membership.objects.filter(study=world.study).order_by("pk").values_list("pk", flat=True)),
        "export_id": list(ExportFile.objects.values_list("pk", flat=True)),
        "version_id": [world.version.pk],
        "run_id": [run.pk],
        "name": ["report.zip", "run.json"],
    }
    found: Answers = {}
    for path in sorted({route.path for route in all_routes()}):
        # The sign-in package's own pages know nothing of studies, and count how often they are asked.
        if "logout" in path or "schema" in path or "docs" in path or path.startswith("account/"):
            continue
        for url in filled(path, values):
            for method, body in said(path, segments, round_):
                with transaction.atomic():
                    is_json = path.startswith("api/") and method == "post"
                    kind = {"content_type": "application/json"} if is_json else {}
                    status, content, heads = what_it_tells(getattr(client, method)(url, body, **kind))
                    found[f"{method} {url} {body}"] = (status, DATES.sub(b"", content), heads)
                    transaction.set_rollback(True)
    return found


def said(path: str, segments: list[Segment], round_: Round) -> list[tuple[str, dict[str, Any]]]:
    asked: list[tuple[str, dict[str, Any]]] = [("get", {})]
    if path.startswith(("studies/", "api/v1/studies/")) and "codebooks" not in path:
        asked.append(("get", {"page": 2, "rater": "rater_a"}))
    if path.endswith(("adjudication/", "adjudication/segments/")):
        asked += [("get", {"turn": segment.pk, "order": "text"}) for segment in segments]
        takes = ("A", "B", "C", "majority", "mean")
        asked += [("get", {"turn": segment.pk, "take": take}) for segment in segments[:2] for take in takes]
        asked += [("get", {"order": order}) for order in ("kind", "text", "apart")]
        asked += [("get", {"kind": kind}) for kind in ("sibling", "boundary", "seen", "rating", "attribute")]
    if path.endswith(("turns/<int:segment_id>/", "segments/<int:segment_id>/")):
        asked += [("post", {"n": 0, "outcome": "none"}), ("post", {"n": 3, "outcome": "none"}), ("post", {})]
    elif path.endswith(("names/", "undo/", "end/", "runs/", "submit/", "open/")):
        asked += [("post", {"n": 0}), ("post", {})]
    elif path.endswith("exports/"):
        asked.append(("post", {"round": round_.pk}))
    if path.endswith(("reliability/", "disagreements/", "code/", "breakdown/", "codings/")):
        asked += [("get", {"code": "PULL-APP"}), ("get", {"one": "rater_a", "other": "rater_b"})]
        asked += [("get", {"rater": "rater_a"}), ("get", {"ordering": "rater"})]
    return asked


def test_nothing_that_an_adjudicator_fetches_depends_on_who_gave_what(
    world: StudyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The picture of the rounds over time is drawn up to this moment, which goes on while everything is fetched.
    noon = timezone.now()
    monkeypatch.setattr("coding.queries.rounds_picture.timezone", SimpleNamespace(now=lambda: noon))
    third = make_member(world.study, "rater", "rater_c")
    raters = [world.rater, world.other_rater, third]
    # Another round, whose assignments are the spare places of the exchange.
    world.round(raters=raters, transcripts=[make_transcript(world.study)])
    round_ = coded(world, raters)
    assert world.coordinator.user is not None
    run = store_run(user=world.coordinator.user, round_=round_).run
    ExportFile.objects.create(study=world.study, round=round_, asked_by=world.adjudicator.user)
    before = everything(world, world.adjudicator, round_, run)

    moved = change_places(round_)
    after = everything(world, world.adjudicator, round_, run)

    assert moved > 6
    assert len(before) > 200
    assert any("sibling" in question and before[question][0] == 200 for question in before)
    assert {question for question in before if before[question] != after[question]} == set()
    for label in ("rater_b", "rater_c"):
        assert not [question for question, answer in before.items() if label.encode() in answer[1]]


@pytest.mark.parametrize("viewer", ["reader", "coordinator"])
def test_the_exchange_shows_to_whoever_may_read_names(world: StudyWorld, viewer: str) -> None:
    """The test above can fail: the same exchange changes what others read of the round."""
    raters = [world.rater, world.other_rater, make_member(world.study, "rater", "rater_c")]
    world.round(raters=raters, transcripts=[make_transcript(world.study)])
    round_ = coded(world, raters)
    client = Client()
    member: Membership = getattr(world, viewer)
    assert member.user is not None
    client.force_login(member.user)
    address = f"/api/v1/studies/{world.study.slug}/rounds/{round_.pk}/codings/"
    before = client.get(address).json()["results"]

    change_places(round_)

    assert client.get(address).json()["results"] != before
