"""A delivery of a talk asks its carrier soon or not at all: a caller waits on the line meanwhile."""

from __future__ import annotations

from abc import ABC
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from ivr.call.outgoing import NotSentError
from ivr.worker.delivery import Delivery
from ivr.worker.tools import NOT_SET_UP

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from sqlalchemy import Connection

    from data.outbox import OutboxRecord
    from ivr.call.talks.carrier import TalkCarrier

NO_LONGER = timedelta(seconds=60)
"""What is older is not wanted any more: a caller who waits is offered anew, and a talk has gone on without it."""


class TalkDelivery(Delivery, ABC):
    """Asks a carrier for what a talk needs: the one of the account, unless a ``TrialTalks`` says another."""

    claim: ClassVar[timedelta] = timedelta(seconds=10)
    longest_pause: ClassVar[timedelta] = timedelta(seconds=4)

    @property
    def is_set_up(self) -> bool:
        """Return whether this process has the carrier."""
        return self._talks is not None

    def pause(self, tries: int, rng: Random) -> timedelta:
        """Return a second: a caller waits on the line."""
        del tries, rng
        return timedelta(seconds=1)

    def reopened(self, connection: Connection, row: OutboxRecord, now: datetime) -> bool:
        """Return False: since the row was given up, another offer was made, or the talk has gone on."""
        del connection, row, now
        return False

    @property
    def _talks(self) -> TalkCarrier | None:
        return self._tools.talks

    def _without_carrier(self) -> str:
        return NOT_SET_UP

    @property
    def _carrier(self) -> TalkCarrier:
        if self._talks is None:
            raise NotSentError(self._without_carrier(), for_good=False)
        return self._talks


class TrialTalks(TalkDelivery, ABC):
    """Asks the carrier of the pages, about talks that are trials: a row waits for the process which has that carrier,
    and makes no call of the account's.
    """

    makes_calls: ClassVar[bool] = False
    needs_no_lease: ClassVar[bool] = True

    @property
    def _talks(self) -> TalkCarrier | None:
        return self._tools.trial_talks

    def _without_carrier(self) -> str:
        return "the telephones of the pages are in another process"
