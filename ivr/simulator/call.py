"""One telephone call to a webhook, from the first ring to the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import Clock
from ivr.simulator.effects import Ask, Pass, Send, Tell
from ivr.simulator.interpreter import Interpreter
from ivr.simulator.phones.base import Phone
from ivr.simulator.transcript import Observer, Transcript
from ivr.simulator.transports import Response, Transport, TransportError


def nothing_is_secret(_: Response) -> bool:
    """Of another's webhook nothing is known to be secret."""
    return False


@dataclass(frozen=True, slots=True)
class CallSetup:
    """Everything that a call depends on.

    ``url`` is the entry webhook, ``from_`` the caller's number, ``to`` the number dialled. ``conceals`` says of a
    response whether what the caller keys or says into its gathers is secret; it is then shown as ``•`` marks.
    """

    url: str
    transport: Transport
    from_: str
    to: str
    call_sid: str
    clock: Clock
    carrier: Carrier = field(default_factory=Carrier)
    conceals: Callable[[Response], bool] = nothing_is_secret
    title: str | None = None


def place_call(setup: CallSetup, phone: Phone, observer: Observer | None = None) -> Transcript:
    """Make the call and tell what happened.

    ``observer`` is called with each event as it begins. Whatever the webhook does is part of the transcript and
    raises nothing.
    """
    transcript = Transcript(setup.url, setup.from_, setup.to, setup.call_sid, call=setup.title)
    effects = Interpreter(setup, transcript).run()
    answer: Any = None
    while True:
        try:
            effect = effects.send(answer)
        except StopIteration:
            break
        answer = None
        match effect:
            case Send(request, timeout):
                try:
                    answer = setup.transport.send(request, timeout)
                except TransportError as error:
                    answer = error
            case Ask(moment):
                answer = phone.act(moment)
            case Pass(until):
                setup.clock.advance_to(until)
            case Tell(event):
                transcript.events.append(event)
                phone.notice(event)
                if observer:
                    observer(event)
    unfinished = phone.ended()
    if unfinished:
        transcript.failures.append(unfinished)
    return transcript
