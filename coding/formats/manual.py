"""A codebook as a manual: what raters read on paper, in Markdown and Word."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import docx

from coding.formats.drafts import AttributeDraft, CodebookDraft, CodeDraft, ExampleDraft, FamilyDraft
from coding.formats.link_rules import link_rules
from coding.formats.report.blocks import Heading, Paragraph, Points
from coding.formats.report.markdown import begun, plain
from coding.formats.report.word import dated, lay_out, printable

#: The word file carries one date, so that the same codebook gives the same bytes.
_AT = datetime(1980, 1, 1, tzinfo=UTC)
Part = tuple[int, Heading] | Paragraph | Points


def manual_title(draft: CodebookDraft) -> str:
    """Give the title of the manual."""
    return f"{draft.title}, version {draft.version}"


def parts(draft: CodebookDraft) -> Iterator[Part]:
    """Say the whole codebook in headings, paragraphs and lists; headings come with their level."""
    purpose = draft.rest.get("purpose")
    if isinstance(purpose, str):
        yield Paragraph(purpose)
    yield Points(tuple(_rules(draft)))
    for family in draft.families:
        yield from _family(draft, family)
    if draft.attributes:
        yield 1, Heading("Asked about a coding", "attributes")
        yield Points(tuple(_attribute(attribute) for attribute in draft.attributes))
    if links := link_rules(draft.rest.get("links", ())):
        yield 1, Heading("Links between codings", "links")
        yield Points(
            tuple(
                f"{rule.name}: from {', '.join(rule.origins) or 'any code'} back to "
                f"{', '.join(rule.targets) or 'any code'}"
                for rule in links
            )
        )


def _rules(draft: CodebookDraft) -> Iterator[str]:
    limit = draft.max_codes_per_turn
    yield f"At most {limit} codes on one segment." if limit else "Any number of codes on one segment."
    scale = draft.rating
    if scale is not None:
        anchors = "; ".join(f"{number}: {words}" for number, words in sorted(scale.anchors.items()))
        meaning = f" ({anchors})" if anchors else ""
        yield f"Rated codes are rated for {scale.name}, {scale.minimum} to {scale.maximum}{meaning}."
    for key, outcome in draft.outcomes.items():
        meaning = "none applies" if outcome == "none" else "uncodable"
        yield f"{key} stands for “{meaning}” and is given alone."


def _family(draft: CodebookDraft, family: FamilyDraft) -> Iterator[Part]:
    yield 1, Heading(f"{family.name} ({family.key})", family.key)
    if family.definition:
        yield Paragraph(family.definition)
    if family.exclusive:
        yield Paragraph("At most one code of this family on a segment.")
    for code in draft.codes:
        if code.family == family.key:
            yield from _code(draft, code)


def _code(draft: CodebookDraft, code: CodeDraft) -> Iterator[Part]:
    yield 2, Heading(f"{code.name} ({code.key})", code.key)
    facts = [f"on turns of {' and '.join(code.roles)}" if code.roles else "on every turn"]
    facts += ["rated"] if code.rated and draft.rating else []
    facts += [f"key {code.letter}"] if code.letter and code.key not in draft.outcomes else []
    yield Paragraph(f"{'; '.join(facts).capitalize()}.")
    if code.definition:
        yield Paragraph(code.definition)
    for heading, texts in (
        ("Give it for", code.include),
        ("Not for", code.exclude),
        ("Examples", tuple(_example(example) for example in code.examples)),
        ("Near misses", code.near_misses),
    ):
        if texts:
            yield 3, Heading(heading, "")
            yield Points(texts)


def _example(example: ExampleDraft) -> str:
    said = [example.role, *([f"rated {example.rating}"] if example.rating is not None else [])]
    about = ", ".join(word for word in said if word)
    return f"“{example.text}”{f' ({about})' if about else ''}"


def _attribute(attribute: AttributeDraft) -> str:
    values = "; ".join(f"{key} ({words})" if words else key for key, words in attribute.values.items())
    numbers = "" if attribute.minimum is None else f"a number from {attribute.minimum} to {attribute.maximum}"
    where = ", ".join(attribute.applies_to) or "every code"
    said = f"{attribute.id}: {values or numbers or 'free words'}; asked of {where.replace('*', 'every code')}"
    said += ", required" if attribute.required else ""
    return f"{said}; {attribute.default} unless said otherwise" if attribute.default else said


def manual_markdown(draft: CodebookDraft) -> bytes:
    """Write the manual as Markdown that no name can break out of."""
    written = [f"# {plain(manual_title(draft))}"]
    for part in parts(draft):
        match part:
            case (level, Heading(text=text)):
                written.append(f"{'#' * (level + 1)} {plain(text)}")
            case Paragraph(text=text):
                written.append(begun(plain(text)))
            case Points(texts=texts):
                written.append("\n".join(f"- {begun(plain(text))}" for text in texts))
    return ("\n\n".join(written) + "\n").encode()


def manual_word(draft: CodebookDraft) -> bytes:
    """Write the manual as a Word document on upright pages; the same codebook gives the same bytes."""
    document = docx.Document()
    lay_out(document, across=False)
    about = document.core_properties
    about.title, about.subject = printable(manual_title(draft))[:255], "Codebook"
    about.author = about.last_modified_by = "workbench"
    about.created = about.modified = _AT.replace(tzinfo=None)
    about.revision, about.comments, about.keywords = 1, "", printable(draft.key)
    document.add_heading(printable(manual_title(draft)), level=0)
    for part in parts(draft):
        match part:
            case (level, Heading(text=text)):
                document.add_heading(printable(text), level=level).paragraph_format.keep_with_next = True
            case Paragraph(text=text):
                document.add_paragraph(printable(text))
            case Points(texts=texts):
                for text in texts:
                    document.add_paragraph(printable(text), style="List Bullet")
    stream = io.BytesIO()
    document.save(stream)
    return dated(stream.getvalue(), _AT)
