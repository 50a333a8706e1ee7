"""An assignment gives a waiting call to a free agent, and tells each rule by which it does."""

from __future__ import annotations

from datetime import datetime

from routing.candidate import Candidate
from routing.candidates import Candidates, kept_in_words
from routing.priority import priority_of
from routing.trace import TraceStep
from routing.waiting_calls import WaitingCall
from value_class import value_class
from wording import phrase


@value_class
class Assignment:
    """An agent is to be rung for a call. ``steps`` are the rules that were looked at, in their order."""

    call: WaitingCall
    agent: Candidate
    steps: tuple[TraceStep, ...] = ()


def assigned(call: WaitingCall, agent: Candidate, candidates: Candidates, now: datetime) -> Assignment:
    """Return the assignment of a call to one of the candidates, with its reasons."""
    level = candidates.levels[agent.id]
    idle = max(int((now - (agent.idle_since or now)).total_seconds()), 0)
    served = phrase(
        "{agent} serves {destination} at level {level}", agent=agent.name, destination=call.destination, level=level
    )
    steps = (
        *priority_steps(call, candidates, now),
        TraceStep("level", served),
        TraceStep("idle", phrase("{agent} is free and has been idle for {seconds} s", agent=agent.name, seconds=idle)),
    )
    return Assignment(call, agent, steps)


def priority_steps(call: WaitingCall, candidates: Candidates, now: datetime) -> list[TraceStep]:
    """Return the rules that gave the call its place, and those that keep it for or from some agents."""
    rules, key = candidates.rules, f"agents.{call.destination}"
    order, place = ", ".join(rules.contracts), rules.rank_of(call.contract)
    priority = priority_of(call, rules, now)
    waited = max(int((now - call.since).total_seconds()), 0)
    if place < len(rules.contracts):
        said = phrase("{contract} is number {place} of {order}", contract=call.contract, place=place + 1, order=order)
    elif call.contract:
        said = phrase("{contract} is none of {order}", contract=call.contract, order=order)
    else:
        said = phrase("no special contract: after {order}", order=order)
    steps = [TraceStep("contract", said, f"{key}.contracts")]
    if priority.is_overdue:
        said = phrase("waited {seconds} s, longer than any rank may: only the time counts", seconds=waited)
    else:
        said = phrase(
            "waited {seconds} s: rank {rank}, one better each {rise} s",
            seconds=waited,
            rank=priority.rank + 1,
            rise=rules.rise,
        )
    steps.append(TraceStep("waiting", said, f"{key}.rise"))
    if call.front:
        steps.append(TraceStep("front", phrase("comes back from an agent: first of its rank")))
    if call.preferred is not None:
        steps.append(TraceStep("preferred", _preferred(call, candidates, now), f"{key}.preferred"))
    if call.passed:
        names = [candidates.names.get(agent, str(agent)) for agent in sorted(call.passed)]
        steps.append(TraceStep("passed", phrase("refused or missed by {agents}", agents=", ".join(names))))
    return steps


def _preferred(call: WaitingCall, candidates: Candidates, now: datetime) -> str:
    preferred = call.preferred or 0
    name = candidates.names.get(preferred, "")
    if not name:
        return phrase("the preferred agent is not on duty: anybody")
    if preferred in call.passed:
        return phrase("{agent} was preferred, and refused or missed it: anybody", agent=name)
    if candidates.kept_for(call, now) is None:
        return phrase("{agent} was preferred, but for too long: anybody", agent=name)
    return kept_in_words(name, call, now)
