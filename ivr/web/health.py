"""``Health`` tells from memory whether the line is well: it asks, reads and waits for nothing, whatever hangs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Blueprint, Response, jsonify

from data.standing import Standing
from ivr.call.lines import Lines
from ivr.web.guard import anyone

Reasons = Callable[[], Iterable[str]]
"""Why the line is degraded now, each in a few words that name no file, host or person; none where all is well."""


class Health:
    """Collects what ``/health`` says; parts of the server add what they know with ``watch``, and must
    answer at once.
    """

    def __init__(self, lines: Lines, standing: Callable[[], Standing]) -> None:
        self._lines = lines
        self._standing = standing
        self._watched: list[Reasons] = []

    def watch(self, reasons: Reasons) -> None:
        """Ask ``reasons`` too, each time."""
        self._watched.append(reasons)

    def told(self) -> dict[str, object]:
        """Return ``status`` (ok or degraded), the ``reasons`` where degraded, and the menu's version of each line."""
        reasons = [reason for watched in self._watched for reason in watched()]
        # Why a database does not answer may name hosts and files: that is for the log, not for the client.
        state = self._standing().state
        away = "is damaged" if state == "damaged" else "does not answer" if state != "up" else None
        if away:
            reasons.insert(0, f"the database {away}")
        lines = {engine.line.name: engine.line.version for engine in self._lines}
        if not reasons:
            return {"status": "ok", "lines": lines}
        database = {"database": away} if away else {}
        return {"status": "degraded", "reasons": reasons, **database, "lines": lines}


def health_page(health: Callable[[], dict[str, object]]) -> Blueprint:
    """Return the blueprint of ``/health``. Calls are answered while the line is degraded, so a load balancer must not
    take the server out: it is 200 all the same.
    """
    web = Blueprint("health", __name__)

    @web.get("/health")
    @anyone
    def told() -> Response:
        return jsonify(health())

    return web
