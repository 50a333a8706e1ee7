"""Sends texts through Twilio's Message resource, and finds those that were sent.

The resource has no idempotency key: two requests are two texts (see ``proof_of_sending``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from data.texts import UNSUBSCRIBED
from ivr.call.outgoing import CarrierCall, OutcomeUnknownError
from ivr.channels.twilio.outgoing_calls import MADE_OVER_THE_API, MOST_LISTED, RESERVATION
from ivr.channels.twilio.proof_of_sending import asking

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioRestException
    from twilio.rest import Client

    from ivr.call.outgoing_texts import OutgoingText

OPTED_OUT: Final = 21610
"""Twilio's number of a text to somebody who has texted STOP."""


class TwilioTexts:
    """Sends the texts of one account, of which ``client`` gives a client; webhooks are asked at ``public_url``."""

    def __init__(self, client: Callable[[], Client], public_url: str) -> None:
        self._client = client
        self._public_url = public_url

    def send(self, text: OutgoingText) -> str:
        """Have the text sent; see ``TextSender``."""
        client = self._client()
        with asking("the text", _unwanted):
            made = client.messages.create(
                to=text.to,
                from_=text.from_number,
                body=text.text,
                status_callback=f"{self._public_url}/twilio/text?{urlencode({RESERVATION: text.reservation})}",
            )
            return str(made.sid)

    def sent_texts(self, text: OutgoingText, since: datetime) -> list[CarrierCall]:
        """Return what the account's list shows; see ``TextSender``."""
        client = self._client()
        try:
            listed = client.messages.list(to=text.to, from_=text.from_number, limit=MOST_LISTED)
            found = [
                (each.date_created, CarrierCall(str(each.sid), str(getattr(each.status, "value", each.status))))
                for each in listed
                if each.date_created >= since and str(each.direction) == MADE_OVER_THE_API and each.body == text.text
            ]
        except Exception as error:
            status = getattr(error, "status", None)
            why = f"HTTP {status}" if isinstance(status, int) else type(error).__name__
            raise OutcomeUnknownError(f"Twilio does not list the account's texts ({why})") from None
        return [made for _, made in sorted(found, key=lambda each: each[0])]


def _unwanted(error: TwilioRestException, _why: str) -> str | None:
    return UNSUBSCRIBED if error.code == OPTED_OUT else None
