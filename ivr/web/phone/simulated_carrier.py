"""``SimulatedCarrier`` is the telephone company of this server's pages: phones, their calls, and what drives these.

Live calls meet on one switchboard, which the line's own REST client reaches as well. A rehearsal has a clock of its
own, and a foreign webhook may hang: each of these has a switchboard, and so a thread, of its own. A switchboard is
never asked for while the carrier's own lock is held.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ivr.logs import place_of
from ivr.replay.call_target import is_secret, says_secret
from ivr.replay.script import improvised
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.clock import RealClock
from ivr.simulator.loopback import LOOPBACK_SOCKETS
from ivr.simulator.rest.callees import CalleeBehaviour, CalleePhone
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.verbs.exits import CallEnded
from ivr.web.phone.browser_call import BrowserCall
from ivr.web.phone.dialling import DialledTarget, Dialling
from ivr.web.phone.errors import PhoneError
from ivr.web.phone.limits import PhoneLimits
from ivr.web.phone.page_phone import FIRST, PagePhone, as_line

if TYPE_CHECKING:
    from twilio.rest import Client

    from ivr.simulator.rest.party import Party

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Between two looks at phones without a page, and calls that have lasted too long."""

STOP_SECONDS = 1.0
"""For which calls that are hung up when the server stops may still tell their webhooks so."""

MarkTrial = Callable[[str, datetime], None]
"""Writes down that the call of that identifier, which is about to begin at that moment, is a trial."""

REST = "http://rest.test"
"""Where the client believes the carrier's API to be: nowhere (RFC 2606), it is asked in this process."""

LEFT = as_line({"kind": "bye", "why": "left"})


class SimulatedCarrier:
    """All phones and calls of this server's pages.

    ``mark_trial`` is done before a live call begins: where it fails, the call is not made. ``warm`` is done once, when
    the first page has a phone and no call yet. ``stopwatch`` gives seconds that only grow.
    """

    def __init__(
        self,
        dialling: Dialling,
        mark_trial: MarkTrial,
        clock: RealClock,
        limits: PhoneLimits,
        warm: Callable[[], object],
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self.dialling = dialling
        self._mark_trial = mark_trial
        self._clock = clock
        self._warm = warm
        self._stopwatch = stopwatch
        self._phones: dict[str, PagePhone] = {}
        self._calls: dict[str, BrowserCall] = {}
        self._beginning = 0
        self._lock = threading.Lock()
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="routing")
        self._stopping = threading.Event()
        self._begun = False
        self.switchboard = Switchboard(
            clock,
            dialling.own_transport(),
            carrier=dialling.carrier,
            conceals=is_secret,
            # A call's identifier is remembered for ever: those of another start of the server must not come again.
            seed=secrets.token_hex(16),
            ring=self._ring_page,
            sockets=LOOPBACK_SOCKETS,
        )

    # Phones

    def register(self, number: str | None) -> PagePhone:
        """Give a page a telephone with ``number`` (None: the next one that is free). Raises PhoneError."""
        with self._lock:
            if self._stopping.is_set():
                raise PhoneError("away", "the server stops; try again in a moment")
            if len(self._phones) >= self.limits.phones:
                raise PhoneError("too-many", f"{self.limits.phones} phones are open; close a page that has one")
            taken = {phone.number for phone in self._phones.values()}
            if number in taken:
                raise PhoneError("number-taken", "another page has that number; leave it out, and get a free one")
            number = number or next(free for each in range(len(taken) + 1) if (free := f"+{FIRST + each}") not in taken)
            phone = PagePhone(f"ph_{secrets.token_urlsafe(12)}", number, self._stopwatch())
            self._phones[phone.id] = phone
            self._begin()
        return phone

    def phone(self, identity: str) -> PagePhone:
        """Return the phone. Raises PhoneError."""
        with self._lock:
            phone = self._phones.get(identity)
        if phone is None:
            raise PhoneError("unknown-phone", "there is no such phone any more; register one anew")
        return phone

    def number_of(self, identity: str) -> str | None:
        """Return the number of the phone; None where there is none of that identity."""
        with self._lock:
            phone = self._phones.get(identity)
        return phone.number if phone else None

    def leave(self, phone: PagePhone) -> None:
        """Hang up, and take the phone off."""
        with self._lock:
            self._phones.pop(phone.id, None)
            calls = [call for call in self._calls.values() if phone in (call.owner, call.other) and not call.over]
        for call in calls:
            self._hang_up(call, "caller" if phone is call.owner else "callee")
        phone.log.end(LEFT)

    def calls_of(self, phone: PagePhone) -> list[str]:
        """Return the calls that go on at the phone."""
        with self._lock:
            return [call.id for call in self._calls.values() if phone in (call.owner, call.other) and not call.over]

    def reached(self, phone: PagePhone) -> None:
        """Take note that its page was there just now."""
        phone.seen = self._stopwatch()

    # Calls

    def call(self, identity: str) -> BrowserCall:
        """Return the call. Raises PhoneError."""
        with self._lock:
            call = self._calls.get(identity)
        if call is None:
            raise PhoneError("unknown-call", "there is no such call any more; make another one")
        return call

    def place(self, phone: PagePhone, dial: Callable[[], DialledTarget]) -> BrowserCall:
        """Make a call from the phone to where ``dial`` leads. Raises PhoneError."""
        with self._lock:
            if any(call.owner is phone and not call.over for call in self._calls.values()):
                raise PhoneError("busy", "this phone is in a call already; hang up first")
            if self._going_on() >= self.limits.calls:
                raise PhoneError("too-many", f"{self.limits.calls} calls go on; wait for one to end")
            self._beginning += 1
        try:
            dialled = dial()
            if dialled.trial:
                self._mark_trial(dialled.setup.call_sid, self._clock.now())
            call = self._new_call(dialled, phone)
            shared = dialled.trial
            switchboard = self.switchboard if shared else Switchboard.of(dialled.setup)
            with switchboard.held():
                if shared:
                    switchboard.numbers.add(dialled.setup.to)
                party = switchboard.connect(dialled.setup, call.phone, thinks=False)
                call.put_on(switchboard, party)
                with self._lock:
                    self._calls[call.id] = call
        finally:
            with self._lock:
                self._beginning -= 1
        if not shared:
            threading.Thread(target=self._drive, args=(switchboard.run, switchboard), name="call", daemon=True).start()
        return call

    def look(self) -> None:
        """Hang up phones whose pages have gone and calls that last too long, and forget old calls."""
        now = self._stopwatch()
        with self._lock:
            for phone in self._phones.values():
                if phone.log.readers:
                    phone.seen = now
            gone = [one for one in self._phones.values() if now - one.seen > self.limits.alone_seconds]
            calls = list(self._calls.values())
        for phone in gone:
            self.leave(phone)
        for call in calls:
            if not call.over and call.lasts > self.limits.call_seconds and not call.ended_by_limit:
                call.ended_by_limit = True
                self._hang_up(call, "carrier")
        ended = sorted((one for one in calls if one.ended_at is not None), key=lambda one: one.ended_at or 0.0)
        too_many = max(len(ended) - self.limits.kept_calls, 0)
        for place, call in enumerate(ended):
            if place < too_many or now - (call.ended_at or now) > self.limits.kept_seconds:
                self._forget(call)

    def client(self) -> Client:
        """Return a client of the vendor's for this carrier, as the line has one for its own: calls that it asks for
        ring at a page. It needs no address, and gives none away.
        """
        from twilio.http.http_client import TwilioHttpClient
        from twilio.rest import Client

        from ivr.simulator.rest.app import rest_app
        from ivr.simulator.rest.in_process import InProcess

        http = TwilioHttpClient()
        http.session.mount(REST, InProcess(rest_app(self.switchboard)))
        account = self.switchboard.carrier
        client = Client(account.account_sid, account.auth_token, http_client=http)
        client.api.base_url = REST
        return client

    def stop(self) -> None:
        """Hang up every call, let that be told for a moment, and end what drives them."""
        self._stopping.set()
        with self._lock:
            calls = [call for call in self._calls.values() if not call.over]
        for call in calls:
            self._hang_up(call, "carrier")
        until = time.monotonic() + STOP_SECONDS
        while any(not call.over for call in calls) and time.monotonic() < until:
            time.sleep(0.02)
        for switchboard in {id(one): one for one in (self.switchboard, *(call.switchboard for call in calls))}.values():
            switchboard.close()

    def _begin(self) -> None:
        """Start what drives live calls, at the first phone: a server whose pages are not opened has no thread more."""
        if not self._begun:
            self._begun = True
            live = partial(self._drive, self.switchboard.serve, self.switchboard)
            threading.Thread(target=live, name="live calls", daemon=True).start()
            threading.Thread(target=self._look_again, name="phones", daemon=True).start()

    def _look_again(self) -> None:
        self._quietly(self._warm)
        while not self._stopping.wait(LOOK_SECONDS):
            self._quietly(self.look)

    def _quietly(self, do: Callable[[], object]) -> None:
        try:
            do()
        except Exception as error:
            log.error("broken", extra={"error": type(error).__name__, "at": place_of(error)})

    def _drive(self, drive: Callable[[], None], switchboard: Switchboard) -> None:
        """Let calls go on. One that breaks the simulator ends those on its switchboard, and no others."""
        while True:
            try:
                drive()
                return
            except Exception as error:
                log.error("broken", extra={"error": type(error).__name__, "at": place_of(error)})
                with switchboard.held():
                    for call in [one for one in self._all() if one.switchboard is switchboard and not one.over]:
                        call.break_off()
                        switchboard.drop(call.party)

    def _all(self) -> list[BrowserCall]:
        with self._lock:
            return list(self._calls.values())

    def _going_on(self) -> int:
        return self._beginning + sum(not call.over for call in self._calls.values())

    def _new_call(self, dialled: DialledTarget, owner: PagePhone | None) -> BrowserCall:
        return BrowserCall(
            f"ca_{secrets.token_urlsafe(12)}",
            dialled,
            owner,
            self._ringing_at,
            self._everybody,
            self._reading,
            self._stopwatch,
            self._call_of,
        )

    def _call_of(self, party: Party) -> BrowserCall | None:
        return next((call for call in self._all() if call.party is party), None)

    def _hang_up(self, call: BrowserCall, by: str) -> None:
        with call.switchboard.held():
            if call.party.call.live:
                if by == "callee":
                    call.other_leaves()
                else:
                    call.switchboard.interrupt(call.party, CallEnded(by))

    def _forget(self, call: BrowserCall) -> None:
        with self._lock:
            self._calls.pop(call.id, None)
        with call.switchboard.held():
            call.switchboard.forget(call.party)

    def _everybody(self) -> Iterator[PagePhone]:
        with self._lock:
            return iter(list(self._phones.values()))

    def _ringing_at(self, number: str) -> list[PagePhone]:
        """The page that has the number; every page, where none has."""
        with self._lock:
            phones = list(self._phones.values())
        return [phone for phone in phones if phone.number == number] or phones

    # Calls that the line makes

    def _ring_page(self, setup: CallSetup) -> Party:
        """Connect a call that the line makes: it rings at the page with that number, else at every page."""
        self._mark_trial(setup.call_sid, self._clock.now())
        with self._lock:
            phones = list(self._phones.values())
            owner = next((phone for phone in phones if phone.number == setup.to), None)
            engaged = any(call.owner is owner and not call.over for call in self._calls.values()) if owner else False
            full = self._going_on() >= self.limits.calls
        if not phones or engaged or full:
            behaviour = CalleeBehaviour("no-answer" if not phones else "busy")
            return self.switchboard.connect(setup, CalleePhone(behaviour))
        line = self.dialling.line_of_number(setup.from_)
        heard = replace(setup, conceals_speech=says_secret)
        now = self._clock.now().astimezone(line.header.zone).replace(tzinfo=None)
        script = replace(improvised(line.name), from_=setup.to, at=now)
        dialled = self.dialling.dialled_line(line, heard, script, "live", self.dialling.stored_turns)
        call = self._new_call(dialled, owner)
        party = self.switchboard.connect(heard, call.phone, thinks=False)
        call.put_on(self.switchboard, party)
        with self._lock:
            self._calls[call.id] = call
        return party
