"""Whose turn it is to be called back: a callback keeps the place in the queue that its caller left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.callbacks import CallbackRecord, waiting_callbacks
from data.calls import open_calls
from data.closures import standing_closures
from ivr.call.circumstances import closures_of
from ivr.call.position import Position
from routing.circumstances import Circumstances
from routing.decide import Ring, begin

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.call.lines import Lines

LONGEST_WAIT = timedelta(hours=1)
"""Nobody stands in a queue for longer, whatever the last that was heard of the call."""


def due(connection: Connection, lines: Lines, now: datetime) -> list[CallbackRecord]:
    """Those to call now (aware), one a desk at most: nobody waits who came into that queue before, nobody else of the
    desk is being called, and the desk is there to talk.
    """
    engines = {engine.line.name: engine.line for engine in lines}
    found: dict[tuple[str, str], CallbackRecord] = {}
    waiting = waiting_callbacks(connection)
    called = {(each.line, each.destination) for each in waiting if each.try_sid}
    for each in waiting:
        desk = (each.line, each.destination)
        line = engines.get(each.line)
        if line is None or desk in called or desk in found or (each.not_before and now < each.not_before):
            continue
        local = now.astimezone(line.header.zone)
        closures = closures_of(standing_closures(connection, line.name, local))
        decision = begin(line.routing.book, each.destination, local, circumstances=Circumstances(closures))
        there = isinstance(decision, Ring)
        if there and not _ahead(connection, each, now):
            found[desk] = each
    return list(found.values())


def _ahead(connection: Connection, callback: CallbackRecord, now: datetime) -> bool:
    for call in open_calls(connection, callback.line, callback.destination):
        position = Position.from_json(call.position)
        if position.progress is None or position.queued_at is None:
            continue
        queued_at = datetime.fromisoformat(position.queued_at)
        if now - LONGEST_WAIT < queued_at < callback.since:
            return True
    return False
