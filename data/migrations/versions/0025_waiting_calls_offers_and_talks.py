"""Waiting calls, offers of them to agents, talks, and what happened to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "talk_event",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("talk_id", sa.String(length=34), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_event")),
    )
    with op.batch_alter_table("talk_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talk_event_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_talk_event_talk_id"), ["talk_id"], unique=False)

    op.create_table(
        "waiting",
        sa.Column("id", sa.String(length=34), nullable=False),
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("contract", sa.String(), nullable=True),
        sa.Column("front", sa.Boolean(), nullable=False),
        sa.Column("preferred_id", sa.Integer(), nullable=True),
        sa.Column("preferred_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_place", sa.Integer(), nullable=True),
        sa.Column("transferred_from", sa.String(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("key", sa.String(length=1), nullable=True),
        sa.ForeignKeyConstraint(["call_sid"], ["call.sid"], name=op.f("fk_waiting_call_sid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.create_index("ix_waiting_call_sid_turn", ["call_sid", "turn"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_entered_at"), ["entered_at"], unique=False)
        batch_op.create_index(
            "ix_waiting_since_waits",
            ["since"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.create_index(
            "uq_waiting_call_sid_waits",
            ["call_sid"],
            unique=True,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )

    op.create_table(
        "offer",
        sa.Column("id", sa.String(length=34), nullable=False),
        sa.Column("waiting_id", sa.String(length=34), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("leg_sid", sa.String(length=34), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["waiting_id"], ["waiting.id"], name=op.f("fk_offer_waiting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_leg_sid"), ["leg_sid"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_waiting_id"), ["waiting_id"], unique=False)
        batch_op.create_index(
            "uq_offer_user_id_live",
            ["user_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "uq_offer_waiting_id_live",
            ["waiting_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "talk",
        sa.Column("id", sa.String(length=34), nullable=False),
        sa.Column("offer_id", sa.String(length=34), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(length=34), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("caller_leg", sa.String(length=34), nullable=True),
        sa.Column("agent_leg", sa.String(length=34), nullable=True),
        sa.Column("conference_sid", sa.String(length=34), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_seconds", sa.Integer(), nullable=False),
        sa.Column("hold_sequence", sa.Integer(), nullable=False),
        sa.Column("hold_wanted", sa.Boolean(), nullable=True),
        sa.Column("hold_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consult_id", sa.String(length=34), nullable=True),
        sa.Column("consult_to", sa.String(), nullable=True),
        sa.Column("consult_leg", sa.String(length=34), nullable=True),
        sa.Column("consult_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recording_sid", sa.String(length=34), nullable=True),
        sa.Column("disposition", sa.String(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("wrapped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_sid"], ["call.sid"], name=op.f("fk_talk_call_sid")),
        sa.ForeignKeyConstraint(["id"], ["waiting.id"], name=op.f("fk_talk_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_talk_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
    )
    with op.batch_alter_table("talk", schema=None) as batch_op:
        batch_op.create_index(
            "ix_talk_accepted_at_goes_on",
            ["accepted_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_talk_call_sid"), ["call_sid"], unique=False)
        batch_op.create_index(batch_op.f("ix_talk_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    """Back. Who waited, and who talked with whom, is forgotten."""
    op.drop_table("talk")
    op.drop_table("offer")
    op.drop_table("waiting")
    op.drop_table("talk_event")
