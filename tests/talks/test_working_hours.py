"""Working hours go by the clock of the line whose calls an agent takes: an agent of two lines has each one's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from data.agent_skills import Skill, set_skill
from data.agent_states import AgentState
from data.agents import add_agent, all_agents, ask_state, change_state
from data.database import Database
from data.roles import Role
from data.users import add_user
from ivr.call.talks.distributing import candidates
from ivr.flow.line import Line
from tests.databases import one_of_both

pytestmark = one_of_both("sqlite")

HOURS = "seg-sex 08:00-18:00"


def test_an_agent_of_two_lines_has_the_hours_of_each(server_database: Database, small_line: Line) -> None:
    west = replace(small_line, name="oeste", header=replace(small_line.header, zone=ZoneInfo("America/Tijuana")))
    lines = {line.name: line for line in (small_line, west)}
    began = datetime.fromisoformat("2026-03-10T08:30:00-03:00")
    with server_database.transaction() as connection:
        user = add_user(connection, "ana", "Ana", Role.AGENT)
        add_agent(connection, user, "+551155550001", HOURS, began, "test")
        for name in lines:
            set_skill(connection, Skill(user.id, name, "mesa.fila", 1))
        ask_state(connection, user.id, AgentState.AVAILABLE, None, began, "test")

    def served(at: str, order: list[str]) -> set[str]:
        with server_database.reading() as connection:
            agents = {each.user_id: each for each in all_agents(connection)}
            known = {name: lines[name] for name in order}
            found = candidates(connection, known, agents, datetime.fromisoformat(at))
        return {line for each in found for line, _ in each.skills}

    for order in (["ensaio", "oeste"], ["oeste", "ensaio"]):
        assert served("2026-03-10T08:30:00-03:00", order) == {"ensaio"}
        assert served("2026-03-10T13:00:00-03:00", order) == {"ensaio", "oeste"}
        assert served("2026-03-10T19:00:00-03:00", order) == {"oeste"}
        assert served("2026-03-10T23:59:00-03:00", order) == set()
    with server_database.transaction() as connection:
        change_state(connection, user.id, AgentState.RINGING, None, began, "test")
    # Whoever has a call brings it to its end, and is on duty for all.
    assert served("2026-03-10T23:59:00-03:00", ["oeste", "ensaio"]) == {"ensaio", "oeste"}
