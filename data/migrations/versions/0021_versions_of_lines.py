"""The files of lines in versions, and which version answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "line_content",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_line_content")),
    )
    op.create_table(
        "line_version",
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("menu_version", sa.String(length=12), nullable=False),
        sa.Column("audio_digest", sa.String(length=64), nullable=False),
        sa.Column("dialled", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("line", "number", name=op.f("pk_line_version")),
    )
    op.create_table(
        "line_file",
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["line", "number"], ["line_version.line", "line_version.number"], name=op.f("fk_line_file_line")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["line_content.sha256"], name=op.f("fk_line_file_sha256")),
        sa.PrimaryKeyConstraint("line", "number", "path", name=op.f("pk_line_file")),
    )
    op.create_table(
        "line_publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["line", "number"], ["line_version.line", "line_version.number"], name=op.f("fk_line_publication_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_publication")),
    )
    with op.batch_alter_table("line_publication", schema=None) as batch_op:
        batch_op.create_index("ix_line_publication_line", ["line", "id"], unique=False)


def downgrade() -> None:
    """Back. Versions are forgotten: export what is to be kept first."""
    op.drop_table("line_publication")
    op.drop_table("line_file")
    op.drop_table("line_version")
    op.drop_table("line_content")
