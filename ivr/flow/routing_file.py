"""``routing.yaml``: calendars, hours, rotas, destinations and access codes as ops write them, to the types of
``routing``.

Each section has a file in ``ivr/flow/routing`` that shows how it looks: ``agents``, ``allowed``, ``callbacks``,
``calendars``, ``hours``, ``rotas``, ``destinations``, ``contracts``, ``access_codes``, ``regions``, ``services``,
``tickets``, ``surveys``.
"""

from __future__ import annotations

from dataclasses import field
from zoneinfo import ZoneInfo

from ivr.flow.routing.agents import read_agents
from ivr.flow.routing.allowed import read_allowed
from ivr.flow.routing.calendars import read_calendars
from ivr.flow.routing.callbacks import read_callbacks
from ivr.flow.routing.codes import read_codes
from ivr.flow.routing.contracts import read_contracts
from ivr.flow.routing.destinations import read_destinations
from ivr.flow.routing.hours import read_hours
from ivr.flow.routing.regions import read_regions
from ivr.flow.routing.requires import Requirements, read_requires
from ivr.flow.routing.rotas import read_rotas
from ivr.flow.routing.section import Places
from ivr.flow.routing.services import read_services
from ivr.flow.routing.surveys import read_surveys
from ivr.flow.routing.tickets import read_tickets
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.fields import Fields
from ivr.source.yaml import Mapping, Text
from ivr.tickets.rules import TicketRules
from ivr.tickets.survey_rules import SurveyRules
from routing.table import RoutingTable
from value_class import value_class


@value_class
class RoutingFile:
    """The book of destinations, and where each of them, their hours and each prompt that they name is written.

    ``places`` has the place of every node of the table by its key, as decisions and problems name it.
    """

    table: RoutingTable
    marks: dict[str, Mark]
    hours_marks: dict[str, Mark]
    prompts: tuple[Text, ...]
    code_marks: dict[str, Mark]
    diverts: tuple[Text, ...]
    recorded: frozenset[str]
    unread: frozenset[str]
    """Destinations in which something was faulty, and told: no rule of the table need tell it again."""
    places: Places
    no_message: frozenset[str] = frozenset()
    """Destinations that take no message."""
    regional: tuple[Text, ...] = ()
    """Each destination that a table of regions names."""
    requires: Requirements = field(default_factory=dict)
    """What callers must have passed before a destination is rung."""
    supervised: tuple[Text, ...] = ()
    """Each prompt that callers hear when a supervisor comes in."""
    tickets: TicketRules | None = None
    """How calls become tickets; None of a line that opens none."""
    surveys: SurveyRules | None = None
    """What contacts are asked after a solution; None of a line that asks nothing."""
    terms: tuple[Text, ...] = ()
    """Each prompt that a customer agrees to on a ticket, before a billed service is given."""

    def place_of(self, key: str) -> str:
        """``flows/4003-0015/routing.yaml:53``, where the node ``key`` of the table is written; empty where it is not.

        A node without a place of its own has that of what it stands in.
        """
        while key and key not in self.places:
            key = key[: max(key.rfind("."), key.rfind("["), 0)]
        mark = self.places.get(key)
        return f"{mark.file}:{mark.line}" if mark else ""


def read_routing(root: Mapping, zone: ZoneInfo, diagnostics: Diagnostics) -> RoutingFile:
    """The whole file; every fault is told at its place, and what can be read is returned."""
    fields = Fields(root, "the routing file", diagnostics)
    places: Places = {}
    allowed = read_allowed(fields, places)
    hours, hours_marks = read_hours(fields, zone, read_calendars(fields, places), places)
    rotas = read_rotas(fields, zone, places)
    destinations = read_destinations(fields, hours, rotas, places)
    read_contracts(fields, destinations.destinations, places, destinations.diverts)
    codes, code_marks = read_codes(fields)
    regions, regional = read_regions(fields, places)
    callbacks = read_callbacks(fields, places, allowed.country, destinations.destinations.values())
    terms: list[Text] = []
    services = read_services(fields, destinations.destinations, hours, places, terms)
    supervised: list[Text] = []
    agents = read_agents(fields, destinations.destinations, places, supervised)
    requires = read_requires(fields)
    tickets = read_tickets(fields, hours, destinations.destinations, services, places)
    surveys = read_surveys(fields, places)
    fields.finish()
    table = RoutingTable(
        destinations.destinations,
        {name: read for name, read in hours.items() if read},
        codes,
        {name: read for name, read in rotas.items() if read},
        allowed,
        zone,
        regions,
        callbacks,
        services,
        agents,
    )
    return RoutingFile(
        table,
        destinations.marks,
        hours_marks,
        tuple(destinations.prompts),
        code_marks,
        tuple(destinations.diverts),
        frozenset(destinations.recorded),
        frozenset(destinations.unread),
        places,
        frozenset(destinations.no_message),
        regional,
        requires,
        tuple(supervised),
        tickets=tickets,
        surveys=surveys,
        terms=tuple(terms),
    )
