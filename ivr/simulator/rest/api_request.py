"""One request to the API, its parameters read into values, and the answers that are given."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from werkzeug.datastructures import MultiDict

from ivr.simulator.carrier import API_VERSION
from ivr.simulator.rest import api_errors
from ivr.simulator.rest.api_errors import ApiError
from ivr.simulator.rest.switchboard import Switchboard
from value_class import value_class

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 1000

PAGING = frozenset({"Page", "PageSize", "PageToken"})

BEHIND, BEFORE = "PA", "PB"
"""What a page's token begins with: the page lies behind the resource that the token names, or before it."""


@value_class
class ApiRequest:
    """A request for ``path``; ``query`` and ``form`` are its parameters as they were sent."""

    switchboard: Switchboard
    path: str
    query: MultiDict[str, str]
    form: MultiDict[str, str]

    @property
    def account(self) -> str:
        """The path below which the account's resources lie."""
        return f"/{API_VERSION}/Accounts/{self.switchboard.carrier.account_sid}"

    def not_found(self) -> ApiError:
        """The error that says there is nothing at this path."""
        return api_errors.not_found(self.path)

    def text(self, name: str) -> str | None:
        """A field of the form; an empty one counts as none."""
        return self.form.get(name) or None

    def flag(self, name: str) -> bool | None:
        """A field that is true or false; None where it was not sent. Anything but true is false."""
        written = self.text(name)
        return None if written is None else written.lower() == "true"

    def method(self, name: str, default: str = "POST", code: int = api_errors.INVALID_METHOD) -> str:
        """GET or POST."""
        written = (self.text(name) or default).upper()
        if written not in {"GET", "POST"}:
            raise ApiError(code, f"{name} must be GET or POST, not '{written}'")
        return written

    def url(self, name: str, code: int = api_errors.INVALID_URL) -> str | None:
        """A whole address."""
        written = self.text(name)
        if written is None:
            return None
        try:
            parts = urlsplit(written)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ApiError(code, f"{name} is not a valid URL; give one that begins with http:// or https://")
        return written

    def whole(self, name: str, default: int, code: int, least: int = 1) -> int:
        """A whole number."""
        written = self.text(name)
        if written is None:
            return default
        if re.fullmatch(r"[0-9]{1,9}", written) and int(written) >= least:
            return int(written)
        raise ApiError(code, f"{name} must be a whole number from {least}")

    def page(self, key: str, resources: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The page of ``resources`` that was asked for, and where its neighbours are."""
        size = min(max(_number(self.query.get("PageSize"), DEFAULT_PAGE_SIZE), 1), MAX_PAGE_SIZE)
        number = _number(self.query.get("Page"), 0)
        start = _start(resources, self.query.get("PageToken", ""), size, number * size)
        shown = resources[start : start + size]
        more = start + size < len(resources)
        following = f"{BEHIND}{_identity(shown[-1])}" if shown else ""
        previous = f"{BEFORE}{_identity(shown[0])}" if shown else ""
        return {
            key: list(shown),
            "page": number,
            "page_size": size,
            "start": start,
            "end": start + max(len(shown) - 1, 0),
            "uri": self._page_uri(number, size),
            "first_page_uri": self._page_uri(0, size),
            "next_page_uri": self._page_uri(number + 1, size, following) if more else None,
            "previous_page_uri": self._page_uri(number - 1, size, previous) if number else None,
        }

    def period(self, name: str) -> Callable[[datetime | None], bool]:
        """Return whether a moment lies on the day, or on the side of it, that the query asks for with ``name``."""
        bounds = [(suffix, written) for suffix in ("", "<", ">") if (written := self.query.get(name + suffix))]
        tests = [_bound(name, suffix, written) for suffix, written in bounds]
        return lambda moment: all(moment is not None and test(moment.astimezone(UTC)) for test in tests)

    def _page_uri(self, number: int, size: int, token: str = "") -> str:
        kept = [(name, value) for name, value in self.query.items(multi=True) if name not in PAGING]
        told = [*kept, ("PageSize", size), ("Page", number), *([("PageToken", token)] if token else [])]
        return f"{self.path}?{urlencode(told)}"


def rfc2822(moment: datetime | None) -> str | None:
    """Return how the API writes a time."""
    return None if moment is None else format_datetime(moment.astimezone(UTC))


def _number(written: str | None, default: int) -> int:
    return int(written) if written and re.fullmatch(r"[0-9]{1,9}", written) else default


def _identity(resource: dict[str, Any]) -> str:
    """What tells the resource from the others of its list."""
    return str(resource.get("sid") or resource.get("call_sid") or resource.get("phone_number"))


def _start(resources: Sequence[dict[str, Any]], token: str, size: int, default: int) -> int:
    """Where the page of the ``token`` begins, though others may have come in front since; else at ``default``."""
    places = {_identity(resource): place for place, resource in enumerate(resources)} if token else {}
    place = places.get(token[2:])
    if place is None:
        return default
    return place + 1 if token.startswith(BEHIND) else max(place - size, 0)


def _bound(name: str, suffix: str, written: str) -> Callable[[datetime], bool]:
    """A test of one side of a period; a date stands for the whole day, in UTC."""
    try:
        bound = datetime.fromisoformat(written)
    except ValueError:
        message = f"{name} must be a date such as 2026-03-10, in UTC"
        raise ApiError(api_errors.INVALID_PARAMETER, message) from None
    bound = bound if bound.tzinfo else bound.replace(tzinfo=UTC)
    if len(written) == len("2026-03-10"):
        day = bound.date()
        return {"": lambda at: at.date() == day, "<": lambda at: at.date() <= day, ">": lambda at: at.date() >= day}[
            suffix
        ]
    # The client writes a day as its midnight, and whoever asks for a moment means its day.
    return {
        "": lambda at: at.date() == bound.astimezone(UTC).date(),
        "<": lambda at: at <= bound,
        ">": lambda at: at >= bound,
    }[suffix]
