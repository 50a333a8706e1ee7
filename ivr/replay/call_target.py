"""A call target is where a script is played: one of our lines in this process, or a webhook over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Protocol, runtime_checkable

from ivr.flow.line import Line
from ivr.replay.scenes.scene_stage import SceneTarget
from ivr.replay.script import DEFAULT_FROM, Script
from ivr.simulator.call_setup import ANY_SOCKET, CallSetup
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import Clock, VirtualClock
from ivr.simulator.phones import steps
from ivr.simulator.sockets import SocketTransport
from ivr.simulator.texts.account_texts import AccountTexts
from ivr.simulator.transports import Response, Transport

MakeClock = Callable[[datetime], Clock]
"""A clock for a call that comes in at the given moment."""

Conceals = Callable[[Response], bool]
"""Whether what is keyed and said into the gathers of an answer is secret."""

SECRET_HEADER = "X-IVR-Secret"  # noqa: S105 - a header's name
"""Set to 1 by our own lines where what is keyed into the answer's gathers must not be shown."""

SECRET_SPEECH_HEADER = "X-IVR-Secret-Speech"  # noqa: S105 - a header's name
"""Set to 1 where what the answer itself says must not be."""


class CallTarget(Protocol):
    """A place to play call scripts; ``target`` is its name in transcripts."""

    @property
    def target(self) -> str: ...

    @property
    def zone(self) -> tzinfo:
        """Return the zone in which the scripts' local times are read."""
        ...

    @property
    def ours(self) -> bool:
        """Return whether the line is one of ours, so that an error that the script does not expect is a failure."""
        ...

    @property
    def line(self) -> Line | None:
        """Return the menu and all else of the line; None where nothing is known of it."""
        ...

    def left_open(self, sid: str) -> Iterator[str]:
        """Yield what the call ``sid``, which was played last and has ended, left open behind the line."""
        ...

    def setup(self, script: Script) -> CallSetup:
        """Return everything that the call of ``script`` depends on."""
        ...


@runtime_checkable
class SceneHost(CallTarget, Protocol):
    """A call target on which scenes are played, too."""

    def scene(self, scene: Script) -> SceneTarget:
        """Return where the calls of ``scene`` are made: on one clock, and for a line of ours with data of its own."""
        ...


class UrlTarget:
    """Asks the webhook at ``url``. Nothing is known of it, so a call has the identity that ``new_sid`` gives it.

    ``sockets`` opens the websockets that its documents name.
    """

    ours = False
    line = None

    def __init__(
        self,
        url: str,
        transport: Transport,
        *,
        to: str,
        zone: tzinfo,
        carrier: Carrier,
        new_sid: Callable[[], str],
        make_clock: MakeClock = VirtualClock,
        conceals: Conceals | None = None,
        sockets: SocketTransport = ANY_SOCKET,
    ) -> None:
        self.target = url
        self.zone = zone
        self._transport = transport
        self._to = to
        self._carrier = carrier
        self._new_sid = new_sid
        self._make_clock = make_clock
        self._conceals = conceals or is_secret
        self._sockets = sockets

    def setup(self, script: Script) -> CallSetup:
        """Return the setup of the call of ``script``."""
        carrier = script.carrier.applied_to(self._carrier, self.target)
        from_, to = script.from_, carrier.to or self._to
        outbound = script.carrier.outbound(self.target) if is_answered_in_a_step(script) else None
        if outbound:
            carrier = replace(carrier, direction="outbound-api")
            from_, to = (to, from_) if script.carrier.to is None and from_ == DEFAULT_FROM else (from_, to)
        return CallSetup(
            url=self.target,
            transport=self._transport,
            from_=from_,
            to=to,
            call_sid=self._new_sid(),
            clock=self._make_clock(script.at.replace(tzinfo=self.zone)),
            carrier=carrier,
            conceals=self._conceals,
            conceals_speech=says_secret,
            title=script.title,
            outbound=outbound,
            texts=AccountTexts(script.texts) if script.texts else None,
            sockets=self._sockets,
        )

    def scene(self, scene: Script) -> SceneTarget:
        """Return the webhook for the calls of ``scene``."""
        carrier = scene.carrier.applied_to(self._carrier, self.target)
        return SceneTarget(
            name=self.target,
            entry=self.target,
            to=carrier.to or self._to,
            clock=VirtualClock(scene.at.replace(tzinfo=self.zone)),
            transport=self._transport,
            carrier=carrier,
            conceals=self._conceals,
            conceals_speech=says_secret,
            sockets=self._sockets,
        )

    def left_open(self, sid: str) -> Iterator[str]:  # noqa: ARG002
        """Yield nothing: what is behind the webhook is not known."""
        yield from ()


def is_answered_in_a_step(script: Script) -> bool:
    """Return whether a step says who picks up; without one an outbound call is answered at once."""
    return any(isinstance(step, steps.Called) for step in script.steps)


def is_secret(response: Response) -> bool:
    """Return whether our own line marks the answer's gathers as secret; other webhooks mark none."""
    return response.headers.get(SECRET_HEADER) == "1"


def says_secret(response: Response) -> bool:
    """Return whether our own line says something in the answer that no transcript may show."""
    return response.headers.get(SECRET_SPEECH_HEADER) == "1"


def all_is_secret(_: Response) -> bool:
    """Return True: for a webhook that marks nothing, when the caller of the command says that all is secret."""
    return True
