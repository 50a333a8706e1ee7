"""The routes that Twilio asks. A signed request always gets a valid document, whatever is broken behind it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from data.recordings import RecordingRecord
from ivr.call.answer import Answer, Incoming
from ivr.call.degraded import MOST_TURNS, read_standing
from ivr.call.events import Event, QueueLeft, Silence, Started
from ivr.call.lines import Lines
from ivr.call.pending_input import PendingInput
from ivr.call.turn import Turns
from ivr.call.waits import Waits
from ivr.channels.twilio.deadline import Deadline, LateError
from ivr.channels.twilio.error_responses import ErrorResponses, rounds, tries_left
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.gate import PASSED, Gate
from ivr.channels.twilio.parse_event import OUTCOMES, parse_event
from ivr.channels.twilio.twiml import (
    MAX_BYTES,
    Stay,
    render_accept,
    render_goodbye,
    render_leave,
    render_nothing,
    render_redirect,
    render_wait,
)
from ivr.errors import UnknownCallError
from ivr.flow.line import Line
from ivr.flow.nodes.transfer import Transfer
from ivr.flow.waiting import Waiting
from routing.outcomes import REACHED

log = logging.getLogger(__name__)

HOLD = "/hold.wav"
"""Where the sound of a queue is; see ivr/web/hold.py."""

LONGEST_WAIT = 600
"""Seconds in a queue, where the address of the wait document does not say."""


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
    pending = PendingInput(clock)
    waits = Waits(clock)

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
            return _document(error_responses.misdirected(public_url))
        return None

    @routes.before_request
    def passed() -> Response | None:
        # No address leads here past the gate, however it is spelled.
        return None if request.environ[PASSED] else Response("Forbidden.\n", 403, mimetype="text/plain")

    @routes.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        if isinstance(error, LateError):
            turns.suspect()
        return _document(error_responses.document(error))

    @routes.post("/voice")
    def voice() -> Response:
        incoming = _incoming(Form(request.form))
        return _answer(deadline.within(lambda: turns.start(incoming)))

    @routes.post("/turn/<int:number>")
    def turn(number: int) -> Response:
        form = Form(request.form)
        incoming = _incoming(form)
        at = read_standing(request.args["at"], number) if "at" in request.args else None
        event = _pending_event(form, incoming.sid, number)
        try:
            answer = deadline.within(lambda: turns.take(incoming, number, event, at))
        except UnknownCallError as error:
            # The call may have begun while the database was away; it begins here and now.
            log.warning("unknown call", extra={"call": incoming.sid, "why": str(error)})
            return _document(render_redirect(f"{prefix}/twilio/voice"))
        except Exception as error:
            if tries_left(error):
                pending.hold(incoming.sid, number, event)
            else:
                pending.drop(incoming.sid, number)
            raise
        pending.drop(incoming.sid, number)
        if isinstance(event, QueueLeft) and event.outcome in REACHED and (queue := form.text("QueueSid")):
            waits.answered(queue, incoming.sid, event.seconds)
        return _answer(answer)

    def _pending_event(form: Form, sid: str, number: int) -> Event:
        """What happened; where the request was sent back, what had happened before. What a caller had keyed may be
        known nowhere any more: then the question is asked again, and that counts as no mistake.
        """
        event = parse_event(form)
        if not rounds():
            return event
        told = parse_event(Form({name: request.args[name] for name in OUTCOMES if name in request.args}))
        return pending.find(sid, number) or (Started() if isinstance(told, Silence) else told)

    @routes.post("/wait")
    def wait() -> Response:
        form = Form(request.form)
        longest = request.args.get("seconds", type=int) or LONGEST_WAIT
        if form.whole("QueueTime") >= longest:
            return _document(render_leave())
        line = _waited_on(lines, form)
        return _document(_waiting(line, form, longest, clock(), prefix, waits))

    @routes.post("/wait/key")
    def key() -> Response:
        form = Form(request.form)
        pressed = form.text("Digits") or ""
        line = _waited_on(lines, form)
        if pressed in _waiting_of(line).keys:
            sid, number = form.required("CallSid"), min(request.args.get("turn", 0, type=int), MOST_TURNS)
            if deadline.within(lambda: turns.leave_queue(sid, number, pressed)):
                return _document(render_leave())
        return _document(
            _waiting(line, form, request.args.get("seconds", type=int) or LONGEST_WAIT, clock(), prefix, waits)
        )

    @routes.post("/accept")
    def accept() -> Response:
        # The callee's own call asks this: its To is the callee, so that the line stands in the signed query.
        line = lines.version(request.args.get("line", ""), "").line
        now = clock().astimezone(line.header.zone)
        return _document(render_accept(line, request.args.get("desk"), now, prefix))

    @routes.post("/accepted")
    def accepted() -> Response:
        took = Form(request.form).text("Digits") == "1"
        return _document(render_nothing() if took else render_goodbye())

    @routes.post("/callback")
    def callback() -> Response:
        # We made this call: its To is whom we called, so that line and desk stand in the signed query.
        incoming = _incoming(Form(request.form))
        line, desk = request.args.get("line", ""), request.args.get("desk", "")
        return _answer(deadline.within(lambda: turns.call_back(incoming, line, desk)))

    @routes.post("/status")
    def status() -> Response:
        form = Form(request.form)
        sid, status, sequence = form.required("CallSid"), form.required("CallStatus"), form.whole("SequenceNumber")
        duration = form.text("CallDuration")
        seconds = int(duration) if duration else None
        deadline.within(lambda: turns.status(sid, status, sequence, seconds))
        return _document(render_nothing())

    @routes.post("/recorded")
    def recorded() -> Response:
        form = Form(request.form)
        status = form.text("RecordingStatus") or "completed"
        if status == "completed":
            told = RecordingRecord(
                sid=form.required("RecordingSid"),
                call_sid=form.required("CallSid"),
                at=clock(),
                destination=request.args.get("desk") or None,
                url=form.required("RecordingUrl"),
                seconds=form.whole("RecordingDuration"),
            )
            deadline.within(lambda: turns.recorded(told))
        return _document(render_nothing())

    @routes.post("/fallback")
    def fallback() -> Response:
        form = Form(request.form)
        log.error("fallback", extra={"code": form.text("ErrorCode")})
        sid = form.required("CallSid")
        if deadline.within(lambda: turns.over(sid)):
            return _document(render_goodbye())
        return _document(error_responses.sorry())

    return routes


def _incoming(form: Form) -> Incoming:
    return Incoming(form.required("CallSid"), form.party("From"), form.party("To"))


def _waited_on(lines: Lines, form: Form) -> Line:
    """The line as it was when the call began, as the queue was entered with it."""
    if "line" in request.args:
        return lines.version(request.args["line"], request.args.get("menu", "")).line
    return lines.dialled(form.party("To")).line


def _waiting_of(line: Line) -> Waiting:
    node = line.states.get(request.args.get("state", ""))
    return node.waiting if isinstance(node, Transfer) else Waiting()


def _waiting(line: Line, form: Form, longest: int, now: datetime, prefix: str, waits: Waits) -> str:
    place, waited = form.text("QueuePosition"), form.whole("QueueTime")
    expected = waits.expected(form.text("QueueSid"), waited)
    stay = Stay(waited, longest, int(place) if place else None, expected)
    action = f"{prefix}/twilio/wait/key?{urlencode(request.args)}"
    return render_wait(line, _waiting_of(line), stay, now.astimezone(line.header.zone), action, f"{prefix}{HOLD}")


def _answer(answer: Answer) -> Response:
    response = _document(answer.document)
    response.headers.update(answer.headers)
    return response


def _document(text: str) -> Response:
    body = text.encode()
    if len(body) > MAX_BYTES:
        raise RuntimeError(f"the document has {len(body)} bytes, more than Twilio takes")
    return Response(body, 200, mimetype="text/xml")
