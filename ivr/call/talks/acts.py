"""``TalkActs`` is what an agent does in a talk: hold, end, pass on, ask a colleague first, note how it went.

An act is written and its request put into the outbox in one transaction, and then sent at once, where this process can:
else the worker sends it within a second. What is shown is what the carrier tells afterwards (see ``talking``).
The flag that lets an agent's leaving end the conference is taken away before a caller is held, and never during it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from data.agent_states import AgentState
from data.agents import end_engagement
from data.conflicts import repeated
from data.outbox import find_row
from data.talk_events import EventKind, note_event
from data.talks import TalkRecord, change_talk, find_talk, last_talk_of, note_talk, wrap_talk
from data.waiting import enter_queue, entry_name, find_waiting
from ivr.call.queue_entries import leave_queue
from ivr.call.talks.asked_telephone import asks_telephone, hang_up_telephone, is_telephone, ring_telephone
from ivr.call.talks.carrier import ASKED_LABEL, CALLER_LABEL, agent_label
from ivr.call.talks.losing import hand_over
from ivr.call.talks.noted_on_ticket import note_on_ticket
from ivr.call.talks.places import pass_on_path, place_of
from ivr.call.talks.requests import ActRequest, put_act
from ivr.call.talks.settling import Rules, settle_talk
from ivr.call.talks.talking import PASSED_ON, has_come
from value_class import value_class
from wording import message

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.call.talks.offering import SendNow

MOST_NOTED: Final = 2000
"""Characters of a note."""

BY_AGENT: Final = "agent"


@value_class
class Refused:
    """An act cannot be done; ``why`` is for the person who wanted it."""

    why: str


Done = list[str]
"""The rows to be sent, in their order."""


class TalkActs:
    """Does what agents want, each named by the user's id. Each act returns None where it is done, else why it cannot
    be. Safe to share between threads.
    """

    def __init__(self, database: Database, lines: Lines, clock: Callable[[], datetime], send_now: SendNow) -> None:
        self._database = database
        self._rules = Rules(lines)
        self._clock = clock
        self._send_now = send_now

    def hold(self, user_id: int) -> str | None:
        """Hold the caller, who hears music; whether that came about is what the carrier tells."""

        def hold(connection: Connection, talk: TalkRecord, now: datetime) -> Done | Refused:
            if talk.held_since is not None:
                return Refused(message("caller-held-already", "the caller is on hold already"))
            return [self._hold(connection, talk, now, held=True)]

        return self._act(user_id, hold)

    def resume(self, user_id: int) -> str | None:
        """Take the caller out of hold, whatever is known of it: this always asks."""

        def resume(connection: Connection, talk: TalkRecord, now: datetime) -> Done | Refused:
            if talk.consult_id is not None:
                return Refused(
                    message("consultation-first", "end the consultation first: complete the transfer, or cancel it")
                )
            return [self._hold(connection, talk, now, held=False)]

        return self._act(user_id, resume)

    def end(self, user_id: int) -> str | None:
        """End the talk: the caller goes on in the menu, where that leads anywhere after a talk."""

        def end(connection: Connection, talk: TalkRecord, now: datetime) -> Done:
            done = self._take_back(connection, talk, now)
            change_talk(connection, talk.id, ended_by=BY_AGENT)
            return [*done, self._remove(connection, talk, talk, now)]

        return self._act(user_id, end, started=False)

    def transfer(self, user_id: int, destination: str) -> str | None:
        """Pass the caller on to another destination, or to a telephone that the line's allow-list names, without asking
        there: the caller keeps the place in time.
        """

        def transfer(connection: Connection, talk: TalkRecord, now: datetime) -> Done | Refused:
            if unknown := self._unknown(talk, destination):
                return unknown
            entry = find_waiting(connection, talk.room)
            if entry is None or talk.caller_leg is None:
                return Refused(message("caller-not-passed-on", "this caller cannot be passed on; end the talk instead"))
            done = self._take_back(connection, talk, now, unhold=False)
            change_talk(connection, talk.id, ended_by=PASSED_ON, consult_to=destination)
            self._note(connection, "transferred", talk, now, to=_named(destination), warm=False)
            path = pass_on_path(talk.room, place_of(connection, entry))
            act = ActRequest("send", talk.id, call=talk.caller_leg, path=path)
            return [*done, put_act(connection, act, talk.call_sid, now)]

        return self._act(user_id, transfer)

    def consult(self, user_id: int, destination: str) -> str | None:
        """Ask a colleague of ``destination``, or a telephone that the line's allow-list names, before the caller is
        passed on: the caller is held meanwhile.
        """

        def open_door(connection: Connection, talk: TalkRecord, now: datetime) -> Done | Refused:
            if unknown := self._unknown(talk, destination):
                return unknown
            if talk.consult_id is not None:
                return Refused(message("consultation-goes-on", "a colleague is being asked already"))
            return [self._ends(connection, talk, talk, now, ends=False)]

        def ask(connection: Connection, talk: TalkRecord, now: datetime) -> Done | Refused:
            first = find_waiting(connection, talk.room)
            if first is None:
                return Refused(message("caller-not-passed-on", "this caller cannot be passed on; end the talk instead"))
            if is_telephone(destination):
                row = ring_telephone(connection, talk, destination, now)
                change_talk(connection, talk.id, consult_id=row, consult_to=destination, consult_since=now)
                self._note(connection, "consulted", talk, now, to=_named(destination))
                return [self._hold(connection, talk, now, held=True), row]
            entry = replace(
                first,
                id=entry_name(talk.call_sid, first.turn, "consult", talk.id, now.isoformat()),
                destination=destination,
                queue="",
                since=now,
                entered_at=now,
                kind="consult",
                front=False,
                preferred_id=None,
                preferred_until=None,
                told_place=None,
                transferred_from=talk.id,
                left_at=None,
                outcome=None,
                key=None,
            )
            if not enter_queue(connection, entry):
                return Refused(message("consultation-goes-on", "a colleague is being asked already"))
            note_event(connection, "entered", now, entry.id, entry.line, destination, consult=True)
            change_talk(connection, talk.id, consult_id=entry.id, consult_to=destination, consult_since=now)
            self._note(connection, "consulted", talk, now, to=destination)
            return [self._hold(connection, talk, now, held=True)]

        return self._act(user_id, open_door, certain=True) or self._act(user_id, ask)

    def complete(self, user_id: int) -> str | None:
        """Pass the caller on to the colleague who was asked, who has come."""

        def complete(connection: Connection, talk: TalkRecord, now: datetime) -> Done | Refused:
            if asks_telephone(talk) and talk.consult_leg:
                return self._to_telephone(connection, talk, now)
            colleague = find_talk(connection, talk.consult_id or "")
            if colleague is None or colleague.ended_at is not None or not has_come(connection, colleague):
                return Refused(message("colleague-not-there", "no colleague has come yet; wait, or cancel"))
            self._note(connection, "transferred", talk, now, to=talk.consult_to, warm=True)
            done = hand_over(connection, talk, colleague, now, self._rules, by=PASSED_ON)
            return [*done, self._remove(connection, talk, talk, now)]

        return self._act(user_id, complete)

    def cancel(self, user_id: int) -> str | None:
        """Ask no colleague any more, and take the caller out of hold."""

        def cancel(connection: Connection, talk: TalkRecord, now: datetime) -> Done | Refused:
            if talk.consult_id is None:
                return Refused(message("no-consultation", "no colleague is being asked"))
            return self._take_back(connection, talk, now)

        return self._act(user_id, cancel)

    def note(self, user_id: int, disposition: str | None, notes: str | None) -> str | None:
        """Keep how the talk went, in the words of the destination's list, and what the agent notes: in the talk, and as
        long as the next one has not begun.
        """
        if notes is not None and len(notes) > MOST_NOTED:
            return message("notes-too-long", "a note has {most} characters at most", most=MOST_NOTED)

        def note(connection: Connection, talk: TalkRecord, now: datetime) -> Done | Refused:
            del now
            known = self._rules.of(talk.line, talk.destination).dispositions
            if disposition is not None and disposition not in known:
                return Refused(
                    message("disposition-unknown", "'{word}' is no disposition of this destination", word=disposition)
                )
            if not note_talk(connection, talk.id, disposition, notes):
                return Refused(
                    message(
                        "customer-forgotten",
                        "what was known of this customer is erased by now, so that no note is kept; take it out",
                    )
                )
            return []

        return self._act(user_id, note, over=True)

    def wrap_up(self, user_id: int) -> str | None:
        """End the work after a talk: the agent is free, or what was asked for meanwhile."""

        def wrap_up(connection: Connection, talk: TalkRecord, now: datetime) -> Done | Refused:
            if talk.ended_at is None:
                return Refused(message("talk-goes-on", "the talk goes on; end it first"))
            if self._rules.of(talk.line, talk.destination).disposition_required and not talk.disposition:
                return Refused(message("disposition-missing", "choose how the talk went first"))
            if end_engagement(connection, user_id, AgentState.AVAILABLE, now, "wrapped up"):
                if wrap_talk(connection, talk.id, now):
                    note_on_ticket(connection, self._rules.lines.named(talk.line), talk, now)
                self._note(connection, "wrapped", talk, now)
            return []

        return self._act(user_id, wrap_up, over=True)

    def _act(
        self,
        user_id: int,
        act: Callable[[Connection, TalkRecord, datetime], Done | Refused],
        *,
        started: bool = True,
        over: bool = False,
        certain: bool = False,
    ) -> str | None:
        """Do it in a transaction, and send what it asks of the carrier. ``started``: the two must hear each other;
        ``over``: the talk may have ended. ``certain``: what was asked must have been done, or it is refused.
        """

        def done() -> Done | Refused:
            with self._database.transaction() as connection:
                talk = last_talk_of(connection, user_id)
                if talk is None or (talk.ended_at is not None and not over):
                    return Refused(message("no-talk", "there is no talk that goes on"))
                if started and not over and talk.started_at is None:
                    return Refused(message("talk-not-begun", "the caller is not there yet"))
                return act(connection, talk, self._clock())

        result = repeated(done)
        if isinstance(result, Refused):
            return result.why
        for row in result:
            self._send_now(row)
        return self._unsure(result) if certain else None

    def _unsure(self, rows: Done) -> str | None:
        with self._database.reading() as connection:
            found = [find_row(connection, row) for row in rows]
        if all(row and row.state == "sent" for row in found):
            return None
        return message("carrier-silent", "the telephone company does not answer; try again in a moment")

    def _hold(self, connection: Connection, talk: TalkRecord, now: datetime, *, held: bool) -> str:
        change_talk(connection, talk.id, hold_wanted=held, hold_asked_at=now)
        act = ActRequest("change", talk.id, room=talk.room, label=CALLER_LABEL, held=held)
        return put_act(connection, act, talk.call_sid, now)

    def _ends(self, connection: Connection, talk: TalkRecord, whose: TalkRecord, now: datetime, *, ends: bool) -> str:
        act = ActRequest("change", talk.id, room=talk.room, label=agent_label(whose.user_id), ends=ends)
        return put_act(connection, act, talk.call_sid, now)

    def _remove(self, connection: Connection, talk: TalkRecord, whose: TalkRecord, now: datetime) -> str:
        act = ActRequest("remove", talk.id, room=talk.room, label=agent_label(whose.user_id))
        return put_act(connection, act, talk.call_sid, now)

    def _to_telephone(self, connection: Connection, talk: TalkRecord, now: datetime) -> Done:
        """Leave the caller with whoever picked up the telephone: the leaving of either ends the conference."""
        change_talk(connection, talk.id, ended_by=PASSED_ON)
        self._note(connection, "transferred", talk, now, to=_named(talk.consult_to or ""), warm=True)
        act = ActRequest("change", talk.id, room=talk.room, label=ASKED_LABEL, ends=True)
        row = put_act(connection, act, talk.call_sid, now)
        return [row, self._hold(connection, talk, now, held=False), self._remove(connection, talk, talk, now)]

    def _take_back(self, connection: Connection, talk: TalkRecord, now: datetime, *, unhold: bool = True) -> Done:
        """End a consultation: the colleague goes, the caller is heard, and the agent's leaving ends the conference."""
        if talk.consult_id is None:
            return []
        rows: Done = hang_up_telephone(connection, talk, now)
        colleague, entry = find_talk(connection, talk.consult_id), find_waiting(connection, talk.consult_id)
        if colleague and colleague.ended_at is None:
            rows.append(self._remove(connection, talk, colleague, now))
            settle_talk(connection, colleague, "canceled", now, self._rules)
        if entry:
            leave_queue(connection, entry, "abandoned", now)
        if unhold:
            rows.append(self._hold(connection, talk, now, held=False))
        rows.append(self._ends(connection, talk, talk, now, ends=True))
        change_talk(connection, talk.id, consult_id=None, consult_to=None, consult_leg=None, consult_since=None)
        self._note(connection, "consult-ended", talk, now)
        return rows

    def _unknown(self, talk: TalkRecord, destination: str) -> Refused | None:
        table = self._rules.lines.version(talk.line, "").line.routing.table
        # A number of the list alone: what an agent types is rung by no line.
        if destination in table.destinations or destination in table.allowed.numbers:
            return None
        return Refused(message("destination-unknown", "there is no destination '{name}'", name=destination))

    def _note(self, connection: Connection, kind: EventKind, talk: TalkRecord, now: datetime, **detail: object) -> None:
        note_event(connection, kind, now, talk.id, talk.line, talk.destination, talk.user_id, **detail)


def _named(destination: str) -> str:
    """A destination; of a telephone only that it is one."""
    return "a telephone" if is_telephone(destination) else destination
