"""Area codes of companies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(sa.Column("area_code", sa.String(length=4), nullable=True))


def downgrade() -> None:
    """Back."""
    # Not as a batch, which on SQLite would drop the whole table, to which contacts and calls refer.
    op.drop_column("company", "area_code")
