"""The tree of a menu is its outline in letters, as wide as a terminal: rows are branches, and chapters stand apart."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from ivr.flow.graph.outline import Box, Card, Outline, Row
from ivr.flow.graph.overlay import NoOverlay, Overlay
from ivr.flow.graph.ways import Badge
from ivr.flow.line import Line

NARROWEST: Final = 40
"""Columns; a tree of four cards with a name in each needs as many."""


class Letters(NamedTuple):
    """The signs that a tree is made of."""

    fork: str
    last: str
    pipe: str
    onward: str
    down: str
    people: str
    says: str
    ends: str
    back: str
    repeat: str


UNICODE: Final = Letters("├─ ", "└─ ", "│  ", "→", "↓", "☎", "»", "■", "←", "↻")
PLAIN: Final = Letters("|- ", "`- ", "|  ", "->", "v", "call", "says", "end", "<-", "again")
"""For what shows ASCII only."""

_PLAIN_SIGNS: Final = str.maketrans({"✗": "-", "×": "x", "▸": ">"})
"""Figures of an overlay in ASCII."""


def tree(
    outline: Outline,
    width: int,
    letters: Letters = UNICODE,
    overlay: Overlay | None = None,
    words: Callable[[str], str] = str,
) -> str:
    """The tree of ``outline``; no line of it is wider than ``width`` columns, or NARROWEST where that is more.

    ``words`` puts what ``overlay`` shows into another language.
    """
    header, laid = outline.line.header, overlay or NoOverlay()
    writer = _Writer(outline, max(width, NARROWEST), letters, laid)
    head = f"{outline.line.name}  {header.number}  menu version {outline.line.version}"
    rows = list(writer.wrapped(head, "", ""))
    if laid.legend:
        rows += writer.wrapped(writer.figure(words(laid.legend)), "", "")
    for chapter in outline.chapters:
        rows.append("")
        if chapter.state != header.start:
            sources = [name for name in outline.led_from[chapter.state] if name != chapter.state]
            more = f" +{len(sources) - 3}" if len(sources) > 3 else ""
            if sources:
                rows += writer.wrapped(f"{', '.join(sources[:3])}{more} {letters.down}", "", "")
        rows += writer.card(chapter, "")
    return "".join(f"{row.rstrip()}\n" for row in rows)


class _Writer:
    def __init__(self, outline: Outline, width: int, letters: Letters, overlay: Overlay) -> None:
        self._line: Line = outline.line
        self._width = width
        self._letters = letters
        self._overlay = overlay

    def figure(self, told: str) -> str:
        """What an overlay tells, in signs that the terminal has."""
        return told.translate(_PLAIN_SIGNS) if self._letters is PLAIN else told

    def wrapped(self, text: str, first: str, rest: str) -> Iterator[str]:
        """``text`` behind ``first``, going on behind ``rest`` where it is too long; a word that is, is cut."""
        room = self._width - len(rest)
        words = (word if len(word) <= room else f"{word[: room - 1]}…"[:room] for word in text.split(" "))
        yield from textwrap.wrap(
            " ".join(words),
            self._width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def card(self, card: Card, indent: str) -> Iterator[str]:
        """Every box of a card, one below the other at the same depth."""
        for at in range(len(card.boxes)):
            yield from self.wrapped(self._name(card.boxes[at]), indent, indent + "   ")
            yield from self._rows(card, at, indent)

    def _name(self, box: Box) -> str:
        node = self._line.states[box.state]
        badges = "  ".join(map(self._badge, box.badges))
        return f"{box.state} ({' '.join((node.kind, *node.about))})" + (f"  {badges}" if badges else "")

    def _rows(self, card: Card, at: int, indent: str) -> Iterator[str]:
        box = card.boxes[at]
        below = card.boxes[at + 1].state if at + 1 < len(card.boxes) else None
        beside = {each.state: each for each in box.branches}
        rows = [row for row in box.rows if self._told(row, below)]
        for number, row in enumerate(rows, 1):
            is_last = number == len(rows)
            first = indent + (self._letters.last if is_last else self._letters.fork)
            rest = indent + (" " * len(self._letters.pipe) if is_last else self._letters.pipe)
            begins = beside.pop(row.onward, None) if row.onward and not row.told else None
            yield from self.wrapped(self._row(row, below, begins), first, rest + "   ")
            if begins:
                yield from self._rows(begins, 0, rest)
                yield from self.card(Card(begins.boxes[1:]), rest)

    def _told(self, row: Row, below: str | None) -> bool:
        """Return whether it says what is not seen: one that only leads to the box below it does not."""
        passed = self._overlay.way(row.way.edges).told
        return bool(row.way.signs or row.told or row.onward != below or passed)

    def _row(self, row: Row, below: str | None, begins: Card | None) -> str:
        """``below`` is the box that follows, ``begins`` the card that begins here and is told in the same line."""
        letters = self._letters
        parts = [] if row.destination else [", ".join(sign.text for sign in row.way.signs)]
        parts += (f"{self._icon(state)} {state}" for state in row.told)
        if row.destination:
            parts.append(f"{letters.people} {row.destination.text}")
        if begins:
            parts[-1] += ":" if row.way.signs and row.way.signs[-1].kind != "key" else ""
            parts.append(self._name(begins.boxes[0]))
        elif row.onward and not row.told and row.onward == below:
            parts.append(letters.down)
        elif row.onward:
            parts.append(f"{letters.onward} {row.onward}")
        passed = self._overlay.way(row.way.edges).told
        if passed and begins:
            parts.insert(-1, self._figured(passed))  # before the state that begins here, which has ways of its own
        elif passed:
            parts.append(self._figured(passed))
        return " ".join(filter(None, parts))

    def _figured(self, told: str) -> str:
        return f"[{self.figure(told)}]"

    def _icon(self, state: str) -> str:
        node = self._line.states[state]
        if node.ends_call:
            return self._letters.ends
        return self._letters.people if node.chooses else self._letters.says

    def _badge(self, badge: Badge) -> str:
        keys = ", ".join(sign.text for sign in badge.way.signs if sign.kind == "key")
        passed = self._overlay.way(badge.way.edges).told
        return f"{self._badge_of(badge, keys)} {self._figured(passed)}" if passed else self._badge_of(badge, keys)

    def _badge_of(self, badge: Badge, keys: str) -> str:
        letters = self._letters
        if badge.does == "repeat":
            return f"{keys} {letters.repeat}"
        if badge.does == "back":
            return f"{keys} {letters.back} {badge.way.target}"
        human = self._line.header.human
        name = "" if badge.way.target == human else f" {badge.way.target}"
        return f"{keys} {letters.people}{name}".strip()
