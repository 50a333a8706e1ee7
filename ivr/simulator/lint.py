"""Reads a TwiML document without a call and tells what Twilio would refuse or warn of in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from ivr.simulator import codes
from ivr.simulator.attributes import Page
from ivr.simulator.carrier import DEMO_CALLER, DEMO_NUMBER, Carrier
from ivr.simulator.clock import VirtualClock
from ivr.simulator.effects import Send
from ivr.simulator.parameters import standard
from ivr.simulator.reader import Element, read
from ivr.simulator.sids import Sids
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import Response, Transport, TransportError
from ivr.simulator.twiml_notice import WebhookError
from ivr.simulator.verbs.registry import verbs_of
from ivr.simulator.verbs.unsimulated import Unsimulated
from ivr.simulator.webhooks import Webhooks
from value_class import value_class

FINAL = {"Redirect", "Hangup", "Reject"}
"""Verbs after which no other of their document is performed."""

CALL_SID = "CA" + "0" * 32


@value_class
class Finding:
    """One mistake in the document ``source`` (a file or a URL) at ``line``.

    ``code`` is Twilio's own number, 0 where it has none; ``then`` is what becomes of the call. ``error`` is True where
    nothing of the document is performed.
    """

    source: str
    line: int
    code: int
    name: str
    what: str
    then: str
    remedy: str
    error: bool = False

    def __str__(self) -> str:
        number = f"{self.code} " if self.code else ""
        return f"{self.source}:{self.line}: {number}{self.name}: {self.what}; {self.then}. {self.remedy}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        """The finding as one JSON object."""
        return asdict(self)


class _Lint(Page):
    """Collects findings in place of a call's warnings."""

    __slots__ = ("findings", "source")

    def __init__(self, url: str, source: str) -> None:
        super().__init__(url)
        self.source = source
        self.findings: list[Finding] = []

    def warn(self, code: int, element: Element, message: str, remedy: str = "", *, failure: bool = False) -> None:  # noqa: ARG002
        remedy = remedy or codes.REMEDIES.get(code, "")
        then = "the call goes on" if code else "Twilio itself would do more"
        name, what = codes.NAMES.get(code, "see Twilio's dictionary"), f"<{element.name}> {message}"
        self.findings.append(Finding(self.source, element.line, code, name, what, then, remedy))


def lint(body: bytes, source: str, *, url: str = "", content_type: str = "text/xml") -> list[Finding]:
    """Everything that is wrong in the document ``body``, in the order of its lines.

    ``url`` is where it came from, which is what its relative addresses are relative to.
    """
    page = _Lint(url, source)
    try:
        root = read(url, content_type, body)
        verbs = verbs_of(root, page)
    except WebhookError as error:
        return [_fatal(error, source)]
    for verb in verbs:
        if isinstance(verb, Unsimulated):
            page.warn(codes.NOT_SIMULATED, verb.element, verb.what, verb.remedy)
    page.findings += _never_reached(root, source)
    return sorted(page.findings, key=lambda finding: (finding.line, finding.code))


def lint_url(url: str, transport: Transport, carrier: Carrier) -> list[Finding]:
    """Ask ``url`` once, as it is asked when a call comes in, and look at the document that it answers with."""
    try:
        response = _fetch(url, transport, carrier)
    except WebhookError as error:
        return [_fatal(error, url)]
    return lint(response.body, url, url=response.url, content_type=response.headers.get("Content-Type") or "")


def _fetch(url: str, transport: Transport, carrier: Carrier) -> Response:
    transcript = Transcript(url, DEMO_CALLER, DEMO_NUMBER, CALL_SID)
    webhooks = Webhooks(carrier, VirtualClock(datetime(2026, 3, 10, tzinfo=UTC)), Sids(CALL_SID), transcript)
    params = standard(carrier, CALL_SID, "ringing", DEMO_CALLER, carrier.to or DEMO_NUMBER)
    asking = webhooks.ask(carrier.method, url, params)
    answer: Response | TransportError | None = None
    while True:
        try:
            effect = asking.send(answer)
        except StopIteration as done:
            response: Response = done.value
            return response
        answer = None
        if isinstance(effect, Send):
            try:
                answer = transport.send(effect.request, effect.timeout)
            except TransportError as error:
                answer = error


def _fatal(error: WebhookError, source: str) -> Finding:
    code = error.notice.code
    return Finding(
        source,
        error.notice.line or 1,
        code,
        codes.NAMES.get(code, "see Twilio's dictionary"),
        str(error),
        "nothing of the document is performed: the fallback takes over, or the call ends",
        codes.REMEDIES.get(code, ""),
        error=True,
    )


def _never_reached(root: Element, source: str) -> Iterator[Finding]:
    """Finds the first verb that stands after one which ends the document."""
    for before, after in zip(root.children, root.children[1:], strict=False):
        if before.name in FINAL:
            what = f"<{after.name}> stands after <{before.name}>"
            remedy = f"Take it out, or put it before <{before.name}>."
            yield Finding(source, after.line, 0, "never reached", what, "it is not performed", remedy)
            return
