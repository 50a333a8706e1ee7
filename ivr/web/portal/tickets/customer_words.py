"""The words in which customers read states, severities and events of tickets; staff have those of ``ivr.tickets``.

A kind of event without a sentence here is shown to no customer: so a kind that is new is hidden until it has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ivr.tickets.events import EventKind, Severity, TicketState
from ivr.web.shell.layout import N_

STATES: Final[Mapping[TicketState, str]] = {
    TicketState.OPENED: N_("Received"),
    TicketState.IN_ANALYSIS: N_("Being analysed"),
    TicketState.PENDING_CUSTOMER: N_("Waiting for your answer"),
    TicketState.WITH_ANOTHER_AREA: N_("With another team of ours"),
    TicketState.SOLUTION_SENT: N_("Solution waiting for your acceptance"),
    TicketState.POSTPONED: N_("Acceptance postponed by you"),
    TicketState.REFUSED: N_("Solution refused by you, back in service"),
    TicketState.MERGED: N_("Goes on in another ticket"),
    TicketState.ACCEPTED: N_("Closed: you accepted the solution"),
    TicketState.ACCEPTED_BY_SILENCE: N_("Closed: the time to answer the solution ended"),
    TicketState.CLOSED_UNANSWERED: N_("Closed: our question was left unanswered"),
}
"""Each state, as its customer sees it."""

SEVERITIES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: N_("1, critical"),
    Severity.HIGH: N_("2, high"),
    Severity.MEDIUM: N_("3, medium"),
    Severity.LOW: N_("4, low"),
}
"""Each severity."""

MEANINGS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: N_("the function cannot be used and there is no way round, or data are being damaged"),
    Severity.HIGH: N_("it can be used with severe restrictions, or by a way round"),
    Severity.MEDIUM: N_("it can be used with small restrictions"),
    Severity.LOW: N_("little effect: spelling, navigation, looks"),
}
"""What a customer chooses a severity by (seed 003 p. 14)."""

EVENTS: Final[Mapping[EventKind, str]] = {
    EventKind.OPENED: N_("Ticket opened"),
    EventKind.ANALYSIS_BEGUN: N_("The analysis began"),
    EventKind.QUESTION_ASKED: N_("We asked you"),
    EventKind.ANSWERED: N_("You answered"),
    EventKind.TRANSFERRED: N_("Passed on to another team of ours"),
    EventKind.SOLUTION_SENT: N_("Solution sent"),
    EventKind.ACCEPTED: N_("Solution accepted"),
    EventKind.REFUSED: N_("Solution refused"),
    EventKind.POSTPONED: N_("Acceptance postponed"),
    EventKind.SILENCE_ACCEPTED: N_("Closed: the time to answer the solution ended"),
    EventKind.LEFT_UNANSWERED: N_("Closed: our question was left unanswered"),
    EventKind.MERGED: N_("Goes on in another ticket"),
    EventKind.MERGE_UNDONE: N_("Goes on by itself again"),
    EventKind.SEVERITY_CHANGED: N_("Severity changed"),
    EventKind.ACTIVITY_NOTED: N_("What we did"),
    EventKind.MESSAGE_ADDED: N_("Message"),
    EventKind.REMINDED: N_("Reminder sent to you"),
    EventKind.ATTACHED: N_("File added"),
    EventKind.SPLIT: N_("Another subject goes on in a ticket of its own"),
    EventKind.LINKED: N_("Another ticket belongs to this one"),
    EventKind.ACCESS_ASKED: N_("We asked for remote access"),
    EventKind.ACCESS_ANSWERED: N_("Remote access answered"),
    EventKind.APPOINTMENT_CHANGED: N_("Appointment changed"),
    EventKind.SERVICE_CHANGED: N_("Billed service changed"),
}
"""Each kind of event that a customer may see, where the event itself is visible."""

PREPARED: Final = N_("Preparation of the remote access that you allowed")
"""In place of an activity that the line itself noted."""

ANSWER_NOTED: Final = N_("Your answer, as our analyst noted it")
"""What a customer reads of an answer that was given in a talk."""

ACCESS_ANSWERS: Final[Mapping[tuple[bool, str], str]] = {
    (True, "telephone"): N_("allowed by telephone"),
    (False, "telephone"): N_("refused by telephone"),
    (True, "portal"): N_("allowed on this portal"),
    (False, "portal"): N_("refused on this portal"),
}
"""What was answered about a remote access, by whether it was allowed and by how."""

ACCESS_ENDED: Final = N_("ended before its time")

WITH_TEXT: Final = frozenset(
    {
        EventKind.OPENED,
        EventKind.QUESTION_ASKED,
        EventKind.ANSWERED,
        EventKind.SOLUTION_SENT,
        EventKind.ACCEPTED,
        EventKind.REFUSED,
        EventKind.ACTIVITY_NOTED,
        EventKind.MESSAGE_ADDED,
        EventKind.ATTACHED,
        EventKind.ACCESS_ASKED,
    }
)
"""Kinds whose text was written for the other side; that of a transfer or a merge is a note among the staff."""

REFUSALS: Final[Mapping[str, str]] = {
    "ticket-closed": N_("This ticket is closed for good. What you write now opens a new ticket, linked to it."),
    "ticket-move-impossible": N_("The ticket has moved on meanwhile, so this is not possible any more. See below."),
    "postponed-too-late": N_("The acceptance can be postponed once a solution, and within the first days of it."),
    "refusal-without-reason": N_("Say why the solution does not serve: it goes back to service with that."),
    "ticket-text-too-long": N_("The text is too long: 10,000 characters at most. Attach the rest as a file."),
    "ticket-without-subject": N_("Write the subject in a few words."),
    "ticket-subject-too-long": N_("The subject is too long: 200 characters at most. The description takes the rest."),
    "ticket-without-desk": N_("Choose what the ticket is about."),
    "ticket-without-description": N_("Describe what happens."),
    "ticket-message-empty": N_("Write the message."),
    "too-many-files-at-once": N_("Too many files at once. Nothing was sent; choose fewer."),
    "files-of-a-day": N_(
        "Your company has sent very many files today. Nothing was sent; send them tomorrow, or call us."
    ),
    "attachment-empty": N_("A file is empty. Nothing was sent; choose it again."),
    "attachment-too-large": N_("A file is too large. Nothing was sent; cut it, or pack it as a zip."),
    "file-without-name": N_("A file has no name with an ending. Nothing was sent; give it one, like log.txt."),
    "file-of-wrong-kind": N_(
        "A file is of no kind that is taken, or its content is another than its name says. Nothing was sent."
    ),
    "too-many-files": N_("The ticket has as many files as it can have. Nothing was sent."),
    "appointment-unknown": N_("This ticket has no such appointment."),
    "appointment-settled": N_("This appointment was answered or is over already."),
    "appointment-lapsed": N_(
        "This time was not confirmed in time and has lapsed. Write to the analyst for another one."
    ),
    "appointment-taken": N_("The analyst has another appointment at that time by now. Write for another one."),
    "solution-changed-meanwhile": N_(
        "Nothing was accepted: another solution came, or the hours changed, since you opened the page. Read it again."
    ),
    "service-offer-gone": N_("This offer was answered already."),
    "service-offer-changed": N_("The term or its price changed since. Ask the analyst for the present one."),
    "contact-may-not-order": N_(
        "Your profile has no billed consultancy. Your company's administrator can give it under Contacts."
    ),
    "access-not-waiting": N_("This request for remote access waits for no answer any more."),
    "access-over": N_("This remote access is over already."),
    "no-such-access": N_("This ticket has no such request for remote access."),
}
"""What a customer reads where an act is refused, by the stable code of the rule's message."""

OTHERWISE: Final = N_("This was not possible. Load the page again and see where the ticket stands.")
"""Where a rule refuses with a code that has no words here."""
