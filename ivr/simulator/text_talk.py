"""A test leads a conversation of texts: each ``text`` returns when the application has answered it."""

from __future__ import annotations

from ivr.simulator.call_setup import CallSetup
from ivr.simulator.phone_call import WebhookRequest, failures_of, request_of
from ivr.simulator.phones import steps
from ivr.simulator.phones.prompt_log import PromptLog
from ivr.simulator.phones.steps import Wanted
from ivr.simulator.text_conversation import TextConversation
from ivr.simulator.texts.text_message import TextMessage
from ivr.simulator.transcript import Transcript


class TextTalk:
    """One conversation of a telephone with the application; every method that does something returns it."""

    def __init__(self, setup: CallSetup) -> None:
        self.clock = setup.clock
        self._log = PromptLog()
        self._conversation = TextConversation(setup, self._log.notice)
        self._expected: set[int | str] = set()

    def text(self, body: str, *, media: tuple[str, ...] = (), to: str | None = None) -> TextTalk:
        """Send the next text; ``to`` another number than the one that was texted first."""
        self._log.texted()
        self._conversation.send(body, media, to)
        return self

    def receives(self, text: Wanted) -> TextTalk:
        """Require that a text which holds ``text`` (None: any text) came since the last one that was sent."""
        if missing := self._log.missing([steps.Texted(text)]):
            raise AssertionError(missing[1])
        return self

    def receives_nothing(self) -> TextTalk:
        """Require that no text came since the last one that was sent."""
        if not self._log.missing([steps.Texted(None)]):
            raise AssertionError(f"a text came: {self.texts[-1].body!r}")
        return self

    def expects(self, *failures: int) -> TextTalk:
        """Let what fails by these numbers of Twilio's not fail the test: ``talk.expects(14110)``."""
        self._expected |= set(failures)
        return self

    @property
    def texts(self) -> list[TextMessage]:
        """Return the texts that the application sent so far, each with its ``to``, ``body`` and ``status``."""
        return list(self.transcript.texts)

    @property
    def transcript(self) -> Transcript:
        """Return what has happened so far."""
        return self._conversation.transcript

    @property
    def requests(self) -> list[WebhookRequest]:
        """Return the requests so far; status callbacks are not among them."""
        return [request_of(exchange) for exchange in self.transcript.exchanges if not exchange.callback]

    @property
    def callbacks(self) -> list[WebhookRequest]:
        """Return the status callbacks so far."""
        return [request_of(exchange) for exchange in self.transcript.exchanges if exchange.callback]

    @property
    def failures(self) -> list[str]:
        """Return what failed so far and is not expected, each in one line."""
        return failures_of(self.transcript, self._expected, "the conversation")
