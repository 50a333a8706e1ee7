"""The tables of tickets: their events, attachments, surveys, appointments, charges and remote accesses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "imported_source",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_imported_source")),
    )
    op.create_table(
        "ticket",
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("call_sid", sa.String(length=34), nullable=True),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("destination", sa.String(), nullable=True),
        sa.Column("area", sa.String(length=20), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("module", sa.String(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forecast_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("analyst_id", sa.Integer(), nullable=True),
        sa.Column("service", sa.String(), nullable=True),
        sa.Column("linked_to", sa.String(length=10), nullable=True),
        sa.Column("merged_into", sa.String(length=10), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_sid"], ["call.sid"], name=op.f("fk_ticket_call_sid")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_ticket_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_ticket_contact_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ticket")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_analyst_id"), ["analyst_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_call_sid"), ["call_sid"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index("ix_ticket_company_id_opened_at", ["company_id", "opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_linked_to"), ["linked_to"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_merged_into"), ["merged_into"], unique=False)
        batch_op.create_index("ix_ticket_state_forecast_at", ["state", "forecast_at"], unique=False)

    op.create_table(
        "appointment",
        sa.Column("id", sa.String(length=34), nullable=False),
        sa.Column("ticket", sa.String(length=10), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(length=10), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_appointment_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_appointment_contact_id")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_appointment_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_ticket"), ["ticket"], unique=False)

    op.create_table(
        "charge",
        sa.Column("ticket", sa.String(length=10), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("hour_price", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("waived", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_charge_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_charge_contact_id")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_charge_ticket")),
        sa.PrimaryKeyConstraint("ticket", "service", name=op.f("pk_charge")),
    )
    with op.batch_alter_table("charge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charge_accepted_at"), ["accepted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_charge_company_id"), ["company_id"], unique=False)

    op.create_table(
        "remote_access",
        sa.Column("id", sa.String(length=34), nullable=False),
        sa.Column("ticket", sa.String(length=10), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("preparation_minutes", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=12), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["contact.id"], name=op.f("fk_remote_access_answered_by")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_remote_access_company_id")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_remote_access_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_access")),
    )
    with op.batch_alter_table("remote_access", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remote_access_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_remote_access_ticket"), ["ticket"], unique=False)

    op.create_table(
        "survey",
        sa.Column("id", sa.String(length=34), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("ticket", sa.String(length=10), nullable=True),
        sa.Column("call_sid", sa.String(length=34), nullable=True),
        sa.Column("destination", sa.String(), nullable=True),
        sa.Column("analyst_id", sa.Integer(), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=12), nullable=True),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("recording_sid", sa.String(length=34), nullable=True),
        sa.ForeignKeyConstraint(["call_sid"], ["call.sid"], name=op.f("fk_survey_call_sid")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_survey_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_survey_contact_id")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_survey_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("token", name=op.f("uq_survey_token")),
    )
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_call_sid"), ["call_sid"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_sent_at"), ["sent_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_ticket"), ["ticket"], unique=False)

    op.create_table(
        "ticket_attachment",
        sa.Column("id", sa.String(length=34), nullable=False),
        sa.Column("ticket", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_ticket_attachment_company_id")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_ticket_attachment_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_attachment")),
    )
    with op.batch_alter_table("ticket_attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_attachment_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_attachment_ticket"), ["ticket"], unique=False)

    op.create_table(
        "ticket_event",
        sa.Column("ticket", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("party", sa.String(length=10), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("area", sa.String(length=20), nullable=True),
        sa.Column("calendar", sa.String(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_ticket_event_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_ticket_event_contact_id")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_ticket_event_ticket")),
        sa.PrimaryKeyConstraint("ticket", "position", name=op.f("pk_ticket_event")),
    )
    with op.batch_alter_table("ticket_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_event_company_id"), ["company_id"], unique=False)


def downgrade() -> None:
    """Back. Every ticket is forgotten."""
    with op.batch_alter_table("ticket_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_event_company_id"))

    op.drop_table("ticket_event")
    with op.batch_alter_table("ticket_attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_attachment_ticket"))
        batch_op.drop_index(batch_op.f("ix_ticket_attachment_company_id"))

    op.drop_table("ticket_attachment")
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_ticket"))
        batch_op.drop_index(batch_op.f("ix_survey_sent_at"))
        batch_op.drop_index(batch_op.f("ix_survey_company_id"))
        batch_op.drop_index(batch_op.f("ix_survey_call_sid"))

    op.drop_table("survey")
    with op.batch_alter_table("remote_access", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remote_access_ticket"))
        batch_op.drop_index(batch_op.f("ix_remote_access_company_id"))

    op.drop_table("remote_access")
    with op.batch_alter_table("charge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_charge_company_id"))
        batch_op.drop_index(batch_op.f("ix_charge_accepted_at"))

    op.drop_table("charge")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_ticket"))
        batch_op.drop_index(batch_op.f("ix_appointment_starts_at"))
        batch_op.drop_index(batch_op.f("ix_appointment_company_id"))

    op.drop_table("appointment")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_state_forecast_at")
        batch_op.drop_index(batch_op.f("ix_ticket_merged_into"))
        batch_op.drop_index(batch_op.f("ix_ticket_linked_to"))
        batch_op.drop_index(batch_op.f("ix_ticket_due_at"))
        batch_op.drop_index("ix_ticket_company_id_opened_at")
        batch_op.drop_index(batch_op.f("ix_ticket_closed_at"))
        batch_op.drop_index(batch_op.f("ix_ticket_call_sid"))
        batch_op.drop_index(batch_op.f("ix_ticket_analyst_id"))

    op.drop_table("ticket")
    op.drop_table("imported_source")
