"""``CoverageReport`` tells what calls tried of each line: what is missing, tables for a manager, figures, a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import chain
from typing import TYPE_CHECKING, Final

import click

from ivr.cli.terminal import Cell, Column, Look, show_table
from ivr.flow.graph import edges
from ivr.replay.coverage import Coverage
from ivr.replay.coverage_page import coverage_page
from ivr.replay.destination_coverage import ENDINGS, TIMES, DestinationCoverage
from ivr.replay.line_coverage import ASPECTS, MEANINGS, Aspect, AspectName, LineCoverage, cover
from ivr.source.fields import suggest
from value_class import value_class

if TYPE_CHECKING:
    from ivr.cli.new_file import NewFile
    from ivr.flow.line import Line
    from ivr.replay.runner import Played
    from ivr.replay.script import Script

GOOD: Final = 95.0
FAIR: Final = 80.0
"""Shares from which a figure is shown in green, and in yellow."""

TRIED, NOT_TRIED, NEVER = "yes", "no", "-"


@value_class
class CoverageAsked:
    """The user asks for this of the coverage: the ``tables`` with the edges not walked, all else that is ``missing``, a
    ``page``, the least share of aspects (``minimums``), and the ``least`` share of edges.
    """

    tables: bool = False
    missing: bool = False
    page: NewFile | None = None
    minimums: Mapping[AspectName, float] = field(default_factory=dict)
    least: float | None = None

    @property
    def of_all(self) -> bool:
        """Return whether more is asked for than the edges."""
        return self.tables or self.page is not None or bool(self.minimums)


@value_class
class CoverageReport:
    """The coverage of every line that was called, as far as it was ``asked`` for."""

    asked: CoverageAsked
    edges: tuple[Coverage, ...]
    lines: tuple[LineCoverage, ...]

    @classmethod
    def of(
        cls, asked: CoverageAsked, lines: Mapping[str, Line], played: Sequence[tuple[Script, Played]]
    ) -> CoverageReport:
        """Work it out of the ``played`` calls, each with its script; write the page where one is asked for."""
        calls = {name: [each for each in played if each[0].line == name] for name in lines}
        walked = {name: frozenset[str]().union(*(call.edges for _, call in each)) for name, each in calls.items()}
        of_edges = asked.tables or asked.least is not None
        report = cls(
            asked,
            tuple(Coverage(name, edges(line), walked[name]) for name, line in lines.items()) if of_edges else (),
            tuple(cover(line, calls[name]) for name, line in lines.items()) if asked.of_all else (),
        )
        if asked.page:
            asked.page.write(coverage_page(report.lines))
        return report

    def tell_gaps(self, *, err: bool) -> None:
        """Print each edge that no call walked, all else that was not tried where it is asked for, and the tables."""
        for text in chain.from_iterable(one.gaps() for one in self.edges):
            click.echo(text, err=err)
        for text in chain.from_iterable(missing(one) for one in self.lines if self.asked.missing):
            click.echo(text, err=err)
        for covered in self.lines if self.asked.tables else ():
            _show(covered, err=err)

    def tell_figures(self, *, err: bool) -> bool:
        """Print the share of edges, and each share below what is asked for; return whether none is."""
        enough = True
        for one in self.edges:
            too_low = self.asked.least is not None and one.percent < self.asked.least
            wanted = f"; at least {self.asked.least:g} % are asked for" if too_low else ""
            click.echo(one.figure + wanted, err=err)
            enough = enough and not too_low
        for text in below(self.lines, self.asked.minimums):
            click.echo(text, err=err)
            enough = False
        return enough


def _show(covered: LineCoverage, *, err: bool) -> None:
    calls = f"{covered.calls} call{'' if covered.calls == 1 else 's'}"
    columns = [Column(f"{covered.name}, {calls}"), Column("tried", True), Column("of", True), Column("%", True)]
    show_table(columns, [_row(aspect) for aspect in covered.aspects], err=err)
    if covered.destinations:
        headings = [Column("destination"), *(Column(name) for name in (*TIMES, *ENDINGS))]
        show_table(headings, [_of_destination(each) for each in covered.destinations], err=err)


def look_of(percent: float) -> Look:
    """Return how a share looks."""
    return "good" if percent >= GOOD else "fair" if percent >= FAIR else "bad"


def _row(aspect: Aspect) -> list[Cell]:
    look = look_of(aspect.percent)
    return [
        Cell(MEANINGS[aspect.name]),
        Cell(str(aspect.tried)),
        Cell(str(aspect.total)),
        Cell(f"{aspect.percent:.1f}", look),
    ]


def _of_destination(each: DestinationCoverage) -> list[Cell]:
    return [
        Cell(each.name),
        *_marks(TIMES, each.possible_times, each.tried_times),
        *_marks(ENDINGS, each.possible_endings, each.tried_endings),
    ]


def _marks(every: Iterable[str], possible: Iterable[str], tried: Iterable[str]) -> list[Cell]:
    may, did = set(possible), set(tried)
    return [
        Cell(TRIED, "good") if each in did else Cell(NOT_TRIED, "bad") if each in may else Cell(NEVER, "faint")
        for each in every
    ]


def read_minimums(written: Iterable[str]) -> dict[AspectName, float]:
    """Read what ``--fail-under`` asks for: ``states=100``, or ``90`` of every aspect that is not named."""
    named: dict[AspectName, float] = {}
    of_all: float | None = None
    for text in written:
        name, equals, figure = text.rpartition("=")
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", figure) or float(figure) > 100:
            raise click.BadParameter(f"write a share from 0 to 100, such as 90 or edges=95, not '{text}'")
        if not equals:
            of_all = float(figure)
        elif name in ASPECTS:
            named[name] = float(figure)
        else:
            known = ", ".join(ASPECTS)
            raise click.BadParameter(f"there is no aspect '{name}'{suggest(name, ASPECTS)} (there are: {known})")
    return named if of_all is None else dict.fromkeys(ASPECTS, of_all) | named


def below(lines: Iterable[LineCoverage], minimums: Mapping[AspectName, float]) -> Iterator[str]:
    """Yield each aspect of which less was tried than is asked for, with both shares."""
    for covered in lines:
        for aspect in covered.aspects:
            least = minimums.get(aspect.name)
            if least is not None and aspect.percent < least:
                share = f"{aspect.tried} of {aspect.total} {aspect.name} ({aspect.percent} %)"
                yield f"coverage of {covered.name}: {share}; at least {least:g} % are asked for"


def missing(covered: LineCoverage) -> Iterator[str]:
    """Yield everything that was not tried, at its place; edges are told in words of their own."""
    for aspect in covered.aspects:
        if aspect.name in {"edges", "lines"}:
            continue
        for thing in aspect.missing():
            yield f"  {thing.mark.file}:{thing.mark.line}: not tried: {_NOUNS[aspect.name]} {thing.told}"


_NOUNS: Final[dict[AspectName, str]] = {
    "states": "the state",
    "prompts": "the prompt",
    "outcomes": "the outcome",
    "times": "the time",
}
