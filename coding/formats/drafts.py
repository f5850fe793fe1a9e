"""What a codebook file says, as frozen values that know nothing of a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EVERY_CODE = "*"
OUTCOME_NONE, OUTCOME_UNCODABLE = "none", "uncodable"


class CodebookError(ValueError):
    """Say what is wrong in a codebook file, where, and what would be right."""

    def __init__(self, sentence: str, *, path: str = "", line: int | None = None, column: int | None = None) -> None:
        self.sentence, self.path, self.line, self.column = sentence, path, line, column
        place = path or (f"Line {line}, column {column}" if line and column else f"Line {line}" if line else "")
        super().__init__(f"{place}: {sentence}" if place else sentence)


@dataclass(frozen=True, slots=True)
class ExampleDraft:
    """One example of a code: who says it, the words, and how marked it is."""

    role: str
    text: str
    rating: int | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeDraft:
    """One code; `family` is the key of its family, no roles means every role."""

    key: str
    name: str
    family: str
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    examples: tuple[ExampleDraft, ...] = ()
    roles: tuple[str, ...] = ()
    rated: bool = False
    color: str = ""
    letter: str = ""
    rest: Mapping[str, Any] = field(default_factory=dict)

    def applies_to(self, role: str) -> bool:
        """Say whether the code may be given to a segment of this speaker role."""
        return not self.roles or role in self.roles


@dataclass(frozen=True, slots=True)
class FamilyDraft:
    """One family of codes; an exclusive one takes at most one of its codes per segment."""

    key: str
    name: str
    definition: str = ""
    color: str = ""
    exclusive: bool = False
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RatingDraft:
    """The scale on which given codes are rated, both bounds included."""

    name: str
    type: str
    minimum: int
    maximum: int
    anchors: Mapping[int, str] = field(default_factory=dict)
    required: bool = False
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AttributeDraft:
    """A question asked about a given code; no `applies_to` means every code."""

    id: str
    type: str
    values: Mapping[str, str] = field(default_factory=dict)
    applies_to: tuple[str, ...] = ()
    required: bool = False
    default: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)

    def asked_of(self, code: CodeDraft) -> bool:
        """Say whether the attribute is asked when this code is given."""
        return not self.applies_to or bool({EVERY_CODE, code.key, code.family} & set(self.applies_to))

    @property
    def allowed(self) -> tuple[str, ...]:
        """List the values it may take; none listed means free text."""
        if self.values:
            return tuple(self.values)
        if self.minimum is None or self.maximum is None:
            return ()
        return tuple(str(number) for number in range(self.minimum, self.maximum + 1))


@dataclass(frozen=True, slots=True)
class CodebookDraft:
    """A whole codebook; `rest` keeps every part of the file that is not modelled."""

    key: str
    version: str
    title: str
    families: tuple[FamilyDraft, ...] = ()
    codes: tuple[CodeDraft, ...] = ()
    rating: RatingDraft | None = None
    attributes: tuple[AttributeDraft, ...] = ()
    exclusive_codes: tuple[str, ...] = ()
    max_codes_per_turn: int | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def outcomes(self) -> dict[str, str]:
        """
        Say which outcome of a judgement each exclusive code stands for.

        NRM is “none applies” and UNC is “uncodable” wherever they stand; other keys take what is left, in this order.
        """
        known = {"NRM": OUTCOME_NONE, "UNC": OUTCOME_UNCODABLE}
        found = {key: known[key] for key in self.exclusive_codes if key in known}
        left = [outcome for outcome in known.values() if outcome not in found.values()]
        others = [key for key in self.exclusive_codes if key not in known]
        return found | dict(zip(others, left, strict=False))
