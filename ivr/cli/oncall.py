"""``ivr oncall`` tells which staff are on call, at which number, and until when."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from ivr.cli.stored import line_option, named_line

if TYPE_CHECKING:
    from datetime import datetime

    from routing.rotas import Rota


@click.command(short_help="Tell who is on call, and until when.")
@click.option("--at", "at_text", metavar="TIME", help="2026-12-24T11:59, local time of the line (default: now).")
@line_option
def oncall(at_text: str | None, line_name: str) -> None:
    """Who is on call of each rota, in the order in which they are rung, with their numbers, and until when."""
    from ivr.cli.clock import local_moment

    line = named_line(line_name)
    at = local_moment("--at", at_text, line.header.zone)
    rotas = line.routing.table.rotas
    for name, rota in rotas.items():
        destinations = [
            destination.name for destination in line.routing.table.destinations.values() if destination.rota == name
        ]
        click.echo(f"{name}: {_until(rota, at)}")
        for place, rung in enumerate(rota.at(at), 1):
            click.echo(f"  {place}. {rung.person:12} {rung.number:16} rings for {rung.seconds} s")
        if rota.at(at) and rota.ladder.last_resort:
            from routing.trace import in_words

            click.echo(f"  at last: {in_words(rota.ladder.last_resort)}")
        told = f"for {', '.join(destinations) or 'no destination'}"
        click.echo(textwrap.fill(told, 100, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False))
    if not rotas:
        click.echo(f"the line {line.name} has no rotas")


def _until(rota: Rota, at: datetime) -> str:
    change = rota.change_after(at)
    until = f"until {change:%A %Y-%m-%d %H:%M} ({change.tzinfo})" if change else "for more than a year"
    return f"{'on call' if rota.at(at) else 'nobody'} {until}"
