"""Messages that staff heard, with when and who says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. Those that were left before count as not heard."""
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("heard_by", sa.String(), nullable=True))


def downgrade() -> None:
    """Back. Nobody knows any more which were heard."""
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("heard_by")
        batch_op.drop_column("heard_at")
