"""The front page and the metrics are served to those who operate the line; callers never come here."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request

from data.attempts import Failures, failures
from data.budgets import Budgets
from data.calls import CallRecord, count_calls, recent_calls
from data.database import Database, DatabaseUnavailableError
from data.messages import MessageToReturn, recent_messages
from ivr.call.lines import Lines
from ivr.server.local import refusal_of_other_sites
from ivr.web.figures import Figures

SHOWN_CALLS = 20

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class FrontPage(NamedTuple):
    """The front page shows these records; ``pages`` reads them of the database."""

    calls: list[CallRecord]
    messages: list[MessageToReturn]
    wrong: Failures


class Metrics(NamedTuple):
    """The metrics count these; ``pages`` reads them of the database."""

    counted: list[tuple[str, str, str | None, int]]
    wrong: Failures


def pages(
    lines: Callable[[], Lines],
    database: Database,
    clock: Callable[[], datetime],
    budgets: Budgets,
    entry: str,
    health: Callable[[], dict[str, object]],
    stopwatch: Callable[[], float] = time.monotonic,
) -> Blueprint:
    """Return the blueprint of ``/`` and ``/metrics``. They answer on this machine only, and none of them shows who
    called.

    What they read is read every few seconds at most (see ``figures``); ``entry`` is the webhooks' address,
    ``health`` what ``/health`` says.
    """
    web = Blueprint("web", __name__, template_folder="templates")

    def read_front() -> FrontPage:
        with database.reading() as connection:
            return FrontPage(
                recent_calls(connection, SHOWN_CALLS),
                recent_messages(connection, SHOWN_CALLS),
                failures(connection, clock()),
            )

    def read_metrics() -> Metrics:
        with database.reading() as connection:
            return Metrics(count_calls(connection), failures(connection, clock()))

    front_figures = Figures(read_front, stopwatch)
    metrics_figures = Figures(read_metrics, stopwatch)

    @web.before_app_request
    def here() -> Response | None:
        refused = refusal_of_other_sites(request.environ)
        return Response(f"{refused.line}\n", refused.status, mimetype="text/plain") if refused else None

    @web.after_app_request
    def private(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    @web.errorhandler(DatabaseUnavailableError)
    def away(_: DatabaseUnavailableError) -> Response:
        told = "The database does not answer; the log says why. Calls are answered without it meanwhile.\n"
        return Response(told, 503, mimetype="text/plain")

    @web.get("/")
    def front() -> str:
        told = front_figures.get()
        return render_template(
            "front.html",
            lines=[engine.line for engine in lines()],
            entry=entry,
            calls=told.calls,
            messages=told.messages,
            wrong=told.wrong,
            alarming=told.wrong.alarming(budgets),
            spent=told.wrong.spent(budgets),
            reasons=health().get("reasons", []),
        )

    @web.get("/metrics")
    def metrics() -> Response:
        counted, wrong = metrics_figures.get()
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
        rows += [
            "# HELP ivr_degraded 1 while the house does not answer as it should; /health says why.",
            "# TYPE ivr_degraded gauge",
            f"ivr_degraded {int(health()['status'] != 'ok')}",
        ]
        return Response("\n".join(rows) + "\n", mimetype="text/plain; version=0.0.4")

    return web
