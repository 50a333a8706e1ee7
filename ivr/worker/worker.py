"""``Worker`` does what is due, one thing after the other, in the one process that holds the lease.

Theory of operation. Every process that could work looks once a second (``LOOK_SECONDS``). One that holds no lease tries
to take it, in one statement; the holder renews its own while more than half of it is over, and asks in one statement
whether anything is due. What is due is claimed row by row (``data.due_work``, ``data.outbox``), and the claim is
committed before the work is begun, so the lease only spares the others the work: nothing relies on there being one
holder. A process that alone has what a delivery needs (the pages' telephones) sends its rows whichever holds it. A
process that dies leaves a lease that is over after 3.5 s, and claims that are over after the longest time that their
work may take. While the database is away the worker logs it once, and looks on.

Time is ``clock``'s, and chance ``rng``'s. No caller's turn ever waits for anything here.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from data.due_work import DueWork, bring_forward, claim_work, end_work, is_anything_due, schedule
from data.lease import LEASE, WORKER, make_lease, release_lease, take_lease
from data.served import is_anybody_served
from data.unavailable import DatabaseUnavailableError, TransactionConflictError
from ivr.logs import place_of
from ivr.worker.backoff import LONGEST_SECONDS, MOST_TRIES, backoff
from ivr.worker.deliveries import DELIVERIES
from ivr.worker.delivery import Delivery
from ivr.worker.kinds import KINDS
from ivr.worker.outbox import Outbox
from ivr.worker.tools import Tools
from ivr.worker.watch import StandingWatch
from ivr.worker.watches import WATCHES
from ivr.worker.work_kind import EVERYTHING, WorkDone, WorkKind

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0


def name_of_this_process() -> str:
    """Return a name that no other process has, for the lease and for claims."""
    return f"{socket.gethostname()[:80]}/{os.getpid()}/{secrets.token_hex(4)}"


class Worker:
    """Works in the name of ``me`` with ``tools``; ``kinds``, ``deliveries`` and ``watches`` are all that there are, but
    in tests.
    """

    def __init__(
        self,
        tools: Tools,
        clock: Callable[[], datetime],
        rng: Random,
        me: str,
        kinds: Iterable[type[WorkKind]] = KINDS,
        deliveries: Iterable[type[Delivery]] = DELIVERIES,
        watches: Iterable[type[StandingWatch]] = WATCHES,
    ) -> None:
        self._database: Database = tools.database
        self._clock = clock
        self._rng = rng
        self._me = me
        self._kinds = {kind.name: kind(tools) for kind in kinds}
        self._longest = {name: kind.longest for name, kind in self._kinds.items()}
        self.outbox = Outbox(tools.database, [each(tools) for each in deliveries], me, rng, clock)
        self._watches = [each(tools) for each in watches]
        self._watched: datetime | None = None
        self._has_row = False
        self._lease_ends: datetime | None = None
        self._away = False

    def run(self, stopping: threading.Event) -> None:
        """Work until ``stopping`` is set, and give the lease up then."""
        while not stopping.wait(self.step()):
            pass
        self.stop()

    def step(self) -> float:
        """Do one thing that is due, and one row of the outbox; return the seconds until the next look."""
        try:
            busy = self._work()
        except TransactionConflictError:
            return LOOK_SECONDS  # the database is there, and let another transaction go first
        except DatabaseUnavailableError as error:
            self._lease_ends = None
            if not self._away:
                log.error("the worker cannot use the database", extra={"why": str(error)})
            self._away = True
            return LOOK_SECONDS
        except Exception as error:
            log.error("the worker failed", extra={"error": type(error).__name__, "at": place_of(error)})
            return LOOK_SECONDS
        if self._away:
            log.warning("the worker can use the database again")
        self._away = False
        return 0.0 if busy else LOOK_SECONDS

    def stop(self) -> None:
        """Give the lease up, so that another process need not wait for its end. Never raises."""
        if self._lease_ends is None:
            return
        self._lease_ends = None
        try:
            with self._database.transaction() as connection:
                release_lease(connection, WORKER, self._me, self._clock())
        except DatabaseUnavailableError:
            pass  # it ends by itself

    def _work(self) -> bool:
        now = self._clock()
        if not self._has_row:
            with self._database.transaction() as connection:
                make_lease(connection, WORKER, now)
            self._has_row = True
        if not self._holds_lease(now):
            alone = self.outbox.kinds_without_lease
            return bool(alone) and self.outbox.step(alone)
        with self._database.reading() as connection:
            due = is_anything_due(connection, self._longest, self.outbox.kinds, self._me, now)
            watched = bool(self._watches) and is_anybody_served(connection)
        if watched:
            due = self._watch(now) or due
        if not due:
            return False
        sent = self.outbox.step()
        return self._do_next(now) or sent

    def _watch(self, now: datetime) -> bool:
        """Let each watch look, once in LOOK_SECONDS; True where something is to be sent because of it."""
        if self._watched is not None and timedelta(0) <= now - self._watched < timedelta(seconds=LOOK_SECONDS):
            return False
        self._watched = now
        found = False
        for each in self._watches:
            try:
                found = each.look(now) or found
            except (TransactionConflictError, DatabaseUnavailableError):
                raise
            except Exception as error:
                log.error(
                    "watch failed", extra={"chore": each.name, "error": type(error).__name__, "at": place_of(error)}
                )
        return found

    def _holds_lease(self, now: datetime) -> bool:
        ends = self._lease_ends
        if ends is not None and ends - now > LEASE:
            ends = None  # the clock was put back, which makes a lease look fresh
        if ends is not None and ends - now > LEASE / 2:
            return True
        with self._database.transaction() as connection:
            taken = take_lease(connection, WORKER, self._me, now)
            if taken is not None and ends is None:
                self._schedule(connection, now)
        if taken is not None and ends is None:
            log.info("this process works now")
        self._lease_ends = taken
        return taken is not None

    def _schedule(self, connection: Connection, now: datetime) -> None:
        """Write the rows of what comes again and again. Those that are there stay as they are, but for one that a wrong
        clock put off for longer than its work ever waits.
        """
        for name, kind in self._kinds.items():
            first = kind.first(now)
            if first is None or kind.every is None:
                continue
            schedule(connection, name, EVERYTHING, first)
            latest = now + max(kind.every, timedelta(seconds=LONGEST_SECONDS))
            if bring_forward(connection, name, EVERYTHING, first, latest):
                log.warning("work was put off by a wrong clock", extra={"chore": name})

    def _do_next(self, now: datetime) -> bool:
        with self._database.transaction() as connection:
            work = claim_work(connection, self._longest, self._me, now)
        if work is None:
            return False
        tries, failure = 0, dict[str, str]()
        try:
            done = self._kinds[work.kind].do(work.subject, now)
        except Exception as error:
            tries = work.tries + 1
            failure = {"chore": work.kind, "error": type(error).__name__, "at": place_of(error)}
            done = self._failed(work, tries, error, now)
        # Where the database is away this raises, too: the claim is our own, so the work is begun anew when it is there.
        # Work that only fails there (too long a statement, a table that is damaged) does not keep the rest waiting.
        with self._database.transaction() as connection:
            end_work(connection, work, self._me, now, done.outcome, done.again, tries)
        if failure:
            log.error("chore failed", extra=failure)
        return True

    def _failed(self, work: DueWork, tries: int, error: Exception, now: datetime) -> WorkDone:
        """What comes again and again is tried for ever; what is done once is given up, and people see it."""
        told = f"failed: {type(error).__name__} at {place_of(error)}"
        if work.subject != EVERYTHING and tries >= MOST_TRIES:
            return WorkDone(f"given up, {told}")
        return WorkDone(told, now + backoff(tries, self._rng))
