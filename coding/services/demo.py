"""The demo study: two invented sessions, coded by three simulated raters, and accounts to try everything with."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from coding.models import Round
from coding.queries.codebooks import latest_published
from coding.services import codings_import
from coding.services.codebooks import read_file, store_codebook
from coding.services.rounds import Share, assign, store_round
from transcripts import files
from transcripts.models import Membership, Study, Transcript
from transcripts.queries.reading import drafts_of
from transcripts.queries.speaker_roles import decide_roles, known_roles
from transcripts.services.imports import Incoming, store_transcripts
from transcripts.services.studies import store_study
from workbench.accounts.models import User

SLUG = "demo"
TITLE = "Relational moves (demo)"
QUESTION = (
    "Is what happens between patient and therapist noticed and named, or only lived out? Two invented sessions of the "
    "same invented patient, coded by three simulated raters."
)
INVENTED = (
    "All of it is invented: no real person, session or clinic. What the numbers show was built into the demo and is no "
    "evidence about any therapy."
)
ROOT = Path(__file__).resolve().parent.parent.parent / "fixtures" / "demo"
SESSIONS = ("pdt_session_11.txt", "cbt_session_06.txt")
#: What the study knows of each session: one patient with two therapists, so two dyads.
KNOWN = {
    "pdt_session_11.txt": {"condition": "Psychodynamic", "dyad": "P1-T1", "session number": "11"},
    "cbt_session_06.txt": {"condition": "Cognitive behavioural", "dyad": "P1-T2", "session number": "6"},
}
CLOSED, OPEN = "1", "2"
#: Label and role of everybody who can sign in; the open round is for the first two raters.
PEOPLE = (
    ("coordinator", Membership.Role.COORDINATOR),
    ("rater_a", Membership.Role.RATER),
    ("rater_b", Membership.Role.RATER),
    ("rater_c", Membership.Role.RATER),
    ("adjudicator", Membership.Role.ADJUDICATOR),
    ("reader", Membership.Role.READER),
)
CODING_NOW = ("rater_a", "rater_b")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the demo; no password where they have chosen another one since."""

    email: str
    role: str
    password: str


def email_of(label: str) -> str:
    """Give the address that somebody of the demo signs in with; no mail is ever sent to it."""
    return f"{label.replace('_', '.')}@example.org"


def password_of(email: str) -> str:
    """Give the demo password: the same on every start of this installation, and another one in any other."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"demo account {email}".encode(), hashlib.sha256)
    letters = base64.b32encode(digest).decode().lower()[:12]
    return "-".join(letters[place : place + 4] for place in (0, 4, 8))


@transaction.atomic
def store_demo() -> bool:
    """Store the demo study unless it is there, and say whether it was missing; no access check."""
    if Study.objects.filter(slug=SLUG).exists():
        return False
    study = store_study(slug=SLUG, title=TITLE, question=QUESTION)
    _store_people(study)
    _store_sessions(study)
    draft = read_file((ROOT / "relational_moves_codebook.json").read_bytes(), study=study)
    store_codebook(study=study, draft=draft, publish=True, user=None)
    codings = codings_import.read_file((ROOT / "demo_codings.csv").read_bytes())
    codings_import.store_codings(study=study, round_name=CLOSED, draft=codings, judged_all=True)
    _store_open_round(study)
    return True


def _store_people(study: Study) -> None:
    for label, role in PEOPLE:
        email = email_of(label)
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            creates = role == Membership.Role.COORDINATOR
            name = label.replace("_", " ").capitalize()
            user = User.objects.create_user(email, password_of(email), name=name, may_create_studies=creates)
        Membership.objects.create(study=study, user=user, label=label, role=role)


def _store_sessions(study: Study) -> None:
    store_transcripts(study=study, incoming=list(_sessions(study)), user=None)


def _sessions(study: Study) -> Iterator[Incoming]:
    known = known_roles(study)
    for name in SESSIONS:
        data = (ROOT / name).read_bytes()
        for draft in drafts_of(name, data):
            roles = decide_roles(draft, known=known, given={})
            yield Incoming(
                draft,
                name,
                files.digest(data),
                len(data),
                roles.by_label,
                session={**draft.session, **KNOWN[name]},
                data=data,
            )


def _store_open_round(study: Study) -> None:
    version = latest_published(study)
    if version is None:
        raise RuntimeError("The demo codebook was just published.")
    round_ = store_round(study=study, name=OPEN, kind=Round.Kind.TRAINING, version=version, user=None)
    raters = list(Membership.objects.filter(study=study, label__in=CODING_NOW).order_by("label"))
    shares = [Share(transcript=one, raters=raters) for one in Transcript.objects.filter(study=study).order_by("pk")]
    assign(round_, shares)


def demo_accounts() -> list[Account]:
    """List who can sign in to the demo, with the passwords that still hold."""
    labels = [label for label, _ in PEOPLE]
    members = Membership.objects.filter(study__slug=SLUG, label__in=labels, user__isnull=False).select_related("user")
    by_label = {member.label: member for member in members}
    found = []
    for member in (by_label[label] for label in labels if label in by_label):
        if member.user is not None:
            password = password_of(member.user.email)
            holds = member.user.check_password(password)
            found.append(Account(member.user.email, member.role, password if holds else ""))
    return found


def demo_lines(accounts: list[Account]) -> Iterator[str]:
    """Say who can sign in, and that nothing of it is real."""
    width = max((len(account.email) for account in accounts), default=0)
    for account in accounts:
        password = account.password or "(the password was changed)"
        yield f"  {account.email:<{width}}  {password:<26}  {account.role}"
    yield INVENTED
