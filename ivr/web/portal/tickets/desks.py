"""The desks at which a customer may open a ticket: those of the line's free support, by names that people know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from value_class import value_class

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.tickets.rules import TicketDesk, TicketRules

_SPELT: Final[Mapping[str, str]] = {
    "rm": "RM",
    "rh": "RH",
    "protheus": "Protheus",
    "saude-juridico": "Saúde e Jurídico",
    "banco-de-dados": "Banco de Dados",
    "suporte": "Suporte",
}
"""Parts of destinations' names whose spelling does not follow from them."""


@value_class
class OpenDesk:
    """A destination that takes tickets by the portal; ``name`` is told to people."""

    destination: str
    name: str
    desk: TicketDesk


def open_desks(line: Line, rules: TicketRules) -> tuple[OpenDesk, ...]:
    """Return the destinations of ``line`` whose tickets cost nothing, by their names.

    A billed service begins with the consent to its term (seed 001), which is asked for by telephone.
    """
    found = [
        OpenDesk(name, desk_name(name), desk)
        for name in line.routing.table.destinations
        if (desk := rules.desk_for(name)) is not None and desk.service is None
    ]
    return tuple(sorted(found, key=lambda each: each.name))


def desk_name(destination: str) -> str:
    """Return the name of a destination as people say it: ``Protheus, Backoffice`` for suporte.protheus.backoffice."""
    parts = destination.split(".")
    told = parts[1:] or parts
    return ", ".join(_SPELT.get(part, part.replace("-", " ").capitalize()) for part in told)
