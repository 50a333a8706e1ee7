"""Which edges of a menu the calls walked, and how the others are told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.nodes.base import Edge
from ivr.replay.coverage import Coverage, walked_edges
from ivr.source.diagnostics import Mark


def edge(source: str, trigger: str, target: str, line: int) -> Edge:
    return Edge(source, trigger, target, "", Mark("menu.yaml", line, 5))


EDGES = [
    edge("principal", "key_4", "cst", 12),
    edge("principal", "key_2", "software", 10),
    edge("software", "key_2", "documento", 20),
]


def test_the_header_names_the_edges_of_one_turn() -> None:
    headers = ["principal>key_2>software;software>key_2>documento", "", "principal>key_2>software"]
    assert walked_edges(headers) == {"principal>key_2>software", "software>key_2>documento"}


def test_each_edge_not_walked_is_told_at_its_line_of_yaml() -> None:
    coverage = Coverage("4003-0015", EDGES, frozenset({"software>key_2>documento"}))
    assert coverage.figure == "coverage of 4003-0015: 1 of 3 edges of the menu walked (33.3 %)"
    assert list(coverage.gaps()) == [
        "  menu.yaml:10: not walked: principal → software (key_2)",
        "  menu.yaml:12: not walked: principal → cst (key_4)",
    ]


def test_a_walk_along_an_edge_that_the_menu_does_not_have_is_told() -> None:
    walked = walked_edges("a>b>c;" + ";".join(f"{e.source}>{e.trigger}>{e.target}" for e in EDGES) for _ in range(2))
    coverage = Coverage("4003-0015", EDGES, walked)
    assert coverage.figure == "coverage of 4003-0015: 3 of 3 edges of the menu walked (100.0 %)"
    assert list(coverage.gaps()) == ["  walked, but not an edge of the menu: a>b>c"]


def test_a_menu_without_edges_is_covered() -> None:
    assert Coverage("4003-0015", [], frozenset()).percent == 100.0


@given(st.integers(1, 3000), st.data())
def test_a_hundred_percent_means_every_edge(total: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, total))
    edges = [edge("a", "t", str(number), number + 1) for number in range(total)]
    percent = Coverage("line", edges, frozenset(f"a>t>{number}" for number in range(count))).percent
    assert (percent == 100.0) == (count == total)
    assert percent - 1e-9 <= count / total * 100 < percent + 0.1 + 1e-9
