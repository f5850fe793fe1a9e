"""
How codings under earlier versions of a codebook are read under a later one.

Codings never move and are never copied (law 7): what is safe is read as the same code, along the change notes of each
version on the way; the rest is a list for people to look at again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.core.cache import caches
from django.db.models import Count, QuerySet

from coding import access
from coding.models import Assignment, ChangeNote, Code, CodebookVersion, Coding
from coding.queries.change_notes import Fate, fates
from coding.queries.definition_changes import GONE
from coding.queries.lineage import STILL_THE_SAME, with_successors
from workbench.accounts.models import User

Kind = ChangeNote.Kind
UNDECIDED, UNDECIDED_WORDS = "undecided", "not decided yet"


@dataclass(frozen=True, slots=True)
class Reading:
    """How codings of one code of an earlier version are read: as which codes, and whether that is safe."""

    version: CodebookVersion
    key: str
    name: str
    slot: str
    into: tuple[str, ...]
    kinds: tuple[str, ...]
    #: How many codings stand in each transcript, by the transcript's id.
    by_transcript: Mapping[int, int] = field(default_factory=dict)

    @property
    def codings(self) -> int:
        """Count its codings."""
        return sum(self.by_transcript.values())

    @property
    def is_safe(self) -> bool:
        """Tell whether a coding may be read as one of the later code without another look."""
        return all(kind in STILL_THE_SAME for kind in self.kinds)

    @property
    def leads_elsewhere(self) -> bool:
        """Tell whether it is read as any code but itself."""
        return bool(self.into) and self.into != (self.key,)

    @property
    def became(self) -> str:
        """Say what happened to the code on the way, the telling steps only."""
        told = [
            UNDECIDED_WORDS if kind == UNDECIDED else kind for kind in dict.fromkeys(self.kinds) if kind != Kind.SAME
        ]
        return ", then ".join(told) or "the same"


def earlier_versions(version: CodebookVersion) -> list[CodebookVersion]:
    """Give the versions that this one comes from, the latest first."""
    rows = CodebookVersion.objects.filter(codebook=version.codebook_id).select_related("codebook", "study")
    known = {row.pk: row for row in rows}
    found: list[CodebookVersion] = []
    before = version.predecessor_id
    while before is not None:
        found.append(known[before])
        before = known[before].predecessor_id
    return found


def readings(user: User, version: CodebookVersion) -> list[Reading]:
    """Say for each code of each earlier version how it is read, and of how many codings; a fixed number of queries."""
    earlier = earlier_versions(version)
    steps = _steps([version, *earlier[:-1]])
    counts = _counts(user, version, earlier)
    found = []
    codes = Code.objects.filter(version__in=earlier, outcome="").select_related("family").order_by("position")
    by_version: dict[int, list[Code]] = defaultdict(list)
    for code in codes:
        by_version[code.version_id].append(code)
    for place, old in enumerate(earlier):
        way = [steps[later.pk] for later in reversed([version, *earlier[:place]])]
        for code in by_version[old.pk]:
            reading = _along(way, Reading(old, code.key, code.name, code.family.slot, (code.key,), ()))
            found.append(replace(reading, by_transcript=counts.get(code.pk, {})))
    return found


Step = Mapping[str, tuple[str, tuple[str, ...]]]


def _steps(versions: Sequence[CodebookVersion]) -> dict[int, Step]:
    """Give for each version what became of the codes before it: the kind, and the codes that it leads to."""
    found: dict[int, dict[str, tuple[str, tuple[str, ...]]]] = {one.pk: {} for one in versions}
    published = [one.pk for one in versions if one.is_published]
    rows = ChangeNote.objects.filter(version__in=published).exclude(old_code=None).select_related("old_code")
    for note in rows.prefetch_related(with_successors()):
        key = note.old_code.key if note.old_code else ""
        found[note.version_id][key] = (
            note.kind,
            _targets(key, note.kind, tuple(successor.code.key for successor in note.successors.all())),
        )
    for draft in versions:
        if not draft.is_published:
            found[draft.pk] = {
                fate.key: (fate.kind or UNDECIDED, _targets(fate.key, fate.kind or _meanwhile(fate), fate.into))
                for fate in fates(draft)
            }
    return dict(found)


def _meanwhile(fate: Fate) -> str:
    """Say how a code is followed while nobody decided: to itself, unless it is gone."""
    return Kind.RETIRED if fate.compared.status == GONE else Kind.REDEFINED


def _targets(key: str, kind: str, into: tuple[str, ...]) -> tuple[str, ...]:
    if kind in (Kind.SPLIT, Kind.MERGED):
        return into
    return () if kind == Kind.RETIRED else (key,)


def _along(way: Sequence[Step], reading: Reading) -> Reading:
    """Follow a code from step to step; where it leads to several, all of them are followed."""
    into, kinds = reading.into, reading.kinds
    for step in way:
        taken = [step.get(key, (UNDECIDED, (key,))) for key in into]
        kinds = (*kinds, *(kind for kind, _ in taken))
        into = tuple(dict.fromkeys(target for _, targets in taken for target in targets))
    return replace(reading, into=into, kinds=kinds)


def _counts(user: User, version: CodebookVersion, earlier: Sequence[CodebookVersion]) -> dict[int, dict[int, int]]:
    """
    Count the codings of each code that are results for the person, in each transcript.

    Results are of closed rounds, where nothing moves any more: the counts are kept under the assignments that they
    stand in.
    """
    versions = [one.pk for one in earlier]
    stand_in = list(_read_by(user, version, versions).order_by("pk").values_list("pk", "submitted_at"))
    key = hashlib.sha256(f"{stand_in}".encode()).hexdigest()

    def count() -> dict[int, dict[int, int]]:
        found: dict[int, dict[int, int]] = defaultdict(dict)
        rows = codings_of(user, version, versions).values_list("code", "judgement__assignment__transcript")
        for code, transcript, n in rows.annotate(n=Count("*")).order_by():
            found[code][transcript] = n
        return dict(found)

    return caches["results"].get_or_set(f"codes-by-transcript-{key}", count) or {}


def _read_by(user: User, version: CodebookVersion, versions: Sequence[int]) -> QuerySet[Assignment]:
    return Assignment.objects.filter(access.assignments_read_by(user), study=version.study_id, version__in=versions)


def codings_of(user: User, version: CodebookVersion, versions: Sequence[int]) -> QuerySet[Coding]:
    """Give the codings under some versions that are results for the person."""
    found: QuerySet[Coding] = Coding.objects.filter(
        judgement__assignment__in=_read_by(user, version, versions).values("pk"), judgement__finished_at__isnull=False
    )
    return found


def left_out(user: User, version: CodebookVersion, versions: Sequence[int]) -> int:
    """Count the transcripts coded under these versions that the person still codes, and hence reads nothing of."""
    rows = Assignment.objects.filter(access.blind_to(user, "transcript_id"), study=version.study_id)
    return rows.filter(version__in=versions, withdrawn_at=None).values("transcript").distinct().count()


def sentence(version: CodebookVersion, found: Sequence[Reading]) -> str:
    """Say how much of what was coded before can be read under this version."""
    total = sum(one.codings for one in found)
    again = sum(one.codings for one in found if not one.is_safe)
    if not total:
        return f"Nothing that you may read was coded under a version before {version.name}."
    if not again:
        return f"All {total:,} codings under earlier versions can be read as codings of {version.name}."
    rest = f"{again:,} {'is' if again == 1 else 'are'} to be looked at again"
    kept = f"{total - again:,} can be read as codings of {version.name}"
    return f"Of {total:,} codings under earlier versions, {kept}; {rest}."
