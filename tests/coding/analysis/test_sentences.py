"""The paragraph for a paper: unit, layer, sessions, test, correction, and what it does not say."""

from __future__ import annotations

import numpy as np
import pytest

from coding.analysis.latencies import latencies
from coding.analysis.material import Material, relational_moves
from coding.analysis.permuting import shuffled
from coding.analysis.sentences import NOT_EFFECTS, Pair, results
from coding.analysis.stack import Stack
from tests.benchmarks.enactments import PLANTED, ROLES, planted
from tests.coding.analysis import demo
from tests.coding.analysis.making import ROLES as SMALL
from tests.coding.analysis.making import material, session


@pytest.fixture(scope="module")
def study() -> Material:
    return planted(np.random.default_rng(2), PLANTED)["majority"]


def test_it_says_what_the_figures_rest_on_and_what_they_do_not_say(study: Material) -> None:
    text = results(study, "condition")

    assert "the codings of the majority of rater 0, rater 1, rater 2: 60 sessions with 11,701 judged turns" in text
    assert "(30 often, 30 seldom)" in text
    assert text.endswith(NOT_EFFECTS)
    assert "not effects of therapies" in text


def test_a_test_that_takes_waits_as_independent_is_made_only_where_they_are(study: Material) -> None:
    first, every = (latencies(study, ROLES, "condition", of=of, shuffles=99) for of in ("first pull", "every pull"))

    assert (first.test, every.test) == ("log-rank", "shuffling")
    assert first.p.kind.startswith("chi-square")
    assert every.p == every.contrasts[0].p


def test_it_names_unit_test_correction_and_intervals(study: Material) -> None:
    waits = latencies(study, ROLES, "condition")
    shuffles = shuffled(Stack.of(study), [ROLES.pull], [ROLES.naming], [1, 2], shuffles=99)

    text = results(study, "condition", waits=waits, shuffles=shuffles, pairs=[Pair("pull", "naming", 1)])

    (contrast,) = waits.contrasts
    for words in (
        f"{contrast.ratio.value:.2f} times as likely to be named in often as in seldom",
        f"95 % interval {contrast.ratio.low:.2f} to {contrast.ratio.high:.2f}, Cox, jackknife over sessions",
        "p < .001 (1000 shuffles of the conditions over sessions, seed 20260101; the session is the unit)",
        "99 shuffles within sessions (seed 20260101), corrected for 2 cells",
        "the unit of a table is the turn, pairs of turns never cross a session",
        "censored at the end of the hour",
        "by Holm and",
        "Pull was followed one turn later by naming",
    ):
        assert words in text


def test_what_is_not_defined_is_said_with_its_reason() -> None:
    found, roles = demo.by_majority().material, relational_moves()
    waits = latencies(found, roles, "condition")
    cbt = found.where(condition="CBT")
    shuffles = shuffled(Stack.of(cbt), [roles.pull], [roles.naming], [1], shuffles=9)

    text = results(found, "condition", waits=waits, weak=["REW-TRN", "PULL-DEF"])
    other = results(cbt, shuffles=shuffles, pairs=[Pair("pull", "naming", 1)])

    assert "2 sessions describe; so few are no ground to generalise." in text
    assert "The first pull was named in 0 of 1 session in CBT" in text
    assert "The hazard ratio between CBT and PDT is not defined: naming never follows a pull in CBT." in text
    assert "Below the study's threshold of reliability are REW-TRN and PULL-DEF" in text
    assert "Whether naming follows pull one turn later is not defined: naming never occurs in this layer." in other


def test_nothing_coded_is_a_sentence_too() -> None:
    assert results(material()).startswith("There is no coded session in this layer.")
    text = results(material(session(". .", "A")), waits=latencies(material(session(". .", "A")), SMALL))
    assert "How long pulls waited to be named is not defined: there is nothing that could wait." in text
    assert "Left out: 1 session: no pull in this layer." in text
    assert "nan" not in text.lower().split()
