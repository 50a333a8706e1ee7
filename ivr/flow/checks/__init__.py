"""One rule a file about a line as a whole; each is a function of the line that tells its faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ivr.flow.checks.announcements import check_announcements
from ivr.flow.checks.branches import check_branches
from ivr.flow.checks.circles import check_circles
from ivr.flow.checks.customers import check_customers
from ivr.flow.checks.destinations import check_destinations
from ivr.flow.checks.human import check_human
from ivr.flow.checks.identification import check_identification
from ivr.flow.checks.prompts import check_prompts
from ivr.flow.checks.reachability import check_reachability
from ivr.flow.checks.references import check_references
from ivr.flow.checks.transfers import check_transfers

if TYPE_CHECKING:
    from ivr.flow.faults import Faults
    from ivr.flow.line import Line

CHECKS: Final[tuple[Callable[[Line, Faults], None], ...]] = (
    check_references,
    check_reachability,
    check_circles,
    check_branches,
    check_transfers,
    check_human,
    check_identification,
    check_customers,
    check_prompts,
    check_announcements,
    check_destinations,
)
