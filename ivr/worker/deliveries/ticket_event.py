"""Events of tickets are told to the receiver of ``IVR_TICKETS_URL``, signed, those of a ticket in their order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from data.outbox import earlier_unsettled, prove_sent
from data.ticket_events import TOLD
from ivr.call.outgoing import NotSentError
from ivr.service_desk.told_events import event_row
from ivr.worker.delivery import Delivery

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.outbox import OutboxRecord
    from ivr.call.outgoing import CarrierCall

SHORTLY = timedelta(seconds=1)


class TicketEventDelivery(Delivery):
    """The row's content is the body. What is not known to be taken is sent again, under the same name."""

    kind: ClassVar[str] = TOLD
    first_look: ClassVar[timedelta] = SHORTLY
    certain: ClassVar[timedelta] = SHORTLY

    @property
    def is_set_up(self) -> bool:
        """Return whether a receiver is named."""
        return self._tools.ticket_events is not None

    def held_until(self, connection: Connection, row: OutboxRecord, now: datetime) -> datetime | None:
        """Return until when it waits for an earlier event of its ticket, which was neither sent nor given up."""
        earlier = earlier_unsettled(connection, self.kind, event_row(row.recipient, 0), row.id)
        return max(earlier, now + SHORTLY) if earlier else None

    def why_not(self, connection: Connection, row: OutboxRecord, now: datetime) -> str | None:
        """Return None: it happened; see ``Delivery``."""
        del connection, row, now
        return None

    def send(self, row: OutboxRecord) -> str:
        """Post it; see ``Delivery``."""
        if self._tools.ticket_events is None:
            raise NotSentError("IVR_TICKETS_URL is not set", for_good=False)
        self._tools.ticket_events.post(row.content.encode(), row.id)
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
        """Nothing depends on it: the later events of its ticket are sent, and people see the dead row."""

    def reopened(self, connection: Connection, row: OutboxRecord, now: datetime) -> bool:
        """Return True: it is as true as it was; ``position`` tells the receiver where it belongs."""
        del connection, row, now
        return True
