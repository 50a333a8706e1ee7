"""The media streams of a call: begun by its document or by the API, told of to their status callbacks, stopped.

Sources: Twilio's <Stream> page (status callbacks), and that of the Stream resource. A stream runs beside the call; as
long as one does, the call's clock goes by real time, and the call takes note of its news twenty times a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Protocol

from ivr.simulator import acts, codes
from ivr.simulator.acts import Act
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.effects import OpenStream, Steps
from ivr.simulator.moments import Moment
from ivr.simulator.signature import sign
from ivr.simulator.sockets import Handshake
from ivr.simulator.streaming import stream_news as news
from ivr.simulator.streaming.media_stream import MediaStream
from ivr.simulator.streaming.stream_news import HeardStream
from ivr.simulator.streaming.stream_plan import INBOUND, StreamPlan
from ivr.simulator.transcript import Event
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs.reported_call import ReportedCall
from ivr.simulator.verbs.websocket_address import shown_address
from value_class import value_class

LOOK = 0.05
"""Seconds after which the call takes note of what its streams bring."""

OPENING = 5.0
"""Real seconds for a websocket to open."""

CLOSING = 3.0
"""Seconds for a stream to end that was told to."""

ENDINGS = frozenset({1000, 1001, 1005})
"""Close codes with which an application ends a stream as it should."""

USER_AGENT = "TwilioMediaStreams/1.0"


@value_class
class StreamOrder:
    """A stream order is what a <Stream> says, or a request to the API, which stands at ``line`` of ``page``."""

    url: str
    name: str = ""
    tracks: tuple[str, ...] = (INBOUND,)
    callback: StatusCallback | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    two_way: bool = False
    page: str = ""
    line: int | None = None


@dataclass(slots=True, eq=False)
class OrderedStream:
    """A stream that was ordered: it is to begin, runs, or is ``stopped``."""

    sid: str
    order: StreamOrder
    stopped: bool = False

    @property
    def status(self) -> str:
        """Return how it stands, in the vendor's words."""
        return "stopped" if self.stopped else "in-progress"


@dataclass(slots=True, eq=False)
class RunningStream:
    """A stream that runs, and the event that stands for it in the transcript."""

    ordered: OrderedStream
    stream: MediaStream
    event: Event
    sound: Event | None = None

    @property
    def sid(self) -> str:
        """Return its identifier."""
        return self.ordered.sid

    @property
    def order(self) -> StreamOrder:
        """Return what was ordered."""
        return self.ordered.order

    @property
    def name(self) -> str:
        """Return what its status callbacks call it."""
        return self.order.name or self.sid


class StreamedCall(ReportedCall, Protocol):
    """A call whose sound is streamed."""

    @property
    def faults(self) -> CarrierFaults:
        """Return what goes wrong on the account now."""
        ...

    def tell(self, kind: str, **details: Any) -> Steps[Event]:
        """Write down that something begins to happen."""
        ...

    def later(self, seconds: float, errand: Callable[[], Steps[Act | None]]) -> None:
        """Run ``errand`` in ``seconds``."""
        ...

    def wait(self, seconds: float) -> Steps[None]:
        """Let ``seconds`` pass."""
        ...


class Streams:
    """The streams of ``call`` that run."""

    def __init__(self, call: StreamedCall) -> None:
        self._call = call
        self.running: list[RunningStream] = []
        self._ordered: list[OrderedStream] = []

    def order(self, order: StreamOrder) -> OrderedStream:
        """Note a stream that is to begin."""
        self._ordered.append(OrderedStream(self._call.sids.next("MZ"), order))
        return self._ordered[-1]

    def find(self, name: str) -> OrderedStream | None:
        """Return the last stream of that identifier or name."""
        return next((one for one in reversed(self._ordered) if name and name in {one.sid, one.order.name}), None)

    def begin_ordered(self, ordered: OrderedStream) -> Steps[None]:
        """Begin a stream that the API ordered."""
        yield from self._begin(ordered)

    def begin(self, order: StreamOrder) -> Steps[RunningStream]:
        """Begin a stream; the call goes on at once."""
        return (yield from self._begin(self.order(order)))

    def _begin(self, ordered: OrderedStream) -> Steps[RunningStream]:
        call, order, sid = self._call, ordered.order, ordered.sid
        faults = call.faults
        headers = (
            ("User-Agent", USER_AGENT),
            ("X-Twilio-Signature", sign(call.carrier.auth_token, order.url)),
        )
        event = yield from call.tell(
            "stream",
            stream=order.name or sid,
            url=shown_address(order.url),
            two_way=order.two_way,
            stream_sid=sid,
            outcome=None,
        )
        call.clock.hold_to_real_time()
        stream = yield OpenStream(
            StreamPlan(
                Handshake(order.url, headers, beside=True),
                call.carrier.account_sid,
                call.call_sid,
                sid,
                order.tracks,
                order.parameters,
                order.two_way,
                OPENING,
                slow=faults.slow_streams,
                breaks=faults.broken_streams,
            )
        )
        running = RunningStream(ordered, stream, event)
        self.running.append(running)
        call.transcript.streams.append(stream)
        call.later(LOOK, lambda: self._look(running))
        return running

    def stop(self, name: str) -> Steps[None]:
        """End the one-way stream of that name, or identifier; where there is none, nothing ends."""
        for running in [one for one in self.running if not one.order.two_way and name in {one.order.name, one.sid}]:
            yield from self.finish(running)

    def finish(self, running: RunningStream) -> Steps[None]:
        """Tell the application that the stream is over, and wait for it."""
        call = self._call
        running.stream.stop()
        until = call.clock.elapsed() + CLOSING * call.clock.pace
        while running in self.running and not running.stream.is_over and call.clock.elapsed() < until:
            yield from call.wait(LOOK / 2)
        yield from self._take_news(running)

    def finish_all(self) -> Steps[None]:
        """End all streams: the call is over."""
        for running in list(self.running):
            running.stream.stop()
        for running in list(self.running):
            yield from self.finish(running)

    def let_go(self) -> None:
        """Stop what still runs, without a word to the call: it is driven no further."""
        for running in self.running:
            running.stream.stop()

    # The people in the call

    def heard(self, moment: Moment) -> HeardStream:
        """Return how the stream stands that the people in ``moment`` can tell of; the line sounds as it does in it."""
        for running in self.running:
            running.stream.line_sounds(sounds=_line_sounds(moment))
        talked_with = next((one for one in self.running if one.order.two_way), self.running[-1])
        return talked_with.stream.heard

    def say(self, sound: bytes) -> None:
        """Let the caller make a sound."""
        for running in self.running:
            running.stream.say(sound)

    # News

    def _look(self, running: RunningStream) -> Steps[Act | None]:
        """Take note of what came, again and again; a <Connect> is over with its stream."""
        if running not in self.running:
            return None
        yield from self._take_news(running)
        if running in self.running:
            self._call.later(LOOK, lambda: self._look(running))
            return None
        return acts.Parted() if running.order.two_way else None

    def _take_news(self, running: RunningStream) -> Steps[None]:
        over = running.stream.is_over
        while running.stream.news:
            yield from self._note(running, running.stream.news.popleft())
        if over and running in self.running:
            self.running.remove(running)
            running.ordered.stopped = True
            self._call.clock.let_go_of_real_time()

    def _note(self, running: RunningStream, came: news.StreamNews) -> Steps[None]:
        call, name = self._call, running.name
        match came:
            case news.Opened():
                running.event.details["outcome"] = "started"
                yield from self._report(running, "stream-started")
            case news.NotOpened(cause=cause, reason=reason):
                running.event.details["outcome"] = "failed"
                yield from self._failed(running, codes.STREAM_CAUSES[cause], reason)
            case news.SoundBegan():
                running.sound = yield from call.tell("sound", stream=name, seconds=None)
            case news.SoundEnded(seconds=seconds) if running.sound:
                running.sound.details["seconds"] = seconds
            case news.MarkPlayed(name=mark, cleared=cleared):
                yield from call.tell("mark", stream=name, mark=mark, cleared=cleared)
            case news.Cleared(seconds=seconds):
                yield from call.tell("clear", stream=name, seconds=round(seconds, 2))
            case news.BadlySent(code=code, number=number, why=why, harmless=harmless):
                what = f"message {number} that the application sent into the stream cannot be taken: {why}"
                yield from call.tell("stream_message", stream=name, number=number, why=why, code=code)
                self._warn(running, code, what, failure=not harmless)
            case news.StreamClosed():
                yield from self._closed(running, came)

    def _closed(self, running: RunningStream, closed: news.StreamClosed) -> Steps[None]:
        seconds = round(running.stream.heard.at, 2)
        running.event.details |= {"outcome": "stopped", "by": closed.by, "seconds": seconds}
        yield from self._call.tell(
            "stream_ended",
            stream=running.name,
            two_way=running.order.two_way,
            by=closed.by,
            code=closed.code,
            seconds=seconds,
            sound=round(running.stream.heard.sound, 3),
        )
        if closed.by == "lost":
            yield from self._failed(running, codes.STREAM_BROKEN, "the websocket was broken off", tell=False)
        elif closed.by == "app" and closed.code not in ENDINGS:
            reason = f" ({closed.reason})" if closed.reason else ""
            what = f"the application closed the websocket with {closed.code}{reason}"
            yield from self._failed(running, codes.STREAM_CLOSED, what, tell=False)
        yield from self._report(running, "stream-stopped")

    def _failed(self, running: RunningStream, code: int, reason: str, *, tell: bool = True) -> Steps[None]:
        if tell:
            yield from self._call.tell("stream_ended", stream=running.name, by="carrier", reason=reason)
        self._warn(running, code, reason, failure=True)
        yield from self._report(running, "stream-error", f"{code} - {codes.NAMES[code]}: {reason}")

    def _warn(self, running: RunningStream, code: int, what: str, *, failure: bool) -> None:
        order = running.order
        place = f"<Stream> {shown_address(order.url)}" if order.page else f"the stream {running.sid}"
        notice = TwimlNotice.of(
            code, f"{place}: {what}", order.page or shown_address(order.url), order.line, failure=failure
        )
        self._call.transcript.warnings.append(notice)

    def _report(self, running: RunningStream, event: str, error: str = "") -> Steps[None]:
        callback = running.order.callback
        if callback is None:
            return
        params = [
            *self._call.identity(),
            ("StreamSid", running.sid),
            ("StreamName", running.name),
            ("StreamEvent", event),
            *([("StreamError", error)] if error else ()),
            ("Timestamp", self._call.clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
        ]
        yield from self._call.report(callback, tuple(params))


def _line_sounds(moment: Moment) -> bool:
    """Whether the caller hears something of the line in ``moment``."""
    return moment.kind == "playing" and moment.verb != "Pause"
