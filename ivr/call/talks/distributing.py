"""``distribute_calls`` decides who is asked to take which waiting call, and writes the offers with the calls to make.

Every process may decide, at any moment. On PostgreSQL one that meets another at it leaves it to that one; on SQLite
the transaction has the database alone; and the unique indexes of ``data.offers`` hold whatever is read when.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from data.agent_skills import skills_by_agent
from data.agent_states import AgentState
from data.agents import Agent, all_agents, change_state
from data.offers import live_offers, make_offer, move_offer, offers_of
from data.talk_events import note_event
from data.waiting import WaitingRecord, all_waiting
from ivr.call.talks.requests import LegRequest, put_leg
from ivr.flow.working_hours import WorkingHours, parse_working_hours
from routing.agent_rules import AgentRules
from routing.candidate import Candidate, Served
from routing.distribution import distribute
from routing.trace import stored_trace
from routing.waiting_calls import WaitingCall

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.flow.line import Line

_LOCK: Final = 40030026
"""The advisory lock under which one process decides at a time on PostgreSQL."""

_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")

_PASSED: Final = frozenset({"refused", "missed", "busy", "failed"})
"""Whoever cannot be rung is passed over as well, else the same telephone fails again each second."""


def distribute_calls(database: Database, lines: Lines, now: datetime) -> int:
    """Offer what can be offered at ``now`` (aware), and return how many offers were made. Nothing is written, and no
    lock taken, where nobody waits or nobody is free.
    """
    with database.reading() as connection:
        if not _is_needed(connection):
            return 0
    known = {engine.line.name: engine.line for engine in lines}
    with database.transaction() as connection:
        if connection.dialect.name == "postgresql" and not connection.execute(_TRY_LOCK, {"key": _LOCK}).scalar_one():
            return 0
        return _decide(connection, known, now)


def _is_needed(connection: Connection) -> bool:
    offered = {offer.waiting_id for offer in live_offers(connection)}
    if all(entry.id in offered for entry in all_waiting(connection)):
        return False
    return any(agent.state is AgentState.AVAILABLE for agent in all_agents(connection))


def _decide(connection: Connection, lines: dict[str, Line], now: datetime) -> int:
    offered = {offer.waiting_id for offer in live_offers(connection)}
    entries = {entry.id: entry for entry in all_waiting(connection) if entry.id not in offered and entry.line in lines}
    if not entries:
        return 0
    agents = {agent.user_id: agent for agent in all_agents(connection) if agent.may_serve}
    decided = distribute(
        waiting_calls(connection, list(entries.values())),
        candidates(connection, lines, agents, now),
        _rules(lines),
        now,
    )
    made = 0
    for assignment in decided:
        entry, agent = entries[assignment.call.id], agents[assignment.agent.id]
        trace = json.dumps(stored_trace(assignment.steps), ensure_ascii=False)
        made += _offer(connection, lines[entry.line], entry, agent, trace, now)
    return made


def _offer(connection: Connection, line: Line, entry: WaitingRecord, agent: Agent, trace: str, now: datetime) -> bool:
    offer = make_offer(connection, entry.id, agent.user_id, now, trace)
    if offer is None:
        return False
    ringing = change_state(
        connection, agent.user_id, AgentState.RINGING, None, now, "offered", expected=AgentState.AVAILABLE
    )
    if not ringing:
        move_offer(connection, offer.id, "canceled", now)
        return False
    rules = line.routing.table.agents.get(entry.destination)
    path = f"/twilio/offer/{offer.id}"
    leg = LegRequest(line.name, path, f"{path}/status", rules.ring if rules else 20, offer.id)
    put_leg(connection, offer.id, agent.telephone, leg, entry.call_sid, now)
    note_event(connection, "offered", now, entry.id, entry.line, entry.destination, agent.user_id)
    return True


def waiting_calls(connection: Connection, entries: list[WaitingRecord]) -> list[WaitingCall]:
    """Return entries as the distribution sees them, with those who refused or missed each."""
    passed: dict[str, dict[int, datetime]] = defaultdict(dict)
    for offer in offers_of(connection, [entry.id for entry in entries]):
        if offer.state in _PASSED and offer.ended_at:
            passed[offer.waiting_id][offer.user_id] = offer.ended_at
    return [
        WaitingCall(
            entry.id,
            entry.line,
            entry.destination,
            entry.since,
            entry.entered_at,
            "callback" if entry.kind == "callback" else "call",
            entry.contract,
            entry.preferred_id,
            entry.preferred_until,
            entry.front,
            passed[entry.id],
        )
        for entry in entries
    ]


def candidates(
    connection: Connection, lines: dict[str, Line], agents: dict[int, Agent], now: datetime
) -> list[Candidate]:
    """Return agents as the distribution sees them: those who serve anything. Working hours go by the clock of the line
    whose calls are to be taken: who is free is rung for calls of lines in whose zone it is a working hour now, and for
    no other; a call that began before is brought to its end.
    """
    skills: dict[int, dict[Served, int]] = defaultdict(dict)
    for name, line in lines.items():
        for user_id, served in skills_by_agent(connection, name).items():
            agent = agents.get(user_id)
            if agent and (agent.state is not AgentState.AVAILABLE or _works(agent.hours, now, line.header.zone)):
                skills[user_id] |= {(name, skill.destination): skill.level for skill in served}
    return [
        Candidate(agent.user_id, agent.login, skills[agent.user_id], agent.state.value, agent.standing.idle_since)
        for agent in agents.values()
        if agent.user_id in skills
    ]


def _works(hours: str | None, now: datetime, zone: tzinfo) -> bool:
    read = _read_hours(hours) if hours else None
    return read is None or read.holds(now, zone)


@lru_cache(maxsize=1024)
def _read_hours(written: str) -> WorkingHours | None:
    """What was written; None where an older release took what this one does not."""
    try:
        return parse_working_hours(written)
    except ValueError:
        return None


def _rules(lines: dict[str, Line]) -> dict[Served, AgentRules]:
    return {
        (name, destination): rules
        for name, line in lines.items()
        for destination, rules in line.routing.table.agents.items()
    }
