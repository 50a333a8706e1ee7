"""The turns of a played call, as the tracing headers of our own lines tell them: the way through the menu."""

from __future__ import annotations

from ivr.replay.call_result import DESTINATION_HEADER, STATES_HEADER
from ivr.replay.coverage import parse_edges
from ivr.simulator.transcript import Exchange, Transcript
from value_class import value_class

EDGES_HEADER = "X-IVR-Edges"


@value_class
class TracedTurn:
    """One request for a document and its answer.

    ``t`` is the second of the call at which it was made, ``begins`` the place of its event in the transcript;
    ``states`` were entered and ``edges`` walked by its answer, in order, and ``destination`` is where that sent the
    call, or which service it told to be closed. Webhooks of others tell none of these.
    """

    t: float
    begins: int
    states: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    destination: str | None = None


def traced_turns(transcript: Transcript) -> tuple[TracedTurn, ...]:
    """Return the turns of the call; status callbacks and the fetching of sounds are none."""
    answers = iter([each for each in transcript.exchanges if not each.callback])
    turns: list[TracedTurn] = []
    for place, event in enumerate(transcript.events):
        if event.kind != "request" or event.get("callback") or event.get("media"):
            continue
        exchange = next(answers, None)
        turns.append(
            TracedTurn(
                event.t,
                place,
                tuple(state.strip() for state in _header(exchange, STATES_HEADER).split(",") if state.strip()),
                tuple(parse_edges(_header(exchange, EDGES_HEADER))),
                _header(exchange, DESTINATION_HEADER) or None,
            )
        )
    return tuple(turns)


def _header(exchange: Exchange | None, name: str) -> str:
    return (exchange.response.headers.get(name) or "") if exchange and exchange.response else ""
