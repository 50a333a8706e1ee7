"""Call scripts whose people text, and what they expect of the texts that an application sends."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from ivr.errors import ScriptError
from ivr.replay.call_target import UrlTarget, all_is_secret, is_secret
from ivr.replay.line_target import LineTarget
from ivr.replay.runner import Played, play
from ivr.replay.scenes.player import play_any
from ivr.replay.scenes.scene import read_scenes_and_scripts
from ivr.replay.script import ScriptLines, read_scripts
from ivr.simulator.carrier import Carrier
from ivr.simulator.transports import WsgiTransport
from tests.webapps import CALL_SID, CALLED, WebApp

SMS = "carrier: {messaging: {url: /sms}}\n"


def app() -> WebApp:
    made = WebApp().page("/voice", "<Say>Mande sim.</Say><Pause length='9'/><Sms>tchau</Sms>")
    return made.page("/sms", "<Message>Recebi.</Message><Message to='+5511900000001'>Aviso</Message>", "")


def played(tmp_path: Path, script: str, url: str = "http://app.test/voice", *, secret: bool = False) -> Played:
    file = tmp_path / "a.call.yaml"
    file.write_text(f"call: a\n{script}", encoding="utf-8")
    (read,) = read_scripts([file], ScriptLines(None, None, "x"))
    return play(read, target(url, secret=secret))


def target(url: str, *, secret: bool = False) -> UrlTarget:
    return UrlTarget(
        url,
        WsgiTransport(app()),
        to=CALLED,
        zone=UTC,
        carrier=Carrier(),
        new_sid=lambda: CALL_SID,
        conceals=all_is_secret if secret else is_secret,
    )


def test_a_caller_texts_while_the_call_goes_on(tmp_path: Path) -> None:
    script = SMS + "steps: [{hear: Mande}, {sms: sim}, {texted: recebi}, {hang_up: {in: Pause}}]"
    result = played(tmp_path, script)
    assert result.failures == []
    told = [(each["t"], each["direction"]) for each in result.transcript["events"] if each["kind"] == "text"]
    assert told[0] == (0.33, "inbound")  # the prompt is over before a person's second is
    assert [direction for _, direction in told] == ["inbound", "outbound-reply", "outbound-reply"]


def test_a_text_may_be_waited_with_and_ends_no_moment(tmp_path: Path) -> None:
    script = SMS + "steps: [{sms: sim, after: 5}, {texted: any}]\nexpect: {duration: {least: 9.6, most: 9.7}}"
    result = played(tmp_path, script)
    assert result.failures == []
    assert next(each["t"] for each in result.transcript["events"] if each["kind"] == "text") == 5.0


def test_what_the_application_texts_is_expected_in_its_order(tmp_path: Path) -> None:
    script = SMS + "texts: {'+5511900000001': {ended: failed, error: 30007}}\nsteps: [{sms: sim}]\nexpect: {texts: %s}"
    right = '[{hear: recebi, ended: delivered}, {to: "+5511900000001", ended: failed, error: 30007}, {hear: tchau}]'
    assert played(tmp_path, script % right).failures == []
    wrong = '[{hear: oi, from: "+5511"}, {to: "+551", ended: sent}, {error: 30003}]'
    assert [failure.partition(": ")[2] for failure in played(tmp_path, script % wrong).failures] == [
        f"expected a text from +5511, but it came from {CALLED}",
        "expected a text that says 'oi', but it says \"Recebi.\"",
        "expected a text to +551, but it went to +5511900000001",
        "expected a text that is sent, but it is failed with 30007",
        "expected a text that is anything with 30003, but it is delivered",
    ]


def test_a_text_that_nobody_expected_is_told(tmp_path: Path) -> None:
    (failure,) = played(tmp_path, "steps: [{hear: Mande}]\nexpect: {texts: []}").failures
    assert failure.endswith('expected 0 texts, but these came: to +5511987650000: "tchau"')


def test_a_text_that_did_not_come_fails_at_its_step(tmp_path: Path) -> None:
    (failure,) = played(tmp_path, SMS + "steps:\n  - sms: sim\n  - texted: nunca").failures
    assert failure.endswith('a.call.yaml:5: \'nunca\' was not texted; texted instead: "Recebi.", "Aviso", "tchau"')


def test_a_text_that_comes_late_fails_at_its_step(tmp_path: Path) -> None:
    script = "steps: [{hear: Mande}, {texted: tchau, within: 5}]"
    (failure,) = played(tmp_path, script).failures
    assert "'tchau' was texted only 9.7 s after the caller's last act, not within 5 s" in failure


def test_people_who_only_text_make_no_call(tmp_path: Path) -> None:
    script = "steps: [{sms: oi}, {texted: recebi}, {sms: nada}]\nexpect: {requests: 2}"
    result = played(tmp_path, script, "http://app.test/sms")
    assert result.failures == []
    assert [each["kind"] for each in result.transcript["events"] if each["kind"] != "request"] == ["text"] * 4
    (failure,) = played(tmp_path, "steps: [{sms: oi}, {texted: nunca}, {sms: b}]", "http://app.test/sms").failures
    assert "'nunca' was not texted" in failure


def test_a_conversation_that_fails_is_never_green(tmp_path: Path) -> None:
    (failure,) = played(tmp_path, "steps: [{sms: oi}]", "http://app.test/away").failures
    assert "the conversation met error 11200" in failure
    assert played(tmp_path, "steps: [{sms: oi}]\nexpect: {error: 11200}", "http://app.test/away").failures == []


def test_secret_texts_are_marks_in_transcript_and_failures(tmp_path: Path) -> None:
    script = SMS + "steps: [{hear: Mande}, {sms: canario}]"
    result = played(tmp_path, script, secret=True)
    assert result.failures == []
    assert "canario" not in str(result.transcript)
    assert any(each["kind"] == "text" and each["body"] == "•" * 7 for each in result.transcript["events"])


def test_a_line_of_ours_answers_no_texts(tmp_path: Path) -> None:
    file = tmp_path / "a.call.yaml"
    file.write_text("call: a\nsteps: [{sms: oi}]", encoding="utf-8")
    (script,) = read_scripts([file], ScriptLines(None, None, "4003-0015"))
    line = LineTarget("a", lambda *_: app(), entry="http://app.test/voice", to=CALLED, zone=UTC, carrier=Carrier())
    with pytest.raises(ScriptError) as refused:
        play(script, line)
    assert "a line of ours answers no texts" in str(refused.value.diagnostics[0])


SCENE = """
scene: Texts between parties
carrier: {messaging: {url: /sms}}
texts: {"+5511900000001": undelivered}
parties:
  ana:
    from: "+5511911110001"
    steps:
      - hear: Mande
      - sms: sim
      - texted: Recebi
      - hang_up: {in: Pause}
    expect: {texts: [{hear: recebi, ended: delivered}]}
  beto:
    telephone: "+5511900000001"
    steps:
      - texted: AVISO
      - sms: obrigado
        after: 2
    expect: {texts: [{hear: Aviso, ended: undelivered}], rang: 0}
"""


def scene(tmp_path: Path, written: str) -> Played:
    file = tmp_path / "a.scene.yaml"
    file.write_text(written, encoding="utf-8")
    (read,), bad = read_scenes_and_scripts([file], ScriptLines(None, None, "x"))
    assert bad == []
    return play_any(read, target("http://app.test/voice"))


def test_parties_of_a_scene_text_and_are_texted_beside_their_calls(tmp_path: Path) -> None:
    result = scene(tmp_path, SCENE)
    assert result.failures == []
    texts = [(each["party"], each["body"]) for each in result.transcript["events"] if each["kind"] == "text"]
    assert texts == [("ana", "sim"), ("ana", "Recebi."), ("beto", "Aviso"), ("beto", "obrigado")]
    assert [each["body"] for each in result.transcript["parties"]["beto"]["texts"]] == ["Aviso"]


def test_a_party_that_is_not_texted_fails_the_scene(tmp_path: Path) -> None:
    (failure,) = scene(tmp_path, SCENE.replace("texted: AVISO", "texted: nunca")).failures
    assert "'nunca' was not texted; texted instead: \"Aviso\"" in failure
    (failure,) = scene(tmp_path, SCENE.replace("{hear: Aviso, ended: undelivered}", "")).failures
    assert 'beto: expected 0 texts, but these came: to +5511900000001: "Aviso"' in failure


def test_a_party_cannot_text_where_nobody_is_told(tmp_path: Path) -> None:
    (failure,) = scene(tmp_path, SCENE.replace("carrier: {messaging: {url: /sms}}\n", "")).failures
    assert "the number has no messaging webhook" in failure
