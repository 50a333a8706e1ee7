"""The map in a browser: chosen by mouse and by keyboard, lit by a call, whole in a narrow window, in light and dark."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenWindow
from tests.browser.window import Window, expect

pytestmark = [pytest.mark.network, pytest.mark.untraced]

MAP = "/map/4003-0015"

LIGHT = """async ([module, events]) => {
    const { MenuMap } = await import(module);
    const map = new MenuMap(document.querySelector(".line-map"));
    for (const event of events) map.take(event);
}"""
"""Hands events to a map as the telephone does."""

CALL = [
    {"kind": "call", "call": "ca_1", "line": "4003-0015"},
    {"kind": "state", "call": "ca_1", "states": ["boas-vindas", "principal"], "edges": ["boas-vindas>next>principal"]},
    {"kind": "state", "call": "ca_2", "states": ["software"], "edges": ["principal>key_2>software"]},
    {"kind": "say", "call": "ca_1", "text": "..."},
    {"kind": "state", "call": "ca_1", "states": ["ouvidoria"], "edges": ["principal>key_5>ouvidoria"]},
]
OTHER_LINE = [
    {"kind": "call", "call": "ca_3", "line": "internacional"},
    {"kind": "state", "call": "ca_3", "states": ["principal"], "edges": []},
]


def at_map(window: Window, path: str = MAP) -> Window:
    window.page.goto(window.site + path, wait_until="networkidle")
    return window


def test_a_click_on_a_state_shows_what_it_says_and_the_address_of_that(open_window: OpenWindow) -> None:
    window = at_map(open_window("en"))
    window.at(".picture a.head[data-state=senha]").click()
    panel = window.at(".panel")
    expect(panel.locator("h2")).to_have_text("senha")
    expect(panel).to_contain_text("Agora digite a sua senha de atendimento")
    expect(panel).to_contain_text("Led to from")
    assert window.page.url.endswith("/states/senha")
    panel.locator("a[data-state=autenticar]").click()
    expect(panel.locator("h2")).to_have_text("autenticar")
    window.page.go_back()
    expect(panel.locator("h2")).to_have_text("senha")
    window.page.reload()
    expect(panel.locator("h2")).to_have_text("senha")
    expect(window.at(".picture a.head.chosen")).to_have_attribute("data-state", "senha")


def test_a_prompt_is_heard_with_one_click_and_stopped_with_another(open_window: OpenWindow) -> None:
    window = at_map(open_window("en"), f"{MAP}/states/documento")
    button = window.page.get_by_role("button", name="Hear documento", exact=True)
    with window.page.expect_response("**/audio/*.wav") as answered:
        button.click()
    assert answered.value.status in {200, 206}
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_state_is_opened_and_left_with_the_keyboard_alone(open_window: OpenWindow) -> None:
    window = at_map(open_window())
    state = window.at(".picture a.head[data-state=principal]")
    state.focus()
    window.page.keyboard.press("Enter")
    expect(window.at(".panel h2")).to_be_focused()
    window.page.keyboard.press("Escape")
    expect(window.at(".panel")).to_be_hidden()
    expect(state).to_be_focused()


def test_a_call_lights_what_it_passes_and_where_it_stands(open_window: OpenWindow) -> None:
    window = at_map(open_window())
    module = window.at("script[src$='map/page.js']").get_attribute("src")
    assert module
    window.page.evaluate(LIGHT, [module.replace("page.js", "map.js"), CALL])
    lit = window.at(".picture a.head.lit").evaluate_all("found => found.map((each) => each.dataset.state)")
    assert lit == ["boas-vindas", "principal"]
    expect(window.at(".picture a.here")).to_have_attribute("data-state", "ouvidoria")
    expect(window.at(".picture a.here")).to_have_attribute("aria-current", "step")
    expect(window.at('.picture [data-ways~="principal>key_5>ouvidoria"].lit')).to_have_count(1)
    expect(window.at('.picture [data-ways~="principal>key_2>software"].lit')).to_have_count(0)
    window.picture("map")
    window.page.evaluate(LIGHT, [module.replace("page.js", "map.js"), OTHER_LINE])
    expect(window.at(".here, .lit")).to_have_count(0)


@pytest.mark.parametrize(("width", "shown", "hidden"), [(1366, ".picture", ".list"), (390, ".list", ".picture")])
def test_a_map_is_read_without_scrolling_sideways(open_window: OpenWindow, width: int, shown: str, hidden: str) -> None:
    window = at_map(open_window(width=width))
    expect(window.at(shown)).to_be_visible()
    expect(window.at(hidden)).to_be_hidden()
    assert window.page.evaluate("document.documentElement.scrollWidth") <= width
    letters = f"{shown} :is(text, a span)"
    assert window.page.evaluate(f"document.querySelector('{letters}').getBoundingClientRect().height") >= 12


@pytest.mark.parametrize(("width", "dark"), [(1366, False), (390, True)])
def test_nothing_of_a_map_stands_in_the_way_of_anybody(open_window: OpenWindow, width: int, dark: bool) -> None:
    window = at_map(open_window(width=width, dark=dark), f"{MAP}/states/aceite-consultoria")
    assert [each["id"] for each in window.violations()] == []
