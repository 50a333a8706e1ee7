"""Protocol numbers, what callers agreed to, and keys that led out of a queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "protocol",
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_sid"], ["call.sid"], name=op.f("fk_protocol_call_sid")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_protocol")),
        sa.UniqueConstraint("call_sid", name=op.f("uq_protocol_call_sid")),
    )
    op.create_table(
        "consent",
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["call_sid"], ["call.sid"], name=op.f("fk_consent_call_sid")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_consent_contact_id")),
        sa.PrimaryKeyConstraint("call_sid", "turn", name=op.f("pk_consent")),
    )
    op.create_table(
        "queue_exit",
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("pressed", sa.String(length=1), nullable=False),
        sa.ForeignKeyConstraint(["call_sid"], ["call.sid"], name=op.f("fk_queue_exit_call_sid")),
        sa.PrimaryKeyConstraint("call_sid", "turn", name=op.f("pk_queue_exit")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("queue_exit")
    op.drop_table("consent")
    op.drop_table("protocol")
