"""Makes calls through Twilio's Call resource ("Create a Call"), and finds those that were made ("Read multiple Calls").

The resource has no idempotency key: two requests are two calls (see ``proof_of_sending``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from ivr.call.outgoing import CarrierCall, OutcomeUnknownError, OutgoingCall
from ivr.channels.twilio.proof_of_sending import asking

if TYPE_CHECKING:
    from twilio.rest import Client

RING_SECONDS: Final = 30

EVENTS: Final = ("initiated", "completed")
"""The first proves within a second that the call was made, the last how it ended."""

MOST_LISTED: Final = 50

MADE_OVER_THE_API: Final = "outbound-api"

RESERVATION: Final = "reservation"
"""The name of our own id in the query of a call's webhooks, which Twilio signs with the rest of the address."""


class TwilioCalls:
    """Makes the calls of one account, of which ``client`` gives a client; webhooks are asked at ``public_url``."""

    def __init__(self, client: Callable[[], Client], public_url: str) -> None:
        self._client = client
        self._public_url = public_url

    def make(self, call: OutgoingCall) -> str:
        """Have the call made; see ``CallMaker``."""
        client = self._client()
        query = urlencode({"line": call.line, "desk": call.destination, RESERVATION: call.reservation})
        with asking("the call"):
            made = client.calls.create(
                to=call.to,
                from_=call.from_number,
                url=f"{self._public_url}/twilio/callback?{query}",
                method="POST",
                status_callback=f"{self._public_url}/twilio/status?{urlencode({RESERVATION: call.reservation})}",
                status_callback_event=list(EVENTS),
                status_callback_method="POST",
                timeout=RING_SECONDS,
            )
            return str(made.sid)

    def made_calls(self, call: OutgoingCall, since: datetime) -> list[CarrierCall]:
        """Return what the account's list shows; see ``CallMaker``."""
        client = self._client()
        try:
            # The list is filtered by when a call started, which is empty of calls that were not dialled yet.
            listed = client.calls.list(to=call.to, from_=call.from_number, limit=MOST_LISTED)
            found = [
                (each.date_created, CarrierCall(str(each.sid), str(getattr(each.status, "value", each.status))))
                for each in listed
                # A leg of another call to the same telephone (outbound-dial) is none that was asked for.
                if each.date_created >= since and str(each.direction) == MADE_OVER_THE_API
            ]
        except Exception as error:
            status = getattr(error, "status", None)
            why = f"HTTP {status}" if isinstance(status, int) else type(error).__name__
            raise OutcomeUnknownError(f"Twilio does not list the account's calls ({why})") from None
        return [made for _, made in sorted(found, key=lambda each: each[0])]
