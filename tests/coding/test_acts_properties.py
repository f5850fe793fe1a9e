"""Whatever a rater presses, in whatever order it arrives again: the rows equal a model of a few lines."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.models import Act, Coding, Judgement
from coding.queries.turn import TurnState
from coding.services.acts import Refused
from tests.coding.test_acts import CODEBOOK, Desk
from tests.factories import StudyWorld, make_round, make_transcript, make_version

ROLES = {1: "therapist", 2: "patient"}
RATED = {"PULL-APP", "PULL-DEF"}
STANCE = {"ST-WARM", "ST-COOL"}
CODES = sorted(RATED | STANCE | {"NAM-DIS"})

positions = st.sampled_from([1, 2])
codes = st.sampled_from(CODES)
ratings = st.integers(1, 3)
steps = st.one_of(
    st.tuples(st.just("give"), positions, st.fixed_dictionaries({"code": codes})),
    st.tuples(
        st.just("give"), positions, st.fixed_dictionaries({"code": st.sampled_from(sorted(RATED)), "rating": ratings})
    ),
    st.tuples(st.just("take"), positions, st.fixed_dictionaries({"code": codes})),
    st.tuples(st.just("rate"), positions, st.fixed_dictionaries({"code": codes, "rating": st.none() | ratings})),
    st.tuples(
        st.just("outcome"), positions, st.fixed_dictionaries({"outcome": st.sampled_from(["none", "uncodable"])})
    ),
    st.tuples(st.just("clear"), positions, st.just({})),
    st.tuples(st.just("finish"), positions, st.just({})),
    st.tuples(st.just("unfinish"), positions, st.just({})),
    st.tuples(st.just("flag"), positions, st.fixed_dictionaries({"flag": st.booleans()})),
    st.tuples(st.just("memo"), positions, st.fixed_dictionaries({"memo": st.sampled_from(["", "a", "b"])})),
)
quietly = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Model:
    """The rules once more, written as a rater would say them."""

    def __init__(self, roles: Mapping[int, str] = ROLES) -> None:
        self.roles = roles
        self.turns: dict[int, dict[str, Any]] = {
            position: {"codes": {}, "outcome": "", "finished": False, "flag": False, "memo": ""} for position in roles
        }

    def do(self, kind: str, position: int, said: dict[str, Any]) -> bool:
        """Do one act; false when it is refused."""
        turn, code = self.turns[position], said.get("code")
        if kind == "give":
            neighbours = STANCE & turn["codes"].keys() - {code} if code in STANCE else set()
            if code == "NAM-DIS" and self.roles[position] != "therapist":
                return False
            if code not in turn["codes"] and len(turn["codes"]) - len(neighbours) >= 3:
                return False
            for neighbour in neighbours:
                del turn["codes"][neighbour]
            turn["codes"].setdefault(code, None)
            if "rating" in said:
                turn["codes"][code] = said["rating"]
            turn["outcome"] = ""
        elif kind == "take":
            turn["codes"].pop(code, None)
        elif kind == "rate":
            if code not in turn["codes"] or (said["rating"] is not None and code not in RATED):
                return False
            turn["codes"][code] = said["rating"]
        elif kind == "outcome":
            if turn["codes"]:
                return False
            turn["outcome"] = said["outcome"]
        elif kind == "clear":
            turn["outcome"] = ""
        elif kind == "finish":
            if not self.whole(turn):
                return False
            turn["finished"] = True
        elif kind == "unfinish":
            turn["finished"] = False
        else:
            turn[kind] = said[kind]
        turn["finished"] = turn["finished"] and self.whole(turn)
        return True

    @staticmethod
    def whole(turn: dict[str, Any]) -> bool:
        owed = "ST-COOL" in turn["codes"] or any(turn["codes"].get(code, 1) is None for code in RATED)
        return bool(turn["codes"] or turn["outcome"]) and not owed


def rows(desk: Desk) -> dict[int, dict[str, Any]]:
    """Read the turns back from the tables, by another way than the desk does."""
    found = Model().turns
    for judgement in Judgement.objects.filter(assignment=desk.assignment).select_related("segment"):
        found[judgement.segment.position] = {
            "codes": dict(Coding.objects.filter(judgement=judgement).values_list("code__key", "rating")),
            "outcome": judgement.outcome or "",
            "finished": judgement.finished_at is not None,
            "flag": judgement.flag,
            "memo": judgement.memo,
        }
    return found


@pytest.fixture
def new_desk(world: StudyWorld) -> Any:
    version = make_version(world.study, CODEBOOK)

    def make() -> Desk:
        return Desk(make_round(version, [make_transcript(world.study, 2)], [world.rater]).assignments.get())

    return make


@quietly
@given(
    sequence=st.lists(steps, max_size=25),
    replays=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=12),
)
def test_acts_replayed_in_any_order_leave_what_the_model_says(new_desk: Any, sequence: Any, replays: Any) -> None:
    desk, model, sent = new_desk(), Model(), []

    for number, (kind, position, said) in enumerate(sequence):
        act_id = UUID(int=number + 1)
        sent.append((kind, position, act_id, said))
        allowed = model.do(kind, position, copy.deepcopy(said))
        assert done(desk, kind, position, act_id, said) == allowed, (kind, said)
        for at, which in replays:
            if at == number:
                done(desk, *sent[which % len(sent)])
        assert rows(desk) == model.turns
    for _, which in reversed(replays):
        if sent:
            done(desk, *sent[which % len(sent)])

    assert rows(desk) == model.turns
    assert Act.objects.filter(assignment=desk.assignment).count() == len(sequence)


@quietly
@given(sequence=st.lists(steps, min_size=1, max_size=15))
def test_every_act_can_be_undone_and_done_again(new_desk: Any, sequence: Any) -> None:
    desk = new_desk()
    empty, states, acts = TurnState(), {1: TurnState(), 2: TurnState()}, []

    for kind, position, said in sequence:
        before = states[position]
        try:
            answer = desk.do(kind, position, **said)
        except Refused:
            continue
        undone = desk.do("undo", position, act=str(answer.client_id))
        redone = desk.do("undo", position, act=str(undone.client_id))
        assert undone.turn == before
        assert redone.turn == answer.turn
        states[position] = answer.turn
        acts.append((position, redone.client_id))
    for position, act_id in reversed(acts):
        states[position] = desk.do("undo", position, act=str(act_id)).turn

    assert states == {1: empty, 2: empty}


def done(desk: Desk, kind: str, position: int, act_id: UUID, said: dict[str, Any]) -> bool:
    try:
        desk.do(kind, position, act_id=act_id, **said)
    except Refused:
        return False
    return True
