"""A big closed round: taking its codings away, and computing its reliability."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from tests.benchmarks.desk import queries
from tests.benchmarks.measuring import Line, Report, once, timed
from tests.installation.material import make_person, make_study, segments_table, sign_in
from tests.installation.site import Site
from tests.installation.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Size:
    """How large a made round is: every rater codes every turn with one code."""

    codes: int
    raters: int
    transcripts: int
    turns: int

    @property
    def segments(self) -> int:
        return self.transcripts * self.turns

    @property
    def codings(self) -> int:
        return self.raters * self.segments

    def __str__(self) -> str:
        return f"{self.codes} codes, {self.raters} raters, {self.segments:,} turns"


BIG = Size(codes=40, raters=10, transcripts=10, turns=500)
LARGE = Size(codes=20, raters=4, transcripts=400, turns=250)
FLOOR_CSV = "export: the joined rows by COPY ... TO STDOUT into a file"
FLOOR_PING = "pages: the way to /healthz and back"
FLOOR_PASS = "reliability: one pass over the array (codes x raters x segments, one byte each)"
_JOINED = """
    COPY (SELECT t.name, s.position, m.label, k.key, c.rating, c.memo, j.memo, j.flag, c.id, c.coded_at, j.finished_at
    FROM coding_assignment a JOIN transcripts_transcript t ON t.id = a.transcript_id
    JOIN transcripts_membership m ON m.id = a.rater_id JOIN coding_judgement j ON j.assignment_id = a.id
    JOIN transcripts_segment s ON s.id = j.segment_id JOIN coding_coding c ON c.judgement_id = j.id
    JOIN coding_code k ON k.id = c.code_id WHERE a.round_id = %s ORDER BY t.name, s.position, m.label)
    TO STDOUT (FORMAT csv)
"""


def measure_exports(site: Site, report: Report) -> None:
    """Write 50,000 codings as a table, then everything as a zip."""
    from coding.formats.bundle import write_zip
    from coding.services.export_files import codings_table, study_files

    round_ = made_round(report, BIG)

    def table() -> None:
        with (site.folder / "codings.csv").open("wb") as target:
            target.writelines(piece.encode() for piece in codings_table([round_]))

    def bundle() -> None:
        with (site.folder / "round.zip").open("wb") as target:
            write_zip(study_files(round_.study, round_), target)

    with site.connect(autocommit=True) as connection:
        csv, floor = timed(table, 5), timed(partial(_copy, site, connection, round_.pk), 5)
    zipped = timed(bundle, 3)
    rows = (site.folder / "codings.csv").read_bytes().count(b"\n") - 1
    assert rows == BIG.codings, rows
    what = f"export {BIG.codings:,} codings"
    common: dict[str, Any] = {"floor": floor.median, "floor_is": FLOOR_CSV}
    size = (site.folder / "codings.csv").stat().st_size / 1e6
    report.add(
        Line(f"{what}, CSV", "s", csv.median, csv.p95, peer=1.3, peer_is="Potato", note=f"{size:.1f} MB", **common)
    )
    size = (site.folder / "round.zip").stat().st_size / 1e6
    report.add(
        Line(
            f"{what}, whole zip",
            "s",
            zipped.median,
            zipped.p95,
            peer=0.9,
            peer_is="Label Studio, one JSON",
            note=f"{size:.1f} MB: text, codings long and wide, codebook, dictionary",
            **common,
        )
    )


def _copy(site: Site, connection: Any, round_id: int) -> None:
    with (site.folder / "bare.csv").open("wb") as target, connection.cursor().copy(_JOINED, [round_id]) as copy:
        target.writelines(copy)


def measure_reliability(site: Site, report: Report) -> None:
    """Compute the whole table of the demo and of a big round."""
    from coding.models import Round
    from coding.queries.judged_rows import fetch_rows
    from coding.queries.ratings import code_matrices
    from coding.queries.reliability import reliability_of

    demo = Round.objects.select_related("study", "version").get(study__slug="demo", name="1")
    for round_, what in (
        (demo, "the demo"),
        (made_round(report, BIG), str(BIG)),
    ):
        whole = timed(partial(reliability_of, round_), 5)
        fetched = timed(partial(fetch_rows, round_), 5)
        cube = np.stack(list(code_matrices(fetch_rows(round_)).values()))
        one_pass = timed(cube.sum, 20)
        report.add(
            Line(
                f"reliability table, {what}",
                "ms",
                whole.median * 1e3,
                whole.p95 * 1e3,
                floor=one_pass.median * 1e3,
                floor_is=FLOOR_PASS,
                note=f"of it reading rows {fetched.median * 1e3:.0f} ms; the array has {cube.size / 1e6:.2f} MB",
            )
        )


def measure_pages(site: Site, report: Report) -> None:
    """Open the reliability page and that of one code: with nothing kept, then with what the first view kept."""
    from django.core.cache import caches

    from coding.models import Round
    from transcripts.models import Membership

    demo = Round.objects.select_related("study").get(study__slug="demo", name="1")
    # The large round is made only once the demo is timed: the worker is busy with it for a while.
    for make, what in ((lambda: demo, "the demo"), (lambda: made_round(report, LARGE), str(LARGE))):
        round_ = make()
        reader = Membership.objects.filter(study=round_.study, role="reader").first()
        user = make_person(round_.study, "looks_on", "reader") if reader is None else reader.user
        visitor = Visitor(site.port, sign_in(user))
        address = f"/studies/{round_.study.slug}/rounds/{round_.pk}/reliability/"
        for path, page in ((address, "reliability page"), (f"{address}code/", "page of one code")):
            caches["results"].clear()
            first = once(partial(get, visitor, path))
            kept, ping = timed(partial(get, visitor, path), 10), timed(partial(get, visitor, "/healthz"), 10)
            report.add(
                Line(
                    f"{page}, {what}",
                    "ms",
                    kept.median * 1e3,
                    kept.p95 * 1e3,
                    floor=ping.median * 1e3,
                    floor_is=FLOOR_PING,
                    note=f"the first time {first * 1e3:,.0f} ms; {queries(path, sign_in(user))} queries",
                )
            )
        visitor.close()


def get(visitor: Visitor, path: str) -> None:
    """Fetch a page and insist on it."""
    answer = visitor.get(path)
    assert answer.status == 200, answer.body[:500]


def made_round(report: Report, size: Size) -> Any:
    """Give a round of this size, brought in as a codings table the first time it is asked for."""
    from coding.models import Round
    from coding.services.codings_import import read_file, store_codings

    slug = f"made-{size.segments}"
    found = Round.objects.filter(study__slug=slug).select_related("study", "version").first()
    if found is not None:
        return found
    study = make_study(slug, segments_table(size.transcripts, size.turns), codebook_of(size))
    table = _codings(size)

    def bring_in() -> None:
        store_codings(study=study, round_name="1", draft=read_file(table))

    seconds = once(bring_in)
    rate = size.codings / seconds
    report.add(Line(f"import {size.codings:,} codings, service", "rows/s", rate, note=f"{seconds:.1f} s, once"))
    return Round.objects.select_related("study", "version").get(study__slug=slug)


def codebook_of(size: Size) -> Any:
    """Give a codebook of so many codes in four families."""
    from coding.formats.drafts import CodebookDraft, CodeDraft, FamilyDraft, RatingDraft

    families = tuple(FamilyDraft(key=f"F{number}", name=f"Family {number}") for number in range(4))
    codes = tuple(
        CodeDraft(key=f"C{number:02}", name=f"Code {number}", family=f"F{number % 4}", rated=True)
        for number in range(size.codes)
    )
    rating = RatingDraft(name="intensity", type="ordinal", minimum=0, maximum=3, required=True)
    title = f"{size.codes} codes"
    return CodebookDraft(key="made", version="1.0", title=title, families=families, codes=codes, rating=rating)


def _codings(size: Size) -> bytes:
    """Write one coding for each rater and turn; seven of ten follow what the turn shows."""
    chance = random.Random(1)
    lines = ["transcript,segment,rater,code,rating"]
    for number in range(1, size.transcripts + 1):
        for turn in range(1, size.turns + 1):
            shown = chance.randrange(size.codes)
            for rater in range(size.raters):
                code = shown if chance.random() < 0.7 else chance.randrange(size.codes)
                lines.append(f"session_{number:03},{turn},rater_{rater},C{code:02},{chance.randint(1, 3)}")
    return ("\n".join(lines) + "\n").encode()
