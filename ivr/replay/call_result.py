"""``result_of`` reads how a call went, as far as expectations ask, from its transcript and its webhooks' answers."""

from __future__ import annotations

from ivr.flow.nodes.closure import EVERY_DESTINATION
from ivr.replay.stream_result import StreamResult, streams_of
from ivr.simulator.texts.text_message import TextMessage
from ivr.simulator.transcript import Transcript
from ivr.simulator.twiml_notice import TwimlNotice
from routing.closures import EVERYTHING
from value_class import value_class

STATES_HEADER = "X-IVR-States"
DESTINATION_HEADER = "X-IVR-Destination"
CLOSES_HEADER = "X-IVR-Closes"
OPENS_HEADER = "X-IVR-Opens"


@value_class
class CallResult:
    """The result of a call, as ``result_of`` reads it. ``warnings`` holds Twilio's number of each warning, ``duration``
    is in seconds.

    ``states`` and ``destination`` come from our own lines' tracing headers; ``traced`` is False where no answer of the
    call carried one, which is so for all other webhooks. ``dialled`` has each telephone rung, in order.

    ``failed`` is what failed in it, ``unperformed`` names the verbs at which it was stopped since they are not
    simulated, and ``unmet_steps`` what its people could not do. ``closes`` are the destinations that staff closed in
    it, each with the hours, and ``opens`` those that they opened. ``calls`` are those that the application made
    meanwhile through the API, ``texts`` those that it sent, and ``streams`` its media streams.
    """

    status: str
    error: str | None
    destination: str | None
    states: tuple[str, ...]
    requests: int
    warnings: tuple[int, ...]
    duration: float
    traced: bool
    dialled: tuple[str, ...] = ()
    to: str = ""
    failed: tuple[TwimlNotice, ...] = ()
    unperformed: tuple[str, ...] = ()
    unmet_steps: tuple[str, ...] = ()
    closes: tuple[tuple[str, int], ...] = ()
    opens: tuple[str, ...] = ()
    calls: tuple[CallResult, ...] = ()
    texts: tuple[TextMessage, ...] = ()
    streams: tuple[StreamResult, ...] = ()


def result_of(transcript: Transcript) -> CallResult:
    """Read how the call of ``transcript`` went."""
    states = headers(transcript, STATES_HEADER)
    destinations = headers(transcript, DESTINATION_HEADER)
    failed = [transcript.error] if transcript.error else []
    failed += [warning for warning in transcript.warnings if warning.failure]
    return CallResult(
        status=transcript.status,
        error=str(transcript.error.code) if transcript.error else None,
        destination=destinations[-1] if destinations else None,
        states=tuple(state.strip() for header in states for state in header.split(",") if state.strip()),
        requests=transcript.requests,
        warnings=tuple(warning.code for warning in transcript.warnings),
        duration=transcript.duration,
        traced=bool(states or destinations),
        dialled=tuple(event["to"] for event in transcript.events if event.kind == "dial"),
        to=transcript.to,
        failed=tuple(failed),
        unperformed=tuple(event["verb"] for event in transcript.events if event.kind == "unperformed"),
        unmet_steps=tuple(transcript.failures),
        closes=tuple(_closure(value) for value in headers(transcript, CLOSES_HEADER)),
        opens=tuple(_scope(value) for value in headers(transcript, OPENS_HEADER)),
        calls=tuple(result_of(call) for call in transcript.calls),
        texts=tuple(transcript.texts),
        streams=tuple(streams_of(transcript)),
    )


def _closure(value: str) -> tuple[str, int]:
    scope, _, hours = value.rpartition(" ")
    return _scope(scope), int(hours) if hours.isdecimal() else 0


def _scope(value: str) -> str:
    """A destination as scripts name it."""
    return EVERY_DESTINATION if value == EVERYTHING else value


def headers(transcript: Transcript, name: str) -> list[str]:
    """Return the header ``name`` of each answer that carries it, in the order of the answers."""
    key = name.lower()
    answers = [exchange.response.headers.named for exchange in transcript.exchanges if exchange.response]
    return [answer[key][0] for answer in answers if key in answer and answer[key][0]]
