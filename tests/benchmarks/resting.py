"""Starting, and what it costs to leave it running."""

from __future__ import annotations

import time
from pathlib import Path

import psutil

from tests.benchmarks.measuring import Line, Report
from tests.installation.material import sign_in
from tests.installation.site import Site
from tests.installation.visitor import Visitor

REST = 20
#: New connections, each of which either web worker may take: with so many, both have shown the page.
VISITS = 12


def start(site: Site, report: Report) -> None:
    """Start for the first time (cluster, tables, static files are made) and for the second."""
    first = site.start()
    site.stop()
    second = site.start()
    note = "manage.py serve until /healthz answers 200"
    report.add(Line("start, the first", "s", first, note=f"{note}; makes cluster, tables and static files"))
    report.add(Line("start, the second", "s", second, note=note))


def measure_memory(site: Site, report: Report) -> None:
    """Start anew, show the study of the demo in every web worker, rest, and add up what is in memory."""
    from django.db import connection

    from workbench.accounts.models import User

    session = sign_in(User.objects.get(email="rater.a@example.org"))
    connection.close()  # the database ends with the site
    site.stop()
    site.start()
    for _ in range(VISITS):
        visitor = Visitor(site.port, session)
        answer = visitor.get("/studies/demo/")
        assert answer.status == 200, answer.body[:300]
        visitor.close()
    time.sleep(REST)
    database = {one.pid for one in site.database_processes()}
    shares = {one.pid: _pss(one) for one in site.processes()}
    ours = sum(size for pid, size in shares.items() if pid not in database)
    theirs = sum(size for pid, size in shares.items() if pid in database)
    report.add(
        Line(
            "memory at rest (PSS), everything",
            "MB",
            (ours + theirs) / 1e6,
            note=f"supervisor, web, worker {ours / 1e6:.0f} MB in {len(shares) - len(database)} processes; "
            f"keeper and database {theirs / 1e6:.0f} MB in {len(database)}",
        )
    )


def _pss(process: psutil.Process) -> int:
    """Read the proportional share of memory in bytes: what is shared counts once, split among those who share it."""
    try:
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
