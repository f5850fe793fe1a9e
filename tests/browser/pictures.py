"""
Take the README's pictures of the desk, of reliability and of enactments: `python -m tests.browser.pictures`.

It loads the demo into an installation of its own, which is thrown away, and codes the first turns as a rater would.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.browser.keyboard import code_session, coded_rows
from tests.browser_setup import SYSTEM_BROWSERS
from tests.cluster import throw_away_folder

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURES = ROOT / "docs" / "pictures"
SIZE = {"width": 1440, "height": 900}
LARGEST = 250_000
#: Half the session is coded as the file says; the turn after that has its codes and is not finished yet.
RATER, SESSION, HALF = "rater_a", "PDT-11", 39
#: Words to select as the evidence of a code: the turn, the words, the code.
EVIDENCE = (
    (38, "alone in a great many crowded rooms", "ALL-WRM"),
    (39, "You should write that one down", "PULL-DRW"),
    (40, "I felt pleased when you said that", "NAM-DIS"),
)
MEMO = "Charm, right after warmth. For the meeting."
SELECT = """(place, words) => {
    const at = place.firstChild.data.indexOf(words);
    getSelection().setBaseAndExtent(place.firstChild, at, place.firstChild, at + words.length);
}"""
PIXELS = """async (picture) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const drawing = canvas.getContext("2d");
    drawing.drawImage(bitmap, 0, 0);
    const { data } = drawing.getImageData(0, 0, bitmap.width, bitmap.height);
    let text = "";
    for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
    return btoa(text);
}"""


@contextmanager
def installation() -> Iterator[tuple[str, dict[str, str]]]:
    """Run a workbench with the demo in it; gives its address and the passwords by email."""
    folder = throw_away_folder("workbench-pictures-")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {**kept, "WORKBENCH_DATA": str(folder), "WORKBENCH_PORT": str(port)}
    command = [sys.executable, str(ROOT / "manage.py")]
    try:
        seeded = subprocess.run(
            [*command, "demo", "--seed-only", "--json"], env=environment, check=True, stdout=subprocess.PIPE
        )
        passwords = {one["email"]: one["password"] for one in json.loads(seeded.stdout)["accounts"]}
        with subprocess.Popen([*command, "serve"], env=environment) as server:
            try:
                wait_for(port)
                yield f"http://127.0.0.1:{port}", passwords
            finally:
                server.send_signal(signal.SIGTERM)
                server.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(port: int) -> None:
    """Wait until the server answers, for two minutes at most."""
    deadline = time.monotonic() + 120
    while True:
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("GET", "/healthz")
            asked.getresponse()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.25)


def signed_in(browser: Browser, site: str, email: str, password: str) -> Page:
    """Sign somebody in, in a browser of their own."""
    page = browser.new_context(viewport=SIZE, color_scheme="light", reduced_motion="reduce").new_page()  # type: ignore[arg-type]
    page.goto(f"{site}/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{site}/studies/demo/")
    return page


def the_desk(page: Page) -> bytes:
    """Code half a session and look at the desk."""
    turns = coded_rows(ROOT / "fixtures" / "demo" / "demo_codings.csv")[RATER, SESSION]
    page.locator(".next li", has_text=SESSION).get_by_role("link", name="Open the desk").click()
    code_session(page, {turn: turns[turn] for turn in range(1, HALF + 1)})
    for code, rating in turns[HALF + 1]:
        give(page, code)
        page.keyboard.press(rating)
    for turn, words, code in EVIDENCE:
        page.locator(f"#turn-{turn} .turn-text").click()
        page.locator(f"#turn-{turn} .turn-text").evaluate(SELECT, words)
        give(page, code)
    page.keyboard.press("k")
    page.keyboard.press("m")
    page.keyboard.type(MEMO)
    for key in ("Enter", ".", "j"):
        page.keyboard.press(key)
    page.locator(f"#turn-{HALF + 1}").evaluate(
        "(turn) => turn.scrollIntoView({ block: 'center', behavior: 'instant' })"
    )
    page.wait_for_selector("[data-saved][data-state=saved]")
    page.mouse.move(0, 0)
    return page.screenshot()


def give(page: Page, code: str) -> None:
    """Press the key of a code."""
    page.keyboard.press(str(page.locator(f".code-key[data-code={code}]").get_attribute("data-letter")).lower())


def the_reliability_page(page: Page) -> bytes:
    """Look at the reliability of the closed round."""
    page.get_by_role("link", name="Reliability", exact=True).last.click()
    page.wait_for_selector("table.reliability")
    page.mouse.move(0, 0)
    return page.screenshot()


def the_enactments(page: Page) -> bytes:
    """Look at the hours of the closed round, turn by turn."""
    page.get_by_role("link", name="Enactments", exact=True).first.click()
    page.wait_for_selector("svg")
    page.mouse.move(0, 0)
    return page.screenshot()


def smaller(page: Page, picture: bytes) -> bytes:
    """Write the picture anew without filters, which large plain areas do not need; it looks the same to the dot."""
    page.goto("about:blank")
    dots = base64.b64decode(page.evaluate(PIXELS, base64.b64encode(picture).decode()))
    width, height = SIZE["width"], SIZE["height"]
    without_alpha = bytearray(len(dots) // 4 * 3)
    for colour in range(3):
        without_alpha[colour::3] = dots[colour::4]
    line = 3 * width
    lines = b"".join(b"\0" + without_alpha[at : at + line] for at in range(0, line * height, line))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def start_browser(playwright: Any) -> Browser:
    """Start Playwright's own browser, or the system's."""
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    try:
        return playwright.chromium.launch(args=flags)
    except Error:
        path = next(filter(None, map(shutil.which, SYSTEM_BROWSERS)), None)
        return playwright.chromium.launch(executable_path=path, args=flags)


def main() -> None:
    """Take all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with installation() as (site, passwords), sync_playwright() as running:
        browser = start_browser(running)
        for name, email, take in (
            ("desk", "rater.a@example.org", the_desk),
            ("reliability", "coordinator@example.org", the_reliability_page),
            ("enactments", "coordinator@example.org", the_enactments),
        ):
            page = signed_in(browser, site, email, passwords[email])
            picture = smaller(page, take(page))
            if len(picture) > LARGEST:
                raise SystemExit(f"{name}.png has {len(picture):,} bytes; {LARGEST:,} are the most for a README.")
            (PICTURES / f"{name}.png").write_bytes(picture)
            sys.stderr.write(f"docs/pictures/{name}.png: {len(picture):,} bytes\n")
        browser.close()


if __name__ == "__main__":
    main()
