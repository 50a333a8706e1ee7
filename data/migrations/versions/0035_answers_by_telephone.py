"""A remote access that was answered by telephone keeps the protocol number of the call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("remote_access", schema=None) as batch_op:
        batch_op.add_column(sa.Column("protocol", sa.String(length=10), nullable=True))


def downgrade() -> None:
    """Back."""
    # Not as a batch, which on SQLite would make the whole table anew.
    op.drop_column("remote_access", "protocol")
