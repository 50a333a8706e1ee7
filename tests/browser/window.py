"""A window of a browser at the telephone, and what was heard in it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

HERE = Path(__file__).parent
OPEN_HOURS = "/?mode=rehearsal&at=2026-03-10T10:00"
"""A rehearsal on a Tuesday morning."""


class Piece(TypedDict):
    """10 ms of sound: when it began, in seconds of the audio clock, and its samples."""

    at: float
    samples: list[float]


@dataclass
class Window:
    """A page with the eyes and ears of a test: ``faults`` collects what must not happen on any page."""

    page: Page
    site: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        self.faults.append(f"console: {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.site).netloc:
            self.faults.append(f"leaves the origin: {request.url}")

    def _failed(self, request: Request) -> None:
        # A stream that is open when its page goes away is no fault.
        if not request.url.endswith("/events"):
            self.faults.append(f"failed: {request.url}: {request.failure}")

    def open(self, path: str = OPEN_HOURS) -> Window:
        """Go to the page ``path``, and wait until the telephone has its number."""
        self.page.goto(self.site + path)
        expect(self.page.locator("#number")).to_have_value(re.compile(r"\+\d+"))
        return self

    def at(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def key(self, *keys: str) -> None:
        """Press keys of the pad with the mouse."""
        for key in keys:
            self.at(f'#pad [data-key="{key}"]').click()

    def picture(self, name: str) -> None:
        """Keep what is seen now as ``name``.png, where pictures are asked for (IVR_PICTURES, a folder)."""
        folder = os.environ.get("IVR_PICTURES")
        if folder:
            self.page.mouse.move(0, 0)
            self.page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")

    def heard(self) -> list[Piece]:
        """Return all that sounded."""
        told: list[Piece] = self.page.evaluate(
            "heard.pieces.map(({at, samples}) => ({at, samples: Array.from(samples)}))"
        )
        return told

    def loudness(self) -> list[tuple[float, float]]:
        """Return when each 10 ms began, and its root mean square."""
        told: list[tuple[float, float]] = self.page.evaluate(
            """heard.pieces.map(({at, samples}) =>
                [at, Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)])"""
        )
        return told
