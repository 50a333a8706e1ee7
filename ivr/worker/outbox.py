"""``Outbox`` sends what stands in ``data.outbox``, one row at a time, and settles what may have been sent.

A row is claimed, and the claim committed, before it is sent. Where the process dies in between, or the carrier does not
answer, the row is ``unknown``, and is looked for in what the carrier has: found, it was sent; not found a while after
the request, it was not, and is sent again; while the carrier does not say, it stands. So nothing is sent twice
because of a lost answer, and nothing is forgotten because of a process that died. A call that the account does not
take yet is put off, and waits in the row (``ivr.worker.token_bucket``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from data.outbox import OutboxRecord, State, claim_sending, end_sending, find_row, known_sids, move, next_row
from data.unavailable import DatabaseUnavailableError
from ivr.call.outgoing import CarrierCall, GoneError, NotSentError, OutcomeUnknownError
from ivr.logs import place_of
from ivr.worker.backoff import LONGEST_SECONDS, MOST_TRIES
from ivr.worker.delivery import Delivery
from ivr.worker.token_bucket import NOW

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database

log = logging.getLogger(__name__)

LONGEST = timedelta(seconds=LONGEST_SECONDS)

NEVER_CAME = "the carrier has nothing of it"

TOO_MANY = "the account takes only so many calls a second (IVR_CALLS_PER_SECOND)"

STOPPED = "the process that was to send it was stopped for a while"


class Outbox:
    """Sends with ``deliveries``, in the name of ``me``; ``rng`` spreads the retries, ``clock`` gives aware instants."""

    def __init__(
        self,
        database: Database,
        deliveries: Iterable[Delivery],
        me: str,
        rng: Random,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._deliveries = {each.kind: each for each in deliveries}
        self._me = me
        self._rng = rng
        self._clock = clock
        self.is_sending = False
        """Whether a row is being sent, or what came of it being written, at this moment."""

    @property
    def kinds(self) -> list[str]:
        """Return which rows this process can send."""
        return [kind for kind, each in self._deliveries.items() if each.is_set_up]

    @property
    def kinds_without_lease(self) -> list[str]:
        """Return which of them it sends whichever process works."""
        return [kind for kind, each in self._deliveries.items() if each.is_set_up and each.needs_no_lease]

    def step(self, kinds: Collection[str] | None = None) -> bool:
        """Do what is due for one row of ``kinds`` (None: of all that can be sent); False where nothing is, or another
        process was faster.
        """
        now = self._clock()
        with self._database.reading() as connection:
            row = next_row(connection, self.kinds if kinds is None else kinds, now)
        if row is None:
            return False
        match row.state:
            case "waiting":
                self.is_sending = True
                try:
                    return self._send(row, now)
                finally:
                    self.is_sending = False
            case "sending":
                return self._doubt(row, now)
            case _:
                return self._look(row, now)

    def send_now(self, row_id: str) -> None:
        """Send one row that waits now, where this process can send it; else leave it to the worker."""
        with self._database.reading() as connection:
            row = find_row(connection, row_id)
        now = self._clock()
        if row and row.state == "waiting" and row.at <= now and row.kind in self.kinds:
            self._send(row, now)

    def retry(self, row_id: str) -> str | None:
        """A person wants the row sent (again) now: why it cannot be, or None."""
        now = self._clock()
        with self._database.transaction() as connection:
            row = self._open_row(connection, row_id)
            if isinstance(row, str):
                return row
            if row.state == "dead" and not self._deliveries[row.kind].reopened(connection, row, now):
                return "it is too late: what it was for is done, over, or tried otherwise"
            return None if move(connection, row, "waiting", now, None) else "it is being dealt with just now"

    def drop(self, row_id: str) -> str | None:
        """A person wants the row not sent, or not asked for any more: why it cannot be, or None."""
        now = self._clock()
        with self._database.transaction() as connection:
            row = self._open_row(connection, row_id)
            if isinstance(row, str):
                return row
            if not move(connection, row, "dropped", now, "dropped by hand"):
                return "it is being dealt with just now"
            if row.state != "dead":
                self._deliveries[row.kind].given_up(connection, row, now)
        return None

    def _send(self, row: OutboxRecord, now: datetime) -> bool:
        delivery = self._deliveries[row.kind]
        rate = delivery.rate
        wait = rate.take(now) if rate else NOW
        if wait > NOW:
            with self._database.transaction() as connection:
                return move(connection, row, "waiting", now + wait, TOO_MANY)
        claimed = False
        try:
            with self._database.transaction() as connection:
                held = delivery.held_until(connection, row, now)
                if held:
                    return move(connection, row, "waiting", held, row.note)
                why = delivery.why_not(connection, row, now)
                if why:
                    if move(connection, row, "dropped", now, why):
                        delivery.withdrawn(connection, row)
                    return True
                claimed = claim_sending(connection, row, self._me, now, delivery.claim)
                if not claimed:
                    return False
        except DatabaseUnavailableError:
            raise
        except Exception as error:
            return self._not_judged(row, error, now)
        finally:
            if rate and not claimed:
                rate.give_back()
        if self._clock() - now > delivery.longest_pause:
            self._end(row, "waiting", STOPPED)
            return True
        try:
            sid = delivery.send(row)
        except GoneError as error:
            self._end(row, "dropped", str(error))
        except NotSentError as error:
            self._end(row, "dead" if error.for_good else "waiting", str(error))
        except OutcomeUnknownError as error:
            self._end(row, "unknown", str(error))
        except Exception as error:
            _tell("outcome unknown", row, error)
            self._end(row, "unknown", type(error).__name__)
        else:
            with self._database.transaction() as connection:
                delivery.proved(connection, row, CarrierCall(sid, "queued"), self._clock())
        return True

    def _not_judged(self, row: OutboxRecord, error: Exception, now: datetime) -> bool:
        """A row of which cannot be told whether it is wanted is tried later, and keeps none behind it waiting."""
        _tell("not sent", row, error)
        with self._database.transaction() as connection:
            claimed = claim_sending(connection, row, self._me, now)
        if claimed:
            self._end(row, "waiting", type(error).__name__)
        return claimed

    def _end(self, row: OutboxRecord, to: State, why: str) -> None:
        """Write that a row which this process claimed was not sent, or may not have been."""
        tries, now = row.tries + 1, self._clock()
        if to == "waiting" and tries >= MOST_TRIES:
            to = "dead"
        delivery = self._deliveries[row.kind]
        pause = timedelta(0)
        if to == "waiting":
            pause = delivery.pause(tries, self._rng)
        elif to == "unknown":
            pause = delivery.first_look
        with self._database.transaction() as connection:
            ended = end_sending(connection, row, self._me, to, now + pause, why)
            if ended and to in ("dead", "dropped"):
                delivery.given_up(connection, row, now)
        if ended and to == "dead":
            _tell_dead(row, why)

    def _doubt(self, row: OutboxRecord, now: datetime) -> bool:
        """The claim is over, and its process wrote nothing."""
        with self._database.transaction() as connection:
            return move(connection, row, "unknown", now, "the process that sent it was cut off")

    def _look(self, row: OutboxRecord, now: datetime) -> bool:
        """See whether the carrier has a row that may have been sent."""
        delivery = self._deliveries[row.kind]
        since = now - (row.tried_at or row.created_at)
        again = now + min(max(since / 2, delivery.first_look), LONGEST)
        with self._database.transaction() as connection:
            if not move(connection, row, "unknown", again, row.note):
                return False
        row = replace(row, at=again)
        try:
            candidates = delivery.candidates(row)
        except Exception as error:
            if not isinstance(error, OutcomeUnknownError):
                _tell("outcome unknown", row, error)
            why = str(error) if isinstance(error, OutcomeUnknownError) else type(error).__name__
            with self._database.transaction() as connection:
                move(connection, row, "unknown", again, why)
            return True
        with self._database.transaction() as connection:
            known = known_sids(connection, [each.sid for each in candidates])
            found = next((each for each in candidates if each.sid not in known), None)
            if found:
                delivery.proved(connection, row, found, now)
                return True
            if since < delivery.certain:
                return True
            dead = row.tries >= MOST_TRIES
            pause = timedelta(0) if dead else delivery.pause(row.tries, self._rng)
            moved = move(connection, row, "dead" if dead else "waiting", now + pause, NEVER_CAME)
            if moved and dead:
                delivery.given_up(connection, row, now)
        if moved and dead:
            _tell_dead(row, NEVER_CAME)
        return True

    def _open_row(self, connection: Connection, row_id: str) -> OutboxRecord | str:
        """The row ``row_id`` where a person may still decide on it, or why not."""
        row = find_row(connection, row_id)
        if row is None:
            return "there is no such row"
        if row.state not in ("waiting", "unknown", "dead"):
            return f"it is {row.state}"
        if row.kind not in self._deliveries:
            return f"this release knows no rows of the kind {row.kind}; ask the one that wrote it"
        return row


def _tell(message: str, row: OutboxRecord, error: Exception) -> None:
    """The text of an error may hold what is stored; its kind and place may not."""
    log.error(message, extra={"chore": row.kind, "error": type(error).__name__, "at": place_of(error)})


def _tell_dead(row: OutboxRecord, why: str) -> None:
    log.error("dead letter", extra={"chore": row.kind, "why": f"{row.id}: {why}"})
