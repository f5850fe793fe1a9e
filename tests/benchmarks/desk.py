"""Opening the desk of a long transcript."""

from __future__ import annotations

from tests.benchmarks.measuring import Line, Report, interleaved
from tests.installation.material import Place, make_study, open_round, segments_table
from tests.installation.site import Site
from tests.installation.visitor import Visitor, act

PEERS = {1_000: 14.0, 10_000: 28.0}
FLOOR = "desk: one SELECT of the turns by psycopg, and the way to /healthz and back over the same kind of connection"
TURNS = (
    "SELECT s.position, s.text FROM transcripts_segment s JOIN coding_assignment a USING (revision_id) WHERE a.id = %s"
)


def measure(site: Site, report: Report) -> None:
    """Open desks nobody has touched, then one on which every turn is judged."""
    for turns, times in ((1_000, 40), (10_000, 15)):
        study = make_study(f"desk-{turns}", segments_table(1, turns))
        _, (place,) = open_round(study, ["reading"])
        _open(site, report, place, times, f"open the desk, {turns:,} turns", PEERS[turns])
        _judge_all(site, place)
        _open(site, report, place, times, f"open the desk, {turns:,} turns, all judged", None)


def _open(site: Site, report: Report, place: Place, times: int, what: str, peer: float | None) -> None:
    visitor = Visitor(site.port, place.session)
    path = f"/assignments/{place.assignment}/"
    with site.connect(autocommit=True) as connection:
        page, select, ping = interleaved(
            [
                lambda: visitor.get(path).body,
                lambda: connection.execute(TURNS, [place.assignment]).fetchall(),
                lambda: visitor.get("/healthz"),
            ],
            times,
            warm=5,
        )
    plain, packed = visitor.get(path), visitor.get(path, Accept_Encoding="gzip, br")
    assert plain.status == 200, plain.body[:500]
    coding = packed.headers.get("content-encoding", "not compressed")
    small = f", {len(packed.body) / 1e3:,.0f} kB as {coding}" if "content-encoding" in packed.headers else f", {coding}"
    report.add(
        Line(
            what,
            "ms",
            page.median * 1e3,
            page.p95 * 1e3,
            floor=(select.median + ping.median) * 1e3,
            floor_is=FLOOR,
            peer=peer,
            peer_is="Taguette",
            note=f"{len(plain.body) / 1e3:,.0f} kB{small}, {queries(path, place.session)} queries",
        )
    )
    visitor.close()


def queries(path: str, session: str) -> int:
    """Count the statements of one request, made in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.cookies["sessionid"] = session
    client.get(path)  # what is kept in memory after the first request is no query of the second
    with CaptureQueriesContext(connection) as found:
        answer = client.get(path)
    assert answer.status_code == 200
    return len(found)


def _judge_all(site: Site, place: Place) -> None:
    visitor = Visitor(site.port, place.session)
    visitor.get(f"/assignments/{place.assignment}/")
    for first in range(1, place.turns + 1, 50):
        turns = range(first, min(first + 50, place.turns + 1))
        acts = [act("give", turn, turn, code="PULL-APP", rating=2) for turn in turns]
        acts += [act("finish", turn, turn) for turn in turns]
        answer = visitor.send_acts(place.assignment, acts)
        refused = [one for one in answer.json().get("answers", [{"refused": answer.body}]) if "refused" in one]
        assert not refused, refused[0]
    visitor.close()
