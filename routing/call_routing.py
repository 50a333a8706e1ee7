"""``CallRouting`` takes one call through the routing table, and collects the reasons and the trace on the way.

It is a value; each method answers a decision, or the same call further on. See ``routing.decide``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from routing.calling_order import calling_order
from routing.closures import EmergencyClosure, closure_in_force
from routing.context import RoutingContext
from routing.decisions import Decision, DestinationClosed, Ring, Unreachable
from routing.destinations import (
    AfterFailure,
    Announce,
    Apologise,
    Destination,
    Divert,
    NextTarget,
    RingOnCall,
)
from routing.hours import Closed, Hours, OnCall, Open, Status
from routing.outcomes import BUSY, NO_ANSWER, TargetOutcome
from routing.progress import Progress
from routing.swap_rules import allowed_swaps
from routing.table import RoutingTable
from routing.targets import BorrowedTargets, Number, Queue, Sip, Together
from routing.trace import TraceStep, in_words
from value_class import value_class

MAX_DIVERTS = 10
"""A caller who has been passed on this often gets an apology, so that no chain of diverts goes on for ever."""


@value_class
class CallRouting:
    """``CallRouting`` is one call within one decision; ``route`` and ``next_target`` make it. ``reasons`` and ``steps``
    tell what has happened to it so far.
    """

    table: RoutingTable
    at: datetime
    context: RoutingContext
    hops: tuple[str, ...] = ()
    borrower: Progress | None = None
    reasons: tuple[str, ...] = ()
    steps: tuple[TraceStep, ...] = ()

    def with_reason(self, reason: str) -> CallRouting:
        return replace(self, reasons=(*self.reasons, reason)) if reason else self

    def with_step(self, rule: str, outcome: str, key: str) -> CallRouting:
        return self._with_steps(TraceStep(rule, outcome, key))

    def _with_steps(self, *steps: TraceStep) -> CallRouting:
        # Written out: each decision takes several, and ``replace`` looks at every field by its name.
        return CallRouting(
            self.table, self.at, self.context, self.hops, self.borrower, self.reasons, (*self.steps, *steps)
        )

    def reason_with(self, last: str) -> str:
        return "; ".join(reason for reason in (*self.reasons, last) if reason)

    def unreachable(self, name: str, why: str) -> Decision:
        return Unreachable(name, None, self.reason_with(why), self.steps)

    def enter(self, name: str) -> Decision:
        """Decide for a call that arrives at ``name``: closures and hours make it open, on call or closed."""
        destination = self.table.destinations.get(name)
        if destination is None:
            return self.unreachable(name, "unknown destination")
        routing, status, closure = self.status_of(destination)
        if closure:
            return routing.close_in_emergency(destination, closure)
        match status:
            case None:
                return routing.unreachable(name, "unknown hours")
            case Open():
                return routing.open(destination, "" if self.reasons else "open")
            case OnCall():
                return routing.on_call(destination, "on-call")
            case Closed(pause=True) if routing.has_staff_on_call(destination):
                return routing.on_call(destination, "on-call: break")
            case Closed():
                return routing.answer_closed(destination, status)

    def status_of(self, destination: Destination) -> tuple[CallRouting, Status | None, EmergencyClosure | None]:
        """Ask closures, then hours, whether the destination is open; no status where its hours do not exist."""
        closure = closure_in_force(self.context.closures, destination.name, self.at)
        if closure:
            until = f"{closure.until.astimezone(self.table.zone):%Y-%m-%d %H:%M}" if closure.until else "further notice"
            return self.with_step("closure", f"closed until {until}: {closure.reason}", ""), None, closure
        routing = self.with_step("closure", "none is in force", "")
        if destination.hours is None:
            return routing.with_step("hours", "always open", destination.key), Open(), None
        hours = self.table.hours.get(destination.hours)
        if hours is None:
            return routing, None, None
        status, tried = hours.explain(self.at)
        if isinstance(status, Closed):
            status = replace(status, opens_at=self.opening(destination, hours, status.opens_at))
        return routing._with_steps(*tried), status, None

    def opening(self, destination: Destination, hours: Hours | None, earliest: datetime | None) -> datetime | None:
        """Return the first opening from ``earliest`` on that lies past every known closure, or None."""
        at = earliest
        while at and (closure := closure_in_force(self.context.closures, destination.name, at)):
            until = closure.until.astimezone(hours.zone if hours else self.table.zone) if closure.until else None
            at = hours.opening_from(until) if hours and until else until
        return at

    def close_in_emergency(self, destination: Destination, closure: EmergencyClosure) -> Decision:
        """Decide under an emergency closure. The staff on call are not rung either, but a destination that stands in
        for a closed one is.
        """
        hours = self.table.hours.get(destination.hours or "")
        closed = Closed("closure", None, self.opening(destination, hours, self.at))
        if self.borrower:
            return self.return_to_borrower(destination, self.borrower, "closure")
        return self.answer_closed(destination, closed, closure)

    def answer_closed(
        self, destination: Destination, closed: Closed, closure: EmergencyClosure | None = None
    ) -> Decision:
        """Decide outside of the hours as ``closed`` of the destination says: announce, ring on call, divert."""
        why = f"closed: {closed.reason}"
        match destination.closed:
            case RingOnCall() if closure is None and not closed.pause:
                return self.on_call(destination, f"on-call: {closed.reason}")
            case Divert(to) if not self.would_loop(destination, to):
                return self.divert(destination, to, why, "closed")
            case Announce() | Divert() | RingOnCall():
                return DestinationClosed(destination.name, self.reason_with(why), closed, closure, self.steps)

    def has_staff_on_call(self, destination: Destination) -> bool:
        """Return whether on-call targets, the destination's own or its rota's, answer in a break."""
        rota = self.table.rotas.get(destination.rota or "")
        return bool(destination.on_call or (rota and rota.targets_at(self.at)))

    def open(self, destination: Destination, note: str) -> Decision:
        """Ring the targets of an open destination; those of the customer's special contract come first."""
        held = self.context.special_contract
        contract = destination.contract_of(held)
        routing = self
        if contract:
            routing = routing.with_step(
                "contract", f"{contract} has targets of its own", f"{destination.key}.contracts.{contract}"
            )
            note = "; ".join(each for each in (note, f"contract: {contract}") if each)
        elif destination.contracts:
            routing = routing.with_step(
                "contract", f"no targets of its own for {held or 'a caller without one'}", destination.key
            )
        progress = Progress(destination.name, 0, False, self.hops, None, contract, self.borrower)
        return routing.ring(destination, progress, note, "no targets")

    def on_call(self, destination: Destination, note: str) -> Decision:
        """Ring the on-call targets: those that the rota has on duty at this instant, then the destination's own."""
        routing, since = self, None
        rota = self.table.rotas.get(destination.rota or "")
        if rota:
            since = self.at
            rungs = rota.at(self.at, allowed_swaps(self.table, self.context.swaps))
            people = ", ".join(rung.person for rung in rungs) or "nobody"
            for rung in rungs:
                if rung.instead_of:
                    routing = routing.with_step("rota", f"{rung.person} stands in for {rung.instead_of}", rota.key)
            routing = routing.with_step("rota", f"on call: {people}", rota.key_at(self.at))
        progress = Progress(destination.name, 0, True, self.hops, since, None, self.borrower)
        return routing.ring(destination, progress, note, "no targets")

    def ring(self, destination: Destination, progress: Progress, note: str, failure: str) -> Decision:
        """Ring the target of ``progress``, or the first one after it that can be rung, with ``note`` as the reason;
        past the last one, do what follows ``failure``.
        """
        targets = calling_order(self.table, destination, progress, self.context)
        if progress.index >= len(targets):
            return self.after_last_target(destination, failure)
        target, key = targets[progress.index]
        full = destination.limits.reached(self.context.load_of(destination.name))
        if full and not isinstance(target, Queue | BorrowedTargets):
            # Waiting occupies no telephone: the queue of a full destination stays open.
            routing = self.with_step("limit", f"full: {full}", f"{destination.key}.limits")
            if f"full: {full}" not in routing.reasons:
                routing = routing.with_reason(f"full: {full}")
            return routing.after_outcome(destination, progress, "busy")
        match target:
            case BorrowedTargets(name):
                return self.borrow(destination, progress, name, key, note, failure)
            case Together(members):
                routing = self.with_step("target", in_words(target), key)
                return Ring(progress, members[0], self.reason_with(note), members[1:], routing.steps)
            case Number() | Sip() | Queue():
                return Ring(
                    progress, target, self.reason_with(note), (), self.with_step("target", in_words(target), key).steps
                )

    def borrow(
        self, destination: Destination, progress: Progress, name: str, key: str, note: str, failure: str
    ) -> Decision:
        """Borrow the targets of the destination ``name`` where it is open or on call; else ring the next target."""
        other = self.table.destinations.get(name)
        why = "which does not exist" if other is None else "which was tried before"
        if other and not self.would_loop(destination, name):
            routing, status, closure = self.status_of(other)
            routing = routing.with_step("target", in_words(BorrowedTargets(name)), key).with_reason(note)
            child = replace(routing, hops=(*self.hops, destination.name), borrower=progress)
            match status:
                case Open():
                    return child.open(other, f"by way of {destination.name}")
                case OnCall():
                    return child.on_call(other, f"by way of {destination.name}: on-call")
                case Closed(reason):
                    why = f"closed: {reason}"
                case None:
                    why = "closed: closure" if closure else "whose hours do not exist"
        routing = self.with_step("target", f"the desk {name} is skipped, {why}", key)
        return routing.ring(destination, replace(progress, index=progress.index + 1), note, failure)

    def after_outcome(self, destination: Destination, progress: Progress, outcome: TargetOutcome) -> Decision:
        """Do what the destination says follows ``outcome``: ring the next target, divert, or apologise."""
        answer, key = _after(destination, outcome)
        if self.borrower and not isinstance(answer, NextTarget):
            return self.return_to_borrower(destination, self.borrower, outcome)
        match answer:
            case NextTarget():
                onward = replace(progress, index=progress.index + 1)
                return self.ring(destination, onward, f"next target: {outcome}", outcome)
            case Divert(to):
                return self.divert(destination, to, outcome, key)
            case Apologise(prompt):
                return self.apologise(destination, prompt, outcome)

    def after_last_target(self, destination: Destination, failure: str) -> Decision:
        """Decide when no target is left: back to the borrower, else what ``exhausted`` says."""
        if self.borrower:
            return self.return_to_borrower(destination, self.borrower, failure)
        match destination.exhausted:
            case Divert(to):
                return self.divert(destination, to, failure, "exhausted")
            case Apologise(prompt):
                return self.apologise(destination, prompt, failure)

    def return_to_borrower(self, destination: Destination, outer: Progress, failure: str) -> Decision:
        """Return from a destination whose borrowed targets are exhausted to the next target of the borrower.

        What follows a failure is for that destination to say.
        """
        hops = tuple(hop for hop in (*self.hops, destination.name) if hop != outer.destination)
        routing = replace(self, hops=hops, borrower=outer.borrower)
        borrower = self.table.destinations.get(outer.destination)
        if borrower is None:
            return routing.unreachable(outer.destination, "unknown destination")
        closure = closure_in_force(self.context.closures, borrower.name, self.at)
        if closure:
            return routing.close_in_emergency(borrower, closure)
        return routing.ring(
            borrower, replace(outer, index=outer.index + 1, hops=hops), f"next target: {failure}", failure
        )

    def divert(self, destination: Destination, to: str, why: str, key: str) -> Decision:
        """Pass the call on to the destination ``to``; apologise where the call has been there before."""
        if self.would_loop(destination, to):
            return self.with_reason("diverted in a circle").apologise(destination, None, why)
        onward = self.with_reason(f"diverted from {destination.name}: {why}")
        onward = onward.with_step("divert", f"{why}: on to {to}", f"{destination.key}.{key}")
        return replace(onward, hops=(*self.hops, destination.name)).enter(to)

    def apologise(self, destination: Destination, prompt: str | None, why: str) -> Decision:
        """Return Unreachable with the ``prompt`` of the apology, and note why in the trace."""
        routing = self.with_step("target", f"none left: {why}", destination.key)
        return Unreachable(destination.name, prompt, self.reason_with(f"gave up: {why}"), routing.steps)

    def would_loop(self, destination: Destination, to: str) -> bool:
        """Return whether a divert to ``to`` would close a circle, or exceed MAX_DIVERTS."""
        return to == destination.name or to in self.hops or len(self.hops) >= MAX_DIVERTS


def _after(destination: Destination, outcome: TargetOutcome) -> tuple[AfterFailure, str]:
    """What follows, and the key of the answer that says so."""
    if outcome in BUSY:
        return destination.busy, "busy"
    if outcome in NO_ANSWER:
        return destination.no_answer, "no_answer"
    return destination.failed, "failed"
