"""``/agent/<login>`` is the page of one agent; ``/agent/<login>/now`` the part that its script fetches anew, and
``/agent/<login>/acts`` takes what the agent does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from data.agent_states import ASKED_FOR, AgentState
from data.agents import Agent, agent_named, all_agents
from data.roles import Act
from ivr.call.agents import LONGEST_REASON, ask, lasted, state_words
from ivr.web.agent.agent_screen import read_screen
from ivr.web.guard import audited_as, required, visitor
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.languages import language
from ivr.web.shell.layout import page
from ivr.web.tickets.told import STATES, words
from wording import reason
from wording.catalogues import put

if TYPE_CHECKING:
    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.call.talks.acts import TalkActs
    from ivr.flow.line import Line

LONGEST_FIELD = 2000
"""Signs of what is sent: a note, at most."""


def agent_page(
    lines: Callable[[], Lines],
    database: Database,
    clock: Callable[[], datetime],
    acts: Callable[[], TalkActs],
    renew: Callable[[], object],
    *,
    has_telephone: bool,
) -> Blueprint:
    """Return the blueprint of the agents' pages. A user sees the own page; a person of this machine, who has no login,
    any. ``renew`` distributes waiting calls at once, when an agent has become free; ``has_telephone`` says that pages
    are connected to a telephone company of their own.
    """
    web = Blueprint("screen", __name__, template_folder=".")

    def named() -> dict[str, Line]:
        return {engine.line.name: engine.line for engine in lines()}

    def agent_of(login: str) -> Agent | None:
        """The agent whose page the visitor may see."""
        user = visitor().user
        if user is not None and user.login != login:
            return None
        with database.reading() as connection:
            return agent_named(connection, login)

    def shown(agent: Agent) -> dict[str, object]:
        known, now = named(), clock()
        with database.reading() as connection:
            screen = read_screen(connection, known, agent, now)
        line = known.get(screen.entry.line) if screen.entry else None
        return {
            "screen": screen,
            "line": line,
            "zone": (line or next(iter(known.values()))).header.zone,
            "states": {state: put(state_words(state, None), language()) for state in AgentState},
            "state": put(state_words(agent.state, agent.standing.reason), language()),
            "opens_tickets": line is not None and line.routing.tickets is not None,
            "states_of_tickets": STATES,
            "put": words,
            "lasted": lambda since: put(lasted(now - since), language()),
        }

    @web.get("/agent")
    @required(Act.SERVE)
    def first() -> BaseResponse:
        user = visitor().user
        with database.reading() as connection:
            agents = [each for each in all_agents(connection) if each.may_serve]
        own = next((each for each in agents if user is not None and each.user_id == user.id), None)
        if own is not None:
            return redirect(f"/agent/{quote(own.login)}", 303)
        return page("choose.html", agents=agents if user is None else [])

    @web.get("/agent/<login>")
    @required(Act.SERVE)
    def whole(login: str) -> Response:
        agent = agent_of(login)
        if agent is None:
            return _nobody()
        telephone = agent.telephone if has_telephone and agent.telephone.startswith("+") else ""
        destinations = {
            line.name: [name for name, each in line.routing.table.destinations.items() if each.has_queue]
            + sorted(line.routing.table.allowed.numbers)
            for line in named().values()
        }
        return page(
            "agent.html",
            telephone=telephone,
            longest_reason=LONGEST_REASON,
            destinations=destinations,
            **shown(agent),
        )

    @web.get("/agent/<login>/now")
    @required(Act.SERVE)
    def part(login: str) -> Response:
        agent = agent_of(login)
        return make_response(render_template("now.html", **shown(agent))) if agent else _nobody()

    @web.post("/agent/<login>/acts")
    @required(Act.SERVE, audited=False)
    def act(login: str) -> Response:
        agent = agent_of(login)
        if agent is None:
            return _nobody()
        body = request.get_json(silent=True)
        if not isinstance(body, dict) or any(
            not isinstance(each, str) or len(each) > LONGEST_FIELD for each in body.values()
        ):
            return _refused(_("This was not understood; reload the page."), 400)
        why = perform(agent, body)
        if why is not None:
            told = put(why, language())
            return _refused(f"{told[:1].upper()}{told[1:]}.", 409)
        audited_as(login)
        return jsonify({})

    def perform(agent: Agent, body: dict[str, str]) -> str | None:
        """Do what the page asks; why it cannot be done, else None."""
        user, to = agent.user_id, body.get("to", "")
        match body.get("do"):
            case "state":
                return change(agent, to, body.get("reason", ""))
            case "hold":
                return acts().hold(user)
            case "resume":
                return acts().resume(user)
            case "end":
                return acts().end(user)
            case "transfer":
                return acts().transfer(user, to)
            case "consult":
                return acts().consult(user, to)
            case "complete":
                return acts().complete(user)
            case "cancel":
                return acts().cancel(user)
            case "note":
                return acts().note(user, body.get("disposition") or None, body.get("notes", ""))
            case "wrap-up":
                why = acts().note(user, body.get("disposition") or None, body.get("notes", ""))
                why = why or acts().wrap_up(user)
                if why is None:
                    renew()
                return why
        return _("This was not understood; reload the page.")

    def change(agent: Agent, to: str, why: str) -> str | None:
        state = next((each for each in ASKED_FOR if each.value == to), None)
        if state is None:
            return _("This was not understood; reload the page.")
        try:
            with database.transaction() as connection:
                ask(connection, agent, state, why or None, clock(), agent.login)
        except ValueError as error:
            return reason(error)
        if state is AgentState.AVAILABLE:
            renew()
        return None

    return web


def _refused(why: str, status: int) -> Response:
    answer = jsonify({"error": why})
    answer.status_code = status
    return answer


def _nobody() -> Response:
    return Response("There is no such page for you; /agent leads to yours.\n", 404, mimetype="text/plain")
