"""A notice is what Twilio would log of a document, or of the request for it: an error or a warning, and the remedy."""

from __future__ import annotations

from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from ivr.simulator.codes import FAILURES, NAMES, REMEDIES
from value_class import value_class


@value_class
class TwimlNotice:
    """An error or a warning with the vendor's own number (0: not one of the vendor's).

    ``message`` says it to a person in one line: where, what is wrong, what the vendor calls it, and the remedy.
    ``url`` and ``line`` are the place in the document, for programs. ``failure``: something was not performed because
    of it, so that a tester may not take the call for a good one. ``unperformed`` is the verb at which the call was
    stopped, where this simulator does not play it.
    """

    code: int
    message: str
    url: str = ""
    line: int | None = None
    failure: bool = False
    unperformed: str = ""

    @classmethod
    def of(
        cls,
        code: int,
        what: str,
        url: str,
        line: int | None = None,
        remedy: str = "",
        *,
        fatal: bool = False,
        failure: bool = False,
        stopped: bool = False,
    ) -> Self:
        """Compose the message of what is wrong at ``line`` of the document at ``url``.

        ``fatal``: nothing of the document is performed; ``failure``: a part of it is not;
        ``stopped``: the call cannot be played on from there.
        """
        where = _place(url)
        kind = "error" if fatal else "warning"
        known = f"Twilio's {kind} {code}, {NAMES.get(code, 'see its dictionary')}; " if code else ""
        then = "the fallback takes over, or the call ends" if fatal else "the call goes on"
        then = "the call is stopped" if stopped else then
        remedy = remedy or REMEDIES.get(code, "")
        message = f"{where}{f', line {line}' if line else ''}: {what} ({known}{then}). {remedy}".rstrip()
        return cls(code, message, where, line, fatal or failure or code in FAILURES)

    def as_dict(self) -> dict[str, Any]:
        """The notice as one JSON object."""
        told: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.url:
            told["url"] = self.url
        if self.line:
            told["line"] = self.line
        return told


class WebhookError(Exception):
    """A request brought no document that can be performed; ``notice`` is what the vendor would log."""

    def __init__(self, code: int, message: str, url: str, line: int | None = None, *, remedy: str = "") -> None:
        super().__init__(message)
        self.notice = TwimlNotice.of(code, message, url, line, remedy, fatal=True)
        self.url = url


def _place(url: str) -> str:
    """The address without its query, which may hold what the caller keyed, and without a password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition("?")[0]
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
