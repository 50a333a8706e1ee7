"""``/reports/<line>`` shows how a line did in some days; ``/reports/<line>.csv`` is the same with every operand."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from data.agents import all_agents
from data.roles import Act
from ivr.reports.columns import write_csv
from ivr.reports.period import MINUTES, ReportPeriod, parse_period
from ivr.reports.report import Report, read_report
from ivr.web.first_line import to_first_line
from ivr.web.guard import required, visitor
from ivr.web.reports.chart import FOOT, HEIGHT, WIDTH, chart_of
from ivr.web.shell.languages import language
from ivr.web.shell.layout import page
from routing.metrics import FORMULAS
from wording import reason
from wording.catalogues import put

if TYPE_CHECKING:
    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.flow.line import Line


def report_pages(lines: Callable[[], Lines], database: Database, clock: Callable[[], datetime]) -> Blueprint:
    """Return the blueprint of the reports of ``lines``. Days are local ones of the line.

    What agents did is shown to who may supervise them; no caller is shown to anybody.
    """
    web = Blueprint("reports", __name__, template_folder=".")

    def asked(line: Line, now: datetime) -> ReportPeriod:
        zone = line.header.zone
        return parse_period(request.args.get("from"), request.args.get("to"), now.astimezone(zone).date(), zone)

    def counted(line: Line, period: ReportPeriod, now: datetime) -> tuple[Report, dict[int, str]]:
        by = MINUTES.get(request.args.get("by", ""), MINUTES["hour" if period.days <= LONGEST_BY_HOUR else "day"])
        destination = request.args.get("destination") or None
        with database.reading() as connection:
            report = read_report(connection, line, period, by, now, destination)
            names = (
                {agent.user_id: agent.name for agent in all_agents(connection)}
                if Act.SUPERVISE in visitor().acts
                else {}
            )
        return report, names

    @web.get("/reports")
    @required(Act.LOOK)
    def first() -> BaseResponse:
        return to_first_line("/reports", lines())

    @web.get("/reports/<name>")
    @required(Act.LOOK)
    def of_line(name: str) -> Response:
        line, now = lines().named(name), clock()
        if line is None:
            return _no_line()
        try:
            period, wrong = asked(line, now), ""
        except ValueError as error:
            today = now.astimezone(line.header.zone).date()
            period, wrong = ReportPeriod(today, today, line.header.zone), _sentence(error)
        report, names = counted(line, period, now)
        shown = page(
            "reports.html",
            names=[engine.line.name for engine in lines()],
            line=line,
            report=report,
            agents=names,
            chart=chart_of(report.intervals),
            box=(WIDTH, HEIGHT, FOOT),
            formulas={name: put(formula, language()) for name, formula in FORMULAS.items()},
            put=lambda told: put(told, language()),
            destinations=list(line.routing.table.destinations),
            only=request.args.get("destination", ""),
            by="hour" if report.minutes == MINUTES["hour"] else "day",
            query=urlencode({key: value for key, value in request.args.items() if key in _KEYS}),
            wrong=wrong,
        )
        shown.status_code = 422 if wrong else 200
        return shown

    @web.get("/reports/<name>.csv")
    @required(Act.LOOK)
    def as_csv(name: str) -> Response:
        line, now = lines().named(name), clock()
        if line is None:
            return _no_line()
        try:
            period = asked(line, now)
        except ValueError as error:
            return Response(f"{_sentence(error)}\n", 422, mimetype="text/plain")
        report, _ = counted(line, period, now)
        out = io.StringIO()
        write_csv(report.intervals, out)
        days = f"{period.first}-{period.last}"
        headers = {"Content-Disposition": f'attachment; filename="{quote(line.name)}-{days}.csv"'}
        return Response(out.getvalue(), headers=headers, content_type="text/csv; charset=utf-8")

    return web


LONGEST_BY_HOUR = 2
"""Days that are shown by hour unless it is asked for otherwise."""

_KEYS = ("from", "to", "by", "destination")


def _sentence(error: ValueError) -> str:
    why = put(reason(error), language())
    return f"{why[:1].upper()}{why[1:]}."


def _no_line() -> Response:
    return Response("There is no such line; /reports leads to the first.\n", 404, mimetype="text/plain")
