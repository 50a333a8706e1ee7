"""The routes that Twilio asks, wired. A signed request always gets a valid document, whatever is broken behind it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request
from werkzeug.datastructures import Headers

from data.database import DatabaseUnavailableError
from ivr.call.answer import CALL_SID, Answer
from ivr.call.lines import Lines
from ivr.call.pending_input import PendingInput
from ivr.call.talks.talks import Talks
from ivr.call.turn import Turns
from ivr.call.waits import Waits
from ivr.channels.twilio.deadline import LateError, asked
from ivr.channels.twilio.error_responses import ErrorResponses
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.gate import PASSED, READ_FIELDS, Gate
from ivr.channels.twilio.routes import accept, callback, fallback, recorded, status, text, voice
from ivr.channels.twilio.routes.offer import OfferRoute
from ivr.channels.twilio.routes.supervise import SuperviseRoute
from ivr.channels.twilio.routes.talk import TalkRoute
from ivr.channels.twilio.routes.turn import TurnRoute
from ivr.channels.twilio.routes.wait import WaitRoute
from ivr.channels.twilio.sizes import MAX_BYTES
from ivr.channels.twilio.talk_documents import TalkDocuments
from ivr.channels.twilio.twiml import render_nothing
from ivr.channels.webhook_report import Report, Result, WebhookReport
from ivr.errors import RequestError
from ivr.logs import place_of
from ivr.server.front import FORGOTTEN
from ivr.server.wsgi import BEGAN

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

_NAME: Final = "twilio"
_NO_QUERY: Final[Mapping[str, str]] = {}
"""Most turns have none, and it is not read then."""
_OURS: Final = f"{_NAME}."
"""How Flask's names of our routes begin."""


def webhooks(
    turns: Turns,
    lines: Lines,
    clock: Callable[[], datetime],
    *,
    gate: Gate,
    prefix: str,
    public_url: str,
    report: Report,
    talks: Talks,
    waits: Waits,
) -> Blueprint:
    """The blueprint of ``/twilio``, and of whatever else Twilio was told to ask; ``public_url`` is where it should.

    ``report`` is told of each request how it was answered; ``talks`` takes in what is told of agents and conferences,
    and ``waits`` how long callers waited for them.
    """
    routes = Blueprint(_NAME, __name__, url_prefix="/twilio")
    error_responses = ErrorResponses(lines, clock, prefix)
    turn_route = TurnRoute(turns, PendingInput(clock), waits, prefix, talks.talking)
    wait_route = WaitRoute(turns, lines, waits, clock, prefix, talks.talking, talks.places)
    documents = TalkDocuments(prefix)
    offer_route = OfferRoute(talks.offering, lines, documents)
    supervise_route = SuperviseRoute(talks.supervision, talks.admission, lines, documents, clock)
    talk_route = TalkRoute(talks.talking, turns, lines, documents)

    def respond(answer: Answer, instead: Result | None = None) -> Response:
        """The response; ``instead`` says why it is not what was asked for."""
        response = _response(answer)
        present = asked()
        environ = present.environ
        if FORGOTTEN in environ:
            return response  # it was late, and told as such by the answer that was given instead
        result = instead or (answer.turn.how if answer.turn else "answered")
        endpoint = present.endpoint or ""
        webhook = endpoint.removeprefix(_OURS) if endpoint.startswith(_OURS) else "none"
        seconds = time.perf_counter() - environ[BEGAN]
        try:
            report(WebhookReport(webhook, _call(environ), result, seconds, answer.turn))
        except Exception as error:
            # The caller is to hear the answer, whatever cannot be counted.
            log.error("report failed", extra={"error": type(error).__name__, "at": place_of(error)})
        return response

    @routes.before_app_request
    def verify() -> Response | None:
        present = asked()
        environ = present.environ
        environ.setdefault(BEGAN, time.perf_counter())
        refused = None
        if PASSED not in environ:
            refused = gate.judge_head(environ) or gate.judge(environ)
        if refused:
            return Response(f"{refused.line}\n", refused.status, mimetype="text/plain")
        ours = (present.endpoint or "").startswith(_OURS)
        if not environ[PASSED]:
            # No address leads here past the gate, however it is spelled.
            return Response("Forbidden.\n", 403, mimetype="text/plain") if ours else None
        # Flask would answer OPTIONS by itself.
        if (ours and environ["REQUEST_METHOD"] != "POST") or present.routing_exception:
            return respond(Answer(error_responses.misdirected(public_url)), "misdirected")
        return None

    @routes.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        if isinstance(error, LateError):
            turns.suspect()
        return respond(Answer(error_responses.document(error)), _instead(error))

    @routes.post("/voice", endpoint="voice")
    def begin_call() -> Response:
        return respond(voice.begin_call(_form(), turns))

    @routes.post("/turn/<int:number>", endpoint="turn")
    def take_turn(number: int) -> Response:
        present = asked()
        return respond(turn_route.take(_form(), present.args if present.query_string else _NO_QUERY, number))

    @routes.post("/wait", endpoint="wait")
    def wait() -> Response:
        return respond(wait_route.wait(_form(), request.args))

    @routes.post("/wait/key", endpoint="wait-key")
    def press() -> Response:
        return respond(wait_route.press(_form(), request.args))

    @routes.post("/accept", endpoint="accept")
    def ask() -> Response:
        return respond(accept.ask(request.args, lines, clock, prefix))

    @routes.post("/accepted", endpoint="accepted")
    def connect_or_end() -> Response:
        return respond(accept.connect_or_end(_form()))

    @routes.post("/offer/<offer>", endpoint="offer")
    def answer_offer(offer: str) -> Response:
        return respond(offer_route.answer(_form(), offer))

    @routes.post("/offer/<offer>/accept", endpoint="offer-accept")
    def accept_offer(offer: str) -> Response:
        return respond(offer_route.accept(_form(), offer))

    @routes.post("/offer/<offer>/gone", endpoint="offer-gone")
    def tell_gone(offer: str) -> Response:
        return respond(offer_route.gone(offer))

    @routes.post("/offer/<offer>/status", endpoint="offer-status")
    def note_offer(offer: str) -> Response:
        return respond(offer_route.status(_form(), offer))

    @routes.post("/join/<room>", endpoint="join")
    def join(room: str) -> Response:
        return respond(talk_route.join(request.args, room))

    @routes.post("/talk-ended/<room>", endpoint="talk-ended")
    def end_talk(room: str) -> Response:
        return respond(talk_route.ended(_form(), request.args, room))

    @routes.post("/requeue/<room>", endpoint="requeue")
    def requeue(room: str) -> Response:
        return respond(talk_route.requeue(_form(), request.args, room))

    @routes.post("/offer/<offer>/unreached", endpoint="offer-unreached")
    def tell_unreached(offer: str) -> Response:
        return respond(offer_route.unreached(offer))

    @routes.post("/reached/<talk>", endpoint="reached")
    def reach(talk: str) -> Response:
        return respond(talk_route.reached(_form(), request.args, talk))

    @routes.post("/reached/<talk>/status", endpoint="reached-status")
    def note_reached(talk: str) -> Response:
        return respond(talk_route.reached_status(_form(), request.args, talk))

    @routes.post("/pass-on/<room>", endpoint="pass-on")
    def pass_on(room: str) -> Response:
        return respond(talk_route.pass_on(_form(), request.args, room))

    @routes.post("/supervise/<talk>/<int:user>", endpoint="supervise")
    def answer_supervisor(talk: str, user: int) -> Response:
        return respond(supervise_route.answer(talk, user))

    @routes.post("/supervise/<talk>/<int:user>/accept", endpoint="supervise-accept")
    def accept_supervisor(talk: str, user: int) -> Response:
        return respond(supervise_route.accept(_form(), talk, user))

    @routes.post("/supervise/<talk>/<int:user>/status", endpoint="supervise-status")
    def note_supervisor(talk: str, user: int) -> Response:
        del talk, user
        return respond(Answer(render_nothing()))

    @routes.post("/supervised/<talk>", endpoint="supervised")
    def announce_supervisor(talk: str) -> Response:
        return respond(supervise_route.announce(talk))

    @routes.post("/asked/<talk>/<row>/status", endpoint="asked-status")
    def note_asked(talk: str, row: str) -> Response:
        return respond(talk_route.asked_status(_form(), talk, row))

    @routes.post("/agent-after/<talk>", endpoint="agent-after")
    def leave_talk(talk: str) -> Response:
        return respond(talk_route.agent_left(_form(), talk))

    @routes.post("/conference/<room>", endpoint="conference")
    def note_conference(room: str) -> Response:
        return respond(talk_route.conference(_form(), room))

    @routes.post("/soon", endpoint="soon")
    def play_music() -> Response:
        return respond(talk_route.music())

    @routes.post("/callback", endpoint="callback")
    def begin_callback() -> Response:
        return respond(callback.begin_callback(_form(), request.args, turns))

    @routes.post("/text", endpoint="text")
    def note_text() -> Response:
        return respond(text.note_text(_form(), request.args, turns))

    @routes.post("/status", endpoint="status")
    def note_status() -> Response:
        return respond(status.note_status(_form(), request.args, turns))

    @routes.post("/recorded", endpoint="recorded")
    def note_recording() -> Response:
        return respond(recorded.note_recording(_form(), request.args, turns, clock))

    @routes.post("/fallback", endpoint="fallback")
    def apologise() -> Response:
        return respond(fallback.apologise(_form(), turns, error_responses))

    return routes


def _form() -> Form:
    """The form as the gate has read it."""
    return Form(asked().environ[READ_FIELDS])


def _instead(error: Exception) -> Result:
    match error:
        case LateError():
            return "late"
        case DatabaseUnavailableError():
            return "away"
        case RequestError():
            return "bad-request"
    return "broken"


def _call(environ: WSGIEnvironment) -> str:
    """The call that the request names, or nothing: what is no name of a call may be anything that a caller keyed."""
    named = environ.get(READ_FIELDS, _NO_QUERY).get("CallSid", "")
    return named if CALL_SID.fullmatch(named) else ""


class _Document(Response):
    """A document for the carrier, with all of its headers: nothing in it is to be completed, so nothing is looked for.

    What werkzeug makes of each response anew is made once: the status, and the headers that tell of a turn.
    """

    def __init__(self, body: bytes, told: dict[str, str]) -> None:
        self._status, self._status_code = "200 OK", 200
        self.headers = Headers()
        self.headers._list = [*_listed(tuple(told.items())), ("Content-Length", str(len(body)))]
        self._document = [body]
        self.response = self._document
        self.direct_passthrough = True
        self._on_close = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer."""
        start_response(self.status, self.headers.to_wsgi_list())
        return () if environ["REQUEST_METHOD"] == "HEAD" else self._document


@lru_cache(maxsize=1024)
def _listed(told: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The headers of a document; the ways of turns are few. Raises ValueError for a value of two lines."""
    return tuple(Headers([*told, ("Content-Type", "text/xml; charset=utf-8")]))


def _response(answer: Answer) -> Response:
    body = answer.document.encode()
    if len(body) > MAX_BYTES:
        raise RuntimeError(f"the document has {len(body)} bytes, more than Twilio takes")
    return _Document(body, answer.headers)
