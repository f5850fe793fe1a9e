"""The desk in headless Chromium: until it can be used, until a key is drawn, until the act is saved."""

from __future__ import annotations

import os
import shutil
from typing import Any

from tests.benchmarks.measuring import Line, Report, Times
from tests.browser_setup import SYSTEM_BROWSERS
from tests.installation.material import Place, make_study, open_round, segments_table
from tests.installation.site import Site
from tests.installation.visitor import Visitor, act

TIMES = 40
#: Turns, how many of them carry a coding, and the best peer's seconds until a page of that kind can be used.
HOURS = ((1_200, 500, 0.5), (10_000, 500, 0.9))
PEER = "the best of four peers, at 1,000 and 10,000 turns"
FLOOR = "browser: a page of the same site with a form and no transcript, until its load event"
#: Counted from the start of the navigation; the desk says that it is ready when keys act.
READY = """() => new Promise((done) => {
    const desk = document.querySelector("wb-desk");
    const now = () => requestAnimationFrame(() => setTimeout(() => done(performance.now())));
    if ("ready" in desk.dataset) now();
    else new MutationObserver(now).observe(desk, { attributeFilter: ["data-ready"] });
})"""
#: A key goes down; the code is drawn when the frame that holds it was painted; it is saved when the page says so.
PRESS = """([position, key]) => new Promise((done) => {
    const turn = document.getElementById(`turn-${position}`);
    const saved = document.querySelector("[data-saved]");
    const found = {};
    const begun = performance.now();
    const check = () => {
        if (!found.drawn && turn.querySelector(".chip")) {
            found.drawn = -1;
            requestAnimationFrame(() => setTimeout(() => { found.drawn = performance.now() - begun; check(); }));
        }
        if (found.drawn && !found.saved && saved.dataset.state === "saved") found.saved = performance.now() - begun;
        if (found.drawn > 0 && found.saved) done([found.drawn, found.saved]);
    };
    const watch = new MutationObserver(check);
    watch.observe(turn, { childList: true, subtree: true });
    watch.observe(saved, { attributes: true });
    const code = `Key${key.toUpperCase()}`;
    turn.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }));
})"""
WEIGHT = """() => ({
    elements: document.querySelectorAll("*").length,
    own: performance.getEntriesByType("resource").filter((one) => /\\.(js|css)$/.test(new URL(one.name).pathname))
        .filter((one) => !one.name.includes("/vendor/")).reduce((sum, one) => sum + one.decodedBodySize, 0),
    page: performance.getEntriesByType("navigation")[0].decodedBodySize,
    elsewhere: performance.getEntriesByType("resource").filter((one) => !one.name.startsWith(location.origin)).length,
})"""


def measure(site: Site, report: Report) -> None:
    """Open long hours again and again, then press keys in them."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        report.tell("  left out: playwright is not installed")
        return
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's loop runs in this thread
    places = [(turns, peer, _hour(site, turns, coded)) for turns, coded, peer in HOURS]
    with sync_playwright() as running:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        try:
            browser = running.chromium.launch(args=flags)
        except Error:
            path = next(filter(None, map(shutil.which, SYSTEM_BROWSERS)), None)
            if path is None:
                report.tell("  left out: there is no browser")
                return
            browser = running.chromium.launch(args=flags, executable_path=path)
        for turns, peer, place in places:
            _browse(site, report, browser, turns, peer, place)
        browser.close()


def _hour(site: Site, turns: int, coded: int) -> Place:
    study = make_study(f"browser-{turns}", segments_table(1, turns))
    _, (place,) = open_round(study, ["browsing"])
    visitor = Visitor(site.port, place.session)
    visitor.get(f"/assignments/{place.assignment}/")
    for first in range(1, coded + 1, 100):
        some = range(first, min(first + 100, coded + 1))
        acts = [act("give", turn * 2, turn, code="PULL-APP", rating=2) for turn in some]
        answer = visitor.send_acts(place.assignment, acts)
        assert answer.status == 200, answer.body[:300]
    visitor.close()
    return place


def _browse(site: Site, report: Report, browser: Any, turns: int, peer: float, place: Place) -> None:
    address = f"http://127.0.0.1:{site.port}"
    desk = f"{address}/assignments/{place.assignment}/"
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": place.session, "url": address}])
    page = context.new_page()
    opened, plain = [], []
    for number in range(TIMES + 2):
        page.goto(f"{address}/account/", wait_until="load")
        plain.append(page.evaluate("performance.now()") / 1e3)
        page.goto(desk, wait_until="commit")
        page.wait_for_selector("wb-desk", state="attached")
        opened.append(page.evaluate(READY) / 1e3)
        if number < 2:  # what the browser keeps after the first visit is no part of the next ones
            opened.clear()
            plain.clear()
    weight = page.evaluate(WEIGHT)
    floor = Times(plain).median
    note = (
        f"{weight['elements']:,} elements, page {weight['page'] / 1e3:,.0f} kB, scripts and styles "
        f"{weight['own'] / 1024:.0f} KB, {weight['elsewhere']} requests elsewhere"
    )
    times = Times(opened)
    report.add(
        Line(
            f"browser: open {turns:,} turns until keys act", "s", times.median, times.p95,
            floor=floor, floor_is=FLOOR, peer=peer, peer_is=PEER, note=note,
        )
    )  # fmt: skip
    drawn, saved = [], []
    page.goto(f"{desk}?turn=601#turn-601")
    page.wait_for_selector("wb-desk[data-ready]")
    for turn in range(601, 601 + 2 * TIMES + 4, 2):
        page.wait_for_selector(f"#turn-{turn}[aria-current=true]")
        one = page.evaluate(PRESS, [turn, "w"])
        drawn.append(one[0])
        saved.append(one[1])
        page.keyboard.press("j")
        page.keyboard.press("j")
    for what, found in (("a code drawn after its key", drawn[2:]), ("the act saved", saved[2:])):
        times = Times(found)
        report.add(Line(f"browser: {what}, {turns:,} turns", "ms", times.median, times.p95))
    context.close()
