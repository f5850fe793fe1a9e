"""Rows with valid defaults, made the way the product makes them wherever a service does."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from coding.formats.drafts import CodebookDraft, CodeDraft, FamilyDraft, RatingDraft
from coding.models import AssignedSegment, Assignment, CodebookVersion, Coding, Judgement, Round
from coding.services.codebooks import store_codebook
from coding.services.rounds import Share, assign, store_round
from transcripts.models import Membership, Revision, Segment, Speaker, SpeakerRole, Study, Transcript
from workbench.accounts.models import User

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


def make_user(name: str = "", **fields: Any) -> User:
    name = name or f"person{next(_numbers)}"
    return User.objects.create_user(f"{name}@example.org", PASSWORD, name=name.title(), **fields)


def make_study(slug: str = "", **fields: Any) -> Study:
    slug = slug or f"study-{next(_numbers)}"
    study = Study.objects.create(slug=slug, title=fields.pop("title", slug.title()), **fields)
    SpeakerRole.objects.bulk_create(SpeakerRole(study=study, name=name) for name in ("patient", "therapist", "other"))
    return study


def make_member(study: Study, role: str, label: str = "", user: User | None = None, **fields: Any) -> Membership:
    label = label or f"{role}_{next(_numbers)}"
    if fields.get("kind", "person") == "person":
        user = user or make_user(f"{label}-{next(_numbers)}")
    return Membership.objects.create(study=study, role=role, label=label, user=user, **fields)


def make_transcript(study: Study, texts: int | list[str] = 4, name: str = "") -> Transcript:
    """A transcript whose odd turns are the therapist's and even ones the patient's."""
    texts = [f"Turn {number} of the hour." for number in range(1, texts + 1)] if isinstance(texts, int) else texts
    transcript = Transcript.objects.create(study=study, name=name or f"T-{next(_numbers)}")
    revision = Revision.objects.create(
        study=study, transcript=transcript, sha256="0" * 64, file_name="t.txt", file_size=1, layout="made for a test"
    )
    roles = {role.name: role for role in study.speaker_roles.all()}
    speakers = [
        Speaker.objects.create(study=study, revision=revision, label=role.title(), role=roles[role])
        for role in ("therapist", "patient")
    ]
    starts = itertools.accumulate((len(text) + 1 for text in texts), initial=0)
    Segment.objects.bulk_create(
        Segment(
            study=study,
            revision=revision,
            position=position,
            speaker=speakers[(position - 1) % 2],
            char_start=start,
            char_end=start + len(text),
            text=text,
        )
        for position, (text, start) in enumerate(zip(texts, starts, strict=False), start=1)
    )
    return transcript


SMALL_CODEBOOK = CodebookDraft(
    key="small",
    version="1.0",
    title="A small codebook",
    families=(
        FamilyDraft(key="PULL", name="Pull"),
        FamilyDraft(key="NAM", name="Naming"),
        FamilyDraft(key="STANCE", name="Stance", exclusive=True),
        FamilyDraft(key="ADM", name="Status"),
    ),
    codes=(
        CodeDraft(
            key="PULL-APP",
            name="Seeking approval",
            family="PULL",
            definition="Angles for the other's good opinion.",
            rated=True,
        ),
        CodeDraft(
            key="PULL-DEF", name="Deference", family="PULL", definition="Gives way without being asked.", rated=True
        ),
        CodeDraft(
            key="NAM-DIS",
            name="Disclosing the pull",
            family="NAM",
            definition="Says what the other makes one feel.",
            roles=("therapist",),
        ),
        CodeDraft(key="ST-WARM", name="Warm", family="STANCE", definition="Sounds warm."),
        CodeDraft(key="ST-COOL", name="Cool", family="STANCE", definition="Sounds cool."),
        CodeDraft(key="NRM", name="None applies", family="ADM"),
        CodeDraft(key="UNC", name="Uncodable", family="ADM"),
    ),
    rating=RatingDraft(name="intensity", type="ordinal", minimum=0, maximum=3, required=True),
    exclusive_codes=("NRM", "UNC"),
    max_codes_per_turn=3,
)


def make_version(study: Study, draft: CodebookDraft = SMALL_CODEBOOK, publish: bool = True) -> CodebookVersion:
    """A version under a name that is still free."""
    return store_codebook(
        study=study, draft=replace(draft, version=f"{draft.version}.{next(_numbers)}"), publish=publish, user=None
    )


def make_round(
    version: CodebookVersion, transcripts: list[Transcript], raters: list[Membership], name: str = "", **fields: Any
) -> Round:
    """An open round in which every rater codes every transcript."""
    name = name or f"Round {next(_numbers)}"
    round_ = store_round(study=version.study, name=name, kind="reliability", version=version, user=None, **fields)
    assign(round_, [Share(transcript=transcript, raters=raters) for transcript in transcripts])
    return round_


@transaction.atomic
def make_repeats(earlier: Assignment, positions: list[int], name: str = "") -> Assignment:
    """A drift check in which the rater of an earlier assignment is asked for some of its turns once more."""
    version = earlier.version
    name = name or f"Round {next(_numbers)}"
    round_ = store_round(study=version.study, name=name, kind="drift", version=version, user=None)
    (made,) = assign(round_, [Share(transcript=earlier.transcript, raters=[earlier.rater])])
    AssignedSegment.objects.bulk_create(
        AssignedSegment(
            study_id=made.study_id,
            version_id=made.version_id,
            revision_id=made.revision_id,
            assignment=made,
            segment=segment,
            purpose=AssignedSegment.Purpose.REPEAT,
        )
        for segment in Segment.objects.filter(revision=made.revision_id, position__in=positions)
    )
    return made


def judge(assignment: Assignment, position: int, *codes: str, rating: int | None = None, **fields: Any) -> Judgement:
    """A finished judgement of one turn; codes that are rated take the rating (2 when none is said)."""
    segment = Segment.objects.get(revision=assignment.revision_id, position=position)
    fields.setdefault("outcome", None if codes else Judgement.Outcome.NONE)
    judgement = Judgement.objects.create(
        study_id=assignment.study_id,
        version_id=assignment.version_id,
        revision_id=assignment.revision_id,
        assignment=assignment,
        segment=segment,
        finished_at=fields.pop("finished_at", timezone.now()),
        **fields,
    )
    for code in assignment.version.codes.filter(key__in=codes):
        Coding.objects.create(
            version_id=assignment.version_id,
            judgement=judgement,
            code=code,
            rating=(rating or 2) if code.rated else None,
        )
    return judgement


def submit(assignment: Assignment) -> None:
    """Hand an assignment in, past the service and its questions."""
    Assignment.objects.filter(pk=assignment.pk).update(submitted_at=timezone.now())
    assignment.refresh_from_db()


def close(round_: Round) -> None:
    """Submit what is open and close the round."""
    Assignment.objects.filter(round=round_, submitted_at=None, withdrawn_at=None).update(submitted_at=timezone.now())
    Round.objects.filter(pk=round_.pk).update(closed_at=timezone.now())
    round_.refresh_from_db()


@dataclass
class StudyWorld:
    """One study with everybody in it, and a stranger outside."""

    study: Study
    coordinator: Membership
    rater: Membership
    other_rater: Membership
    adjudicator: Membership
    reader: Membership
    stranger: User
    transcript: Transcript
    version: CodebookVersion

    def round(
        self, raters: list[Membership] | None = None, transcripts: list[Transcript] | None = None, **fields: Any
    ) -> Round:
        raters = raters or [self.rater, self.other_rater]
        return make_round(self.version, transcripts or [self.transcript], raters, **fields)

    def assignment(self, round_: Round, rater: Membership | None = None) -> Assignment:
        return Assignment.objects.get(round=round_, rater=rater or self.rater, transcript=self.transcript)


def make_world(slug: str = "") -> StudyWorld:
    study = make_study(slug)
    members = {role: make_member(study, role) for role in ("coordinator", "adjudicator", "reader")}
    return StudyWorld(
        study=study,
        coordinator=members["coordinator"],
        rater=make_member(study, "rater", "rater_a"),
        other_rater=make_member(study, "rater", "rater_b"),
        adjudicator=members["adjudicator"],
        reader=members["reader"],
        stranger=make_user(),
        transcript=make_transcript(study),
        version=make_version(study),
    )
