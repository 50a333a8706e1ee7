"""A failed call is told from its beginning to where it went wrong, with the lines of the script and of the menu there.

Beside what the script expected stands what came, and between the sentences of the dialogue the way through the menu,
each step of it with its place in the YAML. Keys and words of the caller are told as the transcript conceals them; a
script's own line is quoted only where it expects something, since others may hold a password.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from ivr.flow.graph import edges
from ivr.flow.line import Line
from ivr.flow.nodes import Edge
from ivr.replay.call_result import result_of
from ivr.replay.coverage import edge_name
from ivr.replay.script import Script
from ivr.replay.traced_turns import TracedTurn, traced_turns
from ivr.replay.written_states import opening_of, written_lines
from ivr.simulator.phones import steps
from ivr.simulator.phones.dialogue import dialogue
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.step_matching import describe
from ivr.simulator.transcript import Event, Transcript
from ivr.source.diagnostics import Mark
from value_class import value_class

COLUMN: Final = 56
"""Characters of each of the two columns: two of them stand beside each other on a terminal of 120."""

QUOTED: Final = 5
"""Lines of a file that are quoted at most."""


@value_class
class FailedCall:
    """A call of ``script``, which ``phone`` made; ``line`` is the line of ours that was called, where it was one.

    ``failures`` are told as the script's runner tells them: ``file:line: what was expected and what came``.
    """

    script: Script
    transcript: Transcript
    failures: Sequence[str]
    phone: ScriptedPhone
    line: Line | None = None

    def lines(self) -> Iterator[str]:
        """Yield the whole report; the first line is the first failure, so that a list of failures can quote it."""
        yield from self.failures
        yield ""
        when = f"{self.script.at:%a %Y-%m-%d %H:%M}"
        yield f"{self.script.where}: {self.script.title}, a call to {self.transcript.target} on {when}"
        yield ""
        yield from self._dialogue()
        yield ""
        yield from self._beside_each_other()
        yield from self._of_the_menu()

    def _dialogue(self) -> Iterator[str]:
        known = {edge_name(edge): edge for edge in edges(self.line)} if self.line else {}
        told = self._events()
        turns = (TracedTurn(0.0, 0), *traced_turns(self.transcript))  # an outbound call rings before its first turn
        ends = [*(turn.begins for turn in turns[1:]), len(told)]
        for turn, end in zip(turns, ends, strict=True):
            for walked in turn.edges:
                edge = known.get(walked)
                yield _row(_place(edge.mark) if edge else "", _way(walked, edge))
            events = (event for event in told[turn.begins : end] if event.kind != "request")
            yield from dialogue({"t": event.t, "kind": event.kind, **event.details} for event in events)

    def _events(self) -> list[Event]:
        """What happened, without what the simulator does where a script has failed: it hangs up."""
        events = list(self.transcript.events)
        while self.phone.gave_up and events and (events[-1].kind == "hangup" or _is_empty_recording(events[-1])):
            events.pop()
        return events

    def _beside_each_other(self) -> Iterator[str]:
        yield from side_by_side(*self._wrong())

    def _wrong(self) -> tuple[str, Sequence[str], Sequence[str]]:
        """Where the script expects what did not come, its lines there, and what came."""
        heard = self.phone.prompt_log.heard
        unmet = self.phone.unmet
        if unmet is not None:
            came = [f"“{heard}”"] if heard else ["nothing was spoken since the caller's last act"]
            if not self.phone.gave_up:
                came.append("and the call ended")
            return unmet.where, [*_expected(unmet), *self._words_of(unmet)], came
        result = result_of(self.transcript)
        for expectation in self.script.expected:
            if failure := expectation.unmet(result):
                return (
                    _place(expectation.mark),
                    quoted_from(expectation.mark),
                    [failure.partition(", but ")[2] or failure],
                )
        return self.script.where, ["a call in which nothing fails"], self.failures[:1]

    def _words_of(self, step: steps.Step) -> Iterator[str]:
        """The words of a prompt that the script hears by its name."""
        if self.line and isinstance(step, steps.Hear | steps.NotHear) and step.prompt:
            text = self.line.prompts.texts[step.prompt].text
            yield from ("", f"“{text}”", _place(text.mark))

    def _of_the_menu(self) -> Iterator[str]:
        """The state in which the call stood in the end, as the menu has it."""
        entered = [state for turn in traced_turns(self.transcript) for state in turn.states]
        node = self.line.states.get(entered[-1]) if self.line and entered else None
        if node is None:
            return
        yield ""
        mark = opening_of(node)
        yield f"the call stood in {node.name}: {_place(mark)}"
        yield from (f"    {line}" for line in quoted_from(mark))


def side_by_side(where: str, expected: Sequence[str], came: Sequence[str]) -> Iterator[str]:
    """Yield two columns: what a script expects at ``where``, and what came instead."""
    left = ["expected", where, *expected]
    right = ["came instead", "", *came]
    for number, (one, two) in enumerate(zip_longest(_folded(left), _folded(right), fillvalue="")):
        yield f"    {one:<{COLUMN}} │ {two}".rstrip()
        if number == 0:
            yield f"    {'─' * COLUMN}─┼─{'─' * COLUMN}"


def _is_empty_recording(event: Event) -> bool:
    return event.kind == "record" and not event["seconds"]


def _row(place: str, what: str) -> str:
    return f"{'':9}{'menu':<7}  {what}{f'   {place}' if place else ''}"


def _way(walked: str, edge: Edge | None) -> str:
    source, _, rest = walked.partition(">")
    trigger, _, target = rest.partition(">")
    return f"{source} → {target} ({edge.label if edge and edge.label else trigger})"


def _place(mark: Mark) -> str:
    return f"{mark.file}:{mark.line}"


def _expected(step: steps.Step) -> list[str]:
    """What the step wants: as it is written where that is heard, else without what the caller gives."""
    match step:
        case steps.Hear() | steps.NotHear() | steps.Play():
            file, _, line = step.where.rpartition(":")
            return quoted_from(Mark(file, int(line), 1)) if line.isdigit() else [str(step)]
        case _:
            return [describe(step)]


def quoted_from(mark: Mark) -> list[str]:
    """Return the line at ``mark`` as it is written, and those below it that belong to it, being indented deeper."""
    written = written_lines(mark.file)[mark.line - 1 :]
    if not written:
        return []
    depth = len(written[0]) - len(written[0].lstrip())
    quoted = [written[0]]
    for line in written[1:]:
        if not line.strip() or len(line) - len(line.lstrip()) <= depth:
            break
        quoted.append(line)
    more = ["..."] if len(quoted) > QUOTED else []
    return [*textwrap.dedent("\n".join(quoted[:QUOTED])).splitlines(), *more]


def _folded(lines: Sequence[str]) -> Iterator[str]:
    """The lines, each in as many as the column takes."""
    for line in lines:
        depth = len(line) - len(line.lstrip()) + 2
        parts = textwrap.wrap(
            line, COLUMN, subsequent_indent=" " * depth, break_on_hyphens=False, break_long_words=False
        )
        yield from parts or [""]
