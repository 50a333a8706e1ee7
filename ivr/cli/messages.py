"""``ivr messages``: who left a message, for which desk, and where it can be heard."""

from __future__ import annotations

import os

import click

from ivr.settings import Settings


@click.command(short_help="List the messages that callers left.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
def messages(limit: int) -> None:
    """The messages that callers left, the newest first, with the number to call back and the recording."""
    from data.database import Database
    from data.messages import recent_messages

    database = Database(Settings.from_environment(os.environ).database_url)
    try:
        database.migrate()
        with database.reading() as connection:
            found = recent_messages(connection, limit)
    finally:
        database.close()
    for each in found:
        left = each.message
        click.echo(
            f"{left.at:%Y-%m-%d %H:%M:%S} UTC  {left.destination or '-':32}  {each.from_number or 'unknown':16}"
            f"  {left.seconds:4} s  {left.url}"
        )
    if not found:
        click.echo("no messages")
