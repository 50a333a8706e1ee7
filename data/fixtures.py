"""Fixtures are companies, contacts, invoices, closures, announcements, staff and agents that go over the stored ones
before a rehearsed call.

``ivr.replay.fixtures`` reads them from a call script. What is left out stays as it is stored, or is as the tables'
defaults say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from sqlalchemy import Connection

from data import agent_skills, agents, announcements, closures, company, contact, invoice, staff, users
from data.agent_states import AgentState
from data.company import TaxDocument
from data.database import Database
from data.roles import Role
from data.vault import Vault
from value_class import value_class
from wording import reason

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
LONG_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)


class Place(Protocol):
    """A place is where in a file a fixture is written; lines and columns are counted from 1."""

    @property
    def file(self) -> str: ...

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


class FixturesError(ValueError):
    """A fixture does not fit with what is stored: ``place`` is where it is written, ``message`` what to do."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


@value_class
class FixtureContact:
    """A contact, known by its name, else by its password; else it is a new one."""

    place: Place
    password: str = field(repr=False)
    fields: contact.ContactFields


@value_class
class FixtureInvoice:
    """An invoice, known by its number; a new one needs its amount and the day on which it is due."""

    place: Place
    number: str
    fields: invoice.InvoiceFields


@value_class
class FixtureCompany:
    """A company, known by its document, with what differs of it."""

    document: TaxDocument = field(repr=False)
    fields: company.CompanyFields
    contacts: tuple[FixtureContact, ...]
    invoices: tuple[FixtureInvoice, ...]

    def hashes(self, vault: Vault) -> list[str]:
        """Return the hash of each contact's password, in their order."""
        salt = vault.keypad_digest(self.document.number)
        return [vault.hash_password(salt, person.password) for person in self.contacts]

    def save(self, connection: Connection, vault: Vault, password_hashes: list[str]) -> None:
        """Write it; ``password_hashes`` are those of the contacts, in their order. Raises FixturesError."""
        company_id = company.save_company(connection, vault, self.document, self.fields)
        for person, password_hash in zip(self.contacts, password_hashes, strict=True):
            fields: contact.ContactFields = {**person.fields, "password_hash": password_hash}
            with _at(person.place):
                contact.save_contact(connection, company_id, fields, by_password=True)
        for owed in self.invoices:
            with _at(owed.place):
                invoice.save_invoice(connection, company_id, owed.number, owed.fields)


@value_class
class FixtureClosure:
    """A destination that was closed before the call came in; ``until`` is local time of the line (None: no end)."""

    place: Place
    scope: str
    reason: str
    until: datetime | None


@value_class
class FixtureAnnouncement:
    """An announcement that staff made; ``since`` and ``until`` are local times of the line (None: always)."""

    place: Place
    scope: str
    text: str
    since: datetime | None
    until: datetime | None


@value_class
class FixtureStaff:
    """A person who may close destinations by telephone."""

    number: str
    name: str
    password: str = field(repr=False)


@value_class
class FixtureSkill:
    """A destination, or a beginning of names, that an agent serves, and how well."""

    place: Place
    scope: str
    level: int


@value_class
class FixtureAgent:
    """A user who takes calls of the line, known by the login; ``place`` is that of the telephone."""

    place: Place
    login: str
    name: str
    telephone: str
    serves: tuple[FixtureSkill, ...]
    hours: str | None
    state: AgentState
    reason: str | None

    def save(self, connection: Connection, line: str) -> None:
        """Write the agent, who is in the state since long ago. Raises FixturesError where the user takes no calls."""
        with _at(self.place):
            known = {user.login: user for user in users.all_users(connection)}
            user = known.get(self.login) or users.add_user(connection, self.login, self.name, Role.AGENT)
            if agents.find_agent(connection, user.id) is None:
                agents.add_agent(connection, user, self.telephone, self.hours, LONG_AGO, "fixtures")
        agents.change_agent(connection, user.id, self.telephone, self.hours)
        for skill in agent_skills.skills_of(connection, user.id):
            agent_skills.drop_skill(connection, user.id, skill.line, skill.destination)
        for served in self.serves:
            agent_skills.set_skill(connection, agent_skills.Skill(user.id, line, served.scope, served.level))
        agents.change_state(connection, user.id, self.state, self.reason, LONG_AGO, "fixtures")


@value_class
class FixtureTicketEvent:
    """An event of a ticket before the call: ``at`` is local time of the line, ``by`` a party, ``cause`` that of a
    solution.
    """

    place: Place
    at: datetime
    kind: str
    by: str
    text: str | None = None
    minutes: int | None = None
    severity: int | None = None
    area: str | None = None
    cause: str | None = None


@value_class
class FixtureAccess:
    """A remote access that an analyst asked for ``at`` a local time of the line, with ``minutes`` of preparation where
    its tool is not approved. ``answer`` is what the customer gave on the portal at ``answered``; None: it waits.
    """

    place: Place
    at: datetime
    tool: str
    purpose: str | None = None
    minutes: int | None = None
    answer: str | None = None
    answered: datetime | None = None


@value_class
class FixtureTicket:
    """A ticket that was opened before the call, at ``opened`` (local time of the line), for the company of
    ``document``.

    ``contact`` is the name of one of its contacts, ``analyst`` the login of an agent. A service desk writes it, its
    ``events`` and its remote ``accesses``: see ``ivr.replay.fixture_tickets``.
    """

    place: Place
    number: str
    document: TaxDocument = field(repr=False)
    opened: datetime
    destination: str | None = None
    contact: str | None = None
    area: str | None = None
    severity: int | None = None
    subject: str | None = None
    service: str | None = None
    analyst: str | None = None
    events: tuple[FixtureTicketEvent, ...] = ()
    accesses: tuple[FixtureAccess, ...] = ()


@value_class
class Fixtures:
    """Fixtures that were read; they can be applied to any number of databases, all but the tickets by ``apply``."""

    companies: tuple[FixtureCompany, ...] = ()
    closures: tuple[FixtureClosure, ...] = ()
    staff: tuple[FixtureStaff, ...] = ()
    announcements: tuple[FixtureAnnouncement, ...] = ()
    agents: tuple[FixtureAgent, ...] = ()
    tickets: tuple[FixtureTicket, ...] = ()

    def apply(self, database: Database, vault: Vault, line: str = "", zone: tzinfo = UTC) -> None:
        """Write them over what is stored, all or nothing. Raises FixturesError where the two do not fit together.

        ``line`` is whose destinations are closed and served, and whose callers are told, and ``zone`` its own.
        """
        # Hashed before the transaction: argon2 is slow on purpose.
        hashed = [(each, each.hashes(vault)) for each in self.companies]
        with database.transaction() as connection:
            for each, password_hashes in hashed:
                each.save(connection, vault, password_hashes)
            for person in self.staff:
                password_hash = staff.staff_hash(vault, person.number, person.password)
                staff.save_staff(connection, person.number, person.name, password_hash)
            for closure in self.closures:
                until = closure.until.replace(tzinfo=zone) if closure.until else None
                new = closures.NewClosure(line, closure.scope, closure.reason, LONG_AGO, until, closed_by="fixtures")
                closures.close_destination(connection, new)
            for said in self.announcements:
                announcements.make_announcement(connection, _announcement(said, line, zone))
            for agent in self.agents:
                agent.save(connection, line)


def _announcement(each: FixtureAnnouncement, line: str, zone: tzinfo) -> announcements.NewAnnouncement:
    since = each.since.replace(tzinfo=zone) if each.since else LONG_AGO
    until = each.until.replace(tzinfo=zone) if each.until else LONG_AHEAD
    return announcements.NewAnnouncement(line, each.scope, each.text, since, until, made_by="fixtures")


@contextmanager
def _at(place: Place) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise FixturesError(place, reason(error)) from None
