"""
A codebook in the exchange format of REFI-QDA (.qdc), which other programs for qualitative analysis read.

The format knows names, descriptions, colours and a tree (Evers et al., 2020, REFI-QDA Standard 1.5). What else a code
says stands in its description under headings, which our own reader takes apart again.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from coding.formats.codebook import read_codebook
from coding.formats.codebook_csv import OUTCOMES, example_line, example_object
from coding.formats.drafts import CodebookDraft, CodebookError, CodeDraft
from coding.formats.members import COLOR, MAX_KEY, MAX_NAME
from coding.formats.strict_json import shown

NAMESPACE = "urn:QDA-XML:codebook:1.0"
DEEPEST = 40
GUID = re.compile(
    r"(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})|(?:\{[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\})"
)
LISTS = {"Give it for:": "include", "Not for:": "exclude", "Near misses:": "near_misses", "Examples:": "examples"}
_SCALE = re.compile(r"(?P<name>.{1,60}), (?P<low>[0-9]{1,3}) to (?P<high>[0-9]{1,3})")
_OURS = re.compile(r"(?:\A|\n\n)Key: (?P<key>[^\n]+)(?P<more>(?:\n[A-Z][a-z ]+: [^\n]*)*)\Z")


# Writing -------------------------------------------------------------------------------------------------------------


def write_codebook_qdc(draft: CodebookDraft) -> bytes:
    """Write the families with their codes; the same codebook gives the same ids, whatever the version."""
    if not draft.codes:
        raise CodebookError("A codebook without codes cannot be written as .qdc; add a code first.")
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f'<CodeBook xmlns="{NAMESPACE}" origin="workbench">', "<Codes>"]
    for family in draft.families:
        described = _description(
            family.definition, {}, {"Key": family.key, "Exclusive": "yes" if family.exclusive else ""}
        )
        lines.append(_open(draft, "family", family.key, family.name, family.color, codable=False))
        lines.append(described)
        for code in draft.codes:
            if code.family == family.key:
                lines.append(_open(draft, "code", code.key, code.name, code.color or family.color, codable=True))
                lines += [_code(draft, code), "</Code>"]
        lines.append("</Code>")
    return "\n".join([*lines, "</Codes>", "</CodeBook>", ""]).encode()


def _open(draft: CodebookDraft, kind: str, key: str, name: str, color: str, *, codable: bool) -> str:
    guid = str(uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(("workbench", draft.key, kind, key)))).upper()
    hue = f" color={quoteattr(color)}" if color else ""
    truth = "true" if codable else "false"
    return f'<Code guid="{guid}" name={quoteattr(_printable(name))} isCodable="{truth}"{hue}>'


def _code(draft: CodebookDraft, code: CodeDraft) -> str:
    lists = {
        "Give it for:": code.include,
        "Not for:": code.exclude,
        "Near misses:": code.near_misses,
        "Examples:": tuple(example_line(example) for example in code.examples),
    }
    facts = {
        "Key": code.key,
        "On turns of": ", ".join(code.roles),
        "Rated": _scale(draft) if code.rated else "no" if draft.rating else "",
        "Key on the desk": code.letter,
        "Stands for": draft.outcomes.get(code.key, ""),
    }
    return _description(code.definition, lists, facts)


def _scale(draft: CodebookDraft) -> str:
    scale = draft.rating
    return f"{scale.name}, {scale.minimum} to {scale.maximum}" if scale else ""


def _description(definition: str, lists: Mapping[str, Sequence[str]], facts: Mapping[str, str]) -> str:
    parts = [definition] if definition else []
    for heading, items in lists.items():
        if items:
            lines = [" ".join(item.split("\n")) for item in items]
            parts.append("\n".join([heading, *(f"- {line}" for line in lines)]))
    parts.append("\n".join(f"{name}: {value}" for name, value in facts.items() if value))
    text = "\n\n".join(parts)
    return f"<Description>{escape(_printable(text))}</Description>"


def _printable(text: str) -> str:
    """Replace what XML cannot hold."""
    return re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\N{REPLACEMENT CHARACTER}", text)


# Reading -------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Node:
    """One code of the file, with those below it."""

    line: int
    name: str
    guid: str
    codable: bool
    color: str
    description: str = ""
    below: list[_Node] = field(default_factory=list)


def read_codebook_qdc(data: bytes, *, stem: str, version: str = "1") -> CodebookDraft:
    """
    Read a .qdc file, or raise CodebookError with its line.

    `stem` and `version` name the codebook, as the format does not. Codes with codes below them become families; what
    lies deeper goes to the same family, named by its whole path.
    """
    tops = _Reader().read(data)
    groups, keys = _Keys(), _Keys()
    families: list[dict[str, Any]] = []
    codes: list[dict[str, Any]] = []
    alone = [node for node in tops if not node.below and node.codable]
    for node in tops:
        if node in alone:
            continue
        family = _family(node, groups)
        families.append(family)
        if node.codable:
            codes.append(_read_code(node, family["id"], node.name, keys))
        codes += [_read_code(one, family["id"], name, keys) for one, name in _flat(node.below, "")]
    if alone:
        families.append({"id": groups.free("CODES"), "short_name": "Codes"})
        codes += [_read_code(node, families[-1]["id"], node.name, keys) for node in alone]
    outcomes = {code.pop("outcome", ""): code["id"] for code in codes}
    book = {
        "id": stem, "version": version, "title": stem,
        "labelling": {"exclusive_codes": [outcomes[word] for word in OUTCOMES if word in outcomes]},
        **_scale_object(codes),
        "families": families, "codes": codes,
    }  # fmt: skip
    return read_codebook(json.dumps(book).encode())


def _flat(nodes: Sequence[_Node], above: str) -> Iterator[tuple[_Node, str]]:
    for node in nodes:
        name = f"{above}{node.name}"
        if node.codable or not node.below:
            yield node, name
        yield from _flat(node.below, f"{name} / ")


def _family(node: _Node, keys: _Keys) -> dict[str, Any]:
    definition, _, facts = _taken_apart(node.description)
    key = keys.free(facts.get("Key", "") or node.name)
    said: dict[str, Any] = {
        "id": key,
        "short_name": node.name[:MAX_NAME],
        "color": node.color,
        "definition": definition,
    }
    said |= {"exclusive": True} if facts.get("Exclusive") == "yes" else {}
    return {name: value for name, value in said.items() if value}


def _read_code(node: _Node, family: str, name: str, keys: _Keys) -> dict[str, Any]:
    definition, lists, facts = _taken_apart(node.description)
    said: dict[str, Any] = {
        "id": keys.free(facts.get("Key", "") or name),
        "short_name": name[-MAX_NAME:].strip(),
        "parent": family,
        "color": node.color,
        "definition": definition,
        **{key: items for key, items in lists.items() if key != "examples"},
        "examples": [example_object(line) for line in lists.get("examples", [])],
        "applies_to_roles": [role for role in facts.get("On turns of", "").split(", ") if role],
        "key_letter": facts.get("Key on the desk", ""),
        "outcome": facts.get("Stands for", ""),
    }
    said = {word: value for word, value in said.items() if value}
    return said | ({"rated": facts["Rated"] != "no", "scale": facts["Rated"]} if "Rated" in facts else {})


def _scale_object(codes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Read the scale that rated codes name; a codebook has one."""
    for said in [code.pop("scale", "") for code in codes]:
        if found := _SCALE.fullmatch(said):
            return {"rating": {"name": found["name"], "min": int(found["low"]), "max": int(found["high"])}}
    return {}


def _taken_apart(description: str) -> tuple[str, dict[str, list[str]], dict[str, str]]:
    """Take apart what our own writer put together; anybody else's description is the definition as it stands."""
    text = description.strip()
    ours = _OURS.search(text)
    if ours is None:
        return text, {}, {}
    facts = dict(line.split(": ", 1) for line in ours[0].strip().split("\n"))
    parts = text[: ours.start()].split("\n\n")
    lists: dict[str, list[str]] = {}
    while parts and (heading := parts[-1].split("\n", 1)[0]) in LISTS:
        lists[LISTS[heading]] = [line.removeprefix("- ") for line in parts.pop().split("\n")[1:]]
    return "\n\n".join(parts), lists, facts


class _Keys:
    """Keys for codes of a format that has none: their names, shortened, and told apart by numbers."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def free(self, wish: str) -> str:
        """Give the key nearest to a wish that no other has."""
        line = " ".join("".join(char if char.isprintable() else " " for char in wish).split())
        base = line[:MAX_KEY].strip() or "CODE"
        key, number = base, 1
        while key in self.taken:
            number += 1
            key = f"{base[: MAX_KEY - len(str(number)) - 1].strip()}-{number}"
        self.taken.add(key)
        return key


class _Reader:
    """Walk through the XML; document types, and hence entities, are refused."""

    def __init__(self) -> None:
        self.tops: list[_Node] = []
        self.path: list[str] = []
        self.open: list[_Node] = []
        self.guids: dict[str, int] = {}
        self.words: list[str] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_entities
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._said

    def read(self, data: bytes) -> list[_Node]:
        """Give the codes at the top."""
        try:
            self.parser.Parse(data, True)
        except (expat.ExpatError, LookupError, UnicodeError) as error:
            line = getattr(error, "lineno", None)
            raise CodebookError("Here the file stops being XML; save it again as .qdc.", line=line, column=1) from None
        if not self.tops:
            raise CodebookError("The file holds no codes.")
        return self.tops

    def _fault(self, sentence: str) -> CodebookError:
        return CodebookError(sentence, line=self.parser.CurrentLineNumber, column=self.parser.CurrentColumnNumber + 1)

    def _refuse_entities(self, *_: object) -> None:
        raise self._fault("The file declares a document type, which no .qdc file does.")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if not self.path and name != "CodeBook":
            raise self._fault(f"The file begins with {shown(name)}; a .qdc file begins with CodeBook.")
        self.path.append(name)
        if len(self.path) > DEEPEST:
            raise self._fault(f"Codes are nested more than {DEEPEST} deep.")
        if name == "Code" and "Codes" in self.path:
            self._code(attributes)
        elif name == "Description" and self.path[-2] == "Code" and self.open:
            self.words = []

    def _code(self, attributes: dict[str, str]) -> None:
        name = " ".join(attributes.get("name", "").split())
        guid = attributes.get("guid", "")
        if not name:
            raise self._fault("This code has no name.")
        if not GUID.fullmatch(guid):
            raise self._fault(f"{shown(name)} has no proper guid.")
        if guid.strip("{}").lower() in self.guids:
            line = self.guids[guid.strip("{}").lower()]
            raise self._fault(f"{shown(name)} has the guid of the code in line {line}; every guid must be unique.")
        color = attributes.get("color", "")
        codable = attributes.get("isCodable", "true").strip().lower() in ("true", "1")
        node = _Node(self.parser.CurrentLineNumber, name, guid, codable, color if COLOR.match(color) else "")
        self.guids[guid.strip("{}").lower()] = node.line
        (self.open[-1].below if self.open else self.tops).append(node)
        self.open.append(node)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        self.path.pop()
        if name == "Description" and self.words is not None:
            self.open[-1].description = "".join(self.words)
            self.words = None
        elif name == "Code" and self.open and "Codes" in self.path:
            self.open.pop()

    def _said(self, words: str) -> None:
        if self.words is not None:
            self.words.append(words)
