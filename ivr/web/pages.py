"""The front page, the health of the house and its figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, jsonify, render_template

from data.attempts import failures
from data.budgets import Budgets
from data.calls import count_calls, recent_calls
from data.database import Database, DatabaseUnavailableError
from data.messages import recent_messages
from ivr.call.lines import Lines

SHOWN_CALLS = 20


def pages(lines: Lines, database: Database, clock: Callable[[], datetime], budgets: Budgets) -> Blueprint:
    """The blueprint of ``/``, ``/health`` and ``/metrics``: open to anybody, so none of them shows who called."""
    web = Blueprint("web", __name__, template_folder="templates")

    @web.errorhandler(DatabaseUnavailableError)
    def away(_: DatabaseUnavailableError) -> Response:
        told = "The database does not answer; the log says why. Calls are answered without it meanwhile.\n"
        return Response(told, 503, mimetype="text/plain")

    @web.get("/")
    def front() -> str:
        with database.reading() as connection:
            calls = recent_calls(connection, SHOWN_CALLS)
            messages = recent_messages(connection, SHOWN_CALLS)
            wrong = failures(connection, clock())
        return render_template(
            "front.html",
            lines=[engine.line for engine in lines],
            calls=calls,
            messages=messages,
            wrong=wrong,
            alarming=wrong.alarming(budgets),
            spent=wrong.spent(budgets),
        )

    @web.get("/health")
    def health() -> tuple[Response, int]:
        try:
            with database.reading() as connection:
                recent_calls(connection, 1)
        except DatabaseUnavailableError:
            # Why it does not answer may name hosts and files: that is for the log, not for whoever asks. Calls are
            # answered without it, so that a load balancer must not take the house out.
            return jsonify(status="degraded", database="does not answer", lines=versions()), 200
        return jsonify(status="ok", lines=versions()), 200

    def versions() -> dict[str, str]:
        return {engine.line.name: engine.line.version for engine in lines}

    @web.get("/metrics")
    def metrics() -> Response:
        with database.reading() as connection:
            counted = count_calls(connection)
            wrong = failures(connection, clock())
        rows = ["# HELP ivr_calls Calls remembered, by line, status and destination.", "# TYPE ivr_calls gauge"]
        rows += [
            f'ivr_calls{{line="{line}",status="{status}",destination="{destination or ""}"}} {number}'
            for line, status, destination, number in counted
        ]
        rows += [
            "# HELP ivr_password_failures_hour Wrong passwords within the last hour, whoever called.",
            "# TYPE ivr_password_failures_hour gauge",
            f"ivr_password_failures_hour {wrong.hour}",
            "# HELP ivr_password_alarm 1 while there are so many wrong passwords that somebody must look.",
            "# TYPE ivr_password_alarm gauge",
            f"ivr_password_alarm {int(wrong.alarming(budgets))}",
        ]
        return Response("\n".join(rows) + "\n", mimetype="text/plain; version=0.0.4")

    return web
