"""Commands show tables, and the progress of long work, to people at a terminal; in a pipe they are plain and quiet.

rich is loaded only where a person looks, so that no command pays for it in a pipe; it keeps ``NO_COLOR`` and ``TERM``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol, TypeAlias, TypeVar

import click

from ivr.cli.language import spoken
from wording import phrase

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

T = TypeVar("T")

Look: TypeAlias = Literal["plain", "good", "fair", "bad", "faint"]
"""How a cell looks where colours are seen; its words say the same without them."""

_STYLES: Final[dict[Look, str]] = {"plain": "", "good": "green", "fair": "yellow", "bad": "bold red", "faint": "dim"}


READABLE: Final = 10
"""Characters into which a cell may be broken and still be read."""


class Cell(NamedTuple):
    """One cell of a table."""

    text: str
    look: Look = "plain"


class Column(NamedTuple):
    """One column of a table: its heading, whether it holds figures, which stand at its right, and whether its cells
    stay ``whole`` however narrow the window is, so that they can be copied.
    """

    heading: str
    figures: bool = False
    whole: bool = False


class TreeRow(NamedTuple):
    """A row of a tree, with those below it."""

    cell: Cell
    below: Sequence[TreeRow] = ()


def is_watched(*, err: bool = False) -> bool:
    """Return whether a person looks at standard output (``err``: at standard error)."""
    return (sys.stderr if err else sys.stdout).isatty()


def console(*, err: bool = False) -> Console:
    """Return rich's console for a person who looks; only where ``is_watched`` is true."""
    from rich.console import Console

    return Console(stderr=err, highlight=False)


def show_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, err: bool = False) -> None:
    """Print ``rows`` below the headings: with lines and colours where a person looks, else in plain columns."""
    if not is_watched(err=err):
        for text in plain_table(columns, rows):
            click.echo(text, err=err)
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for number, column in enumerate(columns):
        # A window may be narrow: headings break then, and what a row is of stays whole.
        table.add_column(
            Text(column.heading),
            justify="right" if column.figures else "left",
            overflow="fold",
            no_wrap=number == 0 or column.whole,
        )
    for row in rows:
        table.add_row(*(Text(cell.text, style=_STYLES[cell.look]) for cell in row))
    console(err=err).print(table)


def show_rows(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], lines: Iterable[str]) -> None:
    """Show a person the table, and give a pipe the ``lines`` that programs have read since before there was one.

    A window that is too narrow for the table gets them as well.
    """
    if rows and is_watched() and _least_width(columns, rows) <= console().width:
        show_table(columns, rows)
        return
    for line in lines:
        click.echo(line)


def _least_width(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> int:
    """The characters that the table takes where what may break is broken as far as it can be read."""
    widths = [max(len(row[number].text) for row in rows) for number in range(len(columns))]
    kept = (
        width if number == 0 or column.whole else min(width, READABLE)
        for number, (width, column) in enumerate(zip(widths, columns, strict=True))
    )
    return sum(kept) + 2 * len(columns)


def show_tree(roots: Iterable[TreeRow], lines: Iterable[str]) -> None:
    """Show a person the rows as trees, and give a pipe the ``lines``."""
    if not is_watched():
        for line in lines:
            click.echo(line)
        return
    from rich.text import Text
    from rich.tree import Tree

    def grow(row: TreeRow) -> Tree:
        tree = Tree(Text(row.cell.text, style=_STYLES[row.cell.look]), guide_style="dim")
        tree.children = [grow(below) for below in row.below]
        return tree

    screen = console()
    for root in roots:
        screen.print(grow(root))


def show_signs(line: str, looks: Mapping[str, Look]) -> None:
    """Print a line that is drawn with signs: each as it looks where a person looks, and as it is in a pipe."""
    if not is_watched():
        click.echo(line)
        return
    from rich.text import Text

    drawn = Text()
    for look, signs in groupby(line, lambda sign: looks.get(sign, "plain")):
        drawn.append("".join(signs), _STYLES[look])
    console().print(drawn, soft_wrap=True)


def plain_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """Yield the lines of the table as a pipe gets it: columns two blanks apart, the headings first."""
    cells = [[column.heading for column in columns], *([cell.text for cell in row] for row in rows)]
    widths = [max(len(row[number]) for row in cells) for number in range(len(columns))]
    for row in cells:
        parts = (
            text.rjust(width) if column.figures else text.ljust(width)
            for text, width, column in zip(row, widths, columns, strict=True)
        )
        yield "  ".join(parts).rstrip()


class ShownProgress(Protocol):
    """A command tells it how far its long work has come."""

    def advance(self, what: str = "") -> None:
        """Say that one more of the whole is done, and ``what`` is at work now."""
        ...

    def echo(self, text: str, *, err: bool = False) -> None:
        """Print a line of the command's own output above what is shown of the progress."""
        ...


class _Unseen:
    """Progress at which nobody looks: the command's own lines, and nothing else."""

    def advance(self, what: str = "") -> None:
        pass

    def echo(self, text: str, *, err: bool = False) -> None:
        click.echo(text, err=err)


class _Bar:
    """A bar with what is done, how long it took and how long it may still take."""

    def __init__(self, bar: RichProgress, task: TaskID, doing: str) -> None:
        self._bar, self._task, self._doing = bar, task, doing

    def advance(self, what: str = "") -> None:
        self._bar.update(self._task, advance=1, description=f"{self._doing} {what}".rstrip())

    def echo(self, text: str, *, err: bool = False) -> None:
        if is_watched(err=err):
            self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            click.echo(text, err=err)


@contextmanager
def progress(total: int, doing: str, *, quiet: bool = False) -> Iterator[ShownProgress]:
    """Show how far ``doing`` has come of ``total``, until it is over, where a person looks at standard error.

    Nothing is shown in a pipe, where ``quiet`` (``--json``), and where there is one thing to do or none.
    """
    if quiet or total < 2 or not is_watched(err=True):
        yield _Unseen()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn(spoken(phrase("left"))),
        TimeRemainingColumn(),
    )
    shown = console(err=not is_watched())
    with RichProgress(*columns, console=shown, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        yield _Bar(bar, bar.add_task(spoken(doing), total=total), spoken(doing))


def watched(things: Iterable[T], doing: str, total: int) -> Iterator[T]:
    """Yield each of the ``total`` things, and show how far ``doing`` has come of them as ``progress`` does."""
    with progress(total, doing) as shown:
        for thing in things:
            yield thing
            shown.advance()
