"""An imported source is another system of record whose rows were taken in: how old they were, and how many came and
went.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, Integer, select
from sqlmodel import Field

from data.personal import Personal, columns
from data.sourced_contacts import forget_sourced
from data.statement import Statement
from data.tables import insert_unless_there, table_of_records, values_of
from value_class import value_class

OLD_AFTER: Final = 48
"""Hours, unless ops say others of a source: an import a night may fail once before people must know."""


@value_class
class ImportedSource:
    """``as_of`` is the moment of which the source spoke; the counts are those of the last import. Its data are too old
    after ``old_after`` hours.
    """

    source: str
    as_of: datetime
    imported_at: datetime
    added: int
    changed: int
    deleted: int
    old_after: int = OLD_AFTER


IMPORTED_SOURCE = table_of_records(
    ImportedSource,
    "imported_source",
    source=Field(primary_key=True, max_length=60),
    old_after=Field(sa_column=Column(Integer, server_default=str(OLD_AFTER), nullable=False)),
)

PERSONAL = Personal(
    IMPORTED_SOURCE, columns("source", "as_of", "imported_at", "added", "changed", "deleted", "old_after")
)

_INSERT: Final = insert_unless_there(IMPORTED_SOURCE)
_ALL: Final = Statement(select(IMPORTED_SOURCE).order_by(IMPORTED_SOURCE.c.source))


def note_import(connection: Connection, told: ImportedSource) -> None:
    """Write of what age the rows of a source are now."""
    values = values_of(told)
    if connection.execute(_INSERT[connection.dialect.name], values).rowcount != 1:
        connection.execute(IMPORTED_SOURCE.update().where(IMPORTED_SOURCE.c.source == told.source), values)


def imported_sources(connection: Connection) -> list[ImportedSource]:
    """Return every source that was ever imported, by name."""
    return [ImportedSource(*row) for row in _ALL.all(connection, {})]


def forget_source(connection: Connection, source: str) -> bool:
    """Take a source out of those that are remembered, as it is imported no more; return whether it was there. It keeps
    no contact from being blocked any more.
    """
    forget_sourced(connection, source)
    return connection.execute(IMPORTED_SOURCE.delete().where(IMPORTED_SOURCE.c.source == source)).rowcount == 1
