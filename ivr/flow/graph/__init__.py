"""The graph of a menu, and the ways to draw it: as arrows for other programs, as an outline for people."""

from __future__ import annotations

from ivr.flow.line import Line
from ivr.flow.nodes import Edge


def edges(line: Line) -> list[Edge]:
    """Every edge of the line, in the order of the file."""
    return [edge for node in line.states.values() for edge in node.edges()]
