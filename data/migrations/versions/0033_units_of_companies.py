"""The franchise (unidade) to which a company belongs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit", sa.String(), nullable=True))


def downgrade() -> None:
    """Back."""
    # Not as a batch, which on SQLite would drop the whole table, to which contacts and calls refer.
    op.drop_column("company", "unit")
