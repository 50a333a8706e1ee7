"""Setting puts the words of a card into lines, piece by piece, as a compositor does.

Everything is in letters of one width, so that nothing need be measured; what is too long for a card is cut.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from ivr.flow.graph.outline import Outline, Row
from ivr.flow.graph.ways import Badge, Sign
from value_class import value_class

CARD: Final = 272
"""The width of a card."""

LINE: Final = 20
"""From one line of a card to the next."""

PAD: Final = 10
"""Between the edge of a card and what stands on it."""

LETTER: Final = 7.25
"""The width of a letter at 12 pixels: six tenths, as in all common fonts of this kind."""

KEY: Final = 18
"""The width of a key, and its height."""

ICON: Final = 15
"""The width of an icon and what is left free behind it."""

GAP: Final = 6
"""Between two pieces of a line."""

Looks = Literal["key", "answer", "told", "onward", "rings", "down", "back", "repeat", "people", "from"]


@value_class
class Piece:
    """One word of a card, ``x`` from its left edge and ``width`` wide; ``state`` is the state that it names, if any.

    ``badge`` is the badge that it belongs to.
    """

    looks: Looks
    x: float
    width: float
    text: str
    state: str = ""
    badge: Badge | None = None


_MORE: Final = ICON + GAP + 5 * LETTER
"""What the arrow of a caption takes, and how many states more lead there."""


def cut(text: str, width: float) -> str:
    """``text``, without its middle where it is wider than ``width`` pixels: names differ in how they begin and end."""
    most = max(int(width / LETTER), 3)
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}…{text[len(text) - (most - 1) + most // 2 :]}"


def shortened(words: tuple[str, ...], width: float) -> str:
    """The first of ``words``, and as many of the others as fit."""
    fits = [count for count in range(2, len(words) + 1) if _wide(" ".join(words[:count])) <= width]
    return " ".join(words[: max(fits, default=1)])


class _Setter:
    """Sets one piece after the other, and begins a new line where one does not fit."""

    def __init__(self) -> None:
        self._lines: list[list[Piece]] = [[]]
        self._x: float = PAD
        self.badge: Badge | None = None

    def put(self, looks: Looks, text: str, width: float, state: str = "") -> None:
        """Add a piece."""
        self.make_room(width)
        self._lines[-1].append(Piece(looks, self._x, width, text, state, self.badge))
        self._x += width + GAP

    def make_room(self, width: float) -> None:
        """Begin a new line where less than ``width`` is left of this one."""
        if self._x + width > CARD - PAD and self._lines[-1]:
            self._lines.append([])
            self._x = PAD + KEY + GAP

    def state(self, looks: Looks, name: str) -> None:
        """Add the name of a state behind its icon."""
        shown = cut(name, CARD - 2 * PAD - KEY - GAP - ICON)
        self.put(looks, shown, ICON + LETTER * len(shown), name)

    def signs(self, signs: tuple[Sign, ...], words: Callable[[str], str] = str) -> None:
        """Add keys as keys, and other signs as words with commas between."""
        for left, sign in enumerate(signs, 1 - len(signs)):
            if sign.kind == "key":
                self.put("key", sign.text, KEY)
                continue
            shown = cut(_put_in(words, sign) + ("," if left else ""), CARD - 2 * PAD - GAP)
            self.put("answer", shown, _wide(shown))

    def lines(self) -> tuple[tuple[Piece, ...], ...]:
        """All that was set."""
        return tuple(map(tuple, self._lines))


def _put_in(words: Callable[[str], str], sign: Sign) -> str:
    """The text of a sign; only labels are ours, and put into ``words``."""
    return words(sign.text) if sign.kind == "label" else sign.text


def _wide(text: str) -> float:
    return LETTER * len(text)


def set_row(row: Row, below: str | None, words: Callable[[str], str]) -> tuple[tuple[Piece, ...], ...]:
    """The lines of a row; ``below`` is the state that stands below it on its card, ``words`` translates labels."""
    setter = _Setter()
    setter.signs(row.way.signs if not row.destination else (), words)
    for state in row.told:
        setter.state("told", state)
    if row.destination:
        shown = cut(_put_in(words, row.destination), CARD - 2 * PAD - ICON)
        setter.put("rings", shown, ICON + _wide(shown), row.way.target)
    if row.onward and not row.told and row.onward == below:
        setter.put("down", "", ICON, row.onward)
    elif row.onward:
        setter.state("onward", row.onward)
    return setter.lines()


def set_badges(badges: tuple[Badge, ...], human: str) -> tuple[tuple[Piece, ...], ...]:
    """The keys that every question has; people are named where they are not those of the line."""
    setter = _Setter()
    for badge in badges:
        setter.badge = badge
        keys = tuple(sign for sign in badge.way.signs if sign.kind == "key")
        named = badge.does == "back" or (badge.does == "people" and badge.way.target != human)
        setter.make_room(len(keys) * (KEY + GAP) + ICON + LETTER * len(badge.way.target) * named)
        setter.signs(keys)
        if named:
            setter.state(badge.does, badge.way.target)
        else:
            setter.put(badge.does, "", ICON, badge.way.target)
    return setter.lines()


def set_caption(outline: Outline, state: str) -> tuple[Piece, ...]:
    """The number that is dialled above the start, and above another chapter as many states as lead to it and fit."""
    if state == outline.line.header.start:
        number = outline.line.header.number
        return (Piece("rings", 0, ICON + _wide(number), number, state),)
    pieces: list[Piece] = []
    x = 0.0
    sources = [name for name in outline.led_from[state] if name != state]
    for left, name in enumerate(sources, 1 - len(sources)):
        shown = cut(name, CARD - _MORE)
        if pieces and x + _wide(shown) > CARD - _MORE * bool(left):
            more = f"+{1 - left}"
            pieces.append(Piece("answer", x, _wide(more), more))
            x += _wide(more) + GAP
            break
        pieces.append(Piece("from", x, _wide(shown), shown, name))
        x += _wide(shown) + GAP
    return (*pieces, Piece("down", x, ICON, "", state)) if pieces else ()
