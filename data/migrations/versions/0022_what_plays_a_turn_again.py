"""Turns keep what plays them again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. Turns that are there have nothing of it."""
    op.add_column("turn", sa.Column("replay", sa.Text(), nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("turn") as batch_op:
        batch_op.drop_column("replay")
