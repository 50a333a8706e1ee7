"""An AI agent and a person, both by the wall clock: it is heard while it still speaks, and cut short at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from ivr.simulator import acts
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import RealClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones.browser import BrowserPhone
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.steps import Hear
from ivr.simulator.phones.terminal import TerminalPhone
from ivr.simulator.relay_settings import RelaySettings
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import WsgiTransport
from tests.simulator.relay.agents import HANGS_UP, SECONDS, AgentServer, Session, app_with, says
from tests.webapps import CALL_SID, CALLED, CALLER, ENTRY, WebApp

pytestmark = pytest.mark.network

PACE = 10.0
"""How much faster than the wall clock these calls go."""


def setup_of(app: WebApp) -> CallSetup:
    settings = RelaySettings(patience=5.0, pause=0.3)
    carrier = Carrier(relay=settings)
    return CallSetup(ENTRY, WsgiTransport(app), CALLER, CALLED, CALL_SID, RealClock(PACE), carrier)


def said(transcript: Transcript) -> list[str]:
    return [event["text"] for event in transcript.events if event.kind == "say"]


def streams(session: Session) -> None:
    """Sends a second sentence only when the first is being said."""
    session.wait_for("prompt")
    session.say("The first sentence is here.", last=False)
    time.sleep(0.1)
    session.say(" And ", "so is ", "the second.")
    session.wait_for("prompt")
    session.send(type="end")


def test_sentences_are_said_while_others_still_come(agents: AgentServer) -> None:
    agents.behave(streams)
    phone = ScriptedPhone((says("go"), Hear("the second"), says("bye"), Hear("After")))
    transcript = place_call(setup_of(app_with(agents)), phone)
    assert transcript.failures == []
    assert said(transcript)[:2] == ["The first sentence is here.", "And so is the second."]


def test_a_scripted_caller_waits_for_a_slow_agent_by_the_wall_clock(agents: AgentServer) -> None:
    def ponders(session: Session) -> None:
        session.wait_for("prompt")
        time.sleep(0.3)
        session.say("Done.")

    agents.behave(ponders)
    transcript = place_call(setup_of(app_with(agents)), ScriptedPhone((says("go"), Hear("done"), HANGS_UP)))
    assert transcript.failures == []


class Person:
    """A terminal with somebody at it who presses each key at its second, and types ``texts`` one after the other."""

    def __init__(self, clock: RealClock, keys: Sequence[tuple[float, str]], texts: Sequence[str]) -> None:
        self._clock = clock
        self._keys = list(keys)
        self._texts = list(texts)
        self.page: list[str] = []

    def key(self, timeout: float) -> str | None:
        now = self._clock.elapsed()
        if self._keys and self._keys[0][0] <= now + timeout:
            at, key = self._keys.pop(0)
            self._clock.advance_to(at)
            return key
        self._clock.advance_to(now + timeout)
        return None

    def ask(self, question: str, *, secret: bool) -> str:
        return self._texts.pop(0)

    def show(self, live: Sequence[str], lasting: Sequence[str] = ()) -> None:
        self.page += lasting


def test_a_person_at_a_terminal_types_what_is_said_and_cuts_in(agents: AgentServer) -> None:
    answer = "This is a very long answer which nobody wants to hear to its end, is it not?"

    def recites(session: Session) -> None:
        session.wait_for("prompt")
        for word in answer.split():
            session.say(f"{word} ", last=False)
        session.wait_for("interrupt")
        session.wait_for("prompt")
        session.send(type="end")

    agents.behave(recites)
    setup = setup_of(app_with(agents, "welcomeGreeting='Hello.'"))
    assert isinstance(setup.clock, RealClock)
    person = Person(setup.clock, [(2.0, "s"), (7.5, "s")], ["tell me", "stop"])
    transcript = place_call(setup, TerminalPhone(person, setup.clock.elapsed))
    assert transcript.failures == []
    assert "Hello." in person.page
    assert "caller: says “tell me”" in person.page
    assert "caller: says “stop”" in person.page
    (interrupt,) = agents.last.of_type("interrupt")
    assert answer.startswith(str(interrupt["utteranceUntilInterrupt"]))
    assert [event["interrupted"] for event in transcript.events if event.kind == "say"] == [False, True, False]


def test_a_person_at_a_browser_hears_an_agent_and_answers(agents: AgentServer) -> None:
    setup = setup_of(app_with(agents, "welcomeGreeting='Hello.'"))
    board = Switchboard(setup.clock, setup.transport)
    heard: list[str] = []
    spoke = threading.Event()

    def listens(event: object) -> None:
        text = getattr(event, "words", None)
        if text:
            heard.append(text)
            spoke.set()

    phone = BrowserPhone(lambda _moment, _act: None, listens, lambda: None)
    with board.held():
        party = board.connect(setup, phone, thinks=False)
    running = threading.Thread(target=board.run)
    running.start()
    try:
        assert spoke.wait(SECONDS)
        spoke.clear()
        _give(board, party, phone, acts.Speak("again"))
        assert spoke.wait(SECONDS)
        assert heard == ["Hello.", "You said again."]
        _give(board, party, phone, acts.HangUp())
        running.join(SECONDS)
        assert not running.is_alive()
    finally:
        board.close()
        running.join(SECONDS)
    assert agents.last.close_code == 1000


def _give(board: Switchboard, party: Party, phone: BrowserPhone, act: acts.Act) -> None:
    with board.held():
        if phone.give(act):
            board.wake(party, acts.Wait(0.0))
