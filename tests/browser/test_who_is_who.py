"""People at the pages of a signed line: each logs in, and comes to what the role may; they meet in one call."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenWindow
from tests.browser.served import IVR, Served, app_of_others, clean_environment, served
from tests.browser.window import Window, expect
from tests.databases import embed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.network, pytest.mark.untraced]

PASSWORD = "sete tatus amarelos"
QUEUE = b"""<?xml version="1.0" encoding="UTF-8"?><Response><Enqueue>fila</Enqueue></Response>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, _filled_file: Path) -> Path:
    folder = tmp_path_factory.mktemp("signed")
    embed(_filled_file, folder)
    return folder


@pytest.fixture(scope="module")
def server(chromium: Browser, folder: Path) -> Iterator[Served]:
    with served(folder, TWILIO_AUTH_TOKEN="a token of the tests") as server:
        yield server


@pytest.fixture(scope="module")
def site(server: Served) -> str:
    return server.pages


def test_each_role_comes_to_its_own_and_they_meet_in_a_queue(
    open_window: OpenWindow, server: Served, folder: Path
) -> None:
    caller, agent = open_window("en"), open_window()
    caller.page.goto(server.pages)
    expect(caller.at("#may-not")).to_contain_text("need a login")
    expect(caller.at("#dial")).to_be_disabled()
    caller.at("#may-not a").click()
    expect(caller.page).to_have_url(re.compile("/login"))
    log_in(caller, "supervisor", server.code)
    log_in(agent, "rui", code_of_a_new_agent(folder))

    # A live call of the line's own, which is signed for who is logged in.
    caller.at("#dial").click()
    expect(caller.at("#mode")).to_have_text(re.compile("LIVE · trial"))
    expect(caller.at("#caption")).to_contain_text("Bem-vindo")
    caller.key("2")
    expect(caller.at('#map .list .head.here[data-state="software"]')).to_have_count(1)
    caller.at("#hang-up").click()
    expect(caller.at("#status")).to_have_text("You hung up")

    expect(agent.at("#may-not")).to_contain_text("não faz chamadas")
    expect(agent.at("#dial")).to_be_disabled()
    with app_of_others({"/voice": QUEUE}) as app:
        caller.at("#line").select_option("")
        caller.at("#url").fill(f"{app}/voice")
        caller.at("#dial").click()
        expect(caller.at("#status")).to_have_text("Waiting in the queue")
        agent.at(".ring .take-it").click()
        expect(caller.at("#status")).to_have_text("Connected")
        agent.at(".ring input").fill("Pois não?")
        agent.at(".ring input").press("Enter")
        expect(caller.at("#dialogue .other .words").last).to_have_text("Pois não?")
        agent.at(".ring .hang").click()
        expect(caller.at("#status")).not_to_have_text("Connected")
        expect(agent.at(".ring")).to_have_count(0)
    agent.at(".who button").click()
    expect(agent.page).to_have_url(re.compile("/login"))
    agent.page.goto(server.pages)
    expect(agent.at("#may-not")).to_contain_text("é preciso entrar")


def log_in(window: Window, name: str, code: str) -> None:
    """Choose a password with the one-time code, which logs in."""
    window.page.goto(f"{window.site}/login/code")
    window.at("#name").fill(name)
    window.at("#code").fill(code)
    for field in ("#new", "#again"):
        window.at(field).fill(PASSWORD)
    window.at("main button[type=submit]").click()
    expect(window.at("#number")).to_have_value(re.compile(r"\+\d+"))


def code_of_a_new_agent(folder: Path) -> str:
    """The one-time code of rui, as a person at the console gets it."""
    told = subprocess.run(
        [IVR, "users", "add", "rui", "--role", "agent"],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.split()[-1]
