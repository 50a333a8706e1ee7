"""``Audio`` fetches the sound of a recording from Twilio (Recording resource: fetch a recording's media).

The address came with a webhook. It is signed, but still not trusted: the account's credentials go to Twilio's own
address and to no other, and redirects are not followed. In a rehearsal, where the server itself can be reached from
this machine only, a carrier on this machine will do.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from ivr.addresses import is_loopback

if TYPE_CHECKING:
    from requests import Response

    from ivr.settings import Settings

log = logging.getLogger(__name__)

TWILIO: Final = "api.twilio.com"
_PATH: Final = re.compile(r"/2010-04-01/Accounts/AC[0-9a-fA-F]{32}/Recordings/RE[0-9a-f]{32}(?:\.wav|\.mp3)?")
_KIND: Final = re.compile(r"audio/[a-z0-9.+-]{1,40}")

MAX_BYTES: Final = 32 * 1024 * 1024
"""An hour of a message, uncompressed at 8 kHz, has 28 MB."""

MAX_SECONDS: Final = 30
"""For all of it; a listener would have given up by then."""

CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 10
_CHUNK: Final = 64 * 1024


class RefusedError(Exception):
    """There is no sound to be had; the text says why and holds no address."""


class Audio:
    """The account's recordings. ``clock`` gives aware instants."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        both = settings.account_sid and settings.auth_token
        self._credentials = (settings.account_sid or "", settings.auth_token or "") if both else None
        self._rehearsal = is_loopback(urlsplit(settings.public_url or "http://localhost").hostname or "")
        self._clock = clock

    def fetch(self, url: str) -> tuple[str, bytes] | None:
        """The media type and the whole sound, MAX_BYTES at most; None where it cannot be had, and the log says why."""
        from requests import RequestException, Session

        try:
            parts = self._address(url)
            with Session() as session:
                # A proxy that this machine goes out by must not be asked for what is on this machine.
                session.trust_env = parts.hostname == TWILIO
                with session.get(
                    url,
                    auth=self._credentials,
                    timeout=(CONNECT_SECONDS, READ_SECONDS),
                    allow_redirects=False,
                    stream=True,
                    headers={"Accept": "audio/*", "Accept-Encoding": "identity"},
                ) as response:
                    return _kind(response), self._sound(response)
        except RefusedError as error:
            log.warning("no recording", extra={"why": str(error)})
        except (RequestException, OSError) as error:
            # Its text holds the address, and so the account.
            log.warning("no recording", extra={"error": type(error).__name__})
        return None

    def _address(self, url: str) -> SplitResult:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise RefusedError("its address cannot be read") from None
        host = parts.hostname or ""
        if parts.username is not None or parts.password is not None:
            raise RefusedError("its address holds a password")
        if self._rehearsal and is_loopback(host) and parts.scheme in {"http", "https"}:
            return parts
        at_twilio = parts.scheme == "https" and parts.netloc == TWILIO and port is None
        if not (at_twilio and _PATH.fullmatch(parts.path) and not parts.query and not parts.fragment):
            raise RefusedError("its address is not one of Twilio's recordings")
        if self._credentials is None:
            raise RefusedError("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set")
        return parts

    def _sound(self, response: Response) -> bytes:
        until = self._clock() + timedelta(seconds=MAX_SECONDS)
        declared = response.headers.get("Content-Length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > MAX_BYTES:
            raise RefusedError("it is too long")
        sound = bytearray()
        # Whatever has come, as it comes: a company that sends a byte now and then is not waited for.
        while chunk := response.raw.read1(_CHUNK):
            sound += chunk
            if len(sound) > MAX_BYTES:
                raise RefusedError("it is too long")
            if self._clock() > until:
                raise RefusedError("it comes too slowly")
        return bytes(sound)


def _kind(response: Response) -> str:
    if response.status_code != 200:
        raise RefusedError(f"the telephone company answered HTTP {response.status_code:03}")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not _KIND.fullmatch(kind):
        raise RefusedError("what the telephone company sent is no sound")
    return kind
