"""The routes that Twilio asks, wired. A signed request always gets a valid document, whatever is broken behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, request

from ivr.call.answer import Answer
from ivr.call.lines import Lines
from ivr.call.pending_input import PendingInput
from ivr.call.turn import Turns
from ivr.call.waits import Waits
from ivr.channels.twilio.deadline import Deadline, LateError
from ivr.channels.twilio.error_responses import ErrorResponses
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.gate import PASSED, Gate
from ivr.channels.twilio.routes import accept, callback, fallback, recorded, status, voice
from ivr.channels.twilio.routes.turn import TurnRoute
from ivr.channels.twilio.routes.wait import WaitRoute
from ivr.channels.twilio.sizes import MAX_BYTES


def webhooks(
    turns: Turns,
    lines: Lines,
    clock: Callable[[], datetime],
    *,
    gate: Gate,
    prefix: str,
    public_url: str,
    deadline: Deadline,
) -> Blueprint:
    """The blueprint of ``/twilio``, and of whatever else Twilio was told to ask; ``public_url`` is where it should."""
    routes = Blueprint("twilio", __name__, url_prefix="/twilio")
    error_responses = ErrorResponses(lines, clock, prefix)
    waits = Waits(clock)
    turn_route = TurnRoute(turns, PendingInput(clock), waits, deadline, prefix)
    wait_route = WaitRoute(turns, lines, waits, clock, deadline, prefix)

    @routes.before_app_request
    def verify() -> Response | None:
        environ = request.environ
        refused = None
        if PASSED not in environ:
            refused = gate.judge_head(environ) or gate.judge(environ)
        if refused:
            return Response(f"{refused.line}\n", refused.status, mimetype="text/plain")
        # Flask would answer OPTIONS by itself.
        otherwise = routes.name in request.blueprints and request.method != "POST"
        if environ[PASSED] and (otherwise or request.routing_exception):
            return _response(Answer(error_responses.misdirected(public_url)))
        return None

    @routes.before_request
    def passed() -> Response | None:
        # No address leads here past the gate, however it is spelled.
        return None if request.environ[PASSED] else Response("Forbidden.\n", 403, mimetype="text/plain")

    @routes.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        if isinstance(error, LateError):
            turns.suspect()
        return _response(Answer(error_responses.document(error)))

    @routes.post("/voice", endpoint="voice")
    def begin_call() -> Response:
        return _response(voice.begin_call(_form(), turns, deadline))

    @routes.post("/turn/<int:number>", endpoint="turn")
    def take_turn(number: int) -> Response:
        return _response(turn_route.take(_form(), request.args, number))

    @routes.post("/wait")
    def wait() -> Response:
        return _response(wait_route.wait(_form(), request.args))

    @routes.post("/wait/key")
    def press() -> Response:
        return _response(wait_route.press(_form(), request.args))

    @routes.post("/accept")
    def ask() -> Response:
        return _response(accept.ask(request.args, lines, clock, prefix))

    @routes.post("/accepted")
    def connect_or_end() -> Response:
        return _response(accept.connect_or_end(_form()))

    @routes.post("/callback", endpoint="callback")
    def begin_callback() -> Response:
        return _response(callback.begin_callback(_form(), request.args, turns, deadline))

    @routes.post("/status")
    def note_status() -> Response:
        return _response(status.note_status(_form(), turns, deadline))

    @routes.post("/recorded")
    def note_recording() -> Response:
        return _response(recorded.note_recording(_form(), request.args, turns, clock, deadline))

    @routes.post("/fallback")
    def apologise() -> Response:
        return _response(fallback.apologise(_form(), turns, deadline, error_responses))

    return routes


def _form() -> Form:
    return Form(request.form)


def _response(answer: Answer) -> Response:
    body = answer.document.encode()
    if len(body) > MAX_BYTES:
        raise RuntimeError(f"the document has {len(body)} bytes, more than Twilio takes")
    response = Response(body, 200, mimetype="text/xml")
    response.headers.update(answer.headers)
    return response
