"""One rule a file about a line as a whole; each is a function of the line that tells its faults.

To add a rule: a file here, its name below, and the mistakes that it finds in tests/bad/lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from ivr.flow.checks.acceptance import check_acceptance
from ivr.flow.checks.agent_reachable import check_agent_reachable
from ivr.flow.checks.announced_keys import check_announced_keys
from ivr.flow.checks.announcements import check_announcements, check_announcements_ahead
from ivr.flow.checks.branches import check_branches
from ivr.flow.checks.clips import check_clips
from ivr.flow.checks.closures import check_closures
from ivr.flow.checks.consents import check_consents
from ivr.flow.checks.cycles import check_cycles
from ivr.flow.checks.destinations import check_destinations
from ivr.flow.checks.document_confirmation import check_document_confirmation
from ivr.flow.checks.future_coverage import check_future_coverage
from ivr.flow.checks.identification import check_identification
from ivr.flow.checks.identified_before_rules import check_identified_before_rules
from ivr.flow.checks.identified_only import check_identified_only
from ivr.flow.checks.open_hours import check_open_hours
from ivr.flow.checks.prices import check_prices
from ivr.flow.checks.prompts import check_prompts
from ivr.flow.checks.proven_rules import check_proven_rules
from ivr.flow.checks.reachability import check_reachability
from ivr.flow.checks.references import check_references
from ivr.flow.checks.requirements import check_requirements
from ivr.flow.checks.sac import check_sac
from ivr.flow.checks.surveys import check_surveys
from ivr.flow.checks.swaps import check_swaps
from ivr.flow.checks.ticket_prompts import check_ticket_prompts
from ivr.flow.checks.tickets import check_tickets
from ivr.flow.checks.transfers import check_transfers
from ivr.flow.checks.undeclared import check_undeclared
from ivr.source.diagnostics import Diagnostics

if TYPE_CHECKING:
    from ivr.flow.line import Line

Rule = Callable[["Line", Diagnostics], None]

GRAPH: Final[tuple[Rule, ...]] = (check_references, check_transfers, check_document_confirmation, check_tickets)
"""Whether every arrow of the menu ends where it may."""

WAYS: Final[tuple[Rule, ...]] = (
    check_reachability,
    check_agent_reachable,
    check_identification,
    check_identified_before_rules,
    check_identified_only,
)
"""What follows from all ways through the menu; asked of a whole graph only, for a gap in it takes many ways away."""

MEANING: Final[tuple[Rule, ...]] = (
    check_cycles,
    check_branches,
    check_prompts,
    check_ticket_prompts,
    check_prices,
    check_announced_keys,
    check_swaps,
    check_consents,
    check_destinations,
    check_announcements,
    check_acceptance,
    check_closures,
    check_surveys,
    check_open_hours,
    check_sac,
    check_clips,
)

ADVICE: Final[frozenset[Rule]] = frozenset({check_reachability, check_announced_keys, check_clips})
"""Those of the rules that only warn: they are asked where warnings are read, and not at each start of a server."""


def check_rules(
    line: Line,
    diagnostics: Diagnostics,
    since: date | None = None,
    rules_of_channels: Sequence[Rule] = (),
    *,
    advise: bool = True,
) -> None:
    """Return what is wrong with ``line`` as a whole; warnings only where nothing is, since a fault often explains them.

    With ``since``, a local date, the two years from it on are looked at as well. ``rules_of_channels`` say what a
    carrier cannot bear. Without ``advise`` the faults are the same, and what only warns is not asked.
    """
    found = Diagnostics(most=diagnostics.most)
    try:
        for check in GRAPH:
            check(line, found)
        ways = () if line.unread or found.errors else WAYS
        for check in (*ways, *MEANING, *rules_of_channels):
            if advise or check not in ADVICE:
                check(line, found)
        if not (line.unread or diagnostics.errors or found.errors):
            check_requirements(line, found)  # where something else is wrong, strangers come by a way that is not meant
            if advise:
                check_undeclared(line, found)
            check_proven_rules(line, found)
        if since:
            check_future_coverage(line, found, since)
            check_announcements_ahead(line, found, since)
    finally:
        diagnostics.errors += found.errors
    if not diagnostics.errors:
        diagnostics.warnings += found.warnings
