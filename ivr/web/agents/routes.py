"""``/agents`` shows who takes calls and is on duty, and changes both; ``/agents/<login>`` tells the states of a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from data.agent_history import history_between
from data.agent_skills import LEVELS
from data.agent_states import ASKED_FOR
from data.agents import agent_named
from data.roles import Act
from ivr.call.agents import (
    LONGEST_REASON,
    ask,
    give_telephone_and_hours,
    make_agent,
    require_agent,
    serve,
    serve_no_more,
    unserved,
    users_to_serve,
)
from ivr.web.agents.rows import agent_rows, state_totals, stretch_rows
from ivr.web.guard import audited_as, required, visitor
from ivr.web.shell.languages import language
from ivr.web.shell.layout import page
from routing.closures import in_scope, scopes_of
from wording import message, reason
from wording.catalogues import put

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.flow.line import Line

MOST = 300
"""Signs of a field that are read: what is longer is no telephone, and no hours, all the same."""

Work = Callable[["Connection"], str]
"""Changes something, and returns what the audit tells of it. Raises ValueError, whose message says what to write."""


def agent_pages(lines: Callable[[], Lines], database: Database, clock: Callable[[], datetime]) -> Blueprint:
    """Return the blueprint of the agents who serve ``lines``. Days are those of the first line's clocks."""
    web = Blueprint("agents", __name__, template_folder=".")

    def named() -> dict[str, Line]:
        return {engine.line.name: engine.line for engine in lines()}

    def zone() -> tzinfo:
        return next(engine.line.header.zone for engine in lines())

    def shown(wrong: str = "", of: str = "") -> Response:
        known, now = named(), clock()
        with database.reading() as connection:
            rows = agent_rows(connection, now)
            people = users_to_serve(connection)
        skills = [skill for row in rows for skill in row.skills]
        served = {skill.line for skill in skills}
        return page(
            "agents.html",
            rows=rows,
            people=people,
            scopes={name: _scopes_with_queues(line) for name, line in known.items()},
            unserved={
                name: left
                for name, line in known.items()
                if rows and (name in served or not served) and (left := unserved(line, skills))
            },
            several=len(served) > 1,
            levels=LEVELS,
            longest_reason=LONGEST_REASON,
            wrong=wrong,
            of=of,
            filled=request.form,
        )

    def changed(work: Work, of: str = "") -> BaseResponse:
        try:
            with database.transaction() as connection:
                subject = work(connection)
        except ValueError as error:
            why = put(reason(error), language())
            answer = shown(f"{why[:1].upper()}{why[1:]}.", of)
            answer.status_code = 422
            return answer
        audited_as(subject)
        return redirect(f"/agents#{quote(of)}" if of else "/agents", 303)

    @web.get("/agents")
    @required(Act.MANAGE_AGENTS)
    def everybody() -> Response:
        return shown()

    @web.post("/agents")
    @required(Act.MANAGE_AGENTS)
    def make() -> BaseResponse:
        def work(connection: Connection) -> str:
            login, hours = _field("login"), _field("hours") or None
            agent = make_agent(connection, login, _field("telephone"), hours, clock(), visitor().name)
            return f"add {agent.login} at {agent.telephone}"

        return changed(work)

    @web.post("/agents/<login>/state")
    @required(Act.MANAGE_AGENTS)
    def state(login: str) -> BaseResponse:
        def work(connection: Connection) -> str:
            to = next((each for each in ASKED_FOR if each.value == _field("state")), None)
            if to is None:
                raise ValueError(message("no-such-agent-state", "there is no state of that name; reload the page"))
            ask(connection, require_agent(connection, login), to, _field("reason"), clock(), visitor().name)
            return f"{login}: {to.value}"

        return changed(work, login)

    @web.post("/agents/<login>/data")
    @required(Act.MANAGE_AGENTS)
    def data(login: str) -> BaseResponse:
        def work(connection: Connection) -> str:
            agent, hours = require_agent(connection, login), _field("hours") or None
            give_telephone_and_hours(connection, agent, _field("telephone"), hours, named())
            return f"{login} at {_field('telephone')}, {hours or 'always'}"

        return changed(work, login)

    @web.post("/agents/<login>/serve")
    @required(Act.MANAGE_AGENTS)
    def give_skill(login: str) -> BaseResponse:
        def work(connection: Connection) -> str:
            line, scope = _line_and_scope(named())
            level = _field("level")
            if level not in {str(each) for each in LEVELS}:
                raise ValueError(message("no-such-level", "a level is a number from 1 to {most}", most=LEVELS[-1]))
            serve(connection, require_agent(connection, login), line, scope, int(level))
            return f"{login} serves {line.name} {scope} {level}"

        return changed(work, login)

    @web.post("/agents/<login>/drop")
    @required(Act.MANAGE_AGENTS)
    def take_skill(login: str) -> BaseResponse:
        def work(connection: Connection) -> str:
            line, _, scope = _field("scope").partition("/")
            serve_no_more(connection, require_agent(connection, login), line, scope)
            return f"{login} serves {line} {scope} no more"

        return changed(work, login)

    @web.get("/agents/<login>")
    @required(Act.MANAGE_AGENTS)
    def history(login: str) -> Response:
        now = clock().astimezone(zone())
        day = _day(request.args.get("day", ""), now.date())
        begin = datetime(day.year, day.month, day.day, tzinfo=zone())
        end = min(begin + timedelta(days=1), now)
        with database.reading() as connection:
            agent = agent_named(connection, login)
            found = history_between(connection, begin, end, agent.user_id) if agent else []
        if agent is None:
            return Response("There is no such agent; /agents lists them.\n", 404, mimetype="text/plain")
        return page(
            "agent_day.html",
            agent=agent,
            day=day,
            today=now.date(),
            before=day - timedelta(days=1),
            after=day + timedelta(days=1),
            rows=stretch_rows(found, begin, end),
            totals=state_totals(found, begin, end),
        )

    return web


def _field(name: str) -> str:
    """What a browser sent, in one line."""
    return " ".join(request.form.get(name, "")[:MOST].split())


def _line_and_scope(known: dict[str, Line]) -> tuple[Line, str]:
    name, _, scope = _field("scope").partition("/")
    if name not in known:
        raise ValueError(message("served-line-unknown", "there is no such line; choose a desk of the list"))
    return known[name], scope


def _scopes_with_queues(line: Line) -> list[str]:
    """The destinations, and beginnings of names, for which calls may wait."""
    waiting = [name for name, each in line.routing.table.destinations.items() if each.has_queue]
    return sorted(scope for scope in scopes_of(waiting) if any(in_scope(name, scope) for name in waiting))


def _day(written: str, today: date) -> date:
    """The day that the address names; today for any other text, and for one that is not over the calendar's edge."""
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return today
    return found if date(2000, 1, 1) <= found <= today else today
