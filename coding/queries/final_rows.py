"""The final column of one segment: what an adjudicator may keep of it, and what simple rules would propose."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coding.models import Adjudication, Judgement
from coding.queries.adjudication import Case
from coding.queries.palette import AskedAttribute, Palette, PaletteCode
from coding.queries.segment_votes import CodeVotes, Given

RULES = {"majority": "Majority", "mean": "Mean"}


@dataclass(frozen=True, slots=True)
class Kept:
    """One code as it would stand in the final layer."""

    rating: int | None = None
    spans: tuple[tuple[int, int], ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def marks(self) -> str:
        """Write the spans as a form sends them: 0-12;30-41."""
        return ";".join(f"{start}-{end}" for start, end in self.spans)


@dataclass(frozen=True, slots=True)
class FinalSet:
    """A whole answer: codes, or an outcome; empty says nothing."""

    codes: Mapping[str, Kept]
    outcome: str = ""

    def __bool__(self) -> bool:
        return bool(self.codes or self.outcome)

    @property
    def as_json(self) -> str:
        """Write the set for the page, which takes it over at the press of a key."""
        codes = {
            key: {"rating": kept.rating, "spans": kept.marks, "attributes": dict(kept.attributes)}
            for key, kept in self.codes.items()
        }
        return json.dumps({"codes": codes, "outcome": self.outcome}, sort_keys=True)


@dataclass(frozen=True, slots=True)
class FinalRow:
    """One code with what everybody said of it, and with what is kept."""

    code: PaletteCode
    votes: CodeVotes | None
    kept: Kept | None
    attributes: tuple[tuple[AskedAttribute, str], ...]

    @property
    def rating(self) -> int | None:
        """Give the rating that is chosen: what is kept, else what was given most often."""
        if self.kept is not None:
            return self.kept.rating
        return _most_often(vote.rating for vote in _givers(self.votes))

    @property
    def marks(self) -> str:
        """Give the words that are chosen as evidence, as the form sends them."""
        return self.kept.marks if self.kept else ""


def final_rows(case: Case, book: Palette, stands: FinalSet) -> tuple[list[FinalRow], list[FinalRow]]:
    """Give the codes that somebody gave or that are kept, and the others that apply to this speaker."""
    votes = {line.key: line for line in case.codes if line.key}
    role = case.segment.speaker.role_id
    first: list[FinalRow] = []
    others: list[FinalRow] = []
    for code in sorted(book.codes.values(), key=lambda code: code.order):
        if code.outcome or not (code.applies_to(role) or code.key in votes):
            continue
        row = _row(code, votes.get(code.key), stands.codes.get(code.key))
        (first if row.votes or row.kept else others).append(row)
    return first, others


def _row(code: PaletteCode, votes: CodeVotes | None, kept: Kept | None) -> FinalRow:
    said = dict(kept.attributes) if kept else {}
    attributes = []
    for asked in code.attributes:
        given = {dict(vote.said).get(asked.key, "") for vote in _givers(votes)}
        shared = given.pop() if len(given) == 1 else ""
        attributes.append((asked, said.get(asked.key) or shared or asked.default))
    return FinalRow(code, votes, kept, tuple(attributes))


def _givers(votes: CodeVotes | None) -> list[Given]:
    return [vote for vote in votes.votes if vote is not None and vote.is_given] if votes else []


def answer_set(answer: Adjudication | None) -> FinalSet:
    """Give a stored answer as a set; one that was left open or taken back keeps nothing."""
    if answer is None:
        return FinalSet({})
    codes = {
        coding.code.key: Kept(
            coding.rating,
            tuple(sorted((mark.start, mark.end) for mark in coding.evidence.all())),
            tuple(sorted((part.attribute.key, part.value) for part in coding.attributes.all())),
        )
        for coding in answer.codings.all()
    }
    return FinalSet(codes, answer.outcome or "")


def raters_set(case: Case, place: int) -> FinalSet:
    """Give the whole set of the rater under one letter."""
    codes = {}
    for line in case.codes:
        vote = line.votes[place]
        if line.key and vote is not None and vote.is_given:
            codes[line.key] = Kept(vote.rating, vote.spans, vote.said)
    outcome = case.judgements[place].outcome or ("" if codes else Judgement.Outcome.NONE)
    return FinalSet(codes, outcome)


def proposed(rule: str, case: Case, book: Palette) -> FinalSet:
    """
    Say what a rule proposes; nothing where it does not settle the segment.

    Majority: each code that more than half of those gave who could, with the rating most of them gave. Mean: each code
    whose mean rating, absent being 0 and a code without scale 1, is at least a half, with that mean rounded half up.
    """
    number = len(case.judgements)
    uncodable = sum(one.outcome == Judgement.Outcome.UNCODABLE for one in case.judgements)
    if number and uncodable * 2 > number:
        return FinalSet({}, Judgement.Outcome.UNCODABLE)
    codes = {}
    for line in case.codes:
        if line.key and (kept := _proposed(rule, line, book)) is not None:
            codes[line.key] = kept
    if _clash(codes, book):
        return FinalSet({})
    if not codes and _nobody_in_doubt(rule, case.codes, case.judgements):
        return FinalSet({}, Judgement.Outcome.NONE)
    return FinalSet(codes)


def _proposed(rule: str, line: CodeVotes, book: Palette) -> Kept | None:
    voters = [vote for vote in line.votes if vote is not None]
    givers = [vote for vote in voters if vote.is_given]
    if rule == "majority":
        if len(givers) * 2 <= len(voters):
            return None
        return Kept(_most_often(vote.rating for vote in givers), (), _shared(givers))
    rated = book.codes[line.key].rated and bool(book.rating_name)
    total = sum((vote.rating or book.lowest) if rated else 1 for vote in givers)
    if not voters or total * 2 < len(voters):
        return None
    mean = int((2 * total + len(voters)) // (2 * len(voters)))
    return Kept(min(max(mean, book.lowest), book.highest) if rated else None, (), _shared(givers))


def _shared(givers: Sequence[Given]) -> tuple[tuple[str, str], ...]:
    """Keep what all of them said of the code."""
    said = [set(vote.said) for vote in givers]
    return tuple(sorted(set.intersection(*said))) if said else ()


def _most_often(ratings: Iterable[int | None]) -> int | None:
    """Give the rating given most often; of several the lowest."""
    counts = Counter(rating for rating in ratings if rating is not None)
    return min(counts, key=lambda rating: (-counts[rating], rating)) if counts else None


def _clash(codes: Mapping[str, Kept], book: Palette) -> bool:
    """Tell whether two codes exclude each other, or there are more than the codebook allows."""
    families = [book.codes[key].family for key in codes if book.codes[key].exclusive]
    return len(set(families)) < len(families) or (book.limit is not None and len(codes) > book.limit)


def _nobody_in_doubt(rule: str, codes: Sequence[CodeVotes], judgements: Sequence[Judgement]) -> bool:
    """Tell whether the rule leaves out every code, and not because votes are tied."""
    if not judgements:
        return False
    if rule == "mean":
        return True
    lines = [line for line in codes if line.key]
    return all(2 * len(_givers(line)) != len([vote for vote in line.votes if vote is not None]) for line in lines)
