"""The report as a Word document, made by python-docx; the same facts give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from coding.formats.report.blocks import Block, Grid, Heading, Paragraph, Points, blocks, title
from coding.formats.report.facts import Facts
from coding.formats.report.words import minute

#: Twentieths of a point: an A4 page across, less its margins.
_WIDTH = 14570
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


def word_document(facts: Facts) -> bytes:
    """Write the report; its dates are the stored time."""
    document = docx.Document()
    lay_out(document)
    _describe(document, facts)
    document.add_heading(printable(title(facts)), level=0)
    for block in blocks(facts):
        _add(document, block)
    stream = io.BytesIO()
    document.save(stream)
    return dated(stream.getvalue(), facts.at)


def lay_out(document: Any, *, across: bool = True) -> None:
    """Set page and type: A4, across for wide tables."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Cm(29.7), Cm(21.0)) if across else (Cm(21.0), Cm(29.7))
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    for style in ("Title", "Heading 1", "Heading 2", *([] if across else ["Heading 3"])):
        found = document.styles[style]
        found.font.name, found.font.color.rgb = "Calibri", None
        for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            found.element.rPr.rFonts.attrib.pop(qn(name), None)
    document.styles["Title"].font.size = Pt(20)
    line = document.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if line is not None:
        document.styles["Title"].element.pPr.remove(line)


def _describe(document: Any, facts: Facts) -> None:
    """Say in the properties of the file what it is, and nothing of who opened it where."""
    about, at = document.core_properties, max(facts.at.astimezone(UTC), _EARLIEST).replace(tzinfo=None, microsecond=0)
    about.title, about.subject = printable(title(facts))[:255], "Inter-rater reliability"
    about.author = about.last_modified_by = f"workbench {facts.software}"
    about.created = about.modified = at
    about.revision, about.keywords, about.category = 1, facts.fingerprint, ""
    about.comments = f"Inputs as of {minute(facts.at)}"


def _add(document: Any, block: Block) -> None:
    match block:
        case Heading(text=text):
            document.add_heading(printable(text), level=1)
        case Paragraph(text=text):
            document.add_paragraph(printable(text))
        case Points(texts=texts):
            bullet = document.styles["List Bullet"].style_id
            for text in texts:
                document.element.body.insert(-1, parse_xml(_point(text, bullet)))
        case Grid():
            document.element.body.insert(-1, parse_xml(_grid(block)))
            document.add_paragraph()


def _point(text: str, style: str) -> str:
    return (
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>'
        f'<w:t xml:space="preserve">{escape(printable(text))}</w:t></w:r></w:p>'
    )


def _grid(grid: Grid) -> str:
    """Write a table as XML at once: cell by cell, python-docx takes minutes for thousands of rows."""
    widths = _widths(grid)
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row(grid.columns, grid.figures, widths, is_head=True)
    rows = "".join(_row(row, grid.figures, widths) for row in grid.rows)
    caption = escape(printable(grid.title), {'"': "&quot;"})
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{_WIDTH}" w:type="dxa"/>'
        '<w:tblBorders><w:top w:val="single" w:sz="8" w:color="333333"/>'
        '<w:left w:val="nil"/><w:bottom w:val="single" w:sz="8" w:color="333333"/><w:right w:val="nil"/>'
        '<w:insideH w:val="single" w:sz="4" w:color="BBBBBB"/><w:insideV w:val="nil"/></w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:firstRow="1"/><w:tblCaption w:val="{caption}"/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{head}{rows}</w:tbl>"
    )


def _widths(grid: Grid) -> list[int]:
    """Share the width among the columns by what they hold: figures narrow, sentences wide."""
    rows = (grid.columns, *grid.rows[:200])
    lengths = [[len(row[place]) for row in rows] for place in range(len(grid.columns))]
    wants = [min(max(*found, 6) + 3, 40) + min(sum(found) / len(found), 100) for found in lengths]
    return [int(_WIDTH * want / sum(wants)) for want in wants]


def _row(cells: Iterable[str], figures: frozenset[int], widths: Sequence[int], *, is_head: bool = False) -> str:
    kind = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if is_head else "<w:trPr><w:cantSplit/></w:trPr>"
    bold = "<w:b/>" if is_head else ""
    written = []
    for place, text in enumerate(cells):
        side = '<w:jc w:val="right"/>' if place in figures else ""
        written.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{widths[place]}" w:type="dxa"/></w:tcPr>'
            f'<w:p><w:pPr><w:spacing w:before="30" w:after="30"/>{side}</w:pPr><w:r><w:rPr>{bold}<w:sz w:val="18"/>'
            f'</w:rPr><w:t xml:space="preserve">{escape(printable(text))}</w:t></w:r></w:p></w:tc>'
        )
    return f"<w:tr>{kind}{''.join(written)}</w:tr>"


def printable(text: str) -> str:
    """Keep a text on one line and free of what XML cannot hold."""
    line = " ".join(text.split())
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)


def dated(package: bytes, at: datetime) -> bytes:
    """Write the package again with one date for all of its parts."""
    when = max(at.astimezone(UTC), _EARLIEST).timetuple()[:6]
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (when[0], when[1], when[2], when[3], when[4], when[5]))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            new.writestr(entry, old.read(name))
    return target.getvalue()
