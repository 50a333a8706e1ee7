"""Reads connection overrides: an address says how long the carrier waits for it and how often it tries.

Source: Twilio, "Webhooks: connection overrides": after the # of the address stand ct (milliseconds to connect), rt (to
read), tt (in all), rc (how many retries) and rp (after what: ct, rt, 4xx, 5xx, all). The fragment is never sent. e and
sni, which choose the vendor's own network, mean nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from ivr.simulator import codes
from ivr.simulator.transports import Response, TransportError
from ivr.simulator.twiml_notice import WebhookError
from value_class import value_class

POLICIES = frozenset({"ct", "rt", "4xx", "5xx", "all"})


@value_class
class ConnectionOverrides:
    """Seconds to ``connect``, to ``read`` and in ``total``; ``retries`` after what ``policies`` name."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policies: frozenset[str] = frozenset({"ct"})

    def tries_again(self, answer: Response | TransportError) -> bool:
        """Return whether ``answer`` is one of those after which the request is sent once more."""
        if isinstance(answer, Response) and answer.status < 400:
            return False
        match answer:
            case TransportError(cause="connection"):
                kind = "ct"
            case TransportError(cause="timeout"):
                kind = "rt"
            case Response(status=status) if status < 600:
                kind = f"{status // 100}xx"
            case _:
                return False
        return kind in self.policies or "all" in self.policies


USUAL = ConnectionOverrides()


def overrides_of(url: str) -> ConnectionOverrides:
    """Return what ``url`` asks for; raises WebhookError (11243) where it names a policy that there is not."""
    if "#" not in url:
        return USUAL
    wishes = dict(parse_qsl(urlsplit(url).fragment))
    policies = frozenset(wishes.get("rp", "ct").split(","))
    if unknown := sorted(policies - POLICIES):
        raise WebhookError(codes.RETRY_POLICY, f"'{unknown[0]}' in rp= is no policy of retrying", url)
    return ConnectionOverrides(
        connect=_number(wishes, "ct", 5000, 100, 10_000) / 1000,
        read=_number(wishes, "rt", 15_000, 100, 15_000) / 1000,
        total=_number(wishes, "tt", 15_000, 100, 15_000) / 1000,
        retries=_number(wishes, "rc", 1, 0, 5),
        policies=policies,
    )


def _number(wishes: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """The wish ``name`` within its bounds; what is no number is passed over."""
    written = wishes.get(name, "")
    return min(max(int(written), least), most) if written.isascii() and written.isdigit() else default
