"""``Backlog`` remembers what the line does by itself and does not get on with, for the people who read ``/health``.

It is the system's and no one machine's: a load balancer must take no machine out for it, so that it is a note beside
the status, and is told on the pages' port only.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from data.due_work import failing_work, seconds_late
from data.outbox import outbox_figures
from data.unavailable import DatabaseUnavailableError

if TYPE_CHECKING:
    from data.database import Database

LATE_SECONDS = 60.0
"""A process takes work over within five seconds, and nothing that it does takes as long: then none works."""

LONG_UNSETTLED_SECONDS = 1800.0
"""By then whatever could not be sent at first was sent, or is a dead letter."""

FAILED_IN_A_ROW = 3


class Backlog:
    """Reads ``database`` where it is told to look, in a thread that no client waits for; ``notes`` only remembers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._notes: tuple[str, ...] = ()

    def look(self, now: datetime) -> None:
        """Read how things stand at ``now`` (aware); nothing is known of them while the database is away."""
        try:
            with self._database.reading() as connection:
                outbox = outbox_figures(connection, now)
                late = seconds_late(connection, now)
                failing = failing_work(connection, FAILED_IN_A_ROW)
        except DatabaseUnavailableError:
            self._notes = ()
            return
        notes = []
        if late > LATE_SECONDS:
            notes.append(f"due work has waited for {late / 60:.0f} minutes: ivr worker --show says which process works")
        if outbox.dead:
            many = "is 1 dead letter" if outbox.dead == 1 else f"are {outbox.dead} dead letters"
            notes.append(f"there {many}: ivr outbox says why")
        if outbox.oldest_seconds > LONG_UNSETTLED_SECONDS:
            notes.append(f"the outbox has stood for {outbox.oldest_seconds / 60:.0f} minutes: ivr outbox says why")
        notes += [f"{each.kind} failed {each.tries} times: ivr worker --show says how" for each in failing]
        self._notes = tuple(notes)

    def beside(self, health: dict[str, object]) -> dict[str, object]:
        """Return what ``/health`` says with the ``notes`` in it, where there are any; its status stays as it is."""
        return {**health, "notes": list(self._notes)} if self._notes else health
