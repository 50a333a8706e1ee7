"""The indices of which lists and searches of tickets read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_LISTED = ["line", "area", "analyst_id", "severity", "company_id", "contact_id", "channel"]
_WORDS = sa.text("array_to_tsvector(string_to_array(folded, ' '))")


def upgrade() -> None:
    """Forward."""
    op.drop_index("ix_ticket_state_forecast_at", "ticket")
    op.drop_index("ix_ticket_analyst_id", "ticket")
    op.create_index("ix_ticket_by_opening", "ticket", ["opened_at", "number", "state", "forecast_at", *_LISTED])
    op.create_index("ix_ticket_by_forecast", "ticket", ["state", "forecast_at", "number", "opened_at", *_LISTED])
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_ticket_words", "ticket", [_WORDS], postgresql_using="gin")
    else:
        columns = ["folded", "number", "opened_at", "state", "forecast_at", *_LISTED]
        op.create_index("ix_ticket_folded", "ticket", columns)


def downgrade() -> None:
    """Back. Lists take longer."""
    op.drop_index("ix_ticket_words" if op.get_bind().dialect.name == "postgresql" else "ix_ticket_folded", "ticket")
    op.drop_index("ix_ticket_by_forecast", "ticket")
    op.drop_index("ix_ticket_by_opening", "ticket")
    op.create_index("ix_ticket_analyst_id", "ticket", ["analyst_id"])
    op.create_index("ix_ticket_state_forecast_at", "ticket", ["state", "forecast_at"])
