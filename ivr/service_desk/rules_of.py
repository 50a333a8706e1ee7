"""The rules of tickets are those that the line's routing writes."""

from __future__ import annotations

from ivr.flow.line import Line
from ivr.tickets.rules import TicketRules
from wording import message


def rules_of(line: Line) -> TicketRules:
    """Return the rules of the tickets of ``line``. Raises ValueError where it has none."""
    rules = line.routing.tickets
    if rules is None:
        raise ValueError(
            message(
                "line-without-tickets",
                "the line {line} has no tickets; write the section 'tickets' in its routing.yaml",
                line=line.name,
            )
        )
    return rules
