"""The machine of tickets as an SVG picture: a card a state, whose rows name each event and where it leads.

Columns go with the life of a ticket. A way to a later column is a curve; one within a column, and one back, is told by
its row alone, as on the picture of a menu.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from xml.etree import ElementTree as ET

from ivr.tickets.drawing import clock_of
from ivr.tickets.events import CLOSED, WITH_CUSTOMER, EventKind, TicketState
from ivr.tickets.machine import moves
from ivr.tickets.words import KIND_WORDS, STATE_WORDS
from value_class import value_class
from wording import phrase

COLUMNS: Final = (
    (TicketState.OPENED,),
    (TicketState.IN_ANALYSIS, TicketState.WITH_ANOTHER_AREA, TicketState.MERGED),
    (TicketState.PENDING_CUSTOMER, TicketState.SOLUTION_SENT),
    (TicketState.POSTPONED, TicketState.REFUSED),
    (TicketState.CLOSED_UNANSWERED, TicketState.ACCEPTED, TicketState.ACCEPTED_BY_SILENCE),
)
"""Every state, from the left to the right."""

WIDTH: Final = 460
GAP: Final = 70
MARGIN: Final = 24
HEAD: Final = 46
ROW: Final = 24
APART: Final = 34

STYLE: Final = """
.ticket-machine { font: 13px "Liberation Sans", Arial, sans-serif; background: #fff; }
.ticket-machine text { fill: #1c2530; }
.ticket-machine .name { font-weight: 600; font-size: 15px; }
.ticket-machine .clock, .ticket-machine .leads { fill: #51606f; }
.ticket-machine .card { fill: #f7f9fb; stroke: #7c8a98; stroke-width: 1.5; }
.ticket-machine .running { stroke: #0b6b4c; }
.ticket-machine .still { stroke: #9a6700; stroke-dasharray: 5 3; }
.ticket-machine .closed { stroke: #1c2530; stroke-width: 3; }
.ticket-machine .way { fill: none; stroke: #7c8a98; stroke-width: 1.3; }
.ticket-machine .tip { fill: #7c8a98; }
@media (prefers-color-scheme: dark) {
  .ticket-machine { background: #12181f; }
  .ticket-machine text { fill: #e6edf3; }
  .ticket-machine .clock, .ticket-machine .leads { fill: #a5b3c0; }
  .ticket-machine .card { fill: #1b242d; }
  .ticket-machine .running { stroke: #3fb98a; }
  .ticket-machine .still { stroke: #d2a13a; }
  .ticket-machine .closed { stroke: #e6edf3; }
}
"""


@value_class
class TicketCard:
    """A card stands at ``x``, ``y``: a state in ``column``, and the events that lead on, with the state of each."""

    state: TicketState
    column: int
    x: int
    y: int
    rows: tuple[tuple[EventKind, TicketState], ...]

    @property
    def height(self) -> int:
        """Return the height in pixels."""
        return HEAD + ROW * len(self.rows) + (8 if self.rows else 0)


def laid_out() -> tuple[TicketCard, ...]:
    """Return the cards of all states at their places."""
    ways = list(moves())
    cards: list[TicketCard] = []
    for column, states in enumerate(COLUMNS):
        y = MARGIN
        for state in states:
            rows = tuple((kind, target) for source, kind, target in ways if source is state)
            card = TicketCard(state, column, MARGIN + column * (WIDTH + GAP), y, rows)
            cards.append(card)
            y += card.height + APART
    return tuple(cards)


def svg(words: Callable[[str], str] = str) -> str:
    """Return the picture with its style sheet in it; ``words`` puts its labels into another language."""
    cards = laid_out()
    at = {card.state: card for card in cards}
    width = max(card.x for card in cards) + WIDTH + MARGIN
    height = max(card.y + card.height for card in cards) + MARGIN
    title = words(phrase("The states of a ticket"))
    root = ET.Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "class": "ticket-machine", "role": "img", "aria-label": title,
        "width": str(width), "height": str(height), "viewBox": f"0 0 {width} {height}",
    })  # fmt: skip
    ET.SubElement(root, "style").text = STYLE
    ET.SubElement(root, "title").text = title
    for card in cards:
        for number, (_, target) in enumerate(card.rows):
            if at[target].column > card.column:
                _curve(root, card, number, at[target])
    for card in cards:
        _card(root, card, at, words)
    return ET.tostring(root, encoding="unicode") + "\n"


def _middle(card: TicketCard, number: int) -> float:
    return card.y + HEAD + ROW * (number + 0.5)


def _curve(root: ET.Element, card: TicketCard, number: int, target: TicketCard) -> None:
    x1, y1 = card.x + WIDTH, _middle(card, number)
    x2, y2 = target.x - 7, target.y + HEAD / 2
    bend = GAP * 0.9
    way = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    ET.SubElement(root, "path", {"class": "way", "d": way})
    ET.SubElement(root, "path", {"class": "tip", "d": f"M{x2 + 7} {y2}l-8 -4v8z"})


def _card(root: ET.Element, card: TicketCard, at: dict[TicketState, TicketCard], words: Callable[[str], str]) -> None:
    drawn = ET.SubElement(root, "g", {"id": f"state-{card.state.value}", "data-state": card.state.value})
    look = "closed" if card.state in CLOSED else "still" if card.state in WITH_CUSTOMER else "running"
    frame = {"x": str(card.x), "y": str(card.y), "width": str(WIDTH), "height": str(card.height), "rx": "8"}
    ET.SubElement(drawn, "rect", {"class": f"card {look}", **frame})
    _text(drawn, "name", card.x + 12, card.y + 20, words(STATE_WORDS[card.state]))
    _text(drawn, "clock", card.x + 12, card.y + 37, words(clock_of(card.state)))
    for number, (kind, target) in enumerate(card.rows):
        y = _middle(card, number)
        _text(drawn, "act", card.x + 12, y + 4, words(KIND_WORDS[kind]))
        leads = f"{words(STATE_WORDS[target])} {_sign(card, at[target])}"
        _text(drawn, "leads", card.x + WIDTH - 12, y + 4, leads, end=True)


def _sign(card: TicketCard, target: TicketCard) -> str:
    if target.column != card.column:
        return "→" if target.column > card.column else "←"
    return "↻" if target is card else "↓" if target.y > card.y else "↑"


def _text(into: ET.Element, look: str, x: float, y: float, text: str, *, end: bool = False) -> None:
    place = {"class": look, "x": str(x), "y": str(y)} | ({"text-anchor": "end"} if end else {})
    ET.SubElement(into, "text", place).text = text
