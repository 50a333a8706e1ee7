"""``Peer`` asks the process of the webhooks for its health, and remembers the answer for the process of the pages."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from data.standing import Standing
from ivr.call.lines import Lines
from ivr.errors import IvrError

SILENT_SECONDS = 10.0
"""For which the last answer counts."""

AGAIN_SECONDS = 10.0
PATIENCE_SECONDS = 2.0


class Peer:
    """Asks ``at`` (``http://host:port``) for its health, and reads the menus anew that it says it answers with.

    ``standing`` is what this process knows of the database itself: it asks it also when no call comes in.
    """

    def __init__(
        self,
        at: str,
        load: Callable[[], Lines],
        standing: Callable[[], Standing],
        stopwatch: Callable[[], float],
    ) -> None:
        self._at = urlsplit(at)
        self._load = load
        self._standing = standing
        self._stopwatch = stopwatch
        self._heard: tuple[float, dict[str, object]] | None = None
        self._read_at: float | None = None
        self._wanted: object = None
        self.lines = Lines([])
        """The menus that are shown; none before they could be read."""

        self._read()

    def look(self) -> None:
        """Ask once, and keep the answer. Never raises."""
        told = self._ask()
        if told is None:
            return
        self._heard = (self._stopwatch(), told)
        is_new = self._wanted not in (None, told["lines"])
        self._wanted = told["lines"]
        if told["lines"] != _versions(self.lines):
            self._read(at_once=is_new)

    def _read(self, *, at_once: bool = False) -> None:
        """Not more often than every AGAIN_SECONDS, unless ``at_once``, since other menus answer than before: what is on
        the disk may be faulty, while the webhooks go on with what was there before, and tell why in the log.
        """
        now = self._stopwatch()
        if self._read_at is not None and not at_once and now - self._read_at < AGAIN_SECONDS:
            return
        self._read_at = now
        with suppress(IvrError):
            self.lines = self._load()

    def told(self) -> dict[str, object]:
        """Return what ``/health`` says in the process of the pages."""
        heard = self._heard
        if heard is None or self._stopwatch() - heard[0] > SILENT_SECONDS:
            return {"status": "degraded", "reasons": ["the webhooks do not answer"], "lines": {}}
        told = heard[1]
        if self._standing().state == "up" or "database" in told:
            return told
        theirs = told.get("reasons")
        reasons = ["the database does not answer", *(theirs if isinstance(theirs, list) else ())]
        return {"status": "degraded", "reasons": reasons, "database": "does not answer", "lines": told["lines"]}

    def _ask(self) -> dict[str, object] | None:
        connection = http.client.HTTPConnection(self._at.netloc, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", "/health")
            told = json.loads(connection.getresponse().read(64 * 1024))
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        return told if isinstance(told, dict) and isinstance(told.get("lines"), dict) else None


def _versions(lines: Lines) -> dict[str, str]:
    return {engine.line.name: engine.line.version for engine in lines}
