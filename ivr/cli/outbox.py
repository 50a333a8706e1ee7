"""``ivr outbox`` lists what is to leave the system, and what could not; ``retry`` and ``drop`` settle a row by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ivr.cli import clock
from ivr.cli.language import spoken
from ivr.cli.stored import open_database, open_readonly, settings_here
from ivr.cli.terminal import Cell, Column, Look, show_rows
from wording import phrase

if TYPE_CHECKING:
    from data.outbox import OutboxRecord
    from ivr.worker.outbox import Outbox


LOOKS: dict[str, Look] = {"unknown": "fair", "dead": "bad", "sent": "faint", "dropped": "faint"}
"""How the state of a row looks."""


@click.group(invoke_without_command=True, short_help="List what is to be sent, or could not be; retry or drop it.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many rows.")
@click.option("--all", "whole", is_flag=True, help="Those that were sent and dropped as well, the newest first.")
@click.pass_context
def outbox(context: click.Context, limit: int, whole: bool) -> None:
    """What is to leave the system (calls back, texts, alarms) and is not settled, the oldest
    first: waiting, being sent, unknown (it may have been sent: the carrier did not say, and is asked again), or dead
    (it is not tried any more, and you are to look why).
    """
    if context.invoked_subcommand:
        return
    from data.outbox import open_rows, recent_rows

    with open_readonly(settings_here()) as database, database.reading() as connection:
        found = recent_rows(connection, limit) if whole else open_rows(connection, limit)
    show_rows(
        [
            Column(spoken(phrase("written (UTC)"))),
            Column("ID", whole=True),
            Column(spoken(phrase("what"))),
            Column(spoken(phrase("to"))),
            Column(spoken(phrase("state"))),
            Column(spoken(phrase("tries")), figures=True),
            Column(spoken(phrase("next"))),
            Column(spoken(phrase("note"))),
        ],
        [_row(row) for row in found],
        map(_told, found),
    )
    if not found:
        click.echo("the outbox is empty" if whole else "nothing is to be sent")


@outbox.command(short_help="Have a row sent now, whatever was tried before.")
@click.argument("row", metavar="ID")
@click.pass_context
def retry(context: click.Context, row: str) -> None:
    """Have the row ID sent now: one that waits, one that is dead, or one that is unknown, where you know that the
    carrier did not do it (its own console shows). Exits 1 where it cannot be.
    """
    from data.lease import WORKER, holder_of

    _settle(context, row, lambda outbox: outbox.retry(row))
    with open_readonly(settings_here()) as database, database.reading() as connection:
        works = holder_of(connection, WORKER, clock.now())
    told = "by the worker, within seconds" if works else "when a process works: start ivr serve, or ivr worker"
    click.echo(f"{row} is sent {told}")


@outbox.command(short_help="Do not send a row, and ask the carrier for it no more.")
@click.argument("row", metavar="ID")
@click.pass_context
def drop(context: click.Context, row: str) -> None:
    """Do not send the row ID any more. A callback whose call is dropped has had that try.

    Exits 1 where it cannot be.
    """
    _settle(context, row, lambda outbox: outbox.drop(row))
    click.echo(f"{row} is dropped")


def _settle(context: click.Context, row: str, act: Callable[[Outbox], str | None]) -> None:
    with _outbox() as outbox:
        why_not = act(outbox)
    if why_not:
        shown = row if row.isprintable() else repr(row)
        click.echo(f"{shown} stays as it is: {why_not}; ivr outbox --all lists what there is", err=True)
        context.exit(1)


@contextmanager
def _outbox() -> Iterator[Outbox]:
    from random import SystemRandom

    from ivr.call.lines import Lines
    from ivr.worker.deliveries import DELIVERIES
    from ivr.worker.outbox import Outbox
    from ivr.worker.tools import Tools
    from ivr.worker.worker import name_of_this_process

    settings = settings_here()
    with open_database(settings) as database:
        tools = Tools.of(settings, database, lambda: Lines([]))
        yield Outbox(database, [each(tools) for each in DELIVERIES], name_of_this_process(), SystemRandom(), clock.now)


def _row(row: OutboxRecord) -> list[Cell]:
    return [
        Cell(f"{row.created_at:%Y-%m-%d %H:%M:%S}"),
        Cell(row.id),
        Cell(row.kind),
        Cell(_recipient(row)),
        Cell(row.state, LOOKS.get(row.state, "plain")),
        Cell(str(row.tries)),
        Cell(_next(row) or "-"),
        Cell(row.note or "-"),
    ]


def _recipient(row: OutboxRecord) -> str:
    """To whom; whoever is texted need not be known to send it again, or not to."""
    from data.texts import KINDS

    shown = row.recipient
    return f"{shown[:5]}{'•' * len(shown[5:-4])}{shown[-4:]}" if row.kind in KINDS else shown


def _next(row: OutboxRecord) -> str:
    """When it is tried again; empty where it is not."""
    if row.state not in ("waiting", "unknown"):
        return ""
    return f"{row.at:%H:%M:%S}" if row.at.date() == row.created_at.date() else f"{row.at:%Y-%m-%d %H:%M:%S}"


def _told(row: OutboxRecord) -> str:
    why = f": {row.note}" if row.note else ""
    when = f", next {_next(row)}" if _next(row) else ""
    return (
        f"{row.created_at:%Y-%m-%d %H:%M:%S} UTC  {row.id}  {row.kind}  {_recipient(row):16}"
        f"  {row.state}, {row.tries} tries{when}{why}"
    )
