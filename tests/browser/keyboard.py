"""A person at the keyboard: going by Tab, and coding a session from the rows of a codings table."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, expect

#: What a rater gave to each turn: pairs of a code and its rating, or `NRM` alone, which is the key 0.
Turns = Mapping[int, list[tuple[str, str]]]
Rows = Mapping[tuple[str, str], Turns]
NONE_APPLIES = "NRM"


def coded_rows(path: Path) -> Rows:
    """Read a codings table: {(rater, transcript): {turn: [(code, rating)]}}."""
    found: dict[tuple[str, str], dict[int, list[tuple[str, str]]]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            turns = found.setdefault((row["rater"], row["transcript"]), {})
            turns.setdefault(int(row["turn"]), []).append((row["code"], row["rating"]))
    return found


def tab_to(page: Any, selector: str, most: int = 60, key: str = "Tab") -> list[str]:
    """Press Tab until the focus is on what the selector means, and give the places on the way."""
    way: list[str] = []
    for _ in range(most):
        page.keyboard.press(key)
        way.append(page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ').slice(0, 40)"))
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return way
    raise AssertionError(f"{selector} is not reached by {most} times {key}; on the way: {way}")


FOCUS_IS_VISIBLE = """() => {
    const element = document.activeElement;
    const rings = [element, element.parentElement, element.closest("label")].filter(Boolean);
    const drawn = rings.some((one) => {
        const style = getComputedStyle(one);
        const line = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
        return line || style.boxShadow !== "none";
    });
    const box = element.getBoundingClientRect();
    return drawn && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""


def focus_is_visible(page: Any) -> bool:
    """Tell whether the focused element shows that it has the focus, and lies in the window or is on its way there."""
    try:
        page.wait_for_function(FOCUS_IS_VISIBLE, timeout=2_000)
    except Error:
        return False
    return True


def code_session(page: Any, turns: Turns) -> int:
    """
    Code a session with the keyboard alone: the letters of the page's own palette, digits, 0 and Enter.

    Gives the number of keys that were pressed.
    """
    pressed = 0

    def press(key: str) -> None:
        nonlocal pressed
        page.keyboard.press(key)
        pressed += 1

    expect(page.locator("wb-desk[data-ready]")).to_be_visible()
    letters = page.locator(".code-key").evaluate_all(
        "(keys) => Object.fromEntries(keys.map((key) => [key.dataset.code, key.dataset.letter]))"
    )
    for turn in sorted(turns):
        for code, rating in turns[turn]:
            for key in "0" if code == NONE_APPLIES else letters[code].lower():
                press(key)
            if rating:
                press(rating)
        press("Enter")
    return pressed


def hand_in(page: Any) -> None:
    """Hand a coded session in, by the keyboard alone."""
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved", timeout=30_000)
    tab_to(page, "a[href$='/submit/']")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("are judged")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("is handed in")
