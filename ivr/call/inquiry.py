"""Asks, before a call moves, what the turn may need: who is calling, and what is known of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from data.customers import customer, identify
from ivr.call.entries import read_document, read_password
from ivr.call.events import Event
from ivr.call.facts import Facts
from ivr.flow.nodes.collect import Collect

if TYPE_CHECKING:
    from data.database import Database
    from data.vault import Vault
    from ivr.call.engine import Engine
    from ivr.call.position import Position

UNKNOWN = "0" * 64
"""Looked up where no document was keyed, so that a password is refused at its usual cost."""


class Inquiry:
    """The one place where a turn meets customers' data."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def ask(self, engine: Engine, position: Position, event: Event, now: datetime) -> Facts:
        """The facts for ``event`` at ``position``. ``now`` is aware."""
        local = now.astimezone(engine.line.header.zone)
        node = engine.line.states[position.state]
        sealed, identity = None, None
        if isinstance(node, Collect) and node.format == "document":
            document = read_document(event, spoken=node.speech)
            sealed = self._vault.seal(document.number) if document else None
        elif isinstance(node, Collect) and node.format == "password":
            password = read_password(event)
            if password is not None:
                identity = identify(self._database, self._vault, position.sealed or UNKNOWN, password)
        known = None
        if position.contact_id is not None and "customer" in engine.needs.of(position.state):
            with self._database.reading() as connection:
                known = customer(connection, position.contact_id)
        return Facts(local, sealed, identity, known)
