"""``ivr journeys`` tells how many seconds callers who hear every prompt out take, by a line's call scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from ivr.cli import BAD_INPUT
from ivr.cli.language import spoken
from ivr.cli.lines import DEFAULT_LINE, flows_folder, folder_of
from ivr.errors import TargetError

if TYPE_CHECKING:
    from ivr.replay.journey import Journey
    from ivr.replay.runner import Played


@click.command(short_help="Tell how many seconds a line's callers are on the way.")
@click.argument("lines", nargs=-1, metavar="[LINE...]")
@click.option("--json", "as_json", is_flag=True, help="One object a journey (JSON Lines) on standard output.")
@click.pass_context
def journeys(context: click.Context, lines: tuple[str, ...], as_json: bool) -> None:
    """Play the call scripts of each LINE (default: 4003-0015) that are marked as journeys, and tell their seconds.

    Until it rings, or until the announcement begins where the script says so; on the call's clock, at the simulator's
    pace of speech, with a second for each key.

    Exits 0; 1 where a journey took longer than its goal or never came to its end; 2 where a script cannot be played,
    after the others.
    """
    from app import create_app
    from ivr.cli.targets import LocalLines, playable
    from ivr.flow.folder import line_names
    from ivr.replay.runner import play
    from ivr.replay.script import ScriptLines, find_scripts, read_all

    flows = flows_folder()
    local_lines = LocalLines(create_app, flows)
    held, all_read = True, True
    for name in lines or (DEFAULT_LINE,):
        folder = folder_of(name, flows)
        names = [*line_names(flows), name]
        read, bad = read_all(find_scripts([folder]), ScriptLines(flows, names, name, local_lines.prompts))
        scripts, unknown, known = playable([each for each in read if each.journey], local_lines)
        for diagnostic in (diagnostic for each in [*bad, *unknown] for diagnostic in each.diagnostics):
            all_read = False
            click.echo(diagnostic.put(spoken), err=True)
        if not scripts and all_read:
            raise TargetError(f"no call script of {name} is marked as a journey; write 'journey: <name>' into one")
        targets = {line: local_lines.target(line) for line in known}
        for script in scripts:
            if script.journey:
                played = play(script, targets[script.line])
                seconds = script.journey.seconds(played.transcript["events"]) if played.passed else None
                met = seconds is not None and (script.journey.goal is None or seconds <= script.journey.goal)
                held = held and met
                told = _json if as_json else _row
                click.echo(told(script.journey, played, seconds, met))
                for failure in played.failures:
                    click.echo(failure, err=True)
    context.exit(BAD_INPUT if not all_read else 0 if held else 1)


def _row(journey: Journey, played: Played, seconds: float | None, met: bool) -> str:
    if seconds is None:
        return f"{journey.name:30} not at its end: {played.file}:{played.line}"
    goal = "" if journey.goal is None else f"  goal {journey.goal:g} s"
    return f"{journey.name:30} {journey.until} after {seconds:5.1f} s{goal}{'' if met else ': missed'}"


def _json(journey: Journey, played: Played, seconds: float | None, met: bool) -> str:
    row = {
        "journey": journey.name,
        "call": played.title,
        "file": played.file,
        "line": played.line,
        "target": played.transcript["target"],
        "until": journey.until,
        "seconds": None if seconds is None else round(seconds, 1),
        "goal": journey.goal,
        "met": met,
        "failures": played.failures,
    }
    return json.dumps(row, ensure_ascii=False)
