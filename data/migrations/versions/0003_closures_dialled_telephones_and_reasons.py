"""Emergency closures and who may make them by telephone, what each turn rang, and why a call went where it went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_line"), ["line"], unique=False)

    op.create_table(
        "staff",
        sa.Column("number", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_staff")),
    )
    op.create_table(
        "dialled",
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_sid"], ["call.sid"], name=op.f("fk_dialled_call_sid")),
        sa.PrimaryKeyConstraint("call_sid", "turn", name=op.f("pk_dialled")),
    )
    with op.batch_alter_table("dialled", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dialled_at"), ["at"], unique=False)

    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tried", sa.Text(), nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_column("tried")

    with op.batch_alter_table("dialled", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dialled_at"))

    op.drop_table("dialled")
    op.drop_table("staff")
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closure_line"))

    op.drop_table("closure")
