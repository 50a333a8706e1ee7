"""``act_on`` takes what a person or the line does to a ticket: the machine judges it, and it becomes an event.

What was due before the act is done first, dated when it was due: so an outage changes no ticket, and an acceptance
that comes after the deadline meets a closed one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime

from sqlalchemy import Connection

from data.ticket_events import TicketEventRecord, add_event, events_of
from data.tickets import TicketRecord, find_ticket, save_ticket, searchable
from ivr.flow.line import Line
from ivr.service_desk.consequences import tell_consequences
from ivr.service_desk.history import history_of
from ivr.service_desk.rules_of import rules_of
from ivr.service_desk.standing import due_next, standing_of, stood
from ivr.tickets.acceptance import deadline
from ivr.tickets.events import Area, EventKind, Severity, TicketEvent, TicketParty
from ivr.tickets.machine import TicketMoveError, moved, on_the_way, state_after
from ivr.tickets.rules import TicketRules
from value_class import value_class
from wording import message


class NoTicketError(LookupError):
    """There is no ticket of that number, or not of that company; which of both is not told."""


@value_class
class TicketAct:
    """An act of ``kind`` by ``party``, whose name ``author`` is shown.

    ``severity`` is that of ``severity-changed``, ``area`` that of ``transferred``; ``minutes`` is the time that was
    spent; ``text`` is what was written. An act that is not ``visible`` is not shown to the customer. ``changes`` are
    fields of the ticket that the act sets: analyst_id, service, subject, product, module, destination, merged_into.
    ``details`` hold nothing personal.
    """

    kind: EventKind
    party: TicketParty
    author: str
    contact_id: int | None = None
    user_id: int | None = None
    text: str | None = None
    minutes: int | None = None
    severity: Severity | None = None
    area: Area | None = None
    visible: bool = True
    changes: Mapping[str, str | int | None] = field(default_factory=dict)
    details: Mapping[str, str | int | bool] = field(default_factory=dict)


def ticket_for(connection: Connection, number: str, company_id: int | None = None) -> TicketRecord:
    """Return the ticket of that number, which must be of the company where one is given. Raises NoTicketError."""
    ticket = find_ticket(connection, number)
    if ticket is None or (company_id is not None and ticket.company_id != company_id):
        raise NoTicketError(message("no-such-ticket", "there is no ticket of this number; compare it with its message"))
    return ticket


def act_on(connection: Connection, line: Line, ticket: TicketRecord, act: TicketAct, now: datetime) -> TicketRecord:
    """Take the act on a ticket that was read in this transaction, at ``now`` (aware); return it as it stands after it.

    Raises TicketMoveError where its state does not take the act, ValueError for one that says too little, and
    TicketChangedError where another act came meanwhile: then the transaction is rolled back and begun again.
    """
    _require_billable(connection, ticket, act)
    rules = rules_of(line)
    events = list(history_of(records := events_of(connection, ticket.number)))
    added = [
        _of_the_line(ticket, len(records) + place, event) for place, event in enumerate(overdue(events, rules, now))
    ]
    events += history_of(added)
    for kind in on_the_way(state_after(events), act.kind):
        first = replace(act, kind=kind, text=None, minutes=None, changes={}, details={})
        added.append(_record(ticket, len(records) + len(added), first, None, now))
        events += history_of(added[-1:])
    moved(state_after(events), act.kind)
    _require_whole(act, events, rules, now)
    added.append(_record(ticket, len(records) + len(added), act, _calendar(act, ticket, rules), now))
    changed = replace(ticket, **act.changes)  # type: ignore[arg-type]
    return _save(connection, line, ticket, changed, [*records, *added], added, now)


def do_what_is_due(connection: Connection, line: Line, ticket: TicketRecord, now: datetime) -> TicketRecord:
    """Do what the line itself owes a ticket by ``now`` (aware), each once, dated when it was due."""
    records = events_of(connection, ticket.number)
    due = overdue(history_of(records), rules_of(line), now)
    added = [_of_the_line(ticket, len(records) + place, event) for place, event in enumerate(due)]
    return _save(connection, line, ticket, ticket, [*records, *added], added, now) if added else ticket


def overdue(events: Sequence[TicketEvent], rules: TicketRules, now: datetime) -> list[TicketEvent]:
    """Return what was due by ``now`` (aware) and not done, in its order, dated when it was due."""
    history, found = list(events), list[TicketEvent]()
    while True:
        calendar = next(event.calendar for event in reversed(history) if event.calendar is not None)
        due = due_next(history, rules, calendar)
        if due is None or due.at > now:
            return found
        history.append(due)
        found.append(due)


def _save(
    connection: Connection,
    line: Line,
    before: TicketRecord,
    changed: TicketRecord,
    records: Sequence[TicketEventRecord],
    added: Sequence[TicketEventRecord],
    now: datetime,
) -> TicketRecord:
    standing = standing_of(history_of(records), rules_of(line))
    after = replace(
        stood(changed, standing),
        last_at=max(before.last_at, added[-1].at),
        position=len(records),
        folded=searchable(changed.number, changed.subject, changed.product, changed.module, changed.description),
    )
    save_ticket(connection, after, before.position)
    for each in added:
        add_event(connection, each)
    tell_consequences(connection, line, before, after, added, now)
    return after


def _require_billable(connection: Connection, ticket: TicketRecord, act: TicketAct) -> None:
    """Raise TicketMoveError for minutes that no bill would count: a merged ticket is billed with the other one."""
    into = find_ticket(connection, ticket.merged_into) if ticket.merged_into and act.minutes else None
    if into is not None and into.closed_at is not None:
        raise TicketMoveError(
            message(
                "minutes-after-the-bill",
                "the ticket {number}, in which this one went on, is closed and billed; note the time on an open one",
                number=into.number,
            )
        )


def _require_whole(act: TicketAct, events: Sequence[TicketEvent], rules: TicketRules, now: datetime) -> None:
    """Raise what is missing of an act, or TicketMoveError for a postponement that comes too late."""
    if act.kind is EventKind.REFUSED and not (act.text or act.details.get("recording")):
        raise ValueError(
            message("refusal-without-reason", "say why the solution is not accepted; it goes back to service with that")
        )
    if act.kind is EventKind.SEVERITY_CHANGED and act.severity is None:
        raise ValueError(message("severity-missing", "choose a severity, from 1 (critical) to 4 (low)"))
    if act.kind is EventKind.TRANSFERRED and act.area is None:
        raise ValueError(message("area-missing", "choose the area to which the ticket goes"))
    if act.kind is EventKind.POSTPONED:
        calendar = next(event.calendar for event in reversed(events) if event.calendar is not None)
        ends = deadline(events, rules.desk_hours(calendar).zone, rules.days)
        if ends is None or not ends.may_postpone(now):
            raise TicketMoveError(
                message("postponed-too-late", "the acceptance is postponed once, within the first days of the solution")
            )


def _calendar(act: TicketAct, ticket: TicketRecord, rules: TicketRules) -> str | None:
    """By which hours a ticket counts from its transfer on: in the area of its desk those of the desk, by which it was
    opened; else those of the area.
    """
    if act.kind is not EventKind.TRANSFERRED or act.area is None:
        return None
    desk = rules.desk_for(str(act.changes.get("destination") or ticket.destination or ""))
    if desk is not None and desk.area is act.area:
        return desk.calendar
    return rules.calendar_of(act.area) or ticket.calendar


def _record(
    ticket: TicketRecord, position: int, act: TicketAct, calendar: str | None, now: datetime
) -> TicketEventRecord:
    return TicketEventRecord(
        ticket.number,
        position,
        ticket.company_id,
        now,
        act.kind.value,
        act.party.value,
        act.author,
        act.contact_id,
        act.user_id,
        int(act.severity) if act.severity is not None and act.kind is EventKind.SEVERITY_CHANGED else None,
        act.area.value if act.area is not None and act.kind is EventKind.TRANSFERRED else None,
        calendar,
        act.minutes,
        act.visible,
        act.text,
        json.dumps(dict(act.details), sort_keys=True),
    )


def _of_the_line(ticket: TicketRecord, position: int, event: TicketEvent) -> TicketEventRecord:
    return TicketEventRecord(
        ticket.number, position, ticket.company_id, event.at, event.kind.value, event.party.value, ticket.line
    )
