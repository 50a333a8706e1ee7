"""``ivr hours`` draws a calendar of what destinations do, half hour by half hour."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from ivr.cli.answering import folder_option, line_read
from ivr.cli.language import SHORT_WEEKDAYS, spoken
from ivr.cli.routing_words import told
from ivr.cli.stored import line_option, named_destination, open_readonly, settings_here
from ivr.cli.terminal import Look, show_signs
from wording import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ivr.flow.line import Line
    from routing.context import RoutingContext

CELL = timedelta(minutes=30)

OPEN, ON_CALL, ELSEWHERE, CLOSED, EMERGENCY = "█", "▒", "→", "·", "!"

LOOKS: dict[str, Look] = {OPEN: "good", ON_CALL: "fair", ELSEWHERE: "fair", CLOSED: "faint", EMERGENCY: "bad"}
"""How the signs look where colours are seen."""

LEGEND = phrase(
    "{open} open   {on_call} staff on call   {elsewhere} sent to another desk   {closed} closed   "
    "{emergency} closed by emergency",
    open=OPEN,
    on_call=ON_CALL,
    elsewhere=ELSEWHERE,
    closed=CLOSED,
    emergency=EMERGENCY,
)

WIDTH = 100

NAME_WIDTH = WIDTH - 64
"""What day and signs leave of a row."""


@click.command(short_help="Draw when desks are open, on call and closed.")
@click.argument("destination", required=False, metavar="[DEST]")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 366), help="How many days.")
@click.option("--at", "at_text", metavar="TIME", help="First day, 2026-12-21 (default: today).")
@folder_option
@line_option
def hours(destination: str | None, days: int, at_text: str | None, of_folder: bool, line_name: str) -> None:
    """A row a day and a sign each half hour: what a caller of DEST finds who calls then. Without DEST, desks that keep
    the same hours in the same way are drawn once. Closures by emergency are those that stand now, and hours those of
    the version that callers hear, unless --folder asks for the files as they are now.
    """
    from ivr.call.routing_context import routing_context_of
    from ivr.cli import clock
    from ivr.cli.clock import local_moment

    line = line_read(line_name, of_folder=of_folder)
    first = local_moment("--at", at_text, line.header.zone).date()
    with open_readonly(settings_here()) as database, database.reading() as connection:
        now = clock.now().astimezone(line.header.zone)
        # The calls of this hour say nothing of tomorrow's: closures alone count here.
        context = replace(routing_context_of(connection, line, now, ""), load={})
    families = [[named_destination(line, destination)]] if destination else _families(line, context)
    show_signs(spoken(LEGEND), LOOKS)
    for names in families:
        click.echo()
        click.echo(textwrap.fill(", ".join(names), WIDTH, break_on_hyphens=False))
        for row in _calendar(line, names[0], first, days, context):
            show_signs(row, LOOKS)


def _families(line: Line, context: RoutingContext) -> list[list[str]]:
    """Destinations that answer alike at every time: by hours, by what they do when closed, and by the closures over
    them.
    """
    alike: dict[object, list[str]] = {}
    for destination in line.routing.table.destinations.values():
        covering = tuple(each for each in context.closures if each.covers(destination.name))
        staffed = bool(destination.on_call or destination.rota)
        alike.setdefault((destination.hours, destination.closed, staffed, covering), []).append(destination.name)
    return list(alike.values())


def _calendar(line: Line, name: str, first: date, days: int, context: RoutingContext) -> Iterator[str]:
    destination = line.routing.table.destinations[name]
    kept = line.routing.table.hours.get(destination.hours or "")
    zone = kept.zone if kept else line.header.zone
    yield f"{'':15}" + "".join(f"{hour:<8}" for hour in range(0, 24, 4)).rstrip()
    for number in range(days):
        day = first + number * timedelta(days=1)
        moments = [datetime(day.year, day.month, day.day, tzinfo=zone) + place * CELL for place in range(48)]
        signs = "".join(_sign(line, name, moment, context) for moment in moments)
        weekday = spoken(SHORT_WEEKDAYS[day.weekday()])
        yield f"{weekday} {day:%Y-%m-%d} {signs} {_named(line, name, moments[24], context)}".rstrip()


def _sign(line: Line, name: str, at: datetime, context: RoutingContext) -> str:
    """What becomes of a call at that moment; the router itself is asked."""
    from routing.decide import route
    from routing.decisions import DestinationClosed, Ring

    decision = route(line.routing.table, name, at, context=context)
    match decision:
        case Ring() if decision.destination != name and decision.progress.borrower is None:
            return ELSEWHERE
        case Ring(progress):
            return ON_CALL if progress.on_call else OPEN
        case DestinationClosed(closure=closure) if closure:
            return EMERGENCY
        case _:
            return CLOSED


def _named(line: Line, name: str, noon: datetime, context: RoutingContext) -> str:
    """The holiday, special day or order that makes this day another than its like."""
    from routing.decide import route

    decision = route(line.routing.table, name, noon, context=context)
    for step in decision.steps:
        if step.rule == "closure" and step.key == "" and step.outcome != "none is in force":
            return spoken(told(step.outcome))[:NAME_WIDTH]
        if step.rule in ("special-day", "holiday") and " is no " not in step.outcome:
            # What the day is: the sentence without the date, which stands in the row, and without its verb.
            return spoken(told(step.outcome)).split(" ", 2)[2][:NAME_WIDTH]
    return ""
