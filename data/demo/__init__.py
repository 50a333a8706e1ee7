"""The companies that a new installation knows: see README.md in this folder for who is who."""

from __future__ import annotations

from pathlib import Path

from data.company import ParseDocument
from data.csv_import import import_csv
from data.database import Database
from data.vault import Vault

FOLDER = Path(__file__).parent

FILES = ("contacts.csv", "invoices.csv")


def load(database: Database, vault: Vault, parse_document: ParseDocument) -> None:
    """Load the demo data into a database that was migrated. Raises ValueError where the files are damaged."""
    for name in FILES:
        report = import_csv(database, vault, FOLDER / name, parse_document)
        if report.problems:
            raise ValueError("\n".join(str(problem) for problem in report.problems))
