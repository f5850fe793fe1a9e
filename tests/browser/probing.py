"""What a person can find out by asking every address there is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.matrix import all_routes

#: Headers that differ from one moment to the next, whatever is asked.
_OF_THE_MOMENT = {"date", "expires", "set-cookie", "server", "connection", "content-length"}
#: Made anew for each answer: the token of a form, the batch that an upload would go into, the id of what is said next.
_RANDOM = re.compile(r'(name="(?:csrfmiddlewaretoken|batch|id)" value=")[^"]*')
_STAND_INS = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "str": "an-unknown-key", "slug": "unknown"}

Answer = tuple[int, dict[str, str], str]
Answers = dict[str, Answer]


def addresses(known: Mapping[str, list[Any]]) -> list[str]:
    """Fill every route, save those of one's own account, with everything that is known."""
    found: list[str] = []
    for route in all_routes():
        if route.path.startswith("account/"):
            continue
        ways = [""]
        for part in route.path.split("/"):
            choices = [part]
            if part.startswith("<"):
                kind, _, name = part.strip("<>").rpartition(":")
                choices = [str(value) for value in known.get(name, [_STAND_INS[kind or "str"]])]
            ways = [f"{way}/{choice}" for way in ways for choice in choices]
        found += ways
    return sorted(set(found))


def ask_everything(page: Any, server: Any, known: Mapping[str, list[Any]]) -> Answers:
    """Ask every address as the person of this page and keep all that is answered: status, headers, words."""
    answers: Answers = {}
    for address in addresses(known):
        answer = page.context.request.get(server.url + address, max_redirects=0)
        headers = {name: value for name, value in answer.headers.items() if name not in _OF_THE_MOMENT}
        answers[address] = (answer.status, headers, _RANDOM.sub(r"\1", answer.body().decode("utf-8", "replace")))
    return answers


def what_changed(before: Answers, after: Answers) -> dict[str, str]:
    """Give the addresses that answer differently, each with the first difference."""
    return {address: _difference(old, after[address]) for address, old in before.items() if old != after[address]}


def _difference(old: Answer, new: Answer) -> str:
    if old[:2] != new[:2]:
        return f"{old[:2]} became {new[:2]}"
    start = next((place for place, (one, other) in enumerate(zip(old[2], new[2], strict=False)) if one != other), -1)
    return f"{old[2][start - 40 : start + 60]!r} became {new[2][start - 40 : start + 60]!r}"
