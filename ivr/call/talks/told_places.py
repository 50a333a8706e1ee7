"""``ToldPlaces`` says what a waiting caller is told: the place, which never grows, and the wait that is to be expected.

Both come out of the table of waiting calls, in the order in which the distribution gives them to agents: the carrier
knows only the order in which calls came. The order of all queues is read at most once a second.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from data.agents import all_agents
from data.talks import handled_lately
from data.waiting import all_waiting, tell_place, waiting_of_call
from ivr.call.talks.distributing import candidates, waiting_calls
from routing.agent_rules import PLAIN_RULES, AgentRules
from routing.candidate import Served
from routing.candidates import Candidates
from routing.expected_wait import expected_waits, places_in_queues, told_place
from value_class import value_class

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.flow.line import Line

FRESH: Final = timedelta(seconds=1)

LATELY: Final = timedelta(hours=2)
"""Talks that ended before say nothing of how long one takes now."""

MOST_HANDLED: Final = 500


@value_class
class ToldPlace:
    """One caller is told this place. ``expected`` is in seconds, None where it is unknown; ``is_served`` says whether
    agents on duty serve the destination: else others may take its calls, and how fast they do is not known here.
    """

    place: int
    expected: int | None
    is_served: bool


@value_class
class _Order:
    """The order of all queues at a moment: the place and the expected wait of each entry, and which destinations agents
    on duty serve.
    """

    at: datetime
    places: dict[str, int]
    on_duty: set[Served]
    waits: dict[str, float]


class ToldPlaces:
    """Looks up what callers are told. Safe to share between threads; ``clock`` gives aware instants."""

    def __init__(self, database: Database, lines: Lines, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._lines = lines
        self._clock = clock
        self._lock = threading.Lock()
        self._order: _Order | None = None

    def of(self, call_sid: str) -> ToldPlace | None:
        """Return what the caller is told now, and remember the place; None for a call that waits in no queue of the
        table. Raises DatabaseUnavailableError.
        """
        now = self._clock()
        with self._database.reading() as connection:
            entry = waiting_of_call(connection, call_sid)
            if entry is None:
                return None
            order = self._known(connection, entry.id, now)
        if entry.id not in order.places:
            return None  # a colleague is being asked for; the caller is on hold, and in no queue
        served = entry.line, entry.destination
        place = order.places[entry.id]
        told = told_place(place, entry.told_place)
        if told != entry.told_place:
            with self._database.transaction() as connection:
                tell_place(connection, entry.id, told)
        expected = order.waits.get(entry.id)
        return ToldPlace(told, None if expected is None else math.ceil(expected), served in order.on_duty)

    def _known(self, connection: Connection, entry: str, now: datetime) -> _Order:
        """The order that was read last, unless it is old, or the entry is newer."""
        known = self._order
        if known and entry in known.places and timedelta(0) <= now - known.at < FRESH:
            return known
        order = self._read(connection, now)
        with self._lock:
            self._order = order
        return order

    def _read(self, connection: Connection, now: datetime) -> _Order:
        lines = {engine.line.name: engine.line for engine in self._lines}
        entries = [each for each in all_waiting(connection) if each.kind != "consult"]
        agents = {agent.user_id: agent for agent in all_agents(connection) if agent.may_serve}
        serving = candidates(connection, lines, agents, now)
        waiting = waiting_calls(connection, entries)
        places = places_in_queues(waiting, lambda served: _rules(lines, served), now)
        served = {call.served for call in waiting}
        on_duty = {each for each in served if Candidates.of(each, serving, _rules(lines, each)).levels}
        handled = _handled(handled_lately(connection, now - LATELY, MOST_HANDLED))
        waits = expected_waits(waiting, lambda each: _rules(lines, each), serving, handled, now)
        return _Order(now, places, on_duty, waits)


def _rules(lines: dict[str, Line], served: Served) -> AgentRules:
    line = lines.get(served[0])
    return line.routing.table.agents.get(served[1], PLAIN_RULES) if line else PLAIN_RULES


def _handled(talks: Iterable[tuple[str, str, float]]) -> dict[Served, list[float]]:
    found: defaultdict[Served, list[float]] = defaultdict(list)
    for line, destination, seconds in talks:
        found[line, destination].append(seconds)
    return found
