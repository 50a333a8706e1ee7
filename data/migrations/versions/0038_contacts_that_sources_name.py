"""The table of contacts that sources name, each with the telephone password that the source gave last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "sourced_contact",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_sourced_contact_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_sourced_contact_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "source", name=op.f("pk_sourced_contact")),
    )
    op.create_index(op.f("ix_sourced_contact_company_id"), "sourced_contact", ["company_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("sourced_contact")
