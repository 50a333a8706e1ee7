"""The words that staff read for the states, events, severities and areas of tickets, in commands and on pages.

Customers read and hear others: those of the portal and of the prompts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ivr.tickets.events import Area, EventKind, Severity, TicketParty, TicketState
from wording import Message, phrase

STATE_WORDS: Final[Mapping[TicketState, Message]] = {
    TicketState.OPENED: phrase("opened"),
    TicketState.IN_ANALYSIS: phrase("in analysis"),
    TicketState.PENDING_CUSTOMER: phrase("waiting for the customer's answer"),
    TicketState.WITH_ANOTHER_AREA: phrase("with another area"),
    TicketState.SOLUTION_SENT: phrase("solution sent"),
    TicketState.POSTPONED: phrase("acceptance postponed"),
    TicketState.REFUSED: phrase("solution refused"),
    TicketState.MERGED: phrase("merged into another ticket"),
    TicketState.ACCEPTED: phrase("solution accepted"),
    TicketState.ACCEPTED_BY_SILENCE: phrase("solution accepted by silence"),
    TicketState.CLOSED_UNANSWERED: phrase("closed without an answer"),
}
"""Each state."""

KIND_WORDS: Final[Mapping[EventKind, Message]] = {
    EventKind.OPENED: phrase("open a ticket"),
    EventKind.ANALYSIS_BEGUN: phrase("begin the analysis"),
    EventKind.QUESTION_ASKED: phrase("ask the customer"),
    EventKind.ANSWERED: phrase("answer"),
    EventKind.TRANSFERRED: phrase("transfer to an area"),
    EventKind.SOLUTION_SENT: phrase("send the solution"),
    EventKind.ACCEPTED: phrase("accept the solution"),
    EventKind.REFUSED: phrase("refuse the solution"),
    EventKind.POSTPONED: phrase("postpone the acceptance"),
    EventKind.SILENCE_ACCEPTED: phrase("accept by silence"),
    EventKind.LEFT_UNANSWERED: phrase("close without an answer"),
    EventKind.MERGED: phrase("merge"),
    EventKind.MERGE_UNDONE: phrase("undo the merge"),
    EventKind.SEVERITY_CHANGED: phrase("change the severity"),
    EventKind.ASSIGNED: phrase("assign"),
    EventKind.ACTIVITY_NOTED: phrase("note an activity"),
    EventKind.MESSAGE_ADDED: phrase("add a message"),
    EventKind.AUTOMATIC_REPLY: phrase("note an automatic reply"),
    EventKind.REMINDED: phrase("remind"),
    EventKind.ATTACHED: phrase("attach a file"),
    EventKind.SPLIT: phrase("split"),
    EventKind.LINKED: phrase("link"),
    EventKind.ACCESS_ASKED: phrase("ask for remote access"),
    EventKind.ACCESS_ANSWERED: phrase("answer about remote access"),
    EventKind.APPOINTMENT_CHANGED: phrase("change the appointment"),
    EventKind.SERVICE_CHANGED: phrase("change the service"),
}
"""Each kind of event, as an act."""

SEVERITY_WORDS: Final[Mapping[Severity, Message]] = {
    Severity.CRITICAL: phrase("critical"),
    Severity.HIGH: phrase("high"),
    Severity.MEDIUM: phrase("medium"),
    Severity.LOW: phrase("low"),
}
"""Each severity."""

AREA_WORDS: Final[Mapping[Area, str]] = {
    Area.SUSTENTACAO: "Sustentação",
    Area.FABRICA: "Fábrica",
    Area.INOVACAO: "Inovação",
    Area.CONSULTORIA: "Consultoria",
}
"""Each area by its own name, which is the same in every language."""

PARTY_WORDS: Final[Mapping[TicketParty, Message]] = {
    TicketParty.CUSTOMER: phrase("customer"),
    TicketParty.STAFF: phrase("staff"),
    TicketParty.LINE: phrase("the line itself"),
}
"""Each party."""
