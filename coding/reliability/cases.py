"""Run a file of published or derived cases: every coefficient that each case names, by what the case contains."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import benchmarks, unitizing
from .inputs import cluster_codes, in_order
from .naming import Answer, answer
from .sets import Sets
from .unitizing import Span, Spans
from .variables import Variable

Case = Mapping[str, Any]
MOST_UNITS = 10_000_000


def run(document: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """
    Compute every coefficient named under `expected` of every case: {id: {coefficient: {"value", "why"}}}.

    Raises ValueError when the document has no list of cases, or a case does not say what to compute.
    """
    cases = document.get("cases") if isinstance(document, Mapping) else document
    if not isinstance(cases, Sequence) or isinstance(cases, str):
        raise ValueError("The file has no list of cases.")
    out: dict[str, dict[str, dict[str, Any]]] = {}
    for position, case in enumerate(cases):
        if not isinstance(case, Mapping):
            raise ValueError(f"Case {position + 1} is not an object.")
        name = str(case.get("id", position + 1))
        try:
            out[name] = run_case(case)
        except ValueError as error:
            raise ValueError(f"Case {name}: {error}") from error
    return out


def run_case(case: Case) -> dict[str, dict[str, Any]]:
    """Compute the coefficients of one case; what cannot be computed is null with the reason."""
    names = _names(case.get("expected", []))
    level = case.get("level")
    try:
        answers = _answers(case, names, str(level))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        sentence = str(error) if isinstance(error, ValueError) else f"the case cannot be read ({error})"
        answers = dict.fromkeys(names, (None, sentence))
    return {name: _entry(found) for name, found in answers.items()}


def _names(expected: Any) -> list[str]:
    if isinstance(expected, Mapping):
        return [str(name) for name in expected]
    if not isinstance(expected, Sequence) or isinstance(expected, str):
        raise ValueError("`expected` must list coefficients.")
    if any(isinstance(entry, Mapping) and "coefficient" not in entry for entry in expected):
        raise ValueError("An entry of `expected` does not name its coefficient.")
    return [str(entry["coefficient"] if isinstance(entry, Mapping) else entry) for entry in expected]


def _entry(found: Answer) -> dict[str, Any]:
    value, why = found
    if isinstance(value, float) and not np.isfinite(value):
        value, why = None, "the formula has no finite value here"
    return {"value": value, "why": "" if value is not None else why or "undefined"}


def _answers(case: Case, names: list[str], level: str) -> dict[str, Answer]:
    if level == "benchmark" or "inputs" in case:
        return {name: _benchmark(case, name) for name in names}
    if level == "span" or "spans" in case:
        spans = Spans.of(
            [[Span(s["start"], s["end"], str(s["code"])) for s in rater] for rater in case["spans"]], case["length"]
        )
        return {name: _span_answer(spans, name) for name in names}
    variable = variable_of(case)
    return {name: answer(variable, name) for name in names}


def _benchmark(case: Case, name: str) -> Answer:
    scale = name.removeprefix("benchmark_")
    if not name.startswith("benchmark_") or scale not in benchmarks.BANDS:
        return None, f"unknown coefficient {name!r}"
    try:
        inputs = case["inputs"]
        return list(benchmarks.memberships(float(inputs["coefficient"]), float(inputs["se"]), scale)), ""
    except ValueError as error:
        return None, str(error)


SPAN_COEFFICIENTS = {
    "alpha_u": unitizing.alpha_u,
    "alpha_u_binary": unitizing.alpha_u_binary,
    "alpha_cu": unitizing.alpha_cu,
    "coverage": unitizing.coverage,
    "alpha_u_1995": unitizing.alpha_u_1995,
}


def _span_answer(spans: Spans, name: str) -> Answer:
    head, colon, code = name.partition(":")
    found: float | str
    if not colon and head in SPAN_COEFFICIENTS:
        found = SPAN_COEFFICIENTS[head](spans)
    elif colon and head == "alpha_ku":
        found = unitizing.alpha_ku(spans, code)
    elif colon and head == "alpha_u_1995":
        found = unitizing.alpha_u_1995(spans, code)
    else:
        return None, f"unknown coefficient {name!r}"
    return (None, found) if isinstance(found, str) else (float(found), "")


def variable_of(case: Case) -> Variable:
    """
    Read the ratings of a case, of whatever level its coefficients ask for.

    Raises ValueError for rows of different length, a rating outside the declared categories, or odd clusters.
    """
    rows = _rows(case)
    n = len(rows[0]) if rows else 0
    if any(len(row) != n for row in rows):
        raise ValueError("The raters' rows differ in length.")
    clusters = case.get("clusters")
    if case.get("level") == "set":
        return _of_sets(rows, clusters)
    return build(
        rows,
        categories=case.get("categories"),
        clusters=clusters,
        positive=case.get("positive_category"),
        has_positive="positive_category" in case,
        disagreement=case.get("disagreement_weights"),
    )


def _of_sets(rows: list[list[Any]], clusters: Any) -> Variable:
    sets = Sets.from_sets(rows, clusters)
    any_level = object.__new__(Variable)
    any_level.__dict__.update(sets.__dict__)
    if clusters is None:
        any_level.sampled = "unit"
    return any_level


def _rows(case: Case) -> list[list[Any]]:
    if "ratings" in case:
        return [list(row) for row in case["ratings"]]
    table = case["table"]
    labels = case.get("categories") or list(range(1, len(table) + 1))
    if len(table) != len(labels) or any(len(row) != len(labels) for row in table):
        raise ValueError("The table needs one row and one column per category.")
    if sum(int(count) for row in table for count in row) > MOST_UNITS:
        raise ValueError(f"The table has more than {MOST_UNITS} units.")
    one: list[Any] = []
    two: list[Any] = []
    for i, row in enumerate(table):
        for j, count in enumerate(row):
            one += [labels[i]] * int(count)
            two += [labels[j]] * int(count)
    return [one, two]


def _kind(label: Any) -> tuple[bool, Any]:
    """Keep true apart from 1, which Python takes for equal."""
    return isinstance(label, bool), label


def build(
    rows: Sequence[Sequence[Any]],
    *,
    categories: Sequence[Any] | None = None,
    clusters: Any = None,
    positive: Any = None,
    has_positive: bool = False,
    disagreement: Any = None,
) -> Variable:
    """
    Make a variable of any level from rows of labels (raters x units), None for missing.

    Every label but None is a label: "", "NA" and "nan" too. Undeclared categories are the sorted observed ones, numbers
    before text. Raises ValueError for a rating outside the declared categories or a NaN among numbers.
    """
    every = [x for row in rows for x in row if x is not None]
    if any(not isinstance(x, str | int | float) for x in (*every, *(categories or ()))):
        raise ValueError("A rating must be a text or a number, or null for missing.")
    seen = {_kind(x): x for x in every}
    if any(isinstance(x, float) and not np.isfinite(x) for x in seen.values()):
        raise ValueError("A rating that is a number must be finite.")
    if categories is None:
        labels = sorted(seen.values(), key=lambda x: (isinstance(x, str), isinstance(x, bool), x))
    else:
        labels = list(categories)
    place = {_kind(label): i for i, label in enumerate(labels)}
    if len(place) != len(labels):
        raise ValueError("A category is declared twice.")
    for rater, row in enumerate(rows):
        for unit, x in enumerate(row):
            if x is not None and _kind(x) not in place:
                raise ValueError(
                    f"Rating {x!r} (rater {rater}, unit {unit}, counted from 0) is not a declared category."
                )
    n = len(rows[0]) if rows else 0
    ratings = np.array([[-1 if x is None else place[_kind(x)] for x in row] for row in rows], dtype=np.int64).reshape(
        len(rows), n
    )
    values = None
    if labels and all(isinstance(x, int | float) and not isinstance(x, bool) for x in labels):
        values = np.asarray(labels, dtype=np.float64)
    cluster, ids = cluster_codes(clusters, n)
    table, cluster, order = in_order(ratings, cluster)
    chosen = place.get(_kind(positive), max(len(labels), 1)) if has_positive else (1 if len(labels) == 2 else None)
    made = Variable(
        (table, cluster),
        max(len(labels), 1),
        shape=(len(rows), n),
        cluster_ids=ids,
        order=order,
        labels=tuple(labels),
        values=values,
        positive=chosen,
        custom=disagreement,
    )
    if clusters is None:
        made.sampled = "unit"
    return made
