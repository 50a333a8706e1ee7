"""Bridges calls and parts them: an agent with a caller in a queue, participants in their conference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.queueing import QueuePosition
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.queue import MAX_SIZE, Queues
from ivr.simulator.sids import Sids
from ivr.simulator.verbs.conference_room import ConferenceRoom, ConferenceRooms
from ivr.simulator.verbs.participation import Participation


class Bridges:
    """Brings the ``live`` parties together; ``wake`` tells one what another does."""

    def __init__(
        self,
        live: Mapping[str, Party],
        wake: Callable[[Party, Act], None],
        sids: Sids,
        rooms: ConferenceRooms,
    ) -> None:
        self._rooms = rooms
        self._queues = Queues(sids)
        self._live = live
        self._wake = wake

    @property
    def queues(self) -> Queues:
        """The queues, with those that callers have just made by entering them."""
        for party in self._live.values():
            self._note_queue(party)
        return self._queues

    def members(self, queue: str) -> list[Party]:
        """The parties in the queue, the longest waiting first."""
        return sorted((one for one in self._live.values() if one.queue == queue), key=lambda one: -one.waited)

    def average(self, queue: str) -> float:
        """Seconds that those who stand in the queue have waited, in the mean."""
        waits = [one.waited for one in self.members(queue)]
        return sum(waits) / len(waits) if waits else 0.0

    def position(self, sid: str, queue: str, waited: float) -> QueuePosition:
        """Return where the call ``sid`` stands in the queue."""
        members = [one.sid for one in self.members(queue)]
        if sid not in members:
            return QueuePosition(1, 1, waited)
        return QueuePosition(members.index(sid) + 1, len(members), self.average(queue))

    def has_room(self, queue: str) -> bool:
        """Return whether another caller may enter the queue."""
        made = self.queues.get(queue)
        return len(self.members(queue)) < (made.max_size if made else MAX_SIZE)

    def join(self) -> None:
        """Connect parties that wait for each other, and send away those whose conference is over."""
        for party in self._live.values():
            if not party.interruptible:
                continue
            if room := self._rooms.holding(party.sid):
                if room.over or room.inside[party.sid].removed:
                    self.take_out(party)
                elif room.status == "in-progress":
                    self._bring_in(party, room.inside[party.sid])
            elif not party.connected and (leg := party.leg("Queue")) and not party.call.planned:
                self._serve(party, leg.to, leg.number)

    def part(self, party: Party) -> None:
        """End the talk of the other party, where it is over for this one."""
        self._note_queue(party)
        partner = party.partner
        if partner and not party.connected:
            party.partner = partner.partner = None
            self.take_out(partner)

    def take_out(self, party: Party) -> None:
        """End the party's talk; its call goes on after the verb that brought it there."""
        if room := self._rooms.holding(party.sid):
            place = room.inside[party.sid]
            if party.interruptible and not place.leaving:  # else it is looked for again when the call has gone on
                self._bring_in(party, place)
                self._wake(party, acts.Parted())
        elif party.connected or party.came:
            self._wake(party, acts.Parted())

    def close(self, room: ConferenceRoom) -> None:
        """End the conference for everybody."""
        for sid in list(room.inside):
            if party := self._live.get(sid):
                self.take_out(party)

    def _bring_in(self, party: Party, place: Participation) -> None:
        """Let a party that waits in its conference talk with the others."""
        if not place.talking and (leg := party.leg("Conference")):
            place.talking = True
            self._wake(party, acts.Answered(leg=leg.number))

    def _serve(self, agent: Party, queue: str, leg: int) -> None:
        """Connect an agent with the caller who has waited longest in the queue."""
        caller = next((one for one in self.members(queue) if one.interruptible), None)
        if caller:
            agent.partner, caller.partner = caller, agent
            self._wake(agent, acts.Answered(leg=leg))
            self._wake(caller, acts.Bridged())

    def _note_queue(self, party: Party) -> None:
        stay = party.call.interpreter.stay
        if stay:
            queue = self._queues.made(stay.name, party.created + timedelta(seconds=stay.since))
            queue.stood.add(party.sid)
