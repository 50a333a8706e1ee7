"""Callbacks that agents make: the promise waits in its place as a call does, and the agent comes first.

``enter_callbacks`` lets promises wait whose destination agents serve; an agent who accepts one is in the conference
when the customer is called (``call_customer``), as a try of the callback (``data.callbacks``): so there are as many
tries as ever. A customer who is not reached is tried again later.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from data.agent_skills import skills_by_agent
from data.callbacks import (
    MAX_TRIES,
    CallbackRecord,
    begin_try,
    callback_of_call,
    tried_callback,
    waiting_callbacks,
    withdraw_try,
)
from data.calls import TERMINAL, NewCall, open_call
from data.talk_events import note_event
from data.talks import TalkRecord, change_talk, find_talk
from data.waiting import WaitingRecord, all_waiting, enter_queue, entry_name, find_waiting, name_of
from ivr.call.position import Position
from ivr.call.queue_entries import leave_queue
from ivr.call.talks.requests import ActRequest, LegRequest, drop_unsent, put_act, put_leg
from ivr.call.talks.settling import Rules, settle_talk
from routing.candidate import names_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from ivr.flow.line import Line

RING_SECONDS: Final = 25

DAY_SECONDS: Final = 24 * 3600


def is_served(connection: Connection, line: str, destination: str) -> bool:
    """Return whether an agent takes calls for the destination, on duty or not."""
    names = {name for _, name in names_of((line, destination))}
    found = skills_by_agent(connection, line)
    return any(skill.destination in names for skills in found.values() for skill in skills)


def enter_callbacks(connection: Connection, now: datetime, may_call: Callable[[CallbackRecord], bool]) -> set[str]:
    """Let each promise wait in its place that ``may_call`` now and that agents serve, and take those out that are over,
    or may not be called now. Return the calls whose callbacks are for agents.
    """
    promised = waiting_callbacks(connection)
    served = {each.call_sid: each for each in promised if is_served(connection, each.line, each.destination)}
    standing = {entry.call_sid: entry for entry in all_waiting(connection) if entry.kind == "callback"}
    for sid, entry in standing.items():
        callback = served.get(sid)
        if callback is None or (callback.try_sid is None and not may_call(callback)):
            leave_queue(connection, entry, "closed", now)
    for sid, callback in served.items():
        is_due = callback.not_before is None or callback.not_before <= now
        if sid in standing or callback.try_sid or not is_due or not may_call(callback):
            continue
        entry = WaitingRecord(
            entry_name(sid, 0, "callback", callback.tries, callback.not_before),
            sid,
            0,
            callback.line,
            callback.destination,
            "",
            "",
            DAY_SECONDS,
            since=callback.since,
            entered_at=now,
            kind="callback",
        )
        if enter_queue(connection, entry):
            note_event(connection, "entered", now, entry.id, entry.line, entry.destination, callback=True)
    return set(served)


def call_customer(connection: Connection, entry: WaitingRecord, now: datetime) -> str | None:
    """Begin the try for the agent who accepted the callback, and return the row that rings the customer; None where the
    promise is over, or called otherwise.
    """
    callback = callback_of_call(connection, entry.call_sid)
    if callback is None or callback.ended_at is not None or not callback.number or callback.tries >= MAX_TRIES:
        return None
    reservation = name_of("TR", entry.id, now.isoformat())
    if not begin_try(connection, entry.call_sid, reservation, now):
        return None
    path = f"/twilio/reached/{entry.id}"
    query = urlencode({"reservation": reservation})
    leg = LegRequest(entry.line, f"{path}?{query}", f"{path}/status?{query}", RING_SECONDS)
    put_leg(connection, reservation, callback.number, leg, entry.call_sid, now)
    change_talk(connection, entry.id, consult_leg=reservation)
    return reservation


def customer_answered(
    connection: Connection, talk_id: str, leg: str, line: Line, numbers: tuple[str, str], now: datetime
) -> TalkRecord | None:
    """The customer picked up, as the call ``leg``: the talk it is for; None where the agent is there no more."""
    talk = find_talk(connection, talk_id)
    if talk is None or talk.ended_at is not None:
        return None
    position = Position(line.header.defaults.transfer, destination=talk.destination)
    from_number, to_number = numbers
    open_call(connection, NewCall(leg, line.name, line.version, from_number, to_number, now, position.as_json(), 1))
    change_talk(connection, talk.id, caller_leg=leg)
    return talk


def customer_over(connection: Connection, talk_id: str, leg: str, status: str, now: datetime, rules: Rules) -> None:
    """The customer's call ended in ``status``: so does the talk, or the agent hears that none came about."""
    talk, entry = find_talk(connection, talk_id), find_waiting(connection, talk_id)
    if talk is None or entry is None or status not in TERMINAL:
        return
    leave_queue(connection, entry, "answered" if status == "completed" else "failed", now)
    if talk.ended_at is not None or talk.caller_leg not in (None, leg):
        return
    was_reached = talk.started_at is not None
    settle_talk(connection, talk, "caller" if was_reached else "not reached", now, rules)
    if not was_reached and talk.agent_leg:
        path = f"/twilio/offer/{talk.offer_id}/unreached"
        put_act(connection, ActRequest("send", talk.id, call=talk.agent_leg, path=path), talk.call_sid, now)


def call_off(connection: Connection, talk: TalkRecord, entry: WaitingRecord, now: datetime) -> None:
    """The agent is gone before the customer was reached, whose telephone is to ring no more."""
    reservation = talk.consult_leg
    made = drop_unsent(connection, reservation, now) if reservation else None
    leg = talk.caller_leg or made
    if leg:
        put_act(connection, ActRequest("hang-up", talk.id, call=leg), talk.call_sid, now)
    elif reservation and tried_callback(connection, reservation):
        withdraw_try(connection, reservation)
    leave_queue(connection, entry, "returned", now)
