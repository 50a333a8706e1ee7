"""Which edges of a line's menu the played calls walked, and which nobody has tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ivr.flow.nodes.base import Edge


@dataclass(frozen=True, slots=True)
class Coverage:
    """The edges of one line's menu graph against those that were walked (``source>trigger>target``)."""

    line: str
    edges: Sequence[Edge]
    walked: frozenset[str]

    @property
    def missing(self) -> list[Edge]:
        """The edges that no call walked, in the order of the YAML."""
        return sorted((edge for edge in self.edges if _name(edge) not in self.walked), key=lambda edge: edge.mark)

    @property
    def percent(self) -> float:
        """Walked edges in a hundred, cut off at one decimal so that 100.0 means every one."""
        if not self.edges:
            return 100.0
        return (len(self.edges) - len(self.missing)) * 1000 // len(self.edges) / 10

    @property
    def figure(self) -> str:
        """The share of edges walked, in one line."""
        total = len(self.edges)
        walked = total - len(self.missing)
        return f"coverage of {self.line}: {walked} of {total} edges of the menu walked ({self.percent} %)"

    def gaps(self) -> Iterator[str]:
        """Each edge not walked, with its place."""
        for edge in self.missing:
            way = f"{edge.source} → {edge.target} ({edge.trigger})"
            yield f"  {edge.mark.file}:{edge.mark.line}: not walked: {way}"
        for name in sorted(self.walked - {_name(edge) for edge in self.edges}):
            yield f"  walked, but not an edge of the menu: {name}"


def parse_edges(header: str) -> Iterator[str]:
    """The edges in one ``X-IVR-Edges`` header: ``principal>key_2>software;software>key_2>documento``."""
    return (name for part in header.split(";") if (name := part.strip()))


def walked_edges(headers: Iterable[str]) -> frozenset[str]:
    """All edges in the headers of all answers."""
    return frozenset(name for header in headers for name in parse_edges(header))


def _name(edge: Edge) -> str:
    return f"{edge.source}>{edge.trigger}>{edge.target}"
