"""``ivr oncall`` tells which staff are on call, at which number, and until when."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from ivr.cli.answering import folder_option, line_read_anyhow
from ivr.cli.language import spoken, tell, weekday
from ivr.cli.stored import line_option
from ivr.cli.terminal import Cell, TreeRow, show_tree
from wording import Message, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ivr.flow.line import Line
    from routing.rotas import Rota, Rung


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
    shown = [(_tree(line, name, rota, at), _lines(line, name, rota, at)) for name, rota in rotas.items()]
    show_tree((tree for tree, _ in shown), (text for _, lines in shown for text in lines))
    if not rotas:
        tell(phrase("the line {line} has no rotas", line=line.name))


def _lines(line: Line, name: str, rota: Rota, at: datetime) -> Iterator[str]:
    yield spoken(_until(name, rota, at))
    for place, rung in enumerate(rota.at(at), 1):
        yield spoken(_rung(rung, place))
    if last := _last_resort(rota, at):
        yield spoken(last)
    told = spoken(_for(line, name))
    yield from textwrap.wrap(told, 100, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False)


def _tree(line: Line, name: str, rota: Rota, at: datetime) -> TreeRow:
    """The rota as a person sees it: those on call below it, in the order in which they are rung."""
    last = _last_resort(rota, at)
    rung = [TreeRow(Cell(spoken(_rung(each, place)).strip())) for place, each in enumerate(rota.at(at), 1)]
    at_last = [TreeRow(Cell(spoken(last).strip()))] if last else []
    for_whom = TreeRow(Cell(spoken(_for(line, name)), "faint"))
    return TreeRow(Cell(spoken(_until(name, rota, at)), "good" if rung else "fair"), [*rung, *at_last, for_whom])


def _rung(rung: Rung, place: int) -> Message:
    return phrase(
        "  {place}. {person:12} {number:16} rings for {seconds} s",
        place=place,
        person=rung.person,
        number=rung.number,
        seconds=rung.seconds,
    )


def _last_resort(rota: Rota, at: datetime) -> Message | None:
    """What is rung when nobody on call has taken the call."""
    if not (rota.at(at) and rota.ladder.last_resort):
        return None
    from ivr.cli.routing_words import told
    from routing.trace import in_words

    return phrase("  at last: {target}", target=told(in_words(rota.ladder.last_resort)))


def _for(line: Line, name: str) -> Message:
    """The destinations whose rota it is."""
    served = [each.name for each in line.routing.table.destinations.values() if each.rota == name]
    listed: str = ", ".join(served) or phrase("no destination")
    return phrase("for {destinations}", destinations=listed)


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
