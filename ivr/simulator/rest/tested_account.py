"""The account of a test: its API answers the application under test, and its calls are led by the test.

A call that the test leads stands still between two steps; those that the application makes through the API go on
meanwhile by the same clock, as far as that call does, and to their ends when the test is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import VirtualClock
from ivr.simulator.phones.base import Phone
from ivr.simulator.phones.steps import Step
from ivr.simulator.rest.account import AccountSeed
from ivr.simulator.rest.app import rest_app
from ivr.simulator.rest.callees import CalleeBehaviour, Callees
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.sockets import SocketTransport
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import Transport

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Callee = CalleeBehaviour | Sequence[Step]
"""How somebody answers whom the application calls: as a behaviour says, or by steps."""


class TestedAccount:
    """The account; ``api`` is its API, to which ``point_client_at`` and ``every_client_at`` lead clients."""

    __test__ = False  # pytest takes a class of this name for one of tests

    def __init__(
        self,
        clock: VirtualClock,
        transport: Transport,
        sockets: SocketTransport,
        seed: AccountSeed,
        callees: Mapping[str, Callee],
        carrier: Carrier,
    ) -> None:
        self.clock = clock
        self.switchboard = Switchboard(
            clock,
            transport,
            carrier=carrier,
            callees=Callees({**seed.callees, **callees}),
            sockets=sockets,
            account=seed,
        )
        self.api: WSGIApplication = rest_app(self.switchboard)
        self._led: set[str] = set()

    @property
    def calls(self) -> list[Transcript]:
        """Return what happened in the calls that the application made so far, the first one first."""
        parties = reversed(self.switchboard.calls())
        return [party.call.transcript for party in parties if party.sid not in self._led]

    def finish(self) -> None:
        """Let all calls go on to their ends; in those that the test leads, the callers do nothing more."""
        self.switchboard.run()

    def drive(self, setup: CallSetup, phone: Phone) -> DrivenCall:
        """Put a call that the test leads on the switchboard."""
        self._led.add(setup.call_sid)
        return DrivenCall(self.switchboard, setup, phone)


class DrivenCall:
    """A call on ``switchboard`` that goes on as far as its test lets it."""

    def __init__(self, switchboard: Switchboard, setup: CallSetup, phone: Phone) -> None:
        self._switchboard = switchboard
        with switchboard.held():
            self._party = switchboard.connect(setup, phone, thinks=False)
            switchboard.numbers |= {setup.to, setup.carrier.to or setup.to, *setup.carrier.numbers}
        self.live = self._party.call

    @property
    def others_go_on(self) -> bool:
        """Return whether another call of the account goes on."""
        return any(party is not self._party and party.call.live for party in self._switchboard.calls())

    def go_on(self, stands_still: Callable[[], bool]) -> None:
        """Let this call and the others go on until this one ``stands_still``, or is over."""
        self._switchboard.run(until=self._party, is_over=stands_still)
        self.live.transcript.warnings += self._switchboard.refusals()
