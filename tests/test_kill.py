"""
kill -9 of anything while raters save: every answered save is there, none twice, and the site is back by itself.

In the suite 120 saves and one kill of each process, in `make soak` 500 saves and twelve kills; both seeded.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psutil
import pytest

from tests.installation.site import Site, throw_away_site
from tests.installation.visitor import UNANSWERED, Visitor, act
from workbench import env

pytestmark = pytest.mark.soak

LONG = env.flag("WORKBENCH_SOAK")
SEED = 20_261_123
SAVES, RATERS = (500, 5) if LONG else (120, 4)
CODES = ("PULL-APP", "PULL-DEF", "PULL-ENV")
TURNS = SAVES // (RATERS * len(CODES)) + 1
BACK_WITHIN = 10
PATIENCE = 90

COUNTS = """
    SELECT (SELECT count(*) FROM coding_act), (SELECT count(DISTINCT client_id) FROM coding_act),
        (SELECT count(*) FROM coding_coding), (SELECT count(*) FROM coding_judgement),
        (SELECT count(*) FROM coding_codingevent), (SELECT count(*) FROM coding_judgementevent)
"""
GIVEN = """
    SELECT j.assignment_id::text, s.position, k.key
    FROM coding_coding c JOIN coding_judgement j ON j.id = c.judgement_id
    JOIN transcripts_segment s ON s.id = j.segment_id JOIN coding_code k ON k.id = c.code_id
"""


# What is killed -------------------------------------------------------------------------------------------------------


def web(site: Site) -> psutil.Process:
    return next(one for one in site.children() if one.children())


def worker(site: Site) -> psutil.Process:
    return next(one for one in site.children() if not one.children())


def web_worker(site: Site) -> psutil.Process:
    return web(site).children()[-1]


def database(site: Site) -> psutil.Process:
    postmaster = site.postmaster()
    assert postmaster is not None
    return psutil.Process(postmaster)


VICTIMS = (web_worker, database, worker, web)


def is_whole(site: Site, killed: int) -> bool:
    """Tell whether every process is there without the killed one: web, its two workers, the worker, the database."""
    try:
        tended = _living(site.children())
        every = [database(site), *tended, *(child for one in tended for child in _living(one.children()))]
        return len(tended) == 2 and len(every) == 5 and killed not in {one.pid for one in _living(every)}
    except (psutil.Error, AssertionError):
        return False


def _living(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.status() != psutil.STATUS_ZOMBIE]


# Raters --------------------------------------------------------------------------------------------------------------


@dataclass
class Rater(threading.Thread):
    """Somebody who saves one act after the other, and sends again under the same id what got no answer."""

    port: int
    assignment: str
    session: str
    acts: list[dict[str, Any]]
    rhythm: random.Random
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)
    unanswered: Counter[str] = field(default_factory=Counter)
    #: When the last request was sent that got its answer.
    sent_at: float = 0.0
    problem: str = ""

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        visitor = Visitor(self.port, self.session, timeout=5)
        try:
            visitor.get(f"/assignments/{self.assignment}/")
            for one in self.acts:
                self.answered[one["id"]] = self._until_answered(visitor, one)
                time.sleep(self.rhythm.uniform(0.02, 0.06))
        except Exception as error:
            self.problem = f"{type(error).__name__}: {error}"
        finally:
            visitor.close()

    def _until_answered(self, visitor: Visitor, one: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            sent = time.monotonic()
            try:
                reply = visitor.send_acts(self.assignment, [one])
            except UNANSWERED as error:
                self.unanswered[type(error).__name__] += 1
            else:
                if reply.status == 200:
                    self.sent_at = sent
                    answer: dict[str, Any] = reply.json()["answers"][0]
                    return answer
                if reply.status < 500:
                    raise AssertionError(f"A save was answered with {reply.status}: {reply.body[:300]!r}")
                self.unanswered[str(reply.status)] += 1
            time.sleep(self.rhythm.uniform(0.02, 0.1))
        raise AssertionError(f"A save was not answered within {PATIENCE} seconds.")


def wait_for(holds: Callable[[], bool], seconds: float) -> float | None:
    """Give the seconds until something holds, None when it does not in time."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > seconds:
            return None
        time.sleep(0.02)
    return time.monotonic() - begun


# The test ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[Site]:
    with throw_away_site() as one:
        one.start()
        yield one


def raters_at(site: Site, chance: random.Random) -> list[Rater]:
    labels = [f"rater_{number}" for number in range(RATERS)]
    made = json.loads(site.run("-m", "tests.installation.material", str(TURNS), *labels))
    wanted = [(turn, code) for turn in range(1, TURNS + 1) for code in CODES][: SAVES // RATERS]
    return [
        Rater(
            site.port,
            place["assignment"],
            place["session"],
            [act("give", turn, number, code=code, rating=2) for number, (turn, code) in enumerate(wanted)],
            random.Random(chance.random()),
        )
        for place in made["places"]
    ]


def schedule(chance: random.Random) -> list[tuple[int, Callable[[Site], psutil.Process]]]:
    """Say after how many answered saves what is killed."""
    victims = [*VICTIMS * 3] if LONG else [*VICTIMS]
    chance.shuffle(victims)
    step = SAVES * 0.85 / len(victims)
    return [(int(step * (number + chance.uniform(0.2, 0.8))), victim) for number, victim in enumerate(victims)]


def test_whatever_is_killed_every_answered_save_is_there_once_and_the_site_comes_back(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(SEED)
    raters = raters_at(site, chance)
    supervisor = site.process.pid if site.process else 0
    recoveries: list[tuple[str, float | None]] = []

    for rater in raters:
        rater.start()
    for saves, victim in schedule(chance):
        reached = wait_for(lambda enough=saves: sum(len(one.answered) for one in raters) >= enough, PATIENCE)
        assert reached is not None, [one.problem for one in raters]
        killed, killed_at = victim(site).pid, time.monotonic()
        os.kill(killed, signal.SIGKILL)
        back = wait_for(
            lambda pid=killed, since=killed_at: (
                is_whole(site, pid)
                and site.is_ready()
                and all(one.sent_at > since or len(one.answered) == len(one.acts) for one in raters)
            ),
            3 * BACK_WITHIN,
        )
        recoveries.append((victim.__name__, back))
    for rater in raters:
        rater.join(PATIENCE)

    asked = {one["id"]: (rater.assignment, one["position"], one["code"]) for rater in raters for one in rater.acts}
    answered = {key: answer for rater in raters for key, answer in rater.answered.items()}
    with site.connect(autocommit=True) as connection:
        acts, ids, codings, judgements, coding_events, judgement_events = connection.execute(COUNTS).fetchone()
        given = connection.execute(GIVEN).fetchall()
    with capsys.disabled():
        lost = sum((rater.unanswered for rater in raters), Counter())
        words = ", ".join(f"{name} {'never' if back is None else f'{back:.2f} s'}" for name, back in recoveries)
        print(f"\nback after kill -9: {words}; {len(asked)} saves, unanswered requests {dict(lost)}")  # noqa: T201
    assert [rater.problem for rater in raters] == [""] * RATERS
    assert site.process is not None
    assert (site.process.poll(), site.process.pid) == (None, supervisor)
    assert answered.keys() == asked.keys()
    assert not [one for one in answered.values() if "refused" in one]
    assert sorted(given) == sorted(asked.values())
    assert (acts, ids, codings) == (len(asked),) * 3
    assert judgements == len({place[:2] for place in asked.values()})
    assert (coding_events, judgement_events) == (codings, judgements)
    assert all(back is not None and back <= BACK_WITHIN for _, back in recoveries), recoveries
