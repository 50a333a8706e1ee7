"""A voice application of its own behind a real HTTP server, with the vendor's client pointed at the simulator.

It is a call centre: a caller who enters the queue makes it call an agent; the agent's entry takes both into a
conference, where the agent puts the caller on hold; in the end it redirects the caller to leave a message.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import flask
import pytest
import requests
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.voice_response import Dial, Enqueue, VoiceResponse
from werkzeug.serving import WSGIRequestHandler, make_server

from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN
from ivr.simulator.clock import VirtualClock
from ivr.simulator.http_transport import HttpTransport
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.rest.callees import CalleeBehaviour, Callees
from ivr.simulator.rest.server import rest_server
from ivr.simulator.rest.switchboard import Switchboard
from tests.webapps import AT, CALL_SID, CALLED, CALLER, events, said

pytestmark = pytest.mark.network

AGENT, SUPERVISOR = "+5511900000001", "+5511900000002"


@dataclass
class CallCentre:
    """The application: its routes, and what it learnt on the way."""

    client: Client
    queue: list[str] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    recording: bytes = b""

    def app(self) -> flask.Flask:
        """The WSGI application; like any, it checks who asks."""
        app = flask.Flask("desk")
        app.logger.setLevel(logging.CRITICAL)
        validator = RequestValidator(DEMO_TOKEN)

        @app.before_request
        def check() -> tuple[str, int] | None:
            request = flask.request
            signature = request.headers.get("X-Twilio-Signature", "")
            return None if validator.validate(request.url, request.form, signature) else ("who are you?", 403)

        for rule, view in (
            ("/voice", self.voice),
            ("/wait", self.wait),
            ("/left", self.left),
            ("/agent", self.agent),
            ("/supervisor", self.supervisor),
            ("/status", self.status),
            ("/message", self.message),
            ("/recorded", self.recorded),
        ):
            app.add_url_rule(rule, view_func=view, methods=["POST"])
        return app

    def voice(self) -> flask.Response:
        document = VoiceResponse()
        enqueue = Enqueue(None, action="/left", wait_url="/wait")
        enqueue.name = "Enqueue"
        enqueue.value = "suporte"
        document.append(enqueue)
        return _xml(document)

    def wait(self) -> flask.Response:
        here = flask.request.host_url
        if not self.queue:
            self.queue.append(flask.request.form["QueueSid"])
            events_wanted = ["initiated", "ringing", "answered", "completed"]
            self.client.calls.create(
                to=AGENT,
                from_=CALLED,
                url=f"{here}agent",
                status_callback=f"{here}status",
                status_callback_event=events_wanted,
            )
            self.client.calls.create(to=SUPERVISOR, from_=CALLED, url=f"{here}supervisor")
        document = VoiceResponse()
        document.say("você é o próximo", language="pt-BR")
        document.pause(length=60)
        return _xml(document)

    def agent(self) -> flask.Response:
        """The agent has answered: whoever is first in the queue joins the agent's conference."""
        room = VoiceResponse()
        dial = Dial(action=f"{flask.request.host_url}left")  # the document has no address of its own
        dial.conference("atendimento")
        room.append(dial)
        members = self.client.queues(self.queue[0]).members
        assert [one.call_sid for one in members.list()] == [CALL_SID]
        self.client.calls(CALL_SID).update(twiml=str(room))
        own = VoiceResponse()
        dial = Dial()
        dial.conference("atendimento", end_conference_on_exit=False)
        own.append(dial)
        return _xml(own)

    def supervisor(self) -> flask.Response:
        """The supervisor puts the caller on hold, then sends the call to leave a message."""
        conference = self.client.conferences.list(friendly_name="atendimento", status="in-progress")[0]
        participant = self.client.conferences(conference.sid).participants(CALL_SID)
        self.held.append(bool(participant.update(hold=True).hold))
        self.client.calls(CALL_SID).update(url=f"{flask.request.host_url}message")
        return _xml(VoiceResponse())

    def left(self) -> flask.Response:
        form = flask.request.form
        self.results.append(form.get("QueueResult") or f"dial {form.get('DialCallStatus')}")
        return _xml(VoiceResponse())

    def status(self) -> str:
        self.statuses.append(flask.request.form["CallStatus"])
        return ""

    def message(self) -> flask.Response:
        document = VoiceResponse()
        document.say("deixe seu recado", language="pt-BR")
        document.record(action="/recorded", max_length=60, play_beep=False)
        return _xml(document)

    def recorded(self) -> flask.Response:
        self.recording = requests.get(flask.request.form["RecordingUrl"] + ".wav", timeout=10).content
        document = VoiceResponse()
        document.say("obrigado", language="pt-BR")
        return _xml(document)


def _xml(document: VoiceResponse) -> flask.Response:
    return flask.Response(str(document), mimetype="text/xml")


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def served(app: flask.Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_destination_that_calls_its_agents_back_through_the_api() -> None:
    clock = VirtualClock(AT)
    http = HttpTransport()
    callees = Callees({AGENT: CalleeBehaviour(ring=4, talk=100), SUPERVISOR: CalleeBehaviour(ring=30)})
    client = Client(DEMO_ACCOUNT, DEMO_TOKEN)
    destination = CallCentre(client)
    with served(destination.app()) as base:
        setup = CallSetup(f"{base}/voice", http, CALLER, CALLED, CALL_SID, clock)
        switchboard = Switchboard.of(setup, callees=callees)
        with rest_server(switchboard) as api:
            client.api.base_url = api
            transcript = switchboard.place_call(setup, ScriptedPhone([steps.Record(9), steps.Silent()]))
            calls = {one.to: one for one in client.calls.list()}
            recording = client.recordings.list()[0].fetch()
    http.close()
    client.http_client.session.close()
    assert transcript.error is None
    assert transcript.failures == []
    assert said(transcript) == ["você é o próximo", "deixe seu recado", "obrigado"]
    assert destination.results == ["redirected", "dial answered"]
    assert destination.statuses == ["initiated", "ringing", "in-progress", "completed"]
    assert destination.held == [True]
    assert [one["seconds"] for one in events(transcript, "enqueue")] == [4]
    assert [one["seconds"] for one in events(transcript, "dial")] == [27]  # the supervisor is called a second later
    assert {to: one.status for to, one in calls.items()} == dict.fromkeys((CALLED, AGENT, SUPERVISOR), "completed")
    assert (recording.call_sid, recording.duration) == (CALL_SID, "9")
    assert len(destination.recording) == 44 + 9 * 8000 * 2
