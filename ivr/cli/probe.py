"""``probe`` connects to a webhook's server before a call is made, so that a server that is down is told at once."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ivr.errors import TargetError

if TYPE_CHECKING:
    from ivr.simulator.tunnel import Tunnel

CONNECT_SECONDS = 5.0
"""How long to wait for a server before saying that there is none."""


def is_url(target: str) -> bool:
    """Return whether ``target`` is a webhook's URL; everything else is a line."""
    return "://" in target


def probe(url: str, tunnel: Tunnel | None = None) -> None:
    """Connect to the server of ``url``, which ``tunnel`` may lead to; TargetError where none answers, with what to do
    about it.
    """
    # Name and password of a webhook may stand in its URL.
    shown = re.sub(r"//[^/]*@", "//", url, count=1)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise TargetError(f"{shown} is no address; write it like http://localhost:5000/twilio/voice") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise TargetError(f"{shown} cannot be called; a webhook's URL begins with http:// or https://")
    name = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    if tunnel and (forwarded := tunnel.forward(url)):
        name = f"{name} (by the tunnel: {urlsplit(forwarded.url).netloc})"
        parts = urlsplit(forwarded.url)
        port = parts.port
    try:
        address = (parts.hostname, port or (443 if parts.scheme == "https" else 80))
        socket.create_connection(address, CONNECT_SECONDS).close()
    except OSError as error:
        reason = "no answer" if isinstance(error, TimeoutError) else (error.strerror or str(error)).lower()
        raise TargetError(
            f"nothing answers at {name} ({reason}); start the server first (a line of ours: ivr serve)"
        ) from None
