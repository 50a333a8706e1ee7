"""``ivr whatif`` plays the calls that came in on an edited line, and tells how many would land elsewhere."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from ivr.cli.language import spoken, tell
from ivr.errors import TargetError
from wording import counted, message, phrase

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.cli.line_edit import LineEdit
    from ivr.replay.call_side import CallSide
    from ivr.replay.comparison import ComparedCall
    from ivr.replay.recorded_calls import RecordedCalls

MOST: Final = 200
"""Calls that are played where nobody says how many: half a minute's work."""

MOST_EXAMPLES: Final = 3
"""Calls of each move that are named."""


@click.command(short_help="Tell where the calls that came in would land on an edited line.")
@click.argument("line", metavar="[LINE]", required=False)
@click.option("--since", metavar="TIME", required=True, help="Calls that came in from then on, such as 2026-11-01.")
@click.option("--draft", "of_draft", is_flag=True, help="On the draft of LINE (ivr draft), and not on its folder.")
@click.option("--most", default=MOST, show_default=True, type=click.IntRange(1, 10_000), help="The last so many calls.")
@click.option("--json", "as_json", is_flag=True, help="Print one object that tells of each call, for programs.")
def whatif(line: str | None, since: str, of_draft: bool, most: int, as_json: bool) -> None:
    """Play the calls of customers that came in since TIME on what is published and on the files of LINE, and tell how
    many would land elsewhere: from which desk, and to which.

    Each call is played as ivr calls show --script writes it, at its own time and with a demo customer in the
    customer's place. Those that cannot be played again are counted, with the reason. Nothing is changed.
    """
    from ivr.cli.clock import local_moment
    from ivr.cli.line_edit import LineEdit
    from ivr.cli.lines import flows_folder, folder_of, line_meant
    from ivr.flow.line_files import LineFiles

    if of_draft:
        edit = LineEdit.of_draft(line or line_meant(flows_folder()))
    else:
        folder = folder_of(line or line_meant(flows_folder()), flows_folder())
        edit = LineEdit.of(LineFiles.of_folder(folder), folder)
    if not edit.number:
        raise TargetError(
            message(
                "nothing-to-compare-with",
                "nothing of {line} is published, so that no call came in on it; ivr publish publishes it",
                line=edit.line.name,
            )
        )
    begins = local_moment("--since", since, edit.line.header.zone)
    found, calls = _compared(edit, begins, most, quiet=as_json)
    if as_json:
        click.echo(_as_json(edit, begins, found, calls))
    else:
        _tell(edit, found, calls)


def _compared(
    edit: LineEdit, since: datetime, most: int, *, quiet: bool
) -> tuple[RecordedCalls, tuple[ComparedCall, ...]]:
    """The calls that can be played again, and how each goes on both versions."""
    from app import create_app
    from ivr.cli.lines import flows_folder
    from ivr.cli.publish_gate import published_line
    from ivr.cli.stored import open_readonly, settings_here
    from ivr.cli.targets import LocalLines
    from ivr.cli.terminal import progress
    from ivr.replay.comparable_calls import ComparableCall
    from ivr.replay.comparison import compare_calls
    from ivr.replay.recorded_calls import proven_calls, stored_calls

    with open_readonly(settings_here()) as database, database.reading() as connection:
        stored = stored_calls(connection, edit.line.name, most=most, since=since)
    local_lines = LocalLines(create_app, flows_folder())
    local_lines.prepare()
    before, after = local_lines.version(published_line(edit)), local_lines.version(edit.line)
    jobs = os.cpu_count() or 1
    with progress(len(stored), phrase("playing again"), quiet=quiet) as shown:
        found = proven_calls(stored, before.line, before.target, jobs=jobs, advance=shown.advance)
    playable = [ComparableCall(script, "recorded") for script in found.scripts]
    with progress(len(playable), phrase("playing"), quiet=quiet) as shown:
        return found, compare_calls(playable, before, after, jobs=jobs, advance=shown.advance)


def _tell(edit: LineEdit, found: RecordedCalls, calls: tuple[ComparedCall, ...]) -> None:
    from ivr.cli.terminal import Cell, Column, show_table

    moved = [call for call in calls if _lands_elsewhere(call)]
    played = counted("{number} call", "{number} calls", len(calls))
    if moved:
        tell(phrase("{moved} of {calls} would land elsewhere", moved=len(moved), calls=played))
    elif calls:
        tell(phrase("none of {calls} would land elsewhere", calls=played))
    else:
        tell(phrase("no call that came in since then, and has ended, can be played again"))
    if not edit.changed:
        tell(phrase("  the files are those of version {number}, which is published", number=edit.number))
    heard = sum(call.verdict.is_change for call in calls) - len(moved)
    if heard:
        told = counted(
            "  {number} more would go otherwise and land where it did",
            "  {number} more would go otherwise and land where they did",
            heard,
        )
        tell(told)
    if found.not_replayable:
        left = counted("{number} call", "{number} calls", found.not_replayable)
        tell(phrase("  {calls} cannot be played again:", calls=left))
    for code, number in sorted(found.left_out.items(), key=lambda each: (-each[1], each[0])):
        tell(phrase("    {number}: {why}", number=number, why=found.reasons[code]))
    if not moved:
        return
    click.echo()
    columns = [
        Column(spoken(phrase("from"))),
        Column(spoken(phrase("to"))),
        Column(spoken(phrase("calls")), figures=True),
        Column(spoken(phrase("such as"))),
    ]
    rows = [
        [Cell(_told(before)), Cell(_told(after)), Cell(str(len(names))), Cell(_examples(names))]
        for (before, after), names in _moves(moved)
    ]
    show_table(columns, rows)


class LandingPlace(NamedTuple):
    """The place says at which desk a call lands, and whether anything rang there or was waited in."""

    desk: str | None
    rung: bool


def _place(side: CallSide) -> LandingPlace:
    landing = side.landing
    return LandingPlace(landing.destination, bool(landing.rang or landing.queues))


def _lands_elsewhere(call: ComparedCall) -> bool:
    """Whether the call comes to another place, or cannot be gone on with."""
    return _place(call.before) != _place(call.after) or (call.after.gave_up and not call.before.gave_up)


def _moves(calls: list[ComparedCall]) -> list[tuple[tuple[LandingPlace, LandingPlace], list[str]]]:
    """From where to where, the most frequent first, with the names of the calls."""
    moves: dict[tuple[LandingPlace, LandingPlace], list[str]] = {}
    for call in calls:
        moves.setdefault((_place(call.before), _place(call.after)), []).append(call.script.title or "")
    return sorted(moves.items(), key=lambda each: -len(each[1]))


def _told(place: LandingPlace) -> str:
    if place.desk is None:
        return spoken(phrase("no desk"))
    return place.desk if place.rung else spoken(phrase("{desk}, where nobody is rung", desk=place.desk))


def _examples(names: list[str]) -> str:
    return ", ".join(names[:MOST_EXAMPLES]) + (", ..." if len(names) > MOST_EXAMPLES else "")


def _as_json(edit: LineEdit, since: datetime, found: RecordedCalls, calls: tuple[ComparedCall, ...]) -> str:
    moved = [call for call in calls if _lands_elsewhere(call)]
    told = {
        "line": edit.line.name,
        "before": edit.number,
        "since": since.isoformat(),
        "played": len(calls),
        "elsewhere": len(moved),
        "moves": [
            {"from": before._asdict(), "to": after._asdict(), "calls": names}
            for (before, after), names in _moves(moved)
        ],
        "not_replayable": dict(found.left_out),
        "calls": [
            {
                "call": call.script.title,
                "verdict": call.verdict.value,
                "from": _place(call.before)._asdict(),
                "to": _place(call.after)._asdict(),
            }
            for call in calls
        ],
    }
    return json.dumps(told, ensure_ascii=False)
