"""A host of texts beside any call: it drives their steps over a transport, by a timetable that others go by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ivr.simulator import codes
from ivr.simulator.carrier import Carrier, StatusCallback
from ivr.simulator.clock import Clock
from ivr.simulator.effects import Effect, Send, Steps, Tell
from ivr.simulator.parameters import Params
from ivr.simulator.sids import Sids
from ivr.simulator.texts.account_texts import AccountTexts
from ivr.simulator.transcript import Event, Transcript
from ivr.simulator.transports import Transport, TransportError
from ivr.simulator.tunnel import through
from ivr.simulator.twiml_notice import TwimlNotice, WebhookError
from ivr.simulator.webhooks import Webhooks

T = TypeVar("T")


class LoneTextHost:
    """``at`` lets something be done at a second of the clock, and ``hears`` is told each event as it begins."""

    def __init__(
        self,
        carrier: Carrier,
        clock: Clock,
        sids: Sids,
        texts: AccountTexts,
        transport: Transport,
        transcript: Transcript,
        at: Callable[[float, Callable[[], None]], None],
        hears: Callable[[Event], None],
    ) -> None:
        self.carrier = carrier
        self.clock = clock
        self.sids = sids
        self.texts = texts
        self.transcript = transcript
        self._transport = through(carrier.tunnel, transport)
        self._at = at
        self._hears = hears
        self._webhooks = Webhooks(carrier, clock, sids, transcript)

    def later(self, seconds: float, errand: Callable[[], Steps[None]]) -> None:
        """Run ``errand`` in ``seconds``."""
        self._at(self.clock.elapsed() + seconds, lambda: self.run(errand()))

    def report(self, callback: StatusCallback, params: Params) -> Steps[None]:
        """Tell ``callback`` nothing but ``params``; an answer that refuses it is noted as a warning."""
        try:
            yield from self._webhooks.ask(callback.method, callback.url, params, aside="callback")
        except WebhookError as error:
            what = f"the callback was refused: {error}"
            self.transcript.warnings.append(TwimlNotice.of(codes.CALLBACK_REFUSED, what, error.url))

    def run(self, steps: Steps[T]) -> T:
        """Do ``steps`` to their end, and return what they come to."""
        answer: Any = None
        while True:
            try:
                effect: Effect = steps.send(answer)
            except StopIteration as done:
                result: T = done.value
                return result
            answer = None
            match effect:
                case Tell(event):
                    self._hears(event)
                case Send(request, timeout):
                    try:
                        answer = self._transport.send(request, timeout)
                    except TransportError as error:
                        answer = error
                case _:
                    raise AssertionError(f"texts ask for no {type(effect).__name__}")
