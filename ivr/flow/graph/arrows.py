"""The graph as text for other programs that draw: states as boxes, keys and outcomes on the arrows between them."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow import triggers
from ivr.flow.graph import edges
from ivr.flow.line import Line


def mermaid(line: Line) -> str:
    """The graph as a Mermaid flowchart."""
    ids = {name: f"s{number}" for number, name in enumerate(line.states)}
    rows = [f"%% {line.name}, menu version {line.version}", "flowchart LR"]
    rows.append(f'  call(("{line.header.number}")) --> {ids[line.header.start]}')
    for name, node in line.states.items():
        rows.append(f'  {ids[name]}{node.shape.opens}"{name}"{node.shape.closes}')
    for source, target, labels in _arrows(line):
        label = f'|"{", ".join(labels)}"|' if any(labels) else ""
        rows.append(f"  {ids[source]} -->{label} {ids[target]}")
    return "\n".join(rows) + "\n"


def dot(line: Line) -> str:
    """The graph in Graphviz's language."""
    rows = [
        f'digraph "{line.name}" {{',
        "  rankdir=LR;",
        '  node [fontname="Helvetica"];',
        '  edge [fontname="Helvetica"];',
    ]
    rows.append(f'  "call" [label="{line.header.number}", shape=circle];')
    rows.append(f'  "call" -> "{line.header.start}";')
    rows += [f'  "{name}" [shape={node.shape.graphviz}];' for name, node in line.states.items()]
    for source, target, labels in _arrows(line):
        label = ", ".join(label for label in labels if label)
        rows.append(f'  "{source}" -> "{target}" [label="{_escaped(label)}"];')
    return "\n".join([*rows, "}"]) + "\n"


def _arrows(line: Line) -> Iterator[tuple[str, str, list[str]]]:
    """Source, target and labels; edges between the same two states are one arrow. Loops of mere help are left out:
    every menu has them, and drawn they hide the tree."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for edge in edges(line):
        if edge.source == edge.target and edge.trigger in {triggers.NO_INPUT, triggers.NO_MATCH}:
            continue
        arrows.setdefault((edge.source, edge.target), []).append(edge.label)
    for (source, target), labels in arrows.items():
        yield source, target, labels


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
