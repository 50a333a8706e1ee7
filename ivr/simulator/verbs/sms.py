"""<Sms>: a text is sent while the call goes on.

Source: Twilio's page on <Sms> of voice: to whoever is on the line, from the account's number, where it does not say;
SmsStatus is sending, or invalid where the text is not taken on. The vendor has deprecated the verb and performs it.
"""

from __future__ import annotations

from dataclasses import field
from typing import ClassVar, Self

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.effects import Steps
from ivr.simulator.reader import Element
from ivr.simulator.texting.reply_words import status_callback, words_of
from ivr.simulator.texting.text_fields import of_action
from ivr.simulator.texting.text_host import SendingVerb, send
from ivr.simulator.texts.text_message import TextDraft
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import Goto
from value_class import value_class


@value_class
class Sms:
    """The call goes on at ``action`` where there is one, and else with the next verb."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("action", "from", "method", "statusCallback", "to")

    url: str
    line: int
    body: str = field(repr=False)
    to: str | None = None
    from_: str | None = None
    action: str | None = None
    method: str = "POST"
    callback: StatusCallback | None = None
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Read what is to be sent; a relative address is one of the document's server."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        return cls(
            page.url,
            element.line,
            words_of(element),
            attributes.text("to"),
            attributes.text("from"),
            attributes.url("action") if attributes.text("action") else None,
            attributes.method(code=codes.MESSAGE_METHOD),
            status_callback(attributes),
        )

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Send it."""
        inbound = call.carrier.direction == "inbound"
        own, other = (call.to, call.from_) if inbound else (call.from_, call.to)
        draft = TextDraft(self.from_ or own, self.to or other, self.body, callback=self.callback)
        verb = SendingVerb("Sms", self.url, self.line, "outbound-call", call.document.secret_speech)
        message = yield from send(call, draft, verb)
        return Goto(self.action, self.method, of_action("Sms", message)) if self.action else None
