"""What a caller did is recorded as the steps of a call script."""

from __future__ import annotations

import pytest

from ivr.replay.recorder import fragment, quoted
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from tests.replay.recording import menu, record, recorded_steps, steps_of, target_of
from tests.webapps import WebApp


def test_keys_of_one_entry_become_one_press() -> None:
    class OneByOne(ScriptedPhone):
        def act(self, moment: Moment) -> Act | None:
            return acts.Press("12#"[moment.keyed], 1.0) if moment.kind == "gather" else None

    _, text = record(target_of(menu()), OneByOne())
    assert recorded_steps(text) == ["- hear: Bem-vindo à Central", '- press: "12#"', "- hear: Certo"]


def test_an_entry_that_was_broken_off_is_followed_by_silence() -> None:
    assert steps_of(menu(), steps.Press("12"), steps.Silent()) == [
        "- hear: Bem-vindo à Central",
        '- press: "12"',
        "- silent: true",
        "- hear: Certo",
    ]


def test_keys_over_a_prompt_are_pressed_during_it() -> None:
    assert steps_of(menu(), steps.Press("2#", during=1))[:3] == [
        "- hear: Bem-vindo à Central",
        '- press: "2#"',
        "during: 1",
    ]


def test_hanging_up_is_recorded_where_it_happened() -> None:
    assert steps_of(menu(), steps.HangUp(during=1))[-1] == "- hang_up: {during: 1}"
    assert steps_of(menu(), steps.Silent(), steps.HangUp(inside="Say"))[-2:] == [
        "- hear: Adeus",
        "- hang_up: {in: Say}",
    ]


def test_a_talk_that_the_caller_ended_lasts_until_then() -> None:
    app = WebApp().page("/voice", "<Dial hangupOnStar='true'>+5511900000000</Dial><Say>De volta.</Say>")
    assert steps_of(app, steps.Callee("answered", until_caller=True), steps.Press("*")) == [
        "- callee: answered",
        "until: caller",
        '- press: "*"',
        "- hear: De volta",
    ]
    assert steps_of(app, steps.Callee("answered", seconds=42.5)) == [
        "- callee: answered",
        "for: 42.5",
        "- hear: De volta",
    ]


def test_what_the_callee_keys_into_the_whisper_is_recorded_with_the_answer() -> None:
    number = "<Number url='/whisper'>+5511900000000</Number>"
    app = WebApp().page("/voice", f"<Dial action='/after'>{number}</Dial>").page("/after", "<Say>De volta.</Say>")
    app.page("/whisper", "<Gather numDigits='1' action='/accept'><Say>Tecle 1.</Say></Gather><Hangup/>")
    app.page("/accept", "")
    assert steps_of(app, steps.Callee("answered", until_caller=True, keys="1"), steps.HangUp()) == [
        "- callee: answered",
        'press: "1"',
        "until: caller",
        "- hang_up: true",
    ]


def test_each_of_several_legs_is_named() -> None:
    app = WebApp().page(
        "/voice", "<Dial timeout='20'><Number>+5511900000000</Number><Number>+5511900000001</Number></Dial>"
    )
    assert steps_of(app, steps.Callee("busy", leg=2)) == [
        "- callee: busy",
        "leg: 2",
        "- callee: no-answer",
        "leg: 1",
    ]


def test_a_queue_is_left_after_as_many_seconds_as_it_was() -> None:
    app = WebApp().page("/voice", "<Enqueue action='/after'>fila</Enqueue>").page("/after", "<Say>Fim.</Say>")
    assert steps_of(app, steps.InQueue("bridged", after=25, seconds=7)) == [
        "- queue: bridged",
        "after: 25",
        "for: 7",
        "- hear: Fim",
    ]
    assert steps_of(app, steps.InQueue("wait", seconds=30), steps.HangUp()) == [
        "- queue: wait",
        "for: 30",
        "- hang_up: true",
    ]


def test_a_sound_is_recorded_by_the_name_of_its_file() -> None:
    app = WebApp().page("/voice", "<Play>http://cdn.test/prompts/ola.mp3?token=1</Play><Gather numDigits='1'/>", "")
    assert steps_of(app, steps.Press("1")) == ["- play: ola.mp3", '- press: "1"']


@pytest.mark.parametrize("read_back", ["11144477735", "111.444.777-35", "1, 1, 1, 4 4 4 7 7 7 3 5"])
def test_a_secret_that_an_app_reads_back_stands_in_no_recorded_step(read_back: str) -> None:
    app = WebApp().page("/voice", "<Gather action='/next'><Say>Seu CPF?</Say></Gather>")
    app.page("/next", f"<Say>O número {read_back}, certo.</Say>")
    did = (steps.Press("11144477735#"), steps.Hear("certo"))
    assert steps_of(app, *did, secret=True) == [
        "- hear: Seu CPF",
        '- press: "<fill in>"  # secret, 12 long',
        "- hear: O número",
    ]
    assert f"- hear: {quoted(fragment(f'O número {read_back}, certo.'))}" in steps_of(app, *did)
