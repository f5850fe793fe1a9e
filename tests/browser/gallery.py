"""Every page of the product with the demo study in it: whose page it is, and where it hangs."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from coding.models import Assignment, CodebookVersion, Round
from coding.queries.adjudication import Cases
from coding.queries.codebooks import draft_of as stored_draft
from coding.queries.meeting import Meeting
from coding.queries.repeats import RepeatsAsked
from coding.services import (
    adjudication,
    change_notes,
    codebooks,
    discussions,
    exports,
    meeting,
    memos,
    runs,
    segment_examples,
)
from coding.services.act_drafts import draft_of
from coding.services.acts import perform
from coding.services.codings_import import read_file, store_codings
from coding.services.demo import SLUG, email_of, store_demo
from coding.services.final_answers import Answer
from coding.services.repeats import start_drift_check
from coding.services.rounds import Share, assign, show_others, store_round
from coding.services.submission import submit
from tests.browser.practice import make_practice, user_of
from tests.factories import close, judge, make_member, make_study
from transcripts.models import Membership, Study, Transcript
from transcripts.services import batches, invitations
from transcripts.services.members import make_password_link
from workbench.accounts.models import User
from workbench.accounts.services import make_start_link
from workbench.accounts.tokens import create_token

Acts = list[dict[str, Any]]

#: A session with a line that is no turn, one without a speaker, and a time that runs backwards.
ODD_SESSION = b"""# Transcript: GRP-03
[00:00:05] THERAPIST: Good to see you all.
[00:00:12] PATIENT: I nearly did not come.
(a chair is moved)
[00:00:09] PATIENT: Then I thought, they will talk about me.
[00:00:30] GUEST: We would have.
"""

NONE: Acts = [{"kind": "outcome", "outcome": "none"}]
FINISH: Acts = [{"kind": "finish"}]
MEETING: Acts = [
    {"kind": "memo", "memo": "Charm, or only politeness? For the meeting."},
    {"kind": "flag", "flag": True},
]


def given(code: str, rating: int, words: tuple[int, int] | None = None) -> Acts:
    """The acts that give a code with a rating, and with the words that are its evidence."""
    spans: Acts = [{"kind": "evidence", "code": code, "spans": [list(words)]}] if words else []
    return [{"kind": "give", "code": code}, {"kind": "rate", "code": code, "rating": rating}, *spans]


#: What is coded on the desk of the open round, turn by turn; the last turn is begun and owes a rating.
CODED: tuple[Acts, ...] = (
    NONE + FINISH,
    given("PULL-APP", 2) + given("PULL-DRW", 1, (48, 72)) + FINISH,
    given("PULL-APP", 2) + FINISH,
    given("PULL-DRW", 2) + MEETING + FINISH,
    given("PULL-APP", 2) + given("PULL-DEF", 2, (11, 36)) + FINISH,
    [{"kind": "give", "code": "PULL-IMP"}],
)


@dataclass(frozen=True)
class Screen:
    """One page as one person sees it; nobody's when no email is said."""

    name: str
    path: str
    email: str = ""
    status: int = 200


class Gallery:
    """The demo study, with something in it for every page to show."""

    def __init__(self) -> None:
        store_demo()
        self.study = Study.objects.get(slug=SLUG)
        self.closed = Round.objects.get(study=self.study, name="1")
        self.open = Round.objects.get(study=self.study, name="2")
        self.version = CodebookVersion.objects.get(study=self.study)
        self.desks = list(
            Assignment.objects.filter(round=self.open, rater__label="rater_a").order_by("-transcript__name")
        )
        self.coordinator = self.person("coordinator")
        self.act(self.desks[0], enumerate(CODED, start=1))

    def person(self, label: str) -> User:
        """Find somebody of the demo."""
        return User.objects.get(email=email_of(label))

    def act(self, assignment: Assignment, turns: Iterable[tuple[int, Acts]]) -> None:
        """Do what a rater does on these turns."""
        user, seq = self.person("rater_a"), itertools.count(1)
        for position, acts in turns:
            for said in acts:
                act = draft_of({"id": str(uuid.uuid4()), "seq": next(seq), "position": position, **said})
                perform(user=user, assignment_id=assignment.pk, act=act)

    def judge_all(self, assignment: Assignment) -> None:
        """Judge every turn of a desk: none applies."""
        positions = assignment.revision.segments.order_by("position").values_list("position", flat=True)
        self.act(assignment, [(position, NONE + FINISH) for position in positions])

    def place(self, name: str, *args: object) -> str:
        """Give the address of a page of the study."""
        return reverse(name, args=[self.study.slug, *args])

    def public(self) -> Iterator[Screen]:
        """Pages before anybody has signed in."""
        member = Membership.objects.get(study=self.study, label="rater_c")
        _, key = invitations.invite(user=self.coordinator, study=self.study, label="rater_d", role="rater")
        password = make_password_link(user=self.coordinator, member=member)
        yield Screen("sign-in", reverse("account_login"))
        yield Screen("start", reverse("start", args=[make_start_link(email="new@example.org", name="New")]))
        yield Screen("join", reverse("join", args=[key]))
        yield Screen("password", reverse("password-link", args=[password]))
        yield Screen("refused", reverse("start", args=["an-unknown-key"]), status=409)

    def later_round(self) -> Round:
        """A second closed round, of a version in which a definition changed, a code is new and one is gone."""
        known = stored_draft(self.version)
        codes = [replace(code, definition=f"{code.definition} Not politeness.") for code in known.codes]
        fresh = replace(codes[0], key="PULL-RES", name="Wanting to be rescued", letter="")
        book = replace(known, version="2.0.0", codes=(fresh, codes[0], *known.codes[2:]))
        codebooks.store_codebook(study=self.study, draft=book, publish=True, user=None)
        rows = "\n".join(
            f"{name},{position},{rater},{'PULL-APP' if (position + (rater == 'rater_a')) % 3 else 'PULL-RES'},2"
            for name in self.study.transcripts.values_list("name", flat=True)
            for position in (2, 4, 6)
            for rater in ("rater_a", "rater_b")
        )
        draft = read_file(f"transcript,segment,rater,code,rating\n{rows}\n".encode())
        return store_codings(study=self.study, round_name="After the meeting", draft=draft, judged_all=True).round

    def of_the_coordinator(self) -> Iterator[Screen]:
        """Pages of whoever runs the study."""
        boss = self.coordinator
        create_token(boss, "export script on my laptop")
        draft = codebooks.new_draft(user=boss, version=self.version, name="1.1.0")
        batch = uuid.uuid4()
        batches.add_upload(user=boss, study=self.study, batch=batch, file_name="group_03.txt", data=ODD_SESSION)
        transcript = Transcript.objects.filter(study=self.study).earliest("pk")
        exports.write_export(str(exports.ask_export(user=boss, study=self.study, round_=self.closed).pk))
        code = draft.codes.get(key="PULL-APP")
        draft.codes.filter(key__in=["PULL-DEF", "PULL-IMP"]).update(definition="Gives way, or hands over judgement.")
        change_notes.decide(user=boss, version=draft, key="PULL-IMP", kind="reworded", reason="Shorter, no more.")
        text = "A bid for a verdict, or only politeness? We read six turns and agreed: a bid."
        discussions.say(user=boss, version=draft, key=code.key, text=text, comment_id=uuid.uuid4())
        segment_examples.add_example(user=boss, version=draft, code=code, transcript=transcript, position=2)
        later = self.later_round()
        run = runs.store_run(user=boss, round_=self.closed).run
        here = [
            ("studies", reverse("home")),
            ("new-study", reverse("new-study")),
            ("study", self.place("study")),
            ("transcripts", self.place("transcripts")),
            ("transcript", self.place("transcript", transcript.pk)),
            ("upload", self.place("upload")),
            ("preview", self.place("preview", batch)),
            ("codebooks", self.place("codebooks")),
            ("codebook", self.place("codebook", self.version.pk)),
            ("codebook-draft", self.place("codebook", draft.pk)),
            ("new-example", self.place("new-example", draft.pk, code.pk)),
            ("discussion", self.place("discussion", draft.pk, code.pk)),
            ("codebook-changes", self.place("codebook-changes", draft.pk)),
            ("codebook-mapping", self.place("codebook-mapping", draft.pk)),
            ("codebook-review", self.place("codebook-review", draft.pk) + "?code=PULL-DEF"),
            ("codebook-letters", self.place("codebook-letters", draft.pk)),
            ("new-link", self.place("new-link", draft.pk)),
            ("codebook-settings", self.place("codebook-settings", draft.pk)),
            ("code", self.place("code", draft.pk, code.pk)),
            ("family", self.place("family", draft.pk, code.family_id)),
            ("rounds", self.place("rounds")),
            ("new-round", self.place("new-round")),
            ("draw-round", self.place("draw-round")),
            ("draw-repeats", self.place("draw-repeats", self.closed.pk)),
            ("round", self.place("round", self.closed.pk)),
            ("round-open", self.place("round", self.open.pk)),
            ("results", self.place("results")),
            ("reliability", self.place("reliability", self.closed.pk)),
            ("reliability-code", self.place("reliability-code", self.closed.pk) + "?code=PULL-APP"),
            ("compare-choice", self.place("compare")),
            ("compare", self.place("compare") + f"?first={self.closed.pk}&second={later.pk}"),
            ("drift", self.place("drift") + "?code=PULL-APP"),
            ("runs", self.place("runs", self.closed.pk)),
            ("run", self.place("run", self.closed.pk, run.pk)),
            ("planner", self.place("planner", self.closed.pk) + "?prevalence=5"),
            ("disagreements", self.place("disagreements", self.closed.pk) + "?code=PULL-APP"),
            ("enactments", self.place("enactments", self.closed.pk)),
            ("enactments-rater", self.place("enactments", self.closed.pk) + "?layer=rater:rater_b&within=5"),
            ("enactments-hour", self.place("enactments-hour", self.closed.pk, self.desks[0].revision_id)),
            ("enactments-pulls", self.place("enactments-pulls", self.closed.pk) + "?of=every+pull"),
            ("enactments-sequences", self.place("enactments-sequences", self.closed.pk)),
            ("enactments-counts", self.place("enactments-counts", self.closed.pk)),
            ("enactments-dyads", self.place("enactments-dyads", self.closed.pk)),
            ("enactments-reading", self.place("enactments-reading", self.closed.pk) + "?code=NAM-OWN"),
            ("enactments-files", self.place("enactments-files", self.closed.pk)),
            ("enactments-no-roles", self.place("enactments-sequences", later.pk)),
            ("analysis-roles", self.place("analysis-roles", self.version.pk)),
            ("validation", reverse("validation")),
            ("exports", self.place("exports")),
            ("members", self.place("members")),
            ("account", reverse("account")),
            ("tokens", reverse("tokens")),
        ]
        yield from (Screen(name, path, boss.email) for name, path in here)
        yield Screen("not-found", "/studies/nowhere/", boss.email, 404)

    def of_a_rater(self) -> Iterator[Screen]:
        """Pages of whoever codes, and the refusals that they meet."""
        email = email_of("rater_a")
        self.judge_all(self.desks[1])
        other = Assignment.objects.get(round=self.open, rater__label="rater_b", transcript=self.desks[0].transcript_id)
        yield Screen("study-rater", self.place("study"), email)
        yield Screen("desk", reverse("desk", args=[self.desks[0].pk]), email)
        yield Screen("submit-open", reverse("submit", args=[self.desks[0].pk]), email)
        yield Screen("submit", reverse("submit", args=[self.desks[1].pk]), email)
        yield Screen("forbidden", self.place("members"), email, 403)
        yield Screen("desk-of-another", reverse("desk", args=[other.pk]), email, 403)

    def after_submitting(self) -> Iterator[Screen]:
        """Pages of a session that was handed in."""
        email = email_of("rater_a")
        self.judge_all(self.desks[1])
        submit(user=self.person("rater_a"), assignment_id=self.desks[1].pk)
        yield Screen("submitted", reverse("submit", args=[self.desks[1].pk]), email)
        yield Screen("desk-submitted", reverse("desk", args=[self.desks[1].pk]), email)

    def of_a_meeting(self) -> Iterator[Screen]:
        """Pages of a meeting, on a screen and on a projector, and of memos."""
        boss = self.coordinator
        found = Meeting(self.closed, list(self.study.transcripts.values_list("pk", flat=True)))
        here = {"user": boss, "round_": self.closed, "segment_id": found.segments[0]}
        meeting.remark(**here, words="A promise not to ask is still about being asked.")
        meeting.decide(**here, words="Reassurance that takes the other's side is no approval seeking.")
        meeting.propose_change(
            study=self.study, version=self.version, change="redefined", code_key="PULL-APP",
            words="Leave out reassurance that takes the other's side.", **here,
        )  # fmt: skip
        meeting.decide(user=boss, round_=self.closed, segment_id=found.segments[1], words="Overlooked.")
        page = self.place("meeting", self.closed.pk)
        yield Screen("meeting", f"{page}?turn={found.segments[0]}", boss.email)
        yield Screen("meeting-projector", f"{page}?projector=1&turn={found.segments[0]}", boss.email)
        yield Screen("meeting-none-of-a-kind", f"{page}?kind=attribute", boss.email)
        meeting.reveal(**here)
        yield Screen("meeting-revealed", f"{page}?turn={found.segments[0]}", boss.email)
        yield Screen("codebook-proposed", self.place("codebook", self.version.pk), boss.email)
        yield Screen("meeting-read-along", page, self.who_reads_along().email)
        yield Screen("memos-none", self.place("memos"), email_of("reader"))
        transcript = Transcript.objects.filter(study=self.study).earliest("pk")
        memos.write_memo(
            user=boss, study=self.study, text="Is a question ever a pull?", transcript=transcript, position=4
        )
        code = self.version.codes.get(key="PULL-APP")
        memos.write_memo(user=boss, study=self.study, text="Too wide as it stands.", code=code, shared=True)
        yield Screen("memos", self.place("memos"), boss.email)
        yield Screen("memos-of-a-turn", self.place("memos") + f"?transcript={transcript.pk}&segment=4", boss.email)

    def who_reads_along(self) -> User:
        """Let the raters of the closed round see the others' codings; one of them codes nothing at the moment."""
        show_others(user=self.coordinator, round_=self.closed, shown=True)
        return self.person("rater_c")

    def without_numbers(self) -> Iterator[Screen]:
        """Pages of a team that talks and decides, and wants no numbers."""
        Study.objects.filter(pk=self.study.pk).update(discussion_only=True)
        boss, rater = self.coordinator.email, self.who_reads_along().email
        yield Screen("talk-study", self.place("study"), boss)
        yield Screen("talk-results", self.place("results"), boss)
        yield Screen("talk-round", self.place("round", self.closed.pk), boss)
        yield Screen("talk-meeting", self.place("meeting", self.closed.pk), boss)
        yield Screen("talk-disagreements", self.place("disagreements", self.closed.pk) + "?code=PULL-APP", boss)
        yield Screen("talk-enactments", self.place("enactments", self.closed.pk), boss)
        yield Screen("talk-no-reliability", self.place("reliability", self.closed.pk), boss, 403)
        yield Screen("talk-study-rater", self.place("study"), rater)

    def of_adjudication(self) -> Iterator[Screen]:
        """Pages of an adjudicator while blind, of who opened it, and of everybody when it has ended."""
        boss, mail = self.coordinator, email_of("adjudicator")
        yield Screen("adjudication-not-open", self.place("adjudication-setup", self.closed.pk), boss.email)
        adjudication.open_adjudication(user=boss, round_=self.closed, outcome_shown=True)
        user = self.person("adjudicator")
        cases = Cases(user, self.closed)
        units = [int(pk) for pk in cases.rows.units.ids[cases.units[:2]]]
        answer = Answer(outcome="none", rule="discussion", reason="A plain question; nobody is asked for anything.")
        adjudication.decide(user=user, round_=self.closed, segment_id=units[0], answer=answer, n=0)
        desk = self.place("adjudication", self.closed.pk)
        yield Screen("adjudication-setup", self.place("adjudication-setup", self.closed.pk), boss.email)
        yield Screen("adjudication", desk, mail)
        yield Screen("adjudication-just-decided", f"{desk}?after={units[0]}&n=1", mail)
        yield Screen("adjudication-proposed", f"{desk}?turn={units[1]}&take=majority", mail)
        yield Screen("adjudication-none-of-a-kind", f"{desk}?kind=attribute", mail)
        yield Screen("adjudication-hides-results", self.place("reliability", self.closed.pk), mail, 403)
        yield Screen("study-adjudicator", self.place("study"), mail)
        adjudication.end_adjudication(user=boss, round_=self.closed)
        yield Screen("adjudication-ended", f"{desk}?turn={units[0]}", mail)
        rater = self.who_reads_along()
        turn = cases.rows.units.ids.tolist().index(units[0])
        hour = cases.rows.transcripts[cases.rows.units.transcript[turn]]
        coded = self.closed.assignments.get(rater__user=rater, transcript__name=hour)
        yield Screen("outcome", reverse("outcome", args=[coded.pk]), rater.email)
        none = self.closed.assignments.exclude(transcript__name=hour).get(rater__user=rater)
        yield Screen("outcome-none", reverse("outcome", args=[none.pk]), rater.email)
        yield Screen("adjudication-report", self.place("adjudication-report", self.closed.pk), email_of("reader"))

    def of_a_drift_check(self) -> Iterator[Screen]:
        """Pages of raters to whom turns come back, and of what came of it."""
        boss, mail = self.coordinator, email_of("rater_c")
        asked = RepeatsAsked(share=5)
        check = start_drift_check(user=boss, round_=self.closed, name="3", version=self.version, asked=asked, seed=7)
        given = check.assignments.select_related("version", "rater").order_by("rater__label", "transcript__name")
        mine = [one for one in given if one.rater.label == "rater_c"]
        first = mine[0].assigned.earliest("segment__position").segment.position
        judge(mine[0], first, "PULL-APP" if first % 2 == 0 else "NAM-OWN")
        yield Screen("study-repeats", self.place("study"), mail)
        yield Screen("desk-repeats", reverse("desk", args=[mine[0].pk]), mail)
        yield Screen("submit-repeats", reverse("submit", args=[mine[0].pk]), mail)
        yield Screen("round-drift-check", self.place("round", check.pk), boss.email)
        for assignment in given:
            for one in assignment.assigned.exclude(segment__judgements__assignment=assignment):
                judge(assignment, one.segment.position)
        close(check)
        yield Screen("round-drift-check-closed", self.place("round", check.pk), boss.email)
        yield Screen("drift-own-past", self.place("drift") + "?code=PULL-APP", boss.email)
        yield Screen("drift-check-has-no-reliability", self.place("reliability", check.pk), boss.email, 403)

    def of_training(self) -> Iterator[Screen]:
        """Pages of a training round: whoever runs it, whoever learns, and what waits."""
        boss = self.coordinator
        practice = make_practice(self.study, self.version, boss)
        number, mail = practice.round.pk, user_of(practice.learner).email
        beginner = user_of(practice.beginner).email
        waits = Assignment.objects.get(round=practice.waiting, rater=practice.beginner)
        yield Screen("training", self.place("training", number), boss.email)
        yield Screen("training-round", self.place("round", number), boss.email)
        yield Screen("training-waiting-round", self.place("round", practice.waiting.pk), boss.email)
        yield Screen("learning", self.place("learning", number), mail)
        yield Screen("learning-begun", self.place("learning", number), beginner)
        yield Screen("feedback", reverse("feedback", args=[practice.of(practice.learner).pk]), mail)
        yield Screen(
            "feedback-none", reverse("feedback", args=[practice.of(practice.learner, 3).pk]) + "?only=mine", mail
        )
        yield Screen("waiting", reverse("desk", args=[waits.pk]), beginner, 403)
        yield Screen("study-waiting", self.place("study"), beginner)
        again = store_round(study=self.study, name="4", kind="main", version=self.version, user=None)
        raters = [practice.learner, practice.beginner]
        for one in assign(again, [Share(transcript=hour, raters=raters) for hour in practice.hours]):
            for position in range(1, one.revision.segments.count() + 1):
                judge(one, position, *(["PULL-APP"] if position % 5 == 0 else []))
        close(again)
        yield Screen("drift-gold", self.place("drift") + "?code=PULL-APP", boss.email)
        coder = Membership.objects.get(study=self.study, label="coordinator")
        again = store_round(study=self.study, name="Own practice", kind="main", version=self.version, user=None)
        assign(again, [Share(transcript=practice.hours[0], raters=[coder])])
        yield Screen("training-blind", self.place("training", number), boss.email)
        bare = store_round(study=self.study, name="Practice", kind="training", version=self.version, user=None)
        transcript = Transcript.objects.filter(study=self.study).latest("pk")
        assign(bare, [Share(transcript=transcript, raters=[practice.learner])])
        yield Screen("training-without-gold", self.place("training", bare.pk), boss.email)
        yield Screen("learning-without-gold", self.place("learning", bare.pk), mail)
        close(practice.round)
        asked = RepeatsAsked(purpose="gold")
        check = start_drift_check(user=boss, round_=self.closed, name="5", version=self.version, asked=asked, seed=7)
        yield Screen("round-gold-check", self.place("round", check.pk), boss.email)

    def of_an_empty_study(self) -> Iterator[Screen]:
        """Pages of a study in which nothing was done yet: each says what comes first."""
        boss = make_member(make_study("empty"), "coordinator")
        for name in ("study", "codebooks", "rounds", "results", "drift", "compare", "memos"):
            yield Screen(f"empty-{name}", reverse(name, args=["empty"]), user_of(boss).email)

    def of_a_reader(self) -> Iterator[Screen]:
        """Pages of whoever reads, and of a coordinator who codes and is blind."""
        yield Screen("study-reader", self.place("study"), email_of("reader"))
        yield Screen("reliability-reader", self.place("reliability", self.closed.pk), email_of("reader"))
        coder = Membership.objects.get(study=self.study, label="coordinator")
        again = store_round(study=self.study, name="Main coding", kind="main", version=self.version, user=None)
        assign(again, [Share(transcript=one, raters=[coder]) for one in self.study.transcripts.all()])
        yield Screen("study-blind", self.place("study"), self.coordinator.email)
        yield Screen("round-blind", self.place("round", again.pk), self.coordinator.email)
        yield Screen("not-yet", self.place("reliability", self.closed.pk), self.coordinator.email, 403)
        yield Screen("results-blind", self.place("results"), self.coordinator.email)
