"""The calibration meeting: agenda by weight and kind, letters until revealed, thread, decision, codebook changes."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.models import Assignment, CodebookProposal, Comment, Judgement, MeetingEntry, NamesShown, Round
from coding.queries.dispute_kinds import apart, kind_name
from coding.queries.kept import KeptRound
from coding.queries.meeting import Meeting
from coding.queries.proposals import proposals_of
from coding.services import adjudication, meeting
from coding.services.meeting import MeetingNotPossible, ProposalNotPossible, WordsMissing
from coding.services.rounds import Share, assign
from tests.coding.test_adjudication import disputed, person, turn
from tests.coding.test_adjudication_pages import client, place
from tests.factories import StudyWorld, close, judge, make_member, make_transcript, make_version, make_world
from transcripts.models import Segment


@pytest.fixture
def round_(world: StudyWorld) -> Round:
    round_ = disputed(world)
    close(round_)
    return round_


def kinds(round_: Round) -> dict[int, str]:
    kept = KeptRound(round_)
    found = apart(kept)
    return {int(kept.rows().units.position[unit]): kind_name(int(found.kind[unit])) for unit in found.units.tolist()}


def test_disagreements_are_told_apart_by_kind(world: StudyWorld) -> None:
    long = make_transcript(world.study, 9)
    round_ = world.round(transcripts=[long])
    first, second = round_.assignments.select_related("version").order_by("rater__label")
    said = {
        1: (("ST-WARM",), ("ST-WARM",)), 2: (("PULL-APP",), ("PULL-DEF",)), 4: (("ST-WARM",), ()),
        6: (("ST-COOL",), ()), 7: ((), ("ST-COOL",)),
    }  # fmt: skip
    for position, (one, other) in said.items():
        judge(first, position, *one)
        judge(second, position, *other)
    judge(first, 9, "PULL-APP", rating=1)
    judge(second, 9, "PULL-APP", rating=3)
    judge(first, 8, "ST-WARM")
    close(round_)

    assert kinds(round_) == {2: "sibling", 4: "seen", 6: "boundary", 7: "boundary", 9: "rating"}


def test_the_agenda_is_grouped_by_kind_and_the_heaviest_comes_first(world: StudyWorld, round_: Round) -> None:
    found = Meeting(round_, [world.transcript.pk])

    parts = found.agenda(1).parts

    assert [(part.name, [item.position for item in part.items]) for part in parts] == [
        ("Sibling codes", [2]), ("Seen or not seen", [4]),
    ]  # fmt: skip
    assert Meeting(round_, [world.transcript.pk], "seen").segments == [turn(world, 4)]


def test_names_stay_hidden_until_somebody_reveals_them(world: StudyWorld, round_: Round) -> None:
    me = client(world.reader)
    page = place(world, round_, "meeting") + f"?turn={turn(world, 2)}"
    before = me.get(page).content.decode()

    me.post(place(world, round_, "meeting-reveal", turn(world, 2)))
    after = me.get(page).content.decode()

    assert "rater_a" not in before
    assert "rater_a" in after
    assert f"Names shown by {world.reader.label}" in after
    assert NamesShown.objects.get().place == "meeting"
    assert "rater_a" not in me.get(place(world, round_, "meeting") + f"?turn={turn(world, 4)}").content.decode()


def test_a_thread_a_decision_and_a_codebook_change_in_one_go(world: StudyWorld, round_: Round) -> None:
    me, segment = client(world.coordinator), turn(world, 2)

    me.post(place(world, round_, "meeting-remark", segment), {"words": "She hands over."})
    me.post(place(world, round_, "meeting-decide", segment), {"words": "Deference needs something handed over."})
    me.post(
        place(world, round_, "meeting-propose", segment),
        {"code": "PULL-DEF", "change": "redefined", "words": "Deference needs something handed over."},
    )
    text = me.get(place(world, round_, "meeting") + f"?turn={segment}").content.decode()

    assert "She hands over." in text
    assert "Deference</b>, redefined: others would get it" in text
    assert "1 decided" in text
    (proposal,) = proposals_of(world.version.pk, code=world.version.codes.get(key="PULL-DEF").pk)
    assert (proposal.change, proposal.segment_id, proposal.author) == ("redefined", segment, world.coordinator)
    comment = Comment.objects.get(discussion__key="PULL-DEF")
    where = f"({round_}, {world.transcript.name}, turn 2)"
    assert comment.text == f"Proposed, {proposal.get_change_display()} {where}. {proposal.words}"


def test_a_later_decision_counts_and_an_empty_one_takes_it_back(world: StudyWorld, round_: Round) -> None:
    user, segment = person(world.coordinator), turn(world, 2)

    for words in ("First.", "First.", "Second.", ""):
        meeting.decide(user=user, round_=round_, segment_id=segment, words=words)

    assert MeetingEntry.objects.count() == 3
    talk = Meeting(round_, [world.transcript.pk])
    unit = talk.rows.units.place_of(segment)
    assert unit is not None
    assert talk.talk(unit).decision is None


def test_what_the_meeting_cannot_do_is_refused_with_a_sentence(world: StudyWorld, round_: Round) -> None:
    user, segment = person(world.coordinator), turn(world, 2)
    foreign = Segment.objects.filter(revision__transcript=make_transcript(world.study)).first()
    assert foreign is not None

    with pytest.raises(WordsMissing):
        meeting.remark(user=user, round_=round_, segment_id=segment, words="  ")
    with pytest.raises(WordsMissing, match="too long"):
        meeting.decide(user=user, round_=round_, segment_id=segment, words="x" * 5000)
    with pytest.raises(MeetingNotPossible):
        meeting.remark(user=user, round_=round_, segment_id=foreign.pk, words="here")
    with pytest.raises(PermissionDenied):
        meeting.remark(user=person(world.rater), round_=round_, segment_id=segment, words="here")
    for change, code, words in (("better", "PULL-DEF", "x"), ("split", "", "x"), ("split", "NOT-THERE", "x")):
        with pytest.raises(ProposalNotPossible):
            meeting.propose_change(
                user=user, study=world.study, version=world.version, change=change, code_key=code, words=words,
                round_=round_, segment_id=segment,
            )  # fmt: skip
    page = client(world.coordinator).post(place(world, round_, "meeting-remark", segment), {"words": ""})
    assert page.status_code == 422
    assert "Write something first." in page.content.decode()


def test_whoever_is_blind_takes_no_part(world: StudyWorld, round_: Round) -> None:
    adjudication.open_adjudication(user=person(world.coordinator), round_=round_)
    assert client(world.adjudicator).get(place(world, round_, "meeting")).status_code == 403

    world.round(raters=[world.coordinator])
    blind = client(world.coordinator)

    assert blind.get(place(world, round_, "meeting")).status_code == 403
    assert blind.post(place(world, round_, "meeting-remark", turn(world, 2)), {"words": "x"}).status_code == 403


def test_the_projector_shows_the_turn_alone_and_large(world: StudyWorld, round_: Round) -> None:
    text = client(world.reader).get(place(world, round_, "meeting") + "?projector=1").content.decode()

    assert 'class="projector"' in text
    assert 'aria-label="Agenda"' not in text
    assert f"projector=1&amp;turn={turn(world, 4)}" in text


def test_entries_and_proposals_are_never_changed_and_stay_in_their_study(world: StudyWorld, round_: Round) -> None:
    segment = Segment.objects.get(pk=turn(world, 2))
    meeting.remark(user=person(world.coordinator), round_=round_, segment_id=segment.pk, words="Kept.")
    meeting.propose_change(
        user=person(world.coordinator), study=world.study, version=world.version, change="new", words="Envy."
    )
    foreign, other = make_world(), make_version(world.study)
    entry = {"study": world.study, "round": round_, "revision": segment.revision, "segment": segment, "kind": "remark"}
    proposal = {"study": world.study, "version": world.version, "author": world.reader, "change": "split", "words": "x"}

    for statement in ("UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
        for table in ("coding_meetingentry", "coding_codebookproposal"):
            with (
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connection.cursor() as c,
            ):
                c.execute(statement.format(table))
    for wrong, fields in (
        ("entry_author_of_study", {"author": foreign.reader, "words": "x"}),
        ("remark_says_something", {"author": world.reader, "words": ""}),
    ):
        with pytest.raises(IntegrityError, match=wrong), transaction.atomic():
            MeetingEntry.objects.create(**entry, **fields)
    for wrong, fields in (
        ("proposal_code_of_version", {"code": other.codes.get(key="PULL-DEF")}),
        ("proposal_names_a_code", {"code": None}),
        ("proposal_says_something", {"change": "new", "words": ""}),
    ):
        with pytest.raises(IntegrityError, match=wrong), transaction.atomic():
            CodebookProposal.objects.create(**(proposal | fields))


def test_the_page_costs_the_same_however_long_the_agenda_is(world: StudyWorld) -> None:
    def cost(turns: int) -> int:
        long = make_transcript(world.study, turns)
        round_ = world.round(transcripts=[long])
        for assignment in round_.assignments.select_related("version"):
            for position in range(1, turns + 1):
                judge(assignment, position, *(["ST-WARM"] if assignment.rater_id == world.rater.pk else ["ST-COOL"]))
        close(round_)
        me = Client()
        me.force_login(person(world.reader))
        page = reverse("meeting", args=[world.study.slug, round_.pk])
        me.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert re.search("Sibling codes", me.get(page).content.decode())
        return len(queries)

    assert cost(24) == cost(4) <= 40


# Raters who read along ------------------------------------------------------------------------------------------------


@pytest.fixture
def along(world: StudyWorld) -> Round:
    """The meeting has spoken about a turn, with a memo of a rater on it, and the round's raters may read along."""
    round_ = disputed(world)
    Judgement.objects.filter(assignment__round=round_, segment=turn(world, 2)).update(memo="Unsure here.", flag=True)
    Round.objects.filter(pk=round_.pk).update(others_shown=True)
    close(round_)
    here = {"user": person(world.coordinator), "round_": round_, "segment_id": turn(world, 2)}
    meeting.remark(words="She hands over.", **here)
    meeting.decide(words="Deference, then.", **here)
    return round_


def test_a_rater_reads_the_meeting_about_what_they_coded_where_the_coordinator_allows_it(
    world: StudyWorld, along: Round
) -> None:
    page = place(world, along, "meeting") + f"?turn={turn(world, 2)}"
    text = client(world.rater).get(page).content.decode()
    home = client(world.rater).get(reverse("study", args=[world.study.slug])).content.decode()

    assert "She hands over." in text
    assert "Deference, then." in text
    for withheld in ("Unsure here.", "flagged", "<textarea", "Show who gave what", "rater_b"):
        assert withheld not in text
    assert "Unsure here." in client(world.coordinator).get(page).content.decode()
    assert place(world, along, "meeting") in home
    Round.objects.filter(pk=along.pk).update(others_shown=False)
    refused = client(world.rater).get(page)
    assert refused.status_code == 403
    assert "does not show this round" in refused.content.decode()


def test_a_rater_who_reads_along_writes_nothing(world: StudyWorld, along: Round) -> None:
    me, segment = client(world.rater), turn(world, 2)
    said = {"words": "No.", "change": "reworded", "code": "PULL-DEF"}
    acts = [f"meeting-{act}" for act in ("remark", "decide", "reveal", "propose")]
    api = f"/api/v1{place(world, along, 'meeting')}segments/{segment}/"

    assert {me.post(place(world, along, act, segment), said).status_code for act in acts} == {403}
    assert me.post(api, {"kind": "remark", "words": "No."}, content_type="application/json").status_code == 403
    assert me.get(api).json()["decision"]["words"] == "Deference, then."
    assert MeetingEntry.objects.count() == 2


def test_whoever_codes_a_transcript_again_reads_no_meeting_about_it(world: StudyWorld, along: Round) -> None:
    page, api = place(world, along, "meeting"), f"/api/v1{place(world, along, 'meeting')}"
    world.round([world.rater])

    assert client(world.rater).get(page).status_code == 403
    assert client(world.rater).get(api).status_code == 403
    assert client(world.other_rater).get(page).status_code == 200


def test_a_rater_reads_nothing_about_a_transcript_that_they_did_not_code(world: StudyWorld) -> None:
    mine, theirs = world.transcript, make_transcript(world.study, 4)
    round_ = world.round(transcripts=[mine, theirs], others_shown=True)
    third = make_member(world.study, "rater")
    assign(round_, [Share(transcript=theirs, raters=[third])])
    Assignment.objects.filter(round=round_, rater=world.rater, transcript=theirs).delete()
    for one in round_.assignments.select_related("version"):
        judge(one, 2, "PULL-APP" if one.rater_id in (world.rater.pk, third.pk) else "PULL-DEF")
    close(round_)

    seen = client(world.rater).get(f"/api/v1{place(world, round_, 'meeting')}").json()

    assert {row["transcript"] for row in seen["results"]} == {mine.name}
    other = theirs.revisions.get().segments.get(position=2).pk
    assert client(world.rater).get(place(world, round_, "meeting") + f"?turn={other}").status_code == 404
    assert client(world.reader).get(place(world, round_, "meeting") + f"?turn={other}").status_code == 200


def test_the_meeting_that_a_rater_reads_costs_no_more_queries_for_more_turns(world: StudyWorld) -> None:
    def queries(turns: int) -> int:
        round_ = world.round(transcripts=[make_transcript(world.study, turns)], others_shown=True)
        for one in round_.assignments.select_related("version", "rater"):
            for position in range(2, turns + 1, 2):
                judge(one, position, "PULL-APP" if one.rater_id == world.rater.pk else "PULL-DEF")
        close(round_)
        me = client(world.rater)
        me.get(place(world, round_, "meeting"))
        with CaptureQueriesContext(connection) as found:
            assert me.get(place(world, round_, "meeting")).status_code == 200
        return len(found)

    assert queries(4) == queries(44)
