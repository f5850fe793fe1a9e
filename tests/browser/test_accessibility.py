"""Every page, wide and narrow, light and dark: nothing that axe calls serious, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.gallery import Gallery, Screen
from workbench import env
from workbench.accounts.models import User

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: The widest page at twice the size, and any page at four times: nothing is cut off there either.
REFLOW = ({"width": 720, "height": 450}, {"width": 320, "height": 640})
#: All rules once for each width; what the theme changes is contrast alone, which is looked at in one width.
WAYS: tuple[tuple[str, dict[str, int], str, list[str]], ...] = (
    ("wide", WIDE, "light", []),
    ("narrow and dark", NARROW, "dark", ["color-contrast"]),
    ("narrow", NARROW, "light", []),
)
if env.flag("WORKBENCH_SOAK"):
    WAYS += (("wide and dark", WIDE, "dark", ["color-contrast"]),)
CHECK = """async (rules) => {
    const only = rules.length ? { runOnly: { type: "rule", values: rules } } : {};
    const found = await axe.run(document, { resultTypes: ["violations"], ...only });
    return found.violations.map((one) => [one.impact, one.id, one.nodes.length, one.nodes[0].html.slice(0, 200)]);
}"""
TOO_WIDE = """() => document.scrollingElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 3).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def gallery(settings: Any, tmp_path: Path, transactional_db: None) -> Gallery:
    settings.DATA_DIR = tmp_path / "data"
    return Gallery()


def complaints(page: Any, screen: Screen) -> list[str]:
    """Look at one page in several ways; the words on it stay, only the window and the theme change."""
    found: list[str] = []
    page.evaluate(AXE)
    for size in REFLOW:
        page.set_viewport_size(size)
        found += [f"{screen.name}, {size['width']} wide: cut off: {part}" for part in page.evaluate(TOO_WIDE)]
    for way, size, theme, rules in WAYS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        found += [f"{screen.name}, {way}: wider than the window: {part}" for part in page.evaluate(TOO_WIDE)]
        for impact, rule, count, part in page.evaluate(CHECK, rules):
            if impact in ("serious", "critical"):
                found.append(f"{screen.name}, {way}: {rule}, {count} times: {part}")
    return found


@pytest.mark.parametrize(
    "part",
    [
        "public",
        "of_the_coordinator",
        "of_a_rater",
        "after_submitting",
        "of_adjudication",
        "of_a_meeting",
        "without_numbers",
        "of_a_drift_check",
        "of_training",
        "of_an_empty_study",
        "of_a_reader",
    ],
)
def test_everybody_can_read_and_use_every_page(
    gallery: Gallery, browser_page: Callable[..., Any], live_server: Any, part: str
) -> None:
    pages: dict[str, Any] = {}
    found: list[str] = []
    for screen in getattr(gallery, part)():
        if screen.email not in pages:
            user = User.objects.get(email=screen.email) if screen.email else None
            pages[screen.email] = browser_page(user, "/healthz", bypass_csp=True, reduced_motion="reduce")
        page = pages[screen.email]
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme="light")
        answer = page.goto(live_server.url + screen.path)
        if answer.status != screen.status:
            found.append(f"{screen.name}: answered {answer.status}, not {screen.status}")
        found += complaints(page, screen)

    assert pages
    assert found == []
