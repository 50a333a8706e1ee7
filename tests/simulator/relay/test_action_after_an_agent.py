"""What the action of <Connect> is told when an AI agent is done, and what follows it."""

from __future__ import annotations

import json
import math
import socket
from typing import Any

import pytest

from ivr.simulator.carrier import DEMO_ACCOUNT, Carrier
from ivr.simulator.carrier_faults import RelayFaults
from ivr.simulator.phones.steps import Hear
from ivr.simulator.rest.callees import CalleeBehaviour
from tests.simulator.relay.agents import HANGS_UP, HASTY, AgentServer, Session, app_with, converse, document, says
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALL_SID, CALLED, CALLER, Page, Received, WebApp

pytestmark = pytest.mark.network


def action(app: WebApp) -> Received:
    """The one request for the action."""
    (request,) = app.to("/after")
    return request


def session_fields(app: WebApp) -> dict[str, str]:
    return {
        name: value
        for name, value in action(app).form.items()
        if name.startswith(("Session", "Handoff", "Error")) and name != "SessionId"
    }


def test_the_action_is_told_all_that_is_documented(agents: AgentServer) -> None:
    app = app_with(agents)
    transcript = converse(app, says("bye"), Hear("Goodbye"), Hear("After"))
    assert transcript.passed
    form = action(app).form
    expected = {
        "AccountSid": DEMO_ACCOUNT,
        "CallSid": CALL_SID,
        "CallStatus": "in-progress",
        "From": CALLER,
        "To": CALLED,
        "Direction": "inbound",
        "SessionId": agents.last.heard[0]["sessionId"],
        "SessionStatus": "ended",
        "HandoffData": '{"reason": "bye"}',
    }
    assert expected.items() <= form.items()
    assert form["SessionDuration"] == "2"
    assert "ErrorCode" not in form


@pytest.mark.parametrize("handed", ['{"a": "ü & <b> + %"}', "", "no json"])
def test_handoff_data_is_told_verbatim(agents: AgentServer, handed: str) -> None:
    agents.behave(lambda session: session.send(type="end", handoffData=handed))
    app = app_with(agents)
    converse(app)
    assert action(app).form["HandoffData"] == handed


def test_handoff_data_is_absent_where_end_had_none(agents: AgentServer) -> None:
    agents.behave(lambda session: session.send(type="end"))
    app = app_with(agents)
    assert converse(app, Hear("After")).passed
    assert session_fields(app) == {"SessionStatus": "ended", "SessionDuration": "0"}


def test_the_action_is_asked_by_its_method(agents: AgentServer) -> None:
    app = WebApp().page("/voice", document(agents).replace("action='/after'", "action='/after' method='GET'"))
    converse(app.page("/after", "<Say>After.</Say>"), says("bye"), Hear("After"))
    assert action(app).method == "GET"
    assert action(app).query["SessionStatus"] == "ended"


def test_without_an_action_the_next_verb_is_performed(agents: AgentServer) -> None:
    verbs = document(agents, after="<Say>Next.</Say>").replace("action='/after'", "")
    assert converse(WebApp().page("/voice", verbs), says("bye"), Hear("Next")).passed


def test_a_lost_socket_is_told_with_64105_while_the_call_goes_on(agents: AgentServer) -> None:
    def dies(session: Session) -> None:
        session.wait_for("prompt")
        session.connection.socket.shutdown(socket.SHUT_RDWR)

    agents.behave(dies)
    app = app_with(agents)
    transcript = converse(app, says("hi"), Hear("After"))
    assert transcript.failures == []
    assert session_fields(app) == {
        "SessionStatus": "failed",
        "SessionDuration": "2",
        "ErrorCode": "64105",
        "ErrorMessage": "ConversationRelay: Websocket ended",
    }
    assert action(app).form["CallStatus"] == "in-progress"
    (notice,) = [one for one in transcript.warnings if one.failure]
    assert "64105" in notice.message
    assert "the agent closed the websocket with 1006, without a word" in notice.message


def test_an_agent_that_closes_without_end_has_lost_its_session(agents: AgentServer) -> None:
    def leaves(session: Session) -> None:
        session.wait_for("prompt")
        session.say("I am off.")
        session.connection.close(1001, "restart")

    agents.behave(leaves)
    app = app_with(agents)
    transcript = converse(app, says("hi"), Hear("I am off"), Hear("After"))
    assert session_fields(app)["ErrorCode"] == "64105"
    (notice,) = [one for one in transcript.warnings if one.failure]
    assert "closed the websocket with 1001 (restart), after its message 1: " in notice.message


def test_an_address_that_nobody_answers_is_told_with_64102(agents: AgentServer) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        free = unused.getsockname()[1]
    app = app_with(agents, f"url='ws://127.0.0.1:{free}/x?key=hush'")
    transcript = converse(app, Hear("After"))
    assert session_fields(app) == {
        "SessionStatus": "failed",
        "SessionDuration": "0",
        "ErrorCode": "64102",
        "ErrorMessage": "ConversationRelay: Unable to Connect to Websocket URL",
    }
    (notice,) = [one for one in transcript.warnings if one.failure]
    assert f"no connection to 127.0.0.1:{free}" in notice.message
    assert f"signed over ws://127.0.0.1:{free}/x, and its query's fields" in notice.message
    assert "hush" not in str(transcript.as_dict())


def test_hanging_up_closes_the_socket_and_the_action_hears_of_it(agents: AgentServer) -> None:
    app = app_with(agents)
    transcript = converse(app, says("hi"), Hear("You said hi"), HANGS_UP)
    assert transcript.passed
    assert agents.last.close_code == 1000
    assert (action(app).form["CallStatus"], action(app).form["SessionStatus"]) == ("completed", "completed")
    assert transcript.events[-1]["by"] == "caller"


def test_a_call_that_the_account_moves_leaves_its_agent(agents: AgentServer) -> None:
    account = Account()
    account.app.page("/voice", document(agents)).page("/after", "<Say>After.</Say>").page("/other", "<Say>Moved.</Say>")

    def moves(session: Session) -> None:
        session.wait_for("prompt")
        account.client.calls(CALL_SID).update(url="http://app.test/other")
        for _ in session.messages():
            pass

    agents.behave(moves)
    transcript = account.incoming(says("hi"), Hear("Moved"))
    assert transcript.failures == []
    assert agents.last.close_code == 1000
    assert account.app.to("/after") == []


def test_a_call_that_the_account_ends_closes_the_socket(agents: AgentServer) -> None:
    account = Account()
    account.app.page("/voice", document(agents))

    def ends(session: Session) -> None:
        session.wait_for("prompt")
        account.client.calls(CALL_SID).update(status="completed")

    agents.behave(ends)
    transcript = account.incoming(says("hi"))
    assert transcript.status == "completed"
    assert agents.last.close_code == 1000


@pytest.mark.parametrize(
    ("faults", "code"),
    [
        (RelayFaults(unreachable=True), "64102"),
        (RelayFaults(lost_after=1), "64105"),
        (RelayFaults(refused=10), "64105"),
    ],
)
def test_a_script_may_break_the_session_on_purpose(agents: AgentServer, faults: RelayFaults, code: str) -> None:
    def talks(session: Session) -> None:
        session.wait_for("setup")
        session.say("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")

    agents.behave(talks)
    app = app_with(agents)
    acts: tuple[Any, ...] = (says("hi"),) if faults.lost_after else ()
    converse(app, *acts, Hear("After"), faults=faults)
    assert session_fields(app)["ErrorCode"] == code


def test_a_slow_agent_is_heard_late(agents: AgentServer) -> None:
    transcript = converse(
        app_with(agents), says("hi"), Hear("You said hi", within=2), HANGS_UP, faults=RelayFaults(slow=4.0)
    )
    (failure,) = transcript.failures
    assert "was heard only" in failure


def test_an_agent_gets_messages_that_it_cannot_know(agents: AgentServer) -> None:
    transcript = converse(app_with(agents), says("bye"), Hear("After"), faults=RelayFaults(unknown=True))
    assert transcript.passed
    assert [message["type"] for message in agents.last.heard] == ["telemetry", "setup", "telemetry", "prompt"]


def test_an_action_that_fails_is_an_error_as_any(agents: AgentServer) -> None:
    app = WebApp().page("/voice", document(agents)).raw("/after", Page(b"", "500 Oops"))
    transcript = converse(app, says("bye"))
    assert transcript.error is not None
    assert transcript.error.code == 11200


def test_what_caller_and_agent_say_is_transcribed_where_that_runs(agents: AgentServer) -> None:
    app = app_with(agents, "welcomeGreeting='Hello there.'")
    body = app.pages["/voice"][0].body.decode().removeprefix("<Response>").removesuffix("</Response>")
    app.page(
        "/voice", f"<Start><Transcription statusCallbackUrl='http://app.test/told' languageCode='en-US'/></Start>{body}"
    ).page("/told", "")
    converse(app, says("hi"), Hear("You said hi"), HANGS_UP)
    told = [
        (request.form["Track"], json.loads(request.form["TranscriptionData"])["transcript"])
        for request in app.to("/told")
        if request.form["TranscriptionEvent"] == "transcription-content"
    ]
    assert told == [
        ("outbound_track", "Hello there."),
        ("inbound_track", "hi"),
        ("outbound_track", "You said hi."),
    ]


def test_a_party_that_is_called_hangs_up_on_an_agent_it_does_not_answer(agents: AgentServer) -> None:
    app = WebApp().page("/agent", document(agents, "welcomeGreeting='This is a bot.'")).page("/after", "")
    account = Account(app, {AGENT: CalleeBehaviour(talk=20)}, carrier=Carrier(relay=HASTY, calls_per_second=math.inf))
    sid = account.dial()
    account.switchboard.run()
    transcript = account.transcript(sid)
    assert transcript.status == "completed"
    assert 20 < transcript.duration < 40
    assert session_fields(app)["SessionStatus"] == "completed"
