"""``ivr tickets`` lists tickets; ``show`` tells all of one, ``forecast`` why its forecast is what it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from ivr.cli import clock
from ivr.cli.language import spoken, tell
from ivr.cli.stored import answering_line, open_readonly, settings_here
from ivr.cli.terminal import Cell, Column, show_rows
from ivr.errors import TargetError
from ivr.tickets.events import CLOSED, WITH_CUSTOMER, Area, TicketState
from wording import message, phrase

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.tickets import TicketRecord
    from ivr.cli.ticket_lines import ShownTickets
    from ivr.flow.line import Line

GROUPS: Final = {
    "open": frozenset(TicketState) - CLOSED,
    "in-service": frozenset(TicketState) - CLOSED - WITH_CUSTOMER - {TicketState.MERGED},
    "with-customer": WITH_CUSTOMER,
    "closed": CLOSED,
    "all": frozenset(TicketState),
}
"""States that are asked for by one word."""

DIGITS: Final = 10


@click.group(invoke_without_command=True, short_help="List tickets; tell all of one, and why its forecast is so.")
@click.option("--line", "line_name", help="Those of one line.")
@click.option(
    "--state",
    default="open",
    show_default=True,
    type=click.Choice([*GROUPS, *(state.value for state in TicketState if state.value not in GROUPS)]),
    help="Those in one state, or in a group of states.",
)
@click.option("--area", type=click.Choice([area.value for area in Area]), help="Those of one area.")
@click.option("--severity", type=click.IntRange(1, 4), help="Those of one severity: 1 is critical.")
@click.option("--analyst", metavar="LOGIN", help="Those of one analyst.")
@click.option("--company-of", metavar="NUMBER", help="Those of the company that has this ticket.")
@click.option("--contact-of", metavar="NUMBER", help="Those of the contact who has this ticket.")
@click.option("--late", is_flag=True, help="Those whose forecast is over.")
@click.option(
    "--search",
    "text",
    default="",
    metavar="WORDS",
    help="Those in which all words begin one of the number, subject, product, module or description.",
)
@click.option(
    "--order",
    default="newest",
    show_default=True,
    type=click.Choice(["newest", "forecast", "work"]),
    help="The newest first; the next forecast first; or the portal's first, each by forecast.",
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many tickets.")
@click.option("--after", metavar="KEY", help="The page after one, by the key that it ended with.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def tickets(
    context: click.Context,
    line_name: str | None,
    state: str,
    area: str | None,
    severity: int | None,
    analyst: str | None,
    company_of: str | None,
    contact_of: str | None,
    late: bool,
    text: str,
    order: str,
    limit: int,
    after: str | None,
    as_json: bool,
) -> None:
    """Tickets, as lists hold them; times are UTC. Nothing is changed."""
    if context.invoked_subcommand:
        return
    from data.ticket_lists import TicketFilter, TicketOrder, list_tickets

    with _shown() as (connection, shown):
        states = GROUPS.get(state) or frozenset({TicketState(state)})
        contact = _ticket(connection, contact_of).contact_id if contact_of else None
        if contact_of and contact is None:
            tell(phrase("no tickets"))
            return
        wanted = TicketFilter(
            line=line_name,
            company_id=_ticket(connection, company_of).company_id if company_of else None,
            contact_id=contact,
            states=frozenset(each.value for each in states) if state != "all" else frozenset(),
            area=area,
            analyst_id=shown.user_id(analyst) if analyst else None,
            severity=severity,
            late_at=clock.now() if late else None,
            text=text,
        )
        try:
            page = list_tickets(connection, wanted, TicketOrder(order), after, limit)
        except ValueError as error:
            raise TargetError(error.args[0]) from None
    if as_json:
        for each in page.tickets:
            click.echo(shown.as_json(each))
        return
    if line_name and not page.tickets:
        answering_line(line_name)  # tells a name that no line has
    _list(page.tickets, shown)
    if page.next:
        tell(phrase("more: --after {key}", key=page.next), err=True)


@tickets.command(short_help="Tell all of one ticket.")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(number: str, as_json: bool) -> None:
    """What the ticket NUMBER says, and each of its events: when, who, what, the minutes spent; times are UTC."""
    from data.ticket_events import events_of

    with _shown() as (connection, shown):
        ticket = _ticket(connection, number)
        events = events_of(connection, ticket.number)
    if as_json:
        click.echo(shown.as_json(ticket, events))
        return
    for line in shown.told(ticket, events):
        click.echo(line)


@tickets.command(short_help="Tell why the forecast of a ticket is what it is.")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def forecast(number: str, as_json: bool) -> None:
    """The forecast of the ticket NUMBER, computed now by the published calendars: working time counted day by day,
    pauses, days without working time by their names, steps of severity, versions of the calendars.
    """
    import json

    from data.ticket_events import events_of
    from ivr.cli.ticket_lines import forecast_object
    from ivr.service_desk.history import history_of
    from ivr.service_desk.rules_of import rules_of
    from ivr.tickets.forecast import forecast as computed
    from ivr.tickets.forecast_words import tell_forecast

    with _shown() as (connection, _):
        ticket = _ticket(connection, number)
        events = history_of(events_of(connection, ticket.number))
    try:
        rules = rules_of(_line(ticket))
        found = computed(events, rules.calendars, rules.severities)
    except ValueError as error:
        raise TargetError(error.args[0]) from None
    if as_json:
        click.echo(json.dumps({"number": ticket.number} | forecast_object(found), ensure_ascii=False))
        return
    for told in tell_forecast(found, TicketState(ticket.state)).lines():
        tell(told)


def _line(ticket: TicketRecord) -> Line:
    """The line of a ticket, whose name came out of the database."""
    return answering_line(ticket.line)


@contextmanager
def _shown() -> Iterator[tuple[Connection, ShownTickets]]:
    from ivr.cli.ticket_lines import ShownTickets

    with open_readonly(settings_here()) as database, database.reading() as connection:
        yield connection, ShownTickets(connection, clock.now())


def _ticket(connection: Connection, number: str) -> TicketRecord:
    """The ticket of a number as people write it. Raises TargetError."""
    from data.tickets import find_ticket

    plain = "".join(sign for sign in number if sign not in " .-")
    if not (plain.isascii() and plain.isdigit() and len(plain) == DIGITS):
        raise TargetError(
            message(
                "ticket-number-malformed",
                "'{number}' is no number of a ticket; write its ten digits",
                number=number if number.isprintable() else repr(number),
            )
        )
    found = find_ticket(connection, plain)
    if found is None:
        raise TargetError(
            message("ticket-unknown", "there is no ticket {number}; ivr tickets lists them", number=plain)
        )
    return found


def _list(found: tuple[TicketRecord, ...], shown: ShownTickets) -> None:
    show_rows(
        [
            Column(spoken(phrase("ticket")), whole=True),
            Column(spoken(phrase("state"))),
            Column(spoken(phrase("severity"))),
            Column(spoken(phrase("area"))),
            Column(spoken(phrase("opened (UTC)"))),
            Column(spoken(phrase("forecast (UTC)"))),
            Column(spoken(phrase("analyst"))),
            Column(spoken(phrase("subject"))),
        ],
        [[Cell(text, "bad" if shown.is_late(each) else "plain") for text in shown.cells(each)] for each in found],
        ("  ".join(shown.cells(each)) for each in found),
    )
    if not found:
        tell(phrase("no tickets"))
