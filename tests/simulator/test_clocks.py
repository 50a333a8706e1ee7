"""A virtual clock that is held to real time goes by the wall clock, and goes on virtually when it is let go."""

from __future__ import annotations

import time

from ivr.simulator.clock import RealClock, VirtualClock
from tests.webapps import AT


def test_a_virtual_clock_held_to_real_time_goes_by_the_wall_clock() -> None:
    clock = VirtualClock(AT, pace=20)
    clock.advance(100)
    assert not clock.real
    began = time.monotonic()
    clock.hold_to_real_time()
    clock.hold_to_real_time()
    clock.advance_to(101)
    clock.let_go_of_real_time()
    clock.advance_to(102)
    assert clock.real
    assert time.monotonic() - began >= 0.1
    assert 102 <= clock.elapsed() < 120
    assert clock.now() > AT


def test_a_virtual_clock_let_go_passes_in_no_time_again() -> None:
    clock = VirtualClock(AT, pace=20)
    clock.hold_to_real_time()
    clock.let_go_of_real_time()
    stands = clock.elapsed()
    began = time.monotonic()
    clock.advance(3600)
    assert clock.elapsed() == stands + 3600
    assert time.monotonic() - began < 1
    assert not clock.real
    assert RealClock().real
