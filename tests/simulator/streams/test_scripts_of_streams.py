"""Call scripts that talk with an application of media streams: steps, expectations, and what makes them red."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ivr.errors import ScriptError, TargetError
from ivr.mulaw import decode
from ivr.replay.call_target import UrlTarget
from ivr.replay.recorder import steps_of
from ivr.replay.recording_phone import RecordingPhone
from ivr.replay.runner import Played, phone_of, play
from ivr.replay.script import ScriptLines, read_scripts
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import VirtualClock
from ivr.simulator.phones.dialogue import dialogue
from ivr.simulator.streaming.frames import QUIET, tone
from ivr.simulator.transports import WsgiTransport
from ivr.simulator.tunnel import Tunnel
from ivr.wav import PCM, Wav, mu_law, read_wav
from tests.simulator.streams.calls import ENTRY, PACE
from tests.simulator.streams.strict_app import SOUND, Session, StreamApp, served
from tests.simulator.streams.test_media_streams import clears, drops, greets, marks, misbehaves
from tests.webapps import AT, CALLED, WebApp

pytestmark = pytest.mark.network

HELLO = tone(0.2, 600)
"""What the caller says."""


def answers(session: Session, message: dict[str, Any]) -> None:
    """Wait for the caller to make a sound and be silent again, then answer with a marked sound, and close on a key."""
    match message["event"]:
        case "media" if session.heard().rstrip(QUIET).endswith(HELLO.rstrip(QUIET)) and "answer" not in session.sent:
            session.play(SOUND)
            session.mark("answer")
        case "dtmf":
            session.connection.close()


def answers_wrongly(session: Session, message: dict[str, Any]) -> None:
    """Play something else than what was agreed on, half of it."""
    if message["event"] == "start":
        session.play(SOUND[:1000] + b"\x00" + SOUND[1001:])
        session.mark("other")


@pytest.fixture(scope="module")
def app() -> Iterator[StreamApp]:
    behaviours: dict[str, Any] = {
        "greets": greets,
        "marks": marks,
        "clears": clears,
        "drops": drops,
        "answers": answers,
        "wrong": answers_wrongly,
        "bad": misbehaves('{"event": "clear", "streamSid": "SID"}', "hello"),
    }
    with served(behaviours) as app:
        yield app


Rehearse = Callable[..., Played]


@pytest.fixture
def rehearse(app: StreamApp, tmp_path: Path) -> Rehearse:
    """Plays the text of a script on a call that is connected to a path of the application."""
    (tmp_path / "hello.wav").write_bytes(mu_law(HELLO).written())
    (tmp_path / "sound.wav").write_bytes(mu_law(SOUND).written())

    def rehearsed(path: str, text: str, recorded: list[RecordingPhone] | None = None) -> Played:
        file = tmp_path / "talk.call.yaml"
        file.write_text(f"call: A talk\n{text}", encoding="utf-8")
        (script,) = read_scripts([file], ScriptLines(tmp_path, None, "an app"))
        webhooks = WebApp().page(
            "/voice", f'<Connect><Stream url="{app.url(path)}" name="voice"/></Connect><Say>next</Say>'
        )
        target = UrlTarget(
            ENTRY,
            WsgiTransport(webhooks),
            to=CALLED,
            zone=ZoneInfo("UTC"),
            carrier=Carrier(tunnel=Tunnel.of(app.tunnel.items())),
            new_sid=lambda: "CA" + "1" * 32,
            make_clock=lambda at: VirtualClock(at, PACE),
        )

        def recording(setup: CallSetup) -> RecordingPhone:
            phone = RecordingPhone(phone_of(script, setup, target), AT)
            if recorded is not None:
                recorded.append(phone)
            return phone

        return play(script, target, phone_for=recording)

    return rehearsed


def test_a_whole_talk_with_a_stream_is_a_green_script(rehearse: Rehearse, app: StreamApp) -> None:
    played = rehearse(
        "answers",
        """\
keep_sound: heard
steps:
  - hear_silence: 0.1
  - say_wav: hello.wav
  - hear_sound: 0.2
  - {mark: answer, within: 3}
  - {press: "7", after: 0.1}
  - stream_ends: yes
  - hear: next
expect:
  ended: completed
  streams:
    - {name: voice, sound: {least: 0.3, most: 0.4}, marks: [answer], cleared: 0, ended: app, heard: sound.wav}
""",
    )
    assert (played.failures, played.warnings) == ([], [])
    (session,) = app.at("answers")
    assert HELLO.strip(QUIET) in session.heard()
    (stream,) = [event for event in played.transcript["events"] if event["kind"] == "stream"]
    kept = read_wav(Path(stream["wav"]).read_bytes())
    assert Path(stream["wav"]).name == "talk-1-1.wav"
    assert SOUND in kept.samples


def test_the_dialogue_tells_both_sides_of_a_stream(rehearse: Rehearse) -> None:
    played = rehearse("answers", "steps: [{tone: 0.1}, {say_wav: hello.wav}, {mark: answer}, {press: '1', after: 0.1}]")
    told = [line[9:] for line in dialogue(played.transcript["events"])]
    wanted = ["opens a media stream, both ways: wss://media.example.com/answers", "makes a sound of 0.1 s"]
    wanted += ["plays sound, 0.3", "has its mark 'answer' played", "presses 1", "closes the media stream after"]
    for words in wanted:
        assert any(words in line for line in told), told


def test_a_clear_is_heard_and_sound_is_cut(rehearse: Rehearse) -> None:
    text = "steps: [{hear_sound: 0.1}, {cleared: yes}]\nexpect: {streams: [{cleared: 1, sound: {most: 1.9}}]}\n"
    assert rehearse("clears", text).failures == []


BREAKS = "carrier: {faults: {broken_streams: 0.1}}"
OTHER = "steps: [{mark: other}, {hang_up: yes}]"


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        (
            "greets",
            "steps: [{hear_sound: 5}]",
            "call.yaml:2: the call ended before this: 5 s of sound in a media stream",
        ),
        (
            "listens",
            "steps: [{hear_sound: 1, within: 0.5}]",
            "1 s of sound in a media stream did not come; heard in 0.",
        ),
        ("listens", "steps: [{mark: hi, within: 0.5}]", "the mark 'hi' of a media stream did not come"),
        ("wrong", "steps: [{mark: hi, within: 0.5}]", "marks: other, cleared: 0"),
        ("wrong", "steps: [{mark: other}, {cleared: yes, within: 0.2}]", "a clear in a media stream did not come"),
        ("wrong", "steps: [{hear_silence: 0.2, within: 0.2}]", "0.2 s of silence in a media stream did not come"),
        ("bad", "steps: []", "line 1: <Stream> wss://media.example.com/bad: message 2 that the application sent"),
        ("bad", "steps: []", "the call met error 31951"),
        ("drops", "steps: []", "the call met error 31903"),
        ("nowhere", "steps: []", "the call met error 31920"),
        ("greets", f"{BREAKS}\nsteps: [{{mark: played}}]", "the call ended before this: the mark 'played'"),
        ("greets", "expect: {streams: []}", "expected 0 media streams, but there was 1"),
        ("greets", "expect: {streams: [{name: other}]}", "expected the stream 'other', but it was 'voice'"),
        ("greets", "expect: {streams: [{sound: {least: 1}}]}", "expected at least 1 seconds of sound, but 0.3"),
        ("greets", "expect: {streams: [{sound: {most: 0.1}}]}", "and at most 0.1 seconds of sound, but 0.3"),
        ("greets", "expect: {streams: [{marks: []}]}", "expected the marks none, but there were played"),
        ("greets", "expect: {streams: [{cleared: 2}]}", "expected 2 clears, but there were 0"),
        ("greets", "expect: {streams: [{ended: call}]}", "expected the stream to be ended by call, but it was by app"),
        (
            "wrong",
            f"{OTHER}\nexpect: {{streams: [{{heard: sound.wav}}]}}",
            "the sound of sound.wav, but from sample 999 on",
        ),
        ("greets", "expect: {streams: [{words: oi}]}", "'words' of a media stream need a recogniser"),
    ],
)
def test_an_app_that_misbehaves_makes_its_script_red(rehearse: Rehearse, path: str, text: str, told: str) -> None:
    played = rehearse(path, text)
    assert any(told in failure for failure in played.failures), played.failures
    assert list(dialogue(played.transcript["events"]))


def test_who_speaks_without_a_voice_is_told_what_to_do(rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.studio.speech_engine.NEEDED", ("no_such_package",))
    (failure,) = rehearse("listens", "steps: [{speak: Alguém aí?}]").failures
    assert "no voice is installed that could speak into a media stream" in failure


def test_what_the_voice_of_the_studio_says_is_heard(
    rehearse: Rehearse, app: StreamApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Studio:
        def __init__(self, python: str) -> None: ...
        def __enter__(self) -> Studio:
            return self

        def __exit__(self, *_: object) -> None: ...
        def speak(self, text: str, voice: object) -> bytes:
            assert text == "Bom dia!"
            return mu_law(HELLO).written()

    monkeypatch.setattr("ivr.studio.speech_engine.NEEDED", ())
    monkeypatch.setattr("ivr.studio.speech_engine.SpeechEngine", Studio)
    before = len(app.at("listens"))
    assert (
        rehearse("listens", "steps: [{speak: Bom dia!}, {hear_silence: 0.1}, {hang_up: yes, after: 0}]").failures == []
    )
    assert HELLO.strip(QUIET) in app.at("listens")[before].heard()


def test_a_recorded_stream_says_what_was_done_and_heard_in_it(rehearse: Rehearse) -> None:
    recorded: list[RecordingPhone] = []
    text = "steps: [{say_wav: hello.wav}, {mark: answer}, {press: '1', after: 0.1}, {stream_ends: yes}]"
    assert rehearse("answers", text, recorded).failures == []
    written = [(step.verb, step.value) for step in steps_of(recorded[0].notes, secrets=False)]
    assert written == [("mark", "answer"), ("press", '"1"'), ("stream_ends", "yes"), ("hear", "next")]


def test_sound_that_cannot_be_kept_is_told_before_the_call(rehearse: Rehearse, app: StreamApp, tmp_path: Path) -> None:
    before = len(app.sessions)
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(TargetError, match="taken/here cannot be written"):
        rehearse("greets", "keep_sound: taken/here")
    assert len(app.sessions) == before


def test_a_recogniser_of_the_users_own_hears_words(
    rehearse: Rehearse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "def hear(wav):\n    assert wav[:4] == b'RIFF'\n    return 'Bom dia, São Paulo'\n"
    (tmp_path / "hears_words.py").write_text(module, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("IVR_RECOGNISER", "hears_words:hear")
    assert rehearse("greets", "expect: {streams: [{words: bom dia sao paulo}]}").failures == []
    (failure,) = rehearse("greets", "expect: {streams: [{words: boa noite}]}").failures
    assert "expected to hear 'boa noite', but the recogniser heard 'Bom dia, São Paulo'" in failure
    for named, told in (("hears_words:nothing", "cannot be imported"), ("no_such_module:hear", "cannot be imported")):
        monkeypatch.setenv("IVR_RECOGNISER", named)
        assert told in rehearse("greets", "expect: {streams: [{words: oi}]}").failures[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "steps: [{say_wav: nowhere.wav}]",
            "'say_wav' of step 1: nowhere.wav cannot be read (no such file or directory)",
        ),
        ("steps: [{say_wav: talk.call.yaml}]", "'say_wav' of step 1: talk.call.yaml is no WAV file"),
        ("steps: [{say_wav: high.wav}]", "high.wav is no sound of µ-law at 8000 samples a second"),
        ("steps: [{tone: 0}]", "a tone lasts up to 600 seconds, not '0'"),
        ("steps: [{tone: 1, hertz: 9000}]", "'hertz' of step 1 must be a whole number from 1 to 3999"),
        ("steps: [{cleared: no}]", "'cleared' of step 1 can only be true"),
        ("steps: [{hear_sound: long}]", "write seconds from 0 to 86400"),
        ("expect: {streams: [{heard: nowhere.wav}]}", "'heard' of stream 1 of 'streams': nowhere.wav cannot be read"),
        ("expect: {streams: [{ended: nobody}]}", "'ended' of stream 1 of 'streams' cannot be 'nobody'"),
        ("expect: {streams: [{sound: {}}]}", "needs 'most' or 'least', in seconds"),
        ("carrier: {faults: {slow_streams: yes}}", "'slow_streams' of 'faults' of 'carrier'"),
    ],
)
def test_what_cannot_be_a_step_of_a_stream_is_one_line(
    rehearse: Rehearse, tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "high.wav").write_bytes(Wav(PCM, 44100, 1, 16, 88200, 4, b"\0" * 4).written())
    with pytest.raises(ScriptError) as raised:
        rehearse("greets", text)
    assert told in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_sixteen_bit_sound_of_two_channels_becomes_a_telephones(
    rehearse: Rehearse, app: StreamApp, tmp_path: Path
) -> None:
    mono = decode(HELLO)
    both = b"".join(mono[at : at + 2] * 4 for at in range(0, len(mono), 2))
    (tmp_path / "both.wav").write_bytes(Wav(PCM, 16000, 2, 16, 64000, len(both), both).written())
    before = len(app.at("listens"))
    assert (
        rehearse("listens", "steps: [{say_wav: both.wav}, {hear_silence: 0.1}, {hang_up: yes, after: 0.1}]").failures
        == []
    )
    assert HELLO.strip(QUIET) in app.at("listens")[before].heard()
