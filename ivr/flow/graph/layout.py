"""A layout gives every card of an outline its place on paper, in pixels.

Cards stand in columns, those that begin at a card to the right of it; chapters fill what room the ones before them
left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from ivr.flow.graph.outline import Box, Card, Outline, Row
from ivr.flow.graph.paper import ChapterShape, Paper
from ivr.flow.graph.setting import CARD, GAP, LETTER, LINE, PAD, Piece, cut, set_badges, set_caption, set_row, shortened
from ivr.flow.graph.ways import Badge, Way
from ivr.flow.line import Line
from value_class import value_class

GUTTER: Final = 40
"""Between two columns: what the curves from row to card need."""

HEAD: Final = 28
"""The height of the name of a state."""

FOOT: Final = 6
"""Below the last line of a box."""

BETWEEN: Final = 16
"""Between two cards of a column."""


@value_class
class PlacedRow:
    """A row, or the badges, of a box: lines of pieces, the first of them ``top`` below the top of its card."""

    row: Row | None
    badges: tuple[Badge, ...]
    top: float
    lines: tuple[tuple[Piece, ...], ...]

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways that it tells."""
        return (self.row.way,) if self.row else tuple(badge.way for badge in self.badges)

    @property
    def bottom(self) -> float:
        """Return where its last line ends."""
        return self.top + LINE * len(self.lines)


@value_class
class PlacedBox:
    """A box that begins ``top`` below the top of its card and ends at ``bottom``."""

    box: Box
    name: str
    kind: str
    top: float
    bottom: float
    rows: tuple[PlacedRow, ...]


@dataclass(slots=True)
class PlacedCard:
    """A card whose top left corner is at ``x`` and ``y``. It begins at the row ``at`` of ``before``, or a chapter.

    The ``caption`` of a chapter stands above it, and tells where calls come from.
    """

    x: float
    y: float
    boxes: tuple[PlacedBox, ...]
    before: PlacedCard | None = None
    at: PlacedRow | None = None
    caption: tuple[Piece, ...] = ()

    @property
    def height(self) -> float:
        """That of its boxes."""
        return self.boxes[-1].bottom


@value_class
class Layout:
    """Every card of a picture of ``width`` by ``height`` pixels, as they are read."""

    width: float
    height: float
    cards: tuple[PlacedCard, ...]


def lay_out(outline: Outline, words: Callable[[str], str] = str, *, whole: bool = False) -> Layout:
    """The layout of ``outline``: at most four columns, and as many pixels down as it takes.

    ``words`` puts labels of edges into another language. A ``whole`` one has a row for each way, also for one that only
    leads to the box below it.
    """
    paper = Paper()
    cards: list[PlacedCard] = []
    for chapter in outline.chapters:
        placed: list[PlacedCard] = []
        ends: list[float] = []
        _put(_Setting(outline.line, words, whole), chapter, 0, placed, ends)
        placed[0].caption = set_caption(outline, chapter.state)
        column, down = paper.take(_shape(placed))
        for card in placed:
            card.x += column * (CARD + GUTTER)
            card.y += down
        cards += placed
    width = max(card.x for card in cards) + CARD
    return Layout(width, max(card.y + card.height for card in cards), tuple(cards))


def _shape(chapter: list[PlacedCard]) -> ChapterShape:
    columns: dict[float, tuple[float, float]] = {}
    for card in chapter:  # from the top down in each column
        top = card.y if card.before else card.y - LINE  # the caption
        columns[card.x] = (columns.get(card.x, (top, 0))[0], card.y + card.height)
    return ChapterShape(tuple(columns[x] for x in sorted(columns)))


class _Setting(NamedTuple):
    """Whose cards are set, how labels of edges are put, and whether every way has a row."""

    line: Line
    words: Callable[[str], str]
    whole: bool


def _put(
    setting: _Setting,
    card: Card,
    column: int,
    cards: list[PlacedCard],
    ends: list[float],
    before: PlacedCard | None = None,
    at: PlacedRow | None = None,
) -> None:
    """Put ``card`` into its column, below what ends there, and behind it those that begin in it."""
    ends += [0.0] * (column + 1 - len(ends))
    placed = PlacedCard(column * (CARD + GUTTER), ends[column], tuple(_boxes(setting, card)), before, at)
    if before and at:
        placed.y = max(placed.y, before.y + at.bottom - LINE / 2 - HEAD / 2)
    if column + 1 < len(ends) and any(box.branches for box in card.boxes):
        placed.y = max(placed.y, ends[column + 1] - placed.height)  # what begins here begins beside it
    ends[column] = placed.y + placed.height + BETWEEN
    cards.append(placed)
    for box in placed.boxes:
        for branch in box.box.branches:
            row = next(row for row in box.rows if row.row and row.row.onward == branch.state)
            _put(setting, branch, column + 1, cards, ends, placed, row)


def _boxes(setting: _Setting, card: Card) -> Iterator[PlacedBox]:
    top = 0.0
    for number, box in enumerate(card.boxes, 1):
        below = card.boxes[number].state if number < len(card.boxes) else None
        rows: list[PlacedRow] = []
        end = top + HEAD
        for row in box.rows:
            # Else it says nothing that is not seen.
            if setting.whole or row.way.signs or row.told or row.onward != below:
                rows.append(PlacedRow(row, (), end, set_row(row, below, setting.words)))
                end = rows[-1].bottom
        if box.badges:
            rows.append(PlacedRow(None, box.badges, end, set_badges(box.badges, setting.line.header.human)))
            end = rows[-1].bottom
        end += FOOT * bool(rows)
        node = setting.line.states[box.state]
        name = cut(box.state, CARD - 2 * PAD - GAP - LETTER * len(node.kind))
        about = shortened((node.kind, *node.about), CARD - 2 * PAD - GAP - LETTER * len(name))
        yield PlacedBox(box, name, about, top, end, tuple(rows))
        top = end
