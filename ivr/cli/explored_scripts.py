"""``ExploredScripts`` writes call scripts until each goal of a line is come to that calls can come to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.budgets import Budgets
from ivr.call.facts_loader import FactsLoader
from ivr.cli.targets import LocalLines, rehearsal_vault
from ivr.cli.terminal import watched
from ivr.flow.line import Line
from ivr.replay.destination_coverage import cell_name, cells_of_call
from ivr.replay.destination_reach import DestinationReach
from ivr.replay.exploration import Exploration, TriedCall
from ivr.replay.fixture_tickets import apply_fixtures
from ivr.replay.goals import Goals
from ivr.replay.recorder import WrittenStep, quoted, write_script
from ivr.replay.runner import Played, play
from ivr.replay.scenarios import Scenario, scenarios, scenarios_of
from ivr.replay.script import Script, ScriptLines, read_scripts
from wording import phrase


@dataclass
class ExploredScripts:
    """The ``texts`` of the scripts of a line that were written so far; each ``names_line`` where its place does not."""

    local_lines: LocalLines
    name: str
    line: Line
    exploration: Exploration
    reach: DestinationReach
    goals: Goals
    names_line: bool = False
    texts: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Try calls in one scenario after the other, and keep those scripts that come to a goal when they are played.

        First in all scenarios of the line, then in those of each destination of which something is left.
        """
        tried = list(scenarios(self.line))
        for scenario in watched(tried, phrase("trying calls"), len(tried)):
            self._try(scenario, self.goals.worth_trying(scenario, tried[0]))
        left = sorted(self.goals.possible & self.goals.cells.keys())
        for goal in watched(left, phrase("trying destinations"), len(left)):
            destination, seen = self.goals.cells[goal]
            callers = self.exploration.callers.get(destination, ())
            for scenario in scenarios_of(self.line, self.reach, destination, seen, callers):
                if goal not in self.goals.left:
                    break
                self._try(scenario, self.goals.worth_trying(scenario, scenario))

    def _try(self, scenario: Scenario, wanted: set[str]) -> None:
        if not wanted:
            return
        _, database = self.local_lines.rehearsal(self.line)
        fixtures = self._script(self._text("fixtures", scenario, (), ())).fixtures
        if fixtures:
            apply_fixtures(fixtures, database, rehearsal_vault(), self.line)
        loader = FactsLoader(database, rehearsal_vault(), Budgets.unbounded())
        found = self.exploration.try_calls(scenario, loader, wanted)
        for goal, call in sorted(found.items(), key=lambda each: (-len(each[1].done), each[0])):
            if goal in self.goals.left:
                self._keep(scenario, goal, call)

    def _keep(self, scenario: Scenario, goal: str, call: TriedCall) -> None:
        title = self.goals.title(goal)
        script = self._script(self._text(title, scenario, call.steps, ()))
        played = play(script, self.local_lines.target(self.name))
        reached = {cell_name(name, seen) for name, seen in cells_of_call(self.line, script, played)} | played.edges
        if goal in reached and not played.failures:
            self.texts.append(self._text(title, scenario, call.steps, self._expected(played, goal)))
            self.goals.left -= reached

    def _expected(self, played: Played, goal: str) -> Iterator[str]:
        yield f"ended: {played.transcript['status']}"
        yield "error: none"
        if played.destination:
            yield f"destination: {played.destination}"
        if visited := self.goals.visited(goal):
            yield f"visited: [{', '.join(visited)}]"
        else:
            rung = [quoted(event["to"]) for event in played.transcript["events"] if event["kind"] == "dial"]
            yield f"dialled: [{', '.join(rung)}]"

    def _script(self, text: str) -> Script:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "explored.call.yaml"
            path.write_text(text, encoding="utf-8")
            (script,) = read_scripts([path], ScriptLines(Path(folder), None, self.name))
        return script

    def _text(self, title: str, scenario: Scenario, steps: Sequence[WrittenStep], expect: Iterable[str]) -> str:
        line = [f"line: {quoted(self.line.name)}"] if self.names_line else []
        return write_script([f"call: {title}", *line, *scenario.head()], steps, list(expect)).text
