"""Reads the JSON that a page sends into typed values; each mistake is told in one line, and nothing of the value is.

What a body holds may be a password: errors name fields and what they take, never what was given.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Collection
from datetime import datetime
from typing import Final

from ivr.replay.script import parse_moment
from ivr.web.phone.errors import PhoneError

JSON: Final = "application/json"

YEARS: Final = (1970, 2100)

_NUMBER: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_KEYS: Final = re.compile(r"[0-9*#]{1,40}")


class Body:
    """One JSON object, of which each field is taken once; ``finish`` refuses what was not taken."""

    def __init__(self, fields: dict[str, object]) -> None:
        self._fields = fields
        self._taken: list[str] = []

    @classmethod
    def read(cls, raw: bytes, content_type: str) -> Body:
        """Read the body of a request. Raises PhoneError for whatever is no JSON object."""
        if content_type.partition(";")[0].strip().lower() != JSON:
            raise PhoneError("not-json", f"send a JSON object with Content-Type: {JSON}")
        try:
            read = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise PhoneError("not-json", "the body is no JSON in UTF-8; send one object, like {}") from None
        if not isinstance(read, dict):
            raise PhoneError("not-json", "the body is JSON, but no object; send one, like {}")
        return cls(read)

    def has(self, name: str) -> bool:
        """Return whether the field is there, and not null."""
        return self._fields.get(name) is not None

    def text(self, name: str, most: int) -> str:
        """Return a text of 1 to ``most`` characters that can be printed."""
        value = self._take(name)
        if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable() or not value.strip():
            raise _bad(name, f'a text of 1 to {most} printable characters, like "text"')
        return value

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        """Return one of ``choices``; ``default`` where the field is not there."""
        value = self._take(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or value not in choices:
            raise _bad(name, f"one of {', '.join(choices)}")
        return value

    def keys(self, name: str = "keys") -> str:
        """Return 1 to 40 keys of a telephone."""
        value = self._take(name)
        if not isinstance(value, str) or not _KEYS.fullmatch(value):
            raise _bad(name, "1 to 40 of the keys 0-9 * #, as a text")
        return value

    def number(self, name: str) -> str:
        """Return a telephone number."""
        value = self._take(name)
        if not isinstance(value, str) or not _NUMBER.fullmatch(value):
            raise _bad(name, "a number with its country, like +5511987650001")
        return value

    def whole(self, name: str, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number from ``least`` to ``most``."""
        value = self._take(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _bad(name, f"a whole number from {least} to {most}")
        return value

    def decimal(self, name: str, least: float, most: float) -> float:
        """Return a number from ``least`` to ``most``."""
        value = self._take(name)
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise _bad(name, f"a number from {least:g} to {most:g}")
        return float(value)

    def moment(self, name: str) -> datetime:
        """Return a local date and time, naive."""
        value = self._take(name)
        try:
            moment = parse_moment(value if isinstance(value, str) else "")
        except ValueError:
            moment = None
        if moment is None or not YEARS[0] <= moment.year < YEARS[1]:
            raise _bad(name, f"a local date and time from {YEARS[0]} to {YEARS[1] - 1}, like 2026-03-08T10:00")
        return moment

    def bytes_of(self, name: str, most: int) -> bytes:
        """Return 1 to ``most`` bytes that are written in base64."""
        value = self._take(name)
        try:
            read = base64.b64decode(value if isinstance(value, str) else "", validate=True)
        except (binascii.Error, ValueError):
            read = b""
        if not 0 < len(read) <= most:
            raise _bad(name, f"1 to {most} bytes in base64")
        return read

    def finish(self) -> None:
        """Raise PhoneError where a field is left that nothing has taken."""
        left = sorted(name for name in self._fields if name not in self._taken)
        if left:
            known = ", ".join(self._taken) or "none"
            raise PhoneError("bad-field", f"{len(left)} field(s) are not known here; those of this request: {known}")

    def _take(self, name: str) -> object:
        self._taken.append(name)
        return self._fields.get(name)


def _bad(name: str, wanted: str) -> PhoneError:
    return PhoneError("bad-field", f'"{name}" takes {wanted}')


def _no_constant(_: str) -> object:
    raise ValueError("no number")
