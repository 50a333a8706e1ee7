"""``CustomerActs`` takes what a contact does to a ticket of their company, each form once.

A form has a token, which stands in the event that it brought about (and gives a new ticket its number): sent twice, or
by two servers at once, it is done once. What an act meets is read in its own transaction; where another one came
meanwhile, it is decided anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy.exc import IntegrityError

from data.ticket_attachments import bytes_sent
from data.ticket_events import events_of
from data.tickets import TicketChangedError, find_ticket, free_number
from data.unavailable import TransactionConflictError
from ivr.service_desk.acts import NoTicketError, TicketAct, act_on, do_what_is_due, ticket_for
from ivr.service_desk.appointments import change_appointment
from ivr.service_desk.attachments import NewAttachment, attach
from ivr.service_desk.billing import billed_minutes
from ivr.service_desk.linking import goes_on_in, reply_to_closed
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.service_desk.remote_access import answer_access, end_access
from ivr.service_desk.rules_of import rules_of
from ivr.service_desk.services import agree_to_service, decline_service
from ivr.service_desk.texts import kept_subject, kept_text
from ivr.tickets.appointments import AppointmentState
from ivr.tickets.events import CLOSED, EventKind, Severity, TicketParty, TicketState
from ivr.tickets.severity import proposed
from ivr.web.portal.tickets.desks import open_desks
from ivr.web.portal.tickets.forms import FORM, LARGEST_FILE, MOST_BYTES_A_DAY, MOST_FILES
from ivr.web.portal.tickets.may_open import CHANNEL, MayNotOpenError, may_open
from value_class import value_class
from wording import message

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.contact_profile import PortalContact
    from data.database import Database
    from data.tickets import TicketRecord
    from data.vault import Vault
    from ivr.call.lines import Lines
    from ivr.flow.line import Line
    from ivr.web.portal.tickets.forms import SentFile, TicketForm

_DAY: Final = timedelta(days=1)
_TRIES: Final = 3
_NUMBERS: Final = 50

Result = TypeVar("Result")


@value_class
class SentForm:
    """A form that ``contact`` sent: its token, what was written, and the files it brings."""

    contact: PortalContact
    token: str
    text: str = ""
    files: Sequence[SentFile] = ()


def to_accept(connection: Connection, line: Line, ticket: TicketRecord, now: datetime) -> str:
    """Return what stands to be accepted ``now`` (aware): the event of the solution, and the minutes that are billed.

    Seed 003 p. 15: hours are told before a solution is accepted, so that these are what the customer agrees to.
    """
    solutions = [each for each in events_of(connection, ticket.number) if each.kind == EventKind.SOLUTION_SENT.value]
    position = solutions[-1].position if solutions else 0
    return f"{position}/{billed_minutes(connection, line, ticket, now)}"


class CustomerActs:
    """Acts on tickets of ``database``; ``draw`` makes ids of files, ``clock`` gives aware instants."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        lines: Callable[[], Lines],
        clock: Callable[[], datetime],
        draw: Callable[[], str],
    ) -> None:
        self._database = database
        self._vault = vault
        self._lines = lines
        self._clock = clock
        self._draw = draw

    def line_of(self, ticket: TicketRecord) -> Line:
        """Return the line of a ticket. Raises NoTicketError where it is not served any more."""
        found = self._lines().named(ticket.line)
        if found is None or found.routing.tickets is None:
            raise NoTicketError(ticket.line)
        return found

    def open(self, line: Line, sent: SentForm, form: TicketForm) -> TicketRecord:
        """Open a ticket of ``line`` with the files of the form; the same one where the form was taken already.

        Raises ValueError, whose message has a code, where something is missing or not taken.
        """
        rules, now = rules_of(line), self._clock()
        desks = {each.destination: each for each in open_desks(line, rules)}
        subject, description = kept_subject(form.subject), kept_text(sent.text)
        if form.destination not in desks:
            raise ValueError(message("ticket-without-desk", "choose what the ticket is about"))
        if not description:
            raise ValueError(message("ticket-without-description", "describe what happens"))
        desk = desks[form.destination]
        new = NewTicket(
            company_id=sent.contact.company_id,
            contact_id=sent.contact.contact_id,
            channel=CHANNEL,
            area=desk.desk.area,
            calendar=desk.desk.calendar,
            severity=proposed(*form.answers(), otherwise=rules.severity),
            party=TicketParty.CUSTOMER,
            author=sent.contact.contact_name,
            subject=subject,
            description=description,
            destination=form.destination,
            product=kept_text(form.product) or desk.name,
            module=kept_text(form.module) or None,
            details={FORM: sent.token},
        )

        def opened(connection: Connection) -> TicketRecord:
            number, taken = self._number(connection, sent)
            if taken:
                return taken
            ticket = open_ticket(connection, line, new, number, now)
            return self._attached(connection, line, ticket, sent, now)

        return self._done(opened)

    def write(self, number: str, sent: SentForm) -> TicketRecord:
        """Take a message: the answer to a question that waits, a new linked ticket where the ticket is closed; for a
        merged ticket in the one in which it goes on.

        Return the ticket that has it now. Raises NoTicketError, MayNotOpenError where it would open one that the
        contact may not open, and ValueError for a message that says nothing.
        """
        text, now = kept_text(sent.text), self._clock()
        if not text:
            raise ValueError(message("ticket-message-empty", "write the message"))

        def written(connection: Connection) -> TicketRecord:
            ticket, line = self._due(connection, number, sent.contact, now)
            ticket = goes_on_in(connection, ticket)
            if self._is_taken(connection, ticket, sent.token):
                return ticket
            state = TicketState(ticket.state)
            if state in CLOSED:
                other, taken = self._number(connection, sent)
                if taken:
                    return taken
                if why := may_open(connection, sent.contact, line, now):
                    raise MayNotOpenError(why)
                reply = _act(EventKind.MESSAGE_ADDED, sent, text)
                ticket = reply_to_closed(connection, line, ticket, reply, other, now)
            else:
                kind = EventKind.ANSWERED if state is TicketState.PENDING_CUSTOMER else EventKind.MESSAGE_ADDED
                ticket = act_on(connection, line, ticket, _act(kind, sent, text), now)
            return self._attached(connection, line, ticket, sent, now)

        return self._done(written)

    def move(self, number: str, sent: SentForm, kind: EventKind, read: str = "") -> TicketRecord:
        """Accept, refuse or postpone a solution. Raises NoTicketError, and ValueError where its state does not take
        it, or another solution or more hours are to be accepted than were ``read`` (see ``to_accept``; empty: unknown).
        """
        text, now = kept_text(sent.text), self._clock()

        def moved(connection: Connection) -> TicketRecord:
            ticket, line = self._due(connection, number, sent.contact, now)
            if self._is_taken(connection, ticket, sent.token):
                return ticket
            if kind is EventKind.ACCEPTED and read not in ("", to_accept(connection, line, ticket, now)):
                raise ValueError(
                    message(
                        "solution-changed-meanwhile",
                        "another solution, or other hours, are to be accepted by now; read the ticket again",
                    )
                )
            ticket = act_on(connection, line, ticket, _act(kind, sent, text or None), now)
            return self._attached(connection, line, ticket, sent, now)

        return self._done(moved)

    def propose_severity(self, number: str, sent: SentForm, severity: Severity) -> TicketRecord:
        """Tell the staff which severity the customer sees, and why: people change it (seed 003 p. 14)."""
        text, now = kept_text(sent.text), self._clock()
        if not text:
            raise ValueError(message("ticket-message-empty", "write the message"))

        def told(connection: Connection) -> TicketRecord:
            ticket, line = self._due(connection, number, sent.contact, now)
            if self._is_taken(connection, ticket, sent.token):
                return ticket
            act = _act(EventKind.MESSAGE_ADDED, sent, text)
            proposal = replace(act, details={**act.details, "proposed_severity": int(severity)})
            return act_on(connection, line, ticket, proposal, now)

        return self._done(told)

    def answer_access(self, number: str, contact: PortalContact, access: str, *, allowed: bool) -> TicketRecord:
        """Allow or refuse a remote access. Raises NoTicketError, and ValueError for one that waits for no answer."""
        now = self._clock()

        def answered(connection: Connection) -> TicketRecord:
            ticket, line = self._due(connection, number, contact, now)
            after, _ = answer_access(
                connection,
                line,
                ticket,
                access,
                allowed=allowed,
                author=contact.contact_name,
                contact_id=contact.contact_id,
                channel=CHANNEL,
                now=now,
            )
            return after

        return self._done(answered)

    def end_access(self, number: str, contact: PortalContact, access: str) -> TicketRecord:
        """Withdraw a permission. Raises NoTicketError, and ValueError for one that is over."""
        now = self._clock()

        def ended(connection: Connection) -> TicketRecord:
            ticket, line = self._due(connection, number, contact, now)
            return end_access(
                connection,
                line,
                ticket,
                access,
                party=TicketParty.CUSTOMER,
                author=contact.contact_name,
                now=now,
                contact_id=contact.contact_id,
            )

        return self._done(ended)

    def answer_appointment(
        self, number: str, contact: PortalContact, appointment: str, *, confirmed: bool
    ) -> TicketRecord:
        """Confirm or refuse a proposed appointment. Raises NoTicketError, and ValueError for one that is settled."""
        now = self._clock()
        wanted = AppointmentState.CONFIRMED if confirmed else AppointmentState.REFUSED

        def answered(connection: Connection) -> TicketRecord:
            ticket, line = self._due(connection, number, contact, now)
            after, _ = change_appointment(
                connection,
                line,
                ticket,
                appointment,
                wanted,
                TicketParty.CUSTOMER,
                contact.contact_name,
                now,
                contact_id=contact.contact_id,
            )
            return after

        return self._done(answered)

    def answer_offer(self, number: str, contact: PortalContact, position: int, *, agreed: bool) -> TicketRecord:
        """Agree to the billed service that the event ``position`` offers, or decline it. Raises NoTicketError, and
        ValueError where that offer is not open, or the contact may not order billed services.
        """
        now = self._clock()
        answer = agree_to_service if agreed else decline_service

        def answered(connection: Connection) -> TicketRecord:
            ticket, line = self._due(connection, number, contact, now)
            return answer(connection, line, ticket, position, contact.contact_name, contact.contact_id, now)

        return self._done(answered)

    def _due(
        self, connection: Connection, number: str, contact: PortalContact, now: datetime
    ) -> tuple[TicketRecord, Line]:
        ticket = ticket_for(connection, number, contact.company_id)
        line = self.line_of(ticket)
        return do_what_is_due(connection, line, ticket, now), line

    def _number(self, connection: Connection, sent: SentForm) -> tuple[str, TicketRecord | None]:
        """The number of the ticket that the form opens, and the ticket itself where it did."""
        drawn = self._vault.protocols(f"form of company {sent.contact.company_id} {sent.token}")
        numbers = [next(drawn) for _ in range(_NUMBERS)]
        for number in numbers:
            ticket = find_ticket(connection, number)
            if ticket is None:
                break
            if ticket.company_id == sent.contact.company_id and ticket.channel == CHANNEL:
                return number, ticket
        return free_number(connection, numbers), None

    def _is_taken(self, connection: Connection, ticket: TicketRecord, token: str) -> bool:
        return any(json.loads(each.details).get(FORM) == token for each in events_of(connection, ticket.number))

    def _attached(
        self, connection: Connection, line: Line, ticket: TicketRecord, sent: SentForm, now: datetime
    ) -> TicketRecord:
        if len(sent.files) > MOST_FILES:
            raise ValueError(message("too-many-files-at-once", "send {most} files at once at most", most=MOST_FILES))
        if sent.files:
            before = bytes_sent(connection, ticket.company_id, TicketParty.CUSTOMER.value, now - _DAY)
            if before + sum(len(each.content) for each in sent.files) > MOST_BYTES_A_DAY:
                raise ValueError(message("files-of-a-day", "a company sends {most} bytes a day", most=MOST_BYTES_A_DAY))
        for each in sent.files:
            new = NewAttachment(
                each.name,
                each.content,
                TicketParty.CUSTOMER,
                sent.contact.contact_name,
                contact_id=sent.contact.contact_id,
                largest=LARGEST_FILE,
            )
            ticket = attach(connection, line, ticket, new, self._draw()[:34], now)
        return ticket

    def _done(self, work: Callable[[Connection], Result]) -> Result:
        for _ in range(_TRIES - 1):
            try:
                with self._database.transaction() as connection:
                    return work(connection)
            except (TicketChangedError, IntegrityError, TransactionConflictError):
                continue
        with self._database.transaction() as connection:
            return work(connection)


def _act(kind: EventKind, sent: SentForm, text: str | None) -> TicketAct:
    return TicketAct(
        kind,
        TicketParty.CUSTOMER,
        sent.contact.contact_name,
        contact_id=sent.contact.contact_id,
        text=text,
        details={FORM: sent.token, "channel": CHANNEL},
    )
