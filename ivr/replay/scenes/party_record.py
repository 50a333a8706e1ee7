"""The record of a party says how it stood over the scene: in which calls, whom it talked with, how long it waited."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.replay.scenes.conditions import ANSWERED, DONE, HELD, HUNG_UP, RINGS, TALKS, WAITS
from ivr.simulator.texts.text_message import TextMessage

_COUNTED = {WAITS: "waited", TALKS: "talked", HELD: "held"}


@dataclass(slots=True)
class PartyRecord:
    """``standings`` are how the party stands now, ``came_to`` since which second of the scene it last came to each.

    ``partners`` are those with whom it talks; ``talked_with`` all that it did, in order: a talk goes on after a hold,
    and one that took no time was none. ``waited``, ``talked`` and ``held`` are seconds. ``texts`` came to it.
    """

    standings: frozenset[str] = frozenset()
    came_to: dict[str, float] = field(default_factory=dict)
    partners: tuple[str, ...] = ()
    talked_with: list[str] = field(default_factory=list)
    rang: int = 0
    waited: float = 0.0
    talked: float = 0.0
    held: float = 0.0
    texts: list[TextMessage] = field(default_factory=list)
    _since: float = 0.0
    _counted: tuple[str, ...] = ()

    def stands(self, standings: frozenset[str], partners: tuple[str, ...], now: float) -> bool:
        """Take note of how it stands from the second ``now`` on; return whether that is new."""
        for standing in self.standings & _COUNTED.keys():
            name = _COUNTED[standing]
            setattr(self, name, getattr(self, name) + now - self._since)
        if now > self._since and self.partners:
            self.talked_with += [one for one in self.partners if one not in self._counted]
            self._counted = self.partners
        self._since = now
        if standings == self.standings and partners == self.partners:
            return False
        for standing in standings - self.standings:
            self.came_to[standing] = now
        self.rang += RINGS in standings - self.standings
        self.standings, self.partners = standings, partners
        return True

    def has_come_to(self, standing: str, since: float) -> bool:
        """Return whether it stands so, or came to since a second; what is over stays so."""
        if standing in self.standings:
            return True
        since = 0.0 if standing in {ANSWERED, HUNG_UP, DONE} else since
        return self.came_to.get(standing, -1.0) >= since
