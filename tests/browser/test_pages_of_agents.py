"""The pages of agents, supervisors and reports stand on a telephone and a wide screen, in two languages, for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from data.agent_skills import Skill, set_skill
from data.agent_states import AgentState
from data.agents import add_agent, ask_state
from data.closures import NewClosure, close_destination
from data.database import Database
from data.roles import Role
from data.users import add_user, find_user
from ivr.cli import clock
from tests.browser.conftest import OpenWindow
from tests.browser.served import Served, served
from tests.browser.test_who_is_who import log_in
from tests.browser.window import expect
from tests.databases import embed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.network, pytest.mark.untraced]

HOSTILE = "<img src=x onerror=document.title=1>" + "x" * 100
LINE = "4003-0015"


@pytest.fixture(scope="module")
def server(chromium: Browser, tmp_path_factory: pytest.TempPathFactory, _filled_file: Path) -> Iterator[Served]:
    """The shipped line, whose people write what a browser must not run."""
    folder = tmp_path_factory.mktemp("served")
    embed(_filled_file, folder)
    with served(folder, TWILIO_AUTH_TOKEN="a token of the tests") as server:
        database = Database(f"sqlite:///{next(folder.rglob('*.sqlite'))}")
        now = clock.now()
        with database.transaction() as connection:
            users = [find_user(connection, "supervisor"), add_user(connection, "mal", HOSTILE, Role.AGENT)]
            for number, user in enumerate(users, 1):
                add_agent(connection, user, f"+5511509001{number:02}", None, now, "test")
                set_skill(connection, Skill(user.id, LINE, "suporte", 3))
                ask_state(connection, user.id, AgentState.PAUSED, HOSTILE, now, "test")
            close_destination(connection, NewClosure(LINE, "suporte", HOSTILE, now, None, HOSTILE))
        database.close()
        yield server


@pytest.fixture(scope="module")
def site(server: Served) -> str:
    return server.pages


def test_pages_stand_in_nobodys_way_and_run_nothing_that_people_wrote(open_window: OpenWindow, server: Served) -> None:
    first = open_window()
    log_in(first, "supervisor", server.code)
    cookies = first.page.context.cookies()
    for language, width in (("pt-BR", 1440), ("en", 390)):
        window = open_window(language, width, 800)
        window.page.context.add_cookies(cookies)  # type: ignore[arg-type]
        for path in (
            "/agents",
            "/agents/mal",
            "/agent",
            f"/wallboard/{LINE}",
            f"/wallboard/{LINE}/recordings",
            f"/reports/{LINE}",
        ):
            window.page.goto(server.pages + path)
            expect(window.at("h1")).to_be_visible()
            wide = window.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert (path, width, wide <= 0, window.violations()) == (path, width, True, [])
            assert window.at("img[src=x]").count() == 0
            window.picture(f"{path.strip('/').replace('/', '-')}-{width}")
