"""The routing table holds what ops wrote about where a line's calls go: destinations, hours, rotas, codes and more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, tzinfo
from types import MappingProxyType

from routing.access_codes import AccessCodes
from routing.agent_rules import AgentRules
from routing.allow_list import ORDINARY_NUMBERS, AllowList
from routing.callbacks import SUBSCRIBERS, CallbackRules
from routing.destinations import Destination
from routing.hours import Hours
from routing.regions import Regions
from routing.rotas import Rota
from routing.services import Service
from value_class import value_class


@value_class
class RoutingTable:
    """The router reads this table by name; ``routing.check.check_table`` reports each name that does not exist.

    ``zone`` is the line's: that of a destination without hours of its own.
    """

    destinations: Mapping[str, Destination]
    hours: Mapping[str, Hours]
    codes: AccessCodes | None = None
    rotas: Mapping[str, Rota] = field(default_factory=lambda: MappingProxyType({}))
    allowed: AllowList = ORDINARY_NUMBERS
    zone: tzinfo = UTC
    regions: Mapping[str, Regions] = field(default_factory=lambda: MappingProxyType({}))
    callbacks: CallbackRules = SUBSCRIBERS
    services: Mapping[str, Service] = field(default_factory=lambda: MappingProxyType({}))
    agents: Mapping[str, AgentRules] = field(default_factory=lambda: MappingProxyType({}))
    """How the agents of each destination take its calls."""
