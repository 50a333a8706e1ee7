"""The table of steps remembers what was done once for an installation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "installation", sa.Column("step", sa.String(length=40), nullable=False), sa.PrimaryKeyConstraint("step")
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("installation")
