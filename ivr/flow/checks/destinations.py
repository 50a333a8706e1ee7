"""Every destination that is named must exist, have a name to speak, and be reached by some state or
other destination.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from ivr.flow.checks.open_hours import asked_scopes
from ivr.source.fields import suggest
from routing.check import check_table
from routing.regions import AREA_CODES
from wording import Message, message, phrase

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics, Mark

SHOWN_CODES = 8
"""Area codes that one warning names."""


def check_destinations(line: Line, diagnostics: Diagnostics) -> None:
    """Routes and access codes lead to destinations; the table of destinations is sound; each destination has a spoken
    name.
    """
    table, marks, spoken = line.routing.table, line.routing.marks, line.prompts.destinations
    used = {
        name for destination in table.destinations.values() for name in destination.diverts() | destination.borrows()
    }
    for destination, mark, unknown in _named(line):
        used.add(destination)
        if destination not in marks:
            diagnostics.error(mark, unknown(suggest(destination, marks)))
    for destination_ in line.routing.regional:
        used.add(destination_)
        if destination_ not in marks:
            diagnostics.error(
                destination_.mark,
                message(
                    "regions-lead-to-unknown-destination",
                    "the regions lead to '{destination}', which routing.yaml does not have{near}",
                    destination=destination_,
                    near=suggest(destination_, marks),
                ),
            )
    _check_regions(line, diagnostics)
    for divert in line.routing.diverts:
        if divert not in marks:
            diagnostics.error(
                divert.mark,
                message(
                    "divert-to-unknown-destination",
                    "there is no destination '{divert}' to divert to{near}",
                    divert=divert,
                    near=suggest(divert, marks),
                ),
            )
    told: set[tuple[Mark, str]] = set()
    for violation in check_table(table):
        # A destination that could not be read was told, and so was a divert to nowhere, at its own place.
        if violation.destination not in line.routing.unread and violation.rule != "unknown-destination":
            # What several destinations share, as the targets of a contract, is told once.
            diagnostic = (line.routing.places[violation.key], violation.message)
            if diagnostic not in told:
                diagnostics.error(*diagnostic)
            told.add(diagnostic)
    for name, mark in marks.items():
        if name not in spoken:
            diagnostics.error(
                mark,
                message(
                    "destination-without-spoken-name",
                    "the destination '{name}' has no name to speak; name it in the prompts' 'destinations'",
                    name=name,
                ),
            )
        if name not in used:
            diagnostics.warning(
                mark,
                message(
                    "destination-unused",
                    "no state and no other desk sends a call to '{name}'; use it or delete it",
                    name=name,
                ),
            )
    kept = {destination.hours for destination in table.destinations.values()}
    given = {each.appointments.hours.name for each in table.services.values() if each.appointments}
    if line.routing.tickets:
        counted = line.routing.tickets.calendars.values()
        given |= {version.hours.name for calendar in counted for version in calendar.versions}
    for name, mark in line.routing.hours_marks.items():
        if name not in kept | given:
            diagnostics.warning(
                mark,
                message("hours-unused", "no destination keeps the hours '{name}'; use them or delete them", name=name),
            )
    rung = {destination.rota for destination in table.destinations.values()}
    for name in table.rotas:
        if name not in rung:
            mark = line.routing.places[f"rotas.{name}"]
            diagnostics.warning(
                mark, message("rota-unused", "no destination rings the rota '{name}'; use it or delete it", name=name)
            )
    for name, text in spoken.items():
        if name not in marks and name not in asked_scopes(line):
            diagnostics.error(
                text.mark,
                message(
                    "spoken-name-of-unknown-destination",
                    "the prompts name '{name}', which routing.yaml does not have{near}",
                    name=name,
                    near=suggest(name, marks),
                ),
            )


def _check_regions(line: Line, diagnostics: Diagnostics) -> None:
    """Each route by region names a table, and each table is named."""
    tables = line.routing.table.regions
    asked = [choice.name for node in line.states.values() if (choice := node.chooses) and choice.by == "region"]
    for name in asked:
        if name not in tables:
            diagnostics.error(
                name.mark,
                message(
                    "regions-unknown",
                    "'region' names '{name}', which routing.yaml does not have{near}",
                    name=name,
                    near=suggest(name, tables),
                ),
            )
    for used in dict.fromkeys(each for each in asked if each in tables):
        _tell_left_codes(line, used, diagnostics)
    for table in tables:
        if table not in asked:
            mark = line.routing.places[f"regions.{table}"]
            diagnostics.warning(
                mark,
                message(
                    "regions-unused", "no state routes by the regions '{table}'; use them or delete them", table=table
                ),
            )


def _named(line: Line) -> Iterator[tuple[str, Mark, Callable[[str], Message]]]:
    """Each destination that a state sends calls to, by name or through the access codes, where that is written, and
    what is told, with the nearest name, where there is no such destination.
    """
    for node in line.states.values():
        match node.chooses:
            case ("name", destination):
                yield destination, destination.mark, partial(_unknown, node.name, destination)
            case ("code", scope) if line.routing.table.codes:
                for area, mark in line.routing.code_marks.items():
                    yield f"{scope}.{area}", mark, partial(_unknown_by_code, node.name, f"{scope}.{area}")


def _unknown(state: str, destination: str, near: str) -> Message:
    return message(
        "route-to-unknown-destination",
        "'{state}' routes to '{destination}', which routing.yaml does not have{near}",
        state=state,
        destination=destination,
        near=near,
    )


def _unknown_by_code(state: str, destination: str, near: str) -> Message:
    return message(
        "codes-lead-to-unknown-destination",
        "for '{state}' the access codes lead to '{destination}', which routing.yaml does not have{near}",
        state=state,
        destination=destination,
        near=near,
    )


def _tell_left_codes(line: Line, name: str, diagnostics: Diagnostics) -> None:
    """Area codes that no row names go to the default, which may be a mistake."""
    table = line.routing.table.regions[name]
    left = sorted(AREA_CODES - table.destinations.keys()) if table.country == "BR" else []
    if left and table.default:
        shown: str = ", ".join(left[:SHOWN_CODES])
        if left[SHOWN_CODES:]:
            shown = phrase("{shown} and {more} more", shown=shown, more=len(left) - SHOWN_CODES)
        diagnostics.warning(
            line.routing.places[f"regions.{name}"],
            message(
                "area-codes-left-out",
                "the area codes {shown} are not named in the regions '{regions}' and go to '{default}'; name "
                "them, so that this is meant",
                shown=shown,
                regions=name,
                default=table.default,
            ),
        )
