"""Terms in their wording, and whether their services were given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("text", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("service", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("desks", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("given_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_column("given_at")
        batch_op.drop_column("desks")
        batch_op.drop_column("service")
        batch_op.drop_column("text")
