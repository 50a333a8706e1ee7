"""A conversation of texts alone lets a person text the application, which answers; no call is made."""

from __future__ import annotations

import math
from collections.abc import Callable

from ivr.simulator import acts
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import MessagingWebhook
from ivr.simulator.moments import Moment
from ivr.simulator.phones.base import Phone
from ivr.simulator.sids import Sids
from ivr.simulator.texting.lone_host import LoneTextHost
from ivr.simulator.texting.text_thread import TextThread
from ivr.simulator.texts.account_texts import AccountTexts
from ivr.simulator.texts.text_message import TextDraft, TextMessage
from ivr.simulator.timetable import Timetable
from ivr.simulator.transcript import Event, Observer, Transcript
from ivr.simulator.twiml_notice import TwimlNotice


class TextConversation:
    """The texts of ``setup.from_`` with ``setup.to``, whose webhook is ``setup.url``. ``observer`` is told each event
    as it begins, and ``others`` lets come to its end what the application sent otherwise.
    """

    def __init__(
        self, setup: CallSetup, observer: Observer | None = None, others: Callable[[], None] = lambda: None
    ) -> None:
        self.setup = setup
        self._others = others
        self.transcript = Transcript(setup.url, setup.from_, setup.to, setup.call_sid, call=setup.title)
        self._observers = [observer] if observer else []
        self._timetable = Timetable()
        carrier = setup.carrier
        texts = setup.texts or AccountTexts()
        texts.numbers |= {carrier.to or setup.to, *carrier.numbers}
        self._host = LoneTextHost(
            carrier,
            setup.clock,
            Sids(setup.call_sid),
            texts,
            setup.transport,
            self.transcript,
            self._timetable.add,
            self.hear,
        )
        fallback = carrier.messaging.fallback if carrier.messaging else carrier.fallback
        webhook = MessagingWebhook(setup.url, carrier.method, fallback)
        self._thread = TextThread(self._host, webhook, setup.conceals, setup.conceals_speech, self._fail)

    def send(self, body: str, media: tuple[str, ...] = (), to: str | None = None) -> TextMessage:
        """Text ``body``; returns when the application has answered, and what it sent has come to its end."""
        draft = TextDraft(self.setup.from_, to or self._host.carrier.to or self.setup.to, body, media)
        message = self._host.run(self._thread.receive(draft))
        self.settle()
        return message

    def play(self, phone: Phone) -> Transcript:
        """Let ``phone`` text as long as it wants to."""
        self._observers.append(phone.notice)
        while (act := phone.act(Moment("texting", "Message", None))) is not None:
            self.setup.clock.advance_to(self.setup.clock.elapsed() + act.after)
            match act:
                case acts.SendText(body=body, to=to, media=media):
                    self.send(body, media, to)
                case acts.GiveUp(reason=reason):
                    self.transcript.failures.append(reason)
                    break
                case _:
                    break
        self.transcript.duration = self.setup.clock.elapsed()
        if unfinished := phone.ended():
            self.transcript.failures.append(unfinished)
        return self.transcript

    def settle(self) -> None:
        """Let everything that was sent come to its end."""
        while self._timetable.due < math.inf:
            self.setup.clock.advance_to(self._timetable.due)
            self._timetable.next()()
        self._others()

    def hear(self, event: Event) -> None:
        """Write ``event`` down and let the people hear of it."""
        self.transcript.events.append(event)
        for observer in self._observers:
            observer(event)

    def _fail(self, notice: TwimlNotice) -> None:
        self.transcript.error = self.transcript.error or notice


def converse(setup: CallSetup, phone: Phone, observer: Observer | None = None) -> Transcript:
    """Text the application of ``setup`` as ``phone`` wants to, and return what happened."""
    return TextConversation(setup, observer).play(phone)
