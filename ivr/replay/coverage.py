"""``Coverage`` compares the edges of a line's menu with those that the played calls walked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ivr.flow.nodes.base import Edge
from value_class import value_class


@value_class
class Coverage:
    """The coverage of one line: the edges of its menu graph, and those that were walked (``source>trigger>target``)."""

    line: str
    edges: Sequence[Edge]
    walked: frozenset[str]

    @property
    def missing(self) -> list[Edge]:
        """Return the edges that no call walked, in the order of the YAML."""
        return sorted((edge for edge in self.edges if edge_name(edge) not in self.walked), key=lambda edge: edge.mark)

    @property
    def percent(self) -> float:
        """Return the walked edges in a hundred, cut off at one decimal so that 100.0 means every one."""
        if not self.edges:
            return 100.0
        return (len(self.edges) - len(self.missing)) * 1000 // len(self.edges) / 10

    @property
    def figure(self) -> str:
        """Return the share of edges walked, in one line."""
        total = len(self.edges)
        walked = total - len(self.missing)
        return f"coverage of {self.line}: {walked} of {total} edges of the menu walked ({self.percent} %)"

    def gaps(self) -> Iterator[str]:
        """Yield each edge that was not walked, with its place."""
        for edge in self.missing:
            way = f"{edge.source} → {edge.target} ({edge.trigger})"
            yield f"  {edge.mark.file}:{edge.mark.line}: not walked: {way}"
        for name in sorted(self.walked - {edge_name(edge) for edge in self.edges}):
            yield f"  walked, but not an edge of the menu: {name}"


def parse_edges(header: str) -> Iterator[str]:
    """Yield the edges in one ``X-IVR-Edges`` header: ``principal>key_2>software;software>key_2>documento``."""
    return (name for part in header.split(";") if (name := part.strip()))


def walked_edges(headers: Iterable[str]) -> frozenset[str]:
    """Return all edges in the headers of all answers."""
    return frozenset(name for header in headers for name in parse_edges(header))


def edge_name(edge: Edge) -> str:
    """Return ``edge`` as the header of an answer names it."""
    return f"{edge.source}>{edge.trigger}>{edge.target}"
