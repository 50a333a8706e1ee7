"""``ivr explore`` writes a call script for each edge, outcome and time of a line that no script of the line tries."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.language import tell
from ivr.cli.lines import flows_folder, folder_of
from ivr.cli.new_file import NewFile, force_option
from ivr.cli.terminal import watched
from wording import counted, phrase

if TYPE_CHECKING:
    from ivr.cli.targets import LocalLines
    from ivr.replay.goals import Goals
    from ivr.replay.runner import Played
    from ivr.replay.script import Script


@click.command(short_help="Write a call script for each way, outcome and time that none tries.")
@click.argument("line")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write there, not on standard output.")
@click.option("--anew", is_flag=True, help="Take no notice of the scripts that the line has.")
@force_option
@click.pass_context
def explore(context: click.Context, line: str, out: Path | None, anew: bool, force: bool) -> None:
    """Write a call script for all of LINE (a name or a folder) that no script of it tries: each edge of its menu, each
    answer of a check and ending of a ringing, each time at which a call comes to a destination.

    Calls are tried with demo customers, at hours, with closed desks and from numbers that make something else happen.
    Each script was played, and does what its title says. What no call can do is told on standard error, and why.
    Exits 1 where something that a call can do was not found.
    """
    from app import create_app
    from ivr.cli.explored_scripts import ExploredScripts
    from ivr.cli.targets import LocalLines
    from ivr.replay.destination_reach import DestinationReach
    from ivr.replay.exploration import Exploration
    from ivr.replay.goals import Goals

    file = NewFile(out, "--out", force) if out else None
    folder = folder_of(line, flows_folder())
    local_lines = LocalLines(create_app, flows_folder())
    loaded = local_lines.line(line)
    local_lines.prepare()
    exploration, reach = Exploration(loaded), DestinationReach(loaded)
    goals = Goals(loaded, exploration, reach, [] if anew else _played(local_lines, line, folder))
    is_elsewhere = not (out and out.resolve().is_relative_to(folder.resolve()))
    scripts = ExploredScripts(
        local_lines,
        line,
        loaded,
        exploration,
        reach,
        goals,
        names_line=is_elsewhere and folder.parent == flows_folder(),
    )
    scripts.write()
    written = "\n---\n".join(scripts.texts)
    if file:
        file.write(written.encode())
    else:
        click.echo(written, nl=False)
    _tell(goals, len(scripts.texts))
    context.exit(1 if goals.possible else 0)


def _played(local_lines: LocalLines, name: str, folder: Path) -> list[tuple[Script, Played]]:
    """The scripts of the line, each with its call."""
    from ivr.replay.runner import Played, play_each
    from ivr.replay.script import ScriptLines, find_scripts, read_all

    scripts, _ = read_all(find_scripts([folder]), ScriptLines(None, None, name))
    calls = play_each(scripts, local_lines.target, os.cpu_count() or 1) if scripts else ()
    played = watched(calls, phrase("playing"), len(scripts))
    return [(script, call) for script, call in zip(scripts, played, strict=True) if isinstance(call, Played)]


def _tell(goals: Goals, number: int) -> None:
    """What is not tried by any script, and why; and how much is."""
    things = {name: goals.thing(name) for name in goals.left}
    for name, thing in sorted(things.items(), key=lambda each: (each[1].mark, each[1].told)):
        why = goals.never.get(name) or phrase("no customer, hour or closure was found with which a call does it")
        tell(phrase("{place}: {what}: {why}", place=thing.mark, what=thing.told, why=why), err=True)
    tell(counted("{number} new script", "{number} new scripts", number), err=True)
    for aspect, tried, possible, total in goals.figures():
        figures = {"tried": tried, "possible": possible, "total": total}
        match aspect:
            case "edges":
                told = phrase(
                    "ways of the menu: {tried} of the {possible} that calls can take, of {total} in all", **figures
                )
            case "outcomes":
                told = phrase(
                    "outcomes of checks and ringing: {tried} of the {possible} that calls can have, of {total} in all",
                    **figures,
                )
            case _:
                told = phrase(
                    "times at destinations: {tried} of the {possible} at which calls can come, of {total} in all",
                    **figures,
                )
        tell(told, err=True)
