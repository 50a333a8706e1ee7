"""A small web application that answers with the TwiML it is told to, and one call to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from ivr.simulator.call_setup import CallSetup, nothing_is_secret
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones.base import Phone
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.steps import Step
from ivr.simulator.transcript import Event, Observer, Transcript
from ivr.simulator.transports import Response, Transport, WsgiTransport

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CALL_SID = "CA" + "1" * 32
CALLER = "+5511987654321"
CALLED = "+551140030015"
ENTRY = "http://app.test/voice"
AT = datetime(2026, 3, 10, 13, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Received:
    """One request as the application saw it."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]
    url: str


@dataclass(frozen=True)
class Page:
    """One answer."""

    body: bytes
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/xml"),)


@dataclass
class WebApp:
    """Pages by path; a path with several gives them one after the other and then repeats the last."""

    pages: dict[str, list[Page]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)

    def page(self, path: str, *bodies: str) -> WebApp:
        """Answer ``path`` with <Response> around each body."""
        self.pages[path] = [Page(f"<Response>{body}</Response>".encode()) for body in bodies]
        return self

    def raw(self, path: str, *pages: Page) -> WebApp:
        """Answer ``path`` with exactly these."""
        self.pages[path] = list(pages)
        return self

    def to(self, path: str) -> list[Received]:
        """The requests for ``path``."""
        return [one for one in self.received if one.path == path]

    @property
    def last(self) -> Received:
        """The latest request."""
        return self.received[-1]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        form = dict(parse_qsl(environ["wsgi.input"].read(length).decode(), keep_blank_values=True))
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        headers = {name[5:].replace("_", "-").title(): value for name, value in environ.items() if name[:5] == "HTTP_"}
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        url = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}{path}{'?' + query if query else ''}"
        fields = dict(parse_qsl(query, keep_blank_values=True))
        self.received.append(Received(environ["REQUEST_METHOD"], path, fields, form, headers, url))
        pages = self.pages.get(path) or [Page(b"no such page", "404 Not Found")]
        page = pages.pop(0) if len(pages) > 1 else pages[0]
        start_response(page.status, list(page.headers))
        return [page.body]


def call(
    app: WebApp | Transport,
    *steps: Step,
    url: str = ENTRY,
    carrier: Carrier | None = None,
    conceals: Callable[[Response], bool] = nothing_is_secret,
    conceals_speech: Callable[[Response], bool] = nothing_is_secret,
    phone: Phone | None = None,
    observer: Observer | None = None,
    clock: VirtualClock | None = None,
    from_: str = CALLER,
) -> Transcript:
    """One call to ``app``, whose people follow ``steps``."""
    setup = CallSetup(
        url=url,
        transport=WsgiTransport(app) if isinstance(app, WebApp) else app,
        from_=from_,
        to=CALLED,
        call_sid=CALL_SID,
        clock=clock or VirtualClock(AT),
        carrier=carrier or Carrier(),
        conceals=conceals,
        conceals_speech=conceals_speech,
    )
    return place_call(setup, phone or ScriptedPhone(steps), observer)


def events(transcript: Transcript, kind: str) -> list[Event]:
    """The events of one kind, in their order."""
    return [event for event in transcript.events if event.kind == kind]


def said(transcript: Transcript) -> list[str]:
    """Everything that was spoken."""
    return sentences(event.as_dict() for event in transcript.events)


def sentences(told: Iterable[dict[str, Any]]) -> list[str]:
    """The texts that are said, and of several recordings in a row that make one sentence their words in one."""
    found, begun = list[str](), ""
    for event in told:
        text = event.get("text") if event["kind"] in {"say", "play"} else None
        if event["kind"] == "say" and begun:
            found, begun = [*found, begun], ""
        if text:
            begun = f"{begun} {text}".strip()
            if event["kind"] == "say" or text.endswith((".", "!", "?")):
                found, begun = [*found, begun], ""
    return [*found, begun] if begun else found


def codes(transcript: Transcript) -> list[int]:
    """The numbers of the warnings."""
    return [warning.code for warning in transcript.warnings]


def ended_by(transcript: Transcript) -> str:
    """Who hung up."""
    hangups: Sequence[Event] = events(transcript, "hangup")
    assert len(hangups) == 1
    assert transcript.events[-1] is hangups[0] or transcript.events[-1].get("callback")
    return str(hangups[0]["by"])
