"""What is promised here holds on SQLite and on PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from data import demo
from data.database import Database
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.flow.line import Line
from routing.documents import parse_document
from tests.conftest import FLOWS
from tests.databases import database_kind, database_url, server_database
from tests.properties.delivery import Listener
from tests.properties.ways import MOMENTS, Way, employ, ways

__all__ = ["database_kind", "database_url", "server_database"]


@pytest.fixture(scope="session")
def shipped_lines() -> list[Line]:
    return [engine.line for engine in Lines.load(FLOWS)]


@pytest.fixture(scope="session")
def all_ways(shipped_lines: list[Line], server_vault: Vault) -> list[Way]:
    """A way into every state of the shipped lines that waits for somebody, while destinations are open and closed."""
    database = Database("sqlite://")
    database.migrate()
    demo.load(database, server_vault, parse_document)
    employ(database, server_vault)
    found = [way for engine in Lines(shipped_lines) for way in ways(engine, database, server_vault, MOMENTS)]
    database.close()
    return found


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Hears whatever is logged."""
    listener = Listener()
    root, ours = logging.getLogger(), logging.getLogger("ivr")
    before = root.level, ours.level
    root.addHandler(listener)
    root.setLevel(logging.INFO)
    ours.setLevel(logging.DEBUG)
    yield listener
    root.removeHandler(listener)
    root.setLevel(before[0])
    ours.setLevel(before[1])
