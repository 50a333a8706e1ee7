"""The schema of ``fixtures:`` of a call script: what is so before the call comes in."""

from __future__ import annotations

from typing import Final

from data.agent_skills import LEVELS
from ivr.replay.fixtures import ACCESS_ANSWERS, AGENT_STATES
from ivr.schema.shapes import (
    TEXT,
    Schema,
    choice,
    key,
    mapping,
    named,
    one_or_list,
    whole,
)
from ivr.tickets.events import Area, EventKind, TicketParty
from ivr.tickets.remote_access import MOST_PREPARATION

_MAY_BE_EMPTY: Final[Schema] = {"type": ["string", "number", "boolean", "null"]}


def _ticket_access() -> Schema:
    """A remote access that an analyst asked for before the call."""
    return mapping(
        {
            "at": key("When it was asked for, by the line's clock.", TEXT, "2026-03-02T11:00"),
            "tool": key("With which tool.", TEXT, "TeamViewer"),
            "purpose": key("What for; the customer reads it.", TEXT, "Ver o erro"),
            "minutes": key("Minutes of preparation of a tool that is not approved.", whole(1, MOST_PREPARATION), 45),
            "answer": key(
                "What the customer answered on the portal; left out: it waits.", choice(ACCESS_ANSWERS), "allowed"
            ),
            "answered": key("When the answer was given.", TEXT, "2026-03-02T11:20"),
        },
        "at",
        "tool",
    )


def _ticket_event() -> Schema:
    return mapping(
        {
            "at": key("When it happened, by the line's clock.", TEXT, "2026-03-02T10:00"),
            "kind": key("What happened.", choice(map(str, EventKind)), "solution-sent"),
            "by": key("Who did it; left out: staff.", choice(map(str, TicketParty)), "customer"),
            "text": key("What was written.", TEXT, "Aplique o patch."),
            "minutes": key("How long it took.", whole(1, 6000), 30),
            "severity": key("The severity that it has from then on.", whole(1, 4), 2),
            "area": key("The area that has it from then on.", choice(map(str, Area)), "fabrica"),
            "cause": key("Of a solution: whether the product was at fault.", TEXT, "product"),
        },
        "at",
        "kind",
    )


def fixtures() -> Schema:
    """Return the schema of all that is so before the call."""
    contact = mapping(
        {
            "name": key("The name of the contact.", TEXT, "Ana"),
            "password": key("The contact's password, of four to eight digits.", TEXT, "1234"),
            "blocked": key("Whether the contact may not call.", TEXT, False),
            "administrator": key("Whether the contact answers for the others.", TEXT, True),
            "support": key("Whether support may be asked for.", TEXT, True),
            "consultancy": key("Whether consultancy may be ordered.", TEXT, False),
        },
        "password",
    )
    invoice = mapping(
        {
            "number": key("The number of the invoice.", TEXT, "F-1"),
            "amount": key("What is owed.", TEXT, "150.00"),
            "due": key("The day on which it is due.", TEXT, "2026-01-10"),
            "grace_days": key("Days after it on which the customer is served all the same.", TEXT, 30),
            "paid": key("Whether it is paid.", TEXT, False),
        },
        "number",
    )
    company = mapping(
        {
            "document": key("CNPJ, CPF, or a document of another country.", TEXT, "11.222.333/0001-81"),
            "name": key("The name of the company.", TEXT, "Padaria Pão Quente Ltda"),
            "contract_until": key("The last day of its contract; empty: without end.", _MAY_BE_EMPTY, "2026-12-31"),
            "datacenter": key("Whether it has contracted the datacenter.", TEXT, True),
            "special_contract": key("SLA, BSO, PRIME; empty: none.", _MAY_BE_EMPTY, "SLA", "PRIME.ANA"),
            "area_code": key("The area code of its address; empty: not known.", _MAY_BE_EMPTY, "11"),
            "unit": key("The franchise to which it belongs; empty: none.", _MAY_BE_EMPTY, "Franquia Campinas"),
            "contacts": key("Its contacts.", one_or_list(contact), [{"name": "Ana", "password": "1234"}]),
            "invoices": key("Its invoices.", one_or_list(invoice), [{"number": "F-1", "amount": "150.00"}]),
        },
        "document",
    )
    closure = mapping(
        {
            "destination": key("A destination, a beginning of several names, or all.", TEXT, "suporte"),
            "reason": key("Why it was closed.", TEXT, "falta de luz"),
            "until": key("When it opens again, by the line's clock.", TEXT, "2026-03-10T18:00"),
        },
        "destination",
        "reason",
    )
    announcement = mapping(
        {
            "text": key("What callers are told.", TEXT, "Estamos com instabilidade."),
            "destination": key("For which destinations; left out: for the whole line.", TEXT, "suporte"),
            "from": key("From when on, by the line's clock; left out: always.", TEXT, "2026-03-10T08:00"),
            "until": key("Until when, by the line's clock; left out: for ever.", TEXT, "2026-03-10T18:00"),
        },
        "text",
    )
    staff = mapping(
        {
            "number": key("The person's number.", TEXT, "101"),
            "name": key("The person's name.", TEXT, "Bia"),
            "password": key("The person's password, of eight to twelve digits.", TEXT, "48151623"),
        },
        "number",
        "name",
        "password",
    )
    agent = mapping(
        {
            "login": key("Under which name the agent logs in.", TEXT, "rita"),
            "name": key("The agent's name; left out: the login.", TEXT, "Rita"),
            "telephone": key("The agent's telephone: a number or a SIP address.", TEXT, "+551150900901"),
            "serves": key(
                "The destinations that the agent serves, or beginnings of names; levels from 1 to 5, the best.",
                named(whole(LEVELS[0], LEVELS[-1])),
                {"suporte": 3, "suporte.rm": 5},
            ),
            "hours": key("When the agent works; left out: always.", TEXT, "seg-sex 08:00-12:00, 13:30-18:00"),
            "state": key("In which state the agent is; default: available.", choice(AGENT_STATES), "paused"),
            "reason": key("Why the agent is paused.", TEXT, "almoço"),
        },
        "login",
        "telephone",
        "serves",
    )
    ticket = mapping(
        {
            "number": key("Its number, of ten digits.", TEXT, "4003001501"),
            "document": key("The document of the company whose it is.", TEXT, "11.222.333/0001-81"),
            "opened": key("When it was opened, by the line's clock.", TEXT, "2026-03-02T09:00"),
            "destination": key("The destination that serves it.", TEXT, "suporte.rm"),
            "contact": key("The contact who opened it; left out: the company's first.", TEXT, "Ana"),
            "area": key("The area that has it; left out: that of the destination.", choice(map(str, Area)), "fabrica"),
            "severity": key("Its severity, from 1 (critical) to 4.", whole(1, 4), 3),
            "subject": key("What it is about.", TEXT, "Nota fiscal recusada"),
            "service": key("The billed service that it is given under.", TEXT, "consultoria-tecnica"),
            "analyst": key("The login of the agent who has it.", TEXT, "rita"),
            "events": key(
                "What happened to it before the call.",
                one_or_list(_ticket_event()),
                [{"at": "2026-03-02T10:00", "kind": "solution-sent", "by": "staff"}],
            ),
            "accesses": key(
                "Remote accesses that an analyst asked for before the call.",
                one_or_list(_ticket_access()),
                [{"at": "2026-03-02T11:00", "tool": "TeamViewer", "purpose": "Ver o erro"}],
            ),
        },
        "number",
        "document",
        "opened",
    )
    return mapping(
        {
            "tickets": key(
                "Tickets that were opened, and acted on, before the call came in.",
                one_or_list(ticket),
                [{"number": "4003001501", "document": "11.222.333/0001-81", "opened": "2026-03-02T09:00"}],
            ),
            "companies": key(
                "Companies that differ from the stored ones.",
                one_or_list(company),
                [{"document": "11.222.333/0001-81"}],
            ),
            "closures": key(
                "Destinations closed before the call came in.",
                one_or_list(closure),
                [{"destination": "suporte", "reason": "luto"}],
            ),
            "announcements": key(
                "What callers are told.",
                one_or_list(announcement),
                [{"text": "Estamos com instabilidade.", "destination": "suporte"}],
            ),
            "staff": key(
                "Who may close destinations by telephone.", one_or_list(staff), [{"number": "101", "name": "Bia"}]
            ),
            "agents": key(
                "Who takes calls that wait in queues.",
                one_or_list(agent),
                [{"login": "rita", "telephone": "+551150900901", "serves": {"suporte": 3}}],
            ),
        }
    )
