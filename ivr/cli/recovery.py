"""``Recovery`` probes a database that is down, prepares it when it is back, and logs each change once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.database import Database

log = logging.getLogger(__name__)

PROBE_SECONDS = 1


class Recovery:
    """Runs in a job of its own, in a thread that no caller waits for: a probe may take as long as a migration does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told = ("up", "")

    def probe(self) -> None:
        """Probe the database where it is thought to be down; log its state, and why, when that changes."""
        standing = self._database.recover()
        told = (standing.state, standing.why)
        if told == self._told:
            return
        self._told = told
        if standing.state == "up":
            log.warning("the database is there")
        else:
            log.error("the database is not there", extra={"state": standing.state, "why": standing.why})
