"""The coded text of a layer as quotations to take away."""

from __future__ import annotations

import io

from coding.formats.quotations import Book, Chapter, Quotation, write_csv, write_markdown, write_word
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import Asked
from coding.queries.passages import CodePassages, passages
from coding.services.enactment_files import EnactmentFile

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NAMES = {"csv": "quotations.csv", "md": "quotations.md", "docx": "quotation_book.docx"}


def quotation_file(found: Enactments, asked: Asked, words: str, kind: str) -> EnactmentFile | None:
    """Write the passages that are asked for; None for a kind of file that there is none of."""
    if kind not in NAMES:
        return None
    book = book_of(found, asked, words)
    if kind == "csv":
        return EnactmentFile(NAMES[kind], "text/csv; charset=utf-8", io.BytesIO("".join(write_csv(book)).encode()))
    if kind == "md":
        text = write_markdown(book).encode()
        return EnactmentFile(NAMES[kind], "text/markdown; charset=utf-8", io.BytesIO(text))
    return EnactmentFile(NAMES[kind], WORD, io.BytesIO(write_word(book)))


def book_of(found: Enactments, asked: Asked, words: str = "") -> Book:
    """Gather the passages as a book, and say what it was taken from."""
    study, version = found.round.study, found.round.version
    about = [
        f"{study.title}. Round {found.round.name}, {found.layer.words}; codebook {version.title} {version.name}.",
    ]
    for title, value in (("Speaker", asked.speaker), (found.by(asked), asked.where), ("Words", words)):
        if value:
            about.append(f"{title.capitalize()}: {value}.")
    return Book(f"Quotations, {study.title}", tuple(about), tuple(map(_chapter, passages(found, asked, words))))


def _chapter(one: CodePassages) -> Chapter:
    quotations = tuple(
        Quotation(p.code, p.transcript, p.position, p.speaker, p.condition, p.rating, p.gave, p.text, p.evidence)
        for p in one.passages
    )
    return Chapter(
        one.key, one.name, one.definition, one.standing and f"Agreement in this round: {one.standing}.", quotations
    )
