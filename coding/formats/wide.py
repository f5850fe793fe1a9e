"""Write codings wide: one row a segment and rater, one column a code, and never a 0 where nobody looked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from coding.formats.drafts import OUTCOME_UNCODABLE, CodebookDraft
from coding.formats.table import write_table
from transcripts.formats.guard import guard

FIXED = ("transcript", "segment", "speaker", "role", "rater", "outcome")
#: Only a table that holds the final layer has these, after the fixed ones.
OF_FINAL = ("layer", "source")


@dataclass(frozen=True, slots=True)
class WideRow:
    """One rater's view of one segment; `codings` maps each given code to its rating, if it has one."""

    transcript: str
    segment: int
    speaker: str
    role: str
    rater: str
    judged: bool
    outcome: str = ""
    codings: Mapping[str, int | None] = field(default_factory=dict)
    layer: str = "raw"
    source: str = ""


def code_columns(codebook: CodebookDraft) -> dict[str, str]:
    """Name the column of each code: its key, or code.KEY where another column has that name."""
    taken = {*FIXED, *OF_FINAL}
    return {code.key: _free(code.key, taken) for code in codebook.codes}


def rating_columns(codebook: CodebookDraft) -> dict[str, str]:
    """Name the rating column of each rated code: KEY.rating."""
    names = code_columns(codebook)
    taken = {*FIXED, *OF_FINAL, *names.values()}
    return {code.key: _free(f"{names[code.key]}.rating", taken) for code in codebook.codes if code.rated}


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"code.{name}"
    taken.add(name)
    return name


def wide_columns(codebook: CodebookDraft, *, final: bool = False) -> tuple[str, ...]:
    """List the columns: the fixed ones, then the codes in their order, then the ratings."""
    return (*FIXED, *(OF_FINAL if final else ()), *code_columns(codebook).values(), *rating_columns(codebook).values())


def write_wide(codebook: CodebookDraft, rows: Iterable[WideRow], *, final: bool = False) -> Iterator[str]:
    """Write the table piece by piece; a coding whose code is not in the codebook raises ValueError."""
    heads = [guard(name) for name in wide_columns(codebook, final=final)]
    yield from write_table(heads, _Cells(codebook).of(rows, final=final))


class _Cells:
    """Know which cell of a row a code fills, and what stands there when the code is not given."""

    def __init__(self, codebook: CodebookDraft) -> None:
        self.codebook = codebook
        self.place = {key: place for place, key in enumerate(code_columns(codebook))}
        self.rating_place = {key: place + len(self.place) for place, key in enumerate(rating_columns(codebook))}
        self.width = len(self.place) + len(self.rating_place)
        self.outcome_places = [(self.place[key], outcome) for key, outcome in codebook.outcomes.items()]
        self.not_given: dict[str, list[str | int]] = {}

    def of(self, rows: Iterable[WideRow], *, final: bool = False) -> Iterator[list[str | int]]:
        """Turn each row into its cells."""
        for row in rows:
            fixed = (guard(row.transcript), row.segment, guard(row.speaker), guard(row.role), guard(row.rater))
            layer = (row.layer, row.source) if final else ()
            yield [*fixed, row.outcome, *layer, *self._codes(row)]

    def _codes(self, row: WideRow) -> list[str | int]:
        if not row.judged:
            return [""] * self.width
        uncodable = row.outcome == OUTCOME_UNCODABLE
        cells: list[str | int] = [""] * self.width if uncodable else self._absent(row.role).copy()
        for key, rating in row.codings.items():
            if key not in self.place:
                raise ValueError(f"The code “{key}” is not in version {self.codebook.version} of the codebook.")
            cells[self.place[key]] = 1
            if rating is not None and key in self.rating_place:
                cells[self.rating_place[key]] = rating
        for place, outcome in self.outcome_places:
            # “Uncodable” is a finding about every judged segment, “none applies” only about those that could be coded.
            cells[place] = "" if uncodable and outcome != row.outcome else int(outcome == row.outcome)
        return cells

    def _absent(self, role: str) -> list[str | int]:
        """Give 0 for each code that could have been given to this role, and no value for the others."""
        cells = self.not_given.get(role)
        if cells is None:
            codes: list[str | int] = [0 if code.applies_to(role) else "" for code in self.codebook.codes]
            cells = self.not_given[role] = codes + [""] * len(self.rating_place)
        return cells
