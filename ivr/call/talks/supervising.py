"""``Supervision`` lets a supervisor hear a talk, speak to its agent alone, or to both, by the supervisor's telephone.

The telephone rings and asks for a key, as an agent's does; then it is in the conference, muted. Whispering needs the
agent's call there, and not on hold: where the carrier refuses it, it is to be asked for again later.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from data.agents import find_agent
from data.audit import record
from data.conflicts import repeated
from data.outbox import find_row
from data.talk_events import note_event
from data.trials import is_trial
from data.waiting import name_of
from ivr.call.talks.carrier import supervisor_label
from ivr.call.talks.requests import ActRequest, LegRequest, put_act, put_leg
from ivr.call.talks.talking import talk_that_goes_on
from wording import message

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from data.talks import TalkRecord
    from ivr.call.talks.offering import SendNow

RING_SECONDS: Final = 30

ACT: Final = "supervise"
"""How the audit calls it."""

NO_USER: Final = 0
"""Stands for a person of this machine without a login, where a user's id is asked for."""


class Supervision:
    """Does what supervisors want, each named by the user's id; every act stands in the audit as of ``who`` from
    ``address``. Safe to share between threads.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime], send_now: SendNow) -> None:
        self._database = database
        self._clock = clock
        self._send_now = send_now

    def listen(
        self, user_id: int, talk_id: str, who: str, address: str, page_telephone: str | None = None
    ) -> str | None:
        """Ring the supervisor, who hears the talk from the key on: at the telephone of the supervisor's page where the
        carrier of the pages has the talk, so that it can ring there; else at the supervisor's own.
        """

        def ring(connection: Connection, talk: TalkRecord, now: datetime) -> str | None:
            if talk.user_id == user_id:
                return message("own-talk", "this is your own talk")
            at_page = page_telephone is not None and is_trial(connection, talk.call_sid)
            agent = find_agent(connection, user_id)
            telephone = page_telephone if at_page else agent.telephone if agent else None
            if telephone is None:
                return message("supervisor-without-telephone", "you have no telephone here: ivr agents add gives one")
            path = f"/twilio/supervise/{talk.id}/{user_id}"
            leg = LegRequest(talk.line, path, f"{path}/status", RING_SECONDS, at_page=at_page)
            name = name_of("SV", talk.id, user_id, now.isoformat())
            put_leg(connection, name, telephone, leg, talk.call_sid, now)
            rows.append(name)
            return None

        rows: list[str] = []
        return self._act(talk_id, "listen", user_id, who, address, ring, rows)

    def whisper(self, user_id: int, talk_id: str, who: str, address: str) -> str | None:
        """Let the agent alone hear the supervisor, who is in the conference."""
        return self._change(user_id, talk_id, who, address, "whisper", muted=False, coaching=True)

    def join(self, user_id: int, talk_id: str, who: str, address: str) -> str | None:
        """Let everybody hear the supervisor, who is in the conference."""
        return self._change(user_id, talk_id, who, address, "join", muted=False, coaching=False)

    def mute(self, user_id: int, talk_id: str, who: str, address: str) -> str | None:
        """Let nobody hear the supervisor any more, who goes on listening."""
        return self._change(user_id, talk_id, who, address, "mute", muted=True, coaching=False)

    def leave(self, user_id: int, talk_id: str, who: str, address: str) -> str | None:
        """Take the supervisor out of the conference."""

        def leave(connection: Connection, talk: TalkRecord, now: datetime) -> str | None:
            act = ActRequest("remove", talk.id, room=talk.room, label=supervisor_label(user_id))
            rows.append(put_act(connection, act, talk.call_sid, now))
            return None

        rows: list[str] = []
        return self._act(talk_id, "leave", user_id, who, address, leave, rows)

    def room_of(self, talk_id: str) -> tuple[str, str] | None:
        """Return the line and the conference of a talk that goes on."""
        with self._database.autocommit() as connection:
            talk = talk_that_goes_on(connection, talk_id)
        return (talk.line, talk.room) if talk else None

    def _change(
        self, user_id: int, talk_id: str, who: str, address: str, how: str, *, muted: bool, coaching: bool
    ) -> str | None:
        def change(connection: Connection, talk: TalkRecord, now: datetime) -> str | None:
            if coaching and talk.held_since is not None:
                return message("agent-on-hold", "the talk is on hold; whisper when it goes on")
            coached = (talk.agent_leg or "") if coaching else ""
            label = supervisor_label(user_id)
            act = ActRequest("change", talk.id, room=talk.room, label=label, muted=muted, coached=coached)
            rows.append(put_act(connection, act, talk.call_sid, now))
            return None

        rows: list[str] = []
        why = self._act(talk_id, how, user_id, who, address, change, rows)
        if why is not None:
            return why
        with self._database.reading() as connection:
            row = find_row(connection, rows[0])
        if row and row.state in ("dead", "dropped"):
            return message(
                "supervision-refused", "the telephone company refuses it: are you, and the agent, in the talk?"
            )
        return None

    def _act(
        self,
        talk_id: str,
        how: str,
        user_id: int,
        who: str,
        address: str,
        act: Callable[[Connection, TalkRecord, datetime], str | None],
        rows: list[str],
    ) -> str | None:
        def done() -> str | None:
            rows.clear()
            now = self._clock()
            with self._database.transaction() as connection:
                talk = talk_that_goes_on(connection, talk_id)
                if talk is None or talk.started_at is None:
                    return message("no-talk", "there is no talk that goes on")
                why = act(connection, talk, now)
                if why is None:
                    note_event(connection, "supervised", now, talk.id, talk.line, talk.destination, user_id, how=how)
                    record(connection, now, who, ACT, f"{how} {talk.id}", address)
                return why

        why = repeated(done)
        if why is None:
            for row in rows:
                self._send_now(row)
        return why
