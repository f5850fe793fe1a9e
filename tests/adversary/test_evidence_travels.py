"""Law 7: words marked as evidence are the same words after acts, export and import, whatever signs they are made of."""

from __future__ import annotations

import json
import uuid

from django.test import Client

from coding.formats.codings import read_codings
from coding.models import Evidence, Round
from coding.queries.codebooks import draft_of
from coding.services.codebooks import store_codebook
from coding.services.codings_import import store_codings
from coding.services.export_files import codings_table
from tests.factories import StudyWorld, close, make_study, make_transcript

TEXTS = [
    "plain words to begin with",
    "😀😀 two faces, then caf\u0065\u0301 and na\u00efve",
    "a\u00a0no-break space, \u200bzero width, \u202eright to left\u202c",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \U0001f468\u200d\U0001f469\u200d\U0001f467 family",
    'first line\nsecond line\n\nfourth, with "quotes", and; separators\tand tabs',
    "=SUM(A1) looks like a formula 'but is not",
]
MEMO = '=1+1\n\'-quoted\r\nwith 😀 and "quotes"; \u202e'


def marked(round_: Round) -> set[tuple[int, str, str, str]]:
    return {
        (
            one.coding.judgement.segment.position,
            one.coding.judgement.assignment.rater.label,
            one.coding.judgement.segment.text[one.start : one.end],
            one.coding.memo,
        )
        for one in Evidence.objects.filter(coding__judgement__assignment__round=round_).select_related(
            "coding__judgement__segment", "coding__judgement__assignment__rater"
        )
    }


def test_spans_and_memos_come_back_as_they_went(world: StudyWorld) -> None:
    transcript = make_transcript(world.study, TEXTS, name="odd signs")
    round_ = world.round(raters=[world.rater], transcripts=[transcript])
    assignment = round_.assignments.get()
    client = Client()
    assert world.rater.user is not None
    client.force_login(world.rater.user)
    acts = []
    for position, text in enumerate(TEXTS, start=1):
        spans = [[0, 2], [2, len(text)]]
        for said in (
            {"kind": "give", "code": "ST-WARM", "spans": spans},
            {"kind": "coding_memo", "code": "ST-WARM", "memo": MEMO},
            {"kind": "finish"},
        ):
            acts.append({"id": str(uuid.uuid4()), "seq": len(acts), "position": position, **said})
    answer = client.post(f"/assignments/{assignment.pk}/acts/", json.dumps(acts), content_type="application/json")
    close(round_)

    table = "".join(codings_table([round_])).encode()
    other = make_study()
    store_codebook(study=other, draft=draft_of(world.version), publish=True, user=None)
    make_transcript(other, TEXTS, name="odd signs")
    again = store_codings(study=other, round_name="again", draft=read_codings(table)).round

    assert answer.status_code == 200
    assert not [one for one in answer.json()["answers"] if "refused" in one]
    assert len(marked(round_)) == 2 * len(TEXTS)
    assert marked(again) == marked(round_)
    assert "".join(codings_table([again])).count("\n") == table.decode().count("\n")
