"""The source that blocked a contact, as it had it no more; from how many hours on the data of a source are too old."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("contact", sa.Column("missing_in", sa.String(length=60), nullable=True))
    op.add_column("imported_source", sa.Column("old_after", sa.Integer(), server_default="48", nullable=False))


def downgrade() -> None:
    """Back."""
    op.drop_column("imported_source", "old_after")
    op.drop_column("contact", "missing_in")
