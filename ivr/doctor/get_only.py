"""``GetOnly`` asks addresses by GET, and by nothing else: whatever the doctor does, it cannot change anything there."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

from value_class import value_class

SECONDS: Final = 10.0
MOST_BYTES: Final = 1024 * 1024


class UnreachableError(Exception):
    """No answer came from an address; ``tls`` where its certificate was the reason. The text says why."""

    def __init__(self, why: str, *, tls: bool = False) -> None:
        super().__init__(why)
        self.tls = tls


@value_class
class Gotten:
    """An answer; ``certificate_ends`` is until when the server's certificate is good."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    certificate_ends: datetime | None = None

    @property
    def date(self) -> datetime | None:
        """Return the moment that the server says it is."""
        try:
            return parsedate_to_datetime(self.headers.get("date", "")).astimezone(UTC)
        except (TypeError, ValueError):
            return None

    def json(self) -> dict[str, Any]:
        """Return the object that it holds; an empty one where it holds none."""
        try:
            read = json.loads(self.body)
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}


class GetOnly:
    """Asks by GET. No redirect is followed, no proxy and no password file of the environment is used."""

    def __init__(self, context: ssl.SSLContext | None = None, seconds: float = SECONDS) -> None:
        self._context = context or ssl.create_default_context()
        self._seconds = seconds

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Gotten:
        """Ask for ``url``; raises UnreachableError where no answer comes."""
        parts = urlsplit(url)
        connection = self._connection(parts.scheme, parts.hostname or "", parts.port)
        try:
            connection.connect()
            ends = _certificate_ends(connection)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", target, headers={"Accept": "*/*", "User-Agent": "ivr-doctor", **(headers or {})})
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Gotten(answer.status, told, answer.read(MOST_BYTES), ends)
        except ssl.SSLError as error:
            raise UnreachableError(getattr(error, "verify_message", "") or "TLS failed", tls=True) from None
        except TimeoutError:
            raise UnreachableError(f"no answer within {self._seconds:g} seconds") from None
        except OSError as error:
            raise UnreachableError((error.strerror or type(error).__name__).lower()) from None
        except (http.client.HTTPException, UnicodeError, ValueError):
            raise UnreachableError("what answers there speaks no HTTP") from None
        finally:
            connection.close()

    def _connection(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        if scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=self._seconds, context=self._context)
        return http.client.HTTPConnection(host, port, timeout=self._seconds)


def basic(user: str, password: str) -> dict[str, str]:
    """Return the header that names an account by its token."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")}


def _certificate_ends(connection: http.client.HTTPConnection) -> datetime | None:
    if not isinstance(connection.sock, ssl.SSLSocket):
        return None
    ends = (connection.sock.getpeercert() or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if isinstance(ends, str) else None
