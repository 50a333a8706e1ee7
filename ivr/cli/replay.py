"""``ivr replay`` plays every call script below some paths, in process and on a virtual clock."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli import BAD_INPUT
from ivr.cli.language import spoken, tell
from ivr.cli.lines import flows_folder
from ivr.cli.new_file import NewFile, force_option, require_distinct
from ivr.cli.tunnel_option import tunnel_option
from ivr.errors import TargetError
from wording import counted, message, phrase

if TYPE_CHECKING:
    from ivr.simulator.tunnel import Tunnel


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
@click.option("--coverage", is_flag=True, help="Also tell what of the line was tried, and which edges no call walked.")
@click.option("--missing", is_flag=True, help="With the coverage: everything that was not tried, edges and all else.")
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the coverage as a page, with the menu in colours.",
)
@click.option(
    "--fail-under",
    multiple=True,
    metavar="[ASPECT=]PERCENT",
    help="Exit 1 where less was tried of states, edges, prompts, outcomes, times, lines; or of any. May be repeated.",
)
@click.option(
    "--least",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit 1 where fewer edges of a line's menu were walked; tells the coverage too.",
)
@click.option(
    "--as",
    "manners",
    multiple=True,
    type=click.Choice(["slow", "hasty", "hash", "mistyping", "leaving"]),
    help="Play each script as another caller: a slow typist, a hasty one who keys during the prompt, one who presses # "
    "after each entry, one who mistypes and corrects, one who hangs up at each step. May be repeated.",
)
@tunnel_option
@force_option
@click.pass_context
def replay(
    context: click.Context,
    paths: tuple[Path, ...],
    jobs: int | None,
    as_json: bool,
    junit: Path | None,
    coverage: bool,
    missing: bool,
    html: Path | None,
    fail_under: tuple[str, ...],
    least: float | None,
    manners: tuple[str, ...],
    tunnel: Tunnel,
    force: bool,
) -> None:
    """Play every call script (*.call.yaml) and every scene (*.scene.yaml) at and below each PATH.

    Exits 0 where every call went as its script expects, 1 where some did not or the coverage is below --least, 2 where
    a script cannot be played; the others are played all the same. With --json, standard output holds transcripts only,
    one with "unplayable" for each bad script; all else goes to standard error.

    With --as, a call must land where its script expects, and leave nothing open in the database. Scripts that say
    as_written: yes are left out, and counted.
    """
    import time

    from ivr.cli.read_ahead import ReadAhead
    from ivr.replay.scenes.scene import SCENE_ENDING, find_scenes_and_scripts
    from ivr.replay.script import ENDING, BadScript, Script, played_in

    flows = flows_folder()
    files = find_scenes_and_scripts(paths)
    jobs = jobs or os.cpu_count() or 1
    with ReadAhead(files, flows, beside=jobs > 1 and len(files) > 1) as reading:
        from app import create_app
        from ivr.cli.coverage_report import CoverageAsked, CoverageReport, read_minimums
        from ivr.cli.targets import LocalLines, playable, prepare_calls
        from ivr.cli.terminal import progress
        from ivr.replay import report
        from ivr.replay.manners import MANNERS
        from ivr.replay.runner import Played, play_each
        from ivr.replay.scenes.player import calls_of, play_any

        junit_file = NewFile(junit, "--junit", force) if junit else None
        page_file = NewFile(html, "--html", force) if html else None
        require_distinct([junit_file, page_file])
        asked = CoverageAsked(coverage or missing, missing, page_file, read_minimums(fail_under), least)
        if not files:
            given = ", ".join(str(path) for path in paths)
            raise TargetError(
                message(
                    "no-scripts-there",
                    "there is no call script in {path}; their names end in {ending}",
                    path=given,
                    ending=f"{ENDING}, {SCENE_ENDING}",
                )
            )
        prepare_calls()
        read = reading.result()
    bad, local_lines = read.bad, LocalLines(create_app, flows, lines=read.lines)
    scripts, unknown, lines = playable(read.scripts, local_lines)
    if tunnel:
        scripts = [replace(script, carrier=script.carrier.with_tunnel(tunnel)) for script in scripts]
    as_written = [script for script in scripts if manners and script.as_written]
    if manners:
        scripts = [one for word in manners for one in played_in(MANNERS[word], scripts)]

    began = time.perf_counter()
    if scripts:
        local_lines.prepare()
    played: list[tuple[Script, Played]] = []
    told = report.TextReport()

    def tell_bad(script: BadScript) -> None:
        for diagnostic in () if script.waits else script.diagnostics:
            click.echo(diagnostic.put(spoken), err=True)
        if as_json:
            click.echo(report.json_of_bad(script), nl=False)

    bad = sorted([*bad, *unknown], key=lambda each: (each.file, each.line))
    for each in bad:
        tell_bad(each)
    for name, waiting in Counter(each.target for each in bad if each.waits).items():
        tell(
            counted(
                "1 more script waits for the line {line}, whose faults are told above; mend them first",
                "{number} more scripts wait for the line {line}, whose faults are told above; mend them first",
                waiting,
                line=name,
            ),
            err=True,
        )
    calls_come = play_each(scripts, local_lines.target, jobs, play_any)
    with progress(len(scripts), phrase("playing"), quiet=as_json) as shown:
        for script, call in zip(scripts, calls_come, strict=True):
            shown.advance(script.line)
            if isinstance(call, BadScript):
                bad.append(call)
                tell_bad(call)
                continue
            played.append((script, call))
            if as_json:
                click.echo(report.json_line(call), nl=False)
            else:
                for text in told.lines(call):
                    shown.echo(text)
    seconds = time.perf_counter() - began

    calls = [call for _, call in played]
    if junit_file:
        junit_file.write(report.junit(calls, seconds, bad))
    if not played and not as_written:
        context.exit(BAD_INPUT)
    covered = CoverageReport.of(asked, lines, [one for each in played for one in calls_of(*each)])
    covered.tell_gaps(err=as_json)
    click.echo(report.summary(calls, seconds, len(bad), len(as_written)), err=as_json)
    enough = covered.tell_figures(err=as_json)
    if bad:
        context.exit(BAD_INPUT)
    context.exit(1 if not enough or not all(call.passed for call in calls) else 0)
