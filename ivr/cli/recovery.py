"""Looks after a database that is away: tries whether it is back, has it prepared then, and tells each change once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.database import Database

log = logging.getLogger(__name__)

LOOK_SECONDS = 1


class Recovery:
    """For a job of its own, in a thread that no caller waits for: one look may take as long as a migration does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told = ("up", "")

    def look(self) -> None:
        """Ask the database where it is thought to be away. What it is, and why, is logged when it changes."""
        standing = self._database.recover()
        told = (standing.state, standing.why)
        if told == self._told:
            return
        self._told = told
        if standing.state == "up":
            log.warning("the database is there")
        else:
            log.error("the database is not there", extra={"state": standing.state, "why": standing.why})
