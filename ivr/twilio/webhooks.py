"""The doors that Twilio knocks at. A signed request always gets a valid document, whatever is broken behind it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from ivr.call.apology import apology
from ivr.call.lines import Lines
from ivr.call.turn import Answer, Incoming, Turns
from ivr.errors import RequestError, SignatureError, UnknownCallError
from ivr.flow.line import Line
from ivr.flow.nodes.transfer import Transfer
from ivr.flow.waiting import Waiting
from ivr.twilio.form import Form
from ivr.twilio.heard import event_of
from ivr.twilio.signature import HEADER, Signatures
from ivr.twilio.twiml import (
    MAX_BYTES,
    Stay,
    last_resort,
    render,
    render_accept,
    render_goodbye,
    render_leave,
    render_nothing,
    render_redirect,
    render_wait,
)

log = logging.getLogger(__name__)

LONGEST_WAIT = 600
"""Seconds in a queue, where the address of the wait document does not say."""

MAX_FORM_BYTES = 1024 * 1024
"""Twilio's forms have about 2 kB. What is larger than this is not read, and so it is not signed either."""


def webhooks(
    turns: Turns,
    lines: Lines,
    clock: Callable[[], datetime],
    *,
    signatures: Signatures | None,
    account_sid: str | None,
    prefix: str,
) -> Blueprint:
    """The blueprint of ``/twilio``. ``signatures`` None takes unsigned requests (loopback only, see settings)."""
    doors = Blueprint("twilio", __name__, url_prefix="/twilio")

    @doors.before_request
    def verify() -> Response | None:
        try:
            form = _fields()
            if signatures:
                signatures.verify(_signed_path(prefix), form, request.headers.get(HEADER))
            if account_sid and request.form.get("AccountSid") != account_sid:
                raise SignatureError("the request is of another account")
        except SignatureError as error:
            log.warning("refused", extra={"path": request.path, "why": str(error)})
            return Response(f"Forbidden: {error}.\n", 403, mimetype="text/plain")
        return None

    @doors.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        # The text of an error may hold what a caller keyed; its kind and place may not.
        kind = type(error).__name__
        if isinstance(error, RequestError):
            log.warning("bad request", extra={"path": request.path, "why": str(error)})
        else:
            log.error("broken", extra={"path": request.path, "error": kind, "at": _place(error)})
        try:
            return _document(_sorry(lines, clock, prefix))
        except Exception as worse:
            log.critical("no apology", extra={"error": type(worse).__name__, "at": _place(worse)})
            return _document(_last_resort(lines))

    @doors.post("/voice")
    def voice() -> Response:
        form = Form(request.form)
        incoming = Incoming(form.required("CallSid"), form.text("From") or "", form.text("To") or "")
        return _answer(turns.start(incoming))

    @doors.post("/turn/<int:number>")
    def turn(number: int) -> Response:
        form = Form(request.form)
        sid = form.required("CallSid")
        try:
            return _answer(turns.take(sid, number, event_of(form)))
        except UnknownCallError as error:
            # The call may have begun while the database was away; it begins here and now.
            log.warning("unknown call", extra={"call": sid, "why": str(error)})
            return _document(render_redirect(f"{prefix}/twilio/voice"))

    @doors.post("/wait")
    def wait() -> Response:
        form = Form(request.form)
        longest = request.args.get("seconds", type=int) or LONGEST_WAIT
        if form.whole("QueueTime") >= longest:
            return _document(render_leave())
        line = _waited_on(lines, form)
        return _document(_waiting(line, form, longest, clock(), prefix))

    @doors.post("/wait/key")
    def key() -> Response:
        form = Form(request.form)
        pressed = form.text("Digits") or ""
        line = _waited_on(lines, form)
        if pressed in _waiting_of(line).keys:
            turns.leave_queue(form.required("CallSid"), request.args.get("turn", 0, type=int), pressed)
            return _document(render_leave())
        return _document(_waiting(line, form, request.args.get("seconds", type=int) or LONGEST_WAIT, clock(), prefix))

    @doors.post("/accept")
    def accept() -> Response:
        # The callee's own call asks this: its To is the callee, so that the line stands in the signed query.
        line = lines.version(request.args.get("line", ""), "").line
        now = clock().astimezone(line.header.zone)
        return _document(render_accept(line, request.args.get("desk"), now, prefix))

    @doors.post("/accepted")
    def accepted() -> Response:
        took = Form(request.form).text("Digits") == "1"
        return _document(render_nothing() if took else render_goodbye())

    @doors.post("/callback")
    def callback() -> Response:
        # We made this call: its To is whom we called, so that line and desk stand in the signed query.
        form = Form(request.form)
        incoming = Incoming(form.required("CallSid"), form.text("From") or "", form.text("To") or "")
        return _answer(turns.call_back(incoming, request.args.get("line", ""), request.args.get("desk", "")))

    @doors.post("/status")
    def status() -> Response:
        form = Form(request.form)
        duration = form.text("CallDuration")
        turns.status(
            form.required("CallSid"),
            form.required("CallStatus"),
            form.whole("SequenceNumber"),
            int(duration) if duration else None,
        )
        return _document(render_nothing())

    @doors.post("/fallback")
    def fallback() -> Response:
        log.error("fallback", extra={"code": Form(request.form).text("ErrorCode")})
        return _document(_sorry(lines, clock, prefix))

    return doors


def _waited_on(lines: Lines, form: Form) -> Line:
    """The line as it was when the call began, as the queue was entered with it."""
    if "line" in request.args:
        return lines.version(request.args["line"], request.args.get("menu", "")).line
    return lines.dialled(form.text("To") or "").line


def _waiting_of(line: Line) -> Waiting:
    node = line.states.get(request.args.get("state", ""))
    return node.waiting if isinstance(node, Transfer) else Waiting()


def _waiting(line: Line, form: Form, longest: int, now: datetime, prefix: str) -> str:
    place = form.text("QueuePosition")
    stay = Stay(form.whole("QueueTime"), longest, int(place) if place else None, form.whole("AvgQueueTime"))
    action = f"{prefix}/twilio/wait/key?{urlencode(request.args)}"
    return render_wait(line, _waiting_of(line), stay, now.astimezone(line.header.zone), action)


def _fields() -> list[tuple[str, str]]:
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    try:
        return list(request.form.items(multi=True))
    except HTTPException:
        raise SignatureError("the form is too large or broken") from None


def _signed_path(prefix: str) -> str:
    """Path and query exactly as they came, escapes included: that is what was signed."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    if isinstance(raw, str) and raw.startswith("/"):
        return raw.removeprefix(prefix) if prefix else raw
    query = request.query_string.decode("ascii", "replace")
    return request.path + (f"?{query}" if query else "")


def _sorry(lines: Lines, clock: Callable[[], datetime], prefix: str) -> str:
    line = lines.dialled(request.form.get("To", "")).line
    now = clock().astimezone(line.header.zone)
    # No turn follows: what is broken would only be met again, and a caller who was helped is done.
    return render(line, apology(line, now), None, now, prefix)


def _last_resort(lines: Lines) -> str:
    """In the language of the line that was dialled; needs neither its menu nor its prompts."""
    return last_resort(lines.dialled(request.form.get("To", "")).line.header.language)


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""


def _answer(answer: Answer) -> Response:
    response = _document(answer.document)
    response.headers.update(answer.headers)
    return response


def _document(text: str) -> Response:
    body = text.encode()
    if len(body) > MAX_BYTES:
        raise RuntimeError(f"the document has {len(body)} bytes, more than Twilio takes")
    return Response(body, 200, mimetype="text/xml")
