"""This benchmark asks for the wallboard of a line on which 500 calls go on, of which 200 wait, with 200 agents."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, Response

from app import create_pages
from bench.measure import against
from bench.table import Row
from data.agent_skills import Skill, set_skill
from data.agent_states import AgentState
from data.agents import add_agent, change_state
from data.calls import NewCall, open_call
from data.database import Database
from data.roles import Role
from data.users import add_user, find_user
from data.vault import Cost
from data.waiting import WaitingRecord, enter_queue, entry_name
from ivr.call.lines import Lines
from ivr.flow.folder import load_line
from ivr.settings import Settings

CALLS = 500
WAITING = 200
AGENTS = 200
LINE = "4003-0015"
NOW = datetime(2026, 3, 10, 13, tzinfo=UTC)
KEY = b"a key of the bench, 32 bytes....."
HERE = {"REMOTE_ADDR": "127.0.0.1"}


def run() -> list[Row]:
    """Return the row of the report."""
    lines = Lines([load_line(Path("flows") / LINE)])
    database = Database("sqlite://")
    database.migrate()
    _fill(database, list(next(iter(lines)).line.routing.table.destinations))
    settings = Settings(database_url="sqlite://", secret_key=KEY, flows=Path("flows"))
    pages = create_pages(
        settings,
        clock=lambda: NOW,
        database=database,
        lines=lambda: lines,
        health=lambda: {"reasons": []},
        cost=Cost.rehearsal(),
    )
    bare = Flask("bare")
    bare.add_url_rule("/", view_func=lambda: Response("nothing"))
    asked, nothing = pages.test_client(), bare.test_client()
    path = f"/wallboard/{LINE}/now"
    shown = asked.get(path, environ_overrides=HERE)
    if shown.status_code != 200 or f"<strong>{CALLS}</strong>" not in shown.text:
        raise RuntimeError("the wallboard does not show the calls")
    ratio = against(lambda: asked.get(path, environ_overrides=HERE), lambda: nothing.get("/"), rounds=15)
    database.close()
    told = f"{1000 * ratio.floor:.2f} ms a bare page"
    return [Row(f"wallboard, {CALLS} calls", f"{1000 * ratio.work:.1f} ms", told, f"{ratio.times:.0f}", "50 ms")]


def _fill(database: Database, destinations: list[str]) -> None:
    chance = random.Random(14)
    with database.transaction() as connection:
        for number in range(AGENTS):
            login = f"agent{number}"
            add_user(connection, login, login, Role.AGENT)
            user = find_user(connection, login)
            add_agent(connection, user, f"+5511509{number:05}", None, NOW, login)
            for destination in chance.sample(destinations, 4):
                set_skill(connection, Skill(user.id, LINE, destination, chance.randint(1, 5)))
            change_state(connection, user.id, AgentState.AVAILABLE, None, NOW - timedelta(minutes=5), login)
        for number in range(CALLS):
            sid, began = f"CA{number:032x}", NOW - timedelta(seconds=chance.randrange(900))
            position = '{"state": "principal"}' if number >= WAITING else '{"state": "transferencia"}'
            open_call(connection, NewCall(sid, LINE, "v", "+5511987654321", "+551140030015", began, position))
            if number < WAITING:
                to = chance.choice(destinations)
                enter_queue(
                    connection,
                    WaitingRecord(entry_name(sid, 3), sid, 3, LINE, to, to, "transferencia", 600, began, began),
                )
