"""Saving one coding, as the desk does it: alone, and eight or fifty raters at once."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from tests.benchmarks.measuring import Line, Report, Times, interleaved
from tests.installation.material import Place, make_study, open_round, segments_table
from tests.installation.site import Site
from tests.installation.visitor import Visitor, act

CODE = "PULL-APP"
RATERS, SAVES_EACH = 8, 250
CROWD, CROWD_SAVES = 50, 40
ALONE = 400
BARE = "save: the same INSERTs (judgement, coding, attribute, act) by psycopg in one transaction, triggers included"
COMMIT = "commit: one row into a table without triggers or keys, committed"
_JUDGEMENT = """
    INSERT INTO coding_judgement
        (id, study_id, version_id, revision_id, assignment_id, segment_id, reason, memo, flag)
    SELECT %(judgement)s, a.study_id, a.version_id, a.revision_id, a.id, s.id, '', '', false
    FROM coding_assignment a JOIN transcripts_segment s USING (revision_id)
    WHERE a.id = %(assignment)s AND s.position = %(position)s
"""
_CODING = """
    INSERT INTO coding_coding (id, version_id, judgement_id, code_id, rating, memo)
    SELECT %(coding)s, k.version_id, %(judgement)s, k.id, 2, ''
    FROM coding_code k JOIN coding_assignment a USING (version_id) WHERE a.id = %(assignment)s AND k.key = %(code)s
"""
_ATTRIBUTE = """
    INSERT INTO coding_codingattribute (version_id, coding_id, attribute_id, value)
    SELECT b.version_id, %(coding)s, b.id, b.default
    FROM coding_attribute b JOIN coding_assignment a USING (version_id)
    WHERE a.id = %(assignment)s AND b.default <> ''
"""
_ACT = """
    INSERT INTO coding_act (client_id, assignment_id, seq, kind, payload, answer)
    VALUES (%(act)s, %(assignment)s, %(position)s, 'give', %(payload)s::jsonb, %(answer)s::jsonb)
"""


def measure(site: Site, report: Report) -> None:
    """Save alone beside both floors, then with eight raters, then with fifty."""
    _alone(site, report)
    _together(site, report)
    _crowd(site, report)


def _alone(site: Site, report: Report) -> None:
    study = make_study("saving", segments_table(1, ALONE + 20))
    _, (over_http, by_sql) = open_round(study, ["alone", "bare"])
    save = _saves(_visitor(site, over_http), over_http)
    with site.connect() as connection, site.connect() as other:
        other.execute("CREATE TABLE bench_commit (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
        other.commit()
        positions = iter(range(1, by_sql.turns + 1))
        page, bare, commit = interleaved(
            [save, lambda: _bare_save(connection, by_sql, next(positions)), lambda: _commit(other)], ALONE, warm=20
        )
        other.execute("DROP TABLE bench_commit")
        other.commit()
    line = "save one coding over HTTP"
    for what, floor, floor_is in ((line, bare, BARE), ("  beside a bare commit", commit, COMMIT)):
        report.add(
            Line(
                what,
                "ms",
                page.median * 1e3,
                page.p95 * 1e3,
                floor=floor.median * 1e3,
                floor_is=floor_is,
                peer=8.0 if what == line else None,
                peer_is="doccano",
                note=f"floor's p95 {floor.p95 * 1e3:.2f}",
            )
        )


def _together(site: Site, report: Report) -> None:
    study = make_study("eight", segments_table(1, SAVES_EACH + 5))
    _, places = open_round(study, [f"rater_{number}" for number in range(RATERS)])
    _, bare_places = open_round(study, [f"bare_{number}" for number in range(RATERS)], name="2")
    rate, times = _at_once([_saves(_visitor(site, place), place) for place in places])
    connections = [site.connect() for _ in bare_places]
    bare_rate, _ = _at_once([_bare(one, place) for one, place in zip(connections, bare_places, strict=True)])
    for connection in connections:
        connection.close()
    report.add(
        Line(
            f"saves with {RATERS} raters at once",
            "per s",
            rate,
            floor=bare_rate,
            floor_is=f"saves at once: the INSERTs of a save from {RATERS} connections of psycopg at once",
            peer=194,
            peer_is="doccano",
            less_is_better=False,
            note=f"each {times.median * 1e3:.1f} ms, p95 {times.p95 * 1e3:.1f} ms; {len(times.seconds):,} saves",
        )
    )


def _crowd(site: Site, report: Report) -> None:
    """Have fifty raters save at once, each the next act as soon as the last is answered."""
    study = make_study("fifty", segments_table(1, CROWD_SAVES + 5))
    _, places = open_round(study, [f"crowd_{number:02}" for number in range(CROWD)])
    rate, times = _at_once([_saves(_visitor(site, place), place) for place in places], CROWD_SAVES)
    note = f"{rate:,.0f} saves per s, {len(times.seconds):,} of them; the slowest {max(times.seconds) * 1e3:.0f} ms"
    report.add(Line(f"save with {CROWD} raters at once", "ms", times.median * 1e3, times.p95 * 1e3, note=note))


def _visitor(site: Site, place: Place) -> Visitor:
    visitor = Visitor(site.port, place.session)
    answer = visitor.get(f"/assignments/{place.assignment}/")
    assert answer.status == 200, answer.body[:500]
    return visitor


def _saves(visitor: Visitor, place: Place) -> Callable[[], None]:
    """Give a function that gives a code to the next turn, each time it is called."""
    positions: Iterator[int] = iter(range(1, place.turns + 1))

    def save() -> None:
        position = next(positions)
        answer = visitor.send_acts(place.assignment, [act("give", position, position, code=CODE, rating=2)])
        said = answer.json()
        if answer.status != 200 or "refused" in said["answers"][0]:
            raise RuntimeError(f"A save was answered with {answer.status}: {said}")

    return save


def _bare(connection: Any, place: Place) -> Callable[[], None]:
    positions = iter(range(1, place.turns + 1))
    return lambda: _bare_save(connection, place, next(positions))


def _bare_save(connection: Any, place: Place, position: int) -> None:
    payload = {"code": CODE, "position": position, "rating": 2}
    words = {
        "judgement": uuid.uuid4(),
        "coding": uuid.uuid4(),
        "act": uuid.uuid4(),
        "assignment": place.assignment,
        "position": position,
        "code": CODE,
        "payload": json.dumps(payload),
        "answer": json.dumps({"said": "", "took": [], "changed": payload}),
    }
    for statement in (_JUDGEMENT, _CODING, _ATTRIBUTE, _ACT):
        connection.execute(statement, words)
    connection.commit()


def _commit(connection: Any) -> None:
    connection.execute("INSERT INTO bench_commit (word) VALUES ('kept')")
    connection.commit()


def _at_once(saves: list[Callable[[], None]], each: int = SAVES_EACH) -> tuple[float, Times]:
    """Let everybody save as fast as they are answered; give saves a second and how long each took."""
    for save in saves:
        for _ in range(5):
            save()
    seconds: list[float] = []
    failures: list[BaseException] = []
    begin = threading.Barrier(len(saves) + 1)

    def work(save: Callable[[], None]) -> None:
        begin.wait()
        try:
            for _ in range(each):
                begun = time.perf_counter()
                save()
                seconds.append(time.perf_counter() - begun)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(save,)) for save in saves]
    for thread in threads:
        thread.start()
    begin.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    whole = time.perf_counter() - begun
    if failures:
        raise failures[0]
    return len(seconds) / whole, Times(seconds)
