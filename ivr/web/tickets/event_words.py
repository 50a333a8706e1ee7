"""The pages tell what happened to a ticket in words: behind the name of who did it, and what came with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from data.ticket_events import TicketEventRecord
from ivr.service_desk.minutes import CORRECTS
from ivr.tickets.appointments import AppointmentState
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from ivr.tickets.remote_access import answer_told
from ivr.tickets.words import AREA_WORDS, SEVERITY_WORDS
from wording import Message, phrase

DID: Final[Mapping[EventKind, Message]] = {
    EventKind.OPENED: phrase("opened the ticket"),
    EventKind.ANALYSIS_BEGUN: phrase("began the analysis"),
    EventKind.QUESTION_ASKED: phrase("asked the customer"),
    EventKind.ANSWERED: phrase("answered the question"),
    EventKind.TRANSFERRED: phrase("transferred the ticket"),
    EventKind.SOLUTION_SENT: phrase("sent a solution"),
    EventKind.ACCEPTED: phrase("accepted the solution"),
    EventKind.REFUSED: phrase("refused the solution"),
    EventKind.POSTPONED: phrase("postponed the acceptance"),
    EventKind.SILENCE_ACCEPTED: phrase("closed it: silence accepted the solution"),
    EventKind.LEFT_UNANSWERED: phrase("closed it: the question was left unanswered"),
    EventKind.MERGED: phrase("merged it into another ticket"),
    EventKind.MERGE_UNDONE: phrase("undid the merge"),
    EventKind.SEVERITY_CHANGED: phrase("changed the severity"),
    EventKind.ASSIGNED: phrase("assigned it"),
    EventKind.ACTIVITY_NOTED: phrase("noted an activity"),
    EventKind.MESSAGE_ADDED: phrase("added a message"),
    EventKind.AUTOMATIC_REPLY: phrase("sent an automatic reply"),
    EventKind.REMINDED: phrase("reminded the customer"),
    EventKind.ATTACHED: phrase("attached a file"),
    EventKind.SPLIT: phrase("split off another subject"),
    EventKind.LINKED: phrase("linked another ticket"),
    EventKind.ACCESS_ASKED: phrase("asked for remote access"),
    EventKind.ACCESS_ANSWERED: phrase("answered about remote access"),
    EventKind.APPOINTMENT_CHANGED: phrase("changed an appointment"),
    EventKind.SERVICE_CHANGED: phrase("changed the service"),
}
"""Each kind of event, as what its author did."""

APPOINTMENT_WORDS: Final[Mapping[str, Message]] = {
    AppointmentState.PROPOSED.value: phrase("proposed"),
    AppointmentState.CONFIRMED.value: phrase("confirmed"),
    AppointmentState.REFUSED.value: phrase("refused"),
    AppointmentState.LAPSED.value: phrase("lapsed, as nobody confirmed it"),
    AppointmentState.CANCELLED.value: phrase("cancelled"),
    AppointmentState.HELD.value: phrase("was held"),
}
"""Each state of an appointment."""

_SHOWN: Final = 60
"""Characters of a name in the details that are told."""


def details_of(event: TicketEventRecord) -> Mapping[str, Any]:
    """Return what the event holds beside its columns; nothing for what no release of ours wrote."""
    try:
        found = json.loads(event.details)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def did(event: TicketEventRecord) -> Message:
    """Return what the author of an event did."""
    details = details_of(event)
    if event.kind == EventKind.ACCESS_ANSWERED:
        if details.get("ended"):
            return phrase("ended the remote access")
        return phrase("allowed the remote access") if details.get("allowed") else phrase("refused the remote access")
    if details.get("preparation"):
        return phrase("was prepared for remote access, as the customer allowed it")
    if event.kind == EventKind.MESSAGE_ADDED and details.get("offers"):
        return phrase("offered a billed service, by this term")
    if details.get(CORRECTS) is not None:
        return phrase("corrected the minutes of an activity")
    if event.kind == EventKind.ANSWERED and event.party == TicketParty.STAFF:
        return phrase("noted the customer's answer")
    if details.get("described"):
        return phrase("named the subject")
    return DID[EventKind(event.kind)]


def notes_of(event: TicketEventRecord, staff: Mapping[int, str]) -> Iterator[str]:
    """Yield what came with an event beside its text and minutes; ``staff`` are the names of users by their ids."""
    details = details_of(event)
    if event.severity is not None:
        word = SEVERITY_WORDS[Severity(event.severity)]
        yield phrase("severity {number} ({word})", number=event.severity, word=word)
    if event.area is not None:
        yield phrase("area: {area}", area=AREA_WORDS[Area(event.area)])
    if event.kind == EventKind.ASSIGNED:
        name = staff.get(_whole(details.get("analyst")))
        yield phrase("analyst: {name}", name=name) if name else phrase("no analyst")
    if event.kind == EventKind.SOLUTION_SENT and "cause" in details:
        at_fault = details["cause"] == "product"
        yield phrase("the product is at fault") if at_fault else phrase("the product is not at fault")
    if details.get("patch"):
        yield phrase("patch: {name}", name=str(details["patch"])[:_SHOWN])
    if event.kind == EventKind.ACCESS_ASKED:
        yield phrase("tool: {name}", name=str(details.get("tool", ""))[:_SHOWN])
        minutes = _whole(details.get("preparation_minutes"))
        if minutes:
            yield phrase("{minutes} min of preparation, billed where it is allowed", minutes=minutes)
    if details.get(CORRECTS) is not None:
        yield phrase(
            "{was} min become {minutes} min", was=_whole(details.get("was")), minutes=_whole(details["minutes"])
        )
    if event.kind == EventKind.ACCESS_ANSWERED and not details.get("ended"):
        given = answer_told(details.get("channel"), details.get("protocol"))
        if given:
            yield given
    if event.kind == EventKind.APPOINTMENT_CHANGED and details.get("state") in APPOINTMENT_WORDS:
        yield APPOINTMENT_WORDS[details["state"]]


def other_ticket(event: TicketEventRecord) -> str | None:
    """Return the number of the ticket that an event names."""
    number = details_of(event).get("ticket")
    return number if isinstance(number, str) and number.isascii() and number.isdigit() else None


def said_in(event: TicketEventRecord) -> str | None:
    """Return the sid of the recording, or the id of the talk, in which something was said; None for what was not."""
    details = details_of(event)
    found = details.get("recording") or details.get("talk")
    return found if isinstance(found, str) else None


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
