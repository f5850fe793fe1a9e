"""Every refusal and every setting has its line, every decision its three parts, and every link leads somewhere."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rest_framework.exceptions import APIException

from coding.services.drafts import SENTENCES
from tests.docs.pages import DOCS, ROOT, Remark, headings, parts, text_of

SOURCES = [
    path
    for package in ("workbench", "coding", "transcripts")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
READERS = {"text", "flag", "number", "words"}
#: Codes of the framework that requests to the API can meet.
OF_THE_FRAMEWORK = {
    "authentication_failed",
    "method_not_allowed",
    "not_authenticated",
    "parse_error",
    "permission_denied",
    "unsupported_media_type",
}


def _trees() -> Iterator[ast.AST]:
    for path in SOURCES:
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _string(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _codes() -> set[str]:
    """Find the codes of refusals: of classes, of single refusals, and in answers of the API."""
    found: set[str | None] = set(SENTENCES)
    for node in _trees():
        match node:
            case ast.ClassDef(body=body):
                for line in body:
                    if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") in ("code", "default_code"):
                        found.add(_string(line.value))
            case ast.Raise(exc=ast.Call(keywords=words)) | ast.Return(value=ast.Call(keywords=words)):
                found |= {_string(word.value) for word in words if word.arg == "code"}
            case ast.Dict(keys=keys, values=values):
                found |= {_string(value) for key, value in zip(keys, values, strict=True) if _string(key) == "code"}
    return {code for code in found if code}


def _settings() -> set[str]:
    """Find the environment variables that are read through workbench.env."""
    found = set()
    for node in _trees():
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[first, *_]) if name in READERS:
                found.add(_string(first) or "")
    return {name for name in found if re.fullmatch(r"[A-Z][A-Z_]+", name)}


def _listed_codes() -> list[str]:
    cells = re.findall(r"^\| (`[a-z_`, ]+`) \|", text_of("refusals.md"), flags=re.MULTILINE)
    return [code for cell in cells for code in re.findall(r"`([a-z_]+)`", cell)]


def test_the_search_finds_codes_of_each_kind() -> None:
    assert {"role_gate", "draft_gone", "bad_act", "too_large", "code_key_once", "study_unknown"} <= _codes()


def test_each_refusal_has_a_line_and_no_line_is_about_nothing() -> None:
    framework = {kind.default_code for kind in APIException.__subclasses__()}

    assert framework >= OF_THE_FRAMEWORK
    assert set(_listed_codes()) == _codes() | OF_THE_FRAMEWORK


def test_no_refusal_has_two_lines() -> None:
    assert sorted(_listed_codes()) == sorted(set(_listed_codes()))


def test_each_setting_has_a_heading_and_no_heading_is_about_nothing() -> None:
    written = {heading for heading in headings(text_of("running.md")) if re.fullmatch(r"[A-Z][A-Z_]+", heading)} - {
        "TLS"
    }

    assert {"WORKBENCH_DATA", "DATABASE_URL"} <= _settings()
    assert written == _settings()


def test_nothing_but_env_reads_the_environment() -> None:
    reading = re.compile(r"os\.(environ\.get|environ\[|getenv)")
    readers = {
        path.relative_to(ROOT).as_posix() for path in SOURCES if reading.search(path.read_text(encoding="utf-8"))
    }

    assert readers <= {"workbench/env.py"}


def _anchors(page: Path) -> set[str]:
    """Give the anchors that a page's headings make, as GitHub makes them."""
    found = headings(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def _links() -> list[tuple[str, str]]:
    return [
        (page.relative_to(ROOT).as_posix(), target)
        for page in PAGES
        for part in parts(page.read_text(encoding="utf-8"))
        if isinstance(part, Remark)
        for target in re.findall(r"\]\(([^)\s]+)\)", part.text)
        if "://" not in target and not target.startswith("mailto:")
    ]


@pytest.mark.parametrize(("page", "target"), _links())
def test_a_link_leads_to_a_page_and_a_heading_that_are_there(page: str, target: str) -> None:
    path, _, anchor = target.partition("#")
    there = (ROOT / page).parent / path if path else ROOT / page
    if there.parent.name == "pictures" and not there.parent.exists():
        pytest.skip("the pictures are not made yet")

    assert there.exists()
    assert not anchor or anchor in _anchors(there)


def test_each_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), {ROOT / "README.md"}
    while waiting:
        page = waiting.pop()
        reached.add(page)
        for other, target in _links():
            path = Path(os.path.normpath((ROOT / other).parent / target.partition("#")[0]))
            if ROOT / other == page:
                waiting |= ({path} if path.suffix == ".md" else set(path.glob("*.md"))) - reached

    assert set(DOCS.rglob("*.md")) - reached == set()


def _words_of_the_site() -> str:
    """Give all that stands in templates, and the sentences of the source, without markup."""
    found = [
        path.read_text(encoding="utf-8")
        for package in ("workbench", "coding", "transcripts")
        for kind in ("*.html", "*.py", "*.js")
        for path in (ROOT / package).rglob(kind)
        if "migrations" not in path.parts
    ]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>|\{[%{].*?[%}]\}", "", "\n".join(found)))


@pytest.mark.parametrize("name", ["enactments.md", "quick-start.md", "team.md", "training.md"])
def test_what_a_page_quotes_is_said_on_the_site(name: str) -> None:
    """Buttons and sentences between curly quotes stand somewhere as they are quoted; … is for what changes."""
    site, page = _words_of_the_site(), re.sub(r"\s+", " ", text_of(name))
    quoted = [words for words in re.findall(r"“([^”]+)”", page) if "…" not in words]

    assert [words for words in quoted if words not in site] == []


@pytest.mark.parametrize("record", sorted((DOCS / "decisions").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_says_context_decision_and_consequences_on_one_page(record: Path) -> None:
    text = record.read_text(encoding="utf-8")

    assert headings(text)[1:] == ["Context", "Decision", "Consequences"]
    assert len(text.split()) <= 550


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_uses_the_words_of_the_field(page: Path) -> None:
    assert re.findall(r"\b(tags?|tagged|tagging|annotat\w+)\b", page.read_text(encoding="utf-8")) == []
