"""Episodes: a pull until it is named, turned away from, or the hour ends; by links where there are, else by turns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.analysis.episodes import (
    How,
    Outcome,
    episodes,
    first_of,
    firsts,
    how_named,
    named_within,
    outcomes,
    seconds_between,
)
from coding.analysis.latencies import latencies
from coding.analysis.material import Group, Roles
from tests.coding.analysis.making import ROLES, link, material, session

words = st.lists(st.sampled_from([".", ".", "P", "N", "PN", "T", "?", "N?", "PN?"]), max_size=20)


def test_turns_with_a_pull_one_after_the_other_are_one_pull() -> None:
    found = episodes(material("P P . P N . P"), ROLES)

    assert [(one.start, one.end, one.named_at, one.outcome) for one in found] == [
        (0, 1, 4, Outcome.NAMED),
        (3, 3, 4, Outcome.NAMED),
        (6, 6, None, Outcome.HOUR_ENDED),
    ]
    assert [one.turns_followed for one in found] == [6, 3, 0]


def test_what_comes_first_ends_the_episode() -> None:
    (away,) = episodes(material("P S T N"), ROLES)

    assert (away.noticed_at, away.turned_away_at, away.named_at) == (1, 2, 3)
    assert away.outcome == Outcome.TURNED_AWAY
    assert outcomes([away])[Outcome.TURNED_AWAY] == 1


def test_a_naming_in_the_very_turn_of_the_pull_is_no_answer_to_it() -> None:
    (one,) = episodes(material("PN . N"), ROLES)

    assert one.named_at == 2


def test_a_turn_without_a_value_ends_what_is_known() -> None:
    (one,) = episodes(material("P . ? N"), ROLES)

    assert (one.named_at, one.followed_until, one.outcome) == (None, 1, Outcome.CODING_ENDED)


def test_a_linked_naming_names_what_it_is_linked_to_and_no_other_pull() -> None:
    hour = session("P . P N . N", links=(link(3, "N", 0, "P"),))

    first, second = episodes(material(hour), ROLES)

    assert (first.named_at, first.how) == (3, How.LINK)
    assert (second.named_at, second.how) == (5, How.ADJACENCY)
    assert how_named([first, second]) == {How.LINK: 1, How.ADJACENCY: 1}


def test_a_link_reaches_past_a_nearer_naming_only_if_that_one_is_bound_elsewhere() -> None:
    hour = session("P N N", links=(link(2, "N", 0, "P"),))

    (one,) = episodes(material(hour), ROLES)

    assert (one.named_at, one.how) == (1, How.ADJACENCY)


def test_the_share_named_in_time_leaves_out_what_was_not_followed_so_long() -> None:
    found = episodes(material("P . N P . . . P N"), ROLES)

    two = named_within(found, 2)
    assert (two.value, two.n) == (0.5, 2)
    assert named_within(found, 30).why == "not defined: no pull is followed by 30 turns"
    assert named_within((), 3).why == "not defined: there is no pull in this layer"


@given(st.lists(words, min_size=1, max_size=3))
def test_every_episode_is_what_reading_turn_by_turn_gives(every: list[list[str]]) -> None:
    found = episodes(material(*[" ".join(one) for one in every]), ROLES)

    by_hand = []
    for s, turns in enumerate(every):
        for place, word in enumerate(turns):
            if "P" not in word or (place and "P" in turns[place - 1]):
                continue
            named = None
            for later in range(place + 1, len(turns)):
                if turns[later] == "?" or "N?" in turns[later]:
                    break
                if "N" in turns[later]:
                    named = later
                    break
            by_hand.append((s, place, named))
    assert [(one.session, one.start, one.named_at) for one in found] == by_hand


def test_latencies_in_seconds_say_why_there_are_none() -> None:
    none = session("P N", "A")
    back = session("P N", "B", starts=np.array([9.0, 4.0]))
    gap = session("P N", "C", starts=np.array([9.0, np.nan]))
    fine = session("P N", "D", starts=np.array([9.0, 12.0]))

    found = latencies(material(none, back, gap, fine), ROLES, unit="seconds")

    assert found.curves["all sessions"].n == 1
    assert found.curves["all sessions"].median.value == 3.0
    assert found.left_out == (
        "1 pull: A has no times",
        "1 pull: the times of B run backwards",
        "1 pull: a turn of C has no time",
    )
    assert seconds_between(fine, 0, 1).value == 3.0


def test_the_end_of_the_last_turn_is_the_end_of_the_hour_where_it_is_known() -> None:
    hour = session("P .", starts=np.array([10.0, 15.0]), ends=np.array([15.0, 40.0]))

    found = latencies(material(hour), ROLES, unit="seconds")

    assert found.curves["all sessions"].followed_until == 30.0


def test_times_that_run_backwards_on_the_way_are_no_wait() -> None:
    hour = session("P . N", starts=np.array([5.0, 2.0, 9.0]))

    found = latencies(material(hour), ROLES, unit="seconds")

    assert found.left_out == ("1 pull: the times of T run backwards",)


def test_a_turn_not_judged_for_noticing_ends_the_wait_to_be_noticed_alone() -> None:
    hour = material("P . S? S N")

    noticing, naming = (latencies(hour, ROLES, until=until).curves["all sessions"] for until in ("noticing", "naming"))

    assert (noticing.happened, noticing.followed_until) == (0, 1.0)
    assert (naming.happened, naming.followed_until) == (1, 4.0)


def test_sessions_without_a_condition_or_a_pull_are_named() -> None:
    found = latencies(
        material(session("P N", "A", attributes={"condition": "X"}), session(". .", "B")), ROLES, "condition"
    )

    assert found.left_out == ("1 session: no condition is known", "1 session: no pull in this layer")
    assert found.contrasts == ()
    assert found.p.why == "not defined: fewer than two conditions have anything to compare"


def test_the_demo_waits_as_it_must() -> None:
    from coding.analysis.material import relational_moves
    from tests.coding.analysis import demo

    expected = demo.expected()
    if expected is None:
        pytest.skip("the expected values are not here: ../shared/data/demo_expected.json is not part of the product")
    found, roles = demo.by_majority().material, relational_moves()

    waits = latencies(found, roles, "condition")

    rows = expected["latency"]
    for s, hour in enumerate(found.sessions):
        row = rows[hour.transcript]
        for group, name in (
            (roles.pull, "first_pull_turn"),
            (roles.noticing, "first_notice_turn"),
            (roles.naming, "first_name_turn"),
            (roles.reworked, "first_rework_turn"),
        ):
            first = first_of(found, group)[s]
            assert (None if first is None else first + 1) == row[name]
        (episode,) = [one for one in firsts(episodes(found, roles)) if one.session == s]
        assert episode.turns_to(episode.named_at) == row["turns_from_first_pull_to_first_name"]
        assert (episode.named_at is None) == row["censored"]
        curve = waits.curves[hour.attributes["condition"]]
        assert (curve.n, curve.happened) == (1, 0 if row["censored"] else 1)
    assert waits.curves["PDT"].median.value == 14
    assert waits.curves["CBT"].followed_until == 77
    assert waits.curves["CBT"].median.why == "not defined: naming never happens in 1 wait"
    assert waits.contrasts[0].ratio.why == "not defined: naming never follows a pull in CBT"


def test_roles_without_codes_are_answered() -> None:
    empty = Roles(pull=Group("pull", ()), naming=Group("naming", ()))

    assert episodes(material("P N"), empty) == ()
    found = latencies(material("P N"), empty)
    assert found.curves["all sessions"].why == "not defined: there is nothing that could wait"


@pytest.mark.parametrize("option", ["until", "unit", "of"])
def test_an_option_that_is_none_is_refused(option: str) -> None:
    with pytest.raises(ValueError, match="is none of"):
        latencies(material("P N"), ROLES, **{option: "hours"})
