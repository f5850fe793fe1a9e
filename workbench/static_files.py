"""How static files are served: without comments and indents, under names made from their content."""

import re

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: Comments that stand on lines of their own, and what a line begins with.
_COMMENTS = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*$", re.DOTALL | re.MULTILINE)
_INDENTS = re.compile(r"^\s+", re.MULTILINE)


def squeezed(text: str) -> str:
    """Leave out of a script or a style what only its writers read; no template literal of ours spans lines."""
    return _INDENTS.sub("", _COMMENTS.sub("", text))


class HashedModules(CompressedManifestStaticFilesStorage):
    """Write the hashed name of each module into the modules that import it; see docs/decisions."""

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File) -> str:
        """Keep our own scripts and styles squeezed; what others wrote stays as it came."""
        if name.startswith("workbench/") and name.endswith((".js", ".css")) and "/vendor/" not in name:
            content.seek(0)
            content = ContentFile(squeezed(content.read().decode()).encode())
        saved: str = super()._save(name, content)
        return saved
