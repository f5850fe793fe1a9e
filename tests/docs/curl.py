"""Run the curl commands of a page against the test client."""

from __future__ import annotations

import base64
import json
import re
import shlex
from dataclasses import dataclass, field
from string import Template
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from tests.docs.pages import ROOT, Block

API = "http://127.0.0.1:8000/api/v1"


@dataclass
class Shell:
    """The variables that a reader has set so far, and the files in the folder."""

    variables: dict[str, str]
    files: dict[str, bytes] = field(default_factory=dict)

    def run(self, block: Block) -> Any:
        """Do what one curl command says and give the response."""
        line, _, body = block.text.replace("\\\n", " ").partition("<<END\n")
        words = [self._filled(word) for word in shlex.split(line)]
        assert words.pop(0) == "curl", f"not a curl command: {line}"
        method, headers, data, url = "", {}, None, ""
        while words:
            word = words.pop(0)
            if word in ("-sS", "-OJ"):
                continue
            if word in ("-H", "--header"):
                name, value = words.pop(0).split(": ", 1)
                headers[name] = value
            elif word in ("-X", "--request"):
                method = words.pop(0)
            elif word == "--json":
                given = words.pop(0)
                data = self._filled(body.removesuffix("\nEND")) if given == "@-" else given
            else:
                assert not word.startswith("-"), f"curl's {word} is not known here"
                url = word
        address = urlsplit(url)
        return Client(headers=headers).generic(
            method or ("GET" if data is None else "POST"),
            address.path + (f"?{address.query}" if address.query else ""),
            data or "",
            content_type="application/json",
        )

    def keep(self, name: str, answer: Any, path: str) -> None:
        """Set a variable to what stands in an answer, as the page tells the reader to."""
        for step in path.split("."):
            answer = answer[int(step)] if step.isdigit() else answer[step]
        self.variables[name] = answer if isinstance(answer, str) else json.dumps(answer)

    def _filled(self, text: str) -> str:
        text = re.sub(r"\$\(base64 -w0 (\S+)\)", lambda found: base64.b64encode(self._file(found[1])).decode(), text)
        text = re.sub(r"\$\(cat (\S+)\)", lambda found: self._file(found[1]).decode(), text)
        return Template(text).safe_substitute(self.variables)

    def _file(self, name: str) -> bytes:
        return self.files[name] if name in self.files else (ROOT / name).read_bytes()
