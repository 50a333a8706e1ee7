"""Scripts, tests and scenes with an AI agent, as a user runs them; what goes wrong ends red and says where."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from ivr.replay.call_target import UrlTarget
from ivr.replay.scenes.player import play_any
from ivr.replay.scenes.scene import read_scenes_and_scripts
from ivr.replay.script import ScriptLines
from ivr.simulator.carrier import Carrier
from ivr.simulator.telephone import Telephone
from ivr.simulator.transports import WsgiTransport
from tests.cli.conftest import Ivr, ivr
from tests.simulator.relay.agents import AgentServer, Behaviour, Session, app_with, document
from tests.webapps import CALL_SID, CALLED, ENTRY, WebApp

pytestmark = pytest.mark.network

__all__ = ["ivr"]

SCRIPT = """\
call: Ana asks an agent
relay: {{patience: 0.4, pause: 0.1}}
{more}steps:
  - hear: How can I help?
  - speak: my balance
  - hear: {{regex: "balance .* twelve"}}
  - hang_up: true
"""


Place = Callable[..., tuple[int, str, str]]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Write nothing."""


@pytest.fixture(scope="module")
def web() -> Iterator[tuple[WebApp, str]]:
    """An application over HTTP whose pages tests change, and its address."""
    app = WebApp()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield app, f"http://127.0.0.1:{server.server_port}/voice"
    server.shutdown()
    thread.join()
    server.server_close()


def tells(session: Session) -> None:
    for message in session.messages():
        if message["type"] == "prompt":
            session.say("Your balance ", "is twelve.")


@pytest.fixture
def place(ivr: Ivr, agents: AgentServer, web: tuple[WebApp, str], tmp_path: Path) -> Place:
    """Play the script against an agent that behaves in a way; returns the exit code and what is printed."""
    app, url = web
    verbs = document(agents, "welcomeGreeting='How can I help?'")
    app.page("/voice", verbs).page("/after", "<Say>After.</Say>")

    def plays(behaviour: Behaviour, more: str = "", *options: str) -> tuple[int, str, str]:
        agents.behave(behaviour)
        script = tmp_path / "agent.call.yaml"
        script.write_text(SCRIPT.format(more=more), encoding="utf-8")
        code, out, err = ivr("call", url, "--script", script, *options)
        return code, out, err

    return plays


def test_a_script_talks_with_an_agent(place: Place) -> None:
    code, told, _ = place(tells)
    assert code == 0
    assert "agent    “Your balance is twelve.”" in told
    assert "caller   says “my balance”" in told
    assert ": completed after" in told


def garbles(session: Session) -> None:
    session.wait_for("prompt")
    session.say("One moment.")
    session.send(type="text", text="Your balance is twelve.")


def hands_over_no_text(session: Session) -> None:
    session.wait_for("prompt")
    session.say("Your balance is twelve.")
    session.send(type="end", handoffData={"reason": "done"})


def crashes(session: Session) -> None:
    session.wait_for("prompt")
    session.say("Your ")
    session.connection.socket.shutdown(socket.SHUT_RDWR)


def raves(session: Session) -> None:
    session.wait_for("prompt")
    for number in range(10):
        session.raw(f"not json {number}")


def says_nothing(session: Session) -> None:
    session.wait_for("prompt")


def says_something_else(session: Session) -> None:
    session.wait_for("prompt")
    session.say("I cannot tell.")


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        (garbles, ["message 2 of the agent is invalid: 'text' has no 'token'", "error 64107"]),
        (hands_over_no_text, ["message 2 of the agent is invalid: 'handoffData' of 'end' is no string"]),
        (crashes, ['closed the websocket with 1006, after its message 1: {"type": "text"', "error 64105"]),
        (raves, ["message 10 of the agent is invalid: it is no JSON: not json 9", "10 messages in a row were invalid"]),
        (says_nothing, ["/balance .* twelve/ was not heard", "the agent sent nothing within 0.4 s"]),
        (
            says_something_else,
            [
                'heard instead: "I cannot tell."',
                'nothing more within 0.4 s, its last message was {"type": "text", "token": "I cannot tell."',
            ],
        ),
    ],
)
def test_an_agent_that_misbehaves_ends_red_and_says_at_which_message(
    place: Place, behaviour: Behaviour, told: list[str]
) -> None:
    code, out, err = place(behaviour)
    shown = out + err
    assert code == 1
    for each in told:
        assert each in shown
    assert "agent    “How can I help?”" in shown


def test_a_script_whose_steps_are_over_says_that_the_agent_waits(
    ivr: Ivr, place: Place, tmp_path: Path, web: tuple[WebApp, str]
) -> None:
    place(tells)
    script = tmp_path / "short.call.yaml"
    script.write_text("call: a\nrelay: {patience: 0.2}\nsteps: [{speak: hi}, {hear: twelve}]\n", encoding="utf-8")
    code, out, err = ivr("call", web[1], "--script", script)
    assert code == 1
    assert "the steps are over and an AI agent waits for the caller; end the call with hang_up" in out + err


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        ("{unreachable: yes}", "64102"),
        ("{lost_after: 1}", "the script broke the connection (faults: lost_after)"),
        ("{refused: 1}", "the script takes it for invalid (faults: refused)"),
    ],
)
def test_faults_of_the_relay_are_written_in_the_script(place: Place, faults: str, told: str) -> None:
    code, out, err = place(tells, f"carrier: {{faults: {{relay: {faults}}}}}\n")
    assert code == 1
    assert told in out + err


def test_a_script_may_expect_what_its_agent_does_wrong(place: Place) -> None:
    def forgetful(session: Session) -> None:
        session.wait_for("prompt")
        session.say("Your balance is twelve.")
        session.send(type="text", last=True)

    assert place(forgetful)[0] == 1
    assert place(forgetful, "expect: {warnings: [12200, 64107]}\n")[0] == 0


def test_messages_stand_in_the_transcript_in_their_order(place: Place) -> None:
    _, told, _ = place(tells, "", "--json")
    transcript = json.loads(told)
    messages = [event for event in transcript["events"] if event["kind"] == "message"]
    assert [(each["to"], each["number"]) for each in messages] == [
        ("agent", 1),
        ("agent", 2),
        ("carrier", 1),
        ("carrier", 2),
    ]
    (relay,) = [event for event in transcript["events"] if event["kind"] == "relay"]
    assert relay["status"] == "completed"
    assert relay["session"] == messages[0]["message"]["sessionId"]


# In tests


def test_a_test_talks_with_an_agent_step_by_step(agents: AgentServer) -> None:
    telephone = Telephone()
    call = telephone.dial(app_with(agents, "welcomeGreeting='Hello.'"), patience=1.0, pause=0.1)
    call.hears("hello").speak("one").hears("You said one").speak("two").hears("You said two")
    call.does_not_hear("goodbye")
    assert call.status == "in-progress"
    call.speak("bye").hears("goodbye").hears("after")
    assert call.ended
    assert call.requests[-1].params["HandoffData"] == '{"reason": "bye"}'
    telephone.verify()


def test_a_test_cuts_an_agent_short(agents: AgentServer) -> None:
    telephone = Telephone()
    call = telephone.dial(app_with(agents, "dtmfDetection='true'"), patience=1.0, pause=0.1)
    call.speak("a rather long sentence that is said back").press("1", during=1, after=1.0)
    assert len(agents.sessions[-1].of_type("prompt")) == 1
    call.hang_up()
    assert [message["type"] for message in agents.last.heard] == ["setup", "prompt", "interrupt", "dtmf"]


def test_what_an_agent_does_not_say_fails_a_test_with_its_last_message(agents: AgentServer) -> None:
    telephone = Telephone()
    call = telephone.dial(app_with(agents), patience=0.2, pause=0.1).speak("one")
    with pytest.raises(AssertionError) as raised:
        call.hears("You said two")
    assert 'heard instead: "You said one."' in str(raised.value)
    assert 'its last message was {"type": "text", "token": ".", "last": true}' in str(raised.value)
    telephone.hang_up()
    assert agents.last.close_code == 1000


def test_a_call_that_a_test_leaves_open_closes_its_websocket(agents: AgentServer) -> None:
    telephone = Telephone()
    telephone.dial(app_with(agents)).speak("one").hears("You said one")
    telephone.hang_up()
    assert agents.last.close_code == 1000


# Secrets


def test_what_is_secret_stands_in_no_message_of_a_transcript(agents: AgentServer) -> None:
    telephone = Telephone()
    app = app_with(agents, "dtmfDetection='true' partialPrompts='true'")
    call = telephone.dial(app, secret=lambda _: True, patience=1.0, pause=0.1)
    call.speak("canary sings").press("987654").speak("bye").hears("goodbye").hears("after")
    assert agents.last.of_type("prompt")[-2]["voicePrompt"] == "canary sings"
    written = json.dumps([event.as_dict() for event in call.transcript.events if event.kind != "say"])
    for secret in ('"canary sings"', "987654", '"digit": "9"', "reason"):
        assert secret not in written.replace("You said", "")


# Scenes

SCENE = """\
scene: Two callers and one agent
relay: {patience: 0.5, pause: 0.1}
parties:
  ana:
    from: "+5511987654321"
    steps:
      - hear: How can I help?
      - speak: my balance
      - hear: balance is twelve
      - hang_up: true
  bia:
    from: "+5511987654322"
    steps:
      - speak: my balance
      - hear: balance is twelve
      - {speak: thank you, after: 30}
      - hang_up: true
"""


def test_a_scene_has_a_session_for_each_of_its_callers(agents: AgentServer, tmp_path: Path) -> None:
    agents.behave(tells)
    file = tmp_path / "two.scene.yaml"
    file.write_text(SCENE, encoding="utf-8")
    (scene,), bad = read_scenes_and_scripts([file], ScriptLines(None, None, "app"))
    assert bad == []
    app = app_with(agents, "welcomeGreeting='How can I help?'")
    target = UrlTarget(
        ENTRY,
        WsgiTransport(app),
        to=CALLED,
        zone=ZoneInfo("America/Sao_Paulo"),
        carrier=Carrier(),
        new_sid=lambda: CALL_SID,
    )
    played = play_any(scene, target)
    assert played.failures == []
    assert len({session.heard[0]["callSid"] for session in agents.sessions}) == 2
    assert [len(session.of_type("prompt")) for session in agents.sessions] in ([1, 2], [2, 1])


def test_a_caller_may_hang_up_while_the_agent_speaks(agents: AgentServer) -> None:
    telephone = Telephone()
    call = telephone.dial(app_with(agents), patience=1.0, pause=0.1)
    call.speak("something that takes a while to say").hang_up(during=1)
    (said,) = [event for event in call.transcript.events if event.kind == "say"]
    assert said["interrupted"]
    assert agents.last.close_code == 1000
    assert agents.last.of_type("interrupt") == []


async def _agent_in_this_process(scope: Any, receive: Any, send: Any) -> None:
    """An ASGI application that answers the webhooks, and is the agent as well."""
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "http":
        relay = "<Connect><ConversationRelay url='wss://app.test/agent' welcomeGreeting='Hello.'/></Connect>"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
        await send({"type": "http.response.body", "body": f"<Response>{relay}<Say>Bye.</Say></Response>".encode()})
    else:
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            if json.loads(message["text"])["type"] == "prompt":
                for told in ({"type": "text", "token": "Understood.", "last": True}, {"type": "end"}):
                    await send({"type": "websocket.send", "text": json.dumps(told)})


def test_an_application_in_this_process_may_be_the_agent_itself() -> None:
    telephone = Telephone()
    call = telephone.dial(_agent_in_this_process, patience=1.0, pause=0.1)
    call.hears("hello").speak("hi").hears("understood").hears("bye")
    assert call.ended
    telephone.verify()
    telephone.hang_up()
