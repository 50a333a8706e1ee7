"""The telephone in a browser: whole calls by mouse and by keyboard, their sound, two windows, both languages."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
import requests

from tests.browser.conftest import OpenWindow, rms
from tests.browser.served import app_of_others
from tests.browser.window import Window, expect

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = [pytest.mark.network, pytest.mark.untraced]

GREETING = "Bem-vindo à TOTVS"
LOUD = 0.004
"""Root mean square from which 10 ms are a sound and no silence."""

RECORDING = re.compile(r"/audio/\w+\.wav$")

VOICEMAIL = b"""<?xml version="1.0" encoding="UTF-8"?>
<Response><Record action="/over" maxLength="30" timeout="20" finishOnKey="#" playBeep="false"/></Response>"""
RUNG = b"""<?xml version="1.0" encoding="UTF-8"?>
<Response><Dial><Number url="/whisper">+551150900700</Number></Dial></Response>"""
WHISPER = """<?xml version="1.0" encoding="UTF-8"?>
<Response><Gather numDigits="1" action="/accepted"><Say>Para aceitar a ligação, tecle 1.</Say></Gather>
<Hangup/></Response>""".encode()
ACCEPTED = b"""<?xml version="1.0" encoding="UTF-8"?><Response/>"""
OVER = b"""<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>"""


def test_a_whole_call_is_made_by_mouse_and_the_map_follows(open_window: OpenWindow) -> None:
    window = open_window().open()
    expect(window.at("#mode")).to_contain_text("ENSAIO")
    expect(window.at("#mode-when")).to_contain_text("10 de mar. de 2026")
    window.at("#dial").click()
    expect(window.at("#caption")).to_contain_text(GREETING)
    _stands_at(window, "principal")
    window.key("2")
    _stands_at(window, "software")
    window.key("2")
    _stands_at(window, "documento")
    window.at('#at-hand [data-field="document"]').click()
    _stands_at(window, "senha")
    expect(window.at("#dialogue .keys").last).to_have_text("•" * 14)
    window.at('#at-hand [data-field="password"]').click()
    expect(window.at("#dialogue")).to_contain_text("código")
    window.picture("telephone")
    window.at("#tab-bonnet").click()
    expect(window.at("#bonnet .xml").last).to_contain_text("<Gather")
    window.picture("under-the-bonnet")
    assert "11222333000181" not in window.at("body").inner_text()
    window.at("#hang-up").click()
    expect(window.at("#status")).to_have_text("Você desligou")
    with window.page.expect_download() as kept:
        window.at("#save").click()
    script = kept.value.path().read_text()
    assert "press:" in script
    window.at("#share").click()
    expect(window.at("#after-words")).to_have_text("Copiado.")
    link = window.page.evaluate("navigator.clipboard.readText()")
    assert "at=2026-03-10T10%3A00&customer=c1-1" in link
    assert not {"11222333000181", "1234"} & set(re.findall(r"\d+", unquote(link)))
    again = open_window("en").open(link.removeprefix(window.site))
    expect(again.at("#redo")).to_be_visible()
    again.at("#dial").click()
    _stands_at(again, "codigo")
    expect(again.at("#dialogue .keys")).to_have_text(["2", "2", "•" * 14, "•" * 5])
    assert again.at(".customer.chosen").get_attribute("data-customer") == "c1-1"


def test_a_map_that_comes_late_shows_the_whole_way(open_window: OpenWindow) -> None:
    window = open_window()
    held: list[Route] = []
    window.page.route("**/embedded", lambda route: held.append(route))
    window.open().at("#dial").click()
    expect(window.at("#caption")).to_contain_text(GREETING)
    held[0].continue_()
    _stands_at(window, "principal")
    window.at("#hang-up").click()


def test_a_call_is_made_with_the_keyboard_alone(open_window: OpenWindow) -> None:
    window = open_window().open()
    keyboard = window.page.keyboard
    for _ in range(40):
        keyboard.press("Tab")
        if window.page.evaluate("document.activeElement.id") == "dial":
            break
    keyboard.press("Enter")
    expect(window.at("#caption")).to_contain_text(GREETING)
    keyboard.press("2")
    expect(window.at("#caption")).to_contain_text("Para suporte")
    for _ in range(40):
        keyboard.press("Tab")
        if window.page.evaluate("document.activeElement.id") == "words":
            break
    keyboard.type("suporte técnico 2")
    expect(window.at("#keyed")).to_have_text("")
    keyboard.press("Enter")
    expect(window.at("#dialogue .caller .words").last).to_have_text(re.compile("suporte"))
    while window.page.evaluate("document.activeElement.id") != "hang-up":
        keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    expect(window.at("#status")).to_have_text("Você desligou")


def test_the_recording_is_really_played_as_loud_and_as_long(open_window: OpenWindow) -> None:
    window = open_window().open()
    with window.page.expect_response(RECORDING) as greeting:
        window.at("#dial").click()
    expect(window.at("#caption")).to_contain_text(GREETING)
    with window.page.expect_response(
        lambda answer: RECORDING.search(answer.url) is not None and answer.url != greeting.value.url
    ) as fetched:
        window.at("#words").fill("software")
        window.at("#words").press("Enter")
    clip = _samples(requests.get(fetched.value.url, timeout=10).content)
    spoken = [n for n in range(0, len(clip) - 80, 80) if rms(clip[n : n + 80]) > LOUD]
    expected = clip[spoken[0] : spoken[-1] + 80]
    seconds = len(expected) / 8000
    expect(window.at("#status")).to_have_text(re.compile("Sua vez"))
    window.page.wait_for_timeout(300)
    heard = window.loudness()
    window.at("#hang-up").click()
    ends = [at for at, loudness in heard if loudness > LOUD][-1]
    # The greeting, which was cut short, stands before it: what is looked at begins a little too early.
    last = [(at, loudness) for at, loudness in heard if ends - seconds - 0.2 <= at <= ends]
    begins = next(at for at, loudness in last if loudness > LOUD)
    played = [loudness for at, loudness in last if begins <= at]
    assert seconds > 2
    assert ends - begins == pytest.approx(seconds, abs=0.1)
    assert rms(played) == pytest.approx(rms(expected), rel=0.1)


def test_a_key_silences_the_prompt_at_once(open_window: OpenWindow) -> None:
    window = open_window().open()
    window.at("#dial").click()
    expect(window.at("#caption")).to_contain_text(GREETING)
    window.page.wait_for_timeout(1000)
    # Pressed while it speaks; the greeting lasts five seconds, the next prompt is of the next menu.
    window.page.keyboard.press("2")
    expect(window.at("#dialogue .cut")).to_contain_text(GREETING)
    expect(window.at("#caption")).to_contain_text("Para suporte")
    elapsed = window.at("#elapsed").inner_text()
    window.at("#hang-up").click()
    assert elapsed in {"00:01", "00:02", "00:03"}
    window.page.wait_for_timeout(200)
    assert window.loudness()[-1][1] < LOUD


@pytest.mark.parametrize(("key", "row", "column"), [("5", 770, 1336), ("#", 941, 1477)])
def test_a_key_sounds_its_two_tones(open_window: OpenWindow, key: str, row: int, column: int) -> None:
    window = open_window().open()
    window.page.keyboard.press("1")  # the first one makes the way to the ear
    window.page.wait_for_timeout(500)
    window.at(f'#pad [data-key="{key}"]').hover()
    begin = len(window.loudness())
    window.page.mouse.down()
    window.page.wait_for_timeout(300)
    window.page.mouse.up()
    window.page.wait_for_timeout(100)
    pieces = window.heard(begin)
    samples = [sample for piece in pieces if rms(piece["samples"]) > LOUD for sample in piece["samples"]]
    rate = window.page.evaluate("heard.rate")
    power = {pitch: _power(samples, pitch, rate) for pitch in (697, 770, 852, 941, 1209, 1336, 1477)}
    assert set(sorted(power, key=power.__getitem__)[-2:]) == {row, column}
    expect(window.at("#keyed")).to_have_text(f"1{key}")


@pytest.fixture
def answered() -> Iterator[str]:
    with app_of_others({"/voice": RUNG, "/whisper": WHISPER, "/accepted": ACCEPTED}) as address:
        yield f"{address}/voice"


def test_two_windows_meet_in_one_call(open_window: OpenWindow, answered: str) -> None:
    caller, agent = open_window().open("/"), open_window("en").open("/")
    caller.at("#line").select_option("")
    caller.at("#url").fill(answered)
    caller.at("#dial").click()
    agent.at(".ring .take-it").click()
    expect(agent.at(".ring .said")).to_contain_text("Para aceitar a ligação, tecle 1")
    agent.at(".ring .chips").get_by_text("1", exact=True).click()
    expect(caller.at("#status")).to_have_text("Em conversa")
    expect(caller.at(".ring")).to_have_count(0)
    agent.at(".ring input").fill("Suporte, bom dia")
    agent.at(".ring input").press("Enter")
    expect(caller.at("#dialogue .other .words").last).to_have_text("Suporte, bom dia")
    caller.at("#words").fill("Bom dia, preciso de ajuda")
    caller.at("#words").press("Enter")
    expect(agent.at(".ring .theirs")).to_have_text("Bom dia, preciso de ajuda")
    agent.at(".ring .hang").click()
    expect(agent.at(".ring")).to_have_count(0)
    expect(caller.at("#status")).not_to_have_text("Em conversa")


@pytest.fixture
def voicemail() -> Iterator[str]:
    with app_of_others({"/voice": VOICEMAIL, "/over": OVER}) as address:
        yield f"{address}/voice"


def test_any_app_is_called_and_the_microphone_is_recorded_and_heard(open_window: OpenWindow, voicemail: str) -> None:
    window = open_window().open("/")
    window.at("#line").select_option("")
    window.at("#url").fill(voicemail)
    window.at("#dial").click()
    expect(window.at("#status")).to_contain_text("Gravando")
    window.at("#microphone").click()
    expect(window.at("#microphone")).to_have_attribute("aria-pressed", "true")
    window.page.wait_for_timeout(1500)
    window.key("#")
    expect(window.at("#dialogue .caller").last).to_contain_text("gravados")
    before = len(window.loudness())
    window.at("#dialogue .caller .button").click()
    window.page.wait_for_timeout(1200)
    heard = [loudness for _, loudness in window.loudness()[before:]]
    assert max(heard) > LOUD, "the microphone's beep is not heard in the recording"


def test_the_page_fits_a_telephone_and_keeps_the_pad_in_sight(open_window: OpenWindow) -> None:
    window = open_window(width=390, height=844, dark=True).open()
    assert window.page.evaluate("document.documentElement.scrollWidth") == 390
    window.at("#dial").tap()
    expect(window.at("#caption")).to_contain_text(GREETING)
    window.at('[data-key="2"]').tap()
    expect(window.at("#caption")).to_contain_text("Para suporte")
    assert window.page.evaluate("scrollY") == 0
    window.picture("telephone-small")
    expect(window.at("#hang-up")).to_be_in_viewport()
    expect(window.at("#caption")).to_be_in_viewport()
    assert window.page.evaluate("document.documentElement.scrollWidth") == 390
    window.at("#hang-up").tap()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_serious_stands_in_the_way_of_anybody(open_window: OpenWindow, dark: bool) -> None:
    window = open_window(dark=dark).open()
    if not dark:
        assert _serious(window, beside="#map") == []
    window.at("#dial").click()
    expect(window.at("#caption")).to_contain_text(GREETING)
    window.key("2", "2")
    expect(window.at("#at-hand")).to_be_visible()
    assert _serious(window, beside="#map" if dark else "") == []  # a dark map has a test of its own
    window.at("#tab-bonnet").click()
    if dark:
        assert _serious(window, beside="#map") == []
    window.at("#hang-up").click()


def test_the_page_speaks_both_languages(open_window: OpenWindow) -> None:
    window = open_window("en-GB").open()
    expect(window.at("h1")).to_have_text("Call the line")
    expect(window.at("#mode")).to_contain_text("REHEARSAL")
    window.at('.languages [hreflang="pt-BR"]').click()
    expect(window.at("h1")).to_have_text("Ligue para a linha")
    expect(window.at("#status")).to_have_text("Pronto")
    expect(window.at("html")).to_have_attribute("lang", "pt-BR")


def _stands_at(window: Window, state: str) -> None:
    expect(window.at(f'#map .list .head.here[data-state="{state}"]')).to_have_count(1)


def _serious(window: Window, beside: str) -> list[str]:
    found = window.violations(beside)
    return [
        f"{each['id']}: {each['help']}: {[node['target'] for node in each['nodes']][:3]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


def _samples(wav: bytes) -> list[float]:
    """The samples of a WAV file of 8-bit µ-law, by the formula of ITU-T G.711."""
    data = wav[wav.index(b"data") + 8 :]
    told = []
    for byte in data:
        turned = ~byte & 0xFF
        magnitude = ((((turned & 0x0F) << 3) + 132) << ((turned & 0x70) >> 4)) - 132
        told.append((-magnitude if turned & 0x80 else magnitude) / 32768)
    return told


def _power(samples: list[float], pitch: float, rate: float) -> float:
    """How much of ``pitch`` is in the samples, by Goertzel's algorithm."""
    factor = 2 * math.cos(2 * math.pi * pitch / rate)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + factor * last - before
    return last * last + before * before - factor * last * before
