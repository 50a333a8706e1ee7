"""Sends texts through Twilio's Message resource, and finds those that were sent.

As of calls: the resource has no idempotency key, so what of an error proves that nothing was sent is told here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from data.texts import UNSUBSCRIBED
from ivr.call.outgoing import CarrierCall, GoneError, NotSentError, OutcomeUnknownError
from ivr.channels.twilio.outgoing_calls import (
    FIRST_OF_SERVERS,
    MADE_OVER_THE_API,
    MOST_LISTED,
    OF_THE_ACCOUNT,
    REQUEST_TIMEOUT,
    RESERVATION,
    was_never_sent,
)

if TYPE_CHECKING:
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
        from requests import RequestException
        from twilio.base.exceptions import TwilioRestException

        client = self._client()
        try:
            made = client.messages.create(
                to=text.to,
                from_=text.from_number,
                body=text.text,
                status_callback=f"{self._public_url}/twilio/text?{urlencode({RESERVATION: text.reservation})}",
            )
            sid = str(made.sid)
        except TwilioRestException as error:
            if error.status >= FIRST_OF_SERVERS or error.status == REQUEST_TIMEOUT:
                raise OutcomeUnknownError(f"Twilio answered HTTP {error.status}") from None
            if error.code == OPTED_OUT:
                raise GoneError(UNSUBSCRIBED) from None
            why = f"Twilio refuses the text (HTTP {error.status}, error {error.code})"
            raise NotSentError(why, for_good=error.status not in OF_THE_ACCOUNT) from None
        except RequestException as error:
            if was_never_sent(error):
                raise NotSentError("Twilio cannot be reached", for_good=False) from None
            # What a library says of a request that failed holds the account, and more.
            raise OutcomeUnknownError(f"Twilio did not answer ({type(error).__name__})") from None
        except Exception as error:
            raise OutcomeUnknownError(f"Twilio's answer cannot be read ({type(error).__name__})") from None
        return sid

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
