"""``Talking`` hears of conferences: who joins, is held, leaves; when a talk begins, and what follows its end.

What the carrier tells decides; what was asked for is only a wish until then. Events come in any order: the highest
sequence number that told of the hold counts, and a talk begins and ends once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from data.conflicts import repeated
from data.offers import find_offer, move_offer
from data.talk_events import note_event
from data.talks import TalkRecord, begin_hold, change_talk, end_hold, find_talk, start_talk, talks_in_room
from data.waiting import entry_of_turn, find_waiting, leave
from ivr.call.talks.asked_telephone import asks_telephone, telephone_over, telephone_told
from ivr.call.talks.calling_back import customer_answered, customer_over
from ivr.call.talks.carrier import ASKED_LABEL, CALLER_LABEL
from ivr.call.talks.losing import LOST, agent_lost, return_call
from ivr.call.talks.places import place_of
from ivr.call.talks.recording import begin_recording, pause_recording, stop_recording
from ivr.call.talks.settling import Rules, settle_talk
from value_class import value_class

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.call.talks.offering import SendNow
    from ivr.flow.line import Line

log = logging.getLogger(__name__)


@value_class
class PassedOn:
    """The caller was passed on, and is sent to ``destination``."""

    destination: str


PASSED_ON: Final = "transfer"
"""How a talk ended whose agent passed the caller on."""


AfterTalk = Literal["back", "on", "over"] | PassedOn
"""The caller waits again (``back``), goes on in the menu (``on``), hung up (``over``), or is sent elsewhere."""


@value_class
class RoomEvent:
    """The carrier told of the conference ``room``: what happened, to which participant, in which order."""

    room: str
    kind: str
    conference_sid: str
    sequence: int
    leg: str = ""
    label: str = ""


def present_talk(talks: list[TalkRecord]) -> TalkRecord | None:
    """Return the talk of the agent who has the caller: of those of one conference the one that goes on, not that of a
    colleague who is only asked; else the last one.
    """
    asked = {each.consult_id for each in talks if each.ended_at is None}
    going_on = [each for each in talks if each.ended_at is None and each.id not in asked]
    return going_on[-1] if going_on else talks[-1] if talks else None


def talk_that_goes_on(connection: Connection, talk_id: str) -> TalkRecord | None:
    """Return the talk that goes on in the conference of the talk ``talk_id``; None where none does."""
    asked = find_talk(connection, talk_id)
    talk = present_talk(talks_in_room(connection, asked.room)) if asked else None
    return talk if talk and talk.ended_at is None else None


def has_come(connection: Connection, talk: TalkRecord) -> bool:
    """Return whether the agent of a talk is in its conference, as far as the carrier told."""
    offer = find_offer(connection, talk.offer_id)
    return offer is not None and offer.state == "joined"


class Talking:
    """Takes in what the carrier tells of conferences. Safe to share between threads."""

    def __init__(
        self, database: Database, lines: Lines, clock: Callable[[], datetime], send_now: SendNow | None = None
    ) -> None:
        self._send_now = send_now or _leave_it
        self._database = database
        self._rules = Rules(lines)
        self._clock = clock

    def told(self, event: RoomEvent) -> None:
        """The carrier told of a conference."""
        repeated(lambda: self._told(event))

    def taken(self, call_sid: str, turn: int) -> str | None:
        """Return where a caller goes who was taken out of a queue before the turn ``turn``: into the conference. None
        where no agent took the call, so that somebody else did.
        """
        with self._database.autocommit() as connection:
            entry = entry_of_turn(connection, call_sid, turn - 1)
            talk = find_talk(connection, entry.id) if entry else None
            if entry is None or talk is None:
                return None
            return f"/twilio/join/{talk.room}?{place_of(connection, entry).query()}"

    def left(self, room: str, *, hung_up: bool) -> AfterTalk:
        """The caller's document goes on behind the conference: why, and what follows."""

        def left() -> AfterTalk:
            now = self._clock()
            with self._database.transaction() as connection:
                talk = present_talk(talks_in_room(connection, room))
                if talk is None:
                    return "over" if hung_up else "on"
                if hung_up:
                    settle_talk(connection, talk, "caller", now, self._rules)
                    return "over"
                if talk.ended_at is None:
                    settle_talk(connection, talk, LOST, now, self._rules)
                talk = find_talk(connection, talk.id) or talk
                if talk.ended_by == PASSED_ON and talk.consult_to and not asks_telephone(talk):
                    pause_recording(connection, talk, now, paused=True)
                    return PassedOn(talk.consult_to)
                if talk.ended_by == LOST and return_call(connection, talk, now):
                    pause_recording(connection, talk, now, paused=True)
                    return "back"
                row = stop_recording(connection, talk, now)
                if row:
                    rows.append(row)
                return "on"

        rows: list[str] = []
        after = repeated(left)
        for row in rows:
            # Before the menu asks for anything: what is keyed there is on no tape.
            self._send_now(row)
        return after

    def back(self, room: str) -> bool:
        """The caller is sent back to the queue: whether there is an entry to wait in."""

        def back() -> bool:
            with self._database.transaction() as connection:
                talk = present_talk(talks_in_room(connection, room))
                if talk is None:
                    return False
                if talk.ended_at is None:
                    settle_talk(connection, talk, LOST, self._clock(), self._rules)
                return return_call(connection, talk, self._clock()) is not None

        return repeated(back)

    def passed_on_to(self, room: str) -> str | None:
        """Return where the caller of a conference is passed on to; None where the agent did not do so."""
        with self._database.autocommit() as connection:
            talk = present_talk(talks_in_room(connection, room))
        return talk.consult_to if talk and talk.ended_by == PASSED_ON else None

    def reached(self, talk_id: str, leg: str, line: Line, numbers: tuple[str, str]) -> bool:
        """The customer whom an agent calls back picked up: whether the agent is still there."""

        def reached() -> bool:
            with self._database.transaction() as connection:
                return customer_answered(connection, talk_id, leg, line, numbers, self._clock()) is not None

        return repeated(reached)

    def customer_over(self, talk_id: str, leg: str, status: str) -> None:
        """The call of a customer whom an agent calls back has another status."""

        def over() -> None:
            with self._database.transaction() as connection:
                customer_over(connection, talk_id, leg, status, self._clock(), self._rules)

        repeated(over)

    def asked(self, talk_id: str, row: str, leg: str, status: str) -> None:
        """The call of a telephone has another status that is asked before a caller is passed on to it."""

        def asked() -> None:
            with self._database.transaction() as connection:
                talk = find_talk(connection, talk_id)
                if talk:
                    telephone_told(connection, talk, row, leg, status, self._clock())

        repeated(asked)

    def line_of(self, talk_id: str) -> str:
        """Return the line of a talk; empty where there is none."""
        with self._database.autocommit() as connection:
            talk = find_talk(connection, talk_id)
        return talk.line if talk else ""

    def agent_left(self, talk_id: str, leg: str, *, hung_up: bool) -> Literal["gone", "over"]:
        """The agent's document goes on behind the conference: ``gone`` where there never was a caller in it. Of an
        agent who hung up, or was lost, it is told too.
        """

        def left() -> Literal["gone", "over"]:
            with self._database.transaction() as connection:
                talk = find_talk(connection, talk_id)
                if talk is None or talk.agent_leg != leg:
                    return "over"
                was_started = talk.started_at is not None
                offer, entry = find_offer(connection, talk.offer_id), find_waiting(connection, talk.id)
                if hung_up and offer and entry and talk.ended_at is None:
                    agent_lost(connection, talk, offer, entry, self._clock(), self._rules)
                    return "over"
                settle_talk(connection, talk, "caller", self._clock(), self._rules)
                return "over" if was_started else "gone"

        return repeated(left)

    def _told(self, event: RoomEvent) -> None:
        now = self._clock()
        with self._database.transaction() as connection:
            talks = talks_in_room(connection, event.room)
            talk = present_talk(talks)
            if talk is None:
                return
            if event.conference_sid and talk.conference_sid not in (None, event.conference_sid):
                self._alarm(connection, talk, now)
                return
            match event.kind:
                case "conference-start":
                    self.begin(connection, talk, event.conference_sid, now)
                case "participant-hold" if event.label == CALLER_LABEL:
                    if begin_hold(connection, talk, now, event.sequence) and talk.held_since is None:
                        self._note(connection, "held", talk, now)
                        pause_recording(connection, talk, now, paused=True)
                case "participant-unhold" if event.label == CALLER_LABEL:
                    if end_hold(connection, talk, now, event.sequence) and talk.held_since is not None:
                        self._note(connection, "resumed", talk, now)
                        if talk.ended_by is None:  # else the caller talks on without us
                            pause_recording(connection, talk, now, paused=False)
                case "participant-join":
                    self._joined(connection, talks, event, now)
                case "participant-leave":
                    self._left(connection, talks, event, now)

    def begin(self, connection: Connection, talk: TalkRecord, conference_sid: str, now: datetime) -> None:
        """Caller and agent hear each other: the talk begins, unless that was known."""
        if not start_talk(connection, talk.id, conference_sid, now):
            return
        move_offer(connection, talk.offer_id, "joined", now, of=("accepted",))
        leave(connection, talk.id, "answered", now)
        note_event(connection, "left", now, talk.id, talk.line, talk.destination, outcome="answered")
        self._note(connection, "started", talk, now)
        begin_recording(connection, talk, self._rules, now)

    def _joined(self, connection: Connection, talks: list[TalkRecord], event: RoomEvent, now: datetime) -> None:
        """Somebody came into the conference. The talk has begun when both are told to be there: its beginning is told
        as well, and may be lost.
        """
        talk = present_talk(talks)
        if talk and event.label == ASKED_LABEL and asks_telephone(talk):
            change_talk(connection, talk.id, consult_leg=event.leg)
        if talk and talk.ended_at is None and event.label == CALLER_LABEL:
            offer = find_offer(connection, talk.offer_id)
            if offer and offer.state == "joined":
                self.begin(connection, talk, event.conference_sid, now)
            else:
                change_talk(connection, talk.id, conference_sid=event.conference_sid)
        for each in talks:
            if each.agent_leg == event.leg and each.ended_at is None:
                move_offer(connection, each.offer_id, "joined", now, of=("accepted",))
                if talk and each.id == talk.id and each.conference_sid is not None:
                    self.begin(connection, each, event.conference_sid, now)

    def _left(self, connection: Connection, talks: list[TalkRecord], event: RoomEvent, now: datetime) -> None:
        for each in talks:
            if event.leg and each.consult_leg == event.leg and event.label == ASKED_LABEL:
                telephone_over(connection, each, now)
            if each.agent_leg == event.leg and each.ended_at is None and event.leg:
                offer, entry = find_offer(connection, each.offer_id), find_waiting(connection, each.id)
                is_sent_for = each.consult_since is not None or each.ended_by is not None
                if offer and entry and (is_sent_for or entry.kind == "consult"):
                    agent_lost(connection, each, offer, entry, now, self._rules)

    def _alarm(self, connection: Connection, talk: TalkRecord, now: datetime) -> None:
        """Two conferences have one name: caller and agent are apart."""
        note_event(connection, "alarm", now, talk.id, talk.line, talk.destination, talk.user_id, why="two conferences")
        log.error("two conferences of one name", extra={"call": talk.call_sid, "why": talk.room})

    def _note(
        self, connection: Connection, kind: Literal["held", "resumed", "started"], talk: TalkRecord, now: datetime
    ) -> None:
        note_event(connection, kind, now, talk.id, talk.line, talk.destination, talk.user_id)


def _leave_it(_row: str) -> None:
    """Leave a row to the worker."""
