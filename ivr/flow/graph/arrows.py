"""The graph as text for other programs that draw: states as boxes, keys and outcomes on the arrows between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from ivr.flow import triggers
from ivr.flow.graph import edges
from ivr.flow.graph.overlay import Look, NoOverlay, Overlay, Passing
from ivr.flow.line import Line
from ivr.flow.nodes import Edge

_COLOURS: Final[dict[Look, str]] = {
    "tried": "#1a7f37",
    "partly": "#9a6700",
    "missed": "#cf222e",
    "went": "#0b6b4c",
    "quiet": "#9a9a9a",
    "lit": "#d29200",
}
"""That of the picture, where a look has one of its own."""

_BROKEN: Final = frozenset({"missed", "quiet"})
"""Looks whose arrows are broken lines, for who sees no colours."""


class Arrow(NamedTuple):
    """One arrow: the labels of its edges, and what became of it."""

    source: str
    target: str
    labels: list[str]
    passing: Passing

    @property
    def width(self) -> float:
        """Return how thick it is drawn."""
        return round(1.5 + 4.5 * self.passing.share, 1)


def mermaid(line: Line, overlay: Overlay | None = None, words: Callable[[str], str] = str) -> str:
    """The graph as a Mermaid flowchart. ``words`` puts what ``overlay`` shows into another language."""
    laid = overlay or NoOverlay()
    ids = {name: f"s{number}" for number, name in enumerate(line.states)}
    rows = [f"%% {line.name}, menu version {line.version}", *_comment("%%", words(laid.legend)), "flowchart LR"]
    rows.append(f'  call(("{line.header.number}")) --> {ids[line.header.start]}')
    for name, node in line.states.items():
        rows.append(f'  {ids[name]}{node.shape.opens}"{name}"{node.shape.closes}')
    styles: list[str] = []
    for number, arrow in enumerate(_arrows(line, laid), start=1):  # the arrow from the call itself is number 0
        told = _label(arrow, ", ".join(arrow.labels) if any(arrow.labels) else "")
        label = f'|"{told}"|' if told else ""
        rows.append(f"  {ids[arrow.source]} {_shaft(arrow)}{label} {ids[arrow.target]}")
        if arrow.passing.look:
            colour = _COLOURS[arrow.passing.look]
            styles.append(f"  linkStyle {number} stroke:{colour},stroke-width:{arrow.width}px")
    for name in line.states:
        look = laid.state(name).look
        if look:
            dashes = ",stroke-dasharray:4" if look in _BROKEN else ""
            styles.append(f"  style {ids[name]} stroke:{_COLOURS[look]},stroke-width:2px{dashes}")
    return "\n".join([*rows, *styles]) + "\n"


def dot(line: Line, overlay: Overlay | None = None, words: Callable[[str], str] = str) -> str:
    """The graph in Graphviz's language. ``words`` as in ``mermaid``."""
    laid = overlay or NoOverlay()
    rows = [
        *_comment("//", words(laid.legend)),
        f'digraph "{line.name}" {{',
        "  rankdir=LR;",
        '  node [fontname="Helvetica"];',
        '  edge [fontname="Helvetica"];',
    ]
    rows.append(f'  "call" [label="{line.header.number}", shape=circle];')
    rows.append(f'  "call" -> "{line.header.start}";')
    for name, node in line.states.items():
        rows.append(f'  "{name}" [shape={node.shape.graphviz}{_dressed(laid.state(name))}];')
    for arrow in _arrows(line, laid):
        label = _label(arrow, ", ".join(label for label in arrow.labels if label))
        width = f", penwidth={arrow.width}" if arrow.passing.look else ""
        attributes = f'label="{_escaped(label)}"{_dressed(arrow.passing)}{width}'
        rows.append(f'  "{arrow.source}" -> "{arrow.target}" [{attributes}];')
    return "\n".join([*rows, "}"]) + "\n"


def _arrows(line: Line, overlay: Overlay) -> Iterator[Arrow]:
    """Edges between the same two states are one arrow. Loops of mere help are left out: every menu has them, and drawn
    they hide the tree."""
    arrows: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges(line):
        if edge.source == edge.target and edge.trigger in {triggers.NO_INPUT, triggers.NO_MATCH}:
            continue
        arrows.setdefault((edge.source, edge.target), []).append(edge)
    for (source, target), those in arrows.items():
        yield Arrow(source, target, [edge.label for edge in those], overlay.way(those))


def _comment(sign: str, legend: str) -> list[str]:
    return [f"{sign} {legend}"] if legend else []


def _label(arrow: Arrow, words: str) -> str:
    return " ".join(filter(None, [words, arrow.passing.told]))


def _shaft(arrow: Arrow) -> str:
    if arrow.passing.look in _BROKEN:
        return "-.->"
    return "==>" if arrow.passing.look == "lit" else "-->"


def _dressed(passing: Passing) -> str:
    if not passing.look:
        return ""
    colour = _COLOURS[passing.look]
    return f', color="{colour}", fontcolor="{colour}"' + (", style=dashed" if passing.look in _BROKEN else "")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
