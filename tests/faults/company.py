"""The telephone company: it plays calls, keeps an account of every delivery, and never gives a turn up."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias
from urllib.parse import urlsplit

from lxml import etree

from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier, StatusCallback
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import Request, Response, Transport, TransportError
from tests.faults.served import PUBLIC_URL, TOKEN
from tests.line_server import ACCOUNT, CALLER, NUMBER, PADARIA

AT = datetime.fromisoformat("2026-03-10T10:30:00-03:00")
CARRIER = Carrier(ACCOUNT, TOKEN, status_callback=StatusCallback(f"{PUBLIC_URL}/twilio/status"))

Steps: TypeAlias = tuple[steps.Step, ...]

_TO_SUPPORT: Steps = (
    steps.Press("2"),
    steps.Press("2"),
    steps.Press(f"{PADARIA}#"),
    steps.Press("1234#"),
    steps.Press("0510003#"),
)

IDENTIFIED: Steps = (steps.Press("2"), steps.Press("*"), *_TO_SUPPORT, steps.Callee("answered", seconds=60))
"""Identified by document and password, transferred by access code, and served."""

QUEUED: Steps = (
    *(steps.Press(key) for key in "2*48*79*"),
    *_TO_SUPPORT,
    steps.Callee("busy"),
    steps.InQueue("wait", seconds=100),
    steps.InQueue("bridged"),
)
"""A caller who looks around, is identified, and waits in a queue: some of everything that a call writes."""

MESSAGE: Steps = (
    steps.Press("4"),
    steps.Press("3"),
    steps.Callee("busy"),
    steps.Press("1"),
    steps.Record(30),
    steps.Press("#"),
)
"""Out of the queue by a key, to leave a message."""

LOOKING: Steps = (*(steps.Press(key) for key in "2*48*79*2"), steps.HangUp())
"""A caller who looks around and hangs up."""

HOLD_ON = 60.0
"""Seconds after which a turn that nobody answers is a failure of the test."""


@dataclass(frozen=True)
class Delivery:
    """One request of a call that was answered, with its body and how often it was tried."""

    sid: str
    path: str
    response: Response
    tries: int
    seconds: float
    answered_at: float = field(default_factory=time.monotonic, compare=False)

    @property
    def number(self) -> int | None:
        """The turn's number; None for what is none."""
        path = urlsplit(self.path).path
        if path == "/twilio/voice":
            return 0
        before, _, number = path.rpartition("/")
        return int(number) if before == "/twilio/turn" else None

    @property
    def durable(self) -> bool:
        """Whether the answer is one that is stored: no apology, and none that was given without the database."""
        headers = self.response.headers
        return self.number is not None and "X-IVR-States" in headers and "X-IVR-Away" not in headers


@dataclass
class Account:
    """Every delivery that was answered; shared by threads."""

    deliveries: list[Delivery] = field(default_factory=list)
    durable: int = 0
    """How many of them are stored."""
    broken: int = 0
    """Deliveries that brought no answer."""
    odd: list[str] = field(default_factory=list)
    """Duplicates that were not answered with the same bytes."""
    answered: threading.Condition = field(default_factory=threading.Condition)

    def add(self, delivery: Delivery) -> None:
        with self.answered:
            self.deliveries.append(delivery)
            self.durable += delivery.durable
            self.answered.notify_all()

    def wait_for(self, more: int, seconds: float) -> None:
        """Until ``more`` turns more were answered with data, or that time has passed."""
        with self.answered:
            wanted = self.durable + more
            self.answered.wait_for(lambda: self.durable >= wanted, seconds)

    def of_calls(self) -> dict[str, list[Delivery]]:
        """The deliveries of each call, in the order in which they were answered."""
        calls: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in self.deliveries:
            calls[delivery.sid].append(delivery)
        return dict(calls)


class Insistent:
    """A transport that sends what is meant for PUBLIC_URL to ``url``, again and again until it is answered.

    One answer in ``1 / doubts`` is asked for once more at once, as where the answer was lost on its way back.
    ``meanwhile`` is done before each request, whose path and query it is told.
    """

    def __init__(
        self,
        inner: Transport,
        url: str,
        account: Account,
        *,
        rng: random.Random | None = None,
        doubts: float = 0.0,
        meanwhile: Callable[[str], None] | None = None,
    ) -> None:
        self._inner = inner
        self._url = url
        self._account = account
        self._rng = rng or random.Random(0)
        self._doubts = doubts
        self._meanwhile = meanwhile

    def send(self, request: Request, timeout: float) -> Response:
        sent = replace(request, url=request.url.replace(PUBLIC_URL, self._url, 1))
        if self._meanwhile:
            self._meanwhile(request.url.removeprefix(PUBLIC_URL))
        began = time.monotonic()
        tries = 0
        while True:
            tries += 1
            asked = time.monotonic()
            try:
                response = replace(self._inner.send(sent, timeout), url=request.url)
                break
            except TransportError as error:
                self._account.broken += 1
                if error.cause == "timeout" or time.monotonic() - began > HOLD_ON:
                    raise
                if tries > 1:
                    time.sleep(0.005)
        sid = dict(request.params).get("CallSid")
        if sid is None:
            return response  # the sound of a queue, which is nobody's turn
        path = request.url.removeprefix(PUBLIC_URL)
        self._account.add(Delivery(sid, path, response, tries, time.monotonic() - asked))
        if self._rng.random() < self._doubts:
            self._doubt(sent, path, response)
        return response

    def _doubt(self, sent: Request, path: str, response: Response) -> None:
        try:
            again = self._inner.send(sent, HOLD_ON)
        except TransportError:
            return
        if again.body != response.body:
            self._account.odd.append(path)


def setup_of(sid: str, transport: Transport, at: datetime = AT) -> CallSetup:
    """A call to the line, whose end is told to it."""
    return CallSetup(f"{PUBLIC_URL}/twilio/voice", transport, CALLER, NUMBER, sid, VirtualClock(at), CARRIER)


def play(sid: str, played: Steps, transport: Transport, at: datetime = AT) -> Transcript:
    """One call to its end."""
    return place_call(setup_of(sid, transport, at), ScriptedPhone(played))


def answers_of(transcript: Transcript) -> list[tuple[str, bytes | None]]:
    """What each webhook of the call was answered with: path and document. Recordings are fetched beside them."""
    answers = (
        (urlsplit(each.request.url).path, each.response.body if each.response else None)
        for each in transcript.exchanges
    )
    return [(path, document) for path, document in answers if not path.startswith("/audio/")]


def is_twiml(response: Response) -> bool:
    """A signed request got what the company can perform."""
    if response.status != 200 or not (response.headers.get("Content-Type") or "").startswith("text/xml"):
        return False
    return len(response.body) < 64 * 1024 and etree.fromstring(response.body).tag == "Response"


class Callers:
    """Several people who call one after the other, until they are told to stop."""

    def __init__(self, count: int, call: Callable[[int, int], None]) -> None:
        self._stop = threading.Event()
        self.errors: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, args=(each, call), daemon=True) for each in range(count)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Everybody ends the call they are in."""
        self._stop.set()
        for thread in self._threads:
            thread.join(4 * HOLD_ON)
        assert not any(thread.is_alive() for thread in self._threads)
        for error in self.errors:
            raise error

    def _run(self, caller: int, call: Callable[[int, int], None]) -> None:
        number = 0
        try:
            while not self._stop.is_set():
                call(caller, number)
                number += 1
        except BaseException as error:
            self.errors.append(error)
