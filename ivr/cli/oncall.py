"""``ivr oncall`` tells which staff are on call, at which number, and until when."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from ivr.cli.answering import folder_option, line_read_anyhow
from ivr.cli.language import spoken, tell, weekday
from ivr.cli.stored import line_option
from wording import Message, phrase

if TYPE_CHECKING:
    from datetime import datetime

    from routing.rotas import Rota


@click.command(short_help="Tell who is on call, and until when.")
@click.option("--at", "at_text", metavar="TIME", help="2026-12-24T11:59, local time of the line (default: now).")
@folder_option
@line_option
def oncall(at_text: str | None, of_folder: bool, line_name: str) -> None:
    """Who is on call of each rota, in the order in which they are rung, with their numbers, and until when.

    Rotas are those of the version that callers hear, unless --folder asks for the files as they are now.
    """
    from ivr.cli.clock import local_moment

    line = line_read_anyhow(line_name, of_folder=of_folder)
    at = local_moment("--at", at_text, line.header.zone)
    rotas = line.routing.table.rotas
    for name, rota in rotas.items():
        destinations = [
            destination.name for destination in line.routing.table.destinations.values() if destination.rota == name
        ]
        tell(_until(name, rota, at))
        for place, rung in enumerate(rota.at(at), 1):
            tell(
                phrase(
                    "  {place}. {person:12} {number:16} rings for {seconds} s",
                    place=place,
                    person=rung.person,
                    number=rung.number,
                    seconds=rung.seconds,
                )
            )
        if rota.at(at) and rota.ladder.last_resort:
            from ivr.cli.routing_words import told as told_in_words
            from routing.trace import in_words

            tell(phrase("  at last: {target}", target=told_in_words(in_words(rota.ladder.last_resort))))
        served: str = ", ".join(destinations) or phrase("no destination")
        told = spoken(phrase("for {destinations}", destinations=served))
        click.echo(textwrap.fill(told, 100, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False))
    if not rotas:
        tell(phrase("the line {line} has no rotas", line=line.name))


def _until(name: str, rota: Rota, at: datetime) -> Message:
    change = rota.change_after(at)
    until = (
        phrase(
            "until {weekday} {moment:%Y-%m-%d %H:%M} ({zone})",
            weekday=weekday(change),
            moment=change,
            zone=change.tzinfo,
        )
        if change
        else phrase("for more than a year")
    )
    if rota.at(at):
        return phrase("{rota}: on call {until}", rota=name, until=until)
    return phrase("{rota}: nobody {until}", rota=name, until=until)
