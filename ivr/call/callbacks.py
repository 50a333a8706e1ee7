"""Callbacks are made in the order of the queue: each keeps the place that its caller left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.callbacks import EXPIRED, CallbackLimits, CallbackRecord, give_up, reserve_try, waiting_callbacks
from data.calls import open_calls
from data.closures import standing_closures
from ivr.call.position import Position
from ivr.call.routing_context import closures_of
from ivr.call.talks.calling_back import enter_callbacks
from routing.callbacks import SUBSCRIBERS
from routing.context import RoutingContext
from routing.decide import Ring, route

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.flow.line import Line

LONGEST_WAIT = timedelta(hours=1)
"""No caller stands in a queue for longer, whatever the last that was heard of the call."""

NOT_CALLED = "not called: the line calls no such number back"


def bounds_of(line: Line) -> CallbackLimits:
    """Return how many callbacks ``line`` promises, and for how long."""
    rules = line.routing.table.callbacks
    return CallbackLimits(rules.per_number_a_day, rules.per_day, rules.expires)


def why_over(callback: CallbackRecord, lines: Lines, now: datetime) -> str | None:
    """Return why a callback that waits must not be made any more at ``now`` (aware); None where it may be."""
    line = _lines(lines).get(callback.line)
    expires = line.routing.table.callbacks.expires if line else SUBSCRIBERS.expires
    if callback.has_expired(expires, now):
        return EXPIRED
    if line:
        own = [engine.line.header.number for engine in lines]
        if line.routing.table.callbacks.number_to_call(callback.number, own) != callback.number:
            return NOT_CALLED
    return None


def settle(connection: Connection, lines: Lines, now: datetime) -> None:
    """End those that must not be made any more, with a note that says why."""
    for each in waiting_callbacks(connection):
        why = why_over(each, lines, now)
        if why and not each.try_sid:
            give_up(connection, each, why, now)


def due(connection: Connection, lines: Lines, now: datetime) -> list[CallbackRecord]:
    """Return the callbacks to make at ``now`` (aware): of each destination that is open the oldest, unless a caller who
    came before waits in its queue, or another callback of it is being made.
    """
    known = _lines(lines)
    found: dict[tuple[str, str], CallbackRecord] = {}
    waiting = waiting_callbacks(connection)
    called = {(each.line, each.destination) for each in waiting if each.try_sid}
    for each in waiting:
        destination = (each.line, each.destination)
        line = known.get(each.line)
        if line is None or destination in called or destination in found or (each.not_before and now < each.not_before):
            continue
        if why_over(each, lines, now) or not _is_there(connection, line, each.destination, now):
            continue
        if not _ahead(connection, each, now):
            found[destination] = each
    return list(found.values())


def reserve(database: Database, lines: Lines, now: datetime) -> list[CallbackRecord]:
    """Put the calls to those whose turn it is at ``now`` (aware) into the outbox, and return them. Each is reserved in
    a transaction of its own, by one process only.
    """
    with database.reading() as connection:
        if not waiting_callbacks(connection):
            return []
    known = _lines(lines)

    def may_call(callback: CallbackRecord) -> bool:
        """Whether an agent may be asked to make it now."""
        line = known.get(callback.line)
        over = line is None or why_over(callback, lines, now) is not None
        return not over and line is not None and _is_there(connection, line, callback.destination, now)

    with database.transaction() as connection:
        settle(connection, lines, now)
        for_agents = enter_callbacks(connection, now, may_call)
        turn = [each for each in due(connection, lines, now) if each.call_sid not in for_agents]
    reserved = []
    for each in turn:
        with database.transaction() as connection:
            if reserve_try(connection, each, bounds_of(known[each.line]), now):
                reserved.append(each)
    return reserved


def why_not_now(connection: Connection, callback: CallbackRecord, lines: Lines, now: datetime) -> str | None:
    """Return why a call that was reserved a while ago must not be made any more at ``now`` (aware); None where it may
    be.
    """
    line = _lines(lines).get(callback.line)
    if line is None:
        return f"the line {callback.line} is gone"
    over = why_over(callback, lines, now)
    if over:
        return over
    return None if _is_there(connection, line, callback.destination, now) else "its desk is closed by now"


def _is_there(connection: Connection, line: Line, destination: str, now: datetime) -> bool:
    """Whether the destination is there to talk."""
    local = now.astimezone(line.header.zone)
    closures = closures_of(standing_closures(connection, line.name, local))
    decision = route(line.routing.table, destination, local, context=RoutingContext(closures))
    return isinstance(decision, Ring)


def _ahead(connection: Connection, callback: CallbackRecord, now: datetime) -> bool:
    for call in open_calls(connection, callback.line, callback.destination):
        position = Position.from_json(call.position)
        if position.progress is None or position.queued_at is None:
            continue
        queued_at = datetime.fromisoformat(position.queued_at)
        if now - LONGEST_WAIT < queued_at < callback.since:
            return True
    return False


def _lines(lines: Lines) -> dict[str, Line]:
    return {engine.line.name: engine.line for engine in lines}
