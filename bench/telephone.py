"""This benchmark measures what a person at the telephone in the browser waits for: the first sound, and silence.

A real Chromium calls the line of ``ivr serve``; what it sounds is read where it leaves the page, so that the request,
the webhook, the event, the recording and the browser's way to the loudspeaker are all in the figure. Cold is the first
call of a browser that was just started; the server has answered calls before.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands import IVR
from bench.serving import started
from bench.table import Row

if TYPE_CHECKING:
    from playwright.sync_api import Page, Playwright

ROUNDS = 5
TAP = Path(__file__).parents[1] / "tests/browser/sound_tap.js"

NO_KEY_TONES = "OscillatorNode.prototype.start = OscillatorNode.prototype.stop = () => {};"
"""A key that is pressed sounds itself; what is asked is when the prompt is silent."""

SOUND_AFTER = """async (from) => {
    for (;;) {
        const isLoud = ({ samples }) => samples.some((each) => Math.abs(each) > 0.01);
        const loud = heard.pieces.find((piece) => piece.read > from && isLoud(piece));
        if (loud) return loud.read - from;
        await new Promise((resolve) => setTimeout(resolve, 2));
    }
}"""
SILENCE_AFTER = """async (from) => {
    const isLoud = ({ samples }) => samples.some((each) => Math.abs(each) > 0.01);
    for (let quiet = 0, last = from; ; ) {
        const pieces = heard.pieces.filter(({ read }) => read > last);
        for (const piece of pieces) {
            quiet = isLoud(piece) ? 0 : quiet + 1;
            last = piece.read;
            // Three pieces of 10 ms in which nothing sounds: the first of them was the silence.
            if (quiet === 3) return piece.read - 20 - from;
        }
        await new Promise((resolve) => setTimeout(resolve, 2));
    }
}"""


def run() -> list[Row]:
    """Return the rows of the report; where there is no Chromium they say so."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return [Row("Telephone: click to first sound", "no Chromium here (apt-get install chromium)")]
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory() as folder,
        started([IVR, "serve", "--port", "0", "--pages", "127.0.0.1:0"], folder) as served,
        sync_playwright() as playwright,
    ):
        site = f"http://127.0.0.1:{served.pages_port}"
        _sound(playwright, chromium, site, calls=1)  # the server's own first call
        rounds = [_sound(playwright, chromium, site, calls=3) for _ in range(ROUNDS)]
    cold = statistics.median(sounds[0] for sounds, _ in rounds)
    warm = statistics.median(each for sounds, _ in rounds for each in sounds[1:])
    silence = statistics.median(each for _, silences in rounds for each in silences)
    return [
        Row("Telephone: click to first sound, cold", f"{cold:.0f} ms", goal="400 ms"),
        Row("... warm", f"{warm:.0f} ms", goal="100 ms"),
        Row("... a key to silence (barge-in)", f"{silence:.0f} ms", goal="100 ms"),
    ]


def _sound(playwright: Playwright, chromium: str, site: str, *, calls: int) -> tuple[list[float], list[float]]:
    """Milliseconds to the first sound and to silence, of each call of a browser that is started for them."""
    browser = playwright.chromium.launch(executable_path=chromium, args=["--autoplay-policy=no-user-gesture-required"])
    page = browser.new_context(locale="pt-BR").new_page()
    page.add_init_script(path=TAP)
    page.add_init_script(NO_KEY_TONES)
    page.goto(f"{site}/?mode=rehearsal&at=2026-03-10T10:00")
    page.locator("#number:not([value=''])").wait_for()
    page.wait_for_timeout(1000)
    told = [_call(page) for _ in range(calls)]
    browser.close()
    return [sound for sound, _ in told], [silence for _, silence in told]


def _call(page: Page) -> tuple[float, float]:
    page.evaluate(
        """() => {
            const once = { once: true, capture: true };
            document.addEventListener("click", () => { heard.from = performance.now(); }, once);
            document.addEventListener("keydown", () => { heard.key = performance.now(); }, once);
        }"""
    )
    page.locator("#dial").click()
    sound = page.evaluate(f"({SOUND_AFTER})(heard.from)")
    page.wait_for_timeout(1500)
    page.keyboard.press("2")
    silence = page.evaluate(f"({SILENCE_AFTER})(heard.key)")
    page.locator("#hang-up").click()
    page.wait_for_timeout(1000)
    return sound, silence
