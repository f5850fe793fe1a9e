"""The page about the API is run, request by request, and its answers are what the product answers."""

from __future__ import annotations

import io
import json
import re
import runpy
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from coding.models import Assignment, ExportFile
from coding.services.exports import write_export
from tests.docs.curl import API, Shell
from tests.docs.pages import Block, Remark, differences, parts, text_of
from tests.factories import judge, make_user
from transcripts.services import invitations
from workbench.accounts.models import User
from workbench.accounts.tokens import create_token

PAGE = text_of("api.md")
PEOPLE = ("ANN", "BEN", "CEM")
LABELS = {"BEN": "rater_a", "CEM": "rater_b"}


@dataclass
class Reader:
    """Somebody who follows the page from top to bottom."""

    people: dict[str, User]
    shell: Shell
    response: Any = None
    faults: list[str] = field(default_factory=list)
    requests: int = 0
    shown: int = 0

    def read(self, part: Block | Remark) -> None:
        match part:
            case Block("txt", (name,), text):
                self.shell.files[name] = f"{text}\n".encode()
            case Block("sh", _, text) if text.startswith("curl"):
                self.response = self.shell.run(part)
                self.requests += 1
                if self.response.status_code >= 500:
                    self.faults.append(f"{text}: {self.response.status_code}")
            case Block("json", (status,), text):
                self.shown += 1
                self.compare(int(status), json.loads(text))
            case Remark(text):
                self.follow(text)

    def compare(self, status: int, written: Any) -> None:
        said = f"{self.response.request['REQUEST_METHOD']} {self.response.request['PATH_INFO']}"
        if self.response.status_code != status:
            self.faults.append(f"{said}: {self.response.status_code}, not {status}: {self.response.content!r}")
        else:
            self.faults += [f"{said}: {one}" for one in differences(written, self.response.json())]

    def follow(self, text: str) -> None:
        for name, path in re.findall(r"`\$([A-Z]+)` is its `([a-z_.0-9]+)`", text):
            self.shell.keep(name, self.response.json(), path)
        if done := re.fullmatch(r"<!-- (.+) -->", text):
            who, _, what = done[1].partition(" ")
            {"joins": self.join, "finishes": self.finish, "worker works": self.work}[what](who)

    def join(self, who: str) -> None:
        key = urlsplit(self.response.json()["link"]).path.split("/")[2]
        invitations.accept(key=key, user=self.people[who])

    def finish(self, who: str) -> None:
        assignment = Assignment.objects.get(rater__user=self.people[who], withdrawn_at=None)
        done = set(assignment.judgements.values_list("segment__position", flat=True))
        for position in sorted({1, 2, 3, 4, 5, 6} - done):
            judge(assignment, position, *(["PULL-DEF"] if position == 2 else []))
        if who == "CEM":
            answer = Client(headers=self.header(who)).post(f"/api/v1/assignments/{assignment.pk}/submit/")
            assert answer.status_code == 200

    def header(self, who: str) -> dict[str, str]:
        name, value = self.shell.variables[who].split(": ")
        return {name: value}

    def work(self, _: str) -> None:
        write_export(str(ExportFile.objects.get().pk))


@pytest.fixture
def reader(db: None, settings: Any, tmp_path: Path) -> Iterator[Reader]:
    settings.DATA_DIR = tmp_path
    people = {who: make_user(who.lower(), may_create_studies=who == "ANN") for who in PEOPLE}
    keys = {who: f"Authorization: Token {create_token(person, 'docs')[1]}" for who, person in people.items()}
    reader = Reader(people, Shell({**keys, "API": API}))
    yield reader
    reader.response.close()


def test_each_documented_request_gets_the_documented_answer(reader: Reader) -> None:
    for part in parts(PAGE):
        reader.read(part)

    assert reader.faults == []
    assert (reader.requests, reader.shown) >= (45, 40)
    assert reader.response.getvalue().startswith(b"PK")


def test_the_documented_program_prints_every_judgement(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for part in parts(PAGE):
        reader.read(part)
    program = next(part.text for part in parts(PAGE) if isinstance(part, Block) and part.language == "python")
    monkeypatch.setenv("API", API)
    monkeypatch.setenv("KEY", reader.shell.variables["ANN"].rpartition(" ")[2])
    monkeypatch.setenv("ROUND", reader.shell.variables["ROUND"])
    monkeypatch.setattr(urllib.request, "urlopen", _answered_here)

    file = tmp_path / "program.py"
    file.write_text(program, encoding="utf-8")
    runpy.run_path(str(file))

    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 12
    assert {"rater_a 1 none", "rater_a 2 ['PULL-DEF']", "rater_b 2 ['PULL-DEF']"} <= set(printed)


def _answered_here(request: urllib.request.Request) -> io.BytesIO:
    address = urlsplit(request.full_url)
    answer = Client(headers=dict(request.header_items())).get(f"{address.path}?{address.query}")
    assert answer.status_code == 200
    return io.BytesIO(answer.content)


def _api_paths(patterns: Any, before: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += _api_paths(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and route.startswith("api/v1/"):
            found.append("/" + route)
    return found


def _as_written(route: str) -> str:
    """Give a route as the page writes it: <study>, <id>, <uuid>, <name>."""
    words = {"slug": "<study>", "int": "<id>", "uuid": "<uuid>", "str": "<name>"}
    return re.sub(r"<(\w+):\w+>", lambda found: words[found[1]], route)


@pytest.mark.parametrize("route", sorted(set(_api_paths(get_resolver().url_patterns))))
def test_each_address_of_the_api_is_on_the_page(route: str) -> None:
    written = _as_written(route)
    beside = re.sub(r".*/(?=[a-z]+/$)", "…/", written)

    assert f"{written}`" in PAGE or (f"`{beside}`" in PAGE and written.endswith("/reopen/"))


def test_the_page_names_no_address_that_does_not_exist() -> None:
    known = {_as_written(route) for route in _api_paths(get_resolver().url_patterns)}

    assert set(re.findall(r"(/api/v1/[a-z<][^`?\s]*)", PAGE)) - known == set()
