"""``agent_lost`` and ``return_call`` bring a caller whose agent was lost back to the front of the queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from data.offers import OfferRecord, find_offer
from data.talk_events import note_event
from data.talks import TalkRecord, change_talk, end_talk, find_talk
from data.waiting import WaitingRecord, enter_queue, entry_name, find_waiting, leave, waiting_of_call
from ivr.call.queue_entries import leave_queue
from ivr.call.talks.calling_back import call_off
from ivr.call.talks.carrier import CALLER_LABEL, agent_label
from ivr.call.talks.places import place_of
from ivr.call.talks.requests import ActRequest, put_act
from ivr.call.talks.settling import Rules, settle_offer, settle_talk

if TYPE_CHECKING:
    from sqlalchemy import Connection

LOST = "lost"
"""How a talk ended whose agent's leg ended, and nobody had said that it would."""


def agent_lost(
    connection: Connection, talk: TalkRecord, offer: OfferRecord, entry: WaitingRecord, now: datetime, rules: Rules
) -> None:
    """The leg of the agent of ``talk`` is over. The conference has ended with it, and the caller's own document goes on
    (``/twilio/talk-ended``); but where the talk had not begun, or another one was being asked, the caller is sent for.
    """
    if talk.ended_by is not None:
        settle_talk(connection, talk, talk.ended_by, now, rules)
        return
    if entry.kind == "consult":
        _colleague_lost(connection, talk, offer, entry, now, rules)
        return
    colleague = find_talk(connection, talk.consult_id or "")
    if colleague and colleague.ended_at is None and colleague.agent_leg:
        hand_over(connection, talk, colleague, now, rules, by=LOST)
        return
    if talk.started_at is None:
        settle_offer(connection, offer, entry, "failed", now, of=("accepted",))
        end_talk(connection, talk, LOST, now)
        note_event(connection, "ended", now, talk.id, talk.line, talk.destination, talk.user_id, by=LOST, started=False)
        if entry.kind == "callback":
            call_off(connection, talk, entry, now)
        else:
            send_back(connection, talk, entry, now)
        return
    settle_talk(connection, talk, LOST, now, rules)
    asked = find_waiting(connection, talk.consult_id or "")
    if asked:
        leave_queue(connection, asked, "abandoned", now)
    if talk.consult_since is not None:
        # During a consultation the agent's leaving does not end the conference.
        send_back(connection, talk, entry, now)


def send_back(connection: Connection, talk: TalkRecord, entry: WaitingRecord, now: datetime) -> None:
    """Have the caller sent back to the queue, from wherever the call is now."""
    if entry.kind == "callback":
        return
    path = f"/twilio/requeue/{talk.room}?{place_of(connection, _first(connection, talk, entry)).query()}"
    put_act(connection, ActRequest("send", talk.id, call=talk.call_sid, path=path), talk.call_sid, now)


def hand_over(
    connection: Connection, talk: TalkRecord, colleague: TalkRecord, now: datetime, rules: Rules, by: str
) -> list[str]:
    """The colleague who was asked has the call from now on: leaving ends the conference, and the caller is heard.
    Return what is asked of the carrier for it, in its order.
    """
    rows = []
    change_talk(connection, talk.id, ended_by=by)
    for label, ends, held in ((agent_label(colleague.user_id), True, None), (CALLER_LABEL, None, False)):
        act = ActRequest("change", colleague.id, room=talk.room, label=label, ends=ends, held=held)
        rows.append(put_act(connection, act, talk.call_sid, now))
    change_talk(connection, colleague.id, caller_leg=talk.caller_leg, recording_sid=talk.recording_sid)
    change_talk(connection, colleague.id, started_at=now, conference_sid=talk.conference_sid)
    leave(connection, colleague.id, "answered", now)
    note_event(connection, "started", now, colleague.id, colleague.line, colleague.destination, colleague.user_id)
    if by == LOST:
        settle_talk(connection, replace(talk, ended_by=by), by, now, rules)
    return rows


def return_call(connection: Connection, talk: TalkRecord, now: datetime) -> WaitingRecord | None:
    """Write that the caller of ``talk`` waits again, at the front, and return the entry; None where the talk came of no
    entry of a caller. Told twice, it is written once.
    """
    entry = find_waiting(connection, talk.id)
    if entry is None or entry.kind == "callback":
        return None
    first = _first(connection, talk, entry)
    leave(connection, entry.id, "returned", now)
    again = replace(
        first,
        id=entry_name(talk.call_sid, first.turn, "after", talk.id),
        destination=entry.destination,
        entered_at=now,
        kind="call",
        front=True,
        preferred_id=None,
        preferred_until=None,
        transferred_from=entry.id,
        left_at=None,
        outcome=None,
        key=None,
    )
    standing = waiting_of_call(connection, talk.call_sid)
    if standing and standing.kind == "consult":
        leave_queue(connection, standing, "abandoned", now)
    if enter_queue(connection, again):
        note_event(connection, "returned", now, entry.id, entry.line, entry.destination)
        note_event(connection, "entered", now, again.id, again.line, again.destination, front=True)
    return find_waiting(connection, again.id) or waiting_of_call(connection, talk.call_sid)


def _colleague_lost(
    connection: Connection, talk: TalkRecord, offer: OfferRecord, entry: WaitingRecord, now: datetime, rules: Rules
) -> None:
    """One who was asked before a transfer is gone: the first agent has the call alone."""
    asking = find_talk(connection, entry.transferred_from or "")
    if talk.started_at is None:
        settle_offer(connection, offer, entry, "failed", now, of=("accepted", "joined"))
        end_talk(connection, talk, LOST, now)
    else:
        settle_talk(connection, talk, LOST, now, rules)
    leave(connection, entry.id, "failed", now)
    if asking and asking.ended_at is None and asking.consult_id == entry.id:
        change_talk(connection, asking.id, consult_id=None, consult_leg=None, consult_since=None)
        note_event(connection, "consult-ended", now, asking.id, asking.line, asking.destination, asking.user_id)


def _first(connection: Connection, talk: TalkRecord, entry: WaitingRecord) -> WaitingRecord:
    """The entry by which the caller came to the conference: a colleague's is none of the carrier's queue."""
    return entry if entry.kind != "consult" else find_waiting(connection, talk.room) or entry


def offer_of(connection: Connection, talk: TalkRecord) -> OfferRecord | None:
    """Return the offer by which the agent of ``talk`` came."""
    return find_offer(connection, talk.offer_id)
