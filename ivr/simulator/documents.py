"""Asks an application for documents and reads them into verbs, with what the vendor would warn of.

The same bytes from the same address always read the same, so a document that many calls ask for is read once.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.simulator import codes
from ivr.simulator.attributes import Page
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import Params
from ivr.simulator.reader import read
from ivr.simulator.remembered import remembered
from ivr.simulator.sounds import Sounds
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import Headers, Response
from ivr.simulator.twiml_notice import WebhookError
from ivr.simulator.verbs.call_control import TwimlDocument
from ivr.simulator.verbs.exits import Goto
from ivr.simulator.verbs.registry import verbs_of
from ivr.simulator.webhooks import Webhooks

REMEMBERED = 1024
"""Documents that are kept read; each is 64 kB at most, and most have two."""

WITHOUT_TIME = 200
"""Documents in a row in which no time passes: the application sends the call round in a circle."""


class Documents:
    """Asks the application of one call for its documents."""

    def __init__(self, setup: CallSetup, webhooks: Webhooks, sounds: Sounds, transcript: Transcript) -> None:
        self._setup = setup
        self._webhooks = webhooks
        self._sounds = sounds
        self._transcript = transcript
        self._in_a_row = 0

    def fetch(self, goto: Goto, params: Params) -> Steps[TwimlDocument]:
        """The document at ``goto``, which is told ``params``; raises WebhookError where there is none."""
        self._in_a_row += 1
        if self._in_a_row > WITHOUT_TIME:
            message = f"{WITHOUT_TIME} documents in a row and no time has passed: the call goes in a circle"
            remedy = "Let the caller hear something, or end the call, before it is sent on."
            raise WebhookError(codes.NOT_SIMULATED, message, goto.url, remedy=remedy)
        if goto.twiml is None:
            response = yield from self._webhooks.ask(goto.method, goto.url, params, secret=goto.secret)
        else:
            response = Response(200, Headers([("Content-Type", "text/xml")]), goto.twiml.encode(), goto.url)
        document = document_of(response)
        self._sounds.remember(response)
        self._transcript.warnings.extend(document.warnings)
        secret, secret_speech = self._setup.conceals(response), self._setup.conceals_speech(response)
        if secret or secret_speech:
            document = replace(document, secret=secret, secret_speech=secret_speech)
        return document

    def time_passes(self) -> None:
        """Count documents anew: time passes between them, so the call does not go in a circle."""
        self._in_a_row = 0


def document_of(response: Response) -> TwimlDocument:
    """The document in ``response``; raises WebhookError where it holds none."""
    return _read(response.url, response.headers.get("Content-Type") or "", response.body)


@remembered(REMEMBERED)
def _read(url: str, content_type: str, body: bytes) -> TwimlDocument:
    page = Page(url)
    verbs = verbs_of(read(url, content_type, body), page)
    return TwimlDocument(url, verbs, tuple(page.warnings))
