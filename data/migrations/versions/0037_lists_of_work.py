"""The index in the order in which staff take tickets up: those from the portal first, then by forecast."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_FILTERS = ["line", "area", "analyst_id", "severity", "company_id", "contact_id", "channel"]
_PORTAL_FIRST = sa.text("(CASE WHEN channel = 'portal' THEN 0 ELSE 1 END)")
_FORECAST = {
    "sqlite": sa.text("coalesce(forecast_at, '9999-01-01 00:00:00.000000')"),
    "postgresql": sa.text("coalesce(forecast_at, '9999-01-01 00:00:00+00'::timestamptz)"),
}


def upgrade() -> None:
    """Forward."""
    dialect = op.get_bind().dialect.name
    op.drop_index("ix_ticket_by_forecast", "ticket")
    columns: list[str | sa.TextClause] = [
        _PORTAL_FIRST,
        _FORECAST[dialect],
        "number",
        "state",
        "forecast_at",
        "opened_at",
        *_FILTERS,
    ]
    op.create_index("ix_ticket_by_work", "ticket", columns)


def downgrade() -> None:
    """Back. A list of work is sorted."""
    op.drop_index("ix_ticket_by_work", "ticket")
    op.create_index("ix_ticket_by_forecast", "ticket", ["state", "forecast_at", "number", "opened_at", *_FILTERS])
