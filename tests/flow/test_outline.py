"""The outline of a menu gives every state one place, and tells of every way out of it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow import triggers
from ivr.flow.folder import load_line
from ivr.flow.graph import edges
from ivr.flow.graph.dominators import dominators
from ivr.flow.graph.outline import DEEPEST, Box, Card, Outline, Row, outline
from ivr.flow.line import Line
from ivr.flow.nodes import Edge
from tests.flow.lines import SHIPPED, SPANISH, changed, good
from tests.flow.menus import deep, of_menus, wide

pytestmark = pytest.mark.untraced

TEMPLATE = SHIPPED.parents[1] / "ivr" / "line_template"


LARGE, DEEP = (pytest.param(shape, marks=pytest.mark.untraced) for shape in ("wide", "deep"))


@pytest.fixture(scope="module", params=["good", "4003-0015", "internacional", "template", LARGE, DEEP])
def line(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Line:
    folder = tmp_path_factory.mktemp("line")
    match request.param:
        case "good":
            return good()
        case "wide" | "deep" as shape:
            return of_menus(folder, {"wide": wide, "deep": deep}[shape](200))
        case "template":
            shutil.copytree(TEMPLATE, folder / "nova")
            menu = folder / "nova" / "menu.yaml"
            menu.write_text(menu.read_text(encoding="utf-8").replace("NUMERO", "+551140030016"), encoding="utf-8")
            return load_line(folder / "nova")
    return load_line(SHIPPED.with_name(request.param))


@pytest.fixture(scope="module")
def drawn(line: Line) -> Outline:
    return outline(line)


def box(of: Outline, state: str) -> Box:
    """The place of a state."""
    (found,) = (each for each in of.boxes() if each.state == state)
    return found


def told_edges(of: Outline) -> Iterator[Edge]:
    """Every edge that a row or a badge tells."""
    for each in of.boxes():
        for row in each.rows:
            yield from row.way.edges
        for badge in each.badges:
            yield from badge.way.edges


def rows(of: Outline) -> Iterator[Row]:
    for each in of.boxes():
        yield from each.rows


def depth(card: Card) -> int:
    return 1 + max((depth(branch) for each in card.boxes for branch in each.branches), default=0)


def test_every_state_has_one_place_or_is_told_in_a_row_or_a_badge(line: Line, drawn: Outline) -> None:
    places = Counter(each.state for each in drawn.boxes())
    told = {state for row in rows(drawn) for state in row.told}
    badges = {badge.way.target for each in drawn.boxes() for badge in each.badges}
    assert set(places) | told | badges == set(line.states)
    assert set(places.values()) == {1}
    assert not set(places) & told


def test_every_way_out_of_a_state_with_a_place_is_told_once(line: Line, drawn: Outline) -> None:
    places = {each.state for each in drawn.boxes()}
    told = Counter(told_edges(drawn))
    for edge in edges(line):
        is_help = edge.source == edge.target and edge.trigger in {triggers.NO_INPUT, triggers.NO_MATCH}
        assert told[edge] == (edge.source in places and not is_help), edge


def test_a_state_that_is_told_in_a_row_has_no_choice_to_tell(line: Line, drawn: Outline) -> None:
    for row in rows(drawn):
        for state in row.told:
            node = line.states[state]
            targets = {edge.target for edge in node.edges()}
            assert node.ends_call or len(targets) == 1
            assert node.ends_call or not node.waits


def test_a_row_ends_where_people_answer_or_the_call_ends_or_goes_on(line: Line, drawn: Outline) -> None:
    for row in rows(drawn):
        if row.onward:
            assert any(each.state == row.onward for each in drawn.boxes())
        elif row.told:
            last = line.states[row.told[-1]]
            assert last.ends_call or last.chooses
        else:
            assert row.destination


def test_no_chapter_is_deeper_than_four_cards(drawn: Outline) -> None:
    assert max(map(depth, drawn.chapters)) <= DEEPEST


def test_a_state_goes_on_below_by_its_last_row(drawn: Outline) -> None:
    for chapter in drawn.chapters:
        for card in chapter.cards():
            for upper, lower in zip(card.boxes, card.boxes[1:], strict=False):
                assert upper.rows[-1].onward == lower.state


def test_back_repeat_and_people_are_badges_wherever_the_menu_stands() -> None:
    told = box(outline(load_line(SHIPPED)), "area-suporte")
    assert [(badge.does, badge.way.target) for badge in told.badges] == [
        ("back", "software"),
        ("repeat", "area-suporte"),
        ("people", "assessoria"),
    ]
    assert [sign.text for badge in told.badges for sign in badge.way.signs] == ["*", "9", "0", "help used up"]


def test_a_key_of_a_menus_own_is_a_row_even_where_it_leads_to_people() -> None:
    told = box(outline(load_line(SHIPPED)), "mesa-fechada")
    assert [([sign.text for sign in row.way.signs], row.told) for row in told.rows][-1] == (["0"], ("assessoria",))


def test_destinations_and_ends_are_told_in_every_row_that_leads_there() -> None:
    shown = [row for row in rows(outline(load_line(SHIPPED))) if row.told[-1:] == ("assessoria",)]
    assert len(shown) > 5
    assert all(row.onward is None for row in shown)


def test_a_state_stands_below_the_menu_whose_key_leads_to_it() -> None:
    of = outline(load_line(SHIPPED))
    assert [card.state for card in box(of, "software").branches] == ["suporte-aberto", "consultoria-aberta"]


def test_a_state_in_which_ways_meet_begins_a_chapter() -> None:
    chapters = [card.state for card in outline(load_line(SHIPPED)).chapters]
    assert chapters[:2] == ["boas-vindas", "identificado"]
    assert "transferencia" in chapters


def test_checks_that_let_a_caller_through_follow_one_another_on_a_card() -> None:
    of = outline(load_line(SPANISH))
    (card,) = (chapter for chapter in of.chapters if chapter.state == "identificado")
    assert [each.state for each in card.boxes] == ["identificado", "contacto", "contrato", "pagos", "servicio"]


def test_a_state_that_only_goes_back_leads_to_stands_where_it_is_left_from() -> None:
    of = outline(load_line(SHIPPED))
    assert "volta-do-documento" in [card.state for card in box(of, "documento").branches]


def test_a_menu_that_only_help_leads_to_begins_a_chapter(tmp_path: Path) -> None:
    menus = {"um": {"1": "dois"}, "dois": {"1": "fim"}, "ajuda": {"1": "gente"}}
    of_menus(tmp_path, menus)
    text = (tmp_path / "menu.yaml").read_text(encoding="utf-8")
    helped = text.replace("      say: todas\n", "      say: todas\n      human: ajuda\n", 2)
    (tmp_path / "menu.yaml").write_text(helped, encoding="utf-8")
    assert [card.state for card in outline(load_line(tmp_path)).chapters] == ["um", "ligar", "ajuda"]


def test_menus_in_a_circle_are_drawn(tmp_path: Path) -> None:
    of = outline(
        of_menus(tmp_path / "line", {"um": {"1": "dois"}, "dois": {"1": "tres"}, "tres": {"1": "um", "2": "dois"}})
    )
    assert {each.state for each in of.boxes()} == {"um", "dois", "tres", "ligar"}


def test_a_line_that_begins_with_people_has_a_place_for_them(tmp_path: Path) -> None:
    of = outline(load_line(changed(tmp_path, "start: ola", "start: gente")))
    assert of.chapters[0].state == "gente"
    assert of.chapters[0].boxes[0].rows[0].destination == ("answer", "atendentes")


NAMES = "abcdefgh"


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=4)))
def test_a_dominator_is_the_last_state_that_cannot_be_gone_around(leads_to: dict[str, list[str]]) -> None:
    graph = {name: list(dict.fromkeys(leads_to.get(name, []))) for name in NAMES}
    reached = _reached(graph, "a", without="")
    found = dominators("a", graph)
    assert set(found) == reached
    for name in reached - {"a"}:
        needed = {each for each in reached - {name} if name not in _reached(graph, "a", without=each)}
        assert found[name] in needed
        assert all(each == found[name] or found[name] not in _reached(graph, "a", without=each) for each in needed)


def _reached(graph: dict[str, list[str]], root: str, without: str) -> set[str]:
    """Every name that can be come to from ``root``, where that is not ``without``."""
    seen: set[str] = set()
    waiting = [root] if root != without else []
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [each for each in graph[name] if each != without]
    return seen
