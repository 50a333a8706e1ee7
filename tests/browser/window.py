"""A window of a browser at the telephone, and what was heard in it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, overload
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request
    from playwright.sync_api._generated import LocatorAssertions, PageAssertions

HERE = Path(__file__).parent
OPEN_HOURS = "/?mode=rehearsal&at=2026-03-10T10:00"
"""A rehearsal on a Tuesday morning."""


@overload
def expect(actual: Locator) -> LocatorAssertions: ...
@overload
def expect(actual: Page) -> PageAssertions: ...
def expect(actual: Any) -> Any:
    """Expect of a page what Playwright waits for; that is imported by the worker alone that has a browser."""
    from playwright.sync_api import expect as awaited

    return awaited(actual)


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
        self._listeners: dict[str, Any] = {
            "console": self._console,
            "pageerror": self._error,
            "request": self._request,
            "requestfailed": self._failed,
        }
        for event, listener in self._listeners.items():
            self.page.on(event, listener)  # type: ignore[call-overload]

    def _console(self, message: ConsoleMessage) -> None:
        self.faults.append(f"console: {message.type}: {message.text}")

    def _error(self, error: Error) -> None:
        self.faults.append(f"error: {error}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.site).netloc:
            self.faults.append(f"leaves the origin: {request.url}")

    def _failed(self, request: Request) -> None:
        # What a page still fetches when it goes away is given up by the browser itself, as is a stream that is open.
        if request.failure != "net::ERR_ABORTED" and not request.url.endswith("/events"):
            self.faults.append(f"failed: {request.url}: {request.failure}")

    def leave(self) -> None:
        """Forget all that was done here, and stand where nothing runs: the page is another test's next."""
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.goto(f"{self.site}/health")
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.page.context.clear_cookies()
        self.page.mouse.move(0, 0)

    def open(self, path: str = OPEN_HOURS) -> Window:
        """Go to the page ``path``, and wait until the telephone has its number."""
        self.page.goto(self.site + path)
        expect(self.page.locator("#number")).to_have_value(re.compile(r"\+\d+"))
        return self

    def at(self, selector: str, has_text: str | None = None) -> Locator:
        return self.page.locator(selector, has_text=has_text)

    def violations(self, beside: str = "") -> list[dict[str, Any]]:
        """Return what axe finds to stand in anybody's way on the page, beside one part where that is named."""
        from axe_playwright_python.sync_playwright import Axe

        found: list[dict[str, Any]] = (
            Axe().run(self.page, {"exclude": [[beside]]} if beside else None).response["violations"]
        )
        return found

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

    def heard(self, since: int = 0) -> list[Piece]:
        """Return all that sounded, from the piece ``since`` on."""
        told: list[Piece] = self.page.evaluate(
            "since => heard.pieces.slice(since).map(({at, samples}) => ({at, samples: Array.from(samples)}))", since
        )
        return told

    def loudness(self) -> list[tuple[float, float]]:
        """Return when each 10 ms began, and its root mean square."""
        told: list[tuple[float, float]] = self.page.evaluate(
            """heard.pieces.map(({at, samples}) =>
                [at, Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)])"""
        )
        return told
