"""A large team's study: 200 sessions, 60,000 turns, 12 raters, 510,000 codings; each page of how they work together."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from tests.benchmarks.desk import queries
from tests.benchmarks.measuring import Line, Report, once, timed
from tests.benchmarks.rounds import FLOOR_PING, Size, codebook_of, get
from tests.benchmarks.team_training import TRANSCRIPTS, train
from tests.installation.material import make_person, make_study, segments_table, sign_in
from tests.installation.site import Site
from tests.installation.visitor import Visitor

if TYPE_CHECKING:
    from coding.models import CodebookVersion, Round
    from transcripts.models import Study
    from workbench.accounts.models import User

SLUG = "a-large-team"
SIZE = Size(codes=24, raters=12, transcripts=200, turns=300)
#: How many of the twelve code each session in the first round; in the second two code the first fifty sessions.
EACH, AGAIN = 8, 2
TEAM = tuple(f"rater_{number:02}" for number in range(1, SIZE.raters + 1))
EXPERT = "an_expert"
LIMIT = 300


@dataclass(frozen=True, slots=True)
class Page:
    """One address, and the session of whoever looks at it."""

    name: str
    path: str
    session: str


def measure(site: Site, report: Report) -> None:
    """Open every page of the team's work ten times, warm, after a first time of its own."""
    pages = list(_pages(report))
    for page in pages:
        visitor = Visitor(site.port, page.session)
        first = once(partial(get, visitor, page.path))
        kept, ping = timed(partial(get, visitor, page.path), 10), timed(partial(get, visitor, "/healthz"), 10)
        visitor.close()
        asked = queries(page.path, page.session)
        report.add(
            Line(
                page.name,
                "ms",
                kept.median * 1e3,
                kept.p95 * 1e3,
                floor=ping.median * 1e3,
                floor_is=FLOOR_PING,
                note=f"the first time {first * 1e3:,.0f} ms; {asked} queries"
                + ("" if kept.median * 1e3 <= LIMIT else f"; OVER {LIMIT} ms"),
            )
        )


def _pages(report: Report) -> Iterator[Page]:
    from django.urls import reverse

    from coding.models import Assignment, CodebookVersion, Round
    from transcripts.models import Membership, Study

    study = Study.objects.filter(slug=SLUG).first() or _make(report)
    first, second, drawn, practice = (Round.objects.get(study=study, name=name) for name in ("1", "2", "3", "training"))
    _, new = CodebookVersion.objects.filter(study=study).exclude(published_at=None).order_by("pk")
    draft = CodebookVersion.objects.get(study=study, published_at=None)
    code = draft.codes.get(key="C03")

    def of(label: str) -> str:
        return sign_in(Membership.objects.select_related("user").get(study=study, label=label).user)

    boss, rater, adjudicator = of("coordinator"), of("rater_01"), of("adjudicator")

    def page(name: str, *args: object, asked: str = "", session: str = boss, said: str = "") -> Page:
        return Page(said or name.replace("-", " "), reverse(name, args=[SLUG, *args]) + asked, session)

    transcript = study.transcripts.earliest("pk")
    yield page("study", said="study home, coordinator")
    yield page("study", session=rater, said="study home, rater")
    yield page("codebooks")
    yield page("codebook", new.pk)
    yield page("codebook", draft.pk, said="the draft")
    yield page("code", draft.pk, code.pk, said="a code of the draft")
    yield page("codebook-changes", new.pk)
    yield page("codebook-mapping", new.pk)
    yield page("codebook-review", new.pk, asked="?code=C01")
    yield page("discussion", draft.pk, code.pk)
    yield page("new-example", draft.pk, code.pk)
    yield page("rounds")
    yield page("new-round")
    yield page("draw-round")
    yield page("round", first.pk, said="a closed round")
    yield page("round", drawn.pk, said="a drawn round, open")
    yield page("meeting", first.pk)
    yield page("meeting", first.pk, asked="?projector=1", said="meeting, projector")
    yield page("disagreements", first.pk, asked="?code=C03")
    yield page("memos")
    yield page("memos", asked=f"?transcript={transcript.pk}", said="memos of a transcript")
    yield page("drift")
    yield page("drift", asked="?code=C03", said="drift of a code")
    yield page("adjudication-setup", second.pk)
    yield page("adjudication", second.pk, session=adjudicator)
    yield page("adjudication-setup", first.pk, said="adjudication setup, the large round")
    yield page("adjudication", first.pk, session=adjudicator, said="adjudication, the large round")
    yield page("adjudication-report", second.pk)
    yield page("members")
    yield page("exports")
    yield page("draw-repeats", first.pk, said="drawing a drift check")
    yield page("training", practice.pk)
    yield page("learning", practice.pk, session=rater, said="learning curves, rater")
    mine = Assignment.objects.filter(rater__label="rater_01")
    yield Page("desk", reverse("desk", args=[mine.filter(round=drawn).earliest("pk").pk]), rater)
    practised = mine.filter(round=practice).earliest("transcript__name")
    yield Page("feedback, rater", reverse("feedback", args=[practised.pk]), rater)


def _make(report: Report) -> Study:
    from coding.models import Round
    from coding.queries.codebooks import draft_of, latest_published
    from coding.services import codebooks
    from transcripts.models import Membership

    study = make_study(SLUG, segments_table(SIZE.transcripts, SIZE.turns), codebook_of(SIZE))
    boss = make_person(study, "coordinator", Membership.Role.COORDINATOR)
    arbiter = make_person(study, "adjudicator", Membership.Role.ADJUDICATOR)
    _bring_in(report, study, "1", EACH, SIZE.transcripts)
    old = latest_published(study)
    assert old is not None
    known = draft_of(old)
    changed = [
        replace(code, definition=f"{code.definition} Not what is said about others.") if place < 3 else code
        for place, code in enumerate(known.codes)
    ]
    later = replace(known, version="2.0", codes=tuple(changed))
    codebooks.store_codebook(study=study, draft=later, publish=True, user=None)
    _bring_in(report, study, "2", AGAIN, 50)
    first, second = Round.objects.filter(study=study).order_by("pk")
    new = latest_published(study)
    assert new is not None
    _draw_a_third(report, boss, study, new)
    _talk_about(boss, codebooks.new_draft(user=boss, version=new, name="3.0"), first)
    _decide(boss, arbiter, first, second)
    train(report, boss, study, _codings(1, TRANSCRIPTS, [EXPERT]))
    return study


def _bring_in(report: Report, study: Study, name: str, each: int, transcripts: int) -> None:
    from coding.services.codings_import import read_file, store_codings

    table = _codings(each, transcripts)
    rows = table.count(b"\n") - 1
    seconds = once(lambda: store_codings(study=study, round_name=name, draft=read_file(table)))
    report.add(
        Line(f"import {rows:,} codings of {SIZE.raters}", "rows/s", rows / seconds, note=f"{seconds:.0f} s, once")
    )


def _codings(each: int, transcripts: int, team: Sequence[str] = TEAM) -> bytes:
    """Write one coding for each turn and rater, the team taking turns; seven of ten follow what the turn shows."""
    chance = random.Random(each)
    lines = ["transcript,segment,rater,code,rating"]
    for number in range(1, transcripts + 1):
        raters = [team[(number + place) % len(team)] for place in range(each)]
        for turn in range(1, SIZE.turns + 1):
            shown = chance.randrange(SIZE.codes)
            for rater in raters:
                code = shown if chance.random() < 0.7 else chance.randrange(SIZE.codes)
                lines.append(f"session_{number:03},{turn},{rater},C{code:02},{chance.randint(1, 3)}")
    return ("\n".join(lines) + "\n").encode()


def _draw_a_third(report: Report, boss: User, study: Study, version: CodebookVersion) -> None:
    from coding.drawing import Order
    from coding.queries.drawn_design import Asked
    from coding.services.drawn_rounds import preview_design, start_drawn_round
    from transcripts.models import Membership
    from workbench.accounts.models import User

    for member in Membership.objects.filter(study=study, label__startswith="rater_", user=None):
        member.user = User.objects.create_user(f"{member.label}.{SLUG}@example.org", None, name=member.label)
        member.kind = Membership.Kind.PERSON
        member.save()
    raters = list(Membership.objects.filter(study=study, label__startswith="rater_").order_by("label"))
    asked = Asked(list(study.transcripts.order_by("name")), raters, Order(share=25))
    drawing = timed(lambda: preview_design(user=boss, study=study, asked=asked, seed=7), 5)
    report.add(Line("drawing a design, 200 sessions, 12 raters", "ms", drawing.median * 1e3, drawing.p95 * 1e3))
    start_drawn_round(user=boss, study=study, name="3", kind="main", version=version, asked=asked, seed=7)


def _talk_about(boss: User, draft: CodebookVersion, round_: Round) -> None:
    from coding.queries.meeting import Meeting
    from coding.services import discussions, meeting, memos

    transcripts = list(round_.study.transcripts.order_by("name"))
    for number in range(30):
        words = f"Remark {number}: is this still the same code?"
        discussions.say(user=boss, version=draft, key="C03", text=words, comment_id=uuid.uuid4())
        memos.write_memo(
            user=boss, study=round_.study, text=f"Memo {number}", transcript=transcripts[number], position=number + 1
        )
    for segment in Meeting(round_, [one.pk for one in transcripts]).segments[:50]:
        meeting.remark(user=boss, round_=round_, segment_id=segment, words="Two of us heard it differently.")
        meeting.decide(user=boss, round_=round_, segment_id=segment, words="It stays with the first code.")


def _decide(boss: User, arbiter: User, first: Round, second: Round) -> None:
    from coding.queries.adjudication import Cases
    from coding.services import adjudication
    from coding.services.final_answers import Answer

    for round_, answers in ((first, 30), (second, 200)):
        adjudication.open_adjudication(user=boss, round_=round_, outcome_shown=True)
        cases = Cases(arbiter, round_)
        answer = Answer(outcome="none", rule="discussion", reason="A plain question; nobody is asked for anything.")
        for segment in cases.rows.units.ids[cases.units[:answers]]:
            adjudication.decide(user=arbiter, round_=round_, segment_id=int(segment), answer=answer, n=0)
