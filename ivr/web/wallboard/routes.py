"""``/wallboard/<line>`` shows how a line stands now; ``/wallboard/<line>/now`` is the part that a script fetches."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from data.agents import find_agent
from data.alarms import standing_alarms
from data.closures import NewClosure, close_destination, open_destination
from data.messages import hear_message
from data.roles import Act
from data.talk_events import TalkEvent, events_between
from data.ticket_counts import count_open
from ivr.reports.period import ReportPeriod
from ivr.reports.today import TodayFigures, today_of
from ivr.web.figures import Figures
from ivr.web.first_line import to_first_line
from ivr.web.guard import audited_as, required, visitor
from ivr.web.recordings import AT_HOME, link_to
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.languages import language
from ivr.web.shell.layout import page
from ivr.web.tickets.list_routes import OPEN, STAFF_HAVE
from ivr.web.wallboard.board import read_board
from ivr.web.wallboard.following import NumberOf, add_following_views, no_telephones
from ivr.web.wallboard.on_call import add_swap_views, rotas_now
from ivr.web.wallboard.recorded import LINK_FOR, add_recording_views
from routing.alarm_rules import alarm_in_words
from routing.closures import EVERYTHING, scopes_of
from routing.metrics import FORMULAS
from wording.catalogues import put

if TYPE_CHECKING:
    from data.database import Database
    from data.vault import Vault
    from ivr.call.lines import Lines
    from ivr.call.talks.supervising import Supervision
    from ivr.flow.line import Line
    from ivr.settings import Settings

LONGEST_REASON = 200

ALARMS_FOR = timedelta(hours=12)
"""How long an alarm stands on the board."""


def wallboard_pages(
    lines: Callable[[], Lines],
    database: Database,
    clock: Callable[[], datetime],
    vault: Vault,
    settings: Settings,
    supervision: Supervision,
    stopwatch: Callable[[], float] = time.monotonic,
    number_of: NumberOf | None = None,
) -> Blueprint:
    """Return the blueprint of the wallboards of ``lines``. Messages are heard by signed links. ``number_of`` gives the
    number of a page's telephone; None: pages are connected to no telephone company of their own.
    """
    web = Blueprint("wallboard", __name__, template_folder=".")
    heard_at = settings.public_url or AT_HOME
    today: dict[str, Figures[TodayFigures]] = {}

    def figures(name: str) -> TodayFigures:
        """The figures of the day, which change little in five seconds and cost the most."""

        def compute() -> TodayFigures:
            line, now = lines().named(name), clock()
            assert line is not None  # noqa: S101 - asked for with one that there is
            day = now.astimezone(line.header.zone).date()
            with database.reading() as connection:
                return today_of(connection, line, ReportPeriod(day, day, line.header.zone), now)

        return today.setdefault(name, Figures(compute, stopwatch)).get()

    def shown(line: Line) -> dict[str, object]:
        now = clock()
        with database.reading() as connection:
            board = read_board(connection, line, now)
            rotas = rotas_now(connection, line, now)
            tickets = count_open(connection, STAFF_HAVE, OPEN, now, line.name).all if line.routing.tickets else None
            events = _alarms(events_between(connection, now - ALARMS_FOR, now + timedelta(seconds=1)), line.name)
            standing = [each for each in standing_alarms(connection) if each.raised_at and each.line in ("", line.name)]
        until = now + LINK_FOR
        return {
            "line": line,
            "board": board,
            "rotas": rotas,
            "tickets": tickets,
            "figures": figures(line.name),
            "formulas": {name: put(formula, language()) for name, formula in FORMULAS.items()},
            "zone": line.header.zone,
            "lasted": lambda since: clock_time(now - since),
            "alarms": events,
            "standing": [(each, put(alarm_in_words(each.kind, each.figures()), language())) for each in standing],
            "link": lambda left: link_to(vault, heard_at, left.call_sid, left.turn, until, visitor().name),
        }

    def own_telephone() -> str:
        """The number of the supervisor's own telephone, which is on the page; empty where any will do."""
        user = visitor().user
        with database.reading() as connection:
            agent = find_agent(connection, user.id) if user else None
        return agent.telephone if agent and agent.telephone.startswith("+") else ""

    def refused(line: Line, why: str, status: int = 422) -> Response:
        answer = whole(line, why)
        answer.status_code = status
        return answer

    def whole(line: Line, wrong: str = "") -> Response:
        return page(
            "wallboard.html",
            names=[engine.line.name for engine in lines()],
            scopes=sorted(scopes_of(line.routing.table.destinations)),
            wrong=wrong,
            has_telephone=number_of is not None,
            telephone=own_telephone() if number_of else "",
            **shown(line),
        )

    def back(line: Line) -> BaseResponse:
        return redirect(f"/wallboard/{quote(line.name)}", 303)

    @web.get("/wallboard")
    @required(Act.LOOK)
    def first() -> BaseResponse:
        return to_first_line("/wallboard", lines())

    @web.get("/wallboard/<name>")
    @required(Act.LOOK)
    def of_line(name: str) -> Response:
        line = lines().named(name)
        return whole(line) if line else _no_line()

    @web.get("/wallboard/<name>/now")
    @required(Act.LOOK)
    def part(name: str) -> Response:
        line = lines().named(name)
        return make_response(render_template("board.html", **shown(line))) if line else _no_line()

    @web.post("/wallboard/<name>/close")
    @required(Act.CLOSE)
    def close(name: str) -> BaseResponse:
        line, now = lines().named(name), clock()
        if line is None:
            return _no_line()
        scope = request.form.get("scope", "")
        covered = EVERYTHING if scope == EVERYTHING else scope
        reason = " ".join(request.form.get("reason", "").split())
        if covered != EVERYTHING and covered not in scopes_of(line.routing.table.destinations):
            return refused(line, _("There is no such desk; choose one of the list."))
        if not reason or len(reason) > LONGEST_REASON:
            return refused(line, _("Say why, in 200 characters at most: who reads it later was not there."))
        try:
            hours = int(request.form.get("hours") or 0)
        except ValueError:
            hours = -1
        if not 0 <= hours <= LONGEST_CLOSURE:
            return refused(line, _("Say in how many hours it opens again, 1 to 720, or leave it empty: until opened."))
        until = now + timedelta(hours=hours) if hours else None
        with database.transaction() as connection:
            close_destination(connection, NewClosure(line.name, covered, reason, now, until, visitor().name))
        audited_as(f"{line.name} {covered}")
        return back(line)

    @web.post("/wallboard/<name>/open")
    @required(Act.CLOSE)
    def open_(name: str) -> BaseResponse:
        line, now = lines().named(name), clock()
        if line is None:
            return _no_line()
        scope = request.form.get("scope", "")
        with database.transaction() as connection:
            ended = open_destination(connection, line.name, scope, now, visitor().name)
        if not ended:
            return refused(line, _("This desk was not closed in an emergency, or is open again already."), 409)
        audited_as(f"{line.name} {scope} opened")
        return back(line)

    @web.post("/wallboard/<name>/messages/<sid>/<int:turn>/heard")
    @required(Act.SUPERVISE)
    def heard(name: str, sid: str, turn: int) -> BaseResponse:
        line = lines().named(name)
        if line is None:
            return _no_line()
        with database.transaction() as connection:
            done = hear_message(connection, sid, turn, clock(), visitor().name)
        if not done:
            return refused(line, _("This message was heard already."), 409)
        audited_as(f"{line.name} message {sid}/{turn} heard")
        return back(line)

    def answered(line: Line | None) -> BaseResponse:
        return back(line) if line else _no_line()

    add_following_views(web, lines, supervision, number_of or no_telephones, refused, answered)
    add_recording_views(web, lines, database, clock, vault, heard_at, _no_line)
    add_swap_views(web, lines, database, clock, refused, answered)
    return web


LONGEST_CLOSURE = 720
"""Hours."""


def clock_time(lasts: timedelta) -> str:
    """Return how long something lasts, as a clock shows it: 3:07, 1:02:00."""
    minutes, seconds = divmod(max(int(lasts.total_seconds()), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _alarms(events: list[TalkEvent], line: str) -> list[TalkEvent]:
    """The alarms of a line, the newest first; one that comes again and again stands once."""
    found: dict[tuple[str, str], TalkEvent] = {}
    for event in events:
        if event.kind == "alarm" and event.line == line:
            found[event.destination, event.detail] = event
    return sorted(found.values(), key=lambda event: event.at, reverse=True)


def _no_line() -> Response:
    return Response("There is no such line; /wallboard leads to the first.\n", 404, mimetype="text/plain")
