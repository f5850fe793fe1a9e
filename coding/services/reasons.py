"""Reasons that stay with what was done."""

from __future__ import annotations

from workbench.accounts.refusals import Refusal

LONGEST_REASON = 500


class ReasonMissing(Refusal):
    code = "reason_missing"


def reason_of(reason: str, sentence: str) -> str:
    """Give a reason without the space around it; raises ReasonMissing with the sentence when nothing is said."""
    words = reason.strip()
    if not words:
        raise ReasonMissing(sentence)
    if len(words) > LONGEST_REASON:
        raise ReasonMissing(f"The reason is too long: {LONGEST_REASON} characters at most.")
    return words
