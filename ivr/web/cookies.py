"""Two cookies: one holds a session's token, the other tells a browser from the next one. Scripts read neither.

Over https their names begin with ``__Host-``: a browser takes such a cookie only from this very host, over TLS and for
all of its paths, so that no neighbouring site can plant one (RFC 6265bis 4.1.3.2). SameSite=Strict: no other site can
have a request sent along with them.
"""

from __future__ import annotations

import re
from typing import Final

from flask import Request
from werkzeug.wrappers import Response

from data.browser_tries import KNOWN_FOR

TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""A token of ours: 32 random bytes (``secrets.token_urlsafe``)."""


class BrowserCookies:
    """The cookies of one address; ``is_secure`` where it is https. ``of`` begins their names: on this machine the pages
    and the portal share one jar, since browsers tell cookies apart by host and not by port.
    """

    def __init__(self, *, is_secure: bool, of: str = "ivr") -> None:
        self._is_secure = is_secure
        prefix = "__Host-" if is_secure else ""
        self._session = f"{prefix}{of}_session"
        self._browser = f"{prefix}{of}_browser"

    def session(self, request: Request) -> str | None:
        """Return the token of the session that the browser says it has."""
        return _token(request.cookies.get(self._session))

    def browser(self, request: Request) -> str | None:
        """Return the token by which the browser is known."""
        return _token(request.cookies.get(self._browser))

    def begin(self, response: Response, session: str) -> None:
        """Give the browser a session, for as long as it is open or the server lets it last."""
        response.set_cookie(self._session, session, secure=self._is_secure, httponly=True, samesite="Strict")

    def end(self, response: Response) -> None:
        """Take the session away."""
        response.delete_cookie(self._session, secure=self._is_secure, httponly=True, samesite="Strict")

    def know(self, response: Response, browser: str) -> None:
        """Let the browser be known again, for as long as a right password makes it known."""
        response.set_cookie(
            self._browser,
            browser,
            max_age=KNOWN_FOR,
            secure=self._is_secure,
            httponly=True,
            samesite="Strict",
        )


def _token(value: str | None) -> str | None:
    return value if value is not None and TOKEN.fullmatch(value) else None
