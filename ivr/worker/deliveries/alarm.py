"""Alarms that were raised or cleared are told to the receiver of ``IVR_ALARM_URL``, by a signed webhook."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from data.outbox import prove_sent
from ivr.call.outgoing import NotSentError
from ivr.worker.alarms.alarm_book import WEBHOOK
from ivr.worker.delivery import Delivery

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.outbox import OutboxRecord
    from ivr.call.outgoing import CarrierCall


class AlarmDelivery(Delivery):
    """The row's content is the body. What is not known to be taken is sent again, under the same name."""

    kind: ClassVar[str] = WEBHOOK
    first_look: ClassVar[timedelta] = timedelta(seconds=1)
    certain: ClassVar[timedelta] = timedelta(seconds=1)

    @property
    def is_set_up(self) -> bool:
        """Return whether a receiver is named."""
        return self._tools.receiver is not None

    def why_not(self, connection: Connection, row: OutboxRecord, now: datetime) -> str | None:
        """Return None: who was told that an alarm is over must know that it was there; see ``Delivery``."""
        del connection, row, now
        return None

    def send(self, row: OutboxRecord) -> str:
        """Post it; see ``Delivery``."""
        if self._tools.receiver is None:
            raise NotSentError("IVR_ALARM_URL is not set", for_good=False)
        self._tools.receiver.post(row.content.encode(), row.id)
        return row.id

    def candidates(self, row: OutboxRecord) -> list[CarrierCall]:
        """Return nothing: what is not known to be taken is sent again; see ``Delivery``."""
        del row
        return []

    def proved(self, connection: Connection, row: OutboxRecord, made: CarrierCall, now: datetime) -> None:
        """The receiver took it."""
        prove_sent(connection, row.id, made.sid, now)

    def withdrawn(self, connection: Connection, row: OutboxRecord) -> None:
        """Nothing depends on it."""

    def given_up(self, connection: Connection, row: OutboxRecord, now: datetime) -> None:
        """Nothing depends on it: the alarm stands on the pages, and people see the dead row."""

    def reopened(self, connection: Connection, row: OutboxRecord, now: datetime) -> bool:
        """Return True: it is as true as it was."""
        del connection, row, now
        return True
