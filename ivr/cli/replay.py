"""``ivr replay`` plays every call script below some paths, in process and on a virtual clock."""

from __future__ import annotations

import os
from collections import Counter
from itertools import chain
from pathlib import Path

import click

from ivr.cli import BAD_INPUT
from ivr.cli.lines import DEFAULT_LINE, flows_folder
from ivr.cli.new_file import NewFile, force_option
from ivr.errors import TargetError


@click.command(short_help="Play call scripts in process, on a virtual clock.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that play at the same time (default: as many as there are processors).",
)
@click.option("--json", "as_json", is_flag=True, help="One transcript a line (JSON Lines) on standard output.")
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the results as JUnit XML.",
)
@click.option("--coverage", is_flag=True, help="Also tell which edges of the menu no call walked.")
@click.option(
    "--least",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit 1 where fewer edges of a line's menu were walked; tells the coverage too.",
)
@force_option
@click.pass_context
def replay(
    context: click.Context,
    paths: tuple[Path, ...],
    jobs: int | None,
    as_json: bool,
    junit: Path | None,
    coverage: bool,
    least: float | None,
    force: bool,
) -> None:
    """Play every call script (*.call.yaml) at and below each PATH.

    Exits 0 where every call went as its script expects, 1 where some did not or the coverage is below --least, 2 where
    a script cannot be played; the others are played all the same. With --json, standard output holds transcripts only,
    one with "unplayable" for each bad script; all else goes to standard error.
    """
    import time

    from app import create_app
    from ivr.cli.targets import LocalLines, playable
    from ivr.flow.folder import line_names
    from ivr.flow.graph import edges
    from ivr.replay import report
    from ivr.replay.coverage import Coverage
    from ivr.replay.runner import Played, play_each
    from ivr.replay.script import ENDING, BadScript, ScriptLines, find_scripts, read_all

    junit_file = NewFile(junit, "--junit", force) if junit else None
    flows = flows_folder()
    files = find_scripts(paths)
    if not files:
        given = ", ".join(str(path) for path in paths)
        raise TargetError(f"there is no call script in {given}; their names end in {ENDING}")
    local_lines = LocalLines(create_app, flows)
    read, bad = read_all(files, ScriptLines(flows, line_names(flows), DEFAULT_LINE, local_lines.prompts))
    scripts, unknown, lines = playable(read, local_lines)

    began = time.perf_counter()
    if scripts:
        local_lines.prepare()
    played: list[tuple[str, Played]] = []
    told = report.TextReport()

    def tell_bad(script: BadScript) -> None:
        for diagnostic in () if script.waits else script.diagnostics:
            click.echo(str(diagnostic), err=True)
        if as_json:
            click.echo(report.json_of_bad(script), nl=False)

    bad = sorted([*bad, *unknown], key=lambda each: (each.file, each.line))
    for each in bad:
        tell_bad(each)
    for name, waiting in Counter(each.target for each in bad if each.waits).items():
        more = "1 more script waits" if waiting == 1 else f"{waiting} more scripts wait"
        click.echo(f"{more} for the line {name}, whose faults are told above; mend them first", err=True)
    for script, call in zip(scripts, play_each(scripts, local_lines.target, jobs or os.cpu_count() or 1), strict=True):
        if isinstance(call, BadScript):
            bad.append(call)
            tell_bad(call)
            continue
        played.append((script.line, call))
        if as_json:
            click.echo(report.json_line(call), nl=False)
        else:
            for text in told.lines(call):
                click.echo(text)
    seconds = time.perf_counter() - began

    calls = [call for _, call in played]
    if junit_file:
        junit_file.write(report.junit(calls, seconds, bad))
    if not played:
        context.exit(BAD_INPUT)
    covered: list[Coverage] = []
    if coverage or least is not None:
        for name, line in lines.items():
            walked = (call.edges for of, call in played if of == name)
            covered.append(Coverage(name, edges(line), frozenset().union(*walked)))
    for text in chain.from_iterable(one.gaps() for one in covered):
        click.echo(text, err=as_json)
    click.echo(report.summary(calls, seconds, len(bad)), err=as_json)
    below = False
    for one in covered:
        too_low = least is not None and one.percent < least
        click.echo(f"{one.figure}; at least {least:g} % are asked for" if too_low else one.figure, err=as_json)
        below = below or too_low
    if bad:
        context.exit(BAD_INPUT)
    context.exit(1 if below or not all(call.passed for call in calls) else 0)
