"""One change of agents at the console: one transaction, the audit in it, and one line where it cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ivr.cli import clock
from ivr.cli.console import console_user, record_here
from ivr.cli.stored import answering_line, open_database, open_readonly, settings_here
from ivr.errors import TargetError
from wording import reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from ivr.flow.line import Line


class AgentChange:
    """One change of an agent, in one transaction. ``subject`` is what the audit tells of it, if anything was done."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.now = clock.now()
        self.who = console_user()
        self.subject = ""


@contextmanager
def changing(act: str) -> Iterator[AgentChange]:
    """Raises TargetError for what cannot be done; nothing is changed then."""
    with open_database(settings_here()) as database:
        try:
            with database.transaction() as connection:
                change = AgentChange(connection)
                yield change
                if change.subject:
                    record_here(connection, act, change.subject)
        except ValueError as error:
            raise TargetError(reason(error)) from None


def lines_served() -> Mapping[str, Line]:
    """Return the lines of which any agent serves anything, read before the transaction that changes agents."""
    from data.agent_skills import skills_by_agent

    with open_readonly(settings_here()) as database, database.reading() as connection:
        skills = skills_by_agent(connection)
    return dict(answering({skill.line for each in skills.values() for skill in each}))


def answering(names: Iterable[str]) -> Iterator[tuple[str, Line]]:
    """Yield the lines of those names that are still there, as callers hear them."""
    for name in sorted(names):
        try:
            yield name, answering_line(name)
        except TargetError:
            continue
