"""Training in a large team's study: 12 raters on 20 practice transcripts of 300 turns, gold, and a criterion."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import Line, Report, once

if TYPE_CHECKING:
    from coding.models import Assignment, Round
    from transcripts.models import Study
    from workbench.accounts.models import User

TRANSCRIPTS = 20
EXPERTS = "gold"


def train(report: Report, boss: User, study: Study, expert: bytes) -> Round:
    """Make the round, have everybody code it, and say an expert's codings for gold."""
    from coding.models import Round
    from coding.services.codings_import import read_file, store_codings
    from coding.services.criteria import CriterionDraft
    from coding.services.gold import say_gold
    from coding.services.rounds import Share, create_round
    from coding.services.submission import submit
    from transcripts.models import Membership

    store_codings(study=study, round_name=EXPERTS, draft=read_file(expert))
    source = Round.objects.get(study=study, name=EXPERTS)
    golden = list(source.assignments.select_related("transcript").order_by("transcript__name"))
    raters = list(Membership.objects.filter(study=study, label__startswith="rater_").order_by("label"))
    round_ = create_round(
        user=boss, study=study, name="training", kind="training", version=source.version,
        shares=[Share(one.transcript, raters) for one in golden],
        criterion=CriterionDraft(threshold=Decimal("0.5"), in_a_row=3),
    )  # fmt: skip
    for one in golden:
        say_gold(user=boss, round_=round_, transcript=one.transcript, assignment=one)
    seconds = 0.0
    places = round_.assignments.select_related("rater__user", "version", "transcript").order_by("place")
    for number, assignment in enumerate(places):
        _judge_all(assignment, source, random.Random(number))
        user = assignment.rater.user
        assert user is not None
        pk = assignment.pk
        seconds += once(lambda user=user, pk=pk: submit(user=user, assignment_id=pk))  # type: ignore[misc]
    report.add(Line("handing in a practice transcript, mean", "ms", seconds / len(raters) / TRANSCRIPTS * 1e3))
    return round_


def _judge_all(assignment: Assignment, source: Round, chance: random.Random) -> None:
    """Give each turn one code: that of the gold, or in three of ten another."""
    from django.utils import timezone

    from coding.models import Coding, Judgement

    codes = list(assignment.version.codes.filter(outcome="").order_by("position"))
    gold = Coding.objects.filter(
        judgement__assignment__round=source, judgement__assignment__transcript=assignment.transcript_id
    )
    given = list(gold.order_by("judgement__segment__position").values_list("judgement__segment", "code"))
    judged = Judgement.objects.bulk_create(
        Judgement(
            study_id=assignment.study_id, version_id=assignment.version_id, revision_id=assignment.revision_id,
            assignment=assignment, segment_id=segment, finished_at=timezone.now(),
        )
        for segment, _ in given
    )  # fmt: skip
    known = {code.pk: code for code in codes}
    chosen = [known[code] if chance.random() < 0.7 else chance.choice(codes) for _, code in given]
    Coding.objects.bulk_create(
        Coding(version_id=one.version_id, judgement=one, code=code, rating=2 if code.rated else None)
        for one, code in zip(judged, chosen, strict=True)
    )
