"""Three keys that a caller presses in a queue decide how severe the ticket of the call is.

The wait of a queue is no turn of a call: the answers so far stand in the address of the next question, and what they
decide is written when they do. The line proposes once; after a person has chosen a severity it changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING, Final

from data.ticket_events import events_of
from data.tickets import ticket_of_call
from ivr.service_desk.acts import TicketAct, act_on
from ivr.tickets.events import EventKind, Severity, TicketParty
from ivr.tickets.severity import proposed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.flow.line import Line

QUESTIONS: Final = ("usable", "way_round", "corrupts")
"""In the order in which they are asked (seed 003 p. 14)."""

_ANSWERS: Final = re.compile(r"[yn]{0,2}")


def read_answers(written: str | None) -> tuple[bool, ...] | None:
    """Return the answers out of an address (``yn``); None where no question was asked, or the text is another one."""
    if written is None or not _ANSWERS.fullmatch(written):
        return None
    return tuple(sign == "y" for sign in written)


def write_answers(answers: Sequence[bool]) -> str:
    """The reverse of ``read_answers``."""
    return "".join("y" if answer else "n" for answer in answers)


def next_question(answers: Sequence[bool]) -> int | None:
    """Return which question follows these answers (from 0); None where they decide, whatever else were answered."""
    left = len(QUESTIONS) - len(answers)
    found = {severity_of((*answers, *rest), Severity.MEDIUM) for rest in product((True, False), repeat=left)}
    return None if len(found) == 1 else len(answers)


def severity_of(answers: Sequence[bool], otherwise: Severity) -> Severity:
    """Return what the answers propose."""
    told = dict(zip(QUESTIONS, answers, strict=False))
    return proposed(told.get("usable"), told.get("way_round"), told.get("corrupts"), otherwise)


def note_severity(
    connection: Connection, line: Line, call_sid: str, answers: Sequence[bool], now: datetime
) -> datetime | None:
    """Write what the answers decide into the ticket of the call, and return its forecast (aware); None where the call
    has no ticket, or one that stands still.
    """
    ticket = ticket_of_call(connection, call_sid)
    if ticket is None or line.routing.tickets is None:
        return None
    if any(event.kind == EventKind.SEVERITY_CHANGED for event in events_of(connection, ticket.number)):
        return ticket.forecast_at
    act = TicketAct(
        EventKind.SEVERITY_CHANGED,
        TicketParty.LINE,
        line.name,
        contact_id=ticket.contact_id,
        severity=severity_of(answers, line.routing.tickets.severity),
        details=dict(zip(QUESTIONS, answers, strict=False)),
    )
    return act_on(connection, line, ticket, act, now).forecast_at
