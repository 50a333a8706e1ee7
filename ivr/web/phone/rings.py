"""``Rings`` lets pages ring where a call rings somebody, and tells them who waits in a queue to be taken.

Everything here is done with the call's switchboard held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Protocol

from ivr.simulator.moments import Leg, Moment
from ivr.simulator.outbound_call import VERB as OUTBOUND
from ivr.simulator.transcript import Event

if TYPE_CHECKING:
    from ivr.web.phone.dialling import DialledTarget
    from ivr.web.phone.page_phone import PagePhone

MEETING: Final = frozenset({"Queue", "Conference"})
"""Nouns of a dial in which callers meet others without a telephone that rings."""

Phones = Callable[[str], "list[PagePhone]"]
"""The phones that a number rings at."""


class RingingCall(Protocol):
    """A call rings pages. It is of ``owner``'s page, None before one has answered; ``other`` is at its other end."""

    id: str
    dialled: DialledTarget
    owner: PagePhone | None
    other: PagePhone | None

    @property
    def t(self) -> float:
        """Return the seconds since the call began, as pages are told them."""


class Rings:
    """The telephones that ``call`` rings now, by leg, and the queue in which its caller waits. ``phones`` are those of
    a number, ``everybody`` all that there are.
    """

    def __init__(self, call: RingingCall, phones: Phones, everybody: Callable[[], Iterable[PagePhone]]) -> None:
        self._call = call
        self._phones = phones
        self._everybody = everybody
        self._rung: dict[int, list[PagePhone]] = {}
        self._dials: dict[str, Event] = {}
        self._waits_in: str | None = None

    def is_at(self, leg: int, phone: PagePhone) -> bool:
        """Return whether ``leg`` rings at ``phone``."""
        return phone in self._rung.get(leg, ())

    def dialled(self, event: Event) -> None:
        """Take note of a number that is dialled, which will ring."""
        self._dials[str(event["to"])] = event

    def follow(self, moment: Moment) -> None:
        """Ring where a leg begins to ring in ``moment``, stop where it does no more, and tell who waits."""
        quiet = moment.kind == "connected" or moment.whisper is not None
        ringing = {} if quiet else {leg.number: leg for leg in moment.legs if leg.noun not in MEETING}
        for number in [each for each in self._rung if each not in ringing]:
            self._stop_leg(number)
        for number, leg in ringing.items():
            if number not in self._rung:
                self._begin(leg, incoming=moment.verb == OUTBOUND, seconds=moment.seconds)
        if moment.queue != self._waits_in:
            self._stop_waiting()
            if moment.queue is not None:
                self._waits_in = moment.queue
                self._tell_all("waiting", {"queue": moment.queue, "since": moment.waited})

    def stop(self, outcome: str) -> None:
        """Ring nowhere any more, since the call is over, and let nobody wait."""
        for number in list(self._rung):
            self._stop_leg(number, outcome)
        self._stop_waiting()

    def _begin(self, leg: Leg, *, incoming: bool, seconds: float | None) -> None:
        call, dial = self._call, self._dials.get(leg.to)
        if incoming:
            phones = [call.owner] if call.owner is not None else list(self._everybody())
        else:
            call.other = None
            phones = self._phones(leg.to)
        self._rung[leg.number] = phones
        told: dict[str, object] = {
            "kind": "ring",
            "call": call.id,
            "t": call.t,
            "leg": leg.number,
            "noun": leg.noun,
            "to": leg.to,
            "caller_id": dial["caller_id"] if dial else call.dialled.setup.from_,
            "timeout": dial["timeout"] if dial else seconds,
            "incoming": incoming,
            "mode": call.dialled.mode,
            "line" if call.dialled.ours else "url": call.dialled.name,
        }
        for phone in phones:
            phone.tell(told)

    def _stop_leg(self, number: int, outcome: str | None = None) -> None:
        told: dict[str, object] = {"kind": "ring_over", "call": self._call.id, "t": self._call.t, "leg": number}
        for phone in self._rung.pop(number, []):
            phone.tell(told | {"outcome": outcome or ("answered" if phone is self._call.other else None)})

    def _stop_waiting(self) -> None:
        if self._waits_in is not None:
            self._tell_all("waiting_over", {"queue": self._waits_in})
            self._waits_in = None

    def _tell_all(self, kind: str, told: dict[str, object]) -> None:
        call = self._call
        for phone in self._everybody():
            phone.tell({"kind": kind, "call": call.id, "t": call.t, "line": call.dialled.name} | told)
