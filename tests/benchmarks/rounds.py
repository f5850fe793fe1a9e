"""A big closed round: taking its codings away, and computing its reliability."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

import numpy as np

from tests.benchmarks.measuring import Line, Report, once, timed
from tests.installation.material import make_study, segments_table
from tests.installation.site import Site

CODES, RATERS, TRANSCRIPTS, TURNS = 40, 10, 10, 500
CODINGS = RATERS * TRANSCRIPTS * TURNS
FLOOR_CSV = "export: the joined rows by COPY ... TO STDOUT into a file"
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

    round_ = big_round(report)

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
    assert rows == CODINGS, rows
    what = f"export {CODINGS:,} codings"
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
        (big_round(report), f"{CODES} codes, {RATERS} raters, {TRANSCRIPTS * TURNS:,} turns"),
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


def big_round(report: Report) -> Any:
    """Give the big round, brought in as a codings table the first time it is asked for."""
    from coding.models import Round
    from coding.services.codings_import import read_file, store_codings

    found = Round.objects.filter(study__slug="big").select_related("study", "version").first()
    if found is not None:
        return found
    study = make_study("big", segments_table(TRANSCRIPTS, TURNS), _codebook())
    table = _codings()

    def bring_in() -> None:
        store_codings(study=study, round_name="1", draft=read_file(table))

    seconds = once(bring_in)
    report.add(Line(f"import {CODINGS:,} codings, service", "rows/s", CODINGS / seconds, note=f"{seconds:.1f} s, once"))
    return Round.objects.select_related("study", "version").get(study__slug="big")


def _codebook() -> Any:
    from coding.formats.drafts import CodebookDraft, CodeDraft, FamilyDraft, RatingDraft

    families = tuple(FamilyDraft(key=f"F{number}", name=f"Family {number}") for number in range(4))
    codes = tuple(
        CodeDraft(key=f"C{number:02}", name=f"Code {number}", family=f"F{number % 4}", rated=True)
        for number in range(CODES)
    )
    rating = RatingDraft(name="intensity", type="ordinal", minimum=0, maximum=3, required=True)
    return CodebookDraft(key="big", version="1.0", title="Forty codes", families=families, codes=codes, rating=rating)


def _codings() -> bytes:
    """Write one coding for each rater and turn; seven of ten follow what the turn shows."""
    chance = random.Random(1)
    lines = ["transcript,segment,rater,code,rating"]
    for number in range(1, TRANSCRIPTS + 1):
        for turn in range(1, TURNS + 1):
            shown = chance.randrange(CODES)
            for rater in range(RATERS):
                code = shown if chance.random() < 0.7 else chance.randrange(CODES)
                lines.append(f"session_{number:03},{turn},rater_{rater},C{code:02},{chance.randint(1, 3)}")
    return ("\n".join(lines) + "\n").encode()
