"""Make small Word and Excel files, whole and broken, for the tests of their readers."""

import io
import zipfile
from collections.abc import Callable, Sequence

import docx
import xlsxwriter


def docx_of(paragraphs: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()) -> bytes:
    """Write a Word document with these paragraphs, then a table of these rows."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def xlsx_of(*sheets: Sequence[Sequence[object]], time_format: str = "hh:mm:ss") -> bytes:
    """Write a workbook; a float between 0 and 1 becomes a time of day."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        clock = workbook.add_format({"num_format": time_format})
        for rows in sheets:
            sheet = workbook.add_worksheet()
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if isinstance(cell, float) and 0 < cell < 1:
                        sheet.write_number(r, c, cell, clock)
                    else:
                        sheet.write(r, c, cell)
    return buffer.getvalue()


def changed(package: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Rewrite the parts of a package; a part that becomes None is left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return buffer.getvalue()


def replacing(part: str, old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    """Make a change that replaces some bytes of one part, and insists that they are there."""

    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        if old not in content:
            raise LookupError(old)
        return content.replace(old, new)

    return change
