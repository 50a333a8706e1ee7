"""The table of contacts that sources name keeps digests of what each source said last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("sourced_contact", sa.Column("told", sa.String(), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("sourced_contact", "told")
