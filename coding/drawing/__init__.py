"""Drawing who codes what: by lots from a seed, balanced over strata, pairs of raters and load. No Django."""

from coding.drawing.balance import give
from coding.drawing.draw import RULE, Drawing, DrawingError, Order, Piece, draw
from coding.drawing.lots import lot
from coding.drawing.repeats import NEVER, CodedTurn, Repeats, repeats
from coding.drawing.repeats import RULE as REPEATS_RULE
from coding.drawing.shares import choose, in_lots

__all__ = [
    "NEVER",
    "REPEATS_RULE",
    "RULE",
    "CodedTurn",
    "Drawing",
    "DrawingError",
    "Order",
    "Piece",
    "Repeats",
    "choose",
    "draw",
    "give",
    "in_lots",
    "lot",
    "repeats",
]
