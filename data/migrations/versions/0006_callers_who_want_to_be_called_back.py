"""Callers who want to be called back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "callback",
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("try_sid", sa.String(length=34), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["call_sid"], ["call.sid"], name=op.f("fk_callback_call_sid")),
        sa.PrimaryKeyConstraint("call_sid", name=op.f("pk_callback")),
    )
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_callback_since"), ["since"], unique=False)
        batch_op.create_index(batch_op.f("ix_callback_try_sid"), ["try_sid"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_callback_try_sid"))
        batch_op.drop_index(batch_op.f("ix_callback_since"))

    op.drop_table("callback")
