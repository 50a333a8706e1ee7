"""``note_entry`` and ``note_leaving`` write that a call comes into a destination's queue, and how it leaves it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from data.agents import agent_named, find_agent
from data.offers import EndedState, live_offer_of
from data.talk_events import note_event
from data.talks import talks_of_call
from data.tickets import find_ticket
from data.waiting import (
    WaitingOutcome,
    WaitingRecord,
    enter_queue,
    entry_name,
    find_waiting,
    has_entries,
    leave,
    waiting_of_call,
)
from ivr.call.talks.settling import Rules, settle_offer, settle_talk
from routing.agent_rules import PLAIN_RULES
from routing.outcomes import REACHED, TargetOutcome

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.call.effects import QueueEntered
    from ivr.flow.line import Line

_OUTCOMES: Final[dict[TargetOutcome, WaitingOutcome]] = {"queue-timeout": "timeout", "hangup": "abandoned"}


def note_entry(connection: Connection, line: Line, sid: str, turn: int, entered: QueueEntered, now: datetime) -> None:
    """Write the entry that the turn ``turn`` of the call ``sid`` makes at ``now`` (aware). A call that an agent passed
    on keeps its place. Where the contract names a facilitator (PRIME.ANA) who is an agent, the call is kept for that
    one for a while; so is one about a ticket for the ticket's analyst.
    """
    before = _passed_on(connection, sid) if turn else None
    facilitator = None if before else _preferred(connection, entered)
    rules = line.routing.table.agents.get(entered.destination, PLAIN_RULES)
    entry = WaitingRecord(
        entry_name(sid, turn),
        sid,
        turn,
        line.name,
        entered.destination,
        entered.queue,
        entered.state,
        entered.seconds,
        since=before.since if before else now,
        entered_at=now,
        contract=entered.contract,
        preferred_id=facilitator,
        preferred_until=now + timedelta(seconds=rules.preferred) if facilitator is not None else None,
        transferred_from=before.id if before else None,
    )
    if enter_queue(connection, entry):
        note_event(connection, "entered", now, entry.id, line.name, entered.destination)


def note_leaving(
    connection: Connection, sid: str, outcome: TargetOutcome, pressed: str | None, now: datetime
) -> WaitingRecord | None:
    """Write that the call ``sid`` left its queue at ``now`` (aware), and return the entry; None where it stood in none
    that was not settled before. An agent who is being asked to take it is asked no more.
    """
    entry = waiting_of_call(connection, sid)
    # A callback waits for its turn when its call is long over.
    if entry is None or entry.kind == "callback":
        return None
    how: WaitingOutcome = "key" if pressed else "answered" if outcome in REACHED else _OUTCOMES.get(outcome, "failed")
    return entry if leave_queue(connection, entry, how, now, pressed) else None


def leave_queue(
    connection: Connection, entry: WaitingRecord, how: WaitingOutcome, now: datetime, pressed: str | None = None
) -> bool:
    """Write how ``entry`` left its queue, and take a live offer of it back; False where it had left before."""
    if not leave(connection, entry.id, how, now, pressed):
        return False
    note_event(connection, "left", now, entry.id, entry.line, entry.destination, outcome=how)
    offer = live_offer_of(connection, entry.id)
    if offer and how != "answered":
        to: EndedState = "caller_gone" if how in ("abandoned", "key", "timeout") else "canceled"
        settle_offer(connection, offer, entry, to, now, hang_up=True)
    return True


def note_end(connection: Connection, sid: str, now: datetime, rules: Rules) -> None:
    """Write what the end of the call ``sid`` ends with it: its wait in a queue, and its talk. One read for a call that
    was in no queue.
    """
    if not has_entries(connection, sid):
        return
    note_leaving(connection, sid, "hangup", None, now)
    for talk in talks_of_call(connection, sid):
        if talk.ended_at is None:
            settle_talk(connection, talk, "caller", now, rules)


def _preferred(connection: Connection, entered: QueueEntered) -> int | None:
    """The agent for whom the call is kept: a contract's facilitator was promised, a ticket's analyst knows the case."""
    facilitator = _facilitator(connection, entered.contract)
    if facilitator is not None or entered.ticket is None:
        return facilitator
    ticket = find_ticket(connection, entered.ticket)
    analyst = find_agent(connection, ticket.analyst_id) if ticket and ticket.analyst_id is not None else None
    return analyst.user_id if analyst and analyst.may_serve else None


def _facilitator(connection: Connection, contract: str | None) -> int | None:
    """The agent whose login the contract names behind its dot, be it that one is on duty or not."""
    login = (contract or "").partition(".")[2].lower()
    agent = agent_named(connection, login) if login else None
    return agent.user_id if agent and agent.may_serve else None


def _passed_on(connection: Connection, sid: str) -> WaitingRecord | None:
    talks = talks_of_call(connection, sid)
    last = talks[-1] if talks else None
    return find_waiting(connection, last.id) if last and last.ended_by == "transfer" else None
