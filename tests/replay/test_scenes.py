"""Scenes played on an application of the test's own: several parties on one clock, each of whom hears the others."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.replay.call_target import UrlTarget
from ivr.replay.report import TextReport, json_line, junit
from ivr.replay.runner import Played
from ivr.replay.scenes.failed_scene import FailedScene
from ivr.replay.scenes.player import calls_of, play_any, play_scene
from ivr.replay.scenes.scene import Scene, read_scenes_and_scripts
from ivr.replay.script import ScriptLines
from ivr.simulator.carrier import Carrier
from ivr.simulator.transports import WsgiTransport
from tests.webapps import CALLED, ENTRY, WebApp

BETO, CAIO, ANA = "+5511911110001", "+5511911110002", "+5511911110009"


def call_centre() -> WebApp:
    """A queue, who takes calls out of it, a conference, and a number that is dialled with a whisper."""
    return (
        WebApp()
        .page("/voice", "<Say>Um momento.</Say><Enqueue action='/left' waitUrl='/wait'>vendas</Enqueue>")
        .page("/wait", "<Say>Todos ocupados.</Say><Pause length='20'/>")
        .page("/left", "<Say>Obrigado.</Say>")
        .page("/take", "<Dial><Queue>vendas</Queue></Dial><Dial><Queue>vendas</Queue></Dial><Say>Fim.</Say>")
        .page("/room", "<Dial><Conference>sala</Conference></Dial><Say>Acabou.</Say>")
        .page("/room-ending", "<Dial><Conference endConferenceOnExit='true'>sala</Conference></Dial>")
        .page("/muted", "<Dial><Conference muted='true'>sala</Conference></Dial>")
        .page("/dial", f"<Dial><Number url='/whisper'>{ANA}</Number></Dial><Say>Tchau.</Say>")
        .page("/whisper", "<Gather numDigits='1' action='/yes'><Say>Vendas, tecle 1.</Say></Gather><Hangup/>")
        .page("/yes", "")
        .page("/offer", "<Gather numDigits='1' action='/room-ending'><Say>Uma ligação, tecle 1.</Say></Gather>")
    )


def target(app: WebApp | None = None) -> UrlTarget:
    transport = WsgiTransport(app or call_centre())
    zone = ZoneInfo("America/Sao_Paulo")
    return UrlTarget(ENTRY, transport, to=CALLED, zone=zone, carrier=Carrier(), new_sid=lambda: "CA" + "0" * 32)


def scene(folder: Path, text: str) -> Scene:
    file = folder / "a.scene.yaml"
    file.write_text(text, encoding="utf-8")
    (read,), bad = read_scenes_and_scripts([file], ScriptLines(None, None, "app"))
    assert bad == []
    assert isinstance(read, Scene)
    return read


def played(folder: Path, text: str, app: WebApp | None = None) -> Played:
    return play_any(scene(folder, text), target(app))


QUEUE = f"""\
scene: Two callers are taken in their order
parties:
  beto:
    from: "{BETO}"
    steps:
      - hear: um momento
      - hear: Bom dia, Beto
      - speak: Quero comprar.
      - hear: anotado
      - hang_up: true
    expect: {{talked_with: [ana], ended: completed, waited: {{least: 5, most: 6}}}}
  caio:
    from: "{CAIO}"
    at: 0:05
    steps:
      - hear: todos ocupados
      - hear: Bom dia, Caio
      - not_hear: Beto
      - hang_up: true
        after: 3
    expect: {{talked_with: [ana], waited: {{least: 1}}}}
  ana:
    from: "{ANA}"
    url: /take
    when: caio waits
    steps:
      - speak: Bom dia, Beto.
      - hear: quero comprar
      - speak: Anotado!
      - speak: Bom dia, Caio.
        when: caio talks
      - hear: fim
    expect: {{talked_with: [beto, caio], talked: {{least: 5}}}}
"""


def test_who_talks_is_heard_by_the_other_and_by_nobody_else(tmp_path: Path) -> None:
    assert played(tmp_path, QUEUE).failures == []


def test_a_scene_is_the_same_in_every_performance(tmp_path: Path) -> None:
    first, second = (json_line(played(tmp_path, QUEUE)) for _ in range(2))
    assert first == second


def test_each_call_of_a_scene_counts_for_the_coverage(tmp_path: Path) -> None:
    written = scene(tmp_path, QUEUE)
    parts = list(calls_of(written, play_any(written, target())))
    assert [(script.at.strftime("%H:%M:%S"), part.title, part.requests) for script, part in parts] == [
        ("10:00:00", "beto", 3),
        ("10:00:05", "caio", 3),
        ("10:00:05", "ana", 1),
    ]


DIAL = f"""\
scene: A number is rung by a Dial
parties:
  beto:
    from: "{BETO}"
    url: /dial
    steps:
      - hear: aqui é a Ana
      - not_hear: tecle 1
      - speak: oi
      - hear: tchau
    expect: {{talked_with: [ana], ended: completed}}
  caio:
    from: "{CAIO}"
    url: /dial
    when: ana talks
    steps:
      - hear: tchau
    expect: {{talked_with: [], ended: completed}}
  ana:
    telephone: "{ANA}"
    steps:
      - called: answered
        after: 3
      - hear: Vendas, tecle 1
      - press: "1"
      - speak: Aqui é a Ana.
      - hear: oi
      - hang_up: true
        after: 4
    expect: {{rang: 1, talked: {{least: 4, most: 9}}}}
"""


def test_who_is_dialled_hears_the_whisper_talks_and_is_busy_for_others(tmp_path: Path) -> None:
    call = played(tmp_path, DIAL)
    assert call.failures == []
    outcomes = [event["outcome"] for event in call.transcript["events"] if event["kind"] == "dial"]
    assert outcomes == ["answered", "busy"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("called: busy", "busy"),
        ("called: no-answer", "no-answer"),
        ("called: failed", "failed"),
        ("wait: 1", "no-answer"),
    ],
)
def test_a_telephone_that_is_rung_refuses_or_stays_silent(tmp_path: Path, answer: str, outcome: str) -> None:
    call = played(
        tmp_path,
        f'scene: x\nparties:\n  beto: {{from: "{BETO}", url: /dial, steps: [{{hear: tchau}}]}}\n'
        f'  ana: {{telephone: "{ANA}", steps: [{{{answer}}}]}}\n',
    )
    assert call.failures == []
    assert [event["outcome"] for event in call.transcript["events"] if event["kind"] == "dial"] == [outcome]


OFFER = f"""\
scene: The account calls an agent, who takes the caller into a conference
parties:
  beto:
    from: "{BETO}"
    steps:
      - hear: todos ocupados
      - hear: Bom dia
      - hang_up: true
    expect: {{talked_with: [ana], ended: completed}}
  ana:
    telephone: "{ANA}"
    steps:
      - called: answered
        after: 4
      - hear: Uma ligação, tecle 1
      - press: "1"
      - speak: Bom dia!
      - act: rest
        request: POST /Queues/{{queue vendas}}/Members/{{beto}}.json
        form: {{Url: /room-ending}}
        when: ana waits
    expect: {{rang: 1, ended: completed}}
  office:
    steps:
      - act: rest
        request: POST /Calls.json
        form: {{To: "{ANA}", From: "{CALLED}", Url: /offer}}
        when: beto waits
"""


def test_calls_of_the_account_ring_at_a_party_and_end_as_twilio_says(tmp_path: Path) -> None:
    # What is said in a talk waits for the talk, and so the act comes first.
    text = OFFER.replace("      - speak: Bom dia!\n", "").replace(
        "        when: ana waits\n", "        when: ana waits\n      - speak: Bom dia!\n"
    )
    call = played(tmp_path, text)
    assert call.failures == []
    assert [each["party"] for each in call.transcript["calls"]] == ["beto", "ana"]


def test_an_act_that_the_api_refuses_fails_where_it_is_written(tmp_path: Path) -> None:
    text = OFFER.replace("POST /Calls.json", "POST /Calls/CA1.json")
    (failure, *_) = played(tmp_path, text).failures
    assert failure.startswith(
        f"{tmp_path}/a.scene.yaml:25: POST /Calls/CA1.json: expected no refusal, but the API answer"
    )
    assert played(tmp_path, text + "        status: 404\n").failures != []  # nobody comes to talk with


def test_an_agents_state_is_a_matter_of_our_own_lines(tmp_path: Path) -> None:
    text = "scene: x\nparties:\n  ana: {steps: [{act: state, ask: paused}]}\n"
    assert played(tmp_path, text).failures == [f"{tmp_path}/a.scene.yaml:3: only a line of this project has agents"]


MUTED = f"""\
scene: Who is muted is not heard, and who is on hold neither hears nor is heard
parties:
  beto:
    from: "{BETO}"
    url: /room-ending
    steps:
      - hear: oi
      - not_hear: psiu
      - wait: 10
      - not_hear: alô
      - hang_up: true
        when: caio is done
    expect: {{held: {{least: 5}}, talked_with: [caio]}}
  ana: {{from: "{ANA}", url: /muted, at: 1, steps: [{{speak: psiu, when: caio talks}}]}}
  caio:
    from: "{CAIO}"
    url: /room
    at: 2
    steps:
      - speak: oi
      - wait: 10
      - act: rest
        request: POST /Conferences/{{conference sala}}/Participants/{{beto}}.json
        form: {{Hold: "true"}}
      - speak: alô
      - wait: 5
      - act: rest
        request: POST /Conferences/{{conference sala}}/Participants/{{beto}}.json
        form: {{Hold: "false"}}
"""


def test_who_is_muted_or_on_hold_is_not_heard(tmp_path: Path) -> None:
    assert played(tmp_path, MUTED).failures == []


COACHED = f"""\
scene: A supervisor listens, whispers to the agent alone, and joins
parties:
  beto:
    from: "{BETO}"
    url: /room-ending
    steps:
      - hear: oi
      - not_hear: ofereça o desconto
      - hear: boa tarde a todos
      - hang_up: true
        when: ana is done
    expect: {{talked_with: [ana, chefe]}}
  ana:
    from: "{ANA}"
    url: /room
    at: 1
    steps:
      - speak: oi
        at: 5
      - hear: ofereça o desconto
      - hear: boa tarde a todos
      - lost: yes
  chefe:
    from: "{CAIO}"
    url: /muted
    at: 2
    steps:
      - hear: oi
      - act: rest
        request: POST /Conferences/{{conference sala}}/Participants/{{chefe}}.json
        form: {{Coaching: "true", CallSidToCoach: "{{ana}}", Muted: "false"}}
      - speak: ofereça o desconto
      - act: rest
        request: POST /Conferences/{{conference sala}}/Participants/{{chefe}}.json
        form: {{Coaching: "false"}}
      - speak: boa tarde a todos
"""


def test_a_supervisor_is_heard_by_the_agent_alone_until_joining(tmp_path: Path) -> None:
    assert played(tmp_path, COACHED).failures == []


def test_what_the_api_refuses_an_application_fails_its_scene(tmp_path: Path) -> None:
    """An act says itself which answer it wants; a request of the application's own says nothing."""
    text = OFFER.replace("POST /Calls.json", "POST /Calls/CA1.json") + "        status: 404\n"
    assert not any("refused" in failure for failure in played(tmp_path, text).failures)


def test_a_connection_that_is_lost_ends_the_call_wherever_it_is(tmp_path: Path) -> None:
    text = f'scene: x\nparties:\n  beto: {{from: "{BETO}", steps: [{{hear: ocupados}}, {{lost: yes, after: 7}}],'
    assert played(tmp_path, text + " expect: {waited: {least: 7, most: 8}, ended: completed}}").failures == []


def test_a_step_may_wait_for_the_clock_of_the_scene(tmp_path: Path) -> None:
    call = played(
        tmp_path, f'scene: x\nparties:\n  beto: {{from: "{BETO}", at: 3, steps: [{{hang_up: true, at: 1:30}}]}}\n'
    )
    assert call.failures == []
    assert (call.transcript["duration"], call.transcript["calls"][0]["duration"]) == (90.0, 87.0)


def test_several_callers_may_withhold_their_numbers(tmp_path: Path) -> None:
    call = played(
        tmp_path,
        "scene: x\nparties:\n  beto: {from: anonymous, steps: [{hang_up: true}]}\n"
        "  caio: {from: anonymous, at: 5, steps: [{hang_up: true}]}\n",
    )
    assert call.failures == []
    assert [each["from"] for each in call.transcript["calls"]] == ["anonymous", "anonymous"]


# What fails


def test_a_failed_scene_tells_all_parties_by_one_clock_and_what_was_heard(tmp_path: Path) -> None:
    text = QUEUE.replace("- hear: anotado", "- hear: vendido")
    call, performance = play_scene(written := scene(tmp_path, text), target())
    told = list(FailedScene(written, call, performance).lines())
    where = f"{tmp_path}/a.scene.yaml:9"
    assert told[0].startswith(f"{where}: given up after 900 s in which no step could be done: 'vendido' was not heard")
    at = "http://app.test/voice on Tue 2026-03-10 10:00"
    assert f"{tmp_path}/a.scene.yaml:1: Two callers are taken in their order, a scene on {at}" in told
    assert [line.strip() for line in told if line.startswith("    8.7")] == ["8.7  ana → beto            “Anotado!”"]
    begin = next(number for number, line in enumerate(told) if "came instead" in line)
    beside = [[part.strip() for part in line.split("│")] for line in told[begin + 1 :]]
    assert beside[1:3] == [[where, ""], ["- hear: vendido", "beto: “Anotado!”"]]
    assert "ana → beto            “Anotado!”" in "\n".join(TextReport().lines(call))


def test_a_webhook_that_fails_makes_no_scene_green(tmp_path: Path) -> None:
    text = f'scene: x\nparties:\n  beto: {{from: "{BETO}", url: /nowhere, steps: []}}\n'
    (failure,) = played(tmp_path, text).failures
    assert failure.startswith(f"{tmp_path}/a.scene.yaml:1: the call of beto met error 11200: ")
    assert played(tmp_path, text.replace("steps: []", "expect: {error: 11200}")).failures == []


def test_a_scene_in_which_nobody_goes_on_is_given_up(tmp_path: Path) -> None:
    text = f'scene: x\nparties:\n  beto: {{from: "{BETO}"}}\n'
    (failure,) = played(tmp_path, text).failures
    assert failure.endswith("the steps are over and the call of beto goes on; end it with hang_up")


def test_a_telephone_that_never_rings_fails_at_its_step(tmp_path: Path) -> None:
    text = f'scene: x\nparties:\n  ana: {{telephone: "{ANA}", steps: [{{called: answered}}]}}\n'
    (failure,) = played(tmp_path, text).failures
    assert failure.startswith(f"{tmp_path}/a.scene.yaml:3: the scene ended before this: the party that is called: ")


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ("talked_with: [ana]", "expected talks with ana, but there were talks with nobody"),
        ("talked: {least: 3}", "expected talked of 3 s at least, but it was 0.0 s"),
        ("waited: {most: 1}", "expected waited of 1 s at most, but it was 9.0 s"),
        ("rang: 1", "expected the telephone to ring 1 time, but it rang 0"),
        ("ended: busy", "expected the call to end as busy, but it ended as completed"),
    ],
)
def test_what_a_party_is_expected_to_come_to_is_compared(tmp_path: Path, expected: str, told: str) -> None:
    (failure,) = played(
        tmp_path,
        f'scene: x\nparties:\n  ana: {{telephone: "{ANA}"}}\n'
        f'  beto: {{from: "{BETO}", steps: [{{hang_up: true, at: "0:09.7"}}],\n    expect: {{{expected}}}}}\n',
    ).failures
    assert failure.startswith(f"{tmp_path}/a.scene.yaml:5: ")
    assert failure.endswith(told)


def test_a_build_server_is_told_of_a_scene_as_of_a_call(tmp_path: Path) -> None:
    document = junit([played(tmp_path, QUEUE.replace("talked_with: [ana]", "talked_with: []"))], 0.1).decode()
    assert 'tests="1" failures="1"' in document
    assert "expected talks with nobody, but there were talks with ana" in document


AWAY = f"""\
scene: The API is away for a while
carrier: {{faults: {{api: lost}}}}
parties:
  beto:
    from: "{BETO}"
    steps: [{{hear: todos ocupados}}, {{hang_up: true, at: 0:40}}]
  sistema:
    steps:
      - {{act: rest, request: "GET /Calls.json", when: beto waits}}
      - {{act: account, faults: {{api: away}}, at: 0:10}}
      - {{act: rest, request: "GET /Calls.json", status: 503}}
      - {{act: account, at: 0:20}}
      - {{act: rest, request: "POST /Calls/{{beto}}.json", form: {{Status: canceled}}}}
"""


def test_the_faults_of_the_account_change_while_a_scene_goes_on(tmp_path: Path) -> None:
    assert played(tmp_path, AWAY).failures == []


TRANSCRIBED = f"""\
scene: A talk is transcribed while it goes on
parties:
  beto:
    from: "{BETO}"
    url: /transcribed
    steps:
      - hear: aqui é a Ana
      - speak: Quero comprar.
      - hang_up: true
        after: 3
  ana:
    telephone: "{ANA}"
    steps:
      - called: answered
      - speak: Aqui é a Ana.
"""


def test_what_is_said_in_a_talk_is_transcribed_by_its_track(tmp_path: Path) -> None:
    start = "<Start><Transcription statusCallbackUrl='http://app.test/told'/></Start>"
    app = call_centre().page("/transcribed", f"{start}<Dial><Number>{ANA}</Number></Dial>").page("/told", "")
    assert played(tmp_path, TRANSCRIBED, app).failures == []
    told = [one.form for one in app.to("/told") if "TranscriptionData" in one.form]
    assert [(form["Track"], json.loads(form["TranscriptionData"])["transcript"]) for form in told] == [
        ("outbound_track", "Aqui é a Ana."),
        ("inbound_track", "Quero comprar."),
    ]
