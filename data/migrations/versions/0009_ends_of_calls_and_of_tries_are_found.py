"""Ends of calls, and of tries to call back, are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_ended_at"), ["ended_at"], unique=False)
    with op.batch_alter_table("status_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_status_event_at"), ["at"], unique=False)
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.drop_column("tried_at")
    with op.batch_alter_table("status_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_status_event_at"))
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_ended_at"))
