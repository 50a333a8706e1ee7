"""The verbs of a document that answers a text: <Message>, <Sms> as it was called before, and <Redirect>.

Sources: Twilio, "TwiML for Programmable Messaging" and its pages on <Message> and <Redirect>; the warnings are those of
its dictionary, 14101 to 14110.
"""

from __future__ import annotations

from dataclasses import field
from typing import Self, TypeAlias

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.reader import Element, read
from ivr.simulator.texting.reply_words import status_callback, words_of
from ivr.simulator.transports import Response
from value_class import value_class

VERBS_OF_CALLS = frozenset(
    {
        "Connect", "Dial", "Echo", "Enqueue", "Gather", "Hangup", "Leave", "Pause", "Pay", "Play", "Prompt", "Record",
        "Refer", "Reject", "Say", "Start", "Stop",
    }
)  # fmt: skip
"""Verbs that the vendor knows, and that answer no text (14110)."""

_ATTRIBUTES = ("action", "from", "method", "statusCallback", "to")


@value_class
class ReplyMessage:
    """A text that the application answers with; ``to`` and ``from_`` are None where the conversation says them.

    The document goes on at ``action`` where there is one, and what stands behind is never reached.
    """

    line: int
    name: str
    body: str = field(repr=False)
    to: str | None = None
    from_: str | None = None
    media: tuple[str, ...] = ()
    action: str | None = None
    method: str = "POST"
    callback: StatusCallback | None = None

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Read its words out of <Body> children, or of what stands in it without one."""
        attributes = Attributes(element, page, _ATTRIBUTES)
        bodies, media = [words_of(element)], list[str]()
        for child in element.children:
            if child.name == "Body" and element.name == "Message":
                bodies.append(words_of(child))
            elif child.name == "Media" and element.name == "Message":
                media.append(page.resolve(child.text))
            else:
                page.leave_out(child, element, "A <Message> holds <Body> and <Media>.")
        method = attributes.method(code=codes.MESSAGE_METHOD)
        action = attributes.url("action") if attributes.text("action") else None
        return cls(
            element.line,
            element.name,
            " ".join(filter(None, bodies)),
            attributes.text("to"),
            attributes.text("from"),
            tuple(media),
            action,
            method,
            status_callback(attributes),
        )


@value_class
class ReplyRedirect:
    """The conversation goes on with another document."""

    url: str
    method: str


ReplyVerb: TypeAlias = ReplyMessage | ReplyRedirect


def read_replies(response: Response, page: Page) -> tuple[ReplyVerb, ...]:
    """Return what ``response`` wants to be done; warnings go to ``page``. Raises WebhookError where it is no document.

    An answer without content wants nothing, and one in plain text is a text.
    """
    content_type = response.headers.get("Content-Type") or ""
    if response.status == 204 or (not response.body.strip() and not _is_xml(content_type)):
        return ()
    if content_type.lower().startswith("text/plain"):
        words = response.body.decode("utf-8", "replace").strip()
        return (ReplyMessage(1, "Message", words),) if words else ()
    root = read(response.url, content_type, response.body)
    Attributes(root, page, ())
    page.no_text(root, "Put it into a <Message>.")
    verbs: list[ReplyVerb] = []
    for element in root.children:
        match element.name:
            case "Message" | "Sms":
                verbs.append(ReplyMessage.read(element, page))
            case "Redirect":
                attributes = Attributes(element, page, ("method",))
                verbs.append(ReplyRedirect(page.resolve(element.own), attributes.method(code=codes.REDIRECT_METHOD)))
            case name if name in VERBS_OF_CALLS:
                what = "is a verb of calls and answers no text; it is left out"
                remedy = "Write <Message> or <Redirect>."
                page.warn(codes.MESSAGE_VERB, element, what, remedy, failure=True)
            case _:
                remedy = "Write <Message> or <Redirect>: case counts."
                page.warn(codes.SCHEMA_WARNING, element, "is no verb; it is left out", remedy, failure=True)
    return tuple(verbs)


def _is_xml(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in {"text/xml", "application/xml", "text/html"}
