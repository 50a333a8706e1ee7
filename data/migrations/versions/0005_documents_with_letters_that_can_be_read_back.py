"""Documents with letters that can be read back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. Companies that are there already can be read back after their next import."""
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lettered", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Back."""
    # Not as a batch, which on SQLite would drop the whole table, to which contacts and calls refer.
    op.drop_column("company", "lettered")
