"""An overlay lays onto a drawn menu what became of its ways: which were tried, how many calls went, which one took.

A drawing asks it about each way and each state. What it tells stands in words and figures as well as in colours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal, Protocol

from ivr.flow import triggers
from ivr.flow.line import Line
from ivr.flow.nodes import Edge
from value_class import value_class
from wording import Message, phrase

Look = Literal["", "tried", "partly", "missed", "went", "quiet", "lit"]
"""What a way is to the eye; the same words are classes of the picture. The empty one is as without an overlay."""

Step = tuple[str, str]
"""From one state to the next."""


@value_class
class Passing:
    """It says what became of a way or a state: its ``look``, what is ``told`` beside it (a figure, or nothing), and
    which ``share`` of the most it had, from 0 to 1.
    """

    look: Look = ""
    told: str = ""
    share: float = 0.0


PLAIN: Final = Passing()


class Overlay(Protocol):
    """An overlay answers what a drawing asks; its ``legend`` says in a sentence what is shown."""

    @property
    def legend(self) -> Message:
        """Return what the drawing shows, for its first line."""

    def way(self, edges: Sequence[Edge]) -> Passing:
        """Return what became of a way, which consists of ``edges`` from one state to one other."""

    def state(self, name: str) -> Passing:
        """Return what became of a state."""


class NoOverlay:
    """Lays nothing onto a drawing."""

    legend = Message("", "", {})

    def way(self, edges: Sequence[Edge]) -> Passing:  # noqa: ARG002 - nothing is known of any
        """Return that nothing is told."""
        return PLAIN

    def state(self, name: str) -> Passing:  # noqa: ARG002 - nothing is known of any
        """Return that nothing is told."""
        return PLAIN


class CoverageOverlay:
    """Tells what the calls that were played tried: ``walked`` are the names of edges (``source>trigger>target``)."""

    def __init__(self, walked: Iterable[str], calls: int) -> None:
        self._walked = frozenset(walked)
        self._entered = {state for name in self._walked for state in name.split(">")[::2]}
        self.legend: Message = phrase(
            "✗ not tried by any of {calls} call scripts, 1/2 tried by one of its two keys or answers", calls=calls
        )

    def way(self, edges: Sequence[Edge]) -> Passing:
        """Return how many of its edges were walked."""
        walked = sum(f"{edge.source}>{edge.trigger}>{edge.target}" in self._walked for edge in edges)
        if walked == len(edges):
            return Passing("tried")
        return Passing("partly", f"{walked}/{len(edges)}") if walked else Passing("missed", "✗")

    def state(self, name: str) -> Passing:
        """Return whether a call entered it."""
        return Passing("tried") if name in self._entered else Passing("missed", "✗")


class TrafficOverlay:
    """Tells how many calls went each way; one that went it twice counts once."""

    def __init__(self, ways: Mapping[Step, int], legend: Message) -> None:
        self.legend = legend
        self._ways = ways
        self._most = max(ways.values(), default=1)
        into: Counter[str] = Counter()
        for (source, target), number in ways.items():
            into[source] = max(into[source], number)
            into[target] = max(into[target], number)
        self._states = into

    def way(self, edges: Sequence[Edge]) -> Passing:
        """Return how many calls went it."""
        number = self._ways.get((edges[0].source, edges[0].target), 0)
        return Passing("went", f"×{number}", number / self._most) if number else Passing("quiet", "×0")

    def state(self, name: str) -> Passing:
        """Return whether a call passed it."""
        return Passing("went") if self._states[name] else Passing("quiet")


class PathOverlay:
    """Tells the way that one call took, its steps numbered as they were taken."""

    def __init__(self, steps: Sequence[Step], legend: Message) -> None:
        self.legend = legend
        self._numbers: dict[Step, list[int]] = {}
        for number, step in enumerate(steps, start=1):
            self._numbers.setdefault(step, []).append(number)
        self._passed = {state for step in steps for state in step}

    def way(self, edges: Sequence[Edge]) -> Passing:
        """Return which of the call's steps it was."""
        numbers = self._numbers.get((edges[0].source, edges[0].target))
        return Passing("lit", f"▸{', '.join(map(str, numbers))}", 1.0) if numbers else PLAIN

    def state(self, name: str) -> Passing:
        """Return whether the call passed it."""
        return Passing("lit") if name in self._passed else PLAIN


def calls_by_way(calls: Iterable[Iterable[Step]]) -> tuple[int, Counter[Step]]:
    """Return how many ``calls`` there are, and how many of them took each step."""
    number, ways = 0, Counter[Step]()
    for number, steps in enumerate(calls, start=1):  # noqa: B007 - the last one is how many there are
        ways.update(set(steps))
    return number, ways


def steps_of(number: int, state: str, outcome: str, entered: Sequence[str]) -> list[Step]:
    """Return the steps of the turn ``number`` of a call, which began in ``state``; the first one enters that itself.

    To hear help and be asked again is no step: no way of a drawing tells it.
    """
    if outcome in {triggers.NO_INPUT, triggers.NO_MATCH} and list(entered) == [state]:
        return []
    return list(pairwise(entered if number == 0 else [state, *entered]))


def not_drawn(line: Line, steps: Iterable[Step]) -> set[Step]:
    """Return those of ``steps`` that are no way of ``line``: another version of it had them."""
    known = {(edge.source, edge.target) for node in line.states.values() for edge in node.edges()}
    return {step for step in steps if step not in known}
