"""The companies and agents that a new installation knows: see README.md in this folder for who is who."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from data.company import ParseDocument
from data.csv_import import Save, read_rows
from data.database import Database
from data.demo.agents import add_demo_agents
from data.installation import DEMO, is_done, is_in_use, mark_done
from data.vault import Vault

FOLDER = Path(__file__).parent

FILES = ("contacts.csv", "invoices.csv")


def load(database: Database, vault: Vault, parse_document: ParseDocument) -> None:
    """Load the demo customers into a database that was migrated. Raises ValueError where the files are damaged."""
    saves = _rows(vault, parse_document)
    with database.transaction() as connection:
        for save in saves:
            save(connection)


def load_once(database: Database, vault: Vault, parse_document: ParseDocument, now: datetime) -> bool:
    """Load customers and agents where nothing was ever put in and they were not loaded before, at ``now`` (aware);
    whether they were loaded now.

    They and the mark that says so are written in one transaction, so that whenever the server is killed, both are
    there or neither is. A database with customers of its own never gets them, nor one from which they were erased.
    """
    with database.reading() as connection:
        if is_done(connection, DEMO):
            return False
        wanted = not is_in_use(connection)
    saves = _rows(vault, parse_document) if wanted else []
    with database.transaction() as connection:
        # Another process may have been here meanwhile.
        if is_done(connection, DEMO):
            return False
        mark_done(connection, DEMO)
        if is_in_use(connection):
            return False
        for save in saves:
            save(connection)
        if saves:
            add_demo_agents(connection, now)
    return bool(saves)


def _rows(vault: Vault, parse_document: ParseDocument) -> list[Save]:
    """What each row of the files writes; the passwords are hashed here, outside of any transaction."""
    return [save for name in FILES for save in read_rows(vault, FOLDER / name, parse_document)]
