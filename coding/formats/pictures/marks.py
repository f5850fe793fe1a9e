"""The shape of each slot, so that a family is known without its colour."""

from __future__ import annotations

from coding.formats.pictures.svg import Element

_STAR = ((0, -1), (0.24, -0.32), (0.95, -0.31), (0.38, 0.12), (0.59, 0.81), (0, 0.4))


def draw_mark(parent: Element, slot: str, x: float, y: float, size: float = 5.0, kind: str = "") -> Element:
    """Draw the shape of a slot around a point; `size` is about half its height."""
    kind = f"m {kind}".strip()
    if slot == "ochre":
        ring = kind.replace("m", "m-ring", 1)
        return parent.add("circle", kind=ring, slot=slot, cx=x, cy=y, r=size * 0.74)
    if slot == "sea":
        side = size * 1.62
        return parent.add("rect", kind=kind, slot=slot, x=x - side / 2, y=y - side / 2, width=side, height=side)
    if slot == "stone":
        return parent.add("rect", kind=kind, slot=slot, x=x - size, y=y - 1.2, width=size * 2, height=2.4)
    return parent.add("path", kind=kind, slot=slot, d=_outline(slot, x, y, size))


def _outline(slot: str, x: float, y: float, s: float) -> str:
    def at(dx: float, dy: float) -> str:
        return f"{x + dx * s:.1f} {y + dy * s:.1f}"

    if slot == "leaf":
        return f"M{at(0, -1.1)}L{at(1.1, 0)}L{at(0, 1.1)}L{at(-1.1, 0)}Z"
    if slot == "plum":
        a, b = 0.3, 1.0
        points = [
            *((-a, -b), (a, -b), (a, -a), (b, -a), (b, a), (a, a)),
            *((a, b), (-a, b), (-a, a), (-b, a), (-b, -a), (-a, -a)),
        ]
        return "M" + "L".join(at(dx, dy) for dx, dy in points) + "Z"
    if slot == "rose":
        right = [at(dx * 1.15, dy * 1.15) for dx, dy in _STAR]
        left = [at(-dx * 1.15, dy * 1.15) for dx, dy in reversed(_STAR[1:-1])]
        return "M" + "L".join([*right, *left]) + "Z"
    if slot == "teal":
        return f"M{at(-1, 0.45)}A{s:.1f} {s:.1f} 0 0 1 {at(1, 0.45)}Z"
    # clay, and whatever a later slot is called
    return f"M{at(0, -1)}L{at(0.96, 0.8)}L{at(-0.96, 0.8)}Z"
