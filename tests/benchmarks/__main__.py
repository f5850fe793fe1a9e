"""Run the benchmarks and print one table: `python -m tests.benchmarks [PART...]`; without a part, all of them."""

from __future__ import annotations

import os
import signal
import sys

from tests.benchmarks.measuring import Report, machine
from tests.installation.site import Site, throw_away_site

PARTS = (
    "memory",
    "desk",
    "browsing",
    "saving",
    "importing",
    "exporting",
    "reliability",
    "engine",
    "analysis",
    "pages",
    "team",
)
#: Parts that compute and need no installation.
ALONE = ("engine", "analysis")


def main(words: list[str]) -> int:
    """Run the parts that were asked for, or all."""
    unknown = [word for word in words if word not in PARTS]
    if unknown:
        sys.stderr.write(f"There is no part “{unknown[0]}”. The parts are: {', '.join(PARTS)}.\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # else the installation would go on without us
    begun_on = machine()
    report = Report(_tell)
    parts = words or list(PARTS)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is loaded: one thread, so that neighbours do not show
    if any(part not in ALONE for part in parts):
        with throw_away_site() as site:
            _run(site, report, parts)
    if "engine" in parts:
        from tests.benchmarks import reliability

        _tell("Engine ...")
        reliability.measure(report)
    if "analysis" in parts:
        from tests.benchmarks import analysis

        _tell("Analysis ...")
        analysis.measure(report)
    sys.stdout.write(f"\n{report.table()}\n\nOn {begun_on}.\n")
    return 0


def _run(site: Site, report: Report, parts: list[str]) -> None:
    from tests.benchmarks import resting

    _tell("Starting a throw-away installation ...")
    resting.start(site, report)
    site.run("manage.py", "demo", "--seed-only")
    _use(site)
    # Only now: each of these modules may ask for the settings of the installation.
    from tests.benchmarks import browsing, desk, importing, rounds, saving, team

    ways = {
        "memory": resting.measure_memory,
        "desk": desk.measure,
        "browsing": browsing.measure,
        "saving": saving.measure,
        "importing": importing.measure,
        "exporting": rounds.measure_exports,
        "reliability": rounds.measure_reliability,
        "pages": rounds.measure_pages,
        "team": team.measure,
    }
    for part in ways:
        if part in parts:
            _tell(f"{part.capitalize()} ...")
            ways[part](site, report)
    from django.db import connections

    connections.close_all()


def _use(site: Site) -> None:
    """Set Django up in this process as it is set up in the installation."""
    for name in [name for name in os.environ if name.startswith("WORKBENCH_") or name == "DATABASE_URL"]:
        del os.environ[name]
    os.environ.update(site.environment, DJANGO_SETTINGS_MODULE="workbench.settings")
    import django

    django.setup()


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
