"""A caller and an agent in two windows, and who leads in a third: rung, taken, talked, held, noted, followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from data.agent_skills import Skill, set_skill
from data.agents import add_agent
from data.database import Database
from data.roles import Role
from data.users import add_user, find_user
from ivr.cli import clock
from tests.browser.conftest import OpenWindow
from tests.browser.served import Served, served
from tests.browser.test_who_is_who import log_in
from tests.browser.window import Window, expect
from tests.databases import embed
from tests.lines import ROUTING, write_line

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.network, pytest.mark.untraced]


@pytest.fixture(scope="module")
def server(chromium: Browser, tmp_path_factory: pytest.TempPathFactory, _filled_file: Path) -> Iterator[Served]:
    """The small line, whose queue is open at any hour, served with an agent."""
    folder = tmp_path_factory.mktemp("served")
    embed(_filled_file, folder)
    queue = ("  mesa.fila:\n", "  mesa.fila:\n    record: yes\n")
    write_line(folder / "flows" / "ensaio", routing=ROUTING.replace(*queue))
    file = next(folder.rglob("*.sqlite"))
    database = Database(f"sqlite:///{file}")
    with database.transaction() as connection:
        add_user(connection, "rosa", "Rosa", Role.AGENT)
        user = find_user(connection, "rosa")
        add_agent(connection, user, "+551150900105", None, clock.now(), "rosa")
        set_skill(connection, Skill(user.id, "ensaio", "mesa", 3))
    database.close()
    with served(folder, IVR_FLOWS=str(folder / "flows")) as server:
        yield server


@pytest.fixture(scope="module")
def site(server: Served) -> str:
    return server.pages


def _talk(open_window: OpenWindow) -> tuple[Window, Window]:
    """A caller's window and the agent's, in a talk."""
    agent = open_window()
    agent.page.goto(f"{agent.site}/agent/rosa")
    expect(agent.at("#tel-state")).to_contain_text("Ele toca aqui")
    agent.page.keyboard.press("l")
    expect(agent.at("h1 .state")).to_have_text("disponível")
    caller = open_window().open("/?mode=live")
    caller.at("#dial").click()
    expect(caller.at("#dialogue")).to_contain_text("Tecle 2")
    caller.key("#")
    expect(caller.at("#dialogue")).to_contain_text("Para RM, 1.")
    caller.key("3")
    expect(agent.at("#tel-answer")).to_be_visible()
    expect(agent.at(".pop")).to_contain_text("Identificado")
    agent.page.keyboard.press("a")
    expect(agent.at("#tel-accept")).to_be_visible()
    agent.page.keyboard.press("1")
    expect(agent.at("#tel-words")).to_be_visible()
    return caller, agent


def _say(window: Window, words: str) -> None:
    field = window.at("#tel-words, #words").last
    field.fill(words)
    field.press("Enter")


def test_a_caller_and_an_agent_talk_in_two_windows(open_window: OpenWindow) -> None:
    caller, agent = _talk(open_window)
    expect(agent.at(".pop .big")).to_have_text(re.compile(r"\d+ s"))
    agent.at("#tel-words").fill("Bom dia, aqui é a Rosa.")
    agent.page.keyboard.press("Enter")
    expect(caller.at("#dialogue")).to_contain_text("Bom dia, aqui é a Rosa.")
    caller.at("#words").fill("Oi!")
    caller.page.keyboard.press("Enter")
    expect(agent.at("#tel-said")).to_contain_text("Oi!")
    board = open_window()
    board.page.goto(f"{board.site}/wallboard/ensaio")
    expect(board.at(".agents .talking")).to_contain_text("Rosa")
    agent.picture("agent")
    board.picture("wallboard")
    agent.at('[data-do="hold"]').click()
    expect(agent.at(".pop")).to_contain_text("em espera há")
    agent.at('[data-do="resume"]').click()
    expect(agent.at('[data-do="hold"]')).to_be_enabled()
    assert agent.violations() == []
    # Pressed for longer than the page stands: what was pressed is done.
    agent.at('[data-do="end"]').click(delay=1500)
    expect(agent.at('[data-do="wrap-up"]')).to_be_visible()
    agent.at("#notes").fill("voltou a funcionar")
    agent.at('[data-do="wrap-up"]').click()
    expect(agent.at("h1 .state")).to_have_text("disponível")
    expect(caller.at("#dialogue")).to_contain_text("Até logo")
    # The talk is kept, and heard by a link.
    expect(caller.at("#status")).to_contain_text("desligou")
    board.at('a[href$="/recordings"]').click()
    talk = board.at(".talks li", has_text="Rosa")
    expect(talk).to_contain_text("mesa.fila")
    talk.locator("button").click()
    expect(board.at(".talks a")).to_be_focused()
    board.picture("recordings")
    assert board.violations() == []
    answer = requests.get(str(board.at(".talks a").get_attribute("href")), timeout=30)
    assert (answer.status_code, answer.content[:4]) == (200, b"RIFF")


@pytest.mark.parametrize("is_logged_in", [False, True])
def test_a_supervisor_listens_whispers_and_joins_from_a_window(
    open_window: OpenWindow, server: Served, is_logged_in: bool
) -> None:
    caller, agent = _talk(open_window)
    board = open_window()
    if is_logged_in:
        log_in(board, "supervisor", server.code)
    board.page.goto(f"{board.site}/wallboard/ensaio")
    expect(board.at('[data-how="whisper"]')).to_be_disabled()
    board.at('[data-how="listen"]').click()
    board.at("#tel-answer").click()
    expect(board.at("#tel-accept")).to_be_visible()
    board.page.keyboard.press("1")
    expect(board.at("#tel-state")).to_contain_text("ninguém ouve você")
    _say(caller, "O boleto venceu.")
    expect(board.at("#tel-said")).to_contain_text("Cliente O boleto venceu.")
    _say(board, "Alô?")
    expect(board.at("#problem")).to_contain_text("Ninguém ouve você agora")
    assert "409" in board.faults.pop()

    board.at('[data-how="whisper"]').click()
    expect(board.at('[data-how="whisper"]')).to_have_attribute("aria-pressed", "true")
    _say(board, "Ofereça o desconto.")
    expect(agent.at("#tel-said")).to_contain_text("Supervisor Ofereça o desconto.")
    board.picture(f"supervisor-{'in' if is_logged_in else 'out'}")
    assert board.violations() == []
    board.at('[data-how="join"]').click()
    expect(board.at("#tel-state")).to_contain_text("O atendente e o cliente ouvem você")
    _say(board, "Bom dia, aqui é a Tereza.")
    expect(caller.at("#dialogue")).to_contain_text("Bom dia, aqui é a Tereza.")
    expect(caller.at("#dialogue")).not_to_contain_text("desconto")
    agent.picture(f"supervised-{'in' if is_logged_in else 'out'}")
    board.at('[data-how="leave"]').click()
    expect(board.at("#tel-state")).to_contain_text("Ele toca aqui")

    _say(agent, "Ficamos só nós dois.")
    expect(caller.at("#dialogue")).to_contain_text("Ficamos só nós dois.")
    expect(board.at("#tel-said")).not_to_contain_text("só nós dois")
    caller.at("#hang-up").click()
    agent.at('[data-do="wrap-up"]').click()
    expect(agent.at("h1 .state")).to_have_text("disponível")
