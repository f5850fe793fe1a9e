"""Decisions: a yes, or a no with the sentence that the person will read."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one question about access; false when it is a no."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Decision(True)


def no(reason: str) -> Decision:
    """Say no, with the sentence that the person will read."""
    return Decision(False, reason)


def require(decision: Decision) -> None:
    """Raise PermissionDenied with the reason unless the decision is a yes."""
    if not decision:
        raise PermissionDenied(decision.reason)
