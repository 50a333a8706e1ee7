"""``shown`` is a ticket as its customer may see it: no internal event, no minutes but billed ones, customer words only.

Its state is that of its events with what the line owes it by now, so that a page is right while the worker is late.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from data.ticket_attachments import AttachmentName, attachments_of
from data.ticket_events import TicketEventRecord, events_of
from ivr.service_desk.acts import overdue
from ivr.service_desk.billing import billed_events
from ivr.service_desk.history import history_of
from ivr.service_desk.rules_of import rules_of
from ivr.service_desk.standing import standing_of
from ivr.tickets.acceptance import Deadline, deadline
from ivr.tickets.events import CLOSED, Area, EventKind, Severity, TicketParty, TicketState
from ivr.tickets.machine import may
from ivr.tickets.words import AREA_WORDS
from ivr.web.portal.tickets.customer_words import (
    ACCESS_ANSWERS,
    ACCESS_ENDED,
    ANSWER_NOTED,
    EVENTS,
    PREPARED,
    SEVERITIES,
    STATES,
    WITH_TEXT,
)
from value_class import value_class

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.tickets import TicketRecord
    from ivr.flow.line import Line


@value_class
class CustomerEvent:
    """An event as a customer sees it. ``title`` is to be translated; ``told`` is what an area or a severity changed to,
    or what was answered, ``ticket`` the number of a ticket that it leads to, ``protocol`` that of the call in which it
    happened. ``minutes`` are those that are billed of it (seed 001, item b); None where none are.
    """

    at: datetime
    title: str
    author: str
    is_ours: bool
    text: str | None
    told: str
    ticket: str | None
    files: tuple[AttachmentName, ...]
    protocol: str | None = None
    minutes: int | None = None


@value_class
class CustomerTicket:
    """A ticket as a customer sees it. ``state`` and ``severity`` are words to be translated, moments are aware.

    ``forecast_at`` is None while the clock stands still; ``ends`` says until when what is with the customer waits;
    ``postponed_until`` is the last day that a postponement would give, None where there is none to be had.
    """

    record: TicketRecord
    standing: TicketState
    state: str
    severity: str
    area: str
    forecast_at: datetime | None
    ends: Deadline | None
    postponed_until: date | None
    solution_at: datetime | None
    events: tuple[CustomerEvent, ...]

    @property
    def is_closed(self) -> bool:
        """Return whether it is closed for good."""
        return self.standing in CLOSED

    @property
    def asks(self) -> bool:
        """Return whether a question of ours waits for the customer's answer."""
        return may(self.standing, EventKind.ANSWERED)

    @property
    def offers(self) -> bool:
        """Return whether a solution waits for its acceptance."""
        return may(self.standing, EventKind.ACCEPTED)

    @property
    def is_merged(self) -> bool:
        """Return whether its subject goes on in another ticket."""
        return self.standing is TicketState.MERGED


def shown(connection: Connection, line: Line, ticket: TicketRecord, now: datetime) -> CustomerTicket:
    """Return the ticket as its customer may see it at ``now`` (aware)."""
    rules = rules_of(line)
    records = events_of(connection, ticket.number)
    files = attachments_of(connection, ticket.number)
    history = list(history_of(records))
    due = overdue(history, rules, now)
    whole = [*history, *due]
    standing = standing_of(whole, rules)
    ends = deadline(whole, rules.desk_hours(standing.calendar).zone, rules.days)
    until = None
    if ends and ends.may_postpone(now) and may(standing.state, EventKind.POSTPONED):
        until = date.fromordinal(ends.last_day.toordinal() + rules.days.postponed)
    solved = [each.at for each in whole if each.kind is EventKind.SOLUTION_SENT]
    of_the_line = [
        CustomerEvent(each.at, EVENTS[each.kind], "", True, None, "", None, ()) for each in due if each.kind in EVENTS
    ]
    return CustomerTicket(
        ticket,
        standing.state,
        STATES[standing.state],
        SEVERITIES[standing.severity],
        AREA_WORDS[standing.area],
        standing.forecast_at,
        ends,
        until,
        solved[-1] if solved else None,
        (*shown_events(records, files, billed_events(ticket, records)), *of_the_line),
    )


def shown_events(
    records: Sequence[TicketEventRecord], files: Sequence[AttachmentName], billed: Mapping[int, int]
) -> tuple[CustomerEvent, ...]:
    """Return the events that a customer may see, oldest first, with the files that came with each; ``billed`` are
    minutes by the positions of events.
    """
    return tuple(replace(_event(each, files), minutes=billed.get(each.position)) for each in records if is_shown(each))


def is_shown(record: TicketEventRecord) -> bool:
    """Return whether a customer may see the event, and so the files that came with it."""
    return record.visible and EventKind(record.kind) in EVENTS


def seen_by_customer(record: TicketEventRecord) -> TicketEventRecord | None:
    """Return the event with the text that was written for the customer, None where it is hidden from customers."""
    if not is_shown(record):
        return None
    return record if EventKind(record.kind) in WITH_TEXT else replace(record, text=None)


def _event(record: TicketEventRecord, files: Sequence[AttachmentName]) -> CustomerEvent:
    kind, party = EventKind(record.kind), TicketParty(record.party)
    details = _details(record)
    linked, protocol = details.get("ticket"), details.get("protocol")
    return CustomerEvent(
        record.at,
        _did(kind, party, details),
        "" if party is TicketParty.LINE and not details.get("preparation") else record.author,
        party is not TicketParty.CUSTOMER,
        (record.text or None) if kind in WITH_TEXT else None,
        _told(record, details),
        linked if isinstance(linked, str) else None,
        tuple(each for each in files if each.position == record.position),
        protocol if isinstance(protocol, str) else None,
    )


def _did(kind: EventKind, party: TicketParty, details: Mapping[str, Any]) -> str:
    if details.get("preparation"):
        return PREPARED
    return ANSWER_NOTED if kind is EventKind.ANSWERED and party is TicketParty.STAFF else EVENTS[kind]


def _told(record: TicketEventRecord, details: Mapping[str, Any]) -> str:
    if record.kind == EventKind.TRANSFERRED and record.area:
        return AREA_WORDS[Area(record.area)]
    if record.kind == EventKind.SEVERITY_CHANGED and record.severity:
        return SEVERITIES[Severity(record.severity)]
    if record.kind == EventKind.ACCESS_ANSWERED:
        answer = bool(details.get("allowed")), str(details.get("channel", ""))
        return ACCESS_ENDED if details.get("ended") else ACCESS_ANSWERS.get(answer, "")
    return ""


def _details(record: TicketEventRecord) -> Mapping[str, Any]:
    found = json.loads(record.details)
    return found if isinstance(found, dict) else {}
