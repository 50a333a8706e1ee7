"""A thread is the conversation of one telephone with one number of the account: texts come in, the application answers.

It is without input and output of its own, as a call is: it yields the requests and events of ``effects``. Sources:
Twilio, "Twilio's request to your incoming message Webhook URL" and "TwiML for Programmable Messaging"; the cookies of a
conversation are kept as those of a call are.
"""

from __future__ import annotations

from collections.abc import Callable

from ivr.simulator import codes
from ivr.simulator.attributes import Page
from ivr.simulator.carrier import MessagingWebhook, StatusCallback
from ivr.simulator.effects import Steps, Tell
from ivr.simulator.parameters import Params
from ivr.simulator.texting.reply_verbs import ReplyMessage, ReplyRedirect, ReplyVerb, read_replies
from ivr.simulator.texting.text_fields import of_action, of_inbound
from ivr.simulator.texting.text_host import SendingVerb, TextHost, send, told
from ivr.simulator.texts.text_message import TextDraft, TextMessage
from ivr.simulator.transports import Headers, Response
from ivr.simulator.twiml_notice import TwimlNotice, WebhookError
from ivr.simulator.webhooks import Webhooks
from value_class import value_class

RETRIEVALS = 20
"""Documents in a row for one text, after which the application goes in a circle (14106)."""


@value_class
class NextDocument:
    """The conversation goes on at ``url``, which is told ``params`` beside the fields of the text."""

    url: str
    method: str
    params: Params = ()


class TextThread:
    """The thread of ``host`` with ``webhook``. ``conceals`` says of an answer whether what is texted after it is
    secret, ``conceals_speech`` whether what it sends itself is; ``fails`` is told where it brought no document.
    """

    def __init__(
        self,
        host: TextHost,
        webhook: MessagingWebhook,
        conceals: Callable[[Response], bool],
        conceals_speech: Callable[[Response], bool],
        fails: Callable[[TwimlNotice], None],
    ) -> None:
        self._host = host
        self._webhook = webhook
        self._conceals = conceals
        self._conceals_speech = conceals_speech
        self._fails = fails
        self._webhooks = Webhooks(host.carrier, host.clock, host.sids, host.transcript)
        self._secret = conceals(Response(200, Headers(), b"", webhook.url))
        self._secret_speech = False

    def receive(self, draft: TextDraft) -> Steps[TextMessage]:
        """Let the text come in, and perform what the application answers."""
        host = self._host
        message = host.texts.receive(draft, host.sids.next, host.clock.now())
        message.secret = self._secret
        yield Tell(told(message, host.clock.elapsed()))
        params = of_inbound(host.carrier, message)
        goto = NextDocument(self._webhook.url, self._webhook.method)
        for _ in range(RETRIEVALS):
            page = Page(goto.url)
            verbs = yield from self._open(goto, params + goto.params, page)
            host.transcript.warnings.extend(page.warnings)
            following = yield from self._perform(verbs, message, page)
            if following is None:
                return message
            goto = following
        what = f"{RETRIEVALS} documents in a row for one text: the conversation goes in a circle"
        self._fails(TwimlNotice.of(codes.MESSAGE_RETRIEVALS, what, goto.url, failure=True))
        return message

    def _open(self, goto: NextDocument, params: Params, page: Page) -> Steps[tuple[ReplyVerb, ...]]:
        """Return the verbs of the document at ``goto``, or of the fallback's; none where both fail."""
        try:
            return (yield from self._fetch(goto, params, page))
        except WebhookError as error:
            failure = error
        fallback = self._webhook.fallback
        if fallback:
            self._host.transcript.warnings.append(failure.notice)
            extra = (("ErrorCode", str(failure.notice.code)), ("ErrorUrl", failure.url))
            try:
                return (yield from self._fetch(NextDocument(fallback.url, fallback.method), params + extra, page))
            except WebhookError as error:
                failure = error
        self._fails(failure.notice)
        return ()

    def _fetch(self, goto: NextDocument, params: Params, page: Page) -> Steps[tuple[ReplyVerb, ...]]:
        response = yield from self._webhooks.ask(goto.method, goto.url, params, secret=self._secret)
        page.url = response.url
        self._secret, self._secret_speech = self._conceals(response), self._conceals_speech(response)
        return read_replies(response, page)

    def _perform(self, verbs: tuple[ReplyVerb, ...], asked: TextMessage, page: Page) -> Steps[NextDocument | None]:
        """Send what the document wants to be sent; returns where the conversation goes on."""
        for verb in verbs:
            if isinstance(verb, ReplyRedirect):
                return NextDocument(verb.url, verb.method)
            goto = yield from self._reply(verb, asked, page)
            if goto is not None:
                return goto
        return None

    def _reply(self, verb: ReplyMessage, asked: TextMessage, page: Page) -> Steps[NextDocument | None]:
        # The page on <Message> says that ``action`` is asked for the next document, the vendor's own library that it is
        # told the statuses. Both hold: they come to it where no other address is named.
        callback = verb.callback or (StatusCallback(verb.action, verb.method) if verb.action else None)
        draft = TextDraft(verb.from_ or asked.to, verb.to or asked.from_, verb.body, verb.media, callback)
        where = SendingVerb(verb.name, page.url, verb.line, "outbound-reply", self._secret_speech)
        message = yield from send(self._host, draft, where)
        if verb.action is None:
            return None
        return NextDocument(verb.action, verb.method, of_action(verb.name, message))
