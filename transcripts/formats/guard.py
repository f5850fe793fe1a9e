"""
Keep spreadsheet programs from running a free-text cell as a formula, and undo it without loss.

A cell that begins with `=`, `+`, `-`, `@`, tab or carriage return gets one leading apostrophe. A cell that already has
apostrophes before such a character gets one more, however many there are: only so can a reader remove exactly one and
have the text as it was.
"""

_TRIGGERS = frozenset("=+-@\t\r")


def _needs_guard(text: str) -> bool:
    first = text[:1]
    if first in _TRIGGERS:
        return True
    return first == "'" and text.lstrip("'")[:1] in _TRIGGERS


def guard(text: str) -> str:
    """Put one apostrophe before a text that a spreadsheet could take for a formula."""
    return "'" + text if _needs_guard(text) else text


def unguard(text: str) -> str:
    """Remove exactly the apostrophe that `guard` put there."""
    return text[1:] if text[:1] == "'" and _needs_guard(text) else text
