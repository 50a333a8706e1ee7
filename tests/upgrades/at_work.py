"""Lets agents work for some minutes, and leaves them in the middle of it: in a talk, holding, asking, rung, paused."""

from __future__ import annotations

from datetime import datetime, timedelta

from data.agent_skills import Skill, set_skill
from data.agent_states import AgentState
from data.agents import add_agent, ask_state
from data.database import Database
from data.roles import Role
from data.rota_swaps import NewRotaSwap, make_swap
from data.users import add_user
from data.vault import Vault
from ivr.flow.line import Line
from ivr.simulator.rest.party import Party
from tests.talks.floor import Floor, Person, make_floor

BEGINS = datetime.fromisoformat("2026-03-10T10:17:00-03:00")

SERVED = {
    "ada": "cst",
    "bento": "cst",
    "celia": "cst",
    "davi": "cst",
    "elis": "assessoria",
    "fabio": "cst",
    "gil": "cst",
}
"""Agents, and whom each serves."""

TO_CST, TO_ASSESSORIA = ("4", "3"), ("7", "1")
FIRST_CALL = 0xA00


def work(database: Database, vault: Vault, line: Line) -> None:
    """Write what a quarter of an hour of agents writes."""
    floor = next(make_floor(database, vault, line, lambda: BEGINS))
    agents = {login: _agent(floor, login, destination, line) for login, destination in SERVED.items()}

    def free(login: str, *keys: str, ring: float | None = 2.0) -> None:
        person = floor.telephone(agents[login])
        person.keys, person.ring = list(keys), ring
        with database.transaction() as connection:
            ask_state(connection, agents[login], AgentState.AVAILABLE, None, floor.time.now(), login)

    def come(number: int, *keys: str) -> Party:
        """A caller, who is in the queue as this returns: the telephones that are rung before are engaged."""
        party = floor.caller(FIRST_CALL + number, *keys)
        floor.people[party.call.setup.from_].busy = True
        while not any(entry.call_sid == party.sid for entry in floor.waiting()):
            floor.pass_time(1)
        return party

    # Ada's first talk is over, and noted; her second one goes on.
    free("ada", "1", "1", "1")
    first = come(0, *TO_CST)
    floor.pass_time(90)
    floor.hang_up(first)
    floor.pass_time(2)
    floor.acts.note(agents["ada"], None, "Pediu a segunda via.")
    floor.pass_time(40)
    come(1, *TO_CST)
    floor.pass_time(40)
    # Bento holds his caller; Célia asks Elis about hers.
    free("bento", "1")
    come(2, *TO_CST)
    floor.pass_time(40)
    floor.acts.hold(agents["bento"])
    free("celia", "1")
    come(3, *TO_CST)
    floor.pass_time(40)
    free("elis", "1")
    floor.acts.consult(agents["celia"], "assessoria")
    floor.pass_time(20)
    # Fábio has written his call down, and has a pause; another one is on call tonight.
    free("fabio", "1")
    gone = come(4, *TO_CST)
    floor.pass_time(50)
    floor.hang_up(gone)
    floor.pass_time(70)
    now = floor.time.now()
    with database.transaction() as connection:
        ask_state(connection, agents["fabio"], AgentState.PAUSED, "almoço", now, "fabio")
        duty = (line.name, "plantao-suporte", "ana", "carla")
        make_swap(connection, NewRotaSwap(*duty, now, now + timedelta(hours=9), "Bia Prado"))
    # Davi misses one ring, Gil is rung as everything stops, and others wait.
    free("davi", ring=None)
    come(5, *TO_CST)
    floor.pass_time(45)
    come(6, *TO_CST)
    come(7, *TO_ASSESSORIA)
    floor.pass_time(20)
    free("gil", ring=60.0)
    floor.pass_time(4)


def _agent(floor: Floor, login: str, destination: str, line: Line) -> int:
    number = f"+5511509009{len(floor.people):02}"
    floor.people[number] = Person(number)
    with floor.database.transaction() as connection:
        user = add_user(connection, login, login.title(), Role.AGENT)
        add_agent(connection, user, number, "seg-sex 08:00-18:00" if login == "ada" else None, BEGINS, "admin")
        set_skill(connection, Skill(user.id, line.name, destination, 3))
    return user.id
