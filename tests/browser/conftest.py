"""A real Chromium at a line that is really served. Where there is none its tests are left out loudly, or fail."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.served import served
from tests.browser.window import HERE, Window
from tests.databases import embed
from tests.machines.programs import program

SWITCHES = [
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]

PATIENCE = 30_000
"""Milliseconds that a busy machine may take for what is there at once on a quiet one."""

expect.set_options(timeout=PATIENCE)

OpenWindow = Callable[..., Window]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = program("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory, _filled_file: Path) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    embed(_filled_file, folder)
    with served(folder) as server:
        yield server.pages


@pytest.fixture
def open_window(chromium: Browser, site: str) -> Iterator[OpenWindow]:
    """Opens windows, each like a browser of its own; at the end none has done what no page may do."""
    windows: list[Window] = []
    contexts: list[BrowserContext] = []

    def opened(language: str = "pt-BR", width: int = 1440, height: int = 900, dark: bool = False) -> Window:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme="dark" if dark else "light",
            has_touch=width < 500,
            permissions=["microphone", "clipboard-write", "clipboard-read"],
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(path=HERE / "sound_tap.js")
        contexts.append(context)
        window = Window(context.new_page(), site)
        windows.append(window)
        return window

    yield opened
    for context in contexts:
        context.close()
    assert [fault for window in windows for fault in window.faults] == []


def rms(samples: list[float]) -> float:
    """The root mean square of samples."""
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))
