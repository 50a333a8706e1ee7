"""This benchmark asks for the wallboard of a line on which 500 calls go on, with 200 agents: 200 calls wait, 100 are
talked with, and on call others stand in, now and in each night of a month.
"""

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
from data.offers import make_offer
from data.roles import Role
from data.rota_swaps import NewRotaSwap, make_swap
from data.talks import TalkRecord, begin_talk
from data.users import add_user, find_user
from data.vault import Cost
from data.waiting import WaitingRecord, enter_queue, entry_name, leave
from ivr.call.lines import Lines
from ivr.flow.folder import load_line
from ivr.settings import Settings
from routing.table import RoutingTable

CALLS = 500
WAITING = 200
TALKING = 100
AGENTS = 200
NIGHTS = 30
LINE = "4003-0015"
NOW = datetime(2026, 3, 10, 13, tzinfo=UTC)
KEY = b"a key of the bench, 32 bytes....."
HERE = {"REMOTE_ADDR": "127.0.0.1"}


def run() -> list[Row]:
    """Return the row of the report."""
    lines = Lines([load_line(Path("flows") / LINE)])
    database = Database("sqlite://")
    database.migrate()
    table = next(iter(lines)).line.routing.table
    _fill(database, list(table.destinations))
    _swap(database, table)
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
    if shown.text.count("/listen") != TALKING or shown.text.count(" · bench") != NIGHTS * len(table.rotas):
        raise RuntimeError("the wallboard does not show the talks, or who stands in")
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
            elif number < WAITING + TALKING:
                to, agent = chance.choice(destinations), find_user(connection, f"agent{number - WAITING}")
                name = entry_name(sid, 3)
                enter_queue(connection, WaitingRecord(name, sid, 3, LINE, to, to, "transferencia", 600, began, began))
                offer = make_offer(connection, name, agent.id, began)
                assert offer is not None
                begin_talk(
                    connection,
                    TalkRecord(name, offer.id, LINE, to, sid, agent.id, name, began, started_at=began),
                )
                leave(connection, name, "answered", began)
                change_state(connection, agent.id, AgentState.TALKING, None, began, "accepted")


def _swap(database: Database, table: RoutingTable) -> None:
    """Somebody stands in on each rota, now and in each night of a month."""
    with database.transaction() as connection:
        for rota in table.rotas.values():
            first, second = list(rota.people)[:2]
            for night in range(NIGHTS):
                since = NOW + timedelta(days=night, hours=-1)
                make_swap(
                    connection,
                    NewRotaSwap(LINE, rota.name, first, second, since, since + timedelta(hours=12), "bench"),
                )
