"""Lines of the log, without what opens a door and without what somebody said."""

from __future__ import annotations

import logging
import re

#: The key of a link, wherever its address is written.
_KEY = re.compile(r"(/(?:join|start|password)/)[^/\s\"']+")
#: What PostgreSQL adds to an error: whole rows, with the texts in them, over as many lines as these have.
_ROW = re.compile(
    r"^(DETAIL|CONTEXT|HINT|LINE \d+):.*?(?=^The above exception was|^During handling of|\Z)", re.DOTALL | re.MULTILINE
)


class DiscreetFormatter(logging.Formatter):
    """Write a record as ever, but for keys of links and for rows that the database quotes."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, with its traceback where there is one."""
        return _ROW.sub(r"\1: (left out)\n\n", _KEY.sub(r"\1…", super().format(record)))
