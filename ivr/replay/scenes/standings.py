"""The standings of a scene's parties are read off the switchboard: whose telephone rings, who waits, who hears whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from ivr.replay.scenes.conditions import ANSWERED, DONE, HELD, HUNG_UP, RINGS, TALKS, WAITS
from ivr.replay.scenes.course import Course
from ivr.replay.scenes.party_phone import DialledLeg, PartyPhone
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.rest.voices import hearers, is_held

Channel: TypeAlias = tuple[PartyPhone | None, DialledLeg | None]
"""The telephone at which a party is in a call, and its leg there where another's <Dial> rings it."""


class Standings:
    """Reads how parties stand on ``switchboard``, which the caller holds. ``channel`` gives where a party is in a call,
    and ``name_of`` how a call is called.
    """

    def __init__(
        self,
        switchboard: Switchboard,
        channel: Callable[[Course], Channel],
        name_of: Callable[[Party], str],
    ) -> None:
        self._switchboard = switchboard
        self._channel = channel
        self._name_of = name_of

    def of(self, course: Course) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return how the party stands now, and with whom it talks."""
        phone, leg = self._channel(course)
        found, partners = set(self._in_call(phone, leg)), self._partners(phone, leg)
        if partners:
            found.add(TALKS)
        if phone is None and course.record.came_to:
            found.add(HUNG_UP)
        if course.is_done:
            found.add(DONE)
        return frozenset(found), partners

    def _in_call(self, phone: PartyPhone | None, leg: DialledLeg | None) -> Iterator[str]:
        if phone is None or phone.party is None:
            return
        if leg:
            yield RINGS if leg.state == "rings" else ANSWERED
            return
        party = phone.party
        if party.status in {"queued", "ringing"}:
            if party.call.setup.outbound:
                yield RINGS
            return
        yield ANSWERED
        if is_held(self._switchboard, party):
            yield HELD
        elif party.queue or (party.leg("Conference") and not party.connected):
            yield WAITS

    def _partners(self, phone: PartyPhone | None, leg: DialledLeg | None) -> tuple[str, ...]:
        """Those whom the party hears, and who hear it: one who only listens talks with nobody."""
        if phone is None or phone.party is None:
            return ()
        if leg:
            return (self._name_of(phone.party),) if leg.state == "connected" and phone.course else ()
        talking = [each for each in phone.legs.values() if each.state == "connected"]
        if talking:
            return tuple(each.course.name if each.course else each.to for each in talking)
        heard_by = hearers(self._switchboard, phone.party)
        return tuple(self._name_of(each) for each in heard_by if phone.party in hearers(self._switchboard, each))
