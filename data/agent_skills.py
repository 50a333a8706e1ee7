"""Skills say which destinations of a line an agent serves, and how well: a level from 1 to 5, which knows it best.

A skill of ``suporte`` holds for ``suporte.rm`` and all its like, too; where both are there, the longer name counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select
from sqlmodel import Field

from data.personal import About, Personal, columns
from data.statement import Statement
from data.tables import table_of_records
from value_class import value_class

LEVELS: Final = range(1, 6)
"""The levels that there are."""


@value_class
class Skill:
    """A skill says that an agent takes calls for a destination of a line, or for a beginning of names, and how well."""

    user_id: int
    line: str
    destination: str
    level: int


AGENT_SKILL = table_of_records(
    Skill,
    "agent_skill",
    user_id=Field(primary_key=True, foreign_key="agent.user_id"),
    line=Field(primary_key=True),
    destination=Field(primary_key=True),
)

PERSONAL = Personal(AGENT_SKILL, columns("user_id", "line", "destination", "level", about=About.STAFF))

_ROW = (
    (AGENT_SKILL.c.user_id == bindparam("of"))
    & (AGENT_SKILL.c.line == bindparam("on"))
    & (AGENT_SKILL.c.destination == bindparam("to"))
)
_ALL = select(AGENT_SKILL).order_by(AGENT_SKILL.c.user_id, AGENT_SKILL.c.line, AGENT_SKILL.c.destination)
_EACH = Statement(_ALL)
_OF_LINE = Statement(_ALL.where(AGENT_SKILL.c.line == bindparam("on")))
_DROP = delete(AGENT_SKILL).where(_ROW)


def set_skill(connection: Connection, skill: Skill) -> None:
    """Have an agent serve a destination at that level, whether served before or not. Raises ValueError for a level
    that there is not.
    """
    if skill.level not in LEVELS:
        raise ValueError(f"a level is from {LEVELS[0]} to {LEVELS[-1]}, not {skill.level}")
    drop_skill(connection, skill.user_id, skill.line, skill.destination)
    connection.execute(
        AGENT_SKILL.insert().values(
            user_id=skill.user_id, line=skill.line, destination=skill.destination, level=skill.level
        )
    )


def drop_skill(connection: Connection, user_id: int, line: str, destination: str) -> bool:
    """Have an agent serve a destination no more; False where that was so."""
    return connection.execute(_DROP, {"of": user_id, "on": line, "to": destination}).rowcount == 1


def skills_of(connection: Connection, user_id: int) -> list[Skill]:
    """Return the skills of one agent, by line and destination."""
    return [Skill(*row) for row in connection.execute(_ALL.where(AGENT_SKILL.c.user_id == user_id))]


def skills_by_agent(connection: Connection, line: str | None = None) -> Mapping[int, list[Skill]]:
    """Return the skills of every agent who has any, by the agent's id; ``line`` leaves those of one line."""
    rows = _EACH.all(connection, {}) if line is None else _OF_LINE.all(connection, {"on": line})
    skills: dict[int, list[Skill]] = {}
    for row in rows:
        skills.setdefault(row[0], []).append(Skill(*row))
    return skills
