"""What becomes of a naming, who pulls whom, what told of elsewhere comes again, the course of a dyad."""

from __future__ import annotations

from collections import Counter

import pytest

from coding.analysis.episodes import How
from coding.analysis.following import NEITHER, namings, shares
from coding.analysis.material import Detail, Group, relational_moves
from coding.analysis.relations import Direction, Place, course, directions, recurrences, reworked
from tests.coding.analysis import demo
from tests.coding.analysis.making import ROLES, group, link, material, session


def names(found, turns: int) -> list[tuple[str, int]]:
    return [(one.name, one.turns) for one in found.within(turns)]


def test_responses_are_told_in_the_order_in_which_they_come() -> None:
    (one,) = namings(material("P N T . R U . W"), ROLES)

    assert (one.turn, one.pull_at, one.pull_how) == (1, 0, How.ADJACENCY)
    assert names(one, 1) == [("turned away", 1)]
    assert names(one, 5) == [("turned away", 1), ("recognised", 3), ("understood", 4)]
    assert one.first_within(3) == "turned away"


def test_a_naming_may_take_up_nothing_and_be_followed_by_nothing() -> None:
    (one,) = namings(material("N . ."), ROLES)

    assert (one.pull_at, one.pull_how, one.responses, one.followed_for) == (None, How.NONE, (), 2)
    assert one.first_within(2) == NEITHER


def test_a_linked_response_answers_what_it_is_linked_to() -> None:
    hour = session("P N N R U", links=(link(1, "N", 0, "P"), link(3, "R", 1, "N")))

    first, second = namings(material(hour), ROLES)

    assert [(r.name, r.turns, r.how) for r in first.responses] == [
        ("recognised", 2, How.LINK),
        ("understood", 3, How.ADJACENCY),
    ]
    assert [(r.name, r.turns) for r in second.responses] == [("understood", 2)]
    assert (first.pull_how, second.pull_how) == (How.LINK, How.ADJACENCY)


def test_a_response_linked_to_two_namings_answers_both() -> None:
    hour = session("N N R", links=(link(2, "R", 0, "N"), link(2, "R", 1, "N")))

    assert [names(one, 5) for one in namings(material(hour), ROLES)] == [[("recognised", 2)], [("recognised", 1)]]


def test_a_naming_at_the_end_of_the_hour_is_left_out_of_longer_windows() -> None:
    found = namings(material("N R . . . . N R"), ROLES)

    table = shares(found, ROLES)

    assert (table["recognised"][1].value, table["recognised"][1].n) == (1.0, 2)
    assert (table["recognised"][3].value, table["recognised"][3].n) == (1.0, 1)
    assert table[NEITHER][1].value == 0.0
    assert table["recognised"][1].why_no_interval == "no interval: 1 session, fewer than 5"


def test_without_a_naming_every_share_says_so() -> None:
    table = shares(namings(material("P . ."), ROLES), ROLES)

    assert {figure.why for row in table.values() for figure in row.values()} == {
        "not defined: naming never occurs in this layer"
    }


def test_a_turn_not_judged_for_a_response_ends_what_is_known_of_a_naming() -> None:
    (one,) = namings(material("N . R? R"), ROLES)

    assert (one.followed_for, one.responses) == (1, ())


def test_the_namings_of_the_demo_are_turned_away_from_and_reworked() -> None:
    found = namings(demo.by_majority().material, relational_moves())

    first = Counter(one.first_within(3) for one in found)
    assert len(found) == 14
    assert first["turned away"] == 8
    assert first[NEITHER] == 1
    assert first["recognised"] + first["understood"] + first["new response"] == 5
    assert [one.turn + 1 for one in found if one.first_within(3) == NEITHER] == [50]


def test_who_pulls_whom_is_counted_by_speaker() -> None:
    said = (Detail(0, "P", "direction", "to_therapist"), Detail(2, "P", "arena", "here"))
    hour = session("P P P", speakers="patient therapist patient", details=said)

    found = directions(material(hour), ROLES.pull)

    assert found == (
        Direction("patient", "not said", 1),
        Direction("patient", "to_therapist", 1),
        Direction("therapist", "not said", 1),
    )


def test_what_is_told_of_elsewhere_is_followed_into_the_room_and_later_hours() -> None:
    told = (
        Detail(0, "P", "arena", "there"),
        Detail(0, "P", "target_person", "mother"),
        Detail(1, "P", "arena", "there"),
    )
    first = session("P P . P", "H1", dyad="D", number=1, details=told)
    third = session(". P", "H3", dyad="D", number=3, details=(Detail(1, "P", "arena", "here"),))
    second = session("P", "H2", dyad="D", number=2, details=(Detail(0, "P", "arena", "there"),))
    stranger = session("P", "X", dyad="E", number=2)

    found = recurrences(material(first, third, second, stranger), ROLES.pull)

    assert [(one.told, one.person) for one in found] == [
        (Place("H1", 0), "mother"),
        (Place("H1", 1), ""),
        (Place("H2", 0), ""),
    ]
    assert found[0].same_hour == Place("H1", 3)
    assert found[0].later_hours == (Place("H3", 1),)
    assert (found[0].later_known, found[2].later_known) == (2, 1)
    assert found[2].same_hour is None


def test_the_course_of_a_dyad_goes_by_its_hours() -> None:
    hours = [session("P N . .", "B", dyad="D", number=2), session("P P . ?", "A", dyad="D", number=1)]

    (found,) = course(material(*hours), reworked(ROLES))

    assert [hour.transcript for hour in found.hours] == ["A", "B"]
    assert found.why == ""
    assert [hour.rates["pull"].value for hour in found.hours] == [pytest.approx(200 / 3), 25.0]
    assert found.hours[1].rates["naming"].value == 25.0


def test_what_is_no_course_says_why() -> None:
    found = course(
        material(
            session("P", "A"),
            session("P", "B", dyad="D"),
            session("?", "C", dyad="E", number=1),
            session("P", "F", dyad="E"),
        ),
        [group("P", "pull"), Group("nothing", ())],
    )

    assert {one.dyad: one.why for one in found} == {
        "": "not a course: it is not known who met in these sessions",
        "D": "not a course: this dyad has one session",
        "E": "not a course: the number of a session is not known",
    }
    assert found[2].hours[0].rates["pull"].why == "not defined: no turn of C was judged for pull"
    assert found[2].hours[0].rates["nothing"].why == "not defined: no code stands in the role nothing"
