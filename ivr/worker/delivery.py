"""A delivery sends the outbox's rows of one kind; ``ivr.worker.deliveries`` has one a file.

What is done in the database because of a row's fate is done in the transaction that writes the fate.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from data.outbox import CLAIM
from ivr.worker.backoff import backoff
from ivr.worker.token_bucket import TokenBucket
from ivr.worker.tools import Tools

if TYPE_CHECKING:
    from random import Random

    from sqlalchemy import Connection

    from data.outbox import OutboxRecord
    from ivr.call.outgoing import CarrierCall


FIRST_LOOK: Final = timedelta(seconds=20)
"""How long a lost answer is left alone: the first status of a call proves sooner than that that it was made."""

CERTAIN: Final = timedelta(minutes=2)
"""After its request, a row that the carrier's list still does not show was not sent."""


LONGEST_PAUSE: Final = timedelta(seconds=20)
"""From the moment of a claim to its request. Another process may have found the claim over, and have sent the row, when
this one was stopped for longer (its machine was suspended, its disk or the database hung).
"""


class Delivery(ABC):
    """Sends rows of one kind."""

    kind: ClassVar[str]
    """Stands in the rows, so that it is read by every release after this one."""

    needs_no_lease: ClassVar[bool] = False
    """Whether a process that can send does so whichever works: the one that works may not be able to."""

    makes_calls: ClassVar[bool] = False
    """Whether it is a call of the carrier's account, which takes only so many a second."""

    first_look: ClassVar[timedelta] = FIRST_LOOK
    certain: ClassVar[timedelta] = CERTAIN
    claim: ClassVar[timedelta] = CLAIM
    longest_pause: ClassVar[timedelta] = LONGEST_PAUSE

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    @property
    def rate(self) -> TokenBucket | None:
        """Return what must be asked before a row is sent; None where it is sent as soon as it is due."""
        return self._tools.call_rate if self.makes_calls else None

    def pause(self, tries: int, rng: Random) -> timedelta:
        """Return how long a row waits that was not sent for the ``tries``-th time."""
        return backoff(tries, rng)

    def held_until(self, connection: Connection, row: OutboxRecord, now: datetime) -> datetime | None:
        """Return until when a row waits for others that go before it; None where it is its turn."""
        del connection, row, now
        return None

    @property
    @abstractmethod
    def is_set_up(self) -> bool:
        """Return whether this process can send: else the rows wait for one that can."""

    @abstractmethod
    def why_not(self, connection: Connection, row: OutboxRecord, now: datetime) -> str | None:
        """Return why the row is not wanted any more at ``now`` (aware); None where it is to be sent."""

    @abstractmethod
    def send(self, row: OutboxRecord) -> str:
        """Send it, outside of any transaction, and return the carrier's name for it. Raises NotSentError and
        OutcomeUnknownError; anything else that it raises leaves the outcome unknown, too.
        """

    @abstractmethod
    def candidates(self, row: OutboxRecord) -> list[CarrierCall]:
        """Return what the carrier has that may be the row, the likeliest first; empty where the row was not sent.
        Raises OutcomeUnknownError where the carrier does not say.
        """

    @abstractmethod
    def proved(self, connection: Connection, row: OutboxRecord, made: CarrierCall, now: datetime) -> None:
        """The carrier has the row as ``made``."""

    @abstractmethod
    def withdrawn(self, connection: Connection, row: OutboxRecord) -> None:
        """The row was dropped before it was sent, since it is not wanted any more."""

    @abstractmethod
    def given_up(self, connection: Connection, row: OutboxRecord, now: datetime) -> None:
        """The row is not sent any more: it is dead, or a person dropped it."""

    @abstractmethod
    def reopened(self, connection: Connection, row: OutboxRecord, now: datetime) -> bool:
        """Take a row back that was given up, since a person wants it sent after all; False where it is too late."""
