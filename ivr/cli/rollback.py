"""``ivr rollback`` lets a version that answered before answer again."""

from __future__ import annotations

import click

from ivr.call.version_words import why_of
from ivr.cli.language import tell
from ivr.cli.publish import by_option
from wording import phrase


@click.command(short_help="Let callers hear a version that was published before.")
@click.argument("line", metavar="LINE")
@click.argument("number", required=False, type=click.IntRange(1), metavar="[NUMBER]")
@click.option("-m", "--message", "why", default="", metavar="WHY", help="Why, for the record.")
@by_option
def rollback(line: str, number: int | None, why: str, by: str) -> None:
    """Let the version NUMBER of LINE answer again (default: the one that answered before the present one).

    Nothing is lost: the version that is left stays in ivr versions, and can be gone back to. The folder of the line
    stays as it is, too.
    """
    from data.audit import CONSOLE
    from ivr.call.publishing import Publisher, Publishing
    from ivr.cli import clock
    from ivr.cli.stored import open_database, settings_here

    with open_database(settings_here()) as database:
        to = Publishing(database, clock.now).roll_back(line, number, why, Publisher(by, CONSOLE))
    tell(phrase("version {number} of {line} answers again: {why}", number=to.number, line=line, why=why_of(to)))
