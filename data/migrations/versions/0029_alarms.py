"""The table of alarms keeps since when a condition was found, when it was raised, and when it was over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_OPEN = sa.text("until IS NULL")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(length=34), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operands", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.create_index(
            "uq_alarm_open", ["kind", "line", "subject"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        )
        batch_op.create_index(batch_op.f("ix_alarm_since"), ["since"], unique=False)


def downgrade() -> None:
    """Back. Nobody knows any more what was wrong when."""
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alarm_since"))
        batch_op.drop_index("uq_alarm_open", sqlite_where=_OPEN, postgresql_where=_OPEN)

    op.drop_table("alarm")
