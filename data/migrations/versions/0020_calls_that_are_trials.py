"""Calls that are trials, made at the telephone of the pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "trial",
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call_sid", name=op.f("pk_trial")),
    )


def downgrade() -> None:
    """Back. Trials count as calls again."""
    op.drop_table("trial")
