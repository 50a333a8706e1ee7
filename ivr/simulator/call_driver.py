"""A call driver lets one call that a test leads go on, and whatever goes on beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from ivr.simulator.call_setup import CallSetup
from ivr.simulator.live_call import LiveCall
from ivr.simulator.phones.base import Phone


class CallDriver(Protocol):
    """Drives ``live``, which stands still between two steps of a test."""

    live: LiveCall

    @property
    def others_go_on(self) -> bool:
        """Return whether another call goes on, whose people may come into this one."""

    def go_on(self, stands_still: Callable[[], bool]) -> None:
        """Let time pass until the call ``stands_still``, or is over."""


MakeDriver: TypeAlias = Callable[[CallSetup, Phone], CallDriver]
"""Makes the driver of a call at a telephone."""


class LoneDriver:
    """Drives a call beside which there is no other."""

    def __init__(self, setup: CallSetup, phone: Phone) -> None:
        self.live = LiveCall(setup, phone)
        self._clock = setup.clock

    @property
    def others_go_on(self) -> bool:
        """Return that none does."""
        return False

    def go_on(self, stands_still: Callable[[], bool]) -> None:
        """Advance the call's own clock from one passing of time to the next."""
        while (until := self.live.advance()) is not None and not stands_still():
            self._clock.advance_to(until)
