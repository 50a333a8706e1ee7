"""People at a terminal and keys from a pipe in a media stream: they are asked again, and nobody waits for ever."""

from __future__ import annotations

import io
from collections.abc import Sequence

from ivr.simulator import acts
from ivr.simulator.clock import VirtualClock
from ivr.simulator.moments import Moment
from ivr.simulator.phones.piped import PipedPhone
from ivr.simulator.phones.terminal import STREAM_LOOK, TerminalPhone
from ivr.simulator.streaming.stream_news import HeardStream
from tests.webapps import AT


def moment(at: float = 0.0, silent: float = 0.0) -> Moment:
    return Moment("connected", "Connect", None, stream=HeardStream(at, 0.0, silent))


class Keyboard:
    """A screen at which the ``keys`` are pressed, each as soon as it is waited for."""

    def __init__(self, clock: VirtualClock, keys: str) -> None:
        self._clock = clock
        self._keys = list(keys)

    def key(self, timeout: float) -> str | None:
        self._clock.advance(timeout)
        return self._keys.pop(0) if self._keys else None

    def ask(self, question: str, *, secret: bool) -> str:
        raise AssertionError(question)

    def show(self, live: Sequence[str], lasting: Sequence[str] = ()) -> None:
        assert live


def test_a_person_in_a_stream_is_asked_again_and_again() -> None:
    clock = VirtualClock(AT)
    phone = TerminalPhone(Keyboard(clock, "5"), clock.elapsed)
    pressed = phone.act(moment())
    assert isinstance(pressed, acts.Press)
    assert pressed.digits == "5"
    waits = phone.act(moment())
    assert isinstance(waits, acts.Wait)
    assert STREAM_LOOK <= waits.seconds < 1


def test_keys_of_a_pipe_fall_into_a_stream_one_by_one() -> None:
    phone = PipedPhone(io.StringIO("4h"), lambda _: None)
    pressed = phone.act(moment())
    assert isinstance(pressed, acts.Press)
    assert isinstance(phone.act(moment(1.0)), acts.HangUp)


def test_a_stream_that_no_key_ends_is_given_up() -> None:
    phone = PipedPhone(io.StringIO(""), lambda _: None)
    assert isinstance(phone.act(moment()), acts.Wait)
    assert isinstance(phone.act(moment(20.0, 20.0)), acts.Wait)
    given_up = phone.act(moment(31.0, 31.0))
    assert isinstance(given_up, acts.GiveUp)
    assert "end the keys with h" in given_up.reason
