"""How codings under earlier versions are read under a later one; no coding is ever rewritten."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding import access
from coding.models import Assignment, Code, CodebookVersion, Coding, Judgement, Round
from coding.queries.mapping import Reading, readings
from coding.queries.to_review import ToReview
from coding.services import change_notes, codebooks, drafts
from tests.factories import StudyWorld, close, judge, make_transcript
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(world: StudyWorld) -> User:
    assert world.coordinator.user is not None
    return world.coordinator.user


@pytest.fixture
def coded(world: StudyWorld) -> Round:
    """A closed round in which two raters gave three codes."""
    round_ = world.round()
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 1, "PULL-APP", "PULL-DEF")
        judge(assignment, 2, "ST-WARM")
    close(round_)
    return round_


def next_version(user: User, version: CodebookVersion, name: str, **kinds: Any) -> CodebookVersion:
    """The next version: for each code (its hyphen an underscore) what became of it, and where it leads."""
    draft = codebooks.new_draft(user=user, version=version, name=name)
    for word, said in kinds.items():
        key, (kind, *into) = word.replace("_", "-"), said.split()
        code = Code.objects.get(version=draft, key=key)
        if kind in ("reworded", "redefined"):
            Code.objects.filter(pk=code.pk).update(definition=f"{code.definition} {name}")
        if kind in ("retired", "merged"):
            drafts.remove_code(user=user, version=draft, code=code)
        change_notes.decide(user=user, version=draft, key=key, kind=kind, into=into)
    return codebooks.publish_stored(draft, user=user)


def reading(user: User, version: CodebookVersion, key: str, of: str = "") -> Reading:
    return next(one for one in readings(user, version) if one.key == key and of in ("", one.version.name))


def test_each_code_is_read_by_what_became_of_it(world: StudyWorld, coordinator: User, coded: Round) -> None:
    version = next_version(
        coordinator, world.version, "2", PULL_APP="reworded", PULL_DEF="merged PULL-APP",
        NAM_DIS="split NAM-DIS PULL-APP", ST_WARM="retired",
    )  # fmt: skip

    found = {one.key: (one.into, one.is_safe, one.codings) for one in readings(coordinator, version)}

    assert found == {
        "PULL-APP": (("PULL-APP",), True, 2),
        "PULL-DEF": (("PULL-APP",), False, 2),
        # In the order of the codebook, whichever was said first.
        "NAM-DIS": (("PULL-APP", "NAM-DIS"), False, 0),
        "ST-WARM": ((), False, 2),
        # Its family takes one code at most: without the other one it is given elsewhere.
        "ST-COOL": (("ST-COOL",), False, 0),
    }


def test_codes_are_followed_over_several_versions(world: StudyWorld, coordinator: User, coded: Round) -> None:
    second = next_version(coordinator, world.version, "2", PULL_APP="reworded", PULL_DEF="redefined")
    third = next_version(coordinator, second, "3", PULL_APP="merged PULL-DEF")

    assert reading(coordinator, third, "PULL-APP", of=world.version.name).kinds == ("reworded", "merged")
    assert reading(coordinator, third, "PULL-APP", of="2").into == ("PULL-DEF",)
    assert reading(coordinator, third, "PULL-DEF", of=world.version.name).became == "redefined"
    assert reading(coordinator, third, "PULL-DEF", of="2").is_safe


def test_a_draft_says_what_is_undecided(world: StudyWorld, coordinator: User, coded: Round) -> None:
    draft = codebooks.new_draft(user=coordinator, version=world.version, name="2")
    Code.objects.filter(version=draft, key="PULL-APP").update(definition="Other words.")

    assert (reading(coordinator, draft, "PULL-APP").became, reading(coordinator, draft, "ST-WARM").is_safe) == (
        "not decided yet",
        True,
    )


def test_the_list_names_the_segments_and_no_coding_changes(
    world: StudyWorld, coordinator: User, coded: Round, client: Client
) -> None:
    before = list(Coding.objects.order_by("pk").values_list())
    version = next_version(coordinator, world.version, "2", PULL_DEF="redefined")
    client.force_login(coordinator)
    at = f"/studies/{world.study.slug}/codebooks/{version.pk}/mapping/"

    shown = client.get(at).content.decode()
    listed = client.get(f"{at}review/?code=PULL-DEF").content.decode()
    safe = client.get(f"{at}review/?code=PULL-APP").content.decode()
    api = client.get(f"/api/v1{at}review/?code=PULL-DEF").json()

    assert "Of 6 codings under earlier versions, 4 can be read as codings of 2; 2 are to be looked at again." in shown
    assert "Turn 1 of the hour." in listed
    assert listed.count("segment 1</a>") == 1
    assert all(f"<b>{label}</b>" in listed for label in ("rater_a", "rater_b"))
    assert "Nothing to look at again" in safe
    assert [(row["segment"], row["rater"], row["round"]) for row in api["results"]] == [
        (1, "rater_a", coded.name),
        (1, "rater_b", coded.name),
    ]
    assert list(Coding.objects.order_by("pk").values_list()) == before


def test_nobody_reads_what_they_are_blind_to(
    world: StudyWorld, coordinator: User, coded: Round, client: Client
) -> None:
    """Open rounds count for nobody, and of a transcript that they code a coordinator sees nothing."""
    version = next_version(coordinator, world.version, "2", PULL_DEF="redefined")
    elsewhere = make_transcript(world.study)
    still_open = world.round(transcripts=[elsewhere])
    judge(Assignment.objects.get(round=still_open, rater=world.rater), 1, "PULL-DEF")
    client.force_login(coordinator)
    at = f"/studies/{world.study.slug}/codebooks/{version.pk}/mapping/"

    assert reading(coordinator, version, "PULL-DEF").codings == 2
    world.round(raters=[world.coordinator])
    assert reading(coordinator, version, "PULL-DEF").codings == 0
    assert not len(ToReview(coordinator, version, "PULL-DEF", readings(coordinator, version)))
    assert "1 transcript is left out here" in client.get(at).content.decode()
    assert client.get(f"/api/v1{at}review/?code=PULL-DEF").json()["count"] == 0


def test_the_rule_agrees_with_that_for_judgements(world: StudyWorld, coordinator: User, coded: Round) -> None:
    world.round(transcripts=[make_transcript(world.study)])
    everybody = [world.coordinator, world.rater, world.adjudicator, world.reader]
    for user in [*(member.user for member in everybody), world.stranger]:
        assert user is not None
        read = set(Assignment.objects.filter(access.assignments_read_by(user)).values_list("pk", flat=True))
        shown = Judgement.objects.filter(access.judgements_open_to(user), assignment__round__closed_at__isnull=False)
        others = set(shown.exclude(assignment__rater__user=user).values_list("assignment", flat=True))
        assert {pk for pk in read if Judgement.objects.filter(assignment=pk).exists()} >= others
        assert bool(read) == (user in {world.coordinator.user, world.adjudicator.user, world.reader.user})


def test_a_first_version_reads_nothing_on(world: StudyWorld, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)

    assert (
        "first version"
        in client.get(f"/studies/{world.study.slug}/codebooks/{world.version.pk}/mapping/").content.decode()
    )


def test_more_codings_cost_no_more_queries(world: StudyWorld, coordinator: User, coded: Round, client: Client) -> None:
    version = next_version(coordinator, world.version, "2", PULL_DEF="redefined")
    client.force_login(coordinator)
    at = f"/studies/{world.study.slug}/codebooks/{version.pk}/mapping/"

    def cost() -> list[int]:
        found = []
        for path in (at, f"{at}review/?code=PULL-DEF"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return found

    before = cost()
    more = world.round(transcripts=[make_transcript(world.study, 20)])
    for assignment in more.assignments.select_related("version"):
        for position in range(1, 21):
            judge(assignment, position, "PULL-DEF")
    close(more)

    assert cost() == before


def test_pages_of_any_size_put_together_are_the_list(world: StudyWorld, coordinator: User, coded: Round) -> None:
    longer = world.round(transcripts=[make_transcript(world.study, 9), make_transcript(world.study, 3)])
    for assignment in longer.assignments.select_related("version", "revision"):
        for position in range(1, assignment.revision.segments.count() + 1, 2):
            judge(assignment, position, "PULL-DEF")
    close(longer)
    version = next_version(coordinator, world.version, "2", PULL_DEF="redefined")
    listed = ToReview(coordinator, version, "PULL-DEF", readings(coordinator, version))
    whole = listed[:]

    assert len(listed) == len(whole) == 2 + 2 * (5 + 2)
    assert whole == sorted(whole, key=lambda row: (row.transcript, row.position, row.rater))
    for size in range(1, len(whole) + 2):
        assert [row for start in range(0, len(whole), size) for row in listed[start : start + size]] == whole
    assert listed[len(whole) :] == []
    assert [listed[place] for place in (0, 3, -1)] == [whole[place] for place in (0, 3, -1)]
