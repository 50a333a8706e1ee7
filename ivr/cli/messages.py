"""``ivr messages`` lists the messages that callers left, each with its destination and a link that expires."""

from __future__ import annotations

from datetime import timedelta

import click

from ivr.cli import clock
from ivr.cli.console import console_user
from ivr.cli.language import spoken, tell
from ivr.cli.stored import open_readonly, settings_here
from wording import phrase

DELETED = "deleted, its retention period is over"


@click.command(short_help="List the messages that callers left.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
@click.option(
    "--hours", default=24, show_default=True, type=click.IntRange(1, 24 * 90), help="How long links are good."
)
def messages(limit: int, hours: int) -> None:
    """The messages that callers left, the newest first, with the number to call back and a link to hear it.

    Whoever has a link hears the message, until the link expires: pass it on as you would the message itself. The line
    must be running with the same IVR_SECRET_KEY, at IVR_PUBLIC_URL.
    """
    from data.messages import recent_messages
    from data.vault import Cost, Vault
    from ivr.web.recordings import AT_HOME, link_to

    settings = settings_here()
    vault = Vault(settings.secret_key, Cost.production())
    until = clock.now() + timedelta(hours=hours)
    with open_readonly(settings) as database, database.reading() as connection:
        found = recent_messages(connection, limit)
    for each in found:
        left = each.message
        heard = (
            link_to(vault, settings.public_url or AT_HOME, left.call_sid, left.turn, until, console_user())
            if left.url
            else DELETED
        )
        caller = each.from_number or spoken(phrase("unknown"))
        click.echo(
            f"{left.at:%Y-%m-%d %H:%M:%S} UTC  {left.destination or '-':32}  {caller:16}  {left.seconds:4} s  {heard}"
        )
    if not found:
        tell(phrase("no messages"))
