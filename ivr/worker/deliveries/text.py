"""Texts that callers asked for are sent over the carrier's API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from data.outbox import prove_sent
from data.texts import TEXT, TRIAL_TEXT, read_text, why_no_text
from ivr.call.outgoing import NotSentError, OutcomeUnknownError
from ivr.call.outgoing_texts import OutgoingText
from ivr.worker.deliveries.call import CLOCKS_DIFFER
from ivr.worker.delivery import Delivery
from ivr.worker.tools import NOT_SET_UP

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.outbox import OutboxRecord
    from ivr.call.outgoing import CarrierCall
    from ivr.call.outgoing_texts import TextSender


class TextDelivery(Delivery):
    """The row's content has the line and the words; its id is in the address that the text's statuses are told to."""

    kind: ClassVar[str] = TEXT

    @property
    def is_set_up(self) -> bool:
        """Return whether the carrier's account is set up."""
        return self._tools.texts is not None

    def why_not(self, connection: Connection, row: OutboxRecord, now: datetime) -> str | None:
        """The number wants no texts, or had enough of them; see ``Delivery``."""
        return why_no_text(connection, row.kind, row.recipient, now)

    def send(self, row: OutboxRecord) -> str:
        """Have the text sent; see ``Delivery``."""
        return self._sender.send(self._text(row))

    def candidates(self, row: OutboxRecord) -> list[CarrierCall]:
        """The same words to that number since the request, the oldest first; see ``Delivery``."""
        assert row.tried_at is not None  # noqa: S101 - only a row that was claimed may have been sent
        try:
            text, sender = self._text(row), self._sender
        except NotSentError as error:
            raise OutcomeUnknownError(f"{error}, so that it cannot be looked for") from None
        return sender.sent_texts(text, row.tried_at - CLOCKS_DIFFER)

    def proved(self, connection: Connection, row: OutboxRecord, made: CarrierCall, now: datetime) -> None:
        """The carrier has it."""
        prove_sent(connection, row.id, made.sid, now)

    def withdrawn(self, connection: Connection, row: OutboxRecord) -> None:
        """Nothing waits for it."""

    def given_up(self, connection: Connection, row: OutboxRecord, now: datetime) -> None:
        """Nothing waits for it."""

    def reopened(self, connection: Connection, row: OutboxRecord, now: datetime) -> bool:
        """Return True: a person who retries it by hand knows that the caller still wants it."""
        del connection, row, now
        return True

    @property
    def _sender(self) -> TextSender:
        """Who sends it. Raises NotSentError where there is none in this process."""
        if self._tools.texts is None:
            raise NotSentError(NOT_SET_UP, for_good=False)
        return self._tools.texts

    def _text(self, row: OutboxRecord) -> OutgoingText:
        """The text that the row is about. Raises NotSentError where there is none that can be sent."""
        try:
            wanted = read_text(row)
        except ValueError:
            raise NotSentError("its content is damaged", for_good=True) from None
        line = self._tools.lines().named(wanted.line)
        if line is None:
            raise NotSentError("its line is gone", for_good=True)
        if line.number_to_text(wanted.number) != wanted.number:
            # Rules that were narrowed hold at once.
            raise NotSentError("the line may not text this number", for_good=True)
        return OutgoingText(row.id, wanted.number, line.header.number, wanted.text)


class TrialTextDelivery(TextDelivery):
    """The carrier of the pages takes texts of calls that are trials: their numbers may be strangers'."""

    kind: ClassVar[str] = TRIAL_TEXT
    needs_no_lease: ClassVar[bool] = True

    @property
    def is_set_up(self) -> bool:
        """Return whether this process has the carrier of the pages."""
        return self._tools.trial_texts is not None

    @property
    def _sender(self) -> TextSender:
        if self._tools.trial_texts is None:
            raise NotSentError("the telephones of the pages are in another process", for_good=False)
        return self._tools.trial_texts
