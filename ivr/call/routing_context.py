"""Reads what the router is told beside the table: closures and load as stored, and the call's sampling fraction."""

from __future__ import annotations

import hashlib
from datetime import datetime, time
from typing import TYPE_CHECKING

from data.closures import ClosureRecord, standing_closures
from data.traffic import traffic
from routing.closures import EmergencyClosure
from routing.context import RoutingContext
from routing.limits import UNLIMITED, Load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from ivr.flow.line import Line
    from routing.rota_swaps import RotaSwap


def routing_context_of(
    connection: Connection, line: Line, now: datetime, sid: str, swaps: tuple[RotaSwap, ...] = ()
) -> RoutingContext:
    """Return what holds for the call ``sid`` at ``now`` (aware, in the line's zone), but for its caller's contract;
    ``swaps`` are what this process knows of them.

    Of two calls that ask at the same moment neither sees the other: where one of them dials, ``save_effects`` looks at
    the load again.
    """
    closures = closures_of(standing_closures(connection, line.name, now))
    destinations = line.routing.table.destinations.values()
    limited = any(each.limits is not UNLIMITED and each.limits != UNLIMITED for each in destinations)
    load = load_of_destinations(connection, line, now, sid) if limited else {}
    return RoutingContext(closures, load, sampling_fraction(sid), swaps=swaps)


def load_of_destinations(connection: Connection, line: Line, now: datetime, sid: str) -> dict[str, Load]:
    """Return the load of each destination at ``now`` (aware, in the line's zone), the call ``sid`` left out."""
    midnight = datetime.combine(now.date(), time(0), now.tzinfo)
    counted = traffic(connection, line.name, now, midnight, but=sid)
    return {name: Load(each.concurrent, each.hour, each.day) for name, each in counted.items()}


def closures_of(records: Iterable[ClosureRecord]) -> tuple[EmergencyClosure, ...]:
    """Closures that stand, as the router knows them."""
    return tuple(EmergencyClosure(each.scope, each.since, each.until, each.reason) for each in records)


def sampling_fraction(sid: str) -> float:
    """From 0 to just below 1, spread evenly over calls, and the same throughout a call."""
    return int.from_bytes(hashlib.sha256(sid.encode()).digest()[:6]) / 2**48
