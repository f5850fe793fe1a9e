"""
Nothing lost, nothing double: a rater in two windows whose line is cut, whose session ends and whose server is killed.

The windows do what the desk's queue does: acts wait under ids of their own and go in order, again and again until they
are answered; a window that is closed leaves what waits to the other one. In the suite some hundred acts, in `make soak`
ten thousand; both seeded. The rules are those of `tests.coding.test_acts_properties`, written a second time.
"""

from __future__ import annotations

import copy
import json
import os
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from tests.coding.test_acts_properties import CODES, RATED, STANCE, Model
from tests.installation.site import Site, throw_away_site
from tests.installation.visitor import UNANSWERED, Visitor, act
from tests.test_kill import VICTIMS, wait_for
from workbench import env

pytestmark = pytest.mark.soak

LONG = env.flag("WORKBENCH_SOAK")
SEED = 20_261_125
ACTS, TURNS, KILLS = (10_000, 60, 12) if LONG else (240, 12, 2)
PATIENCE = 120
BATCH = 40

MATERIAL = f"""
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "workbench.settings"
import django
django.setup()
from dataclasses import asdict
from tests.coding.test_acts import CODEBOOK
from tests.installation.material import make_study, open_round, segments_table
study = make_study("trial", segments_table(1, {TURNS}), CODEBOOK)
sys.stdout.write(json.dumps(asdict(open_round(study, ["rater"])[1][0])))
"""
ROWS = """
    SELECT s.position, coalesce(j.outcome, ''), j.finished_at IS NOT NULL, j.flag, j.memo,
           coalesce((SELECT json_object_agg(k.key, c.rating) FROM coding_coding c
                     JOIN coding_code k ON k.id = c.code_id WHERE c.judgement_id = j.id), '{}')
    FROM coding_judgement j JOIN transcripts_segment s ON s.id = j.segment_id
"""
EXPIRE = "UPDATE django_session SET expire_date = now() + make_interval(days => %s)"
STORED = "SELECT client_id::text, kind, payload, answer FROM coding_act ORDER BY id"


#: A code that was not there before an act.
GONE = "gone"
#: How often an act is undone, and among how many of the last ones it lies: of either window, done or refused.
UNDONE, LATELY = 0.1, 30


def anything(chance: random.Random, seq: int) -> dict[str, Any]:
    """Make an act as a rater in a hurry would: mostly codes, ratings and finishing, now and then anything else."""
    kind = chance.choices(
        ("give", "rate", "finish", "take", "outcome", "clear", "unfinish", "flag", "memo"),
        (30, 20, 20, 8, 6, 4, 4, 4, 4),
    )[0]
    said: dict[str, Any] = {}
    if kind in ("give", "take", "rate"):
        said["code"] = chance.choice(sorted(RATED) if kind == "rate" else CODES)
    if kind == "rate" or (kind == "give" and said["code"] in RATED and chance.random() < 0.3):
        said["rating"] = chance.randint(1, 3)
    if kind == "outcome":
        said["outcome"] = chance.choice(("none", "uncodable"))
    if kind == "flag":
        said["flag"] = chance.random() < 0.5
    if kind == "memo":
        said["memo"] = chance.choice(("", "a", "b"))
    return act(kind, chance.randint(1, TURNS), seq, **said)


class Undoing(Model):
    """The rules, with those of undo: what an act changed is set back, as long as the turn may be so."""

    def __init__(self, turns: int) -> None:
        super().__init__({position: "therapist" if position % 2 else "patient" for position in range(1, turns + 1)})
        self.changes: dict[str, tuple[int, list[tuple[str, Any]]]] = {}

    def perform(self, act_id: str, kind: str, position: int, said: dict[str, Any]) -> bool:
        """Do one act and remember what it changed; false when it is refused."""
        before = copy.deepcopy(self.turns[position])
        allowed = self.undo(position, said["act"]) if kind == "undo" else self.do(kind, position, said)
        after = self.turns[position]
        changed = [(word, before[word]) for word in before if word != "codes" and before[word] != after[word]]
        codes = before["codes"].keys() | after["codes"].keys()
        changed += [
            (code, before["codes"].get(code, GONE))
            for code in codes
            if before["codes"].get(code, GONE) != after["codes"].get(code, GONE)
        ]
        self.changes[act_id] = (position, changed)
        return allowed

    def undo(self, position: int, act_id: str) -> bool:
        """Set back what an act on this turn changed."""
        where, changed = self.changes.get(act_id, (0, []))
        turn = copy.deepcopy(self.turns[position])
        for word, old in changed:
            if word in turn:
                turn[word] = old
            elif old is GONE:
                turn["codes"].pop(word, None)
            else:
                turn["codes"][word] = old
        codes = turn["codes"]
        if where != position or (codes and turn["outcome"]) or len(codes) > 3 or len(STANCE & codes.keys()) > 1:
            return False
        turn["finished"] = turn["finished"] and self.whole(turn)
        self.turns[position] = turn
        return True


@dataclass
class Window:
    """One window of the desk: what was done in it and is not answered yet, in order."""

    port: int
    assignment: str
    session: str
    waiting: list[dict[str, Any]] = field(default_factory=list)
    said: bytes = b""

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.port, self.session, timeout=10)

    def send(self) -> int:
        """Send what waits; gives the status, and lets go of what was answered."""
        reply = self.visitor.send_acts(self.assignment, self.waiting[:BATCH])
        self.said = reply.body
        if reply.status == 200:
            answered = {one["id"] for one in reply.json()["answers"]}
            self.waiting = [one for one in self.waiting if one["id"] not in answered]
        return reply.status

    def send_cut(self, chance: random.Random) -> None:
        """Send what waits over a line that is cut: in the middle of the request, or before its answer is here."""
        body = json.dumps(self.waiting[:BATCH]).encode()
        cookies = "; ".join(f"{name}={value}" for name, value in self.visitor.cookies.items())
        head = (
            f"POST /assignments/{self.assignment}/acts/ HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Content-Type: application/json\r\nX-CSRFToken: {self.visitor.cookies.get('csrftoken', '')}\r\n"
            f"Cookie: {cookies}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        whole = head + body
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(whole if chance.random() < 0.7 else whole[: chance.randrange(len(head), len(whole))])
            time.sleep(chance.uniform(0, 0.01))


@dataclass
class Rater:
    """Somebody at two windows, whom everything happens to."""

    site: Site
    place: dict[str, Any]
    chance: random.Random
    done: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.windows = [self.window(), self.window()]
        for window in self.windows:
            assert window.visitor.get(f"/assignments/{window.assignment}/").status == 200

    def window(self) -> Window:
        return Window(self.site.port, self.place["assignment"], self.place["session"])

    def act(self) -> None:
        number = self.chance.randrange(2)
        if self.done and self.chance.random() < UNDONE:
            _, old = self.chance.choice(self.done[-LATELY:])
            one = act("undo", old["position"], len(self.done), act=old["id"])
        else:
            one = anything(self.chance, len(self.done))
        self.windows[number].waiting.append(one)
        self.done.append((number, one))

    def expire(self, days: int) -> None:
        """End the session, or sign in again."""

        def expired() -> bool:
            try:
                with self.site.connect(autocommit=True) as connection:
                    connection.execute(EXPIRE, [days])
            except psycopg.OperationalError:  # the database was killed, and is on its way back
                return False
            return True

        assert wait_for(expired, PATIENCE) is not None

    def suffer(self) -> None:
        """Have one of the things happen that happen."""
        window = self.chance.choice(self.windows)
        what = self.chance.choices(("nothing", "cut", "signed out", "closed"), (60, 30, 5, 5))[0]
        try:
            if what == "cut" and window.waiting:
                window.send_cut(self.chance)
            elif what == "signed out" and window.waiting:
                self.expire(-1)
                try:
                    status = window.send()
                    assert status == 401 or status >= 500, status
                finally:
                    self.expire(14)  # and the browser has its cookie again, which the answer had taken away
                    for one in self.windows:
                        one.visitor.cookies["sessionid"] = self.place["session"]
            elif what == "closed":
                # What waits lies in the browser, and the window opened next finds it there, behind nothing of its own.
                number = self.windows.index(window)
                window.visitor.close()
                self.windows[number] = self.window()
                self.windows[number].visitor.cookies = window.visitor.cookies
                self.windows[number].waiting = window.waiting
            elif window.waiting:
                window.send()
        except UNANSWERED:
            what = "unanswered"
        self.happened[what] += 1

    def settle(self) -> None:
        """Go on until everything is answered."""
        deadline = time.monotonic() + PATIENCE
        while any(window.waiting for window in self.windows):
            assert time.monotonic() < deadline, [len(window.waiting) for window in self.windows]
            for window in self.windows:
                if window.waiting:
                    try:
                        status = window.send()
                        assert status == 200 or status >= 500, (status, window.said[:300])
                    except UNANSWERED:
                        time.sleep(0.1)


@pytest.fixture
def rater() -> Iterator[Rater]:
    with throw_away_site() as site:
        site.start()
        place = json.loads(site.run("-c", MATERIAL))
        rater = Rater(site, place, random.Random(SEED))
        yield rater
        for window in rater.windows:
            window.visitor.close()


def test_nothing_is_lost_or_doubled_whatever_happens_to_line_session_and_server(
    rater: Rater, capsys: pytest.CaptureFixture[str]
) -> None:
    kills = {ACTS * (number + 1) // (KILLS + 1): VICTIMS[number % len(VICTIMS)] for number in range(KILLS)}

    for number in range(ACTS):
        rater.act()
        if rater.chance.random() < 0.4:
            rater.suffer()
        if victim := kills.get(number):
            assert wait_for(rater.site.is_ready, PATIENCE) is not None
            os.kill(victim(rater.site).pid, signal.SIGKILL)
            rater.happened[f"killed {victim.__name__}"] += 1
    assert wait_for(rater.site.is_ready, PATIENCE) is not None
    rater.settle()

    with rater.site.connect(autocommit=True) as connection:
        stored = connection.execute(STORED).fetchall()
        rows = connection.execute(ROWS).fetchall()
    with capsys.disabled():
        print(f"\n{len(rater.done):,} acts; {dict(rater.happened)}")  # noqa: T201
    # Each act is there once, and those of a window in the order in which they were done.
    order = [one[0] for one in stored]
    assert sorted(order) == sorted(one["id"] for _, one in rater.done)
    place_of = {act_id: place for place, act_id in enumerate(order)}
    for window in (0, 1):
        places = [place_of[one["id"]] for number, one in rater.done if number == window]
        assert places == sorted(places)
    # What stands is what the rules make of the acts in that order.
    model = Undoing(TURNS)
    for act_id, kind, payload, answer in stored:
        said = {name: part for name, part in payload.items() if name != "position"}
        allowed = model.perform(act_id, kind, payload["position"], said)
        assert allowed == ("refused" not in answer), (act_id, kind, payload, answer)
    standing = Model(model.roles).turns
    for position, outcome, finished, flag, memo, codes in rows:
        standing[position] = {"codes": codes, "outcome": outcome, "finished": finished, "flag": flag, "memo": memo}
    assert standing == model.turns
    assert any(kind == "undo" and "refused" not in answer for _, kind, _, answer in stored)
    assert all(rater.happened[what] for what in ("cut", "signed out", "closed"))
