"""<Stream>: the sound of the call goes to an application over a websocket, and comes back where it is connected.

Sources: Twilio's <Stream> page; the error dictionary for what goes wrong (31920 and its neighbours). <Start> goes on at
once, <Connect> when the application has closed the websocket.
"""

from __future__ import annotations

from typing import Final, Self
from urllib.parse import urlsplit, urlunsplit

from ivr.simulator import acts, codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.effects import Steps
from ivr.simulator.moments import Moment
from ivr.simulator.reader import Element
from ivr.simulator.streaming.stream_plan import INBOUND, OUTBOUND
from ivr.simulator.verbs import unsimulated
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.connect_outcome import ConnectOutcome
from ivr.simulator.verbs.exits import CallEnded
from ivr.simulator.verbs.streams import RunningStream, StreamOrder
from value_class import value_class

TRACKS: Final = {
    "inbound_track": (INBOUND,),
    "outbound_track": (OUTBOUND,),
    "both_tracks": (INBOUND, OUTBOUND),
}

MOST_OF_A_PARAMETER: Final = 500
"""Characters of its name and its value together."""

_SECURE: Final = {"http": "ws", "https": "wss"}


@value_class
class ConnectedStream:
    """The noun of a <Connect>: the caller talks with the application until that closes the websocket."""

    order: StreamOrder

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Read a <Stream> that goes both ways."""
        return cls(read_order(element, page, two_way=True))

    def run(self, call: CallControl) -> Steps[ConnectOutcome]:
        """Stream, and let the caller press keys; the outcome says how the call ended, where it did meanwhile."""
        running = yield from call.streams.begin(self.order)
        ended: CallEnded | None = None
        try:
            while running in call.streams.running:
                act = yield from call.ask(Moment("connected", "Connect", None))
                if isinstance(act, acts.Press):
                    yield from _press(call, running, act.digits)
        except CallEnded as end:
            ended = end
        finally:
            running.stream.stop()
        yield from call.streams.finish(running)
        return ConnectOutcome(ended=ended)


@value_class
class StartedStream:
    """A <Stream> inside of <Start>: the application hears the call, and is not heard."""

    order: StreamOrder

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Read a <Stream> that goes one way."""
        return cls(read_order(element, page, two_way=False))

    def start(self, call: CallControl) -> Steps[None]:
        """Begin it; the call goes on at once."""
        yield from call.streams.begin(self.order)


def stop(call: CallControl, name: str) -> Steps[None]:
    """End the one-way stream of that name."""
    yield from call.streams.stop(name)


def _press(call: CallControl, running: RunningStream, digits: str) -> Steps[None]:
    """Let the application hear of each key as it is pressed, a second apart."""
    for number, key in enumerate(digits):
        if number:
            yield from call.key("  ")
        running.stream.press(key)
    yield from call.pressed(digits)


def read_order(element: Element, page: Page, *, two_way: bool) -> StreamOrder:
    """Read a <Stream>; what is wrong in it is a warning."""
    attributes = Attributes(element, page, unsimulated.ATTRIBUTES["Stream"])
    attributes.not_simulated("audioFormat", "connectorName", "sampleRate")
    track = attributes.choice("track", "inbound_track", TRACKS, code=codes.STREAM_TRACK)
    if two_way and track != "inbound_track":
        what = f"takes inbound_track only inside <Connect>, not {track}"
        page.warn(codes.STREAM_TRACK, element, what, failure=True)
        track = "inbound_track"
    callback = attributes.url("statusCallback") if attributes.text("statusCallback") else None
    method = attributes.method("statusCallbackMethod")
    return StreamOrder(
        _address(element, page, attributes),
        (attributes.text("name") or "").strip(),
        TRACKS[track],
        StatusCallback(callback, method) if callback else None,
        _parameters(element, page),
        two_way,
        page.url,
        element.line,
    )


def _address(element: Element, page: Page, attributes: Attributes) -> str:
    written = (attributes.text("url") or "").strip()
    if not written:
        page.warn(codes.STREAM_HANDSHAKE, element, "has no url", "Write a wss:// address.", failure=True)
        return ""
    url = websocket_address(page.resolve(written), relative=not urlsplit(written).scheme)
    parts = urlsplit(url)
    if parts.scheme == "ws" and urlsplit(written).scheme == "ws":
        what = "has a ws:// address, which is taken on this machine only"
        page.warn(codes.SCHEMA_WARNING, element, what, "Write wss://: the vendor takes nothing else.")
    if parts.query:
        what = "has a query in its url, which is left out"
        page.warn(codes.STREAM_HANDSHAKE, element, what, "Use <Parameter> for your own values.", failure=True)
    return urlunsplit(parts._replace(query="", fragment=""))


def websocket_address(url: str, *, relative: bool) -> str:
    """Return ``url`` as that of a websocket: one that was written ``relative`` has the scheme of its document."""
    scheme, colon, rest = url.partition(":")
    return f"{_SECURE[scheme]}{colon}{rest}" if relative and scheme in _SECURE else url


def _parameters(element: Element, page: Page) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for child in element.children:
        if child.name != "Parameter":
            page.leave_out(child, element, "Take it out: a <Stream> holds <Parameter>s.")
            continue
        inside = Attributes(child, page, unsimulated.ATTRIBUTES["Parameter"])
        name, value = inside.text("name") or "", inside.text("value") or ""
        if not name:
            page.warn(codes.SCHEMA_WARNING, child, "has no name; it is left out", "Give it one.", failure=True)
        elif len(name) + len(value) > MOST_OF_A_PARAMETER:
            what = f"has more than {MOST_OF_A_PARAMETER} characters in name and value; it is left out"
            page.warn(codes.SCHEMA_WARNING, child, what, "Make it shorter.", failure=True)
        else:
            found.append((name, value))
    return tuple(found)
