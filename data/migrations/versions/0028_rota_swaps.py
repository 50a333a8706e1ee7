"""Swaps of people on call between two moments, with who made them and who ended them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "rota_swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("rota", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("stand_in", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_swap")),
    )
    with op.batch_alter_table("rota_swap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_swap_line"), ["line"], unique=False)


def downgrade() -> None:
    """Back. Everybody is on call again as the rota says."""
    with op.batch_alter_table("rota_swap", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rota_swap_line"))

    op.drop_table("rota_swap")
