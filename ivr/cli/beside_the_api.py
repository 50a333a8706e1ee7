"""``beside_the_api`` makes the call of ``ivr call --rest`` while the API of its account is answered on a port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ivr.errors import TargetError

if TYPE_CHECKING:
    from ivr.cli.account_options import AccountOptions
    from ivr.replay.script import Script
    from ivr.simulator.call_setup import CallSetup
    from ivr.simulator.phones.base import Phone
    from ivr.simulator.rest.switchboard import Switchboard
    from ivr.simulator.transcript import Transcript

API_GRACE = 2.0
"""Real seconds for which an endless wait is put off: an application may send its requests from a worker."""


@dataclass
class OtherCalls:
    """The other calls may be due while a person at the terminal holds them up; none is until the API is served."""

    are_due: Callable[[], bool] = lambda: False


def beside_the_api(
    options: AccountOptions, script: Script, others: OtherCalls, setup: CallSetup, phone: Phone
) -> Transcript:
    """Make the call, and as long as it lasts answer the API of its account, which the application may call back."""
    from ivr.simulator.rest.server import PortError, rest_server
    from ivr.simulator.rest.switchboard import Switchboard

    seed = options.seed_for(script.callees, script.seed)
    switchboard = Switchboard.of(setup, grace=API_GRACE, account=seed)
    others.are_due = switchboard.is_due
    make = switchboard.converse if script.has_no_call else switchboard.place_call
    if options.port is None:
        return make(setup, phone)
    try:
        with rest_server(switchboard, options.port) as address:
            click.echo(f"the API is at {address}: give it to the application as TWILIO_API_URL", err=True)
            transcript = make(setup, phone)
    except PortError as error:
        raise TargetError(str(error)) from None
    tell_unanswered(switchboard)
    return transcript


def tell_unanswered(switchboard: Switchboard) -> None:
    """List what the application asked the API for and is not simulated, with the pages about it."""
    with switchboard.held():
        asked = sorted(switchboard.unanswered.items())
    if asked:
        click.echo("asked of the API and not simulated (answered with 501):", err=True)
    for (what, page), times in asked:
        click.echo(f"  {what}{f' ({times} times)' if times > 1 else ''}: {page}", err=True)
