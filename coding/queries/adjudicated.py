"""The adjudicated codings of a round: the one place where analyses ask for the final word."""

from __future__ import annotations

from coding.queries.final_export import is_adjudicated
from coding.queries.final_layer import final_layer
from coding.queries.judged_rows import JudgedRows
from coding.queries.kept import KeptRound


def adjudicated_rows(kept: KeptRound) -> JudgedRows | str:
    """
    Give the final word on each segment in the shape of a round that one rater coded, or say why there is none.

    It may change as long as a round is adjudicated, so what rests on it is never kept under the round alone.
    """
    if not is_adjudicated(kept.round):
        return f"no segment of round {kept.round.name} has been adjudicated yet"
    return final_layer(kept).rows
