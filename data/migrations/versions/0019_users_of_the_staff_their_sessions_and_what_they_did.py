"""Users of the staff, their sessions, tries to log in, and what they did. Who may close desks by telephone becomes one.

Whoever has a number keeps it with name and password, in the role ops; the number is the login too, and there is no
password for the pages before a person at the console gives one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_STAFF = sa.table("staff", sa.column("number"), sa.column("name"), sa.column("password_hash"))
_USER = sa.table(
    "staff_user",
    sa.column("login"),
    sa.column("name"),
    sa.column("role"),
    sa.column("keypad_number"),
    sa.column("keypad_hash"),
    sa.column("disabled_at"),
)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "staff_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("keypad_number", sa.String(length=6), nullable=True),
        sa.Column("keypad_hash", sa.String(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
        sa.UniqueConstraint("keypad_number", name=op.f("uq_staff_user_keypad_number")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_user_login")),
    )
    op.create_table(
        "staff_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_staff_session_user_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_user_id"), ["user_id"], unique=False)
    op.create_table(
        "page_login",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_login")),
    )
    with op.batch_alter_table("page_login", schema=None) as batch_op:
        batch_op.create_index("ix_page_login_account_at", ["account", "at"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_at", ["at"], unique=False)
    moved = sa.select(
        _STAFF.c.number, _STAFF.c.name, sa.literal("ops"), _STAFF.c.number, _STAFF.c.password_hash
    ).order_by(_STAFF.c.number)
    op.execute(sa.insert(_USER).from_select(["login", "name", "role", "keypad_number", "keypad_hash"], moved))
    op.drop_table("staff")


def downgrade() -> None:
    """Back. Users without a number or who are disabled, sessions and what was done are forgotten."""
    op.create_table(
        "staff",
        sa.Column("number", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_staff")),
    )
    # The release before knows of nobody who is disabled: those would close destinations again.
    moved = sa.select(_USER.c.keypad_number, _USER.c.name, _USER.c.keypad_hash).where(
        _USER.c.keypad_number.is_not(None), _USER.c.disabled_at.is_(None)
    )
    op.execute(sa.insert(_STAFF).from_select(["number", "name", "password_hash"], moved))
    op.drop_table("audit")
    op.drop_table("page_login")
    op.drop_table("staff_session")
    op.drop_table("staff_user")
