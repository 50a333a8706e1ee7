"""``ivr mutate`` changes a line's menu and routing in hundreds of ways, and tells which change no script notices."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli import BAD_INPUT
from ivr.cli.lines import flows_folder, folder_of
from ivr.errors import TargetError
from wording import message, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.cli.targets import LocalLines
    from ivr.flow.line import Line
    from ivr.replay.reached_places import ReachedPlaces
    from ivr.replay.script import BadScript, Script


@click.command(short_help="Tell which changes of a line's menu no call script would notice.")
@click.argument("line")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that try changes at the same time (default: as many as there are processors).",
)
@click.option("--json", "as_json", is_flag=True, help="One object a change (JSON Lines) on standard output.")
@click.option("--all", "tell_all", is_flag=True, help="Tell every change, not only those that no script noticed.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit 1 where a smaller share of the changes was noticed.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Decides to where ways lead that lead elsewhere.")
@click.pass_context
def mutate(
    context: click.Context,
    line: str,
    jobs: int | None,
    as_json: bool,
    tell_all: bool,
    fail_under: float | None,
    seed: int,
) -> None:
    """Change the menu and the routing of LINE (a name or a folder) in hundreds of ways, one at a time, and play its
    call scripts on each, until one notices.

    Keys are swapped and left out, ways lead elsewhere, checks always answer the same, questions are passed over,
    counters end sooner or later, hours and rotas are shifted, destinations ring others. No words are changed. A change
    that no call can tell is proven so, and counts apart, as one does that ivr check refuses. The files are not touched.

    Exits 0; 1 where less was noticed than --fail-under, or a script fails without any change; 2 where a script cannot
    be played.
    """
    from app import create_app
    from ivr.channels import RULES
    from ivr.cli.language import spoken, tell
    from ivr.cli.mutation_report import MutationReport, of_script, unnoticed, words_of
    from ivr.cli.targets import LocalLines
    from ivr.cli.terminal import progress
    from ivr.flow.mutants.mutable_line import MutableLine
    from ivr.replay.mutation import Mutation

    folder = folder_of(line, flows_folder())
    mutable = MutableLine.read(folder, RULES, seed)
    mutants = list(mutable.mutants())
    local_lines = LocalLines(create_app, flows_folder())
    loaded = local_lines.line(line)
    local_lines.prepare()
    jobs = jobs or os.cpu_count() or 1
    scripts, bad = _scripts(local_lines, line, folder)
    for each in bad:
        for diagnostic in each.diagnostics:
            click.echo(diagnostic.put(spoken), err=True)
    if not scripts:
        raise TargetError(
            message(
                "line-without-scripts", "no call script of {line} can be played; ivr explore writes some", line=line
            )
        )
    calls, failing = _reached(local_lines, loaded, scripts, jobs)
    for script in failing:
        tell(of_script(script.where), err=True)
    mutation = Mutation(mutable, mutants, calls, local_lines.target_on)
    report = MutationReport()
    with progress(len(mutants), phrase("changing"), quiet=as_json) as shown:
        for tried in mutation.try_each(jobs):
            report.add(tried)
            shown.advance()
            if as_json:
                click.echo(json.dumps(words_of(tried), ensure_ascii=False))
            elif tell_all or tried.verdict == "unnoticed":
                for text in unnoticed(tried):
                    shown.echo(spoken(text))
    report.tell(err=as_json)
    tell(report.figure(fail_under), err=as_json)
    if bad:
        context.exit(BAD_INPUT)
    context.exit(1 if failing or (fail_under is not None and report.percent < fail_under) else 0)


def _scripts(local_lines: LocalLines, name: str, folder: Path) -> tuple[list[Script], list[BadScript]]:
    """The scripts in the line's folder, and those of them that cannot be played."""
    from ivr.cli.targets import playable
    from ivr.replay.script import ScriptLines, find_scripts, read_all

    read, bad = read_all(find_scripts([folder]), ScriptLines(None, None, name, local_lines.prompts))
    scripts, unknown, _ = playable([script for script in read if script.line == name], local_lines)
    return scripts, [*bad, *unknown]


def _reached(
    local_lines: LocalLines, line: Line, scripts: Sequence[Script], jobs: int
) -> tuple[list[ReachedPlaces], list[Script]]:
    """Where each script comes to on the line as it is, and those that fail on it, which can notice nothing."""
    from ivr.replay.reached_places import ReachedPlaces
    from ivr.replay.runner import Played, play_each

    reached, failing = [], []
    for script, played in zip(scripts, play_each(scripts, local_lines.target, jobs), strict=True):
        if isinstance(played, Played) and played.passed:
            reached.append(ReachedPlaces.of(script, played, line))
        else:
            failing.append(script)
    return reached, failing
