"""What an AI agent is told: each message that the vendor documents, strictly as it does."""

from __future__ import annotations

import json

import pytest
from twilio.request_validator import RequestValidator

from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN, Carrier
from ivr.simulator.phones.steps import Hear
from ivr.simulator.tunnel import Tunnel
from tests.simulator.relay.agents import (
    HANGS_UP,
    HASTY,
    AgentServer,
    Session,
    app_with,
    converse,
    document,
    echoes,
    presses,
    says,
)
from tests.webapps import CALL_SID, CALLED, CALLER, WebApp, call

pytestmark = pytest.mark.network


def test_setup_comes_first_with_every_field_that_is_documented(agents: AgentServer) -> None:
    app = app_with(agents, "", "<Parameter name='customer' value='42'/><Parameter name='plan' value='gold'/>")
    transcript = converse(app, says("bye"))
    assert transcript.passed
    session = agents.last
    assert [message["type"] for message in session.heard] == ["setup", "prompt"]
    setup = session.heard[0]
    assert setup["sessionId"].startswith("VX")
    assert len(setup["sessionId"]) == 34
    assert setup | {"sessionId": ""} == {
        "type": "setup",
        "sessionId": "",
        "accountSid": DEMO_ACCOUNT,
        "parentCallSid": "",
        "callSid": CALL_SID,
        "from": CALLER,
        "to": CALLED,
        "forwardedFrom": "",
        "callType": "PSTN",
        "callerName": "",
        "direction": "inbound",
        "callStatus": "RINGING",
        "customParameters": {"customer": "42", "plan": "gold"},
    }


def test_setup_names_who_calls_and_who_was_called_before(agents: AgentServer) -> None:
    fields = (("CallerName", "ANA"), ("ForwardedFrom", "+551140030000"), ("ParentCallSid", "CA" + "9" * 32))
    call(app_with(agents), says("bye"), carrier=Carrier(relay=HASTY, fields=fields))
    setup = agents.last.heard[0]
    named = (setup["callerName"], setup["forwardedFrom"], setup["parentCallSid"])
    assert named == ("ANA", "+551140030000", "CA" + "9" * 32)


def test_the_vendors_library_takes_the_handshake_with_its_query_as_fields(agents: AgentServer) -> None:
    tunnel = Tunnel.of([("agent.example.com", f"127.0.0.1:{agents.port}")])
    app = app_with(agents, "url='wss://agent.example.com/agent?token=a%20b&amp;plan=gold'")
    call(app, says("bye"), carrier=Carrier(relay=HASTY, tunnel=tunnel))
    headers = agents.last.headers
    signature = headers["X-Twilio-Signature"]
    validator = RequestValidator(DEMO_TOKEN)
    assert validator.validate("wss://agent.example.com/agent", {"token": "a b", "plan": "gold"}, signature)
    assert not validator.validate("wss://agent.example.com/agent", {"token": "a b"}, signature)
    assert not RequestValidator("another").validate(
        "wss://agent.example.com/agent", {"token": "a b", "plan": "gold"}, signature
    )
    assert headers["Host"] == "agent.example.com"


def test_an_address_without_a_path_is_signed_as_written(agents: AgentServer) -> None:
    agents.behave(lambda session: session.send(type="end"), path="/")
    tunnel = Tunnel.of([("agent.example.com", f"127.0.0.1:{agents.port}")])
    call(app_with(agents, "url='wss://agent.example.com'"), carrier=Carrier(relay=HASTY, tunnel=tunnel))
    signature = agents.last.headers["X-Twilio-Signature"]
    assert RequestValidator(DEMO_TOKEN).validate("wss://agent.example.com", {}, signature)
    assert not RequestValidator(DEMO_TOKEN).validate("wss://agent.example.com/", {}, signature)


def test_a_prompt_is_what_was_said_with_its_language(agents: AgentServer) -> None:
    app = app_with(agents, "language='en-US' transcriptionLanguage='pt-BR'")
    converse(app, says("Quero falar com alguém"), Hear("You said Quero falar com alguém."), says("bye"))
    assert agents.last.of_type("prompt") == [
        {"type": "prompt", "voicePrompt": "Quero falar com alguém", "lang": "pt-BR", "last": True},
        {"type": "prompt", "voicePrompt": "bye", "lang": "pt-BR", "last": True},
    ]


def test_partial_prompts_come_only_where_they_are_asked_for(agents: AgentServer) -> None:
    converse(app_with(agents, "partialPrompts='true'"), says("I need some help"), Hear("help"), HANGS_UP)
    prompts = agents.last.of_type("prompt")
    assert [(each["voicePrompt"], each["last"]) for each in prompts] == [
        ("I", False),
        ("I need", False),
        ("I need some", False),
        ("I need some help", True),
    ]
    converse(app_with(agents), says("I need some help"), Hear("help"), HANGS_UP)
    assert [each["last"] for each in agents.last.of_type("prompt")] == [True]


def test_keys_come_one_by_one_where_they_are_to_be_detected(agents: AgentServer) -> None:
    converse(app_with(agents, "dtmfDetection='true'"), presses("4*#"), says("bye"))
    assert agents.last.of_type("dtmf") == [
        {"type": "dtmf", "digit": "4"},
        {"type": "dtmf", "digit": "*"},
        {"type": "dtmf", "digit": "#"},
    ]
    transcript = converse(app_with(agents), presses("4"), says("bye"))
    assert agents.last.of_type("dtmf") == []
    assert [event["lost"] for event in transcript.events if event.kind == "press"] == [True]


def test_speaker_events_and_tokens_played_come_only_where_asked_for(agents: AgentServer) -> None:
    app = app_with(agents, "welcomeGreeting='Hello.' events='speaker-events tokens-played'")
    converse(app, says("hi"), Hear("You said hi."), HANGS_UP)
    told = [(each["name"], each["value"]) for each in agents.last.of_type("info")]
    assert told == [
        ("agentSpeaking", "on"),
        ("tokensPlayed", "Hello."),
        ("agentSpeaking", "off"),
        ("clientSpeaking", "on"),
        ("clientSpeaking", "off"),
        ("agentSpeaking", "on"),
        ("tokensPlayed", "You said hi."),
        ("agentSpeaking", "off"),
    ]
    speakers = [each for each in agents.last.of_type("info") if each["name"] != "tokensPlayed"]
    assert all(isinstance(each["ts"], int) for each in speakers)
    assert [each["ts"] for each in speakers] == sorted(each["ts"] for each in speakers)
    converse(app_with(agents), says("hi"), HANGS_UP)
    assert agents.last.of_type("info") == []


def test_an_error_quotes_the_invalid_message(agents: AgentServer) -> None:
    def stumbles(session: Session) -> None:
        session.wait_for("setup")
        session.send(type="text")
        session.wait_for("error")
        session.send(type="end")

    agents.behave(stumbles)
    converse(app_with(agents))
    assert agents.last.of_type("error") == [
        {"type": "error", "description": 'Invalid message received: {"type": "text"}'}
    ]


@pytest.mark.parametrize("how", ["end", "hang up"])
def test_the_carrier_closes_the_websocket_when_the_session_is_over(agents: AgentServer, how: str) -> None:
    converse(app_with(agents), says("bye") if how == "end" else HANGS_UP)
    assert agents.last.close_code == 1000


def test_ws_on_this_machine_is_taken_with_a_warning_and_elsewhere_not(agents: AgentServer) -> None:
    transcript = converse(app_with(agents), says("bye"))
    assert transcript.passed
    assert [notice.code for notice in transcript.warnings] == [12200]
    assert "the vendor itself refuses it" in transcript.warnings[0].message
    away = WebApp().page("/voice", "<Connect><ConversationRelay url='ws://agent.test/x?key=hush'/></Connect>")
    codes = [notice.code for notice in converse(away).warnings]
    assert codes == [12200, 64102]
    assert "hush" not in str(converse(away).warnings)


def test_a_talk_with_an_agent_is_transcribed_too(agents: AgentServer) -> None:
    agents.behave(echoes)
    start = "<Start><Transcription statusCallbackUrl='http://app.test/told'/></Start>"
    app = WebApp().page("/voice", start + document(agents)).page("/after", "").page("/told", "")
    assert converse(app, says("um dois"), says("bye")).passed
    told = [one.form for one in app.to("/told") if "TranscriptionData" in one.form]
    heard = [(form["Track"][:3], json.loads(form["TranscriptionData"])["transcript"]) for form in told]
    assert heard[0] == ("inb", "um dois")
    assert " ".join(words for track, words in heard if track == "out").startswith("You said um dois")
    assert ("inb", "bye") in heard
