"""Asks, before a call moves, what the turn may need: who is calling, and what is known of them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from data.attempts import LoginAttempt
from data.callbacks import CallbackRecord, may_ask
from data.customers import customer, identify
from data.keypad_lookup import find_by_keypad, lettered_document
from data.lookups import Asked, admit_lookup
from data.protocols import first_free
from data.staff import identify_staff
from ivr.call import events
from ivr.call.attempt_limiter import AttemptLimiter, shown_number
from ivr.call.callbacks import bounds_of
from ivr.call.entries import read_document, read_keys_of_document, read_password, read_staff_entry
from ivr.call.facts import Facts
from ivr.call.routing_context import routing_context_of
from ivr.flow.entry_formats import EntryFormat
from routing.context import NO_CONTEXT

if TYPE_CHECKING:
    from data.budgets import Budgets
    from data.database import Database
    from data.vault import Vault
    from ivr.call.engine import Engine
    from ivr.call.position import Position
    from ivr.flow.header import Header
    from ivr.flow.nodes import Node

log = logging.getLogger(__name__)

MAX_DRAWS = 20
"""Protocol numbers that are tried for a call; each is taken as often as there are calls among nine billion."""

UNKNOWN = "0" * 64
"""Looked up where no document was keyed, so that a password is refused at its usual cost."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """What there is to know of a document; see ``Facts``."""

    sealed: str | None = None
    keyed: bool = False
    exact: bool = False
    number: str | None = field(default=None, repr=False)


_NOTHING = _Entry()


class FactsLoader:
    """The one place where a turn meets customers' data."""

    def __init__(self, database: Database, vault: Vault, budgets: Budgets) -> None:
        self._database = database
        self._vault = vault
        self._budgets = budgets

    def load(
        self, engine: Engine, position: Position, event: events.Event, now: datetime, sid: str, turn: int, caller: str
    ) -> Facts:
        """The facts for ``event`` at ``position``, which is the turn ``turn`` of the call ``sid`` from the number
        ``caller``. ``now`` is aware.
        """
        local = now.astimezone(engine.line.header.zone)
        node = engine.line.states[position.state]
        needs = engine.needs.of(position.state)
        entry, identity = _NOTHING, None
        if node.entry is EntryFormat.DOCUMENT:
            asked = Asked(sid, turn, self._counted(engine, caller), now)
            entry = self._document(event, node, engine.line.header, asked)
        elif "number" in needs and position.document_digest:
            entry = _Entry(number=lettered_document(self._database, self._vault, position.document_digest))
        elif node.entry is EntryFormat.PASSWORD:
            password = read_password(event)
            if password is not None:
                sealed = position.document_digest or UNKNOWN
                limiter = self._limiter(engine, now, sid, turn, caller)
                identity = identify(
                    self._database, self._vault, sealed, password, exactly=position.is_unambiguous, limit=limiter
                )
        known, context = None, NO_CONTEXT
        contact_id = position.contact_id if "customer" in needs else None
        protocol = position.protocol
        numbered = protocol is None and "protocol" in needs
        if contact_id is not None or numbered or "context" in needs:
            with self._database.reading() as connection:
                if contact_id is not None:
                    known = customer(connection, contact_id)
                if numbered:
                    protocol = first_free(connection, islice(self._vault.protocols(sid), MAX_DRAWS))
                if "context" in needs:
                    context = routing_context_of(connection, engine.line, local, sid)
        staff = None
        if node.entry is EntryFormat.STAFF:
            ordered = read_staff_entry(event)
            if ordered:
                limiter = self._limiter(engine, now, sid, turn, caller)
                staff = identify_staff(self._database, self._vault, ordered.number, ordered.password, limit=limiter)
        full = False
        if node.entry is EntryFormat.CALLBACK and isinstance(event, events.Keys):
            full = self._callbacks_full(engine, position, now, caller)
        return Facts(
            now=local,
            sealed=entry.sealed,
            identity=identity,
            customer=known,
            context=context,
            staff=staff,
            caller=caller,
            protocol=protocol,
            keyed=entry.keyed,
            exact=entry.exact,
            number=entry.number,
            callbacks_full=full,
        )

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
        """Whether as many callbacks as may be were promised, or this number waits for another desk's."""
        number = engine.line.number_to_call(caller)
        if number is None:
            return True
        wish = CallbackRecord("", engine.line.name, position.destination or "", number, now)
        with self._database.reading() as connection:
            return not may_ask(connection, wish, bounds_of(engine.line), now)

    def _document(self, event: events.Event, node: Node, header: Header, asked: Asked) -> _Entry:
        """One read for whatever was keyed whole, whether it is right, wrong, nobody's or several customers'. Where the
        answer would tell whether keys are a customer's it costs from a budget, and beyond that they are nobody's.
        """
        countries = header.documents
        document = read_document(event, spoken=node.takes_speech, language=header.language, countries=countries)
        keys = read_keys_of_document(event, countries)
        if keys is None:
            return _Entry(self._vault.document_digest(document.number), exact=True) if document else _NOTHING
        sealed = self._vault.document_digest(keys)
        found = find_by_keypad(self._database, self._vault, sealed)
        if (document is None or found.sealed is not None) and not self._admitted(sealed, asked):
            return _Entry(sealed if document else None)
        if found.sealed is not None:
            return _Entry(found.sealed, keyed=True, exact=True, number=found.number)
        taken = document is not None or found.known
        return _Entry(sealed if taken else None, keyed=found.known)

    def _admitted(self, sealed: str, asked: Asked) -> bool:
        with self._database.transaction() as connection:
            admission = admit_lookup(connection, self._budgets, asked, sealed)
        if admission.spent:
            log.error("alarm: many documents", extra={"why": "keys are nobody's until there are fewer a day"})
        return admission.admitted
