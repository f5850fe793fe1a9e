"""Law 6: every number stands under a name of its own, whatever people call their codes and raters."""

from __future__ import annotations

from coding.formats.drafts import CodebookDraft, CodeDraft, FamilyDraft
from coding.queries.reliability import reliability_of
from tests.factories import StudyWorld, close, judge, make_member, make_round, make_version

ODD = CodebookDraft(
    key="odd",
    version="1",
    title="Odd keys",
    families=(FamilyDraft(key="F", name="F"),),
    codes=tuple(CodeDraft(key=key, name=key, family="F") for key in ("NRM", "_NRM", "nan", "A|B")),
)


def test_none_applies_never_takes_the_place_of_a_real_code(world: StudyWorld) -> None:
    version = make_version(world.study, ODD)
    round_ = make_round(version, [world.transcript], [world.rater, world.other_rater])
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 1, "_NRM")
        judge(assignment, 2, "nan")
    close(round_)

    cells = {cell.key: cell for cell in reliability_of(round_).codes}

    assert len(cells) == 5
    assert [share.given for share in cells["_NRM"].shares] == [1, 1]


def test_two_pairs_of_raters_never_share_a_name(world: StudyWorld) -> None:
    raters = [make_member(world.study, "rater", label) for label in ("a", "a|b", "b|c", "c")]
    round_ = make_round(world.version, [world.transcript], raters)
    for assignment in round_.assignments.select_related("version", "rater"):
        judge(assignment, 1, *(["ST-WARM"] if assignment.rater.label in ("a", "c") else []))
        judge(assignment, 2, *(["ST-WARM"] if assignment.rater.label == "c" else []))
    close(round_)

    report = reliability_of(round_)

    assert all(len(cell.pairs) == 6 for cell in report.codes)
