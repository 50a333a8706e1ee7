"""A telephone whose people are somewhere else, in browsers: acts are given while time passes, and kept until asked for.

It does no input or output and never waits. ``give`` takes an act, or says why it has no place now; ``act`` hands over
what was given, one act at a time, and lets the moment pass where there is nothing. In between the driver has the call
ask again (``acts.Wait``), so that an act cuts its moment short at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.parameters import mark
from ivr.simulator.transcript import Event

MOST_GIVEN = 200
"""Acts that wait to be asked for: a whole document is keyed at once, and sounds come a few times a second."""

Watch: TypeAlias = Callable[[Moment, Act | None], None]
"""Told each moment as it begins, with the act that is done in it at once; None where time passes."""


class NotNowError(Exception):
    """The act has no place in what the call is living through; the text says why, in one line."""


class BrowserPhone:
    """All people of one call. ``watch`` is told of each moment, ``heard`` of each event of the transcript, and ``over``
    when nothing goes on any more.

    ``cut_short`` says of the moment that is asked for whether the one before was cut short by an act.
    """

    def __init__(self, watch: Watch, heard: Callable[[Event], None], over: Callable[[], None]) -> None:
        self.cut_short = False
        self._watch = watch
        self._heard = heard
        self._over = over
        self._given: deque[Act] = deque()
        self._waits = False
        self._woken = False
        self._last: Moment | None = None

    @property
    def whispers(self) -> bool:
        """Return whether a callee hears a whisper."""
        return self._last is not None and self._last.whisper is not None

    def give(self, act: Act) -> bool:
        """Take ``act``; True where the call has to be asked again for it, False where it will ask by itself.

        Raises NotNowError where the act has no place now. A key that nothing listens for is no error: it is lost.
        """
        if len(self._given) >= MOST_GIVEN:
            raise NotNowError("too many acts wait for this call; wait until it has heard them")
        if refused := _refusal(act, self._last):
            raise NotNowError(refused)
        match act:
            # One by one: a person at a browser takes the time for each key, so that the call need not.
            case acts.Press(digits=digits):
                self._given.extend(acts.Press(key) for key in digits)
            case acts.CalleePress(digits=digits, leg=leg):
                self._given.extend(acts.CalleePress(key, leg) for key in digits)
            case _:
                self._given.append(act)
        self._woken = self._woken or self._waits
        return self._waits

    def act(self, moment: Moment) -> Act | None:
        """Return the next act that was given; None lets the moment pass."""
        self.cut_short, self._woken = self._woken, False
        self._last = moment
        act = self._given.popleft() if self._given else None
        self._waits = act is None
        self._watch(moment, act)
        return act

    def notice(self, event: Event) -> None:
        """Pass the event on. With another document everything that was given to the one before is lost."""
        if event.kind == "request" and not (event.get("callback") or event.get("media")):
            self._waits = False
            self._lose(event.t)
        self._heard(event)

    def ended(self) -> str | None:
        """Forget what was not asked for: a person may end a call whenever they like."""
        self._given.clear()
        self._last = None
        self._waits = False
        self._over()
        return None

    def _lose(self, t: float) -> None:
        """Drop all that was given but the hanging up, and tell of keys that nothing has heard."""
        keys = "".join(act.digits for act in self._given if isinstance(act, acts.Press))
        hanging_up = [act for act in self._given if isinstance(act, acts.HangUp)]
        self._given = deque(hanging_up)
        if keys:
            self._heard(Event(t, "press", {"digits": mark(keys), "lost": True}))
        self._last = None


def _refusal(act: Act, moment: Moment | None) -> str | None:
    """Return why ``act`` has no place in ``moment``; None where it has one."""
    match act:
        case acts.Press() | acts.HangUp():
            return None
        case _ if moment is None:
            return "the call is between two documents; do it in a moment"
        case acts.Speak():
            takes = moment.gather is not None and "speech" in moment.gather.input and not moment.keyed
            return None if takes else "nothing listens for speech now"
        case acts.Talk():
            return None if moment.kind == "record" else "nothing is being recorded now"
        case acts.Answered() | acts.Busy() | acts.NoAnswer() | acts.Failed():
            rings = moment.kind != "connected" and any(leg.number == act.leg for leg in moment.legs)
            return None if rings else f"leg {act.leg} does not ring now"
        case acts.Bridged():
            return None if moment.queue is not None else "the caller does not wait in a queue now"
        case acts.Parted():
            return None if moment.kind == "connected" else "the caller does not talk with another party now"
        case acts.CalleePress() | acts.CalleeHangUp():
            hears = moment.whisper is not None and moment.whisper.leg == act.leg
            return None if hears else f"leg {act.leg} hears no whisper now"
    return "a browser does not do this"
