"""The portal of the customers: profiles of contacts, sessions, one-time secrets, tries; one administrator a company."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_ADMINISTRATOR = sa.text("administrator")

# Releases before took several of one company, with a warning. The one who was entered first stays.
_ONE_OF_SEVERAL = """
    UPDATE contact SET administrator = :no
    WHERE administrator AND id NOT IN (SELECT min(id) FROM contact WHERE administrator GROUP BY company_id)
"""


def upgrade() -> None:
    """Forward."""
    op.get_bind().execute(sa.text(_ONE_OF_SEVERAL), {"no": False})
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(
            "uq_contact_administrator",
            ["company_id"],
            unique=True,
            sqlite_where=_ADMINISTRATOR,
            postgresql_where=_ADMINISTRATOR,
        )
    op.add_column("audit", sa.Column("company_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_company_id"), ["company_id"], unique=False)

    op.create_table(
        "contact_profile",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_digest", sa.String(length=64), nullable=True),
        sa.Column("mobile", sa.String(), nullable=True),
        sa.Column("mobile_digest", sa.String(length=64), nullable=True),
        sa.Column("portal_password_hash", sa.String(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=True),
        sa.Column("survey_wish", sa.Boolean(), nullable=False),
        sa.Column("survey_severities", sa.String(length=10), nullable=False),
        sa.Column("phone_password_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_contact_profile_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_profile_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_profile")),
        sa.UniqueConstraint("email_digest", name=op.f("uq_contact_profile_email_digest")),
        sa.UniqueConstraint("mobile_digest", name=op.f("uq_contact_profile_mobile_digest")),
    )
    with op.batch_alter_table("contact_profile", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_profile_company_id"), ["company_id"], unique=False)

    op.create_table(
        "portal_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_portal_session_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_portal_session_contact_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_portal_session")),
    )
    with op.batch_alter_table("portal_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_session_began_at"), ["began_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_session_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_session_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "portal_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_portal_attempt_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_attempt")),
    )
    with op.batch_alter_table("portal_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_portal_attempt_account_at", ["account", "at"], unique=False)
        batch_op.create_index("ix_portal_attempt_at_matched", ["at", "matched"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_attempt_company_id"), ["company_id"], unique=False)

    op.create_table(
        "one_time_secret",
        sa.Column("id", sa.String(length=34), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_one_time_secret_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_one_time_secret_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_secret")),
    )
    with op.batch_alter_table("one_time_secret", schema=None) as batch_op:
        batch_op.create_index("ix_one_time_secret_account_created_at", ["account", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_one_time_secret_browser"), ["browser"], unique=False)
        batch_op.create_index(batch_op.f("ix_one_time_secret_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_one_time_secret_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_one_time_secret_created_at"), ["created_at"], unique=False)


def downgrade() -> None:
    """Back. Nobody can sign in to a portal any more, and what contacts did there is told by nothing."""
    for table in ("one_time_secret", "portal_attempt", "portal_session", "contact_profile"):
        op.drop_table(table)
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_company_id"))
        batch_op.drop_column("company_id")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("uq_contact_administrator")
