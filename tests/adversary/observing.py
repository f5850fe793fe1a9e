"""Everything one person can fetch: each route and method of the access matrix, filters, order, pages and errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client

from tests.matrix import BODIES, Everything
from tests.test_access_matrix import ROWS
from workbench.accounts.models import User

#: What differs between any two answers: tokens, new ids of what was just asked for, and dates.
NOISE = re.compile(
    rb'name="(csrfmiddlewaretoken|batch)" value="[^"]*"'
    rb'|"(id|at|asked_at|expires_at|made_at)": ?"[^"]*"'
    rb"|\d{4}-\d\d-\d\dT[0-9:.+Z]*"
)
#: Signing in and out counts attempts, and the description of the API is the same for all.
LEFT_OUT = re.compile(r"account/|schema/|docs/|healthz")
#: Asked of whatever answers with a page or a list: filters, order, pages that are there and not.
QUESTIONS: tuple[dict[str, str], ...] = (
    {"page": "2"},
    {"page": "-1"},
    {"page_size": "1"},
    {"ordering": "-submitted_at"},
    {"search": "turn", "q": "turn", "words": "turn"},
    {"code": "PULL-APP", "state": "submitted", "rater": "rater_b"},
)
TELLING = frozenset({"ETag", "Last-Modified", "Location", "Vary"})


@dataclass(frozen=True)
class Answer:
    """What an answer tells: its status, its body, and the headers that could betray a change."""

    status: int
    body: bytes
    heads: tuple[tuple[str, str], ...]


def told(response: HttpResponseBase) -> Answer:
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    heads = tuple(
        (name, value)
        for name, value in response.headers.items()
        if name in ("ETag", "Last-Modified", "Location", "Vary")
    )
    return Answer(response.status_code, NOISE.sub(b"", body), heads)


def observe(user: User, everything: Everything, values: dict[str, list[Any]], only: str = "") -> dict[str, Answer]:
    """
    Ask everything, undo whatever came of it, and give the answers by question.

    `values` are the ids to fill into the routes; for the rest those of `everything` stand. `only` keeps some routes.
    """
    client = Client(raise_request_exception=False)
    client.force_login(user)
    found: dict[str, Answer] = {}
    for path, method, *_ in ROWS:
        if LEFT_OUT.search(path) or not re.search(only, path):
            continue
        for url in filled(path.removeprefix("."), everything, values):
            plain = _asked(client, method, url, path)
            found[f"{method} {url}"] = plain
            if method == "GET" and plain.status == 200:
                for question in QUESTIONS:
                    found[f"GET {url} {question}"] = _asked(client, "GET", url, path, question)
                found[f"GET {url} as a fragment"] = _asked(client, "GET", url, path, fragment=True)
    return found


def filled(path: str, everything: Everything, values: dict[str, list[Any]]) -> Iterator[str]:
    """Put every combination of ids into a route."""
    names = path.split("/")
    choices: list[list[Any]] = []
    for before, name in zip(["", *names], names, strict=False):
        key = name.strip("<>").partition(":")[2]
        known = everything.arguments
        choices.append((values.get(key) or [known.get(f"{before}/{key}", known.get(key))]) if key else [name])
    for parts in product(*choices):
        yield "/" + "/".join(map(str, parts))


def _asked(
    client: Client, method: str, url: str, path: str, question: dict[str, str] | None = None, fragment: bool = False
) -> Answer:
    heads = {"HX-Request": "true"} if fragment else {}
    body = BODIES.get(path.removeprefix("api/v1/"))
    more: dict[str, Any] = {"headers": heads}
    if method == "GET":
        more["data"] = question or {}
    elif body or path.startswith("api/"):
        more |= {"data": body or {}, "content_type": "application/json"}
    with transaction.atomic():
        answer = told(getattr(client, method.lower())(url, **more))
        transaction.set_rollback(True)
    return answer
