"""Agents with the destinations they serve, and the history of their states."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_OPEN = sa.text("until IS NULL")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "agent",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("telephone", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted_state", sa.String(length=10), nullable=True),
        sa.Column("wanted_reason", sa.String(), nullable=True),
        sa.Column("ignored", sa.Integer(), nullable=False),
        sa.Column("wrap_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_agent_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_agent")),
    )
    op.create_table(
        "agent_skill",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["agent.user_id"], name=op.f("fk_agent_skill_user_id")),
        sa.PrimaryKeyConstraint("user_id", "line", "destination", name=op.f("pk_agent_skill")),
    )
    op.create_table(
        "agent_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["agent.user_id"], name=op.f("fk_agent_state_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_state")),
    )
    with op.batch_alter_table("agent_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agent_state_until"), ["until"], unique=False)
        batch_op.create_index("ix_agent_state_user_id_since", ["user_id", "since"], unique=False)
        batch_op.create_index(
            "uq_agent_state_open", ["user_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        )


def downgrade() -> None:
    """Back. Users stay; that they were agents is forgotten."""
    op.drop_table("agent_state")
    op.drop_table("agent_skill")
    op.drop_table("agent")
