"""A call that was recorded plays again as it went, whoever made it and whatever they did."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app import create_app
from ivr.cli.targets import LocalLines
from ivr.errors import ScriptError
from ivr.replay.call_target import UrlTarget
from ivr.replay.recorder import FRAGMENT, fragment, quoted
from ivr.replay.runner import Played, play
from ivr.replay.script import Script, ScriptLines, read_scripts
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.carrier import Carrier
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import REACTION, ScriptedPhone
from ivr.simulator.transcript import Event
from ivr.simulator.transports import WsgiTransport
from ivr.source.diagnostics import Diagnostics
from ivr.source.yaml import parse, plain
from tests.replay.recording import LINE, ZONE, menu, record, recorded_of, target_of
from tests.webapps import WebApp, sentences

FLOWS = Path(__file__).parents[2] / "flows"

ENTRIES = ("2", "3", "4", "5", "7", "9", "0", "*", "#", "11222333000181", "1234#", "52998224725", "9630#", "0510003#")
"""Keys that lead somewhere on the shipped line, and some that lead nowhere."""

WAYS_IN = ((), ("4",), ("2", "2", "11222333000181", "1234#"), ("2", "3", "11222333000181", "4321#"))
"""Keys with which a walk begins, so that some go beyond the password."""

WORDS = ("suporte técnico", "ouvidoria", "quero falar com alguém", "xyz", "um dois três")


class Wanderer:
    """Somebody who does now this and now that, as the dice of ``seed`` fall, and hangs up in the end."""

    def __init__(self, seed: int, patience: int = 25) -> None:
        self._dice = random.Random(seed)
        self._patience = patience
        self._way_in = list(self._dice.choice(WAYS_IN))

    def act(self, moment: Moment) -> Act | None:
        dice = self._dice
        if moment.kind == "gather" and self._way_in:
            return acts.Press(self._way_in.pop(0), 0.5)
        self._patience -= 1
        length = 20.0 if moment.seconds is None else moment.seconds
        # What is told in a queue depends on the time, so nobody there is faster than people of a script are.
        after = round(dice.uniform(min(REACTION, length) if moment.queue else 0, length), 3)
        if self._patience < 0 or dice.random() < 0.02:
            return acts.HangUp(after)
        leg = dice.choice([one.number for one in moment.legs]) if moment.legs else 1
        talk = dice.choice([3.0, 61.5])
        choices: dict[str, list[Act | None]] = {
            "playing": [None, None, None, acts.Press(dice.choice(ENTRIES), after), acts.Speak("oi")],
            "gather": [
                *(acts.Press(dice.choice(ENTRIES), after) for _ in range(4)),
                acts.Speak(dice.choice(WORDS), 0.8, after),
                None,
            ],
            "record": [acts.Talk(talk), acts.Press("#", after), None],
            "ringing": [
                acts.Answered(talk, leg, after / 2),
                acts.Answered(None, leg),
                acts.Busy(leg),
                acts.NoAnswer(leg),
                acts.Failed(leg),
                acts.Canceled(leg),
                None,
            ],
            "connected": [None, acts.Press("1", after), acts.HangUp(after)],
            "queue": [acts.Bridged(talk, after), acts.HangUp(after)],
        }
        return dice.choice(choices[moment.kind])

    def notice(self, event: Event) -> None:
        """Whatever it is."""

    def ended(self) -> str | None:
        return None


def read(folder: Path, text: str) -> Script:
    file = folder / "recorded.call.yaml"
    file.write_text(text, encoding="utf-8")
    (script,) = read_scripts([file], ScriptLines(folder, None, LINE))
    return script


def heard(played: Played) -> list[str]:
    """What the line said, in its order."""
    return sentences(played.transcript["events"])


@pytest.fixture(scope="module")
def local_lines() -> LocalLines:
    return LocalLines(create_app, FLOWS)


@given(st.integers(0, 2**32))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_walk_through_the_shipped_line_plays_again_as_it_went(
    local_lines: LocalLines, tmp_path: Path, seed: int
) -> None:
    first, text = record(local_lines.target(LINE), Wanderer(seed))
    again = play(read(tmp_path, text), local_lines.target(LINE))
    assert again.failures == [], text
    assert again.edges == first.edges, text
    assert _unnumbered(again)[: len(heard(first)) - 1] == _unnumbered(first)[:-1], text


def _unnumbered(played: Played) -> list[str]:
    """What is heard, less the numbers of protocols and tickets, and the time in a queue: each call has its own."""
    number = r"(?i)((?:protocolo|chamado)\b.*? )\w+, .*\.|(espera nesta fila).*"
    return [re.sub(number, r"\1\2", sentence) for sentence in heard(played)]


SECRET_STEPS = (steps.Press("4711#"),)


def test_a_secret_is_left_to_be_filled_in_and_its_script_is_not_played(tmp_path: Path) -> None:
    recording = recorded_of(menu(), *SECRET_STEPS, secret=True)
    assert "4711" not in recording.text
    (line,) = recording.to_fill_in
    assert recording.text.splitlines()[line - 1] == '  - press: "<fill in>"  # secret, 5 long'
    with pytest.raises(ScriptError) as raised:
        read(tmp_path, recording.text)
    assert str(raised.value).startswith(
        f"{tmp_path}/recorded.call.yaml:{line}:12: 'press' of step 2: still to be filled"
    )


def test_words_that_were_secret_are_left_to_be_filled_in_too(tmp_path: Path) -> None:
    app = WebApp().page("/voice", "<Gather input='speech' action='/next'/>").page("/next", "")
    recording = recorded_of(app, steps.Speak("minha senha"), secret=True)
    assert "senha" not in recording.text
    with pytest.raises(ScriptError, match="'speak' of step 1: still to be filled in"):
        read(tmp_path, recording.text)


def test_secrets_are_written_where_they_are_asked_for() -> None:
    recording = recorded_of(menu(), *SECRET_STEPS, secret=True, secrets=True)
    assert '- press: "4711#"' in recording.text
    assert recording.to_fill_in == ()


def test_a_script_of_a_call_to_a_url_says_how_to_play_it_and_no_secret() -> None:
    transport = WsgiTransport(WebApp().page("/voice", "<Hangup/>"))
    url = "http://ana:pw@app.test/voice?key=sesame"
    target = UrlTarget(url, transport, to="+1", zone=ZONE, carrier=Carrier(), new_sid=lambda: "CA1")
    _, text = record(target, ScriptedPhone())
    assert text.splitlines() == [
        "# Play it again: ivr call http://app.test/voice --script <this file>",
        'call: "Call to http://app.test/voice, 2026-03-10 10:00"',
        'from: "+5511987650000"',
        "at: 2026-03-10T10:00:00",
        "expect:",
        "  ended: completed",
        "  error: none",
        "  requests: 1",
    ]


CONFIGURED = """\
call: Configured
at: 2026-12-24T23:30:15
from: client:ana
carrier:
  auth_token: sesame
  method: GET
  fallback: {url: /fallback}
  status_callback: {url: "http://app.test/status", events: [initiated, completed]}
fixtures: {companies: [{document: "11222333000181", name: "null"}]}
"""


def test_what_the_script_set_up_is_recorded_but_no_token_and_no_fixtures(tmp_path: Path) -> None:
    script = read(tmp_path, CONFIGURED)
    app = WebApp().page("/voice", "<Hangup/>").page("/status", "")
    _, text = record(target_of(app), ScriptedPhone(), script, secrets=False)
    assert "sesame" not in text
    assert "11222333000181" not in text
    assert f"# fixtures: copy it from {script.where}" in text.splitlines()
    again = read(tmp_path, text)
    assert (again.title, again.at, again.from_) == (script.title, script.at, script.from_)
    assert again.carrier.fallback == script.carrier.fallback
    assert again.carrier.status_callback == script.carrier.status_callback
    assert again.carrier.auth_token is None


def test_fixtures_are_recorded_with_the_secrets(tmp_path: Path) -> None:
    script = read(tmp_path, CONFIGURED)
    _, text = record(target_of(WebApp().page("/voice", "<Hangup/>")), ScriptedPhone(), script, secrets=True)
    assert read(tmp_path, text).fixtures == script.fixtures


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\x85\ufffe\uffff"), max_size=30))
@example("soft\u00adhyphen, \u200bzero width, \ufeffmark")
def test_any_text_that_is_quoted_is_read_back(text: str) -> None:
    faults = Diagnostics()
    (value,) = parse(f"- {quoted(text)}\n", "a", faults)
    assert plain(value) == [text]
    assert not faults.errors


@given(st.text(max_size=200))
def test_a_fragment_is_short_and_the_prompt_begins_with_it(text: str) -> None:
    begin = fragment(text)
    assert len(begin) <= FRAGMENT
    assert begin in " ".join(text.split())
    assert begin.isprintable()


@pytest.mark.parametrize("secrets", [False, True])
def test_a_document_that_was_read_back_is_written_only_where_secrets_are(
    local_lines: LocalLines, secrets: bool
) -> None:
    did = (steps.Press("2"), steps.Press("2"), steps.Press("12222345013335"), steps.Press("1"), steps.HangUp())
    _, text = record(local_lines.target(LINE), ScriptedPhone(did), secrets=secrets)
    assert ("Encontrei o CNPJ" in text) is ("12222345013335" in text) is secrets
