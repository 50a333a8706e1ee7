"""A ``Carrier`` is set up for a call: the account it signs with, the number, the webhooks."""

from __future__ import annotations

from dataclasses import field

from ivr.simulator.carrier_faults import NO_FAULTS, CarrierFaults
from ivr.simulator.relay_settings import RelaySettings
from ivr.simulator.tunnel import NO_TUNNEL, Tunnel
from value_class import value_class

DEMO_ACCOUNT = "AC" + "0" * 32
DEMO_TOKEN = "0" * 32
DEMO_CALLER = "+5511987650000"
DEMO_NUMBER = "+551140030015"

API_URL = "https://api.twilio.test"
"""Where the account's resources would be: nowhere, as long as no API is served. .test never resolves (RFC 2606), so
that an application which fetches a recording asks nobody else for it."""

API_VERSION = "2010-04-01"
"""The version of the voice API that every request names."""


@value_class
class Fallback:
    """The webhook that a call goes to when its first one failed."""

    url: str
    method: str = "POST"


@value_class
class StatusCallback:
    """The webhook that is told of a call's progress; ``events`` out of initiated, ringing, answered, completed."""

    url: str
    method: str = "POST"
    events: tuple[str, ...] = ("completed",)


@value_class
class MessagingWebhook:
    """The webhook that a number's incoming texts are told to, and the one that takes over where it fails."""

    url: str
    method: str = "POST"
    fallback: Fallback | None = None


@value_class
class Carrier:
    """One configured number. ``to`` is the number as the carrier writes it (None: the call's own).

    ``api_url`` is where recordings are to be fetched from. ``fields`` are sent with each request of the call beside
    those that every call has. ``numbers`` are others that the account may call from,
    which makes ``calls_per_second``, and
    ``faults`` are what goes wrong on it. ``tunnel`` leads public names to this machine. ``messaging`` is asked what to
    do with texts to the number.
    """

    account_sid: str = DEMO_ACCOUNT
    auth_token: str = field(default=DEMO_TOKEN, repr=False)
    to: str | None = None
    direction: str = "inbound"
    method: str = "POST"
    fallback: Fallback | None = None
    status_callback: StatusCallback | None = None
    api_version: str = API_VERSION
    api_url: str = API_URL
    fields: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()
    calls_per_second: float = 1.0
    faults: CarrierFaults = NO_FAULTS
    relay: RelaySettings = RelaySettings()
    tunnel: Tunnel = NO_TUNNEL
    messaging: MessagingWebhook | None = None

    def recording_url(self, sid: str) -> str:
        """Return where the recording ``sid`` can be heard."""
        return f"{self.api_url}/{self.api_version}/Accounts/{self.account_sid}/Recordings/{sid}"
