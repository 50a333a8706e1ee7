"""Calls are counted from an index."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index("ix_call_line_status_destination", ["line", "status", "destination"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index("ix_call_line_status_destination")
