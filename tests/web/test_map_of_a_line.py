"""The map of a line shows its menu, and of each state what it says, where that is written, and where it is used."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from ivr.flow.clips import Clip, Clips
from ivr.flow.folder import load_line
from ivr.flow.graph import edges
from ivr.flow.graph.outline import Outline, outline
from ivr.flow.graph.ways import sign_of
from ivr.flow.line import Line
from ivr.flow.nodes import READERS
from ivr.flow.prompts import Prompt, Prompts
from ivr.source.yaml import Text
from ivr.web.map import drawings
from ivr.web.map.words import KINDS, in_words
from tests.conftest import MakeServer
from tests.flow.lines import SHIPPED, SPANISH, good
from tests.flow.menus import of_menus
from tests.line_server import LineServer

ENGLISH = {"Accept-Language": "en"}
HOSTILE = '"><img src=x onerror=alert(1)>{{ 7 * 7 }}'


@pytest.fixture
def maps(make_server: MakeServer) -> LineServer:
    """The pages of both shipped lines."""
    return make_server(load_line(SHIPPED), load_line(SPANISH))


def tree(answer: TestResponse) -> html.HtmlElement:
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def told(answer: TestResponse) -> str:
    """The text of a panel, in one line."""
    return " ".join(tree(answer).text_content().split())


def test_the_map_of_the_first_line_is_found_without_its_name(maps: LineServer) -> None:
    answer = maps.pages.get("/map")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/map/4003-0015")


def test_picture_and_list_show_every_state_as_a_link_to_its_page(maps: LineServer) -> None:
    page = tree(maps.pages.get("/map/4003-0015"))
    line = load_line(SHIPPED)
    for part in ("picture", "list"):
        links = page.xpath(f"//div[@class='{part}']//a[@data-state]")
        assert {link.get("data-state") for link in links} == set(line.states)
        assert all(link.get("href") == f"/map/4003-0015/states/{link.get('data-state')}" for link in links)


def test_picture_and_list_name_the_same_ways(maps: LineServer) -> None:
    page = tree(maps.pages.get("/map/4003-0015"))
    ways = [
        {name for each in page.xpath(f"//div[@class='{part}']//@data-ways") for name in each.split()}
        for part in ("picture", "list")
    ]
    assert ways[0] == ways[1]
    assert "principal>key_2>software" in ways[0]


def test_a_state_tells_what_is_heard_and_where_it_is_written(maps: LineServer) -> None:
    panel = told(maps.pages.get("/map/4003-0015/states/software?panel", headers=ENGLISH))
    line = load_line(SHIPPED)
    assert f"4003-0015/menu.yaml:{line.states['software'].mark.line}" in panel
    prompt = line.prompts.texts["software"]
    assert f"software 4003-0015/prompts.pt-BR.yaml:{prompt.text.mark.line} {prompt.text}" in panel


def test_a_state_tells_where_it_leads_and_what_leads_there(maps: LineServer) -> None:
    panel = told(maps.pages.get("/map/4003-0015/states/software?panel", headers=ENGLISH))
    assert "Leads to suporte-aberto 2 consultoria-aberta 3 identificado 4 principal *" in panel
    assert re.search(r"Led to from principal 2 .*modalidade otherwise", panel)


def test_a_destination_tells_its_spoken_name_and_its_place(maps: LineServer) -> None:
    panel = told(maps.pages.get("/map/4003-0015/states/suporte.rm?panel", headers=ENGLISH))
    mark = load_line(SHIPPED).routing.marks["suporte.rm"]
    assert f"suporte.rm · “o Suporte RM” 4003-0015/routing.yaml:{mark.line}" in panel


def test_a_page_of_a_state_is_whole_and_a_panel_is_a_part(maps: LineServer) -> None:
    whole = maps.pages.get("/map/4003-0015/states/senha").text
    assert whole.startswith("<!doctype html>")
    assert tree(maps.pages.get("/map/4003-0015/states/senha")).xpath("//aside[@data-state='senha']//h2/text()") == [
        "senha"
    ]
    assert "<!doctype" not in maps.pages.get("/map/4003-0015/states/senha?panel").text
    assert "<!doctype" not in maps.pages.get("/map/4003-0015/embedded").text


def test_the_map_speaks_both_languages(maps: LineServer) -> None:
    assert ">otherwise<" in maps.pages.get("/map/4003-0015", headers=ENGLISH).text
    portuguese = maps.pages.get("/map/4003-0015", headers={"Accept-Language": "pt-BR"}).text
    assert ">senão<" in portuguese
    assert ">otherwise<" not in portuguese


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/map/nenhuma", "There is no such line; there are: 4003-0015"),
        ("/map/nenhuma/states/senha", "There is no such line; there are: 4003-0015"),
        ("/map/nenhuma/embedded", "There is no such line; there are: 4003-0015"),
        ("/map/4003-0015/states/nenhum", "This menu has no such state; the map shows those that there are."),
    ],
)
def test_what_is_not_there_is_told_in_one_line(maps: LineServer, path: str, says: str) -> None:
    answer = maps.pages.get(path)
    assert answer.status_code == 404
    assert answer.text.startswith(says)
    assert answer.mimetype == "text/plain"


def test_a_menu_is_drawn_once_a_version_and_a_language(maps: LineServer, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def counted(line: Line) -> Outline:
        drawn.append(line.version)
        return outline(line)

    monkeypatch.setattr(drawings, "outline", counted)
    for language in ("en", "pt-BR", "en", "pt-BR"):
        maps.pages.get("/map/4003-0015", headers={"Accept-Language": language})
        maps.pages.get("/map/4003-0015/states/senha", headers={"Accept-Language": language})
    assert drawn == [load_line(SHIPPED).version] * 2


def test_no_text_of_a_line_becomes_markup(tmp_path: Path, make_server: MakeServer) -> None:
    line = of_menus(tmp_path / HOSTILE, {"um": {"1": "gente", "2": "fim"}})
    evil = Text(HOSTILE, line.header.mark)
    prompts = Prompts("pt-BR", dict.fromkeys(line.prompts.texts, Prompt(evil)), {"mesa": evil})
    pages = make_server(replace(line, prompts=prompts)).pages
    for path in ("", "/embedded", "/states/um", "/states/um?panel", "/states/gente"):
        answer = pages.get(f"/map/{quote(HOSTILE, safe='')}{path}")
        assert answer.status_code == 200
        assert "<img src=x" not in answer.text
        assert not tree(answer).xpath("//img[@onerror] | //*[@style] | //style | //script[not(@src)]")


def test_a_map_is_answered_under_the_policy_of_all_pages(maps: LineServer) -> None:
    answer = maps.pages.get("/map/4003-0015")
    assert answer.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'"
    )
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("line", [good(), load_line(SHIPPED), load_line(SPANISH)], ids=lambda line: line.name)
def test_every_label_of_an_edge_is_put_into_portuguese(line: Line) -> None:
    app = Flask(__name__)
    told = {edge.label for edge in edges(line) if sign_of(edge).kind == "label" and edge.label}
    with app.test_request_context(headers={"Accept-Language": "pt-BR"}):
        assert [label for label in told if in_words(label) == label] == []


def test_every_kind_of_state_is_explained() -> None:
    assert set(KINDS) == set(READERS)


def test_a_prompt_can_be_heard_where_the_line_has_its_words_recorded(tmp_path: Path, make_server: MakeServer) -> None:
    line = of_menus(tmp_path / "line", {"um": {"1": "gente", "2": "fim"}})
    clips = [Clip("Um", "pf_dora", "a" * 32, 0.5, b"RIFF"), Clip("momento.", "pf_dora", "b" * 32, 0.5, b"RIFF")]
    pages = make_server(replace(line, clips=Clips(clips))).pages
    heard = tree(pages.get("/map/line/states/um?panel")).xpath("//dt[button]")
    assert [each.text_content().split()[0] for each in heard] == ["frase"]
    assert heard[0].find("button").get("data-clips") == f"/audio/{'a' * 32}.wav /audio/{'b' * 32}.wav"


def test_a_prompt_in_which_something_is_filled_in_has_no_button(tmp_path: Path, make_server: MakeServer) -> None:
    line = of_menus(tmp_path / "line", {"um": {"1": "gente", "2": "fim"}})
    open_ = Prompt(Text("{destino} fechou.", line.header.mark))
    texts = {**line.prompts.texts, "frase": open_}
    clip = Clip("{destino} fechou.", "pf_dora", "a" * 32, 0.5, b"RIFF")
    pages = make_server(replace(line, prompts=replace(line.prompts, texts=texts), clips=Clips([clip]))).pages
    assert tree(pages.get("/map/line/states/um?panel")).xpath("//button") == []
