"""Rounds large enough for intervals, made in a few statements."""

from __future__ import annotations

import random

from django.utils import timezone

from coding.models import CodebookVersion, Coding, Judgement, Round
from tests.factories import close, make_round, make_transcript
from transcripts.models import Membership, Segment, Study, Transcript


def make_transcripts(study: Study, number: int, segments: int = 12) -> list[Transcript]:
    return [make_transcript(study, segments) for _ in range(number)]


def make_coded(
    version: CodebookVersion,
    transcripts: list[Transcript],
    raters: list[Membership],
    *,
    clarity: float,
    seed: int,
    codes: tuple[str, ...] = ("PULL-APP", "PULL-DEF"),
    name: str = "",
) -> Round:
    """A closed round in which each code is meant on some turns, and each rater sees it with that clarity."""
    rng = random.Random(seed)
    round_ = make_round(version, transcripts, raters, name)
    known = {code.key: code for code in version.codes.all()}
    meant = {
        segment.pk: {code for code in codes if rng.random() < 0.35}
        for segment in Segment.objects.filter(revision__transcript__in=transcripts).order_by("pk")
    }
    judgements, codings = [], []
    for assignment in round_.assignments.order_by("transcript__name", "rater__label"):
        for segment in Segment.objects.filter(revision=assignment.revision_id).order_by("position"):
            given = [code for code in codes if (rng.random() < clarity) == (code in meant[segment.pk])]
            judgement = Judgement(
                study_id=assignment.study_id,
                version_id=assignment.version_id,
                revision_id=assignment.revision_id,
                assignment=assignment,
                segment=segment,
                outcome=None if given else Judgement.Outcome.NONE,
                finished_at=timezone.now(),
            )
            judgements.append(judgement)
            codings += [
                Coding(
                    version_id=version.pk,
                    judgement=judgement,
                    code=known[code],
                    rating=rng.choice([1, 2, 3]) if known[code].rated else None,
                )
                for code in given
            ]
    Judgement.objects.bulk_create(judgements)
    Coding.objects.bulk_create(codings)
    close(round_)
    return round_
