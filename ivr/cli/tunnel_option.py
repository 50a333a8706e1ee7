"""``--tunnel NAME=HOST:PORT`` of the commands that telephone an application: its public names lead to this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wording import reason

if TYPE_CHECKING:
    from ivr.simulator.tunnel import Tunnel

EXAMPLE = "app.example.com=127.0.0.1:3000"


def _passages(_context: click.Context, _parameter: click.Parameter, written: tuple[str, ...]) -> Tunnel:
    from ivr.simulator.tunnel import NO_TUNNEL, Tunnel, parse_passage

    if not written:
        return NO_TUNNEL
    try:
        return Tunnel.of(parse_passage(each) for each in written)
    except ValueError as error:
        raise click.BadParameter(reason(error)) from None


tunnel_option = click.option(
    "--tunnel",
    multiple=True,
    callback=_passages,
    metavar="NAME=HOST:PORT",
    help=f"Reach a public name of the application on this machine, such as {EXAMPLE}. May be repeated.",
)
