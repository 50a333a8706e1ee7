"""Staff who are asked to accept a call must be asked in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from routing.allow_list import telephones
from routing.targets import Number
from wording import message, phrase

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics, Mark


def check_acceptance(line: Line, diagnostics: Diagnostics) -> None:
    """A line with a rota, or with a number that has ``accept``, must have a prompt that asks for the key 1."""
    if line.header.accept:
        return
    for what, mark in _asking(line):
        diagnostics.error(
            mark,
            message(
                "accept-without-words",
                "whoever answers {what} is asked to press 1, but the menu has no words for that; name a prompt "
                "as 'accept' of 'line'",
                what=what,
            ),
        )
        return


def _asking(line: Line) -> Iterator[tuple[str, Mark]]:
    """What asks to be accepted, and where it is written."""
    table, places = line.routing.table, line.routing.places
    for destination in table.destinations.values():
        if destination.name in line.routing.unread:
            continue
        if destination.rota in table.rotas:
            yield phrase("the rota '{rota}'", rota=destination.rota), places[f"rotas.{destination.rota}"]
        for key, targets in destination.lists():
            for at, telephone in telephones(targets):
                if isinstance(telephone, Number) and telephone.accept:
                    yield (
                        phrase("for the destination '{destination}'", destination=destination.name),
                        places[f"{key}[{at}]"],
                    )
