"""Asks, before a call moves, what the turn may need: who is calling, and what is known of them."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import field, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from data.attempts import LoginAttempt, finish_attempt
from data.callbacks import CallbackRecord, may_ask
from data.contact import administrator_of
from data.customers import customer, identify
from data.keypad_lookup import find_by_keypad, lettered_document
from data.lookups import Asked, admit_lookup
from data.phone_passwords import check_new, password_months
from data.protocols import first_free
from data.staff import identify_staff
from data.unavailable import DatabaseUnavailableError
from ivr.call import events
from ivr.call.announcements import Announcements
from ivr.call.attempt_limiter import AttemptLimiter, shown_number
from ivr.call.call_surveys import survey_refused
from ivr.call.callbacks import bounds_of
from ivr.call.entries import (
    DocumentEntry,
    Entry,
    NewPasswordEntry,
    PasswordEntry,
    StaffEntry,
    TicketEntry,
    read_entry,
)
from ivr.call.facts import EVERY_FACT, Facts
from ivr.call.rota_swaps import RotaSwaps
from ivr.call.routing_context import routing_context_of
from ivr.call.ticket_facts import load_ticket
from ivr.flow.entry_formats import EntryFormat
from value_class import value_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from data.budgets import Budgets
    from data.database import Database
    from data.vault import Vault
    from ivr.call.engine import Engine
    from ivr.call.facts import TicketFacts
    from ivr.call.position import Position
    from ivr.flow.rules import Fact

log = logging.getLogger(__name__)

MAX_DRAWS = 20
"""Protocol numbers that are tried for a call; each is taken as often as there are calls among nine billion."""

UNKNOWN = "0" * 64
"""Looked up where no document was keyed, so that a password is refused at its usual cost."""


@value_class
class _Document:
    """What there is to know of a document; see ``Facts``."""

    digest: str | None = None
    keypad_known: bool = False
    is_unambiguous: bool = False
    lettered: str | None = field(default=None, repr=False)


_NONE = _Document()


class FactsLoader:
    """The one place where a turn meets customers' data."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        budgets: Budgets,
        announcements: Announcements | None = None,
        swaps: RotaSwaps | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._budgets = budgets
        self._announcements = announcements or Announcements(database)
        self._swaps = swaps or RotaSwaps(database)

    def load(
        self, engine: Engine, position: Position, event: events.Event, now: datetime, sid: str, turn: int, caller: str
    ) -> Facts:
        """Load what ``event`` at ``position`` brings by itself, in the turn ``turn`` of the call ``sid`` from the
        number ``caller``: the entry, and whose document or password it is. ``now`` is aware. Most turns need no more.
        """
        node = engine.line.states[position.state]
        entry = read_entry(engine.line, node, event)
        document, identity, staff, limiter, ticket, new_password = _NONE, None, None, None, None, None
        match entry:
            case DocumentEntry():
                asked = Asked(sid, turn, self._counted(engine, caller), now)
                document = self._document(entry, asked)
            case PasswordEntry(password):
                digest = position.document_digest or UNKNOWN
                limiter = self._limiter(engine, now, sid, turn, caller)
                identity = identify(
                    self._database, self._vault, digest, password, exactly=position.is_unambiguous, limit=limiter
                )
            case TicketEntry(number) if position.company_id is not None:
                with self._database.autocommit() as connection:
                    ticket = self._ticket(connection, engine, number, position, now, sid)
            case NewPasswordEntry(password) if position.contact_id is not None:
                limiter = self._limiter(engine, now, sid, turn, caller)
                new_password = check_new(self._database, self._vault, position.contact_id, password, limiter)
            case StaffEntry():
                limiter = self._limiter(engine, now, sid, turn, caller)
                staff = identify_staff(self._database, self._vault, entry.number, entry.password, limit=limiter)
        full = False
        if node.entry is EntryFormat.CALLBACK and isinstance(event, events.Keys):
            full = self._callbacks_full(engine, position, now, caller)
        return Facts(
            now=now.astimezone(engine.line.header.zone),
            document_digest=document.digest,
            identity=identity,
            staff=staff,
            caller=caller,
            protocol=position.protocol,
            keypad_known=document.keypad_known,
            is_unambiguous=document.is_unambiguous,
            lettered_document=document.lettered,
            callbacks_full=full,
            password_matched=limiter.matched if limiter else None,
            ticket=ticket,
            new_password=new_password,
            entry=entry,
            announcements=self._announcements.of(engine.line.name),
            asked=_asked(position, entry),
        )

    def complete(self, facts: Facts, engine: Engine, position: Position, sid: str) -> Facts:
        """Return ``facts`` with all that a turn may need from ``position`` to its next wait, asked together."""
        missing = engine.needs.of(position.state) - facts.asked
        known, protocol, context, lettered = facts.customer, facts.protocol, facts.context, facts.lettered_document
        ticket, administrator, months = facts.ticket, None, None
        refused = facts.survey_refused
        if "number" in missing and position.document_digest:
            lettered = lettered_document(self._database, self._vault, position.document_digest)
        if missing - {"number"}:
            with self._database.autocommit() as connection:
                if "customer" in missing and position.contact_id is not None:
                    known = customer(connection, position.contact_id)
                if "ticket" in missing and position.ticket:
                    ticket = self._ticket(connection, engine, position.ticket, position, facts.now, sid)
                if "administrator" in missing and position.company_id is not None:
                    administrator = administrator_of(connection, position.company_id)
                if "password-age" in missing and position.contact_id is not None:
                    months = password_months(connection, position.contact_id, facts.now)
                if "survey" in missing and position.contact_id is not None:
                    refused = survey_refused(connection, position.contact_id, position.ticket)
                if "protocol" in missing:
                    protocol = first_free(connection, self._numbers(sid))
                if "context" in missing:
                    context = routing_context_of(
                        connection, engine.line, facts.now, sid, self._swaps.of(engine.line.name)
                    )
        return replace(
            facts,
            customer=known,
            protocol=protocol,
            context=context,
            lettered_document=lettered,
            ticket=ticket,
            administrator=administrator,
            password_months=months,
            survey_refused=refused,
            asked=EVERY_FACT,
        )

    def _ticket(
        self, connection: Connection, engine: Engine, number: str, position: Position, now: datetime, sid: str
    ) -> TicketFacts | None:
        """The ticket ``number`` for the caller; None for who is not identified."""
        if position.company_id is None:
            return None
        company, contact, numbers = position.company_id, position.contact_id, self._numbers(sid)
        return load_ticket(connection, engine.line, number, company, contact, now, numbers)

    def _numbers(self, sid: str) -> Iterator[str]:
        """The numbers that may be drawn in the call ``sid``, for itself or for a ticket."""
        return islice(self._vault.protocols(sid), MAX_DRAWS)

    def tell(self, matched: bool, sid: str, turn: int) -> None:
        """Write what came of a password by itself, where the turn that compared it could not be stored: else a right
        one would count as wrong, and a wrong one could be keyed anew in the same turn.
        """
        with suppress(DatabaseUnavailableError), self._database.transaction(durable=False) as connection:
            finish_attempt(connection, sid, turn, matched)

    def _limiter(self, engine: Engine, now: datetime, sid: str, turn: int, caller: str) -> AttemptLimiter:
        """The budgets for the password of this turn."""
        return AttemptLimiter(
            self._database, self._budgets, LoginAttempt(sid, turn, self._counted(engine, caller), now)
        )

    def _counted(self, engine: Engine, caller: str) -> str | None:
        """The digest by which a caller's tries are counted. A call that we made comes from our own number, which is
        nobody's to use up.
        """
        shown = shown_number(caller)
        return self._vault.caller_digest(shown) if shown and shown != engine.line.header.number else None

    def _callbacks_full(self, engine: Engine, position: Position, now: datetime, caller: str) -> bool:
        """Whether as many callbacks as may be were promised, or this number waits for another destination's."""
        number = engine.line.number_to_call(caller)
        if number is None:
            return True
        wish = CallbackRecord("", engine.line.name, position.destination or "", number, now)
        with self._database.autocommit() as connection:
            return not may_ask(connection, wish, bounds_of(engine.line), now)

    def _document(self, entry: DocumentEntry, asked: Asked) -> _Document:
        """Look up an entry. Whatever was keyed whole costs one read, whether it is right, wrong, of no customer or of
        several. Where the answer would tell whether keys are a customer's it costs from a budget, and beyond that they
        count as no customer's.
        """
        if entry.keys is None:
            said = entry.document
            return _Document(self._vault.document_digest(said.number), is_unambiguous=True) if said else _NONE
        digest = self._vault.document_digest(entry.keys)
        found = find_by_keypad(self._database, self._vault, digest)
        if (entry.document is None or found.sealed is not None) and not self._admitted(digest, asked):
            return _Document(digest if entry.document else None)
        if found.sealed is not None:
            return _Document(found.sealed, keypad_known=True, is_unambiguous=True, lettered=found.number)
        taken = entry.document is not None or found.known
        return _Document(digest if taken else None, keypad_known=found.known)

    def _admitted(self, digest: str, asked: Asked) -> bool:
        with self._database.transaction(durable=False) as connection:
            admission = admit_lookup(connection, self._budgets, asked, digest)
        if admission.spent:
            log.error("alarm: many documents", extra={"why": "keys are nobody's until there are fewer a day"})
        return admission.admitted


def _asked(position: Position, entry: Entry | None) -> frozenset[Fact]:
    """The facts that need no looking up: whose password it is was told with the entry, a stranger has no record, and a
    call that has its number keeps it.
    """
    known: set[Fact] = {"identity"}
    if position.contact_id is None:
        known |= {"customer", "survey"}
    if position.protocol is not None:
        known.add("protocol")
    if position.document_digest is None or isinstance(entry, DocumentEntry):
        known.add("number")
    if position.ticket is None or isinstance(entry, TicketEntry):
        known.add("ticket")
    if position.company_id is None:
        known |= {"administrator", "password-age"}
    return frozenset(known)
