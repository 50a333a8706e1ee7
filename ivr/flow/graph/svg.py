"""The picture of a menu as SVG, in which every state is a link and every way has a name.

A state is an element with ``data-state``; what tells of edges has ``data-ways``: their names, ``source>trigger>target``
as in the header X-IVR-Edges, with blanks between. So a page can light the way of a call. There is no script and no
style in it but the style sheet that is handed in, and every text of the line goes through one writer of XML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from math import ceil
from typing import Final
from xml.etree import ElementTree as ET

from ivr.flow.graph import layout, setting
from ivr.flow.graph.outline import Outline
from ivr.flow.graph.overlay import PLAIN, NoOverlay, Overlay, Passing
from ivr.flow.graph.ways import Way
from ivr.flow.line import Line
from ivr.flow.nodes import Edge

MARGIN: Final = 16

LEGEND: Final = 24
"""The height of what tells what an overlay shows."""

THICKEST: Final = 4
"""The class of the curve that most calls went; the style sheet draws thick-1 to thick-4."""

ICONS: Final = {
    "people": "M7 1.5a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 1 1 0-5.4zM1.6 13c0-3 2.2-4.7 5.4-4.7s5.4 1.7 5.4 4.7z",
    "says": "M1.5 2h11v7.5h-6L3.5 12.5v-3h-2z",
    "ends": "M2.5 3h9v8h-9z",
    "onward": "M1 6.2h8L6.2 3.4l1.1-1.1L12 7l-4.7 4.7-1.1-1.1L9 7.8H1z",
    "down": "M6.2 1v8L3.4 6.2 2.3 7.3 7 12l4.7-4.7-1.1-1.1L7.8 9V1z",
    "back": "M13 6.2H5l2.8-2.8-1.1-1.1L2 7l4.7 4.7 1.1-1.1L5 7.8h8z",
    "play": "M3 1.5l9 5.5-9 5.5z",
    "repeat": "M7 2a5 5 0 1 0 4.9 6h-1.7A3.4 3.4 0 1 1 7 3.6c.9 0 1.7.4 2.4 1L7.7 6.3h4.8V1.5l-1.9 1.9A5 5 0 0 0 7 2z",
}
"""Drawn in a square of 14 pixels."""


def svg(
    outline: Outline,
    link: Callable[[str], str] | None = None,
    words: Callable[[str], str] = str,
    style: str = "",
    overlay: Overlay | None = None,
) -> str:
    """The picture of ``outline``. ``link`` gives the address of a state (None: its place in the picture itself).

    ``words`` puts labels of edges, and what ``overlay`` shows, into another language. ``style`` is a style sheet that
    stands in the picture, for a file that is looked at by itself; a page has its own.
    """
    laid = overlay or NoOverlay()
    drawn = _Drawing(outline, link, laid).draw(
        layout.lay_out(outline, words, whole=overlay is not None), style, words(laid.legend)
    )
    return ET.tostring(drawn, encoding="unicode") + "\n"


def edge_name(edge: Edge) -> str:
    """The name of ``edge`` in ``data-ways``."""
    return f"{edge.source}>{edge.trigger}>{edge.target}"


class _Drawing:
    def __init__(self, outline: Outline, link: Callable[[str], str] | None, overlay: Overlay) -> None:
        self._line: Line = outline.line
        self._overlay = overlay
        self._link = link or (lambda state: f"#state-{state}")
        self._named: set[str] = {box.state for box in outline.boxes()}
        """States whose id is given; a state that is told in rows has it where it is told first."""

    def draw(self, placed: layout.Layout, style: str, legend: str) -> ET.Element:
        above = LEGEND if legend else 0
        width, height = placed.width + 2 * MARGIN, placed.height + 2 * MARGIN + above
        name = f"{self._line.name} {self._line.header.number}"
        root = ET.Element("svg", {
            "xmlns": "http://www.w3.org/2000/svg", "class": "menu-map", "role": "group", "aria-label": name,
            "width": _px(width), "height": _px(height), "viewBox": f"0 0 {_px(width)} {_px(height)}",
        })  # fmt: skip
        if style:
            ET.SubElement(root, "style").text = style
            ET.SubElement(root, "title").text = name
        ET.SubElement(root, "desc").text = f"menu version {self._line.version}"
        if legend:
            _text(root, "legend", MARGIN, MARGIN, legend)
        paper = _group(root, "paper", MARGIN, MARGIN + above)
        for card in placed.cards:
            self._curve(paper, card)
        for card in placed.cards:
            self._card(paper, card)
        return root

    def _curve(self, paper: ET.Element, card: layout.PlacedCard) -> None:
        if card.before is None or card.at is None:
            return
        x1, y1 = card.before.x + setting.CARD, card.before.y + card.at.bottom - setting.LINE / 2
        x2, y2 = card.x, card.y + layout.HEAD / 2
        middle = (x1 + x2) / 2
        way = f"M{_px(x1)} {_px(y1)}C{_px(middle)} {_px(y1)} {_px(middle)} {_px(y2)} {_px(x2)} {_px(y2)}"
        passing = self._overlay.way(card.at.ways[0].edges)
        thick = f" thick-{ceil(passing.share * THICKEST)}" if passing.look == "went" else ""
        curve = {"class": _looking("curve", passing) + thick, "data-ways": _names(card.at.ways), "d": way}
        ET.SubElement(paper, "path", curve)

    def _card(self, paper: ET.Element, card: layout.PlacedCard) -> None:
        drawn = _group(paper, "card", card.x, card.y)
        ET.SubElement(
            drawn, "rect", {"class": "sheet", "width": _px(setting.CARD), "height": _px(card.height), "rx": "8"}
        )
        for box in card.boxes:
            self._box(drawn, box)
        if card.caption:
            caption = _group(drawn, "caption", 0, -setting.LINE)
            for piece in card.caption:
                self._piece(caption, piece, setting.LINE / 2 - 1)

    def _box(self, card: ET.Element, placed: layout.PlacedBox) -> None:
        state = placed.box.state
        kind = self._line.states[state].kind
        box = _group(card, f"box {kind}", 0, placed.top)
        look = _looking("state head", self._overlay.state(state))
        head = ET.SubElement(box, "a", {
            "class": look, "id": f"state-{state}", "data-state": state, "href": self._link(state),
            "aria-label": f"{state}, {kind}",
        })  # fmt: skip
        ET.SubElement(head, "rect", {"class": "bar", "width": _px(setting.CARD), "height": _px(layout.HEAD), "rx": "8"})
        _text(head, "name", setting.PAD, layout.HEAD / 2, placed.name)
        _text(head, "kind", setting.CARD - setting.PAD, layout.HEAD / 2, placed.kind)
        if placed.name != state:
            ET.SubElement(head, "title").text = state
        for row in placed.rows:
            self._row(box, row, row.top - placed.top)

    def _row(self, box: ET.Element, placed: layout.PlacedRow, top: float) -> None:
        passing = self._overlay.way(placed.row.way.edges) if placed.row else PLAIN
        row = _group(box, _looking("row" if placed.row else "badges", passing), 0, top)
        if placed.row:
            row.set("data-ways", _names(placed.ways))
        for number, line in enumerate(placed.lines):
            for badge, pieces in groupby(line, key=lambda piece: piece.badge):
                into = row
                if badge:
                    passed = self._overlay.way(badge.way.edges)
                    into = ET.SubElement(
                        row, "g", {"class": _looking("badge", passed), "data-ways": _names([badge.way])}
                    )
                    if passed.told:
                        ET.SubElement(into, "title").text = passed.told
                for piece in pieces:
                    self._piece(into, piece, setting.LINE * (number + 0.5))
        if passing.told:
            _tally(row, passing.told, setting.LINE * (len(placed.lines) - 0.5))

    def _piece(self, row: ET.Element, piece: setting.Piece, middle: float) -> None:
        if piece.looks == "key":
            cap = _group(row, "key", piece.x, middle - setting.KEY / 2)
            ET.SubElement(cap, "rect", {"width": _px(setting.KEY), "height": _px(setting.KEY), "rx": "4"})
            _text(cap, "", setting.KEY / 2, setting.KEY / 2, piece.text)
            return
        if piece.looks == "answer":
            _text(row, "answer", piece.x, middle, piece.text)
            return
        link = ET.SubElement(row, "a", {
            "class": f"state {piece.looks}", "data-state": piece.state, "href": self._link(piece.state),
            "aria-label": f"{piece.state}, {self._line.states[piece.state].kind}",
        })  # fmt: skip
        if piece.state not in self._named:
            self._named.add(piece.state)
            link.set("id", f"state-{piece.state}")
        hit = {
            "class": "hit",
            "x": _px(piece.x - 3),
            "y": _px(middle - setting.LINE / 2),
            "width": _px(piece.width + 6),
        }
        ET.SubElement(link, "rect", {**hit, "height": _px(setting.LINE), "rx": "4"})
        icon = self._icon(piece)
        if icon:
            move = f"translate({_px(piece.x - 2)} {_px(middle - 7)})"
            ET.SubElement(link, "path", {"class": "icon", "transform": move, "d": ICONS[icon]})
        if piece.text:
            _text(link, "", piece.x + setting.ICON * bool(icon), middle, piece.text)
        if piece.text != piece.state:
            ET.SubElement(link, "title").text = piece.state

    def _icon(self, piece: setting.Piece) -> str:
        if piece.looks == "rings":
            return "people"
        if piece.looks == "from":
            return ""
        if piece.looks != "told":
            return piece.looks
        node = self._line.states[piece.state]
        if node.ends_call:
            return "ends"
        return "people" if node.chooses else "says"


def _group(parent: ET.Element, class_: str, x: float, y: float) -> ET.Element:
    return ET.SubElement(parent, "g", {"class": class_, "transform": f"translate({_px(x)} {_px(y)})"})


def _looking(class_: str, passing: Passing) -> str:
    return f"{class_} {passing.look}" if passing.look else class_


def _tally(row: ET.Element, told: str, middle: float) -> None:
    """What an overlay tells of a way, at the right edge of its card, over whatever stands there."""
    width = setting.LETTER * len(told) + setting.GAP
    tally = _group(row, "tally", setting.CARD - setting.PAD / 2 - width, middle - setting.LINE / 2)
    ET.SubElement(tally, "rect", {"width": _px(width), "height": _px(setting.LINE), "rx": "4"})
    _text(tally, "", width / 2, setting.LINE / 2, told)


def _text(parent: ET.Element, class_: str, x: float, y: float, text: str) -> None:
    drawn = ET.SubElement(parent, "text", {"x": _px(x), "y": _px(y + 4)})
    if class_:
        drawn.set("class", class_)
    drawn.text = text


def _names(ways: Iterable[Way]) -> str:
    return " ".join(edge_name(edge) for way in ways for edge in way.edges)


def _px(number: float) -> str:
    return f"{number:.5g}".removesuffix(".0") if number < 10000 else f"{number:.0f}"
