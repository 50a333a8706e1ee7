"""The router decides where a call goes now, from a destination's name, the instant, and how the last attempt ended.

Theory of operation
===================

The router is two pure functions over values. ``route`` is asked when a call arrives for a destination, ``next_target``
each time that the ringing of a target, or the wait in its queue, has ended. Both read

* the **routing table**, which ops wrote: destinations with their targets, hours, rotas, contracts, the allow-list;
* an **instant**, aware, which the caller of the function passes in;
* the **context**: what was looked up beforehand and may change from one call to the next: emergency closures that are
  in force, the load of each destination, the customer's special contract, and a sampling fraction that is the same
  throughout a call and picks from targets that share calls by weight;
* in ``next_target``, the **progress**: which target of which destination was rung, and how the call came there. It is a
  small plain value that is kept with the call between two turns; nothing else is remembered.

Nothing is asked back, nothing is written, and equal input gives the equal decision.

A decision is one of four values::

    Ring               ring this target (and perhaps others at the same moment), then ask ``next_target``
    DestinationClosed  tell the caller when the destination opens, and hang up
    Unreachable        apologise, and hang up
    Connected          the caller has talked with people; nothing is left to do

``route`` looks at a destination in a fixed order, and the first rule that speaks decides: an emergency closure, a
special day, a holiday, the windows of the week. That makes it open, on call or closed.

* open: the targets of the customer's contract where the destination has some, else its own;
* on call: whom the rota has on duty at this instant, else the staff on call;
* closed: what ``closed`` of the destination says: announce, ring the staff on call, or divert.

Targets are tried in their order. A destination that is at its limit rings nobody, but lets callers wait in a queue. A
target may *borrow* the targets of another destination, if that one is open: the call goes through them and comes back
to the one that borrowed (``Progress.borrower``), which then says what follows a failure. A *divert* is for good.

``next_target`` first asks whether the caller was connected, then whether an emergency closure came into force
meanwhile; hours are not looked at again, so a call that came in before closing time rings every target. What the
destination has said follows busy, no answer or failure decides: the next target, a divert, or an apology; after the
last target, what ``exhausted`` says.

No table leads a call in a circle: ``hops`` remembers the destinations that the call has been through, a divert back to
one of them ends in an apology, and MAX_DIVERTS bounds them. ``routing.check`` tells such circles to ops beforehand.

Each decision tells its ``reason`` in words for logs and reports, and ``steps``: every rule that was looked at, what it
said, and the key of the node of the table that says so.
"""

from __future__ import annotations

from datetime import datetime

from routing.call_routing import MAX_DIVERTS, CallRouting
from routing.calling_order import key_of
from routing.closures import closure_in_force
from routing.context import NO_CONTEXT, RoutingContext
from routing.decisions import Connected, Decision, DestinationClosed, Ring, Unreachable
from routing.outcomes import REACHED, TargetOutcome
from routing.progress import Progress
from routing.table import RoutingTable
from routing.trace import TraceStep


def route(table: RoutingTable, name: str, at: datetime, *, context: RoutingContext = NO_CONTEXT) -> Decision:
    """Return where a call for the destination ``name`` goes at ``at`` (aware), by the first rule that decides.

    First an emergency closure holds, then a special day, then a holiday, then the hours of the week. Never raises for
    what the table holds: a name that leads nowhere is Unreachable.
    """
    return CallRouting(table, at, context).enter(name)


def next_target(
    table: RoutingTable,
    progress: Progress,
    outcome: TargetOutcome,
    at: datetime,
    *,
    context: RoutingContext = NO_CONTEXT,
) -> Decision:
    """Return where the call goes after the target of ``progress`` ended in ``outcome``.

    A call that came in before closing time rings every target, even past it; an emergency closure ends that.
    """
    key = key_of(table, progress, context)
    if outcome in REACHED:
        return Connected(progress.destination, steps=(TraceStep("target", outcome, key),))
    destination = table.destinations.get(progress.destination)
    if destination is None:
        return Unreachable(progress.destination, None, "unknown destination")
    routing = CallRouting(table, at, context, progress.hops, progress.borrower)
    routing = routing.with_step("target", outcome, key)
    closure = closure_in_force(context.closures, destination.name, at)
    if closure:
        return routing.close_in_emergency(destination, closure)
    return routing.after_outcome(destination, progress, outcome)


__all__ = [
    "MAX_DIVERTS",
    "Connected",
    "Decision",
    "DestinationClosed",
    "Progress",
    "Ring",
    "Unreachable",
    "next_target",
    "route",
]  # fmt: skip
