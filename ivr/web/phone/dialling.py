"""``Dialling`` leads a call from a page to this server's own webhooks, to a line with its own clock and data, or to any
webhook of this machine.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from data.turns import turns_of
from ivr.replay.call_target import is_secret, says_secret
from ivr.replay.script import Script, improvised
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN, Carrier, StatusCallback
from ivr.simulator.clock import RealClock
from ivr.simulator.loopback import LOOPBACK_SOCKETS, LoopbackTransport, refusal_of
from ivr.web.phone.errors import PhoneError
from value_class import value_class

if TYPE_CHECKING:
    from data.database import Database
    from data.turns import TurnRecord
    from ivr.call.lines import Lines
    from ivr.flow.line import Line
    from ivr.replay.line_target import LineTarget
    from ivr.settings import Settings

Mode: TypeAlias = Literal["live", "rehearsal"]

ANY_APP_NUMBER = "+551140030015"
"""What is dialled at a URL, of which no line is known."""


class Rehearse(Protocol):
    """Makes a line anew with the demo data, for one call: its target, and the database that it has alone."""

    def __call__(self, line: Line) -> tuple[LineTarget, Database]: ...


@value_class
class DialledTarget:
    """A call that may begin. ``name`` is the line's, or the webhook's address; ``turns`` are those that the call's line
    has stored, where that can be read; ``recorded`` says whether the line plays recordings.
    """

    setup: CallSetup
    script: Script
    name: str
    ours: bool
    mode: Mode
    zone: tzinfo
    turns: Callable[[str], list[TurnRecord]] | None = None
    close: Callable[[], None] = lambda: None
    recorded: bool = False

    @property
    def target(self) -> str:
        """Return what a script of the call names as its target."""
        return self.name

    @property
    def trial(self) -> bool:
        """Return whether the call is one of this server's own calls, and so is marked."""
        return self.ours and self.mode == "live"


class Dialling:
    """Dials. ``webhooks`` is where this server's own webhooks are reached, which believe to be at the public URL, and
    ``api_url`` where recordings of their calls are.
    """

    def __init__(
        self,
        settings: Settings,
        lines: Callable[[], Lines],
        database: Database,
        webhooks: str,
        api_url: str,
        rehearse: Rehearse,
        clock: RealClock,
    ) -> None:
        self._lines = lines
        self._database = database
        self._webhooks = webhooks
        self._public = settings.public_url or webhooks
        self._rehearse = rehearse
        self._clock = clock
        self.carrier = Carrier(
            settings.account_sid or DEMO_ACCOUNT,
            settings.auth_token or DEMO_TOKEN,
            status_callback=StatusCallback(f"{self._public}/twilio/status"),
            api_url=api_url,
        )

    def line(self, name: str) -> Line:
        """Return the line of that name, as it is now. Raises PhoneError."""
        lines = [engine.line for engine in self._lines()]
        found = next((line for line in lines if line.name == name), None)
        if found is None:
            raise PhoneError("unknown-line", f"there is no such line; there are {', '.join(one.name for one in lines)}")
        return found

    def line_of_number(self, number: str) -> Line:
        """Return the line with that number; another one where none has it."""
        lines = [engine.line for engine in self._lines()]
        return next((line for line in lines if line.header.number == number), lines[0])

    def stored_turns(self, sid: str) -> list[TurnRecord]:
        """Return the turns of a live call, as the webhooks have stored them."""
        return _reader(self._database)(sid)

    def own_transport(self) -> LoopbackTransport:
        """Return the way to this server's webhooks, and to nothing that is not on this machine."""
        return LoopbackTransport(self._public, self._webhooks)

    def live(self, name: str, from_: str) -> DialledTarget:
        """Dial a line of this server, now."""
        line = self.line(name)
        transport = self.own_transport()
        setup = CallSetup(
            url=f"{self._public}/twilio/voice",
            transport=transport,
            from_=from_,
            to=line.header.number,
            call_sid=f"CA{secrets.token_hex(16)}",
            clock=self._clock,
            carrier=self.carrier,
            conceals=is_secret,
            conceals_speech=says_secret,
            sockets=LOOPBACK_SOCKETS,
        )
        now = self._clock.now().astimezone(line.header.zone).replace(tzinfo=None)
        script = replace(improvised(line.name), from_=from_, at=now)
        return self.dialled_line(line, setup, script, "live", self.stored_turns, transport.close)

    def dialled_line(
        self,
        line: Line,
        setup: CallSetup,
        script: Script,
        mode: Mode,
        turns: Callable[[str], list[TurnRecord]],
        close: Callable[[], None] = lambda: None,
    ) -> DialledTarget:
        """Return a call of a line of this server as it may begin."""
        header = line.header
        return DialledTarget(setup, script, line.name, True, mode, header.zone, turns, close, header.recorded)

    def rehearsal(self, name: str, from_: str, at: datetime | None) -> DialledTarget:
        """Dial a line at a moment of the caller's choice (its local time, naive; None: now), with its own demo data."""
        line = self.line(name)
        at = at or self._clock.now().astimezone(line.header.zone).replace(tzinfo=None)
        target, database = self._rehearse(line)
        script = replace(improvised(line.name), from_=from_, at=at)
        setup = replace(target.setup(script), sockets=LOOPBACK_SOCKETS)
        return self.dialled_line(line, setup, script, "rehearsal", _reader(database), database.close)

    def any_app(self, url: str, from_: str) -> DialledTarget:
        """Dial a webhook of this machine. Raises PhoneError for any other address."""
        if refused := refusal_of(url):
            raise PhoneError("bad-address", f'"url": {refused}')
        transport = LoopbackTransport()
        now = self._clock.now().astimezone()
        setup = CallSetup(
            url=url,
            transport=transport,
            from_=from_,
            to=ANY_APP_NUMBER,
            call_sid=f"CA{secrets.token_hex(16)}",
            clock=RealClock(),
            conceals=is_secret,
            conceals_speech=says_secret,
            sockets=LOOPBACK_SOCKETS,
        )
        script = replace(improvised(url), from_=from_, at=now.replace(tzinfo=None))
        zone = now.tzinfo
        assert zone is not None  # noqa: S101 - astimezone gives one
        return DialledTarget(setup, script, url, False, "live", zone, close=transport.close)


def _reader(database: Database) -> Callable[[str], list[TurnRecord]]:
    def turns(sid: str) -> list[TurnRecord]:
        with database.reading() as connection:
            return turns_of(connection, sid)

    return turns
