"""Passwords tried by telephone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "attempt",
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("caller", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admitted", sa.Boolean(), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=True),
        sa.Column("alarmed", sa.Boolean(), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("call_sid", "turn", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_account_admitted_at", ["account", "admitted", "at"], unique=False)
        batch_op.create_index(
            "ix_attempt_at_admitted_matched_alarmed", ["at", "admitted", "matched", "alarmed"], unique=False
        )
        batch_op.create_index("ix_attempt_caller_admitted_at", ["caller", "admitted", "at"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_caller_admitted_at")
        batch_op.drop_index("ix_attempt_at_admitted_matched_alarmed")
        batch_op.drop_index("ix_attempt_account_admitted_at")

    op.drop_table("attempt")
