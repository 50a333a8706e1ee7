"""``ivr calls show`` tells of each queue that a call came into which agents were asked to take it, by which rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ivr.cli.language import spoken
from ivr.cli.routing_words import told_rule
from ivr.cli.terminal import Cell, TreeRow
from value_class import value_class
from wording import Message, phrase

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.offers import OfferRecord
    from data.waiting import WaitingRecord
    from routing.trace import TraceStep

_LEFT: Final = {
    "answered": phrase("an agent took it"),
    "abandoned": phrase("the caller hung up"),
    "key": phrase("a key led out"),
    "timeout": phrase("the longest wait was over"),
    "closed": phrase("the desk closed"),
    "failed": phrase("the carrier did not keep it"),
    "returned": phrase("the agent was lost, and it waits again"),
    "transferred": phrase("it was passed on"),
    "erased": phrase("the customer was erased"),
}
"""How an entry left its queue."""

_OFFERED: Final = {
    "made": phrase("about to be rung"),
    "sending": phrase("about to be rung"),
    "ringing": phrase("is being rung"),
    "accepted": phrase("accepted"),
    "joined": phrase("talks"),
    "ended": phrase("talked"),
    "refused": phrase("refused it"),
    "missed": phrase("did not answer"),
    "failed": phrase("could not be rung"),
    "busy": phrase("was busy"),
    "caller_gone": phrase("was rung when the caller left"),
    "canceled": phrase("was asked no more"),
    "late": phrase("came too late"),
}
"""How an offer stands, or ended."""


@value_class
class QueuedCall:
    """An entry of a call into a queue, and each agent who was asked; ``why`` tells why it waits, while it does."""

    entry: WaitingRecord
    offers: tuple[tuple[str, OfferRecord], ...]
    why: tuple[TraceStep, ...] = ()


def read_queued(connection: Connection, call_sid: str) -> list[QueuedCall]:
    """Return the entries of a call, in their order."""
    from data.agents import all_agents
    from data.offers import offers_of
    from data.waiting import entries_of_call

    entries = entries_of_call(connection, call_sid)
    if not entries:
        return []
    logins = {agent.user_id: agent.login for agent in all_agents(connection)}
    offers = offers_of(connection, [entry.id for entry in entries])
    found = []
    for entry in entries:
        asked = [(logins.get(each.user_id, f"#{each.user_id}"), each) for each in offers if each.waiting_id == entry.id]
        is_asked = any(each.ended_at is None for _, each in asked)
        why = () if entry.outcome or is_asked else _why(connection, entry)
        found.append(QueuedCall(entry, tuple(asked), why))
    return found


def _why(connection: Connection, entry: WaitingRecord) -> tuple[TraceStep, ...]:
    """Why nobody is asked now, by the rules of the line as callers hear it."""
    from data.agents import all_agents
    from ivr.call.talks.distributing import candidates, waiting_calls
    from ivr.cli import clock
    from ivr.cli.stored import answering_line
    from routing.distribution import why_waiting

    line, now = answering_line(entry.line), clock.now()
    agents = {agent.user_id: agent for agent in all_agents(connection) if agent.may_serve}
    (call,) = waiting_calls(connection, [entry])
    rules = {(line.name, name): each for name, each in line.routing.table.agents.items()}
    return why_waiting(call, candidates(connection, {line.name: line}, agents, now), rules, now)


def queued_tree(queued: QueuedCall) -> TreeRow:
    """Return the entry as a person sees it: below it each agent who was asked, with the rules."""
    below = [TreeRow(Cell(_offer(login, offer)), _rules(_trace(offer))) for login, offer in queued.offers]
    return TreeRow(Cell(_entry(queued.entry)), [*below, *_rules(queued.why)])


def queued_rows(queued: QueuedCall) -> Iterator[str]:
    """Yield the same as lines."""
    yield f"{'':5}{_entry(queued.entry)}"
    for login, offer in queued.offers:
        yield f"{'':10}{_offer(login, offer)}"
        for step in _trace(offer):
            yield f"{'':15}{_rule(step)}"
    for step in queued.why:
        yield f"{'':10}{_rule(step)}"


def _entry(entry: WaitingRecord) -> str:
    left: Message | str = (
        phrase("waits still")
        if entry.left_at is None
        else phrase(
            "{seconds} s: {how}",
            seconds=max(int((entry.left_at - entry.entered_at).total_seconds()), 0),
            how=_LEFT.get(entry.outcome or "", entry.outcome or ""),
        )
    )
    return spoken(
        phrase("{time:%H:%M:%S}  the queue of {desk}: {left}", time=entry.entered_at, desk=entry.destination, left=left)
    )


def _offer(login: str, offer: OfferRecord) -> str:
    how = _OFFERED.get(offer.state, offer.state)
    return spoken(phrase("{time:%H:%M:%S}  {agent} {how}", time=offer.made_at, agent=login, how=how))


def _rules(steps: tuple[TraceStep, ...]) -> list[TreeRow]:
    return [TreeRow(Cell(_rule(step))) for step in steps]


def _rule(step: TraceStep) -> str:
    return f"{spoken(told_rule(step.rule)):12} {spoken(step.outcome)}"


def _trace(offer: OfferRecord) -> tuple[TraceStep, ...]:
    from routing.trace import read_trace

    return read_trace(json.loads(offer.decision)) if offer.decision else ()
