"""A text host is where texts happen: a call, a conversation of texts alone, or the account's API.

Its ``later`` and ``report`` let a text come to its end: queued, sent, and delivered or not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from ivr.simulator.carrier import Carrier, StatusCallback
from ivr.simulator.clock import Clock
from ivr.simulator.effects import Steps, Tell
from ivr.simulator.parameters import Params
from ivr.simulator.sids import Sids
from ivr.simulator.texting.text_fields import of_status
from ivr.simulator.texts.account_texts import UNREACHABLE, AccountTexts
from ivr.simulator.texts.refusals import TextRefusedError
from ivr.simulator.texts.text_message import TextDraft, TextMessage
from ivr.simulator.transcript import Event, Transcript
from ivr.simulator.twiml_notice import TwimlNotice
from value_class import value_class

SENDING = 1.0
"""Seconds from the moment at which a text is taken on to the one at which it has left."""

DELIVERING = 2.0
"""Seconds from then on until the telephone has it, or it is known that it never will."""


class TextHost(Protocol):
    """A text host is the place where texts are sent, as far as sending needs it."""

    @property
    def carrier(self) -> Carrier:
        """The account."""
        ...

    @property
    def clock(self) -> Clock:
        """The time that statuses change by."""
        ...

    @property
    def sids(self) -> Sids:
        """Identifiers for texts."""
        ...

    @property
    def transcript(self) -> Transcript:
        """Return where warnings stand."""
        ...

    @property
    def texts(self) -> AccountTexts:
        """Return the texts of the account."""
        ...

    def later(self, seconds: float, errand: Callable[[], Steps[None]]) -> None:
        """Run ``errand`` in ``seconds``."""
        ...

    def report(self, callback: StatusCallback, params: Params) -> Steps[None]:
        """Tell ``callback`` nothing but ``params``."""
        ...


@value_class
class SendingVerb:
    """A verb that sends a text: its ``name``, and where it stands. What is ``secret`` in it no transcript shows."""

    name: str
    url: str
    line: int
    direction: Literal["outbound-call", "outbound-reply"]
    secret: bool = False


def send(host: TextHost, draft: TextDraft, verb: SendingVerb) -> Steps[TextMessage | None]:
    """Send what ``verb`` wants to be sent; returns None, with a warning, where the vendor would not."""
    try:
        message = host.texts.send(draft, verb.direction, host.sids.next, host.clock.now())
    except TextRefusedError as error:
        what = f"<{verb.name}> sends nothing: {error.message}"
        notice = TwimlNotice.of(error.code_in_twiml, what, verb.url, verb.line, failure=True)
        host.transcript.warnings.append(notice)
        return None
    host.transcript.texts.append(message)
    message.secret = verb.secret
    event = told(message, host.clock.elapsed())
    yield Tell(event)
    follow(host, message, event)
    return message


def told(message: TextMessage, second: float) -> Event:
    """Return the event that tells ``message``; people read it also where it is secret."""
    return Event(second, "text", message.details(), message.body)


def follow(host: TextHost, message: TextMessage, event: Event | None = None) -> None:
    """Let ``message``, which was taken on just now, come to its end; ``event`` is what tells of it."""
    fate = host.texts.fate(message.to)

    def move(status: str, error: int | None = None) -> Steps[None]:
        message.move(status, host.clock.now(), error)
        if event is not None:
            event.details["status"] = status
            if error is not None:
                event.details["error"] = error
        if message.callback:
            yield from host.report(message.callback, of_status(host.carrier, message))

    def leave() -> Steps[None]:
        if fate.status == "failed":
            yield from move("failed", fate.error or UNREACHABLE)
            return
        yield from move("sent")
        if fate.status != "sent":
            host.later(DELIVERING, arrive)

    def arrive() -> Steps[None]:
        yield from move(fate.status, (fate.error or UNREACHABLE) if fate.status == "undelivered" else None)

    host.later(SENDING, leave)
