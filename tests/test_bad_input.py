"""
Hostile input to every route there is: never a 500, always a sentence, never a trace.

The routes come from the URL configuration and the names of fields from the forms and the API's own description, so
that a page or an operation that is added tomorrow is tried without a line here.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.matrix import Everything, Route, all_routes, fill, make_everything
from workbench import env
from workbench.accounts.models import User
from workbench.accounts.tokens import create_token

# A value that no column takes ends the statement it came with. In one transaction around a whole test that would end
# everything after it too, which does not happen to a server.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]

LONG = env.flag("WORKBENCH_SOAK")
SEED = 20_261_123
HUGE = 10**400
DEEP = 200_000
TRACES = (b"Traceback (most recent call last)", b"/site-packages/", b'File "', b"django.db", b"psycopg")

#: What a form field or a JSON string may hold.
WORDS: dict[str, Any] = {
    "nothing": "",
    "NUL": "a\x00b",
    "a lone surrogate": "\ud800",
    "right-to-left and zero width": "\u202e\u200b\ufeff",
    "half a megabyte": "x" * 500_000,
    "a number of 400 digits": str(HUGE),
    "minus one": "-1",
    "more than a float": "1e999",
    "not a number": "NaN",
    "more than a bigint": str(2**63),
    "markup": "<script>alert(1)</script>{{ 7 }}{% now %}",
    "a date that never was": "2026-02-31T25:61:61",
    "an unknown uuid": "00000000-0000-4000-8000-000000000000",
}
#: What JSON may hold beside strings.
VALUES: dict[str, Any] = {
    "a number of 400 digits": HUGE,
    "minus one": -1,
    "more than a bigint": 2**63,
    "a fraction": 1.5,
    "null": None,
    "true": True,
    "an empty list": [],
    "a list of lists": [[[]]],
    "an empty object": {},
    "an object with odd keys": {"\ud800": 1, "": {"__proto__": []}},
}
Ask = Callable[..., list[str]]
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=edge"
BODIES: dict[str, tuple[str, bytes]] = {
    "no JSON at all": (JSON, b"not json"),
    "half an object": (JSON, b'{"name": '),
    "an empty body": (JSON, b""),
    "JSON nested too deeply": (JSON, b"[" * DEEP + b"]" * DEEP),
    "objects nested too deeply": (JSON, b'{"a":' * DEEP + b"1" + b"}" * DEEP),
    "1e999": (JSON, b'{"rating": 1e999, "position": 1e999, "page": 1e999}'),
    "NaN": (JSON, b'[NaN, Infinity, {"a": -Infinity}]'),
    "a number of 5,000 digits": (JSON, b'{"position": ' + b"9" * 5_000 + b"}"),
    "a key twice": (JSON, b'{"name": "one", "name": "two", "kind": [], "kind": {}}'),
    "invalid UTF-8": (JSON, b'{"name": "\xff\xfe"}'),
    "an escaped NUL": (JSON, b'{"name": "\\u0000", "\\u0000": 1}'),
    "an escaped lone surrogate": (JSON, b'{"name": "\\ud800"}'),
    "UTF-16": (JSON, '{"name": "x"}'.encode("utf-16")),
    "a string where an object is due": (JSON, b'"name"'),
    "a list of a thousand nulls": (JSON, b"[" + b"null," * 999 + b"null]"),
    "a form in invalid UTF-8": (FORM, b"name=%ff%fe&title=%00&csrfmiddlewaretoken=%f0%28"),
    "a form in an unknown encoding": (FORM + "; charset=nonsense", b"name=x&title=y"),
    "a form in UTF-7": (FORM + "; charset=utf-7", b"name=+ADw-x&title=+2AA-"),
    "a field twice": (FORM, b"name=1&name=2&kind=a&kind=b&csrfmiddlewaretoken=x"),
    "multipart without an edge": ("multipart/form-data", b"--x\r\n\r\n"),
    "multipart cut short": (MULTIPART, b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a'),
    "multipart with bad base64": (
        MULTIPART,
        b'--edge\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--edge--',
    ),
    "XML with an entity": ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    "no type at all": ("", b"\x00\xff"),
    "an impossible type": ("\x00/\xff", b"x"),
}
TOO_MUCH: dict[str, tuple[str, bytes]] = {
    "a form too large": (FORM, b"name=" + b"x" * 2_000),
    "a form of too many fields": (FORM, b"&".join(b"a%d=1" % number for number in range(50))),
    "a JSON too large": (JSON, b'["' + b"x" * 2_000 + b'"]'),
}
QUERIES = {
    "a page beyond counting": "999999999999999999999",
    "a page of 400 digits": str(HUGE),
    "page zero": "0",
    "page minus one": "-1",
    "page 1e999": "1e999",
    "page NUL": "%00",
    "page invalid UTF-8": "%ff%fe",
    "page twice": "1&page=2&page=x",
    "page markup": quote("<script>'\";--"),
}
PARAMETERS = ("page", "page_size", "notes", "code", "turn", "order", "round", "family", "format", "next", "search")
PATHS = (
    "/%00",
    "/%ff%fe/",
    "/%ED%A0%80/",
    "/studies/%00/",
    "/studies/%F0%9F%92%A9/",
    f"/studies/{'a' * 5_000}/",
    "/studies/../../etc/passwd",
    "/studies/matrix/rounds/999999999999999999999999/",
    f"/studies/matrix/rounds/{HUGE}/reliability/",
    "/studies/matrix/rounds/-1/",
    "/studies/matrix/transcripts/9223372036854775808/",
    "/assignments/00000000-0000-4000-8000-000000000000/",
    "/assignments/not-a-uuid/",
    "/join/%00/",
    f"/join/{'k' * 5_000}/",
    "/join/%ff/",
    "/start/%00%0d%0a/",
    "/password/%ED%A0%80/",
    f"/studies/matrix/transcripts/imports/00000000-0000-4000-8000-000000000000/x/{HUGE}/",
    "/api/v1/studies/%00/",
    "/api/v1/studies/matrix/rounds/999999999999999999999999/",
    f"/api/v1/studies/matrix/members/{HUGE}/",
    f"/api/v1/studies/matrix/codebooks/{2**63}/",
    "/api/v1/assignments/00000000-0000-4000-8000-000000000000/",
    "/static/%00",
    "/static/../workbench/settings.py",
)
HEADERS: dict[str, dict[str, str]] = {
    "a token with NUL": {"Authorization": "Token \x00"},
    "a token beyond ASCII": {"Authorization": "Token \xff\xfe"},
    "three words for a token": {"Authorization": "Token a b"},
    "an empty token": {"Authorization": "Token "},
    "a session that never was": {"Cookie": "sessionid=\x00; csrftoken=\xff"},
    "cookies that are none": {"Cookie": "=;;;==\x01"},
    "an unknown type": {"Accept": "application/x-nothing"},
    "an impossible type": {"Accept": "\x00;q=NaN"},
    "an unknown language": {"Accept-Language": "x" * 2_000},
    "another host": {"Host": "evil.example.org"},
    "a host that is none": {"Host": "[::1"},
    "htmx from nowhere": {"HX-Request": "true", "HX-Current-URL": "http://[::1", "HX-Target": "\x00"},
    "a time that never was": {"If-Modified-Since": "yesterday", "If-None-Match": "\x00"},
    "a range beyond counting": {"Range": f"bytes={HUGE}-{HUGE}"},
}
SENTENCE = re.compile(r"[\w“\"].* .{4,}")
#: They end the session or take something away that the other routes point at, so that they come last.
TAKES_AWAY = re.compile("logout|delete|remove|leave|withdraw|revoke|discard")


@pytest.fixture
def everything() -> Everything:
    made = make_everything()
    User.objects.filter(pk=made.world.coordinator.user_id).update(may_create_studies=True)
    return made


@pytest.fixture
def ask(everything: Everything) -> Ask:
    """
    Give a function that asks a route and says what is wrong with the answer.

    It asks as the coordinator, who may most, and on the desk as the rater whose assignment it is.
    """
    clients, keys = {}, {}
    for role in ("coordinator", "rater"):
        person = everything.person(role)
        assert person is not None
        clients[role], keys[role] = Client(raise_request_exception=False), create_token(person, "for a test")[1]

    def answered(what: str, method: str, path: str, *, token: bool = False, **options: Any) -> list[str]:
        role = "rater" if path.startswith(("/assignments/", "/api/v1/assignments/")) else "coordinator"
        client = clients[role]
        if token:
            options["headers"] = {"Authorization": f"Token {keys[role]}", **options.get("headers", {})}
        elif "sessionid" not in client.cookies or client.cookies["sessionid"].value == "":
            client.force_login(everything.person(role))  # type: ignore[arg-type]
        response = client.generic(method, path, **options)
        return [f"{what}: {method} {path[:90]} {fault}" for fault in faults(response)]

    return answered


def faults(response: Any) -> Iterator[str]:
    """Say what an answer does that it must not."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if response.status_code >= 500:
        yield f"was answered with {response.status_code}"
    if any(trace in body for trace in TRACES):
        yield "shows how the site is built"
    # A method that a path does not know is answered by the framework, in a header.
    if response.status_code >= 400 and response.status_code != 405 and not has_sentence(response, body):
        yield f"was answered with {response.status_code} and no sentence: {body[:80]!r}"


def has_sentence(response: Any, body: bytes) -> bool:
    """Tell whether somebody who reads the answer learns what was wrong."""
    if response.headers.get("Content-Type", "").startswith("application/json"):
        texts = [*_texts(json.loads(body))]
        return any(SENTENCE.search(text) for text in texts)
    return bool(SENTENCE.search(re.sub(r"<[^>]+>", " ", body.decode())))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


@cache
def every_route() -> list[Route]:
    return sorted(all_routes(), key=lambda route: bool(TAKES_AWAY.search(route.path)))


def field_names(everything: Everything) -> list[str]:
    """Collect the names of all fields of all forms that the coordinator and a rater are shown."""
    names: set[str] = set()
    for role in ("coordinator", "rater"):
        client = Client()
        person = everything.person(role)
        assert person is not None
        client.force_login(person)
        for route in every_route():
            response = client.get(fill(route.path, everything.arguments))
            if response.status_code == 200 and not response.streaming:
                names.update(
                    re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', response.content.decode())
                )
    assert len(names) > 20
    return sorted(names - {"csrfmiddlewaretoken"})


@cache
def property_names() -> list[str]:
    """Collect the names of all properties that any request of the API has."""
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator().get_schema(request=None, public=True)
    parts = schema["components"]["schemas"].values()
    names = {name for part in parts for name in part.get("properties", {})}
    assert len(names) > 20
    return sorted(names)


def some(table: Mapping[str, Any], route: Route, number: int) -> list[tuple[str, Any]]:
    """Pick a few entries of a table for a route, always the same; `make soak` tries all of them everywhere."""
    if LONG:
        return list(table.items())
    return random.Random(f"{SEED} {route.path}").sample(list(table.items()), number)


def is_api(route: Route) -> bool:
    return route.path.startswith("api/")


def test_no_path_breaks_the_site(ask: Ask) -> None:
    wrong: list[str] = []

    for path, method in itertools.product(PATHS, ("GET", "POST")):
        wrong += ask("a path", method, path)
        wrong += ask("a path with a token", method, path, token=True)

    assert wrong == []


def test_no_query_string_breaks_a_page_or_an_operation(everything: Everything, ask: Ask) -> None:
    wrong: list[str] = []

    for route in every_route():
        for what, value in some(QUERIES, route, 3):
            query = "&".join(f"{name}={value}" for name in PARAMETERS)
            wrong += ask(what, "GET", fill(route.path, everything.arguments), QUERY_STRING=query, token=is_api(route))

    assert wrong == []


def test_no_form_field_breaks_a_page(everything: Everything, ask: Ask) -> None:
    names, wrong = field_names(everything), []

    for route in every_route():
        for what, word in some(WORDS, route, 3) if not is_api(route) else ():
            value = quote(word.encode(errors="surrogatepass"))
            few = names if len(value) < 10_000 else random.Random(route.path).sample(names, 4)
            body = "&".join(f"{quote(name)}={value}" for name in few)
            wrong += ask(what, "POST", fill(route.path, everything.arguments), data=body, content_type=FORM)

    assert wrong == []


def test_no_json_value_breaks_an_operation(everything: Everything, ask: Ask) -> None:
    names, wrong = property_names(), []

    for route in filter(is_api, every_route()):
        path = fill(route.path, everything.arguments)
        for what, value in some({**WORDS, **VALUES}, route, 4):
            few = names if what != "half a megabyte" else names[:4]
            for method, said in itertools.product(("POST", "PATCH"), (dict.fromkeys(few, value), [{few[0]: value}])):
                wrong += ask(what, method, path, data=json.dumps(said), content_type=JSON, token=True)

    assert wrong == []


def test_no_body_breaks_a_page_or_an_operation(everything: Everything, ask: Ask) -> None:
    wrong: list[str] = []

    for route in every_route():
        for what, (kind, body) in some(BODIES, route, 4):
            path = fill(route.path, everything.arguments)
            wrong += ask(what, "POST", path, data=body, content_type=kind, token=is_api(route))

    assert wrong == []


def test_no_header_breaks_a_page_or_an_operation(everything: Everything, ask: Ask) -> None:
    wrong: list[str] = []

    for route in every_route():
        for what, headers in some(HEADERS, route, 2):
            wrong += ask(what, "GET", fill(route.path, everything.arguments), headers=headers)

    assert wrong == []


def test_what_is_larger_than_the_server_takes_is_said_so(everything: Everything, ask: Ask, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000, 20
    wrong: list[str] = []

    for route in every_route():
        for what, (kind, body) in some(TOO_MUCH, route, 2):
            path = fill(route.path, everything.arguments)
            wrong += ask(what, "POST", path, data=body, content_type=kind, token=is_api(route))

    assert wrong == []


def test_the_api_does_not_read_a_body_larger_than_the_server_takes(everything: Everything, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    person = everything.person("coordinator")
    assert person is not None
    _, key = create_token(person, "for a test")
    body = json.dumps({"slug": "larger", "title": "x" * 2_000})

    answer = Client(raise_request_exception=False).post(
        "/api/v1/studies/", body, content_type=JSON, headers={"Authorization": f"Token {key}"}
    )

    assert answer.status_code == 413
    assert "larger" in answer.json()["detail"]


UPLOADS = {
    "nothing in it": ("empty.txt", b""),
    "NUL and no text": ("text.txt", b"\x00" * 5_000),
    "a name with NUL and slashes": ("../..\\\x00/etc/passwd.txt", b"A: hello\nB: good day\n"),
    "a name of 5,000 letters": ("x" * 5_000 + ".txt", b"A: hello\nB: good day\n"),
    "no zip": ("broken.docx", b"PK\x03\x04 and nothing else"),
    "no workbook": ("broken.xlsx", b"\x50\x4b\x05\x06" + b"\x00" * 18),
    "a table without columns": ("table.csv", b"\n\n\n,,,,\n"),
    "a table with numbers beyond counting": (
        "table.csv",
        b"transcript,segment,speaker,role,start,end,text\nT,%d,A,,%d,1e999,hello\nT,-1,B,,NaN,-5,bye\n" % (HUGE, HUGE),
    ),
    "an unknown kind": ("thing.exe", b"MZ\x90\x00"),
    "captions that end before they start": ("c.vtt", b"WEBVTT\n\n99:99:99.999 --> 00:00:00.000\n<v A>hello\n"),
    "a lone surrogate in UTF-16": ("utf16.txt", b"\xff\xfe\x00\xd8A\x00:\x00 \x00x\x00"),
    "one line of two million letters": ("long.txt", b"A: " + b"x" * 2_000_000),
}


def test_no_file_breaks_the_upload_or_the_preview(everything: Everything) -> None:
    client = Client(raise_request_exception=False)
    person = everything.person("coordinator")
    assert person is not None
    client.force_login(person)

    wrong: list[str] = []

    for what, (name, content) in UPLOADS.items():
        answers = [client.post("/studies/matrix/transcripts/upload/", {"files": SimpleUploadedFile(name, content)})]
        if answers[0].status_code == 302:
            place = answers[0].headers["Location"]
            answers += [client.get(place), client.post(place, {"do": "import"})]
        wrong += [f"{what}: {fault}" for answer in answers for fault in faults(answer)]

    assert wrong == []


def test_a_page_that_breaks_is_noticed_and_shows_no_trace(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcripts.views.transcripts.transcript_list", None)

    wrong = ask("a broken page", "GET", "/studies/matrix/transcripts/")

    assert wrong == ["a broken page: GET /studies/matrix/transcripts/ was answered with 500"]
