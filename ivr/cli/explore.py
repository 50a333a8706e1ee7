"""``ivr explore`` writes a call script for each edge of a line's menu that no script of the line takes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
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
    from ivr.flow.line import Line
    from ivr.replay.exploration import Exploration, TriedCall
    from ivr.replay.recorder import WrittenStep
    from ivr.replay.runner import Played
    from ivr.replay.scenarios import Scenario
    from ivr.replay.script import Script


@click.command(short_help="Write a call script for each way of the menu that none takes.")
@click.argument("line")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write there, not on standard output.")
@click.option("--anew", is_flag=True, help="Take no notice of the scripts that the line has.")
@force_option
@click.pass_context
def explore(context: click.Context, line: str, out: Path | None, anew: bool, force: bool) -> None:
    """Write a call script for each edge of the menu of LINE (a name or a folder) that no script of it takes.

    Calls are tried with demo customers, at hours, with closed desks and from numbers that make something else happen.
    Each script was played, and takes what its title says. What no call can take is told on standard error, and why.
    Exits 1 where an edge that a call can take was not found.
    """
    from app import create_app
    from ivr.cli.targets import LocalLines
    from ivr.flow.graph import edges
    from ivr.replay.coverage import edge_name
    from ivr.replay.exploration import Exploration

    file = NewFile(out, "--out", force) if out else None
    folder = folder_of(line, flows_folder())
    local_lines = LocalLines(create_app, flows_folder())
    loaded = local_lines.line(line)
    local_lines.prepare()
    every = {edge_name(edge): edge for edge in edges(loaded)}
    walked = frozenset[str]() if anew else _walked(local_lines, line, folder)
    exploration = Exploration(loaded)
    writer = _Writer(local_lines, line, loaded, exploration, set(every) - walked)
    writer.write()
    written = "\n---\n".join(writer.texts)
    if file:
        file.write(written.encode())
    else:
        click.echo(written, nl=False)
    for edge in sorted((every[name] for name in writer.left), key=lambda edge: edge.mark):
        why = exploration.why_never(edge) or phrase("no customer, hour or closure was found with which a call takes it")
        way = {"place": edge.mark, "source": edge.source, "target": edge.target, "trigger": edge.trigger}
        tell(phrase("{place}: {source} → {target} ({trigger}): {why}", why=why, **way), err=True)
    possible = every.keys() & exploration.reachable
    missed = writer.left & possible
    told = counted(
        "{number} new script; {taken} of the {possible} edges that calls can take are taken, of {total} in all",
        "{number} new scripts; {taken} of the {possible} edges that calls can take are taken, of {total} in all",
        len(writer.texts),
        taken=len(possible) - len(missed),
        possible=len(possible),
        total=len(every),
    )
    tell(told, err=True)
    context.exit(1 if missed else 0)


def _walked(local_lines: LocalLines, name: str, folder: Path) -> frozenset[str]:
    """What the scripts of the line walk."""
    from ivr.replay.runner import Played, play_each
    from ivr.replay.script import ScriptLines, find_scripts, read_all

    scripts, _ = read_all(find_scripts([folder]), ScriptLines(None, None, name))
    calls = play_each(scripts, local_lines.target, os.cpu_count() or 1) if scripts else ()
    played = watched(calls, phrase("playing"), len(scripts))
    return frozenset(edge for call in played if isinstance(call, Played) for edge in call.edges)


@dataclass
class _Writer:
    """Writes scripts until every edge is taken that is ``left``."""

    local_lines: LocalLines
    name: str
    line: Line
    exploration: Exploration
    left: set[str]
    texts: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Try calls in one scenario after the other, and keep those scripts that take an edge when they are played."""
        from data.budgets import Budgets
        from ivr.call.facts_loader import FactsLoader
        from ivr.cli.targets import rehearsal_vault
        from ivr.replay.scenarios import scenarios

        tried = list(scenarios(self.line))
        for scenario in watched(tried, phrase("trying calls"), len(tried)):
            wanted = self.left & self.exploration.reachable
            if not wanted:
                return
            _, database = self.local_lines.rehearsal(self.line)
            fixtures = self._script(_text("fixtures", scenario, (), ())).fixtures
            if fixtures:
                fixtures.apply(database, rehearsal_vault(), self.line.name, self.line.header.zone)
            loader = FactsLoader(database, rehearsal_vault(), Budgets.unbounded())
            found = self.exploration.try_calls(scenario, loader, wanted)
            for edge, call in sorted(found.items(), key=lambda each: (-len(each[1].done), each[0])):
                if edge in self.left:
                    self._keep(scenario, edge, call)

    def _keep(self, scenario: Scenario, edge: str, call: TriedCall) -> None:
        from ivr.replay.runner import play

        source, trigger, target = edge.split(">")
        title = f"{source} to {target} ({trigger})"
        script = self._script(_text(title, scenario, call.steps, ()))
        played = play(script, self.local_lines.target(self.name))
        if edge in played.edges and not played.failures:
            self.texts.append(_text(title, scenario, call.steps, _expected(played, source, target)))
            self.left -= played.edges

    def _script(self, text: str) -> Script:
        from ivr.replay.script import ScriptLines, read_scripts

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "explored.call.yaml"
            path.write_text(text, encoding="utf-8")
            (script,) = read_scripts([path], ScriptLines(Path(folder), None, self.name))
        return script


def _expected(played: Played, source: str, target: str) -> Iterator[str]:
    yield f"ended: {played.transcript['status']}"
    yield "error: none"
    if played.destination:
        yield f"destination: {played.destination}"
    yield f"visited: [{source}, {target}]" if source != target else f"visited: [{target}]"


def _text(title: str, scenario: Scenario, steps: Sequence[WrittenStep], expect: Iterable[str]) -> str:
    from ivr.replay.recorder import write_script

    return write_script([f"call: {title}", *scenario.head()], steps, list(expect)).text
