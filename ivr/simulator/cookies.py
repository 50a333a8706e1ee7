"""The cookies of one call, as the carrier's HTTP client keeps them.

Python's cookie jar comes with its whole HTTP client; both are loaded with this, when an answer sets the first cookie.
"""

from __future__ import annotations

import email.message
import urllib.request
from http.cookiejar import CookieJar

from ivr.simulator.transports import Response


class Cookies:
    """Cookies are kept for the hosts and paths that they were set for, as long as the call lasts."""

    def __init__(self) -> None:
        self._jar = CookieJar()

    def keep(self, url: str, answer: Response) -> None:
        """Keep what ``answer`` to a request for ``url`` sets."""
        self._jar.extract_cookies(_CookieResponse(answer), _cookie_request(url))  # type: ignore[arg-type]

    def header(self, url: str) -> str | None:
        """Return what a request for ``url`` says as its ``Cookie``, or None where there is nothing to say."""
        request = _cookie_request(url)
        self._jar.add_cookie_header(request)
        return str(request.get_header("Cookie")) if request.has_header("Cookie") else None


class _CookieResponse:
    """What a cookie jar wants to see of a response."""

    def __init__(self, response: Response) -> None:
        self._message = email.message.Message()
        for value in response.headers.get_all("Set-Cookie"):
            self._message["Set-Cookie"] = value

    def info(self) -> email.message.Message:
        return self._message


def _cookie_request(url: str) -> urllib.request.Request:
    return urllib.request.Request(url)  # noqa: S310 - never opened: the jar reads host and path from it
