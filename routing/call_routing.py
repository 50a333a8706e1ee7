"""``CallRouting`` takes one call through the routing table, and collects the reasons and the trace on the way. It is a
value; each method answers a decision, or the same call further on. See ``routing.decide``.

A value; each method answers a decision, or the same call further on. See ``routing.decide``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from routing.calling_order import calling_order
from routing.closures import Closure, closure_in_force
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
from routing.table import RoutingTable
from routing.targets import BorrowedTargets, Number, Queue, Sip, Together
from routing.trace import TraceStep, in_words

MAX_DIVERTS = 10
"""A caller who has been passed on this often gets an apology, so that no chain of diverts goes on for ever."""


@dataclass(frozen=True, slots=True)
class CallRouting:
    """``CallRouting`` is one call within one decision; ``route`` and ``next_target`` make it. ``reasons`` and ``steps``
    tell what has happened to it so far.
    """

    table: RoutingTable
    at: datetime
    context: RoutingContext
    hops: tuple[str, ...] = ()
    back: Progress | None = None
    reasons: tuple[str, ...] = ()
    steps: tuple[TraceStep, ...] = ()

    def noting(self, reason: str) -> CallRouting:
        return replace(self, reasons=(*self.reasons, reason)) if reason else self

    def trying(self, rule: str, outcome: str, key: str) -> CallRouting:
        return replace(self, steps=(*self.steps, TraceStep(rule, outcome, key)))

    def told(self, last: str) -> str:
        return "; ".join(reason for reason in (*self.reasons, last) if reason)

    def lost(self, name: str, why: str) -> Decision:
        return Unreachable(name, None, self.told(why), self.steps)

    def enter(self, name: str) -> Decision:
        """Decide for a call that arrives at ``name``: closures and hours make it open, on call or closed."""
        destination = self.table.destinations.get(name)
        if destination is None:
            return self.lost(name, "unknown destination")
        way, status, closure = self.look_at(destination)
        if closure:
            return way.shut_down(destination, closure)
        match status:
            case None:
                return way.lost(name, "unknown hours")
            case Open():
                return way.open(destination, "" if self.reasons else "open")
            case OnCall():
                return way.on_call(destination, "on-call")
            case Closed(pause=True) if way.covered(destination):
                return way.on_call(destination, "on-call: break")
            case Closed():
                return way.answer_closed(destination, status)

    def look_at(self, destination: Destination) -> tuple[CallRouting, Status | None, Closure | None]:
        """Ask closures, then hours, whether the destination is open; no status where its hours do not exist."""
        closure = closure_in_force(self.context.closures, destination.name, self.at)
        if closure:
            until = f"{closure.until.astimezone(self.table.zone):%Y-%m-%d %H:%M}" if closure.until else "further notice"
            return self.trying("closure", f"closed until {until}: {closure.reason}", ""), None, closure
        way = self.trying("closure", "none is in force", "")
        if destination.hours is None:
            return way.trying("hours", "always open", destination.key), Open(), None
        hours = self.table.hours.get(destination.hours)
        if hours is None:
            return way, None, None
        status, tried = hours.explain(self.at)
        if isinstance(status, Closed):
            status = replace(status, opens_at=self.opening(destination, hours, status.opens_at))
        return replace(way, steps=(*way.steps, *tried)), status, None

    def opening(self, destination: Destination, hours: Hours | None, earliest: datetime | None) -> datetime | None:
        """Return the first opening from ``earliest`` on that lies past every known closure, or None."""
        at = earliest
        while at and (closure := closure_in_force(self.context.closures, destination.name, at)):
            until = closure.until.astimezone(hours.zone if hours else self.table.zone) if closure.until else None
            at = hours.opening_from(until) if hours and until else until
        return at

    def shut_down(self, destination: Destination, closure: Closure) -> Decision:
        """Decide under an emergency closure. The staff on call are not rung either, but a destination that stands in
        for a closed one is.
        """
        hours = self.table.hours.get(destination.hours or "")
        closed = Closed("closure", None, self.opening(destination, hours, self.at))
        if self.back:
            return self.leave(destination, self.back, "closure")
        return self.answer_closed(destination, closed, closure)

    def answer_closed(self, destination: Destination, closed: Closed, closure: Closure | None = None) -> Decision:
        """Decide outside of the hours as ``closed`` of the destination says: announce, ring on call, divert."""
        why = f"closed: {closed.reason}"
        match destination.closed:
            case RingOnCall() if closure is None and not closed.pause:
                return self.on_call(destination, f"on-call: {closed.reason}")
            case Divert(to) if not self.goes_round(destination, to):
                return self.divert(destination, to, why, "closed")
            case Announce() | Divert() | RingOnCall():
                return DestinationClosed(destination.name, self.told(why), closed, closure, self.steps)

    def covered(self, destination: Destination) -> bool:
        """Return whether on-call targets, the destination's own or its rota's, answer in a break."""
        rota = self.table.rotas.get(destination.rota or "")
        return bool(destination.on_call or (rota and rota.targets_at(self.at)))

    def open(self, destination: Destination, note: str) -> Decision:
        """Ring the targets of an open destination; those of the customer's special contract come first."""
        held = self.context.special_contract
        contract = destination.contract_of(held)
        way = self
        if contract:
            way = way.trying(
                "contract", f"{contract} has targets of its own", f"{destination.key}.contracts.{contract}"
            )
            note = "; ".join(each for each in (note, f"contract: {contract}") if each)
        elif destination.contracts:
            way = way.trying("contract", f"no targets of its own for {held or 'a caller without one'}", destination.key)
        progress = Progress(destination.name, 0, False, self.hops, None, contract, self.back)
        return way.ring(destination, progress, note, "no targets")

    def on_call(self, destination: Destination, note: str) -> Decision:
        """Ring the on-call targets: those that the rota has on duty at this instant, then the destination's own."""
        way, since = self, None
        rota = self.table.rotas.get(destination.rota or "")
        if rota:
            since = self.at
            people = ", ".join(rung.person for rung in rota.at(self.at)) or "nobody"
            way = way.trying("rota", f"on call: {people}", rota.key_at(self.at))
        progress = Progress(destination.name, 0, True, self.hops, since, None, self.back)
        return way.ring(destination, progress, note, "no targets")

    def ring(self, destination: Destination, progress: Progress, note: str, failure: str) -> Decision:
        """Ring the target of ``progress``, or the first one after it that can be rung, with ``note`` as the reason;
        past the last one, do what follows ``failure``.
        """
        targets = calling_order(self.table, destination, progress, self.context)
        if progress.index >= len(targets):
            return self.exhaust(destination, failure)
        target, key = targets[progress.index]
        full = destination.limits.reached(self.context.load_of(destination.name))
        if full and not isinstance(target, Queue | BorrowedTargets):
            # Waiting occupies no telephone: the queue of a full destination stays open.
            way = self.trying("limit", f"full: {full}", f"{destination.key}.limits")
            if f"full: {full}" not in way.reasons:
                way = way.noting(f"full: {full}")
            return way.react(destination, progress, "busy")
        match target:
            case BorrowedTargets(name):
                return self.visit(destination, progress, name, key, note, failure)
            case Together(members):
                way = self.trying("target", in_words(target), key)
                return Ring(progress, members[0], self.told(note), members[1:], way.steps)
            case Number() | Sip() | Queue():
                return Ring(progress, target, self.told(note), (), self.trying("target", in_words(target), key).steps)

    def visit(
        self, destination: Destination, progress: Progress, name: str, key: str, note: str, failure: str
    ) -> Decision:
        """Borrow the targets of the destination ``name`` where it is open or on call; else ring the next target."""
        other = self.table.destinations.get(name)
        why = "which does not exist" if other is None else "which was tried before"
        if other and not self.goes_round(destination, name):
            way, status, closure = self.look_at(other)
            way = way.trying("target", in_words(BorrowedTargets(name)), key).noting(note)
            child = replace(way, hops=(*self.hops, destination.name), back=progress)
            match status:
                case Open():
                    return child.open(other, f"by way of {destination.name}")
                case OnCall():
                    return child.on_call(other, f"by way of {destination.name}: on-call")
                case Closed(reason):
                    why = f"closed: {reason}"
                case None:
                    why = "closed: closure" if closure else "whose hours do not exist"
        way = self.trying("target", f"the desk {name} is skipped, {why}", key)
        return way.ring(destination, replace(progress, index=progress.index + 1), note, failure)

    def react(self, destination: Destination, progress: Progress, outcome: TargetOutcome) -> Decision:
        """Do what the destination says follows ``outcome``: ring the next target, divert, or apologise."""
        answer, key = _after(destination, outcome)
        if self.back and not isinstance(answer, NextTarget):
            return self.leave(destination, self.back, outcome)
        match answer:
            case NextTarget():
                onward = replace(progress, index=progress.index + 1)
                return self.ring(destination, onward, f"next target: {outcome}", outcome)
            case Divert(to):
                return self.divert(destination, to, outcome, key)
            case Apologise(prompt):
                return self.give_up(destination, prompt, outcome)

    def exhaust(self, destination: Destination, failure: str) -> Decision:
        """Decide when no target is left: back to the borrower, else what ``exhausted`` says."""
        if self.back:
            return self.leave(destination, self.back, failure)
        match destination.exhausted:
            case Divert(to):
                return self.divert(destination, to, failure, "exhausted")
            case Apologise(prompt):
                return self.give_up(destination, prompt, failure)

    def leave(self, destination: Destination, outer: Progress, failure: str) -> Decision:
        """Return from a destination whose borrowed targets are exhausted to the next target of the borrower.

        What follows a failure is for that desk to say.
        """
        hops = tuple(hop for hop in (*self.hops, destination.name) if hop != outer.destination)
        way = replace(self, hops=hops, back=outer.back)
        borrower = self.table.destinations.get(outer.destination)
        if borrower is None:
            return way.lost(outer.destination, "unknown destination")
        closure = closure_in_force(self.context.closures, borrower.name, self.at)
        if closure:
            return way.shut_down(borrower, closure)
        return way.ring(borrower, replace(outer, index=outer.index + 1, hops=hops), f"next target: {failure}", failure)

    def divert(self, destination: Destination, to: str, why: str, key: str) -> Decision:
        """Pass the call on to the destination ``to``; apologise where the call has been there before."""
        if self.goes_round(destination, to):
            return self.noting("diverted in a circle").give_up(destination, None, why)
        onward = self.noting(f"diverted from {destination.name}: {why}")
        onward = onward.trying("divert", f"{why}: on to {to}", f"{destination.key}.{key}")
        return replace(onward, hops=(*self.hops, destination.name)).enter(to)

    def give_up(self, destination: Destination, prompt: str | None, why: str) -> Decision:
        """Return Unreachable with the ``prompt`` of the apology, and note why in the trace."""
        way = self.trying("target", f"none left: {why}", destination.key)
        return Unreachable(destination.name, prompt, self.told(f"gave up: {why}"), way.steps)

    def goes_round(self, destination: Destination, to: str) -> bool:
        """Return whether a divert to ``to`` would close a circle, or exceed MAX_DIVERTS."""
        return to == destination.name or to in self.hops or len(self.hops) >= MAX_DIVERTS


def _after(destination: Destination, outcome: TargetOutcome) -> tuple[AfterFailure, str]:
    """What follows, and the key of the answer that says so."""
    if outcome in BUSY:
        return destination.busy, "busy"
    if outcome in NO_ANSWER:
        return destination.no_answer, "no_answer"
    return destination.failed, "failed"
