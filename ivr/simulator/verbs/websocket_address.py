"""The address of an application's websocket, and the handshake that the carrier opens it with.

Source: Twilio's pages on ConversationRelay, media streams and request validation. The signature is made over the
``wss://`` address as it is written; the parameters of its query are signed as fields, their names and values behind it.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit, urlunsplit

from ivr.simulator.attributes import Attributes
from ivr.simulator.carrier import Carrier
from ivr.simulator.signature import sign
from ivr.simulator.sockets import Handshake
from ivr.simulator.webhooks import USER_AGENT

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Where a websocket may be spoken to without TLS."""


def signed_address(url: str) -> str:
    """The part of the address that is signed as it stands: all but its query."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="", fragment=""))


def handshake(carrier: Carrier, url: str) -> Handshake:
    """The signed request that opens the websocket at ``url``."""
    fields = tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    signature = sign(carrier.auth_token, signed_address(url), fields)
    return Handshake(url, (("User-Agent", USER_AGENT), ("X-Twilio-Signature", signature)))


def shown_address(url: str) -> str:
    """The address as a transcript shows it: without its query, which may hold secrets, and without a password."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def read_address(attributes: Attributes, code: int) -> str | None:
    """The websocket's address; None where there is none that the vendor connects to."""
    url = (attributes.text("url") or "").strip()
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme.lower(), parts.hostname
        valid = scheme in {"ws", "wss"} and bool(host) and parts.port != 0
    except ValueError:
        valid, scheme, host = False, "", None
    if not valid or (scheme == "ws" and host not in LOOPBACK):
        shown = url.partition("?")[0].rpartition("@")[2]
        attributes.wrong(
            "url", "an address that begins with wss://", code, remedy="Nothing can be connected.", shown=shown
        )
        return None
    if scheme == "ws":
        attributes.wrong(
            "url",
            "an address that begins with wss://",
            code,
            remedy="On this machine ws:// is connected to; the vendor itself refuses it.",
            shown=shown_address(url),
        )
    return url
