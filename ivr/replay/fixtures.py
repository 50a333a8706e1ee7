"""Reads the ``fixtures`` of a call script: companies, contacts and invoices that differ from the stored ones.

    fixtures:
      companies:
        - document: 11.222.333/0001-81       # the only key that must be there
          name: Padaria Pão Quente Ltda
          contract_until: 2026-12-31         # empty: without end
          datacenter: yes
          special_contract: SLA              # BSO, PRIME, PRIME.ANA; empty: none
          area_code: "11"                    # of its address; empty: not known
          unit: Franquia Campinas            # whose consultants its contacts are; empty: none
          contacts:                          # known by the name, else by the password; else a new one
            - {name: Ana, password: "1234", blocked: no, administrator: no, support: yes, consultancy: no}
          invoices:                          # known by the number; a new one needs amount and due
            - {number: F-1, amount: 150.00, due: 2026-01-10, grace_days: 30, paid: no}
      closures:                              # destinations that ops closed before the call came in
        - {destination: suporte, reason: falta de luz, until: 2026-03-10T18:00}   # until: local time of the line
      announcements:                         # what callers are told: of the whole line, or on the way to a destination
        - {text: Estamos com instabilidade., destination: suporte, from: 2026-03-10T08:00, until: 2026-03-10T18:00}
      staff:                                 # who may close destinations by telephone
        - {number: "101", name: Bia, password: "48151623"}
      agents:                                # who takes calls, and what each serves how well; state: default available
        - {login: rita, name: Rita, telephone: "+551150900901", serves: {suporte: 3, suporte.rm: 5},
           hours: seg-sex 08:00-18:00, state: paused, reason: almoço}
      tickets:                               # tickets of companies, opened and acted on before the call came in
        - number: "4003001501"               # ten digits
          document: 11.222.333/0001-81
          opened: 2026-03-02T09:00           # local time of the line, here and below
          destination: suporte.rm            # and, where they matter, contact, area, severity, subject, service,
          analyst: rita                      # analyst (an agent's login)
          events:                            # kinds as in ivr/tickets/events.py; by: customer, staff or line
            - {at: 2026-03-02T10:00, kind: solution-sent, by: staff, text: Aplique o patch., minutes: 30}
          accesses:                          # remote accesses asked for: each waits, or has its answer of the portal
            - {at: 2026-03-02T11:00, tool: AnyDesk, purpose: Ver o erro, minutes: 45,   # of a tool not approved
               answer: allowed, answered: 2026-03-02T11:20}                             # or refused

Each mistake is told at its place; no message repeats a document or a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, cast

from data import closures, company, contact, invoice, staff, users, values
from data.agent_skills import LEVELS
from data.agent_states import ASKED_FOR, AgentState
from data.fixtures import (
    FixtureAccess,
    FixtureAgent,
    FixtureAnnouncement,
    FixtureClosure,
    FixtureCompany,
    FixtureContact,
    FixtureInvoice,
    Fixtures,
    FixtureSkill,
    FixtureStaff,
    FixtureTicket,
    FixtureTicketEvent,
)
from ivr.flow.announcements import refusal_of_text, refusal_of_times
from ivr.flow.working_hours import parse_working_hours
from ivr.source.fields import Fields
from ivr.tickets.events import Area, EventKind, TicketParty
from ivr.tickets.remote_access import MOST_PREPARATION, AccessState
from routing.agent_telephones import address_of, parse_telephone
from routing.closures import EVERYTHING
from routing.documents import parse_document
from wording import message, phrase

AGENT_STATES: Final = tuple(state.value for state in AgentState if state in ASKED_FOR)
"""In which an agent may be before the call."""

ACCESS_ANSWERS: Final = (AccessState.ALLOWED.value, AccessState.REFUSED.value)
"""What a customer may have answered before the call."""

_TICKET_NUMBER = re.compile(r"[0-9]{10}")

_read_document = company.document_reader(parse_document)


def read_fixtures(fields: Fields) -> Fixtures:
    """Read the mapping below ``fixtures``; what is wrong goes to the diagnostics of ``fields``, and is left out."""
    companies = [_company(each) for each in _records(fields, "companies", phrase("company"))]
    closed = [_closure(each) for each in _records(fields, "closures", phrase("closure"))]
    people = [_staff(each) for each in _records(fields, "staff", phrase("person"))]
    announced = [_announcement(each) for each in _records(fields, "announcements", phrase("announcement"))]
    agents = [_agent(each) for each in _records(fields, "agents", phrase("agent"))]
    tickets = [_ticket(each) for each in _records(fields, "tickets", phrase("ticket"))]
    fields.finish()
    return Fixtures(
        tuple(each for each in companies if each),
        tuple(each for each in closed if each),
        tuple(each for each in people if each),
        tuple(each for each in announced if each),
        tuple(each for each in agents if each),
        tuple(each for each in tickets if each),
    )


def _records(fields: Fields, key: str, one: str) -> Iterator[Fields]:
    """Read each item of the list under ``key``; what none of its readers asks for is told at the end."""
    for number, item in enumerate(fields.items(key), start=1):
        owner = phrase("{one} {number} of {owner}", one=one, number=number, owner=fields.owner)
        record = Fields.of(item, owner, fields.diagnostics, fields.mark, hides_keys=True)
        yield record
        record.finish()


def _company(fields: Fields) -> FixtureCompany | None:
    document = fields.parsed("document", _read_document, required=True)
    known = cast(company.CompanyFields, _given(fields, company.READERS))
    contacts = [_contact(each) for each in _records(fields, "contacts", phrase("contact"))]
    invoices = [_invoice(each) for each in _records(fields, "invoices", phrase("invoice"))]
    if document is None:
        return None
    return FixtureCompany(
        document, known, tuple(each for each in contacts if each), tuple(each for each in invoices if each)
    )


def _contact(fields: Fields) -> FixtureContact | None:
    password = fields.parsed("password", contact.password, required=True)
    known = cast(contact.ContactFields, _given(fields, contact.READERS, apart="password"))
    return None if password is None else FixtureContact(fields.mark, password, known)


def _invoice(fields: Fields) -> FixtureInvoice | None:
    number = fields.parsed("number", values.words, required=True)
    known = cast(invoice.InvoiceFields, _given(fields, invoice.READERS, apart="number"))
    return None if number is None else FixtureInvoice(fields.mark, number, known)


def _closure(fields: Fields) -> FixtureClosure | None:
    scope = fields.parsed("destination", closures.read_scope, required=True)
    reason = fields.parsed("reason", values.words, required=True)
    until = fields.parsed("until", values.moment)
    return FixtureClosure(fields.mark_of("destination"), scope, reason, until) if scope and reason else None


def _announcement(fields: Fields) -> FixtureAnnouncement | None:
    text = fields.parsed("text", _announced, required=True)
    scope = fields.parsed("destination", closures.read_scope, default=EVERYTHING)
    since, until = fields.parsed("from", values.moment), fields.parsed("until", values.moment)
    mark = fields.mark_of("destination" if fields.has("destination") else "text")
    if since and until and (why := refusal_of_times(since, until, fields.owner)):
        fields.diagnostics.error(fields.mark_of("until"), why)
        return None
    return FixtureAnnouncement(mark, scope, text, since, until) if text and scope else None


def _announced(written: str) -> str:
    text = values.words(written)
    why = refusal_of_text(text, phrase("it"))
    if why:
        raise ValueError(why)
    return text


def _staff(fields: Fields) -> FixtureStaff | None:
    number = fields.parsed("number", staff.staff_number, required=True)
    name = fields.parsed("name", values.words, required=True)
    password = fields.parsed("password", staff.staff_password, required=True)
    return FixtureStaff(number, name, password) if number and name and password else None


def _agent(fields: Fields) -> FixtureAgent | None:
    login = fields.parsed("login", users.login_name, required=True)
    name = fields.parsed("name", values.words) or login
    telephone = fields.parsed("telephone", parse_telephone, required=True)
    hours = fields.parsed("hours", parse_working_hours)
    state = fields.choice("state", AGENT_STATES, default=AgentState.AVAILABLE.value)
    reason = fields.parsed("reason", values.words)
    serves = _skills(fields)
    if not (login and name and telephone and state and serves is not None):
        return None
    return FixtureAgent(
        fields.mark_of("telephone"),
        login,
        name,
        address_of(telephone),
        serves,
        hours.text if hours else None,
        AgentState(state),
        reason,
    )


def _ticket(fields: Fields) -> FixtureTicket | None:
    number = fields.parsed("number", _ticket_number, required=True)
    document = fields.parsed("document", _read_document, required=True)
    opened = fields.parsed("opened", values.moment, required=True)
    destination, contact_, subject = (fields.text(key) for key in ("destination", "contact", "subject"))
    service, analyst = fields.text("service"), fields.text("analyst")
    area = fields.choice("area", [each.value for each in Area], default="") or None
    severity = fields.whole("severity", 0, least=0, most=4) or None
    events = [_ticket_event(each) for each in _records(fields, "events", phrase("event"))]
    accesses = [_access(each) for each in _records(fields, "accesses", phrase("remote access"))]
    if not (number and document and opened):
        return None
    return FixtureTicket(
        fields.mark_of("number"), number, document, opened, destination, contact_, area, severity, subject, service,
        analyst, tuple(each for each in events if each), tuple(each for each in accesses if each),
    )  # fmt: skip


def _ticket_event(fields: Fields) -> FixtureTicketEvent | None:
    at = fields.parsed("at", values.moment, required=True)
    kind = fields.choice("kind", [each.value for each in EventKind])
    by = fields.choice("by", [each.value for each in TicketParty], default=TicketParty.STAFF.value)
    text, cause = fields.text("text"), fields.text("cause")
    minutes = fields.whole("minutes", 0, least=0, most=6000) or None
    severity = fields.whole("severity", 0, least=0, most=4) or None
    area = fields.choice("area", [each.value for each in Area], default="") or None
    if not (at and kind and by):
        return None
    return FixtureTicketEvent(fields.mark_of("kind"), at, kind, by, text, minutes, severity, area, cause)


def _access(fields: Fields) -> FixtureAccess | None:
    at = fields.parsed("at", values.moment, required=True)
    tool, purpose = fields.text("tool", required=True), fields.text("purpose")
    minutes = fields.whole("minutes", 0, least=0, most=MOST_PREPARATION) or None
    answer = fields.choice("answer", ACCESS_ANSWERS, default="") or None
    answered = fields.parsed("answered", values.moment, required=answer is not None)
    if answered and answer is None:
        fields.diagnostics.error(
            fields.mark_of("answered"),
            message(
                "fixture-access-without-answer",
                "'answered' of {owner} says when, and nothing says what; add 'answer: allowed' or 'answer: refused'",
                owner=fields.owner,
            ),
        )
        return None
    if not (at and tool) or (answer and not answered):
        return None
    return FixtureAccess(fields.mark_of("tool"), at, tool, purpose, minutes, answer, answered)


def _ticket_number(written: str) -> str:
    if not _TICKET_NUMBER.fullmatch(written):
        raise ValueError(message("fixture-ticket-number", "write the ten digits of a ticket's number, quoted"))
    return written


def _skills(fields: Fields) -> tuple[FixtureSkill, ...] | None:
    written = fields.mapping_of("serves", required=True)
    if written is None:
        return None
    served = Fields(written, phrase("'serves' of {owner}", owner=fields.owner), fields.diagnostics, hides_keys=True)
    least, most = LEVELS[0], LEVELS[-1]
    return tuple(
        FixtureSkill(mark, scope, served.whole(scope, least, least=least, most=most))
        for scope, mark, _ in written.items()
    )


def _given(fields: Fields, readers: values.Readers, apart: str = "") -> dict[str, object]:
    """Read what is written of a table's row, which ``readers`` know: what is left out stays as it is stored."""
    found: dict[str, object] = {}
    for key, read in readers.items():
        if key == apart:
            continue
        if key in company.MAY_BE_NONE and fields.has(key) and fields.value(key) is None:
            found[key] = None
        elif (value := fields.parsed(key, read)) is not None:
            found[key] = value
    return found
