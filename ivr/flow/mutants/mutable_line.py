"""A mutable line is read once; each mutant of it is made of its trees, and only what was changed is read anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from ivr.flow.checks import Rule, check_rules
from ivr.flow.folder import MENU, ROUTING, load_line, read_states
from ivr.flow.header import read_header
from ivr.flow.line import Line
from ivr.flow.mutants.desks import desk_mutants, table_mutants
from ivr.flow.mutants.mutant import Mutant
from ivr.flow.mutants.patience import patience_mutants, scopes_asked
from ivr.flow.mutants.times import time_mutants
from ivr.flow.mutants.tree import edited
from ivr.flow.mutants.ways import way_mutants
from ivr.flow.mutants.written_line import WrittenLine
from ivr.flow.routing_file import read_routing
from ivr.source.diagnostics import Diagnostic, Diagnostics
from ivr.source.fields import Fields
from ivr.source.yaml import Mapping, load
from wording import phrase


@dataclass(frozen=True)
class MutableLine:
    """A sound line, as it was read and as it is written; ``rules`` are those of the channels that bring its calls."""

    written: WrittenLine
    rules: Sequence[Rule]

    @classmethod
    def read(cls, folder: FilePath, rules: Sequence[Rule] = (), seed: int = 0) -> MutableLine:
        """Read the line in ``folder``. Raises FlowError where it has faults."""
        line = load_line(folder, rules=rules)
        roots = []
        for file in (MENU, ROUTING):
            (root,) = load(folder / file, Diagnostics())
            if not isinstance(root, Mapping):
                raise TypeError(f"{file} was read as a mapping a moment ago")
            roots.append(root)
        return cls(WrittenLine(line, roots[0], roots[1], seed), rules)

    @property
    def line(self) -> Line:
        """Return the line as it is."""
        return self.written.line

    def mutants(self) -> Iterator[Mutant]:
        """Yield every mutant, in the order of the files."""
        written = self.written
        operators = (way_mutants, patience_mutants, scopes_asked, time_mutants, desk_mutants, table_mutants)
        found = [mutant for operator in operators for mutant in operator(written)]
        yield from sorted(found, key=lambda mutant: (mutant.file, mutant.mark.line))

    def make(self, mutant: Mutant) -> Line | Diagnostic:
        """Return the line with the change of ``mutant``, or the first thing for which ``ivr check`` refuses it."""
        diagnostics = Diagnostics()
        line = self._menu(mutant, diagnostics) if mutant.file == MENU else self._routing(mutant, diagnostics)
        if line and not diagnostics.errors:
            check_rules(line, diagnostics, rules_of_channels=self.rules, advise=False)
        if line is None or diagnostics.errors:
            return min(diagnostics.errors)
        return line

    def _menu(self, mutant: Mutant, diagnostics: Diagnostics) -> Line | None:
        written = self.written
        menu = edited(written.menu, mutant.edits)
        if not isinstance(menu, Mapping):
            return None
        before = written.line
        fields = Fields(menu, phrase("the menu file"), diagnostics)
        if any(edit.path[0] == "line" for edit in mutant.edits):
            header, defaults = read_header(fields, diagnostics)
            states, _ = read_states(fields, defaults, diagnostics)
            return replace(before, header=header, states=states) if header else None
        # Whatever the header says is the same, so that only states that were changed need be read.
        changed = {str(edit.path[1]) for edit in mutant.edits}
        title, every = menu.entries["states"]
        few = (
            {name: entry for name, entry in every.entries.items() if name in changed}
            if isinstance(every, Mapping)
            else {}
        )
        part = Fields(Mapping({"states": (title, Mapping(few, every.mark))}, menu.mark), fields.owner, diagnostics)
        states, _ = read_states(part, before.header.defaults, diagnostics)
        return replace(before, states={**before.states, **states})

    def _routing(self, mutant: Mutant, diagnostics: Diagnostics) -> Line | None:
        routing = edited(self.written.routing, mutant.edits)
        if not isinstance(routing, Mapping):
            return None
        before = self.written.line
        return replace(before, routing=read_routing(routing, before.header.zone, diagnostics))
