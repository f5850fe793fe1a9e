"""Every page of the product with the demo study in it: whose page it is, and where it hangs."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from coding.models import Assignment, CodebookVersion, Round
from coding.queries.codebooks import draft_of as stored_draft
from coding.services import codebooks, exports, runs
from coding.services.act_drafts import draft_of
from coding.services.acts import perform
from coding.services.codings_import import read_file, store_codings
from coding.services.demo import SLUG, email_of, store_demo
from coding.services.rounds import Share, assign, store_round
from coding.services.submission import submit
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
            ("codebook-settings", self.place("codebook-settings", draft.pk)),
            ("code", self.place("code", draft.pk, code.pk)),
            ("family", self.place("family", draft.pk, code.family_id)),
            ("rounds", self.place("rounds")),
            ("new-round", self.place("new-round")),
            ("draw-round", self.place("draw-round")),
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

    def of_a_reader(self) -> Iterator[Screen]:
        """Pages of whoever reads, and of a coordinator who codes and is blind."""
        yield Screen("study-reader", self.place("study"), email_of("reader"))
        yield Screen("reliability-reader", self.place("reliability", self.closed.pk), email_of("reader"))
        coder = Membership.objects.get(study=self.study, label="coordinator")
        again = store_round(study=self.study, name="Drift check", kind="drift", version=self.version, user=None)
        assign(again, [Share(transcript=one, raters=[coder]) for one in self.study.transcripts.all()])
        yield Screen("study-blind", self.place("study"), self.coordinator.email)
        yield Screen("round-blind", self.place("round", again.pk), self.coordinator.email)
        yield Screen("not-yet", self.place("reliability", self.closed.pk), self.coordinator.email, 403)
        yield Screen("results-blind", self.place("results"), self.coordinator.email)
