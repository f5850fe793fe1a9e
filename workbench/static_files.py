"""How static files are served: without what only their writers read, under names made from their content."""

import re

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: Comments that stand on lines of their own, and what a line begins with.
_COMMENTS = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*$", re.DOTALL | re.MULTILINE)
_INDENTS = re.compile(r"^\s+", re.MULTILINE)
_QUOTED = re.compile(r"""["'`/\\]""")
_SIGNS = re.compile(r" ?([{}()\[\];,=<>:&|]) ?")
#: What a style says word for word, and its comments, which may hold a quote.
_WORDS = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^)]*\))"""
_WORDS_OR_COMMENTS = re.compile(_WORDS + r"|/\*.*?\*/", re.DOTALL)


def squeezed(text: str) -> str:
    """
    Leave out of a script what only its writers read; no template literal of ours spans lines.

    Where a line holds no quote and no slash, and so no string, pattern or comment, the spaces around its signs go too,
    and so does its end where the statement goes on or has ended.
    """
    return "".join(map(_tight_line, _INDENTS.sub("", _COMMENTS.sub("", text)).split("\n"))).rstrip("\n") + "\n"


def _tight_line(line: str) -> str:
    if _QUOTED.search(line):
        return f"{line}\n"
    tight = _SIGNS.sub(r"\1", line)
    return tight if tight.endswith(("{", ",", ";", "(", "[")) else f"{tight}\n"


def squeezed_style(text: str) -> str:
    """
    Leave out of a style its comments, and the spaces that mean nothing.

    Those around signs that open, close and part; after a colon, which no selector has. All others may mean something:
    before a colon, around `>` and `+`, between words.
    """
    plain = _WORDS_OR_COMMENTS.sub(lambda found: found[1] or " ", text)
    parts = re.split(_WORDS, plain)
    return "".join(part if place % 2 else _tight(part) for place, part in enumerate(parts)).strip()


def _tight(part: str) -> str:
    parted = re.sub(r" ?([{};,]) ?", r"\1", re.sub(r"\s+", " ", part))
    return parted.replace(": ", ":").replace(";}", "}")


class HashedModules(CompressedManifestStaticFilesStorage):
    """Write the hashed name of each module into the modules that import it; see docs/decisions."""

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File) -> str:
        """Keep our own scripts and styles squeezed; what others wrote stays as it came."""
        if name.startswith("workbench/") and name.endswith((".js", ".css")) and "/vendor/" not in name:
            content.seek(0)
            squeeze = squeezed_style if name.endswith(".css") else squeezed
            content = ContentFile(squeeze(content.read().decode()).encode())
        saved: str = super()._save(name, content)
        return saved
