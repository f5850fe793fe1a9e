"""One row of the codings table, and the columns it stands in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

NEEDED = ("transcript", "segment", "rater", "code", "rating")
OPTIONAL = (
    "outcome",
    "reason",
    "span_start",
    "span_end",
    "memo",
    "judgement_memo",
    "flag",
    "layer",
    "round",
    "codebook_version",
    "revision",
    "coding_id",
    "coded_at",
    "judged_at",
)
#: What only the final layer says, and only a table that holds it has columns for.
OF_FINAL = ("source", "rule", "cause", "saw_identities_at")
#: What a drift check says of its rows, and only a table that holds one has a column for.
OF_REPEATS = ("purpose",)
ATTRIBUTE = "attribute."
# Where a table puts the attributes: after the judgement's own columns, before those of its origin.
BEFORE_ATTRIBUTES = (*NEEDED, *OPTIONAL[:7])
AFTER_ATTRIBUTES = OPTIONAL[7:]


@dataclass(frozen=True, slots=True)
class CodingRow:
    """
    One coding, or with an empty `code` one judgement without codings, whose outcome is none or uncodable; in the final
    layer also open, where an adjudicator left it so.

    `reason`, `judgement_memo`, `flag` and `judged_at` belong to the judgement and are the same on each of its rows.
    """

    transcript: str
    segment: int
    rater: str
    code: str = ""
    rating: int | None = None
    outcome: str = ""
    reason: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    memo: str = ""
    judgement_memo: str = ""
    flag: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    layer: str = "raw"
    round: str = ""
    codebook_version: str = ""
    revision: int | None = None
    coding_id: str = ""
    coded_at: datetime | None = None
    judged_at: datetime | None = None
    source: str = ""
    rule: str = ""
    cause: str = ""
    saw_identities_at: datetime | None = None
    purpose: str = ""
    line: int = field(default=0, compare=False)


def columns(attributes: Sequence[str] = (), *, final: bool = False, repeats: bool = False) -> tuple[str, ...]:
    """List the columns of a codings table with these attributes, with what the final layer or a drift check adds."""
    first = (*BEFORE_ATTRIBUTES, *(ATTRIBUTE + name for name in attributes), *AFTER_ATTRIBUTES)
    return (*first, *(OF_FINAL if final else ()), *(OF_REPEATS if repeats else ()))
