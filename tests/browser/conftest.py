"""A real Chromium at a line that is really served. Where there is none its tests are left out loudly, or fail."""

from __future__ import annotations

import math
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.served import served
from tests.browser.window import HERE, Window
from tests.databases import embed
from tests.machines.programs import program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SWITCHES = [
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]

SHELL = "chromium-headless-shell"
"""Chromium without what only shows it to people, which works a quarter less; the whole one does as well."""

PATIENCE = 30_000
"""Milliseconds that a busy machine may take for what is there at once on a quiet one."""

OpenWindow = Callable[..., Window]


class Pages:
    """The pages of one browser, each with a storage of its own, which is empty when a test takes the page.

    A page that is made takes processes of the browser anew, which costs more work than most calls on it.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: defaultdict[tuple[str, bool], list[Page]] = defaultdict(list)
        self._taken: dict[Page, tuple[str, bool]] = {}

    def take(self, language: str, width: int, height: int, dark: bool) -> Page:
        """Return a page in ``language``, with the keys of a telephone where it is as narrow as one."""
        kind = language, width < 500
        page = self._free[kind].pop() if self._free[kind] else self._made(*kind)
        self._taken[page] = kind
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        return page

    def give_back(self, window: Window) -> None:
        window.leave()
        self._free[self._taken.pop(window.page)].append(window.page)

    def _made(self, language: str, has_touch: bool) -> Page:
        context = self._browser.new_context(
            locale=language,
            has_touch=has_touch,
            reduced_motion="reduce",  # what moves for ever is painted for ever, by no graphics card
            permissions=["microphone", "clipboard-write", "clipboard-read"],
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(path=HERE / "sound_tap.js")
        return context.new_page()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    path = shutil.which(SHELL) or program("chromium", SHELL)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def pages(chromium: Browser) -> Pages:
    return Pages(chromium)


@pytest.fixture(scope="package")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory, _filled_file: Path) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    embed(_filled_file, folder)
    with served(folder) as server:
        yield server.pages


@pytest.fixture
def open_window(pages: Pages, site: str) -> Iterator[OpenWindow]:
    """Opens windows, each like a browser of its own; at the end none has done what no page may do."""
    windows: list[Window] = []

    def opened(language: str = "pt-BR", width: int = 1440, height: int = 900, dark: bool = False) -> Window:
        windows.append(Window(pages.take(language, width, height, dark), site))
        return windows[-1]

    yield opened
    for window in windows:
        pages.give_back(window)
    assert [fault for window in windows for fault in window.faults] == []


def rms(samples: list[float]) -> float:
    """The root mean square of samples."""
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))
