"""``ivr graph`` lays these onto a menu: coverage of the line's scripts, traffic of its calls, the way of one call."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from ivr.cli.language import tell
from ivr.cli.lines import flows_folder, folder_of
from ivr.errors import TargetError
from wording import counted, message, phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.calls import CallRecord
    from ivr.flow.graph.overlay import Overlay, Step
    from ivr.flow.line import Line


def coverage(name: str) -> tuple[Line, Overlay]:
    """Play the scripts of the line ``name``, and return it with what they tried. Raises TargetError, FlowError."""
    from app import create_app
    from ivr.cli.targets import LocalLines
    from ivr.cli.terminal import progress
    from ivr.flow.graph import edges
    from ivr.flow.graph.overlay import CoverageOverlay
    from ivr.replay.coverage import Coverage
    from ivr.replay.runner import Played, play_each
    from ivr.replay.script import ScriptLines, find_scripts, read_all

    folder = folder_of(name, flows_folder())
    local_lines = LocalLines(create_app, flows_folder())
    line = local_lines.line(name)
    read, _ = read_all(find_scripts([folder]), ScriptLines(None, None, name, local_lines.prompts))
    scripts = [script for script in read if script.line == name]
    if not scripts:
        raise TargetError(
            message(
                "no-scripts-of-the-line",
                "{folder} holds no call script of {line}; ivr explore {line} writes some",
                folder=folder,
                line=name,
            )
        )
    local_lines.prepare()
    played: list[Played] = []
    with progress(len(scripts), phrase("playing")) as shown:
        for script, call in zip(scripts, play_each(scripts, local_lines.target, os.cpu_count() or 1), strict=True):
            shown.advance(script.line)
            if isinstance(call, Played):
                played.append(call)
    walked = frozenset(edge for call in played for edge in call.edges)
    covered = Coverage(line.name, edges(line), walked)
    tell(
        phrase(
            "{line}: {walked} of {total} ways are tried by {calls} call scripts ({percent} %)",
            line=line.name,
            walked=len(covered.edges) - len(covered.missing),
            total=len(covered.edges),
            calls=len(played),
            percent=covered.percent,
        ),
        err=True,
    )
    return line, CoverageOverlay(walked, len(played))


def traffic(name: str, since: str | None) -> tuple[Line, Overlay]:
    """Return the line ``name`` as callers hear it, with how many went each way. Raises TargetError, FlowError."""
    from data.passages import passages
    from ivr.cli.clock import local_moment
    from ivr.cli.stored import answering_line, open_readonly, settings_here
    from ivr.flow.graph.overlay import TrafficOverlay, calls_by_way, steps_of

    line = answering_line(name)
    begins = local_moment("--since", since, line.header.zone) if since else None
    with open_readonly(settings_here()) as database, database.reading() as connection:
        calls = passages(connection, line.name, begins)
        number, ways = calls_by_way([step for turn in turns for step in steps_of(*turn)] for turns in calls)
    _tell_unknown(line, ways)
    told = phrase("since {moment:%Y-%m-%d %H:%M}", moment=begins) if begins else phrase("of all that are kept")
    legend = counted(
        "how many of {number} call went each way ({told})",
        "how many of {number} calls went each way ({told})",
        number,
        told=told,
    )
    return line, TrafficOverlay(ways, legend)


def path(name: str, identity: str) -> tuple[Line, Overlay]:
    """Return the line ``name`` as the call of a sid or a protocol number went through it, with its way.

    Exits 1 where there is no such call. Raises TargetError, FlowError.
    """
    from data.calls import find_call
    from data.protocols import find_by_protocol
    from data.turns import turns_of
    from ivr.call.answer import CALL_SID
    from ivr.cli.stored import open_readonly, settings_here
    from ivr.flow.graph.overlay import PathOverlay, steps_of

    with open_readonly(settings_here()) as database, database.reading() as connection:
        by_sid = CALL_SID.fullmatch(identity)
        call = find_call(connection, identity) if by_sid else find_by_protocol(connection, identity)
        turns = turns_of(connection, call.sid) if call else []
    if call is None:
        tell(
            message("no-such-call", "there is no call {identity}; ivr calls lists the last ones", identity=identity),
            err=True,
        )
        click.get_current_context().exit(1)
    if call.line != name:
        raise TargetError(
            message(
                "call-of-another-line",
                "the call {identity} is one of the line {line}; ivr graph {line} --path {identity}",
                identity=identity,
                line=call.line,
            )
        )
    steps = [step for turn in turns for step in steps_of(turn.number, turn.state, turn.outcome, turn.states)]
    line = _heard(call)
    _tell_unknown(line, steps)
    legend = phrase("the way of the call {identity}, in {count} steps", identity=identity, count=len(steps))
    return line, PathOverlay(steps, legend)


def _heard(call: CallRecord) -> Line:
    """The version of the line that the call went through; what answers now where that is kept no more, as is told."""
    from data.versions import version_of_menu
    from ivr.cli.line_source import read_any
    from ivr.cli.stored import answering_line, open_readonly, settings_here

    with open_readonly(settings_here()) as database, database.reading() as connection:
        found = version_of_menu(connection, call.line, call.menu_version)
    heard = read_any(call.line, str(found[0])).line if found else None
    if heard:
        return heard
    line = answering_line(call.line)
    if line.version != call.menu_version:
        tell(
            phrase(
                "the menu {menu} that the call went through is kept no more; drawn is {present}",
                menu=call.menu_version,
                present=line.version,
            ),
            err=True,
        )
    return line


def _tell_unknown(line: Line, steps: Iterable[Step]) -> None:
    """Tell how many ways were gone that this menu does not have."""
    from ivr.flow.graph.overlay import not_drawn

    unknown = not_drawn(line, steps)
    if unknown:
        tell(
            counted(
                "{number} way was gone that the menu {menu} does not have, and is not drawn",
                "{number} ways were gone that the menu {menu} does not have, and are not drawn",
                len(unknown),
                menu=line.version,
            ),
            err=True,
        )
