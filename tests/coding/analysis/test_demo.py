"""The demo study comes out as independent packages computed it: counts, every lag table, latencies."""

from __future__ import annotations

from typing import Any

import pytest

from coding.analysis.lags import lagged
from coding.analysis.stack import Stack
from tests.coding.analysis import demo

NEAR = 1e-5


@pytest.fixture
def expected() -> dict[str, Any]:
    found = demo.expected()
    if found is None:
        pytest.skip("the expected values are not here: ../shared/data/demo_expected.json is not part of the product")
    return found


def test_the_majority_keeps_as_many_turns_of_each_code_as_it_must(expected: dict[str, Any]) -> None:
    layer = demo.by_majority()

    for session in layer.material.sessions:
        counts = dict(zip(layer.material.keys, (session.values == 1).sum(axis=0).tolist(), strict=True))
        assert counts == expected["majority_counts"][session.transcript]
    assert layer.ties == ()


def test_every_lag_sequential_row_of_the_demo_is_exact(expected: dict[str, Any]) -> None:
    groups = list(demo.groups(expected).values())
    rows = expected["lag_sequential"]

    tables = lagged(Stack.of(demo.by_majority().material), groups, groups, range(1, 6))

    assert len(rows) == 60
    for row in rows:
        found = tables.of(row["given"], row["target"], row["lag"], row["transcript"])
        assert list(found.table) == row["table"]
        for name in ("adjusted_residual", "yules_q"):
            figure = getattr(found, name)
            if row[name] is None:
                assert figure.value is None
                assert figure.why.startswith("not defined: ")
            else:
                assert figure.value == pytest.approx(row[name], abs=NEAR)
