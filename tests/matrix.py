"""One of everything, so that every route of the product has something to point at."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from coding.formats.drafts import AttributeDraft
from coding.models import Assignment, ExportFile
from coding.services.adjudication import end_adjudication, open_adjudication
from coding.services.memos import write_memo
from coding.services.runs import store_run
from tests.factories import SMALL_CODEBOOK, StudyWorld, close, judge, make_transcript, make_version, make_world
from transcripts.models import Invitation, Segment, Upload
from workbench.accounts.models import User
from workbench.accounts.tokens import create_token

ROLES = ("nobody", "stranger", "reader", "rater", "other_rater", "adjudicator", "coordinator")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass
class Everything:
    """A study with a closed round, an open one, a draft, an invitation, an upload, an export, a run and a token."""

    world: StudyWorld
    arguments: dict[str, Any]

    def person(self, role: str) -> User | None:
        if role == "nobody":
            return None
        if role == "stranger":
            return self.world.stranger
        return getattr(self.world, role).user


def make_everything() -> Everything:
    world = make_world("matrix")
    coordinator = world.coordinator.user
    closed = world.round()
    for assignment in closed.assignments.select_related("version"):
        judge(assignment, 1, "PULL-APP")
    close(closed)
    # The open round is on another transcript, so that nobody is blind to the closed one.
    elsewhere = make_transcript(world.study)
    open_round = world.round(transcripts=[elsewhere])
    mine = Assignment.objects.get(round=open_round, rater=world.rater)
    draft = make_version(
        world.study,
        replace(SMALL_CODEBOOK, attributes=(AttributeDraft("arena", "text"),), rest={"links": [{"id": "names"}]}),
        publish=False,
    )
    invitation = Invitation.objects.create(
        study=world.study, label="rater_new", role="rater", key_hash="0" * 64, expires_at=timezone.now()
    )
    upload = Upload.objects.create(
        study=world.study, batch=uuid.uuid4(), user=coordinator, file_name="x.txt", sha256="0" * 64, file_size=1
    )
    export = ExportFile.objects.create(study=world.study, round=closed, asked_by=coordinator)
    token, _ = create_token(coordinator, "for a test")
    run = store_run(user=coordinator, round_=closed).run
    # Its blind phase has ended, so that the adjudicator reads results like the others who do.
    open_adjudication(user=coordinator, round_=closed)
    end_adjudication(user=coordinator, round_=closed)
    return Everything(
        world,
        {
            "study": world.study.slug,
            "version_id": draft.pk,
            "family_id": draft.families.get(key="ADM").pk,
            "code_id": draft.codes.get(key="ST-COOL").pk,
            "attribute_id": draft.attributes.get().pk,
            "families/part_id": draft.families.get(key="ADM").pk,
            "codes/part_id": draft.codes.get(key="ST-COOL").pk,
            "attributes/part_id": draft.attributes.get().pk,
            "round_id": closed.pk,
            "assignment_id": mine.pk,
            "transcript_id": world.transcript.pk,
            "member_id": world.other_rater.pk,
            "invitation_id": invitation.pk,
            "batch": upload.batch,
            "upload_id": upload.pk,
            "export_id": export.pk,
            "token_id": token.pk,
            "key": "an-unknown-key",
            "run_id": run.pk,
            "name": "report.md",
            "file/name": "shown-turns.csv",
            "tables/name": "turns",
            "revision_id": world.transcript.revisions.get().pk,
            "layout": "csv",
            "example_id": 1,
            "number": 1,
            "memo_id": write_memo(user=coordinator, study=world.study, text="For a test.").pk,
            "segment_id": Segment.objects.get(revision__transcript=world.transcript, position=1).pk,
        },
    )


@dataclass(frozen=True)
class Route:
    path: str
    callback: Any


def methods_of(path: str) -> tuple[str, ...]:
    """Give the methods to try: the sign-in package's own pages send PUT, PATCH and DELETE on, whoever asks."""
    return METHODS[:2] if path.startswith("account/") else METHODS


def all_routes() -> list[Route]:
    """Walk the URL configuration."""

    def walk(patterns: list[Any], prefix: str) -> list[Route]:
        found: list[Route] = []
        for pattern in patterns:
            here = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                found += walk(pattern.url_patterns, here)
            elif isinstance(pattern, URLPattern):
                found.append(Route(here, pattern.callback))
        return found

    return walk(get_resolver().url_patterns, "")


def fill(path: str, arguments: dict[str, Any]) -> str:
    """Put the arguments into a route's path."""
    parts: list[str] = []
    names = path.split("/")
    for before, name in zip(["", *names], names, strict=False):
        key = name.strip("<>").partition(":")[2]
        # The same name may stand for another thing below another folder: codes/<int:part_id>.
        parts.append(str(arguments.get(f"{before}/{key}", arguments.get(key))) if key else name)
    return "/" + "/".join(parts)


#: Bodies without which a route would answer before it asks who is there.
BODIES = {
    "assignments/<uuid:assignment_id>/find/": {"words": "turn"},
    "assignments/<uuid:assignment_id>/acts/": {
        "id": "7b4c1d8e-52f3-4a0e-9a57-1f0f3a6f0c11",
        "seq": 1,
        "kind": "flag",
        "position": 1,
        "flag": True,
    },
}


def answer(everything: Everything, role: str, method: str, path: str) -> int:
    """Ask as somebody, and undo whatever came of it. An API is spoken to in JSON."""
    client = Client(raise_request_exception=False)
    if (person := everything.person(role)) is not None:
        client.force_login(person)
    url = fill(path, everything.arguments)
    with transaction.atomic():
        speak = getattr(client, method.lower())
        body = BODIES.get(path.removeprefix("api/v1/"))
        said = {"data": body or {}, "content_type": "application/json"} if body or path.startswith("api/") else {}
        response = speak(url, **({} if method == "GET" else said))
        transaction.set_rollback(True)
    return int(response.status_code)
