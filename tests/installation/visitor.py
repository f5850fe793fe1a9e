"""Ask a site over one kept connection, as a browser does: session cookie, secret against forged forms, acts in JSON."""

from __future__ import annotations

import http.client
import json
import socket
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: What a connection that was cut may raise; the request may or may not have been done.
UNANSWERED = (OSError, http.client.HTTPException)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Read the body as JSON."""
        return json.loads(self.body)


class Visitor:
    """One person at one site, over one connection that stays open."""

    def __init__(self, port: int, session: str = "", timeout: float = 20) -> None:
        self.cookies = {"sessionid": session} if session else {}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """Send one request and read the whole answer; a cut connection raises one of UNANSWERED."""
        words = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            words["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self.connection.request(method, path, body=body, headers=words)
            answer = self.connection.getresponse()
            content = answer.read()
        except UNANSWERED:
            self.connection.close()  # the next request opens a new one
            raise
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()
        return Reply(answer.status, {key.lower(): value for key, value in answer.headers.items()}, content)

    def get(self, path: str, **headers: str) -> Reply:
        """Open a page."""
        return self.ask("GET", path, **headers)

    def send_acts(self, assignment: str, acts: Sequence[dict[str, Any]]) -> Reply:
        """Send acts as the desk does: a list in JSON, with the secret of the page that was opened before."""
        body = json.dumps(list(acts)).encode()
        path = f"/assignments/{assignment}/acts/"
        return self.ask(
            "POST", path, body, Content_Type="application/json", X_CSRFToken=self.cookies.get("csrftoken", "")
        )

    def close(self) -> None:
        """Let go of the connection."""
        self.connection.close()


def act(kind: str, position: int, seq: int, **said: Any) -> dict[str, Any]:
    """Make an act with an id of its own."""
    return {"id": str(uuid.uuid4()), "seq": seq, "kind": kind, "position": position, **said}


def listens(port: int) -> bool:
    """Tell whether somebody takes connections on this port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
