"""Names of staff and numbers of invoices in one spelling, as the names of customers are.

An invoice that is stored in both spellings stays as it is, and the log tells of it: which of the two is paid is for
people to say.
"""

from __future__ import annotations

import logging
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

log = logging.getLogger("alembic.runtime.migration")

_STAFF = sa.table("staff", sa.column("number"), sa.column("name"))
_INVOICE = sa.table("invoice", sa.column("id"), sa.column("company_id"), sa.column("number"))


def upgrade() -> None:
    """Forward."""
    connection = op.get_bind()
    for number, name in connection.execute(sa.select(_STAFF.c.number, _STAFF.c.name)).all():
        connection.execute(sa.update(_STAFF).where(_STAFF.c.number == number).values(name=_spelled(name)))
    invoices = connection.execute(sa.select(_INVOICE.c.id, _INVOICE.c.company_id, _INVOICE.c.number)).all()
    taken = {(row.company_id, row.number) for row in invoices}
    for row in invoices:
        plain = _spelled(row.number)
        if plain == row.number:
            continue
        if (row.company_id, plain) in taken:
            told = "company %s has one invoice twice, invoice %s among them: mark what is not owed as paid"
            log.warning(told, row.company_id, row.id)
            continue
        taken.add((row.company_id, plain))
        connection.execute(sa.update(_INVOICE).where(_INVOICE.c.id == row.id).values(number=plain))


def downgrade() -> None:
    """Back: nothing is to be undone, any spelling is taken."""


def _spelled(text: str) -> str:
    return unicodedata.normalize("NFC", text)
