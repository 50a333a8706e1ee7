"""A line target plays scripts on one of our lines, in this process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from data.fixtures import Fixtures, FixturesError
from ivr.errors import ScriptError
from ivr.flow.line import Line
from ivr.replay.call_target import Conceals, MakeClock, is_answered_in_a_step, is_secret, says_secret
from ivr.replay.scenes.scene_stage import SceneOffice, SceneTarget
from ivr.replay.script import DEFAULT_AT, DEFAULT_FROM, Script
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier, StatusCallback
from ivr.simulator.clock import Clock, VirtualClock
from ivr.simulator.texts.account_texts import AccountTexts
from ivr.simulator.transports import Response, WsgiTransport
from ivr.source.diagnostics import Diagnostic, Mark
from wording import message, phrase

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BuildApp = Callable[[Callable[[], datetime], Fixtures | None], "WSGIApplication"]
"""Builds a line's application on a clock, with fixtures that go over the demo data (None: the demo data alone).

Raises FixturesError where the two do not fit together.
"""

STATUS = "/twilio/status"
"""Where our own lines are told how their calls end."""


class LineTarget:
    """Asks one of our lines as Twilio asks it, in this process and on a virtual clock.

    Scripts without ``fixtures`` share one application and its data. Before each of them ``forget`` has it forget how
    long callers waited: nearly all scripts call within the same hour, and none is to hear of another one's call. A
    script with fixtures gets an application of its own, and so does one in the manner of another caller: what that
    leaves behind is looked for, and is no other's. ``carrier`` holds the account and the token that the application
    checks signatures with. ``office`` gives what acts on the application that was built last, by a clock.
    """

    ours = True

    def __init__(
        self,
        target: str,
        build: BuildApp,
        *,
        entry: str,
        to: str,
        zone: tzinfo,
        carrier: Carrier,
        make_clock: MakeClock = VirtualClock,
        conceals: Conceals | None = None,
        line: Line | None = None,
        left_open: Callable[[str], Iterator[str]] | None = None,
        office: Callable[[Clock], SceneOffice] | None = None,
        forget: Callable[[], None] = lambda: None,
    ) -> None:
        self.target = target
        self.zone = zone
        self.line = line
        self._left_open = left_open
        self._office = office
        self._forget = forget
        self._build = build
        self._entry = entry
        self._to = to
        self._carrier = carrier
        self._make_clock = make_clock
        self._conceals = conceals or is_secret
        # An application outlives one call, so the time that it goes by is that of the call being played.
        self._clock: Clock = VirtualClock(DEFAULT_AT.replace(tzinfo=zone))
        self._shared: WsgiTransport | None = None
        self._kept: dict[str, Response] = {}
        """The line's recordings, whose addresses are digests of them."""

    def setup(self, script: Script) -> CallSetup:
        """Return the setup of the call of ``script``; raise ScriptError where its fixtures cannot be made."""
        if script.has_no_call:
            told = message(
                "line-takes-no-texts",
                "a line of ours answers no texts; let the script call it, or play it with the URL of an application",
            )
            raise ScriptError([Diagnostic(script.mark, told)])
        transport = self._transport(script)
        self._clock = self._make_clock(script.at.replace(tzinfo=self.zone))
        carrier = script.carrier.applied_to(self._carrier, self._entry)
        if script.manner and carrier.status_callback is None:
            # What such a call leaves open is looked for; the line must have been told that it is over.
            carrier = replace(carrier, status_callback=StatusCallback(urljoin(self._entry, STATUS)))
        from_, to = script.from_, carrier.to or self._to
        outbound = script.carrier.outbound(self._entry) if is_answered_in_a_step(script) else None
        if outbound:
            carrier = replace(carrier, direction="outbound-api")
            from_, to = (to, from_) if script.carrier.to is None and from_ == DEFAULT_FROM else (from_, to)
        return CallSetup(
            url=self._entry,
            transport=transport,
            from_=from_,
            to=to,
            call_sid=_call_sid(script),
            clock=self._clock,
            carrier=carrier,
            conceals=self._conceals,
            conceals_speech=says_secret,
            title=script.title,
            outbound=outbound,
            texts=AccountTexts(script.texts) if script.texts else None,
        )

    def scene(self, scene: Script) -> SceneTarget:
        """Return the line for the calls of ``scene``, with data of its own; raise ScriptError as ``setup`` does."""
        clock = VirtualClock(scene.at.replace(tzinfo=self.zone))
        transport = self._own(scene, clock.now)
        carrier = scene.carrier.applied_to(self._carrier, self._entry)
        if carrier.status_callback is None:
            carrier = replace(carrier, status_callback=StatusCallback(urljoin(self._entry, STATUS)))
        return SceneTarget(
            name=self.target,
            entry=self._entry,
            to=carrier.to or self._to,
            clock=clock,
            transport=transport,
            carrier=carrier,
            ours=True,
            conceals=self._conceals,
            conceals_speech=says_secret,
            office=self._office(clock) if self._office else None,
        )

    def left_open(self, sid: str) -> Iterator[str]:
        """Yield what the call left open in the database of the application that it was played on."""
        yield from self._left_open(sid) if self._left_open else ()

    def _transport(self, script: Script) -> WsgiTransport:
        if script.fixtures is None and script.manner is None:
            self._shared = self._shared or WsgiTransport(self._build(self._now, None), self._kept)
            self._forget()
            return self._shared
        return self._own(script, self._now)

    def _own(self, script: Script, now: Callable[[], datetime]) -> WsgiTransport:
        """An application for ``script`` alone."""
        try:
            return WsgiTransport(self._build(now, script.fixtures), self._kept)
        except FixturesError as error:
            mark = Mark(error.place.file, error.place.line, error.place.column)
            raise ScriptError([Diagnostic(mark, phrase("'fixtures': {fault}", fault=error.message))]) from None

    def _now(self) -> datetime:
        return self._clock.now()


def _call_sid(script: Script) -> str:
    """The same for a script in every replay, and different for every script."""
    identity = f"{script.mark.file}#{script.number}" + (f" {script.manner.title}" if script.manner else "")
    return "CA" + hashlib.sha256(identity.encode()).hexdigest()[:32]
