"""``knows_demo_customers`` tells whether a database has the demo customers, so that calls are made in their names."""

from __future__ import annotations

from data.company import ParseDocument, find_company
from data.database import Database, DatabaseUnavailableError
from data.demo.firms import KNOWN
from data.vault import Vault


def knows_demo_customers(database: Database, vault: Vault, parse_document: ParseDocument) -> bool:
    """Return whether the first demo company is stored; False as well where the database does not say."""
    try:
        with database.reading() as connection:
            return find_company(connection, vault, parse_document(KNOWN[0].document)) is not None
    except DatabaseUnavailableError:
        return False
