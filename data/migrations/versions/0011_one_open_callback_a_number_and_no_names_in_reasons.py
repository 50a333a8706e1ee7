"""One open callback a number, and no names of staff in the reasons of calls."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")

_NAMED = re.compile(r"(.*? (?:opened|closed)) by (?!telephone$).*", re.DOTALL)


def upgrade() -> None:
    """Forward. Of several open callbacks of a number the oldest stays."""
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "UPDATE callback SET ended_at = since, note = 'asked for twice' WHERE ended_at IS NULL AND EXISTS"
            " (SELECT 1 FROM callback AS older WHERE older.ended_at IS NULL AND older.number = callback.number"
            " AND (older.since < callback.since OR"
            " (older.since = callback.since AND older.call_sid < callback.call_sid)))"
        )
    )
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.create_index("ix_callback_number_since", ["number", "since"], unique=False)
        batch_op.create_index(
            "uq_callback_open_number", ["number"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        )
    for table in ("call", "turn"):
        _forget_names(connection, table)


def _forget_names(connection: sa.Connection, table: str) -> None:
    """Who closed a destination by telephone stands in ``closure``, for as long as that is kept, and nowhere else."""
    rows = sa.table(table, sa.column("reason", sa.String))
    named = sa.or_(rows.c.reason.like("% opened by %"), rows.c.reason.like("% closed by %"))
    for reason in connection.execute(sa.select(rows.c.reason).where(named).distinct()).scalars().all():
        found = _NAMED.fullmatch(reason)
        if found:
            changed = sa.update(rows).where(rows.c.reason == reason).values(reason=f"{found[1]} by telephone")
            connection.execute(changed)


def downgrade() -> None:
    """Back. Names and callbacks that were ended stay as they are."""
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.drop_index("uq_callback_open_number")
        batch_op.drop_index("ix_callback_number_since")
