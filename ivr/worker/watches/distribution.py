"""Waiting calls are offered to agents, wrap-ups end whose time is over, and agents who have no call are let go."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import ClassVar

from data.agents import end_wrap_ups
from data.lost_engagements import free_lost_agents
from data.talk_events import note_event
from data.talks import last_talk_of, wrap_talk
from ivr.call.talks.distributing import distribute_calls
from ivr.call.talks.noted_on_ticket import note_on_ticket
from ivr.worker.watch import StandingWatch

log = logging.getLogger(__name__)


class Distribution(StandingWatch):
    """Decides each second, as every process may at any moment."""

    name: ClassVar[str] = "distribution"

    def look(self, now: datetime) -> bool:
        """End wrap-ups, let agents go who ring or talk without a call, and offer what can be offered."""
        with self._tools.database.transaction(durable=False) as connection:
            for user_id in end_wrap_ups(connection, now):
                talk = last_talk_of(connection, user_id)
                if talk and wrap_talk(connection, talk.id, now):
                    note_event(connection, "wrapped", now, talk.id, talk.line, talk.destination, user_id)
                    note_on_ticket(connection, self._tools.lines().named(talk.line), talk, now)
            for _ in free_lost_agents(connection, now):
                log.error("an agent was rung or talked without a call, and is let go")
        return distribute_calls(self._tools.database, self._tools.lines(), now) > 0
