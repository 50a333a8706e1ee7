"""Whether all destinations of a service are closed, and which opens first."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.flow.folder import load_line
from routing.availability import all_closed
from routing.closures import EmergencyClosure
from routing.context import RoutingContext
from routing.table import RoutingTable

ZONE = ZoneInfo("America/Sao_Paulo")
LINE = Path(__file__).parents[2] / "flows" / "4003-0015"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(scope="module")
def table() -> RoutingTable:
    return load_line(LINE).routing.table


@pytest.mark.parametrize(
    ("scopes", "when", "told"),
    [
        (["suporte"], "2026-03-10T10:30", None),
        (["suporte"], "2026-03-10T10:05", None),  # the break: staff on call
        (["suporte"], "2026-03-10T12:30", None),  # lunch: on call
        (["suporte"], "2027-01-25T11:00", None),  # São Paulo's birthday: on call
        (["suporte"], "2026-03-10T22:00", ("suporte", "2026-03-11T07:00")),
        (["suporte.rm"], "2026-03-10T22:00", ("suporte.rm", "2026-03-11T07:00")),
        (["consultoria", "suporte"], "2026-03-10T22:00", ("suporte", "2026-03-11T07:00")),
        (["consultoria"], "2026-03-10T13:40", ("consultoria", "2026-03-10T14:00")),
        (["consultoria", "suporte"], "2026-03-10T13:40", None),
        (["datacenter"], "2026-03-15T03:00", None),  # on call day and night
        (["suport"], "2026-03-10T22:00", None),  # no destination begins so
    ],
)
def test_all_are_shut_where_none_is_open_or_on_call(
    table: RoutingTable, scopes: list[str], when: str, told: tuple[str, str] | None
) -> None:
    found = all_closed(table, scopes, at(when))
    assert (None if found is None else (found.scope, found.opens_at)) == (told and (told[0], at(told[1])))


def closed(*scopes: str, until: str | None = None) -> RoutingContext:
    since = at("2026-03-10T08:00")
    return RoutingContext(
        tuple(EmergencyClosure(scope, since, at(until) if until else None, "luto") for scope in scopes)
    )


def test_an_emergency_shuts_a_service_and_its_staff_on_call(table: RoutingTable) -> None:
    found = all_closed(table, ["datacenter"], at("2026-03-10T10:30"), context=closed("datacenter"))
    assert found is not None
    assert found.first.closure is not None
    assert found.opens_at is None


def test_an_emergency_of_one_destination_leaves_the_service_open(table: RoutingTable) -> None:
    assert all_closed(table, ["suporte"], at("2026-03-10T10:30"), context=closed("suporte.rm")) is None


@pytest.mark.parametrize("scopes", [["ouvidoria", "cst"], ["cst", "ouvidoria"]])
def test_a_destination_that_opens_some_day_is_told_first(table: RoutingTable, scopes: list[str]) -> None:
    both = closed("ouvidoria").closures + closed("cst", until="2026-03-10T15:00").closures
    found = all_closed(table, scopes, at("2026-03-10T10:30"), context=RoutingContext(both))
    assert found is not None
    assert (found.scope, found.opens_at) == ("cst", at("2026-03-10T15:00"))
