"""A ticket is the list of its events, oldest first: its state, severity and forecast follow from them, computed whole.

Seed 003 pp. 7 and 14-16 name what happens to a ticket. The values of the enumerations stand in stored rows, so that
every release after this one reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

from value_class import value_class


class TicketState(StrEnum):
    """A ticket stands in one of these."""

    OPENED = "opened"
    IN_ANALYSIS = "in-analysis"
    PENDING_CUSTOMER = "pending-customer"
    """A question is with the customer; unanswered for 15 days, it closes the ticket."""
    WITH_ANOTHER_AREA = "with-another-area"
    SOLUTION_SENT = "solution-sent"
    POSTPONED = "postponed"
    """A solution is with the customer, who took 30 days more to accept it."""
    REFUSED = "refused"
    """The customer did not accept the solution and said why: the ticket is back in service."""
    MERGED = "merged"
    """Its subject goes on in another ticket, until the merge is undone."""
    ACCEPTED = "accepted"
    ACCEPTED_BY_SILENCE = "accepted-by-silence"
    CLOSED_UNANSWERED = "closed-unanswered"


CLOSED: Final = frozenset({TicketState.ACCEPTED, TicketState.ACCEPTED_BY_SILENCE, TicketState.CLOSED_UNANSWERED})
"""Nothing leads out of these (seed 003 pp. 14-15: no reopening)."""

WITH_CUSTOMER: Final = frozenset({TicketState.PENDING_CUSTOMER, TicketState.SOLUTION_SENT, TicketState.POSTPONED})
"""The clock of a ticket stands still in these (seed 003 p. 14)."""


class EventKind(StrEnum):
    """Something happens to a ticket. Each of the first group moves the machine as the trigger of that name; the second
    leaves the state as it is.
    """

    OPENED = "opened"
    ANALYSIS_BEGUN = "analysis-begun"
    QUESTION_ASKED = "question-asked"
    ANSWERED = "answered"
    TRANSFERRED = "transferred"
    SOLUTION_SENT = "solution-sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    POSTPONED = "postponed"
    SILENCE_ACCEPTED = "silence-accepted"
    LEFT_UNANSWERED = "left-unanswered"
    MERGED = "merged"
    MERGE_UNDONE = "merge-undone"

    SEVERITY_CHANGED = "severity-changed"
    ASSIGNED = "assigned"
    ACTIVITY_NOTED = "activity-noted"
    MESSAGE_ADDED = "message-added"
    AUTOMATIC_REPLY = "automatic-reply"
    REMINDED = "reminded"
    ATTACHED = "attached"
    SPLIT = "split"
    LINKED = "linked"
    ACCESS_ASKED = "access-asked"
    ACCESS_ANSWERED = "access-answered"
    APPOINTMENT_CHANGED = "appointment-changed"
    SERVICE_CHANGED = "service-changed"


class TicketParty(StrEnum):
    """An event is of one of these."""

    CUSTOMER = "customer"
    STAFF = "staff"
    LINE = "line"
    """The line itself, by telephone without a person, or by its worker."""


class Severity(IntEnum):
    """Seed 003 p. 14: what is the effect, is there a way round, are data being corrupted."""

    CRITICAL = 1
    HIGH = 2
    MEDIUM = 3
    LOW = 4


class Area(StrEnum):
    """A ticket can move to one of these (seed 003 pp. 8 and 9)."""

    SUSTENTACAO = "sustentacao"
    FABRICA = "fabrica"
    INOVACAO = "inovacao"
    CONSULTORIA = "consultoria"


@value_class
class TicketEvent:
    """Something happened to a ticket ``at`` (aware) that moment, by ``party``; what people wrote is kept beside it.

    ``severity`` stands in ``opened`` and ``severity-changed``; ``area`` and ``calendar``, the name of the working hours
    that count from then on, in ``opened`` and ``transferred``.
    """

    at: datetime
    kind: EventKind
    party: TicketParty = TicketParty.LINE
    severity: Severity | None = None
    area: Area | None = None
    calendar: str | None = None


Events = Sequence[TicketEvent]
"""The events of one ticket in the order in which they were taken."""
