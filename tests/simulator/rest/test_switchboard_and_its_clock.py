"""Several calls on one clock: whichever is due next goes on, and people who wait can be reached."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.clock import RealClock, VirtualClock
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.browser import BrowserPhone
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.terminal import TerminalPhone
from ivr.simulator.rest.callees import CalleeBehaviour
from ivr.simulator.rest.server import PortError, rest_server
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.transcript import Event
from ivr.simulator.transports import WsgiTransport
from tests.simulator.rest.account import AGENT, Account, client
from tests.webapps import AT, CALL_SID, CALLED, CALLER, ENTRY, WebApp, call, said

PATIENCE = 10.0
"""Seconds after which a test that waits for another thread has failed."""

WAITING = '<Enqueue waitUrl="/wait">suporte</Enqueue>'


def waiting_app() -> WebApp:
    app = WebApp().page("/voice", WAITING).page("/wait", "").page("/agent", "<Say>oi</Say>")
    return app.page("/elsewhere", "<Say>em outro lugar</Say>")


def test_a_call_that_the_app_leaves_alone_is_the_same_on_a_switchboard() -> None:
    pages = ('<Gather numDigits="1" action="/next"><Say>tecle</Say></Gather>', "<Say>obrigado</Say>")
    script = (steps.Hear("tecle"), steps.Press("2"), steps.Hear("obrigado"))
    alone = call(WebApp().page("/voice", pages[0]).page("/next", pages[1]), *script)
    account = Account(WebApp().page("/voice", pages[0]).page("/next", pages[1]))
    assert account.incoming(*script).as_dict() == alone.as_dict()


def test_calls_go_on_in_the_order_of_their_moments() -> None:
    order: list[str] = []
    app = WebApp().page("/agent", "<Pause length='10'/><Redirect>/late</Redirect>").page("/late", "")
    account = Account(app, callees={AGENT: CalleeBehaviour(ring=1), CALLER: CalleeBehaviour(ring=4)})
    for number in (AGENT, CALLER):
        account.dial(to=number)
        account.when("/late", lambda number=number: order.append(number))  # type: ignore[misc]
    account.switchboard.run()
    asked = [(one.path, one.form["To"]) for one in account.app.received]
    assert asked == [("/agent", AGENT), ("/agent", CALLER), ("/late", AGENT), ("/late", CALLER)]
    assert account.clock.elapsed() == 14


def test_identifiers_are_those_of_the_seed() -> None:
    def sid(seed: str) -> str:
        board = Switchboard(VirtualClock(AT), WsgiTransport(waiting_app()), seed=seed)
        created: str = client(board).calls.create(to=AGENT, from_=CALLED, url=ENTRY).sid
        return created

    assert sid("a") == sid("a") != sid("b")


def test_no_key_is_lost_as_its_phone_is_asked_again() -> None:
    app = WebApp().page("/voice", '<Gather action="/next"><Say>tecle</Say></Gather>').page("/next", "")
    board = Switchboard(VirtualClock(AT), WsgiTransport(app))

    def hands_over(_: Moment, act: Act | None) -> None:
        if act == acts.Press("1"):
            board.wake(party, acts.Wait(0.0))

    phone = BrowserPhone(hands_over, lambda _: None, lambda: None)
    setup = CallSetup(ENTRY, WsgiTransport(app), CALLER, CALLED, CALL_SID, VirtualClock(AT))
    with board.held():
        party = board.connect(setup, phone, thinks=False)
        heard = phone.notice

        def gives(event: Event) -> None:
            heard(event)
            if event.kind == "gather":
                phone.give(acts.Press("123#"))

        phone.notice = gives  # type: ignore[method-assign]
    board.run()
    assert app.to("/next")[0].form["Digits"] == "123"


def test_one_thread_runs_a_switchboard() -> None:
    account = Account(waiting_app())
    refused: list[str] = []

    def run() -> None:
        try:
            account.switchboard.run()
        except RuntimeError as error:
            refused.append(str(error))

    account.when("/voice", run)
    account.incoming(steps.HangUp())
    assert refused == ["this switchboard is run by another thread"]


def test_an_endless_virtual_wait_gives_the_app_time_to_act() -> None:
    app = waiting_app()
    waits = threading.Event()

    def entered(event: Event) -> None:
        if event.kind == "enqueue":
            waits.set()

    clock = VirtualClock(AT)
    transport = WsgiTransport(app)
    board = Switchboard(clock, transport, grace=PATIENCE)

    def redirect() -> None:
        assert waits.wait(PATIENCE)
        client(board).calls(CALL_SID).update(url="http://app.test/elsewhere")

    worker = threading.Thread(target=redirect)
    worker.start()
    setup = CallSetup(ENTRY, transport, CALLER, CALLED, CALL_SID, clock)
    transcript = board.place_call(setup, ScriptedPhone(()), entered)
    worker.join(PATIENCE)
    assert said(transcript) == ["em outro lugar"]
    assert transcript.duration < 2


def test_requests_from_many_threads_while_calls_go_on_lose_nothing() -> None:
    account = Account(waiting_app())
    made: list[str] = []

    def work() -> None:
        own = client(account.switchboard)
        for _ in range(10):
            sid = own.calls.create(to=AGENT, from_=CALLED, url="http://app.test/agent").sid
            assert own.calls(sid).fetch().sid == sid
            made.append(sid)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        account.switchboard.run()
    account.switchboard.run()
    assert sorted(one.sid for one in account.client.calls.list(status="completed")) == sorted(made)
    assert len(set(made)) == 40


class Screen:
    """A terminal at which nobody ever presses a key; each look for one passes a tenth of a second."""

    def __init__(self, looked: Callable[[], None]) -> None:
        self._looked = looked

    def show(self, live: Sequence[str], lasting: Sequence[str] = ()) -> None:
        pass

    def key(self, timeout: float) -> str | None:
        self._looked()
        return None

    def ask(self, question: str, *, secret: bool = False) -> str:
        raise AssertionError(f"nobody can answer {question}")


def test_a_person_who_waits_in_a_queue_is_reached_by_the_apps_agent() -> None:
    serves = "<Response><Dial><Queue>suporte</Queue></Dial></Response>"
    app = waiting_app().page("/voice", WAITING + "<Say>até logo</Say>")
    account = Account(app, callees={AGENT: CalleeBehaviour(ring=3, talk=4)})
    account.when("/wait", lambda: account.dial(twiml=serves))
    screen = Screen(lambda: account.clock.advance(0.1))
    phone = TerminalPhone(screen, account.clock.elapsed, account.switchboard.is_due)
    transcript = account.incoming(phone=phone)
    assert said(transcript) == ["até logo"]
    assert transcript.events[1]["result"] == "bridged"
    assert transcript.events[1]["seconds"] == pytest.approx(3, abs=0.3)
    assert transcript.duration == pytest.approx(7, abs=1)


def test_on_the_real_clock_a_request_reaches_a_call_that_sleeps() -> None:
    transport = WsgiTransport(waiting_app().page("/wait", "<Pause length='30'/>"))
    clock = RealClock()
    board = Switchboard(clock, transport)
    asleep = threading.Event()

    class Caller:
        def act(self, moment: Moment) -> Act | None:
            if moment.queue:
                asleep.set()
            return None

        def notice(self, event: Event) -> None:
            pass

        def ended(self) -> str | None:
            return None

    def end() -> None:
        assert asleep.wait(PATIENCE)
        client(board).calls(CALL_SID).update(status="completed")

    worker = threading.Thread(target=end)
    worker.start()
    transcript = board.place_call(CallSetup(ENTRY, transport, CALLER, CALLED, CALL_SID, clock), Caller())
    worker.join(PATIENCE)
    assert transcript.status == "completed"
    assert transcript.duration < PATIENCE


@pytest.mark.network
def test_a_port_that_is_taken_is_told_in_one_line() -> None:
    account = Account(waiting_app())
    with rest_server(account.switchboard) as api:
        port = int(api.rpartition(":")[2])
        with (
            pytest.raises(PortError, match=rf"cannot listen on port {port} .*choose another"),
            rest_server(account.switchboard, port),
        ):
            pass
