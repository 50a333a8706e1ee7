"""The history of the tables, one file a step, numbered.

A new step: ``python -m data.migrations "what it does"``, and then a look at what it wrote.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

HERE = Path(__file__).parent


class NewerTablesError(Exception):
    """The tables are of a release that this one does not know; the text says which, and what to do."""


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Go forward to ``revision`` within the transaction that ``connection`` is in. Raises NewerTablesError."""
    config = _config(connection)
    stands = set(MigrationContext.configure(connection).get_current_heads())
    if unknown := {each for each in stands if not is_known(each)}:
        newer = ", ".join(sorted(unknown))[:40]
        raise NewerTablesError(
            f"the tables are of a newer release (revision {newer}); start that release, or restore the backup of before"
        )
    command.upgrade(config, revision)


def is_known(revision: str) -> bool:
    """Return whether tables of that revision can be brought to the newest one by this release."""
    return revision in {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}


def downgrade(connection: Connection, revision: str) -> None:
    """Go back to ``revision`` (``base``: to no tables at all)."""
    command.downgrade(_config(connection), revision)


def write_revision(connection: Connection, message: str) -> None:
    """Write a new file that takes the tables from the newest revision to what the models say."""
    number = len(list((HERE / "versions").glob("[0-9]*.py"))) + 1
    command.revision(_config(connection), message, autogenerate=True, rev_id=f"{number:04}")


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
