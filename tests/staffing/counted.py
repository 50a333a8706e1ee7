"""The figures of a day counted from its events alone, by a program that shares nothing with the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ivr.staffing.simulated_day import DayEvent


@dataclass
class Count:
    """Plain counters, kept while the events go by; ``wrong`` tells what must never be."""

    offered: int = 0
    answered: int = 0
    within: int = 0
    abandoned: int = 0
    late: int = 0
    waits: float = 0.0
    talks: float = 0.0
    wrong: list[str] = field(default_factory=list)


def counted(events: Iterable[DayEvent], seconds: float) -> Count:
    """Walk through the events as a clerk would, with a slip of paper for each call and each agent."""
    count = Count()
    entered: dict[str, float] = {}
    ended: set[str] = set()
    rings: dict[int, str] = {}
    talks: dict[int, tuple[str, float]] = {}
    for each in events:
        call, agent = each.call, -1 if each.agent is None else each.agent
        match each.kind:
            case "entered":
                count.offered += 1
                if call in entered:
                    count.wrong.append(f"{call} came twice")
                entered[call] = each.second
            case "offered":
                if agent in rings or agent in talks or call in rings.values() or call in ended or call not in entered:
                    count.wrong.append(f"{call} rings {agent} at {each.second}")
                rings[agent] = call
            case "refused" | "missed" | "caller-gone":
                if rings.pop(agent, None) != call:
                    count.wrong.append(f"{agent} was not rung for {call}")
            case "started":
                if rings.pop(agent, None) != call or call in ended:
                    count.wrong.append(f"{call} was talked to twice")
                ended.add(call)
                talks[agent] = call, each.second
                wait = each.second - entered[call]
                count.answered += 1
                count.within += wait <= seconds
                count.waits += wait
            case "ended" | "lost":
                with_call, since = talks.pop(agent)
                if with_call != call:
                    count.wrong.append(f"{agent} talked with two")
                count.talks += each.second - since
            case "left":
                if call in ended:
                    count.wrong.append(f"{call} left twice")
                ended.add(call)
                count.abandoned += 1
                count.late += each.second - entered[call] > seconds
    count.wrong += [f"{call} was lost" for call in entered if call not in ended]
    count.wrong += [f"{call} still rings" for call in rings.values()]
    return count
