"""``all_closed`` asks the router whether a call for any of several destinations would find all of them closed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from routing.closures import in_scope
from routing.context import NO_CONTEXT, RoutingContext
from routing.decide import route
from routing.decisions import DestinationClosed
from routing.table import RoutingTable
from value_class import value_class


@value_class
class AllClosed:
    """Every destination of the scopes asked for is closed; ``first`` is the one that opens first."""

    scope: str
    first: DestinationClosed

    @property
    def opens_at(self) -> datetime | None:
        """Return when that destination opens; None where no opening is known."""
        return self.first.closed.opens_at


def all_closed(
    table: RoutingTable, scopes: Collection[str], at: datetime, *, context: RoutingContext = NO_CONTEXT
) -> AllClosed | None:
    """Route a call to each destination of ``scopes`` at ``at`` (aware). Return the one that opens first, with its
    scope; None where one of them answers.

    A scope is a destination or a beginning of several names, as in a closure. Staff on call, and a destination to which
    calls of a closed one are diverted, answer; a destination that is merely full or busy is no closed one.
    """
    first: AllClosed | None = None
    for scope in scopes:
        for name in table.destinations:
            if not in_scope(name, scope):
                continue
            decision = route(table, name, at, context=context)
            if not isinstance(decision, DestinationClosed):
                return None
            if first is None or _sooner(decision, first.first):
                first = AllClosed(scope, decision)
    return first


def _sooner(one: DestinationClosed, other: DestinationClosed) -> bool:
    if one.closed.opens_at is None or other.closed.opens_at is None:
        return other.closed.opens_at is None and one.closed.opens_at is not None
    return one.closed.opens_at < other.closed.opens_at
