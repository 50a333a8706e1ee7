"""Names in one spelling: an accent is one character with its letter.

Two contacts of a company whose names are the same then stay two, each with a password of their own: the newer one gets
a number behind the name, and whoever migrates is told of it.
"""

from __future__ import annotations

import logging
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

log = logging.getLogger("alembic.runtime.migration")

_NAMES = {table: sa.table(table, sa.column("id"), sa.column("name")) for table in ("company", "contact")}
_CONTACT = sa.table("contact", sa.column("id"), sa.column("name"), sa.column("company_id"))


def upgrade() -> None:
    """Forward."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(_NAMES["company"])).all():
        _rename(connection, "company", row.id, row.name, unicodedata.normalize("NFC", row.name))
    taken: dict[int, set[str]] = {}
    for row in connection.execute(sa.select(_CONTACT).order_by(_CONTACT.c.id)).all():
        name = plain = unicodedata.normalize("NFC", row.name)
        number = 1
        names = taken.setdefault(row.company_id, set())
        while _folded(name) in names:
            number += 1
            name = f"{plain} ({number})"
        if number > 1:
            told = "two contacts of company %s have one name; contact %s has a number behind it now: tell them apart"
            log.warning(told, row.company_id, row.id)
        names.add(_folded(name))
        _rename(connection, "contact", row.id, row.name, name)


def downgrade() -> None:
    """Back: nothing is to be undone, any spelling is taken."""


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _rename(connection: sa.Connection, table: str, key: int, old: str, new: str) -> None:
    if new != old:
        named = _NAMES[table]
        connection.execute(sa.update(named).where(named.c.id == key).values(name=new))
