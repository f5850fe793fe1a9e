"""What the classes of a picture look like on paper: the light theme of the tokens, written out as attributes."""

from __future__ import annotations

from collections.abc import Mapping

FONT = "'Source Sans 3', 'Segoe UI', 'Noto Sans', 'Helvetica Neue', Arial, sans-serif"
BACKGROUND = "#ffffff"
INK, INK_2, INK_3, HAIR, EDGE = "#1a1c1e", "#484c50", "#62666a", "#dcddd9", "#84888a"
#: The hues of the slots, as the tokens have them for light.
HUES = {
    "clay": "#9c3620",
    "ochre": "#856200",
    "sea": "#0d4a78",
    "leaf": "#1f7549",
    "plum": "#7a5aae",
    "stone": "#5f6468",
    "rose": "#a23a72",
    "teal": "#0f6a6c",
}
HUE = "hue"
#: Class by class; HUE stands for the hue of the element's slot.
LOOKS: Mapping[str, Mapping[str, str]] = {
    "m": {"fill": HUE},
    "m-ring": {"fill": "none", "stroke": HUE, "stroke-width": "2.4"},
    "m-open": {"fill": BACKGROUND, "stroke": HUE, "stroke-width": "1.6"},
    "faint": {"opacity": "0.5"},
    "middling": {"opacity": "0.75"},
    "wave": {"fill": INK_3, "opacity": "0.4"},
    "gap": {"fill": "none", "stroke": INK_3, "stroke-width": "1", "stroke-dasharray": "2 2"},
    "tie": {"fill": "none", "stroke": INK_2, "stroke-width": "1.2"},
    "row-line": {"stroke": HAIR, "fill": "none"},
    "grid": {"stroke": HAIR, "fill": "none"},
    "axis": {"stroke": EDGE, "fill": "none"},
    "zero": {"stroke": INK, "stroke-width": "1.2", "fill": "none"},
    "label": {"fill": HUE, "font-size": "13", "font-weight": "600"},
    "tick-label": {"fill": INK_3, "font-size": "11"},
    "name": {"fill": INK, "font-size": "12.5"},
    "strong": {"fill": INK, "font-size": "13", "font-weight": "600"},
    "quiet": {"fill": INK_3, "font-size": "12"},
    "value": {"fill": INK_2, "font-size": "12", "font-weight": "600"},
    "below": {"fill": INK_2, "font-size": "11"},
    "span": {"fill": "none", "stroke": INK, "stroke-width": "1.5"},
    "span-open": {"stroke-dasharray": "4 3"},
    "span-text": {"fill": INK, "font-size": "12.5", "font-weight": "600"},
    "curve": {"fill": "none", "stroke": INK, "stroke-width": "2"},
    "curve-2": {"stroke-dasharray": "7 4"},
    "curve-3": {"stroke-dasharray": "2 3"},
    "curve-4": {"stroke-dasharray": "9 3 2 3"},
    "curve-5": {"stroke-dasharray": "12 5"},
    "curve-6": {"stroke-dasharray": "1 2"},
    "band": {"fill": INK, "opacity": "0.1"},
    "censor": {"stroke": INK, "stroke-width": "1.4", "fill": "none"},
    "bar": {"fill": HUE},
    "whisker": {"stroke": HUE, "stroke-width": "1.6", "fill": "none"},
    "dot": {"fill": HUE},
    "dot-open": {"fill": BACKGROUND, "stroke": HUE, "stroke-width": "1.8"},
    "node": {"fill": BACKGROUND, "stroke": HUE, "stroke-width": "2"},
    "edge": {"fill": "none", "stroke": INK},
    "edge-less": {"fill": "none", "stroke": INK_3, "stroke-dasharray": "4 3"},
    "tip": {"fill": INK},
    "bubble": {"fill": INK, "opacity": "0.72"},
    "bubble-none": {"fill": "none", "stroke": EDGE},
    "halo": {"stroke": BACKGROUND, "stroke-width": "4", "stroke-linejoin": "round", "paint-order": "stroke"},
    "hit": {"fill": "none"},
}


def ink_of(kind: str, slot: str, tag: str) -> dict[str, str | float | int]:
    """Give the attributes that these classes stand for."""
    hue = HUES.get(slot, HUES["stone"])
    found: dict[str, str | float | int] = {"fill": INK_2} if tag == "text" else {}
    for name in kind.split():
        found |= {key: hue if value == HUE else value for key, value in LOOKS.get(name, {}).items()}
    return found
