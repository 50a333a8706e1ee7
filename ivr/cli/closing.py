"""``ivr close`` and ``ivr open`` begin and end emergency closures of destinations; the very next call hears them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli.console import console_user, record_here
from ivr.cli.language import tell
from ivr.cli.stored import answering_line, line_option, named_scope, open_database, settings_here
from wording import Message, message, phrase

if TYPE_CHECKING:
    from datetime import tzinfo

    from data.closures import ClosureRecord


by_option = click.option(
    "--by", default=console_user, metavar="NAME", help="Who does it, for the record (default: you)."
)


@click.command(short_help="Close a desk now, in an emergency.")
@click.argument("scope", required=False, metavar="[DEST]")
@click.option("--reason", metavar="TEXT", help="Why, for the record; callers do not hear it.")
@click.option("--until", "until_text", metavar="TIME", help="2h, 30min, 18:00 or 2026-03-10T18:00 (default: opened).")
@by_option
@line_option
def close(scope: str | None, reason: str | None, until_text: str | None, by: str, line_name: str) -> None:
    """Close DEST from now on, whatever its hours say: a desk, a family of desks (suporte is suporte.rm and all its
    like) or all. Its staff on call are not rung either.

    With --until it opens by itself and callers hear when; without, ivr open does. Without DEST: what is closed now.
    """
    from data.closures import NewClosure, close_destination, standing_closures
    from ivr.cli import clock
    from ivr.cli.clock import end_of

    line = answering_line(line_name)
    now, zone = clock.now(), line.header.zone
    if scope is None:
        if reason or until_text:
            raise click.UsageError(
                message("close-without-a-destination", "say which desk to close: ivr close DEST --reason TEXT")
            )
        with open_database(settings_here()) as database, database.reading() as connection:
            standing = standing_closures(connection, line.name, now)
        for closure in standing:
            tell(_told(closure, zone))
        if not standing:
            tell(phrase("nothing of {line} is closed by emergency", line=line.name))
        return
    covered = named_scope(line, scope)
    if not reason or not reason.strip():
        raise click.UsageError(
            message("close-without-a-reason", "a closure needs its --reason: who reads it later was not there")
        )
    until = end_of("--until", until_text, now, zone) if until_text else None
    new = NewClosure(line.name, covered, " ".join(reason.split()), now, until, by)
    with open_database(settings_here()) as database, database.transaction() as connection:
        close_destination(connection, new)
        record_here(connection, "close", f"{line.name} {covered}", by)
    tell(
        phrase(
            "{scope} of {line} is closed from now on, {until}",
            scope=_scope(covered),
            line=line.name,
            until=_until(until, zone),
        )
    )


@click.command("open", short_help="Open a desk that was closed in an emergency.")
@click.argument("scope", metavar="DEST")
@by_option
@line_option
@click.pass_context
def open_(context: click.Context, scope: str, by: str, line_name: str) -> None:
    """End the closure of DEST, which is named as it was closed. Its own hours hold again from the next call on.

    Exits 1 where it was not closed.
    """
    from data.closures import open_destination, standing_closures
    from ivr.cli import clock

    line = answering_line(line_name)
    covered, now, zone = named_scope(line, scope), clock.now(), line.header.zone
    with open_database(settings_here()) as database, database.transaction() as connection:
        ended = open_destination(connection, line.name, covered, now, by)
        others = standing_closures(connection, line.name, now)
        if ended:
            record_here(connection, "open", f"{line.name} {covered}", by)
    still = [each for each in others if each not in ended and _reaches(each.scope, covered)]
    for closure in ended:
        tell(phrase("opened again: {closure}", closure=_told(closure, zone)))
    if not ended:
        tell(phrase("{scope} of {line} was not closed by emergency", scope=_scope(covered), line=line.name), err=True)
    for closure in still:
        tell(phrase("still closed: {closure}", closure=_told(closure, zone)), err=True)
    context.exit(0 if ended else 1)


def _reaches(scope: str, other: str) -> bool:
    """True where one of them lies within the other."""
    longer, shorter = (scope, other) if len(scope) > len(other) else (other, scope)
    return "*" in (scope, other) or f"{longer}.".startswith(f"{shorter}.")


def _scope(scope: str) -> str:
    return phrase("every desk") if scope == "*" else scope


def _until(until: object, zone: tzinfo) -> Message:
    from datetime import datetime

    if isinstance(until, datetime):
        return phrase("until {moment:%Y-%m-%d %H:%M}", moment=until.astimezone(zone))
    return phrase("until it is opened")


def _told(closure: ClosureRecord, zone: tzinfo) -> Message:
    return phrase(
        "{scope}  since {since:%Y-%m-%d %H:%M} {until}, by {who}: {reason}",
        scope=_scope(closure.scope),
        since=closure.since.astimezone(zone),
        until=_until(closure.until, zone),
        who=closure.closed_by,
        reason=closure.reason,
    )
