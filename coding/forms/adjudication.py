"""What the page of adjudication sends: codes to keep with what belongs to them, or an outcome; rule and reason."""

from __future__ import annotations

import re

from django.http import QueryDict

from coding.models import Adjudication
from coding.services.final_answers import Answer, AnswerNotPossible, FinalCoding

_SPANS = re.compile(r"(\d{1,7})-(\d{1,7})")


def answer_of(data: QueryDict) -> Answer:
    """Read the answer, or raise AnswerNotPossible where a field holds what no page sends."""
    codes = list(dict.fromkeys(data.getlist("keep")))
    return Answer(
        codings=tuple(_coding(data, code) for code in codes),
        outcome=data.get("outcome", ""),
        rule=data.get("rule") or Adjudication.Rule.THIRD_RATER,
        cause=data.get("cause", ""),
        reason=data.get("reason", "").replace("\r\n", "\n"),
    )


def _coding(data: QueryDict, code: str) -> FinalCoding:
    rating = data.get(f"rating.{code}", "")
    if rating and not (rating.isascii() and rating.isdigit() and len(rating) < 5):
        raise AnswerNotPossible(f"“{rating}” is no rating.")
    marks = data.get(f"spans.{code}", "")
    spans = [_SPANS.fullmatch(mark) for mark in marks.split(";") if mark]
    if not all(spans):
        raise AnswerNotPossible("The marked words are not offsets such as 0-12;30-41.")
    prefix = f"attribute.{code}."
    attributes = {
        name.removeprefix(prefix): data.get(name, "") for name in data if name.startswith(prefix) and data.get(name)
    }
    found = tuple((int(span[1]), int(span[2])) for span in spans if span)
    return FinalCoding(code, int(rating) if rating else None, found, attributes)


def number_of(data: QueryDict, name: str) -> int:
    """Read a whole number that the page keeps in a hidden field; 0 where there is none that could be one."""
    value = data.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else 0
