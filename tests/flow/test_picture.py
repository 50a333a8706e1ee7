"""The picture of a menu may stand in any page, and can be read: no word is hidden, and no card lies on another one."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ivr.flow.folder import load_line
from ivr.flow.graph import edges
from ivr.flow.graph.layout import Layout, PlacedCard, lay_out
from ivr.flow.graph.outline import outline
from ivr.flow.graph.setting import CARD, LETTER, cut
from ivr.flow.graph.svg import edge_name, svg
from ivr.flow.line import Line
from tests.flow.lines import SHIPPED, SPANISH, good
from tests.flow.menus import of_menus, wide

SVG = "{http://www.w3.org/2000/svg}"
ATTRIBUTES = {
    "aria-label", "class", "d", "data-state", "data-ways", "height", "href", "id", "role", "rx", "transform", "viewBox",
    "width", "x", "y",
}  # fmt: skip
LONG = "a" + "-muito-comprido" * 12


LARGE = pytest.param("wide", marks=pytest.mark.untraced)


@pytest.fixture(scope="module", params=["good", "4003-0015", "internacional", LARGE, "long"])
def line(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Line:
    match request.param:
        case "good":
            return good()
        case "wide":
            return of_menus(tmp_path_factory.mktemp("line"), wide(200))
        case "long":
            return of_menus(
                tmp_path_factory.mktemp("line"), {"um": {"1": LONG, "2": "fim"}, LONG: {"1": "um", "2": "fim"}}
            )
    return load_line(SHIPPED if request.param == SHIPPED.name else SPANISH)


@pytest.fixture(scope="module")
def picture(line: Line) -> ET.Element:
    return ET.fromstring(svg(outline(line)))


@pytest.fixture(scope="module")
def layout(line: Line) -> Layout:
    return lay_out(outline(line))


def test_every_state_is_a_link_to_itself_that_says_its_name(line: Line, picture: ET.Element) -> None:
    links = {link.attrib["data-state"]: link for link in picture.iter(f"{SVG}a") if link.get("id")}
    assert set(links) == set(line.states)
    for state, link in links.items():
        assert link.get("href") == f"#{link.get('id')}" == f"#state-{state}"
        assert link.get("aria-label") == f"{state}, {line.states[state].kind}"


def test_no_two_elements_have_one_id(picture: ET.Element) -> None:
    ids = Counter(each.get("id") for each in picture.iter() if each.get("id"))
    assert set(ids.values()) == {1}


def test_every_way_that_is_told_has_the_name_of_its_edge(line: Line, picture: ET.Element) -> None:
    named = {name for each in picture.iter() for name in (each.get("data-ways") or "").split()}
    told = {
        edge_name(edge) for box in outline(line).boxes() for row in box.rows for edge in row.way.edges if edge.label
    }
    assert told <= named <= {edge_name(edge) for edge in edges(line)}


def test_a_picture_holds_shapes_texts_and_links_and_nothing_else(picture: ET.Element) -> None:
    assert {each.tag.removeprefix(SVG) for each in picture.iter()} <= {
        "a",
        "desc",
        "g",
        "path",
        "rect",
        "svg",
        "text",
        "title",
    }
    assert {name for each in picture.iter() for name in each.keys()} <= ATTRIBUTES  # noqa: SIM118


def test_texts_of_a_line_stay_texts(tmp_path: Path) -> None:
    name = '"><img src=x onerror=alert(1)>&amp;'
    drawn = svg(outline(of_menus(tmp_path / name, {"um": {"1": "fim"}})), words=lambda label: f"<b>{label}</b>")
    picture = ET.fromstring(drawn)
    assert picture.get("aria-label") == f"{name} +551140030015"
    assert "<b>served</b>," in [text.text for text in picture.iter(f"{SVG}text")]
    assert "<img" not in drawn
    assert "<b>" not in drawn


def test_a_picture_for_a_page_has_no_style_and_one_for_a_file_has_its_own() -> None:
    assert "<style" not in svg(outline(good()))
    assert "<style>a { fill: red }</style>" in svg(outline(good()), style="a { fill: red }")


def test_no_card_lies_on_another_one(layout: Layout) -> None:
    columns: dict[float, list[PlacedCard]] = {}
    for card in layout.cards:
        columns.setdefault(card.x, []).append(card)
    for cards in columns.values():
        cards.sort(key=lambda card: card.y)
        for upper, lower in pairwise(cards):
            assert upper.y + upper.height < lower.y


def test_no_word_is_wider_than_its_card(layout: Layout) -> None:
    for card in layout.cards:
        for box in card.boxes:
            assert LETTER * (len(box.name) + len(box.kind)) < CARD
            for row in box.rows:
                for line in row.lines:
                    assert all(piece.x + piece.width <= CARD for piece in line)
                    assert all(left.x + left.width <= right.x for left, right in pairwise(line))


def test_a_picture_is_as_wide_as_a_window_however_large_the_menu(layout: Layout) -> None:
    assert layout.width <= 1208


def test_equal_menus_give_equal_pictures() -> None:
    assert svg(outline(good())) == svg(outline(good()))


def test_a_name_that_is_too_long_keeps_its_beginning_and_its_end() -> None:
    assert cut("suporte.protheus.saude-juridico", 20 * LETTER) == "suporte.pr…-juridico"
    assert len(cut(LONG, 20 * LETTER)) == 20
    assert cut("curto", 20 * LETTER) == "curto"


def test_keys_that_lead_to_one_place_stand_in_one_row() -> None:
    drawn = svg(outline(load_line(SHIPPED)))
    row = re.search(r'data-ways="menu-assessoria&gt;key_1&gt;assessoria [^"]*"', drawn)
    assert row
    assert row[0].count("&gt;assessoria") == 3
