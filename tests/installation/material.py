"""
Rows for a throw-away installation: studies, raters with sessions, rounds. Needs Django set up on that installation.

As a command (`python -m tests.installation.material raters TURNS RATER...`) it makes one study and writes who codes
where as JSON, for tests whose own Django looks at another database.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coding.formats.drafts import CodebookDraft
    from coding.models import Round
    from transcripts.models import Study
    from workbench.accounts.models import User

BACKEND = "workbench.accounts.signed_in.SignIn"
SENTENCES = (
    "I don't know whether that makes any sense to you.",
    "You went quiet just now, and I noticed that I wanted to fill the silence.",
    "She said she would call, and then of course she did not, which is what always happens with her.",
    "Yes.",
    "So when you say it is fine, part of you is already on the way out of the room.",
    "Maybe I should have told you last week, but you looked tired and I did not want to be one more thing.",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's assignment: whose it is, their session, and how many turns it has."""

    assignment: str
    session: str
    turns: int


def sign_in(user: User) -> str:
    """Open a session for a person and give its key."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from workbench.accounts.signed_in import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def make_person(study: Study, label: str, role: str) -> User:
    """Make a member of a study who can sign in by session alone."""
    from transcripts.models import Membership
    from workbench.accounts.models import User

    user = User.objects.create_user(f"{label}.{study.slug}@example.org", None, name=label)
    Membership.objects.create(study=study, user=user, label=label, role=role)
    return user


def spoken(number: int) -> str:
    """Give the words of a turn: from one to five sentences, about forty words in the mean."""
    return " ".join(SENTENCES[(number * 7 + place) % len(SENTENCES)] for place in range(1 + number % 5))


def segments_table(transcripts: int, turns: int, name: str = "session") -> bytes:
    """Write a segments table of many transcripts, patient and therapist taking turns."""
    lines = ["transcript,segment,speaker,role,start,end,text"]
    for number in range(1, transcripts + 1):
        for turn in range(1, turns + 1):
            speaker, role = ("T", "therapist") if turn % 2 else ("P", "patient")
            second = turn * 9
            lines.append(f'{name}_{number:03},{turn},{speaker},{role},{second},{second + 8},"{spoken(turn + number)}"')
    return ("\n".join(lines) + "\n").encode()


def make_study(slug: str, tables: bytes, codebook: CodebookDraft | None = None) -> Study:
    """Make a study with transcripts from a segments table and the codebook that ships with the demo."""
    from coding.services.codebooks import read_file as read_codebook
    from coding.services.codebooks import store_codebook
    from coding.services.demo import ROOT
    from transcripts.services.studies import store_study

    study = store_study(slug=slug, title=slug)
    import_table(study, tables)
    draft = codebook or read_codebook((ROOT / "relational_moves_codebook.json").read_bytes(), study=study)
    store_codebook(study=study, draft=draft, publish=True, user=None)
    return study


def import_table(study: Study, table: bytes, file_name: str = "table.csv") -> int:
    """Bring a segments table in as a whole, from its bytes to the commit; gives the number of rows."""
    from transcripts.queries.speaker_roles import known_roles
    from transcripts.services.file_imports import read_file
    from transcripts.services.imports import store_transcripts

    read = read_file(file_name=file_name, data=table, known=known_roles(study), given={})
    store_transcripts(study=study, incoming=[one.incoming for one in read], user=None)
    return sum(len(one.incoming.draft.segments) for one in read)


def open_round(study: Study, labels: list[str], name: str = "1") -> tuple[Round, list[Place]]:
    """Start a round in which each of these new raters codes every transcript of the study."""
    from coding.models import Assignment
    from coding.queries.codebooks import latest_published
    from coding.services.rounds import Share, assign, store_round
    from transcripts.models import Membership, Segment, Transcript

    users = {label: make_person(study, label, Membership.Role.RATER) for label in labels}
    version = latest_published(study)
    assert version is not None
    round_ = store_round(study=study, name=name, kind="training", version=version, user=None)
    raters = list(Membership.objects.filter(study=study, label__in=labels).order_by("label"))
    assign(round_, [Share(one, raters) for one in Transcript.objects.filter(study=study).order_by("name")])
    given = Assignment.objects.filter(round=round_).select_related("rater").order_by("rater__label", "transcript__name")
    sessions = {label: sign_in(user) for label, user in users.items()}
    return round_, [
        Place(str(one.pk), sessions[one.rater.label], Segment.objects.filter(revision=one.revision_id).count())
        for one in given
    ]


def main(words: list[str]) -> dict[str, Any]:
    """Make one transcript of so many turns and so many raters on it."""
    from transcripts.models import Membership

    turns, labels = int(words[0]), words[1:]
    study = make_study("trial", segments_table(1, turns))
    coordinator = make_person(study, "coordinator", Membership.Role.COORDINATOR)
    _, places = open_round(study, labels)
    return {"study": study.slug, "coordinator": sign_in(coordinator), "places": [asdict(one) for one in places]}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbench.settings")
    import django

    django.setup()
    sys.stdout.write(json.dumps(main(sys.argv[1:])))
