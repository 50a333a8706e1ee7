"""Drafts of lines: files that are edited before they are published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "line_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("menu_version", sa.String(length=12), nullable=False),
        sa.Column("audio_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_draft")),
        sa.UniqueConstraint("line", "number", name=op.f("uq_line_draft_line_number")),
    )
    op.create_table(
        "line_draft_file",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["line_draft.id"], name=op.f("fk_line_draft_file_draft_id")),
        sa.ForeignKeyConstraint(["sha256"], ["line_content.sha256"], name=op.f("fk_line_draft_file_sha256")),
        sa.PrimaryKeyConstraint("draft_id", "path", name=op.f("pk_line_draft_file")),
    )


def downgrade() -> None:
    """Back. Drafts are forgotten: write out what is to be kept first."""
    op.drop_table("line_draft_file")
    op.drop_table("line_draft")
