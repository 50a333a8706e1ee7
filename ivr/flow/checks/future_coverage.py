"""Every minute of the two years to come has a person to ring or an opening to tell, and today a price holds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ivr.flow.checks.dates import check_dates
from ivr.flow.checks.prices import check_prices_ahead
from routing.check import check_table

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics


def check_future_coverage(line: Line, diagnostics: Diagnostics, since: date) -> None:
    """Gaps and overlaps of rotas, and hours that never come, from the local date ``since`` on.

    Asked of what is being edited, not of what is being served: a line does not stop because a year has ended.
    """
    check_prices_ahead(line, diagnostics, since)
    told = set(check_table(line.routing.table))
    for violation in check_table(line.routing.table, since):
        if violation not in told and violation.destination not in line.routing.unread:
            diagnostics.error(line.routing.places[violation.key], violation.message)
    check_dates(line, diagnostics, since)
