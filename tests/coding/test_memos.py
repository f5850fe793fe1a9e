"""Memos: whose they are, who reads them, and that whoever is blind to something reads none about it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coding import access
from coding.models import AdjudicationOpening, Assignment, Memo
from coding.services.memos import MemoChanged, MemoNotPossible, change_memo, write_memo
from tests.coding.test_adjudication import person
from tests.coding.test_adjudication_access import open_
from tests.coding.test_adjudication_pages import client
from tests.factories import StudyWorld, close, make_member, make_transcript, make_version, make_world
from transcripts.models import Membership, Segment
from workbench.accounts.models import User


def seen_by(member: Membership) -> set[str]:
    return set(Memo.objects.filter(access.memos_open_to(person(member))).values_list("text", flat=True))


def write(member: Membership, text: str, **about: Any) -> Memo:
    return write_memo(user=person(member), study=member.study, text=text, **about)


def test_a_memo_is_its_authors_until_it_is_shared(world: StudyWorld) -> None:
    memo = write(world.coordinator, "A doubt.", transcript=world.transcript)
    assert (seen_by(world.coordinator), seen_by(world.reader)) == ({"A doubt."}, set())

    change_memo(user=person(world.coordinator), memo_id=memo.pk, shared=True)

    assert seen_by(world.reader) == {"A doubt."}
    assert seen_by(world.rater) == set()


def test_each_code_leads_to_the_memos_about_it(world: StudyWorld) -> None:
    write(world.coordinator, "Too wide.", code=world.version.codes.get(key="PULL-APP"))
    book = reverse("codebook", args=[world.study.slug, world.version.pk])
    about = reverse("memos", args=[world.study.slug]) + "?code=PULL-APP"
    talk = reverse("discussion", args=[world.study.slug, world.version.pk, world.version.codes.get(key="PULL-APP").pk])

    assert f'href="{about}"' in client(world.rater).get(book).content.decode()
    assert f'href="{about}"' in client(world.coordinator).get(talk).content.decode()
    assert "Too wide." in client(world.coordinator).get(about).content.decode()


def test_whoever_codes_a_transcript_reads_no_memo_about_it_not_even_the_own(world: StudyWorld) -> None:
    write(world.reader, "Shared.", transcript=world.transcript, position=1, shared=True)
    write(world.coordinator, "Own.", transcript=world.transcript)
    round_ = world.round(raters=[world.coordinator])

    assert seen_by(world.coordinator) == set()
    assert not access.may_write_memo(person(world.coordinator), world.study, world.transcript)
    close(round_)
    assert seen_by(world.coordinator) == {"Shared.", "Own."}


def test_what_an_author_shares_while_they_code_waits_until_the_round_closes(world: StudyWorld) -> None:
    code = world.version.codes.get(key="PULL-APP")
    round_ = world.round()
    write(world.rater, "I give it to every question.", code=code, shared=True)
    before = seen_by(world.coordinator), seen_by(world.rater)

    close(round_)

    assert before == (set(), {"I give it to every question."})
    assert seen_by(world.coordinator) == {"I give it to every question."}
    assert seen_by(world.other_rater) == {"I give it to every question."}


def test_a_rater_at_work_reads_nobodys_memo_about_study_or_codes(world: StudyWorld) -> None:
    write(world.coordinator, "They overuse it.", shared=True)
    assert seen_by(world.rater) == {"They overuse it."}

    world.round()

    assert seen_by(world.rater) == set()


def test_a_blind_adjudicator_reads_no_memo_that_may_name_raters(world: StudyWorld) -> None:
    round_ = world.round()
    close(round_)
    write(world.coordinator, "rater_a saw it.", transcript=world.transcript, shared=True)
    write(world.coordinator, "rater_b is strict.", shared=True)

    opening = open_(round_)

    assert seen_by(world.adjudicator) == set()
    AdjudicationOpening.objects.filter(pk=opening.pk).update(ended_at=timezone.now())
    assert len(seen_by(world.adjudicator)) == 2


@pytest.mark.parametrize("seed", range(8))
def test_predicate_and_query_agree_on_any_history(world: StudyWorld, seed: int) -> None:
    chance = random.Random(seed)
    second = make_member(world.study, "coordinator")
    transcripts = [world.transcript, make_transcript(world.study)]
    people = [world.coordinator, second, world.rater, world.other_rater, world.adjudicator, world.reader]
    codes = list(world.version.codes.all())
    for _ in range(14):
        author, kind = chance.choice(people), chance.choice(["study", "transcript", "segment", "code"])
        about: dict[str, Any] = {"study": world.study, "author": author, "shared": chance.random() < 0.8}
        if kind in ("transcript", "segment"):
            about["transcript"] = chance.choice(transcripts)
        if kind == "segment":
            about["segment"] = Segment.objects.filter(revision__transcript=about["transcript"]).first()
            about["revision"] = about["segment"].revision
        if kind == "code":
            about |= {"code": chance.choice(codes), "version": world.version}
        Memo.objects.create(text=chance.choice(["words", "words", ""]), **about)
    for _ in range(chance.choice([1, 3])):
        raters = chance.sample([second, world.rater, world.other_rater], k=2)
        round_ = world.round(raters=raters, transcripts=chance.sample(transcripts, k=chance.choice([1, 2])))
        for assignment in round_.assignments.all():
            if chance.random() < 0.4:
                Assignment.objects.filter(pk=assignment.pk).update(submitted_at=timezone.now())
        if chance.random() < 0.5:
            close(round_)
        if chance.random() < 0.5:
            open_(round_, *chance.sample([world.coordinator, second], k=1))
    if chance.random() < 0.4:
        Membership.objects.filter(pk=chance.choice(people).pk).update(left_at=timezone.now())

    users: list[User] = [*map(person, people), world.stranger]
    for user in users:
        rows = Memo.objects.select_related("study")
        assert set(rows.filter(access.memos_open_to(user))) == {row for row in rows if access.may_read_memo(user, row)}


def test_the_page_keeps_changes_shares_and_takes_away(world: StudyWorld) -> None:
    me, page = client(world.coordinator), reverse("memos", args=[world.study.slug])

    me.post(f"{page}?transcript={world.transcript.pk}&segment=2", {"text": "Wants a verdict.", "shared": "yes"})
    memo = Memo.objects.get()
    change = reverse("memo", args=[world.study.slug, memo.pk])
    me.post(change, {"text": "Wants praise.", "before": "Wants a verdict.", "shared": "yes"})
    stale = me.post(change, {"text": "Something else.", "before": "Wants a verdict."})

    assert (memo.segment.position, memo.shared) == (2, True)  # type: ignore[union-attr]
    assert "Wants praise." in client(world.reader).get(page).content.decode()
    assert stale.status_code == 422
    assert "changed in another window" in stale.content.decode()
    me.post(change, {"text": "", "before": "Wants praise."})
    assert "Wants praise." not in me.get(page).content.decode()
    assert Memo.objects.count() == 1


def test_the_page_of_a_transcript_leads_to_its_memos(world: StudyWorld) -> None:
    page = reverse("transcript", args=[world.study.slug, world.transcript.pk])
    memos = f"{reverse('memos', args=[world.study.slug])}?transcript={world.transcript.pk}"

    assert memos in client(world.reader).get(page).content.decode()
    assert client(world.reader).get(memos).status_code == 200


def test_only_its_author_changes_a_memo(world: StudyWorld) -> None:
    memo = write(world.coordinator, "Mine.", shared=True)

    answer = client(world.reader).post(reverse("memo", args=[world.study.slug, memo.pk]), {"text": "Yours."})

    assert answer.status_code == 404
    with pytest.raises(Memo.DoesNotExist):
        change_memo(user=person(world.reader), memo_id=memo.pk, text="Yours.")


def test_a_memo_that_cannot_be_is_refused_with_a_sentence(world: StudyWorld) -> None:
    code = make_world().version.codes.first()
    for words, about in (
        ("  ", {}), ("x" * 20_001, {}), ("a\x00b", {}), ("x", {"position": 1}), ("x", {"code": code}),
        ("x", {"transcript": world.transcript, "position": 99}),
    ):  # fmt: skip
        with pytest.raises(MemoNotPossible):
            write(world.coordinator, words, **about)
    memo = write(world.coordinator, "Here.")
    with pytest.raises(MemoChanged):
        change_memo(user=person(world.coordinator), memo_id=memo.pk, text="There.", before="Elsewhere.")
    assert write(world.coordinator, "Here.").pk == memo.pk


def test_the_database_keeps_a_memo_where_it_is(world: StudyWorld) -> None:
    memo = write(world.coordinator, "Here.")
    other, foreign = make_version(world.study), make_world()
    segment = Segment.objects.filter(revision__transcript=world.transcript).first()
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("memo_author_of_study", {"author": foreign.reader}),
        ("memo_transcript_of_study", {"transcript": foreign.transcript}),
        ("memo_code_of_version", {"code": other.codes.first(), "version": world.version}),
        ("memo_is_about_one_thing", {"code": other.codes.first(), "version": other, "transcript": world.transcript}),
        ("memo_segment_has_transcript", {"segment": segment}),
    ]

    with pytest.raises(IntegrityError, match="stays with its author"), transaction.atomic():
        Memo.objects.filter(pk=memo.pk).update(author=world.reader)
    with pytest.raises(IntegrityError, match="stays with its author"), transaction.atomic():
        Memo.objects.filter(pk=memo.pk).delete()
    for name, fields in wrong:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Memo.objects.create(**({"study": world.study, "author": world.coordinator, "text": "x"} | fields))


def test_the_page_costs_the_same_however_many_memos_there_are(world: StudyWorld) -> None:
    me, page = client(world.coordinator), reverse("memos", args=[world.study.slug])

    def cost(number: int) -> int:
        for place in range(number):
            write(world.coordinator, f"Memo {place}.", transcript=world.transcript, position=1)
        with CaptureQueriesContext(connection) as queries:
            assert me.get(page).status_code == 200
        return len(queries)

    assert cost(2) == cost(22) <= 20
