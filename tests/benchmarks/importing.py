"""Bringing transcripts in: from the bytes of the file to the commit."""

from __future__ import annotations

import itertools
from typing import Any

from tests.benchmarks.measuring import Line, Report, Times, once
from tests.installation.material import import_table, segments_table, spoken
from tests.installation.site import Site

TRANSCRIPTS, TURNS, TIMES = 100, 300, 3
ROWS = TRANSCRIPTS * TURNS
FLOOR = "import: the same rows by COPY into the table, its constraints included, committed"
_numbers = itertools.count(1)


def measure(site: Site, report: Report) -> None:
    """Import through the service, once as one table and once as a hundred texts, and through the command."""
    table = segments_table(TRANSCRIPTS, TURNS)
    service = Times([once(lambda: import_table(_study(), table)) for _ in range(TIMES)])
    bare = Times([_bare_copy(site) for _ in range(TIMES)])
    texts = Times([once(lambda: _import_texts(_study())) for _ in range(TIMES)])
    path = site.folder / "table.csv"
    path.write_bytes(table)
    words = ("manage.py", "import_transcripts")
    command = Times(
        [once(lambda: site.run(*words, f"bench-{next(_numbers)}", str(path), "--create")) for _ in range(TIMES)]
    )
    floor = ROWS / bare.median
    lines = (
        (f"import {TRANSCRIPTS} x {TURNS} turns, service", service, "one CSV", 7_400.0),
        ("  the command, its start included", command, "one CSV", None),
        ("  service, plain texts", texts, f"{TRANSCRIPTS} files, speakers found by their labels", None),
    )
    for what, times, note, peer in lines:
        report.add(
            Line(
                what,
                "rows/s",
                ROWS / times.median,
                floor=floor,
                floor_is=FLOOR,
                peer=peer,
                peer_is="Label Studio",
                less_is_better=False,
                note=f"{times.median:.2f} s; {note}",
            )
        )


def _study() -> Any:
    from transcripts.services.studies import store_study

    slug = f"bench-{next(_numbers)}"
    return store_study(slug=slug, title=slug)


def _import_texts(study: Any) -> None:
    """Import a hundred text files in one go, as the page does once the preview is confirmed."""
    from transcripts.queries.speaker_roles import known_roles
    from transcripts.services.file_imports import read_file
    from transcripts.services.imports import store_transcripts

    known, read = known_roles(study), []
    for number in range(TRANSCRIPTS):
        turns = (f"{'T' if turn % 2 else 'P'}: {spoken(turn + number)}" for turn in range(1, TURNS + 1))
        data = "\n".join(turns).encode()
        read += read_file(file_name=f"text_{number:03}.txt", data=data, known=known, given={"T": "therapist"})
    rows = sum(len(one.incoming.draft.segments) for one in read)
    assert rows == ROWS, rows
    store_transcripts(study=study, incoming=[one.incoming for one in read], user=None)


def _bare_copy(site: Site) -> float:
    """Copy as many rows into a study's empty revisions, and give the seconds with the commit."""
    study = _study()
    with site.connect() as connection:
        revisions = [_empty_revision(connection, study.pk, number) for number in range(TRANSCRIPTS)]
        connection.commit()

        def copy() -> None:
            with connection.cursor() as cursor, cursor.copy(_COPY) as target:
                for number, (revision, speakers) in enumerate(revisions):
                    start = 0
                    for turn in range(1, TURNS + 1):
                        text = spoken(turn + number)
                        end = start + len(text)
                        times = (turn * 9_000, turn * 9_000 + 8_000)
                        target.write_row((study.pk, revision, turn, speakers[turn % 2], start, end, *times, text))
                        start = end + 1
            connection.commit()

        return once(copy)


_COPY = (
    "COPY transcripts_segment (study_id, revision_id, position, speaker_id, char_start, char_end, start_ms, end_ms,"
    " text) FROM STDIN"
)


def _empty_revision(connection: Any, study: int, number: int) -> tuple[int, list[int]]:
    def one(statement: str, *words: Any) -> int:
        return int(connection.execute(statement, words).fetchone()[0])

    transcript = one(
        "INSERT INTO transcripts_transcript (study_id, name) VALUES (%s, %s) RETURNING id", study, f"bare_{number}"
    )
    revision = one(
        "INSERT INTO transcripts_revision"
        " (study_id, transcript_id, number, sha256, file_name, file_size, layout, merged)"
        " VALUES (%s, %s, 1, repeat('0', 64), 'bare.csv', 1, 'bare', false) RETURNING id",
        study,
        transcript,
    )
    speakers = [
        one(
            "INSERT INTO transcripts_speaker (study_id, revision_id, label, role_id)"
            " SELECT study_id, %s, name, id FROM transcripts_speakerrole WHERE study_id = %s AND name = %s"
            " RETURNING id",
            revision,
            study,
            role,
        )
        for role in ("patient", "therapist")
    ]
    return revision, speakers
