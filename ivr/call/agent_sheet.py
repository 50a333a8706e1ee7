"""Reads agents of one line from a spreadsheet: a row a person, and importing it twice changes nothing.

    login,name,telephone,hours,serves
    rita,Rita Nogueira,+551150900901,seg-sex 08:00-18:00,suporte 3; suporte.rm 5

A login that no user has becomes one of role agent, without a password. What a cell of ``serves`` says is all that the
agent serves of the line; a column that is left out leaves what is stored as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from data.agent_skills import skills_of
from data.agents import agent_named
from data.roles import Role
from data.sheet import SheetRow, read_sheet
from data.users import add_user, all_users, login_name
from data.values import words
from ivr.call.agents import Lines, give_telephone_and_hours, make_agent, require_agent, serve, serve_no_more
from ivr.flow.line import Line
from wording import message, phrase, reason

REQUIRED: Final = ("login", "telephone")
OPTIONAL: Final = ("name", "hours", "serves")


@dataclass(slots=True)
class AgentSheet:
    """A sheet that was read tells the logins of ``users`` and ``agents`` that were made, of all good ``rows``, and the
    ``faults`` of the others, each with its place. Nothing must stay written where there are faults.
    """

    users: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def import_agents(connection: Connection, path: Path, line: Line, lines: Lines, now: datetime, who: str) -> AgentSheet:
    """Write each row of the file at ``path``, at ``now`` (aware), and return what came of it. Never raises for what the
    file holds. ``lines`` are all that agents serve, which must be allowed to ring a telephone that is changed.
    """
    sheet, result = read_sheet(path), AgentSheet()
    if sheet.columns and sheet.expect(REQUIRED, OPTIONAL):
        for row in sheet.rows:
            try:
                _write(connection, row, line, lines, now, who, result)
            except ValueError as error:
                place = f"{path}:{row.line}"
                result.faults.append(phrase("{place}: {fault}", place=place, fault=reason(error)))
    result.faults[:0] = [str(problem) for problem in sheet.problems]
    return result


def _write(
    connection: Connection, row: SheetRow, line: Line, lines: Lines, now: datetime, who: str, result: AgentSheet
) -> None:
    login = login_name(row.cells["login"])
    if login in result.rows:
        raise ValueError(message("agent-twice", "{login} stands in the file twice; delete one row", login=login))
    name = words(row.cells["name"]) if row.cells.get("name") else login
    if login not in {user.login for user in all_users(connection)}:
        add_user(connection, login, name, Role.AGENT)
        result.users.append(login)
    telephone, hours = row.cells["telephone"], row.cells.get("hours")
    if agent_named(connection, login) is None:
        make_agent(connection, login, telephone, hours or None, now, who)
        result.agents.append(login)
    if "serves" in row.cells:
        _serve(connection, login, line, row.cells["serves"])
    agent = require_agent(connection, login)
    kept = agent.hours if hours is None else hours or None
    give_telephone_and_hours(connection, agent, telephone, kept, {**lines, line.name: line})
    result.rows.append(login)


def _serve(connection: Connection, login: str, line: Line, written: str) -> None:
    """Have the agent serve what the cell says of ``line``, and nothing else of it."""
    agent = require_agent(connection, login)
    for skill in skills_of(connection, agent.user_id):
        if skill.line == line.name:
            serve_no_more(connection, agent, line.name, skill.destination)
    for part in filter(None, (each.strip() for each in written.replace(",", ";").split(";"))):
        scope, _, level = part.partition(" ")
        if level.strip() not in ("", "1", "2", "3", "4", "5"):
            raise ValueError(
                message(
                    "served-level-malformed",
                    "'{part}' is no desk with a level from 1 to 5; write it like suporte 3; suporte.rm 5",
                    part=part,
                )
            )
        serve(connection, agent, line, scope, int(level or 1))
