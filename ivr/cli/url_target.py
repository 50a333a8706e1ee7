"""The command line plays calls on the webhook at a URL, of which no line is known."""

from __future__ import annotations

import secrets
from zoneinfo import ZoneInfo

from ivr.replay.call_target import Conceals, MakeClock, UrlTarget
from ivr.simulator.carrier import Carrier
from ivr.simulator.rest.account import ConfiguredWebhooks

NUMBER = "+551140030015"
"""What is dialled at a URL, of which no line is known."""

ZONE = ZoneInfo("America/Sao_Paulo")


def url_target(
    url: str,
    account_sid: str | None,
    auth_token: str | None,
    make_clock: MakeClock,
    conceals: Conceals,
    webhooks: ConfiguredWebhooks | None = None,
    to: str = NUMBER,
) -> UrlTarget:
    """Return the webhook at ``url`` as a target, called as the account given (default: the simulator's own).

    It is that of the number ``to``, which may have other ``webhooks`` as well.
    """
    # Lines of ours are played without loading what HTTP takes.
    from ivr.simulator.http_transport import HttpTransport

    own = Carrier()
    carrier = Carrier(account_sid=account_sid or own.account_sid, auth_token=auth_token or own.auth_token)
    if webhooks:
        carrier = webhooks.applied_to(carrier)
    return UrlTarget(
        url,
        HttpTransport(),
        to=to,
        zone=ZONE,
        carrier=carrier,
        new_sid=lambda: "CA" + secrets.token_hex(16),
        make_clock=make_clock,
        conceals=conceals,
    )
