"""A call goes on while the database is away: menus, access codes and destinations need none.

Where such a call stands is told by what its next turn brings back (with Twilio the signed address), so that any machine
can go on with it, and the database takes it in again as soon as it is back. It says nothing of who calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ivr.call import events
from ivr.call.answer import DEGRADED_HEADER, Answer, Incoming, headers_of, turn_told
from ivr.call.carried_over import CarriedOver
from ivr.call.channel import Channel
from ivr.call.effects import of_a_draft
from ivr.call.entries import read_entry
from ivr.call.facts import DataNeededError, Facts
from ivr.call.position import Position
from ivr.call.resume_point import ResumePoint
from ivr.call.routing_context import sampling_fraction
from ivr.flow.line import is_draft
from routing.context import RoutingContext

if TYPE_CHECKING:
    from ivr.call.announcements import Announcements
    from ivr.call.engine import Engine
    from ivr.call.known_calls import KnownCalls
    from ivr.call.lines import Lines
    from ivr.call.rota_swaps import RotaSwaps


class DegradedTurns:
    """Takes turns without a database, of the calls of this process from what ``known`` remembers of them.

    What is taken without it changes nothing there, so that a turn delivered twice finds what it found before.
    """

    def __init__(
        self,
        lines: Lines,
        clock: Callable[[], datetime],
        channel: Channel,
        known: KnownCalls,
        announcements: Announcements,
        swaps: RotaSwaps,
    ) -> None:
        self._lines = lines
        self._clock = clock
        self._channel = channel
        self._known = known
        self._announcements = announcements
        self._swaps = swaps

    def begin(self, call: Incoming, engine: Engine, position: Position, notice: str | None = None) -> Answer:
        """The first turn of a call, with the ``notice`` in front. Raises DataNeededError where even that needs data."""
        return self._step(call, engine, CarriedOver(position, events.Started(), notice=notice), 0)

    def take(self, call: Incoming, number: int, event: events.Event, at: ResumePoint | None) -> Answer:
        """Take the turn ``number``. Raises DataNeededError where it needs data, or this process does not know where the
        call stands.
        """
        known = self._known.find(call.sid)
        if at:
            # What the caller was told holds, whatever the database may have stored that was not heard.
            point = replace(at, position=at.position.identified_as(known.point.position)) if known else at
        elif known and known.turn == number:
            point = known.point
        else:
            raise DataNeededError("where the call stands")
        engine = self._lines.version(point.line, point.menu)
        return self._step(call, engine, point.on(engine, event), number)

    def _step(self, call: Incoming, engine: Engine, where: CarriedOver, number: int) -> Answer:
        position, event = where.position, where.event
        now = self._clock().astimezone(engine.line.header.zone)
        context = RoutingContext(sampling_fraction=sampling_fraction(call.sid), swaps=self._swaps.of(engine.line.name))
        entry = read_entry(engine.line, engine.line.states[position.state], event)
        facts = Facts(
            now,
            context=context,
            caller=call.from_number,
            announcements=self._announcements.of(engine.line.name),
            database_down=True,
            entry=entry,
        )
        step = where.told(engine.step(position, event, facts, number), engine.line)
        caused = of_a_draft(step.effects) if is_draft(engine.line.version) else step.effects
        if any(effect.needs_database for effect in caused):
            raise DataNeededError("what the turn causes must be remembered")
        point = ResumePoint(engine.line.name, engine.line.version, number + 1, step.position)
        document = self._channel.render(engine.line, step.verbs, number + 1, now, query=point.query())
        told = turn_told(engine.line.name, number, "degraded", event, step)
        return Answer(document, headers_of(step) | {DEGRADED_HEADER: "1"}, told)
