"""The overview and the metrics are served to those who operate the line; callers never come here."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, Response

from data.alarms import alarm_counts
from data.attempts import Failures, failures
from data.budgets import Budgets
from data.calls import CallRecord
from data.database import Database, DatabaseUnavailableError
from data.due_work import seconds_late
from data.messages import MessageToReturn, recent_messages
from data.outbox import outbox_figures
from data.roles import Act
from data.trials import count_customer_calls, recent_customer_calls
from ivr.call.lines import Lines
from ivr.web.figures import Figures
from ivr.web.guard import probed, required
from ivr.web.metrics import CONTENT_TYPE, Counted, Metrics
from ivr.web.overview.reasons import reason_in_words
from ivr.web.shell.layout import page

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

SHOWN_CALLS = 20


class Overview(NamedTuple):
    """The overview shows these records; ``pages`` reads them of the database."""

    calls: list[CallRecord]
    messages: list[MessageToReturn]
    wrong: Failures


def pages(
    lines: Callable[[], Lines],
    database: Database,
    clock: Callable[[], datetime],
    budgets: Budgets,
    entry: str,
    health: Callable[[], dict[str, object]],
    meters: Collector,
    stopwatch: Callable[[], float] = time.monotonic,
) -> Blueprint:
    """Return the blueprint of ``/overview`` and ``/metrics``. The guard says who may see them; none of them shows who
    called.

    What they read is read every few seconds at most (see ``figures``); ``entry`` is the webhooks' address,
    ``health`` what ``/health`` says, ``meters`` what the webhooks counted.
    """
    web = Blueprint("web", __name__, template_folder="overview")

    def read_overview() -> Overview:
        with database.reading() as connection:
            return Overview(
                recent_customer_calls(connection, SHOWN_CALLS),
                recent_messages(connection, SHOWN_CALLS),
                failures(connection, clock()),
            )

    def read_metrics() -> Counted:
        with database.reading() as connection:
            now = clock()
            return Counted(
                count_customer_calls(connection),
                failures(connection, now),
                outbox_figures(connection, now),
                seconds_late(connection, now),
                alarm_counts(connection),
            )

    overview_figures = Figures(read_overview, stopwatch)
    figures = Metrics(Figures(read_metrics, stopwatch).get, database.standing, health, budgets, meters)

    @web.app_context_processor
    def told_on_pages() -> dict[str, object]:
        return {"alerts": alerts}

    def alerts() -> dict[str, object]:
        """What pages tell first. Why the line is degraded is known without the database, wrong passwords are not."""
        try:
            wrong = overview_figures.get().wrong
        except DatabaseUnavailableError:
            wrong = None
        return {"wrong": wrong, "budgets": budgets, "reasons": _in_words(health().get("reasons"))}

    @web.get("/overview")
    @required(Act.LOOK)
    def overview() -> Response:
        told = overview_figures.get()
        return page(
            "overview.html",
            lines=[engine.line for engine in lines()],
            entry=entry,
            calls=told.calls,
            messages=told.messages,
        )

    @web.get("/metrics")
    @probed
    def metrics() -> Response:
        return Response(figures.text(), content_type=CONTENT_TYPE)

    return web


def _in_words(reasons: object) -> list[str]:
    return [reason_in_words(str(reason)) for reason in reasons] if isinstance(reasons, list) else []
