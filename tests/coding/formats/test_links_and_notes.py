"""Links between codings and reflexive notes, as tables."""

from datetime import UTC, datetime

from coding.formats.links import LinkRow, NoteRow, write_links, write_notes


def test_links_stand_in_the_columns_of_the_contract() -> None:
    text = "".join(write_links([LinkRow("S", "a", 7, "=B", 1, "A", "repeats", "1")]))

    assert text == ("transcript,rater,kind,from_segment,from_code,to_segment,to_code,round\nS,a,repeats,7,'=B,1,A,1\n")


def test_notes_keep_their_words_and_are_guarded() -> None:
    note = NoteRow("S", "a", "- first\n- second", "1", datetime(2026, 11, 23, 8, tzinfo=UTC))

    text = "".join(write_notes([note]))

    assert text == 'transcript,rater,round,written_at,text\nS,a,1,2026-11-23T08:00:00Z,"\'- first\n- second"\n'


def test_a_table_without_rows_still_names_its_columns() -> None:
    assert "".join(write_links([])) == "transcript,rater,kind,from_segment,from_code,to_segment,to_code,round\n"
