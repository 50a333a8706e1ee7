"""Writes the agents of the demo data, three people who are off until they are told to be available."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from data.agent_skills import Skill, set_skill
from data.agents import add_agent
from data.roles import Role
from data.users import add_user
from value_class import value_class

LINE: Final = "4003-0015"

WHO: Final = "demo"
"""Who made them, for their history."""


@value_class
class DemoAgent:
    """An agent: telephone, and the destinations of LINE, or beginnings of names, with a level."""

    login: str
    name: str
    telephone: str
    serves: Mapping[str, int]


DEMO_AGENTS: Final = (
    DemoAgent("rita", "Rita Nogueira", "+551150900901", MappingProxyType({"suporte": 3, "suporte.vitrine": 5})),
    DemoAgent("saulo", "Saulo Prates", "+551150900902", MappingProxyType({"suporte": 2, "consultoria": 4})),
    DemoAgent(
        "tereza",
        "Tereza Vidal",
        "sip:tereza@servicos.example.com",
        MappingProxyType({"assessoria": 3, "cst": 4, "datacenter": 2}),
    ),
)


def add_demo_agents(connection: Connection, now: datetime) -> None:
    """Add them at ``now`` (aware), to a database without users. None has a password before one is chosen."""
    for each in DEMO_AGENTS:
        user = add_user(connection, each.login, each.name, Role.AGENT)
        add_agent(connection, user, each.telephone, None, now, WHO)
        for destination, level in each.serves.items():
            set_skill(connection, Skill(user.id, LINE, destination, level))
