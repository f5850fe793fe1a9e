"""
A drawing as a tree of elements, written twice: with classes for a page, whose style sheet knows both themes, and with
plain attributes for a file that drawing programs and word processors can read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from coding.formats.pictures.ink import BACKGROUND, FONT, ink_of

Value = str | float | int


@dataclass(slots=True)
class Element:
    """One element; `kind` are its classes, which say how it looks, `slot` the hue and shape of a family."""

    tag: str
    attributes: dict[str, Value] = field(default_factory=dict)
    kind: str = ""
    slot: str = ""
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def add(self, tag: str, *, kind: str = "", slot: str = "", text: str = "", **attributes: Value) -> Element:
        """Put an element inside this one and give it; an underscore in a name stands for a hyphen."""
        named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        made = Element(tag, named, kind, slot, text)
        self.children.append(made)
        return made

    def told(self, words: str) -> Element:
        """Say on hover, and to screen readers, what this is."""
        self.children.insert(0, Element("title", text=words))
        return self

    def write(self, into: list[str], *, alone: bool, slot: str = "") -> None:
        """Write the element: with classes, or alone, with the attributes that the classes stand for."""
        slot = self.slot or slot
        if not alone:
            named = {"class": self.kind, "data-slot": self.slot}
            attributes = self.attributes | {name: value for name, value in named.items() if value}
        elif self.tag == "a":
            # A file leads nowhere: the address is of one installation.
            for child in self.children:
                child.write(into, alone=alone, slot=slot)
            return
        else:
            attributes = {**ink_of(self.kind, slot, self.tag), **self.attributes}
        into.append(f"<{self.tag}")
        into.extend(f" {name}={_quoted(value)}" for name, value in attributes.items())
        if not self.text and not self.children:
            into.append("/>")
            return
        into.append(f">{escape(_printable(self.text))}")
        for child in self.children:
            child.write(into, alone=alone, slot=slot)
        into.append(f"</{self.tag}>")


def _quoted(value: Value) -> str:
    return quoteattr(_printable(value)) if isinstance(value, str) else f'"{_number(value)}"'


def _number(value: float) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".rstrip("0").rstrip(".") if value == value else "0"
    return str(value)


def _printable(text: str) -> str:
    """Keep out what XML cannot hold."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished drawing: its name in files, what it shows in a line, and its size."""

    name: str
    title: str
    width: float
    height: float
    body: Element
    #: It has links inside, so that it is no image to a screen reader but a group of them.
    linked: bool = False

    @property
    def markup(self) -> str:
        """Write the picture into a page."""
        role = "group" if self.linked else "img"
        head = (
            f'<svg class="picture picture-{self.name}" viewBox="0 0 {_number(self.width)} {_number(self.height)}" '
            'preserveAspectRatio="xMinYMin meet" '
            f"role={quoteattr(role)} aria-label={quoteattr(_printable(self.title))}>"
        )
        return "".join([head, *_inside(self.body, alone=False), "</svg>"])

    @property
    def file(self) -> str:
        """Write the picture as a file of its own, in ink on paper."""
        width, height = _number(self.width), _number(self.height)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'font-family="{FONT}" font-size="12">'
            f"<title>{escape(_printable(self.title))}</title>"
            f'<rect width="{width}" height="{height}" fill="{BACKGROUND}"/>'
        )
        return "".join([head, *_inside(self.body, alone=True), "</svg>\n"])


def _inside(body: Element, *, alone: bool) -> list[str]:
    written: list[str] = []
    for child in body.children:
        child.write(written, alone=alone)
    return written


def drawing() -> Element:
    """Begin a drawing."""
    return Element("g")


def cut(words: str, most: int) -> str:
    """Keep the first words of a label, with a sign that there are more: a number cut short would be another number."""
    return words if len(words) <= most else f"{words[: most - 1].rsplit(' ', 1)[0]} …"
