"""``ivr oncall swap`` puts somebody in the place of a person on call until a moment; ``ivr oncall end`` ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli.closing import by_option
from ivr.cli.console import record_here
from ivr.cli.language import tell
from ivr.cli.stored import answering_line, line_option, open_database, settings_here
from ivr.errors import TargetError
from wording import Message, message, phrase, reason

if TYPE_CHECKING:
    from datetime import tzinfo

    from data.rota_swaps import RotaSwapRecord


@click.command(short_help="Put somebody in the place of a person on call.")
@click.argument("rota")
@click.argument("person")
@click.argument("stand_in", metavar="STAND-IN")
@click.option(
    "--until", "until_text", metavar="TIME", required=True, help="12h, 08:00 or 2026-03-11T08:00; over by itself then."
)
@by_option
@line_option
def swap(rota: str, person: str, stand_in: str, until_text: str, by: str, line_name: str) -> None:
    """Ring STAND-IN in the place of PERSON from now on, within a second: a person of ROTA, or a telephone that the
    line's allow-list allows. The order of the others stays.

    ivr oncall tells who stands in.
    """
    from ivr.call.rota_swaps import WantedSwap
    from ivr.cli import clock
    from ivr.cli.clock import end_of

    line = answering_line(line_name)
    now, zone = clock.now(), line.header.zone
    wanted = WantedSwap(rota, person, stand_in, end_of("--until", until_text, now, zone))
    with open_database(settings_here()) as database, database.transaction() as connection:
        try:
            made = wanted.make(connection, line, now, by)
        except ValueError as error:
            raise TargetError(reason(error)) from None
        record_here(connection, "oncall", f"{line.name} {rota} swap #{made.id}", by)
    tell(told_swap(made, zone))


@click.command(short_help="End a swap before its time.")
@click.argument("number", type=click.IntRange(1))
@by_option
@line_option
def end(number: int, by: str, line_name: str) -> None:
    """End swap NUMBER, as ivr oncall lists it: the person of the rota is rung again from the next call on."""
    from data.rota_swaps import end_swap, find_swap
    from ivr.cli import clock

    line, now = answering_line(line_name), clock.now()
    with open_database(settings_here()) as database, database.transaction() as connection:
        found = find_swap(connection, number)
        if found is None or found.line != line.name:
            raise TargetError(
                message(
                    "no-such-swap",
                    "the line {line} has no swap {number}; ivr oncall lists those that there are",
                    line=line.name,
                    number=number,
                )
            )
        if not end_swap(connection, number, now, by):
            raise TargetError(message("swap-ended-before", "the swap {number} is over already", number=number))
        record_here(connection, "oncall", f"{line.name} {found.rota} swap #{number} ended", by)
    tell(phrase("ended: {swap}", swap=told_swap(found, line.header.zone)))


def told_swap(each: RotaSwapRecord, zone: tzinfo) -> Message:
    """Return the swap in words, with the number by which it is ended."""
    return phrase(
        "swap {number}: {stand_in} in the place of {person} on {rota} until {until:%Y-%m-%d %H:%M}, by {who}",
        number=each.id,
        stand_in=each.stand_in,
        person=each.person,
        rota=each.rota,
        until=each.until.astimezone(zone),
        who=each.made_by,
    )
