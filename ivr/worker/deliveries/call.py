"""Calls to those who asked to be called back are made over the carrier's API."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy.exc import IntegrityError

from data.callbacks import OUTGOING_CALL, end_try, name_try, reopen_try, tried_callback, withdraw_try
from data.calls import TERMINAL
from data.trials import is_trial
from ivr.call.callbacks import why_not_now
from ivr.call.outgoing import NotSentError, OutcomeUnknownError, OutgoingCall
from ivr.worker.delivery import Delivery
from ivr.worker.tools import NOT_SET_UP

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.outbox import OutboxRecord
    from ivr.call.outgoing import CallMaker, CarrierCall

CLOCKS_DIFFER = timedelta(minutes=2)
"""By how much the carrier's clock may be behind ours: a call in its list may look that much older than its request."""


class CallDelivery(Delivery):
    """The row's content names the line and the destination; its id is the callback's try."""

    kind: ClassVar[str] = OUTGOING_CALL
    makes_calls: ClassVar[bool] = True
    calls_trials: ClassVar[bool] = False
    """Whether those who called in a trial are called, and only they: their numbers may be strangers'."""

    @property
    def is_set_up(self) -> bool:
        """Return whether the carrier's account is set up."""
        return self._tools.calls is not None

    def why_not(self, connection: Connection, row: OutboxRecord, now: datetime) -> str | None:
        """The callback goes another way by now, or its moment is over; see ``Delivery``."""
        callback = tried_callback(connection, row.id)
        if callback is None:
            return "the callback was ended, or is tried otherwise"
        if is_trial(connection, callback.call_sid) is not self.calls_trials:
            return "it is another carrier's to make"
        return why_not_now(connection, callback, self._tools.lines(), now)

    def send(self, row: OutboxRecord) -> str:
        """Have the call made; see ``Delivery``."""
        return self._maker.make(self._call(row))

    def candidates(self, row: OutboxRecord) -> list[CarrierCall]:
        """The calls to that number since the request, the oldest first; see ``Delivery``."""
        assert row.tried_at is not None  # noqa: S101 - only a row that was claimed may have been sent
        try:
            call, maker = self._call(row), self._maker
        except NotSentError as error:
            raise OutcomeUnknownError(f"{error}, so that it cannot be looked for") from None
        return maker.made_calls(call, row.tried_at - CLOCKS_DIFFER)

    def proved(self, connection: Connection, row: OutboxRecord, made: CarrierCall, now: datetime) -> None:
        """The try is that call; where it is over already, so is the try."""
        name_try(connection, row.id, made.sid, now)
        if made.status in TERMINAL:
            end_try(connection, made.sid, made.status, now)

    def withdrawn(self, connection: Connection, row: OutboxRecord) -> None:
        """The callback waits for its turn again."""
        withdraw_try(connection, row.id)

    def given_up(self, connection: Connection, row: OutboxRecord, now: datetime) -> None:
        """That try has failed; the callback has another one, or is over."""
        end_try(connection, row.id, "failed", now)

    def reopened(self, connection: Connection, row: OutboxRecord, now: datetime) -> bool:
        """The try goes on, unless the callback went another way meanwhile."""
        if row.call_sid is None:
            return False
        try:
            with connection.begin_nested():
                return reopen_try(connection, row.call_sid, row.id, now)
        except IntegrityError:
            return False

    @property
    def _maker(self) -> CallMaker:
        """Who makes the call. Raises NotSentError where there is none in this process."""
        if self._tools.calls is None:
            raise NotSentError(NOT_SET_UP, for_good=False)
        return self._tools.calls

    def _call(self, row: OutboxRecord) -> OutgoingCall:
        """The call that the row is about. Raises NotSentError where there is none that can be asked for."""
        try:
            content = json.loads(row.content)
            name, destination = str(content["line"]), str(content["destination"])
        except (ValueError, TypeError, LookupError):
            raise NotSentError("its content is damaged", for_good=True) from None
        line = self._tools.lines().named(name)
        if line is None:
            raise NotSentError("its line is gone", for_good=True)
        return OutgoingCall(row.id, row.recipient, line.header.number, line.name, destination)
