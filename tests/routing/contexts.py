"""Destinations, hours and a rota of one company, and what a decision in some context says."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.flow.routing.days import parse_days
from routing.closures import EmergencyClosure
from routing.context import RoutingContext
from routing.decide import Decision, DestinationClosed, Progress, Ring
from routing.destinations import Destination
from routing.hours import Hours
from routing.rotas import Ladder, Rota, Shift
from routing.spans import parse_span
from routing.table import RoutingTable
from routing.targets import Number, Queue, Sip
from routing.windows import Window

ZONE = ZoneInfo("America/Sao_Paulo")
TUESDAY = datetime(2026, 3, 10, 10, tzinfo=ZONE)
EVENING = TUESDAY.replace(hour=20)
HOUR = timedelta(hours=1)
WEEK = parse_days("seg-sex")

OFFICE = Hours(
    "office",
    ZONE,
    (
        Window(WEEK, parse_span("08:00-12:00")),
        Window(WEEK, parse_span("10:00-10:15"), "break"),
        Window(WEEK, parse_span("18:00-19:00"), "on_call"),
    ),
)
MORNING = TUESDAY.replace(hour=9)
BREAK = TUESDAY.replace(minute=5)
PLANTAO = Rota(
    "plantao",
    ZONE,
    {"ana": "+551150900101", "bruno": "+551150900102"},
    (
        Shift((("ana", "bruno"),), parse_span("07:00-20:30")),
        Shift((("bruno",),), parse_span("20:30-07:00")),
    ),
    Ladder(25, None, Queue("ultimo-recurso")),
)
ANA = Number("+551150900101", 25, accept=True)
BRUNO = Number("+551150900102", 25, accept=True)

TEAM, AGENTS, BACKUP = Sip("sip:desk@example.com"), Queue("cst"), Number("+551150900400")
CST = Destination("cst", (TEAM, AGENTS), "office")
OUVIDORIA = Destination("ouvidoria", (Sip("sip:ouvidoria@example.com"),))


def table(*destinations: Destination) -> RoutingTable:
    return RoutingTable(
        {each.name: each for each in destinations}, {"office": OFFICE}, rotas={"plantao": PLANTAO}, zone=ZONE
    )


def rung(decision: Decision) -> Ring:
    assert isinstance(decision, Ring)
    assert Progress.from_dict(json.loads(json.dumps(decision.progress.as_dict()))) == decision.progress
    return decision


def shut(decision: Decision) -> DestinationClosed:
    assert isinstance(decision, DestinationClosed)
    return decision


def closed_by(*closures: EmergencyClosure) -> RoutingContext:
    return RoutingContext(closures)


def tried(decision: Decision) -> list[tuple[str, str, str]]:
    return [(each.rule, each.outcome, each.key) for each in decision.steps]


FIRE = EmergencyClosure("*", MORNING, MORNING + HOUR, "incêndio")
