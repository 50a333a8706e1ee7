"""The front page, the health of the house and its figures."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template

from data.calls import count_calls, recent_calls
from data.database import Database, DatabaseUnavailableError
from data.messages import recent_messages
from ivr.call.lines import Lines

SHOWN_CALLS = 20


def pages(lines: Lines, database: Database) -> Blueprint:
    """The blueprint of ``/``, ``/health`` and ``/metrics``: open to anybody, so none of them shows who called."""
    web = Blueprint("web", __name__, template_folder="templates")

    @web.get("/")
    def front() -> str:
        with database.reading() as connection:
            calls = recent_calls(connection, SHOWN_CALLS)
            messages = recent_messages(connection, SHOWN_CALLS)
        return render_template("front.html", lines=[engine.line for engine in lines], calls=calls, messages=messages)

    @web.get("/health")
    def health() -> tuple[Response, int]:
        try:
            with database.reading() as connection:
                recent_calls(connection, 1)
        except DatabaseUnavailableError:
            # Why it does not answer may name hosts and files: that is for the log, not for whoever asks.
            return jsonify(status="broken", database="does not answer"), 503
        return jsonify(status="ok", lines={engine.line.name: engine.line.version for engine in lines}), 200

    @web.get("/metrics")
    def metrics() -> Response:
        with database.reading() as connection:
            counted = count_calls(connection)
        rows = ["# HELP ivr_calls Calls remembered, by line, status and destination.", "# TYPE ivr_calls gauge"]
        rows += [
            f'ivr_calls{{line="{line}",status="{status}",destination="{destination or ""}"}} {number}'
            for line, status, destination, number in counted
        ]
        return Response("\n".join(rows) + "\n", mimetype="text/plain; version=0.0.4")

    return web
