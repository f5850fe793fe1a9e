"""Whatever was coded, an analysis of it is written without a crash, a warning, a NaN or a gap without a reason."""

from __future__ import annotations

import csv
import io

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.analysis.material import CodeOf, Detail, Link, Material, Session
from coding.formats.sequences.bundle import Choices, files
from coding.formats.sequences.dictionary_words import SEQUENCE_FILES
from tests.coding.analysis.making import LETTERS, ROLES

CODES = tuple(CodeOf(key, "F", frozenset({"t"}) if key == "N" else frozenset()) for key in LETTERS)
moments = st.one_of(st.none(), st.floats(0, 100))


@st.composite
def sessions(draw: st.DrawFn, name: str) -> Session:
    n = draw(st.integers(0, 9))
    cells = st.sampled_from([0, 0, 0, 1, -1])
    values = np.array(
        draw(st.lists(st.lists(cells, min_size=7, max_size=7), min_size=n, max_size=n)), dtype=np.int8
    ).reshape(n, 7)
    judged = np.array(draw(st.lists(st.sampled_from([True, True, True, False]), min_size=n, max_size=n)), dtype=bool)
    values[~judged] = -1
    speakers = tuple(draw(st.lists(st.sampled_from(["p", "t", ""]), min_size=n, max_size=n)))
    times = draw(st.one_of(st.none(), st.lists(moments, min_size=n, max_size=n)))
    given_at = [(int(s), LETTERS[c]) for s, c in np.argwhere(values == 1)]
    links, details = [], []
    for segment, code in given_at:
        earlier = [one for one in given_at if one[0] < segment]
        if earlier and draw(st.booleans()):
            links.append(Link(segment, code, *draw(st.sampled_from(earlier))))
        if draw(st.booleans()):
            details.append(Detail(segment, code, "arena", draw(st.sampled_from(["here", "there"]))))
    condition = draw(st.sampled_from(["", "X", "Y"]))
    return Session(
        name,
        values,
        judged,
        speakers,
        None if times is None else np.array([np.nan if t is None else t for t in times], dtype=float),
        attributes={"condition": condition} if condition else {},
        dyad=draw(st.sampled_from(["", "D", "E"])),
        number=draw(st.sampled_from([None, 1, 2, 2.5])),
        links=tuple(links),
        details=tuple(details),
    )


@st.composite
def materials(draw: st.DrawFn) -> Material:
    count = draw(st.integers(0, 7))
    return Material(CODES, tuple(draw(sessions(f"S{k}")) for k in range(count)), "drawn")


@given(
    materials(),
    st.sampled_from(["turns", "seconds"]),
    st.sampled_from(["first pull", "every pull"]),
    st.sampled_from(["session", "speakers"]),
    st.integers(1, 3),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whatever_was_coded_is_written_with_reasons(
    found: Material, unit: str, of: str, within: str, window: int
) -> None:
    choices = Choices(by="condition", lags=(1, 2), unit=unit, of=of, within=within, window=window, shuffles=9)

    made = {name: "".join(pieces) for name, pieces in files([found], ROLES, [], choices).items()}

    for name in SEQUENCE_FILES:
        table = list(csv.DictReader(io.StringIO(made[name])))
        for row in table:
            assert None not in row
            assert not {"nan", "inf", "-inf"} & {cell.lower() for cell in row.values()}
            for value in ("adjusted_residual", "per_100", "jaccard"):
                assert row.get(value, "x") != "" or row["why"]
    assert made["results.txt"].endswith("what caused what.\n")
