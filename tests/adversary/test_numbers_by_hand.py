"""Laws 1, 3 and 6: the reliability of any round, counted again from its rows by the slowest and plainest way."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from django.utils import timezone

from coding.models import Assignment, Judgement, Round
from coding.queries.reliability import reliability_of
from tests.factories import StudyWorld, close, judge, make_member, make_round, make_transcript, submit
from transcripts.models import Segment

THERAPIST_ONLY = {"NAM-DIS"}


def chance_round(world: StudyWorld, chance: random.Random) -> Round:
    """Have three raters code overlapping parts of three transcripts, with everything left out that may be."""
    raters = [world.rater, world.other_rater, make_member(world.study, "rater", "rater_c")]
    transcripts = [world.transcript, make_transcript(world.study, 6), make_transcript(world.study, 5)]
    round_ = make_round(world.version, transcripts, raters)
    gone = chance.choice(list(round_.assignments.all()))
    for assignment in round_.assignments.select_related("version").order_by("rater__label", "transcript__name"):
        for position in range(1, Segment.objects.filter(revision=assignment.revision_id).count() + 1):
            say(assignment, position, chance)
        if assignment.pk != gone.pk:
            submit(assignment)
    Assignment.objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now(), reason="ill")
    close(round_)
    return round_


def say(assignment: Assignment, position: int, chance: random.Random) -> None:
    kind = chance.random()
    if kind < 0.1:
        return
    if kind < 0.2:
        judge(assignment, position, outcome="uncodable", reason="noise")
    elif kind < 0.3:
        judge(assignment, position, "PULL-APP", finished_at=None)
    else:
        wanted = [
            code for code in ("PULL-APP", "PULL-DEF", chance.choice(["ST-WARM", "ST-COOL"])) if chance.random() < 0.4
        ]
        if position % 2 and chance.random() < 0.5:
            wanted.append("NAM-DIS")
        judge(assignment, position, *wanted)


def values_of(round_: Round, code: str) -> dict[int, dict[str, int]]:
    """Give each segment's values by rater, straight from the rows."""
    found: dict[int, dict[str, int]] = {}
    rows = Judgement.objects.filter(assignment__round=round_).select_related(
        "assignment__rater", "segment__speaker__role"
    )
    for row in rows:
        if not row.finished_at or not row.assignment.submitted_at or row.assignment.withdrawn_at:
            continue
        given = {coding.code.key for coding in row.codings.select_related("code")}
        if code == "UNC":
            value = int(row.outcome == "uncodable")
        elif row.outcome == "uncodable":
            continue
        elif code == "NRM":
            value = int(not given)
        elif code in THERAPIST_ONLY and row.segment.speaker.role.name != "therapist":
            continue
        else:
            value = int(code in given)
        found.setdefault(row.segment_id, {})[row.assignment.rater.label] = value
    return found


def alpha(units: list[list[int]]) -> float | None:
    """Krippendorff's nominal alpha as the textbook writes it: pairs within units against pairs at large."""
    pairable = [unit for unit in units if len(unit) > 1]
    values = Counter(value for unit in pairable for value in unit)
    total = sum(values.values())
    observed = sum(
        sum(one != other for i, one in enumerate(unit) for j, other in enumerate(unit) if i != j) / (len(unit) - 1)
        for unit in pairable
    )
    expected = sum(values[one] * values[other] for one in values for other in values if one != other) / (total - 1)
    return 1 - observed / expected if expected else None


@pytest.mark.parametrize("seed", range(4))
def test_every_code_counts_as_the_rows_say(world: StudyWorld, seed: int) -> None:
    round_ = chance_round(world, random.Random(seed))

    report = reliability_of(round_)

    assert {cell.key for cell in report.codes} == {
        "PULL-APP", "PULL-DEF", "NAM-DIS", "ST-WARM", "ST-COOL", "NRM", "UNC"
    }  # fmt: skip
    for cell in report.codes:
        values = values_of(round_, cell.key)
        units = [list(unit.values()) for unit in values.values()]
        by_hand = alpha(units)
        assert cell.units == sum(len(unit) > 1 for unit in units)
        assert cell.disputed == sum(len(set(unit)) > 1 for unit in units)
        assert {share.label: (share.given, share.judged) for share in cell.shares} == {
            label: (
                sum(unit.get(label, 0) for unit in values.values()),
                sum(label in unit for unit in values.values()),
            )
            for label in report.raters
        }
        measured = cell.results["krippendorff_alpha"].value
        assert (measured is None) == (by_hand is None)
        assert by_hand is None or measured == pytest.approx(by_hand)
        for pair, table in cell.pairs.items():
            one, two = pair.split("|")
            both = [(unit[one], unit[two]) for unit in values.values() if one in unit and two in unit]
            agree = sum(a == b for a, b in both) / len(both) if both else None
            measured = table["percent_agreement"].value if both else None
            assert measured == (None if agree is None else pytest.approx(agree))
