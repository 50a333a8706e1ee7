"""Without an auth token the server answers only requests that were made on this machine, for this machine.

A browser can be led to a foreign name that resolves to 127.0.0.1 (DNS rebinding), and a tunnel or a proxy on this
machine passes on what strangers send. The first writes its own name in Host, the others say whom they forward for. A
bare TCP tunnel says nothing and cannot be told apart: without an auth token there must be none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ivr.server.front import Refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LOOPBACK_HOST: Final = re.compile(r"(?:localhost\.?|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)

_FORWARDED: Final = re.compile(
    r"HTTP_(?:FORWARDED|VIA|CDN_LOOP|CLIENT_IP|CLUSTER_CLIENT_IP|TRUE_CLIENT_IP|(?:WL_)?PROXY_\w*|MAX_FORWARDS"
    r"|X_(?:FORWARD|REAL_|ORIGINAL_|CLIENT_IP|CLIENT_DN|CLUSTER_|REMOTE_|PROXY|ENVOY_|AMZN?_|ARR_|AZURE_|APPENGINE_|CLOUD_TRACE"
    r"|NGROK|VERCEL_|NF_|HOST\b|SCHEME\b|FASTLY|AKAMAI|TUNNEL)\w*"
    r"|(?:CF|CLOUDFRONT|FASTLY|AKAMAI|TAILSCALE|NGROK|FLY|DO_CONNECTING|INCAP|SUCURI)_\w*)"
)
"""What proxies, tunnels and content networks add for whom they forward; X-Forwarded in any of its many endings."""

NOT_HERE: Final = Refusal(
    403, "Forbidden: only this machine may ask, at localhost or 127.0.0.1, while TWILIO_AUTH_TOKEN is not set."
)
PASSED_ON: Final = Refusal(
    403,
    "Forbidden: the request was forwarded by a proxy or a tunnel; set TWILIO_AUTH_TOKEN and IVR_PUBLIC_URL for that.",
)
FROM_A_SITE: Final = Refusal(
    403, "Forbidden: a page of another site sent the request; while TWILIO_AUTH_TOKEN is not set, none may."
)


def refusal_unless_local(environ: WSGIEnvironment) -> Refusal | None:
    """Return why the request is not one of this machine, or None: its Host is this machine's, nothing passed it on, and
    it is not of another site's page that is open in a browser here.

    HTTP/1.0 is what reverse proxies speak that add no header (nginx as it is delivered); every client speaks 1.1.
    """
    if not LOOPBACK_HOST.fullmatch(environ.get("HTTP_HOST", "")):
        return NOT_HERE
    if was_passed_on(environ):
        return PASSED_ON
    return FROM_A_SITE if _is_of_another_site(environ) else None


def was_passed_on(environ: WSGIEnvironment) -> bool:
    """Return whether a proxy or a tunnel sent the request that says so."""
    return environ.get("SERVER_PROTOCOL") == "HTTP/1.0" or any(map(_FORWARDED.fullmatch, environ))


def _is_of_another_site(environ: WSGIEnvironment) -> bool:
    origin = environ.get("HTTP_ORIGIN")
    return origin is not None and not _is_here(origin)


def _is_here(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and LOOPBACK_HOST.fullmatch(parts.netloc) is not None
