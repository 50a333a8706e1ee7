"""``ivr oncall`` tells which staff are on call, at which number, and until when; its commands say who stands in."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from ivr.cli.answering import folder_option, line_read_anyhow
from ivr.cli.language import spoken, tell, weekday
from ivr.cli.oncall_swaps import end, swap, told_swap
from ivr.cli.stored import line_option, open_readonly, settings_here
from ivr.cli.terminal import Cell, TreeRow, show_tree
from ivr.errors import SettingsError
from wording import Message, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from data.rota_swaps import RotaSwapRecord
    from ivr.flow.line import Line
    from routing.rota_swaps import RotaSwap
    from routing.rotas import Rota, Rung


@click.group(invoke_without_command=True, short_help="Tell who is on call, and until when; say who stands in.")
@click.option("--at", "at_text", metavar="TIME", help="2026-12-24T11:59, local time of the line (default: now).")
@folder_option
@line_option
@click.pass_context
def oncall(context: click.Context, at_text: str | None, of_folder: bool, line_name: str) -> None:
    """Who is on call of each rota, in the order in which they are rung, with their numbers, and until when; and who
    stands in for whom.

    Rotas are those of the version that callers hear, unless --folder asks for the files as they are now.
    """
    if context.invoked_subcommand:
        return
    from ivr.cli.clock import local_moment

    line = line_read_anyhow(line_name, of_folder=of_folder)
    at = local_moment("--at", at_text, line.header.zone)
    rotas = line.routing.table.rotas
    records = _records(line, at)
    shown = [_OnCall(line, name, rota, at, records) for name, rota in rotas.items()]
    show_tree((each.tree() for each in shown), (text for each in shown for text in each.lines()))
    if not rotas:
        tell(phrase("the line {line} has no rotas", line=line.name))


oncall.add_command(swap)
oncall.add_command(end)


def _records(line: Line, at: datetime) -> list[RotaSwapRecord]:
    """The swaps of the line; none where the database cannot be asked, which was told when the line was read."""
    from data.rota_swaps import lasting_swaps

    try:
        with open_readonly(settings_here()) as database, database.reading() as connection:
            return [each for each in lasting_swaps(connection, at) if each.line == line.name]
    except SettingsError:
        return []


class _OnCall:
    """One rota at one moment, as a person sees it."""

    def __init__(self, line: Line, name: str, rota: Rota, at: datetime, records: Sequence[RotaSwapRecord]) -> None:
        from ivr.call.rota_swaps import swaps_of
        from routing.swap_rules import allowed_swaps

        swaps = allowed_swaps(line.routing.table, swaps_of(records, line.name))
        self._heading = spoken(_until(name, rota, at, swaps))
        self._rung = [spoken(_rung(each, place)) for place, each in enumerate(rota.at(at, swaps), 1)]
        self._rung += [spoken(last)] if (last := _last_resort(rota, at)) else []
        zone = line.header.zone
        self._swaps = [spoken(told_swap(each, zone)) for each in records if each.rota == name]
        self._for = spoken(_for(line, name))

    def lines(self) -> Iterator[str]:
        yield self._heading
        yield from self._rung
        yield from (f"  {told}" for told in self._swaps)
        yield from textwrap.wrap(
            self._for, 100, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False
        )

    def tree(self) -> TreeRow:
        """Those on call below the rota, in the order in which they are rung."""
        below = [TreeRow(Cell(told.strip())) for told in (*self._rung, *self._swaps)]
        return TreeRow(
            Cell(self._heading, "good" if self._rung else "fair"), [*below, TreeRow(Cell(self._for, "faint"))]
        )


def _rung(rung: Rung, place: int) -> Message:
    if rung.instead_of:
        return phrase(
            "  {place}. {person:12} {number:16} rings for {seconds} s, in the place of {replaced}",
            place=place,
            person=rung.person,
            number=rung.number,
            seconds=rung.seconds,
            replaced=rung.instead_of,
        )
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


def _until(name: str, rota: Rota, at: datetime, swaps: Sequence[RotaSwap]) -> Message:
    change = rota.change_after(at, swaps)
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
