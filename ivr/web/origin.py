"""``PagesAddress`` knows under which names the pages may be asked, and refuses every request of another site.

A browser sends cookies along with what any site makes it ask, and can be led to a foreign name that resolves to this
machine (DNS rebinding). Host says under which name it asks, Origin whose page asks, and Sec-Fetch-Site (Fetch Metadata)
the same of requests that have no Origin. All three are looked at before each request, with a login or without.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ivr.server.front import Refusal
from ivr.server.local import LOOPBACK_HOST, was_passed_on

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110 9.2.1)."""

PROBES: Final = frozenset({"/health", "/metrics"})
"""What programs of this machine read under its own name, also where pages have another: no browser could log in there,
since cookies of https are not kept over http.
"""

_LAST_HOP: Final = re.compile(r"\s*,\s*")

ELSEWHERE: Final = Refusal(403, "Forbidden: these pages answer at localhost or 127.0.0.1 only, and to no other site.")
NO_ORIGIN: Final = Refusal(403, "Forbidden: say in Origin which page sends this; browsers do by themselves.")


class PagesAddress:
    """The address of the pages: ``url`` (https) where others reach them through a proxy, None where they are this
    machine's alone.
    """

    def __init__(self, url: str | None) -> None:
        self.url = url
        self.is_secure = url is not None
        self._host = urlsplit(url.lower()).netloc.removesuffix(":443") if url else ""
        self._elsewhere = Refusal(403, f"Forbidden: these pages answer at {url} only.") if url else ELSEWHERE

    def refusal(self, environ: WSGIEnvironment) -> Refusal | None:
        """Return why the request is not answered, or None: it is asked under a name of ours, by a page of ours or by
        none.
        """
        host = environ.get("HTTP_HOST", "").lower()
        if self.url is None:
            if not LOOPBACK_HOST.fullmatch(host):
                return self._elsewhere
            # A port that is forwarded (ssh -L) has another number here; a proxy of this machine may speak TLS.
            own = {f"http://{host}", f"https://{host}"}
        elif host.removesuffix(":443") == self._host:
            own = {f"https://{self._host}"}
        elif environ.get("PATH_INFO") in PROBES and self.is_of_this_machine(environ):
            own = {f"http://{host}"}
        else:
            return self._elsewhere
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and origin.lower() not in own:
            return self._elsewhere
        return self._elsewhere if _is_led_here_by_another_site(environ) else None

    def is_of_this_machine(self, environ: WSGIEnvironment) -> bool:
        """Return whether a program of this machine asks, under a name of this machine, and passes nothing on."""
        try:
            near = ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
        except ValueError:
            near = False
        return near and bool(LOOPBACK_HOST.fullmatch(environ.get("HTTP_HOST", ""))) and not was_passed_on(environ)

    def source(self, environ: WSGIEnvironment) -> str:
        """Return from which address the request came, for the audit: behind a proxy the address that it passes on
        (the last one, which it wrote itself), and its own.
        """
        return source_of(environ, passed_on=self.url is not None)


def source_of(environ: WSGIEnvironment, *, passed_on: bool) -> str:
    """Return from which address a request came, for the audit: where it was ``passed_on`` by a proxy, the address that
    this one tells (the last one, which it wrote itself), and its own.
    """
    peer = str(environ.get("REMOTE_ADDR", ""))
    # What stands behind % in an IPv6 address (its zone) is any text, and no part of where the request came from.
    last = _LAST_HOP.split(environ.get("HTTP_X_FORWARDED_FOR", ""))[-1].partition("%")[0]
    try:
        return f"{ip_address(last)} via {peer}" if passed_on else peer
    except ValueError:
        return peer


def _is_led_here_by_another_site(environ: WSGIEnvironment) -> bool:
    """True for all that another site makes a browser ask, but to follow a link to a page."""
    site = environ.get("HTTP_SEC_FETCH_SITE", "none")
    if site in {"same-origin", "none"}:
        return False
    is_link = environ.get("HTTP_SEC_FETCH_MODE") == "navigate" and environ.get("HTTP_SEC_FETCH_DEST") == "document"
    return not (is_link and environ["REQUEST_METHOD"] in SAFE)
