"""``SupervisorAdmission`` lets a supervisor into a talk, and has the caller told of it where the destination says so.

The caller is told at the key, by the carrier, before the supervisor's own answer: what a caller is told of is not heard
by anybody before it was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from data.conflicts import repeated
from ivr.call.talks.carrier import CALLER_LABEL
from ivr.call.talks.requests import ActRequest, put_act
from ivr.call.talks.settling import Rules
from ivr.call.talks.talking import talk_that_goes_on
from value_class import value_class

if TYPE_CHECKING:
    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.call.talks.offering import SendNow


@value_class
class Announced:
    """A caller of ``line`` hears the ``prompt``, in which the ``destination`` may be named."""

    line: str
    prompt: str
    destination: str


class SupervisorAdmission:
    """Lets supervisors in, each named by the user's id. Safe to share between threads."""

    def __init__(self, database: Database, lines: Lines, clock: Callable[[], datetime], send_now: SendNow) -> None:
        self._database = database
        self._rules = Rules(lines)
        self._clock = clock
        self._send_now = send_now

    def admit(self, user_id: int, talk_id: str, leg: str) -> str | None:
        """Return the conference into which the supervisor comes whose call ``leg`` pressed the key; None where the talk
        is over. The caller is told once for this call, however often it asks.
        """

        def admit() -> str | None:
            row.clear()
            with self._database.transaction() as connection:
                talk = talk_that_goes_on(connection, talk_id)
                if talk is None:
                    return None
                if self._rules.of(talk.line, talk.destination).supervised_say:
                    path = f"/twilio/supervised/{talk.id}"
                    act = ActRequest("announce", talk.id, room=talk.room, label=CALLER_LABEL, path=path)
                    row.append(put_act(connection, act, talk.call_sid, self._clock(), once=f"{user_id} {leg}"))
                return talk.room

        row: list[str] = []
        room = repeated(admit)
        for each in row:
            self._send_now(each)
        return room

    def announced(self, talk_id: str) -> Announced | None:
        """Return what the caller of a talk hears; None where there is nothing to say any more."""
        with self._database.autocommit() as connection:
            talk = talk_that_goes_on(connection, talk_id)
        prompt = self._rules.of(talk.line, talk.destination).supervised_say if talk else None
        return Announced(talk.line, prompt, talk.destination) if talk and prompt else None
