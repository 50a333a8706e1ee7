"""A script whose call met anything that failed is red, with the reason, unless the script says that it wants this."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from twilio.rest import Client

from ivr.replay.call_target import UrlTarget
from ivr.replay.report import TextReport, junit
from ivr.replay.runner import Played, play
from ivr.replay.script import ScriptLines, read_scripts
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier
from ivr.simulator.live_call import place_call
from ivr.simulator.phones.base import Phone
from ivr.simulator.rest.callees import CalleeBehaviour, Callees
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import Transport, WsgiTransport
from tests.simulator.rest.account import AGENT, client
from tests.webapps import CALLED, ENTRY, Page, WebApp


def played(folder: Path, app: Transport | WebApp, text: str = "", place: Any = place_call) -> Played:
    file = folder / "a.call.yaml"
    file.write_text(f"call: a\n{text}\n", encoding="utf-8")
    (script,) = read_scripts([file], ScriptLines(folder, None, "an app"))
    transport = WsgiTransport(app) if isinstance(app, WebApp) else app
    target = UrlTarget(
        ENTRY, transport, to=CALLED, zone=ZoneInfo("UTC"), carrier=Carrier(), new_sid=lambda: "CA" + "1" * 32
    )
    return play(script, target, place=place)


def broken(page: Page) -> WebApp:
    return WebApp().page("/voice", "<Say>oi</Say><Redirect>/next</Redirect>").raw("/next", page)


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (Page(b"", "500 Oops"), 11200),
        (Page(b"", "404 Nowhere"), 11200),
        (Page(b"<Response><Say>", "200 OK"), 12100),
        (Page(b"<Answer/>", "200 OK"), 12102),
        (Page(b"{}", "200 OK", (("Content-Type", "application/json"),)), 12300),
        (Page(b"", "302 Found"), 11216),
    ],
)
def test_an_error_that_nobody_expected_fails_any_script(tmp_path: Path, page: Page, code: int) -> None:
    (failure,) = played(tmp_path, broken(page)).failures
    assert failure.startswith(f"{tmp_path}/a.call.yaml:1: the call met error {code}: ")
    assert failure.endswith(f"A script that wants this writes expect: {{error: {code}}}")
    assert played(tmp_path, broken(page), f"expect: {{error: {code}}}").passed


FALLBACK = "carrier: {fallback: {url: /fallback}}"


def test_a_failure_that_a_fallback_covers_up_is_told_all_the_same(tmp_path: Path) -> None:
    app = broken(Page(b"", "500 Oops")).page("/fallback", "<Say>desculpe</Say>")
    (failure,) = played(tmp_path, app, FALLBACK).failures
    assert "the call met error 11200: " in failure
    for wanted in ("warnings: [11200]", "error: 11200"):
        assert played(tmp_path, app, f"{FALLBACK}\nexpect: {{{wanted}}}").passed


@pytest.mark.parametrize(
    ("verbs", "code"),
    [
        ("<Dial>nobody</Dial>", 13223),
        ("<Play>/away.mp3</Play>", 11200),
        ("<Play>/page</Play>", 13420),
        ("<Enqueue/>", 14204),
        ("<Dial><Sip>ana</Sip></Dial>", 13243),
        ("<Dial><Client/></Dial>", 12200),
        ("<Sayy>oi</Sayy>", 12200),
        ("<VirtualAgent/>", 12200),
        ("<Siprec/>", 12200),
        ("<Gather timeout='0'><Dial>+551140030015</Dial></Gather>", 13320),
        ("<Dial timeout='1'><Say>oi</Say></Dial>", 13215),
        ("<Dial><Number url='/dials'>+551140030015</Number></Dial>", 13201),
        ("<Say>oi<Play>/a.mp3</Play></Say>", 12200),
        ("<Say><p>oi<Gather/></p></Say>", 12200),
        ("<Pause><Say>oi</Say></Pause>", 12200),
        ("<Hangup><Say>tchau</Say></Hangup>", 12200),
        ("<Enqueue maxQueueSize='1'>fila<Say>oi</Say></Enqueue>", 12200),
        ("<Gather timeout='0'>Digite 1</Gather>", 12200),
        ("<Gather timeout='0'><Pause><Say>oi</Say></Pause></Gather>", 12200),
        ("<Dial timeout='1'>+551140030015<Number>+551140030016</Number></Dial>", 12200),
        ("<Dial timeout='1'><Number>+551140030015<Play>/a.mp3</Play></Number></Dial>", 12200),
        ("<Dial><Number>+551140030015</Number><Conference>sala</Conference></Dial>", 13000),
        ("<Dial><Conference eventCallbackUrl='/gone'>sala</Conference></Dial>", 0),
        ("<Dial timeout='1' referUrl='/refer'>+551140030015</Dial>", 0),
        ("Ola, mundo", 12200),
        ("<Say/>", 13520),
        ("<Play/>", 12200),
        ("<Sms/>", 14103),
        ("<Start><Stream url='wss://a.invalid'/></Start><Pause/>", 31902),
        ("<Start><Recording/><Siprec name='copia'/></Start>", 0),
    ],
)
def test_what_could_not_be_performed_fails_a_script(tmp_path: Path, verbs: str, code: int) -> None:
    app = WebApp().page("/voice", verbs).page("/page", "<Say>no sound</Say>")
    app.page("/dials", "<Dial>+551140030015</Dial>")
    steps = "steps: [{callee: answered}]" if "dials" in verbs or "Conference" in verbs else ""
    steps = "steps: [{hang_up: true}]" if "fila" in verbs else steps
    told = f"the call met error {code}: " if code else "the call met what is not simulated: "
    assert any(told in failure for failure in played(tmp_path, app, steps).failures)
    assert played(tmp_path, app, f"{steps}\nexpect: {{warnings: [{code}]}}").passed


def test_a_refused_status_callback_and_a_refused_action_fail_a_script(tmp_path: Path) -> None:
    app = WebApp().page("/voice", "<Record action='/gone'/>").raw("/gone", Page(b"", "500 Oops"))
    text = "carrier: {status_callback: {url: /gone}}\nsteps: [{record: 3}, {hang_up: true}]"
    told = [failure.partition("the call met error ")[2][:5] for failure in played(tmp_path, app, text).failures]
    assert told == ["11200", "15003"]
    assert played(tmp_path, app, f"{text}\nexpect: {{warnings: [11200, 15003]}}").passed


def test_what_has_no_place_in_a_verb_is_neither_said_nor_a_name(tmp_path: Path) -> None:
    verbs = "<Say>oi <Play>/a.mp3</Play> tudo <s>bem</s></Say><Enqueue>fila<Say>x</Say></Enqueue>"
    app = WebApp().page("/voice", verbs)
    events = played(tmp_path, app, "steps: [{hang_up: true}]").transcript["events"]
    assert [event["text"] for event in events if event["kind"] == "say"] == ["oi tudo bem"]
    assert [event["queue"] for event in events if event["kind"] == "enqueue"] == ["fila"]


def test_a_queue_of_a_workflow_is_not_played_as_another_queue(tmp_path: Path) -> None:
    app = WebApp().page("/voice", "<Enqueue workflowSid='WW1'><Task>{}</Task></Enqueue><Say>depois</Say>")
    (failure,) = played(tmp_path, app).failures
    assert f"the call was stopped: {ENTRY}, line 1: <Enqueue> is not simulated with workflowSid" in failure
    assert played(tmp_path, app, "expect: {unperformed: [Enqueue]}").passed


def test_a_circle_is_left_although_no_step_is_due(tmp_path: Path) -> None:
    app = WebApp().page("/voice", "<Pause length='1'/><Redirect>/voice</Redirect>")
    (failure,) = played(tmp_path, app).failures
    assert failure.startswith("given up after 900 s and 90")
    assert "the steps are over and the call goes on; end it with hang_up" in failure
    assert played(tmp_path, app, "steps: [{hang_up: {in: Pause}}]").passed


@pytest.mark.parametrize("verb", ["Connect", "Refer"])
def test_a_verb_that_is_not_simulated_fails_a_script(tmp_path: Path, verb: str) -> None:
    app = WebApp().page("/voice", f"<{verb}/><Say>depois</Say>")
    (failure,) = played(tmp_path, app).failures
    assert f"the call was stopped: {ENTRY}, line 1: <{verb}> is not simulated" in failure
    assert failure.endswith(f"expect: {{unperformed: [{verb}]}}")
    for wanted in (f"unperformed: [{verb}]", "warnings: [0]"):
        assert played(tmp_path, app, f"expect: {{{wanted}}}").passed
    other = "Refer" if verb != "Refer" else "Connect"
    assert not played(tmp_path, app, f"expect: {{unperformed: [{other}]}}").passed
    assert not played(tmp_path, app, "expect: {unperformed: []}").passed


def test_a_verb_that_was_written_wrong_is_a_warning_that_is_printed(tmp_path: Path) -> None:
    call = played(tmp_path, WebApp().page("/voice", "<Gather finishOnKey='##' timeout='0'/>" * 2))
    assert call.passed
    assert [warning[:14] for warning in call.warnings] == ["warning 13310:"]
    assert [line.strip()[:14] for line in TextReport().lines(call)][2:] == ["warning 13310:"]
    assert b"<system-out>warning 13310: " in junit([call], 1)


class Rest:
    """An application that calls back the API while it answers /voice, and the switchboard that it calls."""

    def __init__(
        self, app: WebApp, act: Callable[[Client], object], callees: dict[str, CalleeBehaviour] | None = None
    ) -> None:
        self._app = WsgiTransport(app)
        self._act: Callable[[Client], object] | None = act
        self._callees = callees or {}

    def send(self, request: Any, timeout: float) -> Any:
        if self._act and request.url == ENTRY:
            act, self._act = self._act, None
            act(client(self._switchboard))
        return self._app.send(request, timeout)

    def place(self, setup: CallSetup, phone: Phone) -> Transcript:
        self._switchboard = Switchboard.of(setup, callees=Callees(self._callees))
        return self._switchboard.place_call(setup, phone)


def over_rest(folder: Path, app: WebApp, act: Callable[[Client], object], text: str = "") -> Played:
    rest = Rest(app.page("/voice", "<Pause length='60'/>"), act)
    return played(folder, rest, text, rest.place)


def dial(api: Client, **options: Any) -> object:
    return api.calls.create(to=AGENT, from_=CALLED, **({"url": "http://app.test/agent"} | options))


def test_a_call_of_the_app_fails_the_script_where_its_webhook_fails(tmp_path: Path) -> None:
    app = WebApp().raw("/agent", Page(b"", "500 Oops"))
    call = over_rest(tmp_path, app, dial)
    (failure,) = call.failures
    assert f"the call to {AGENT} that the application made met error 11200: " in failure
    wanted = f'calls: [{{to: "{AGENT}", error: 11200}}]'
    assert failure.endswith(f"expect: {{{wanted}}}")
    assert over_rest(tmp_path, app, dial, f"expect: {{{wanted}}}").passed
    assert [made["to"] for made in call.transcript["calls"]] == [AGENT]
    assert f"the call to {AGENT} that the application made: completed" in "\n".join(TextReport().lines(call))


def test_a_verb_not_simulated_fails_a_call_that_the_app_makes(tmp_path: Path) -> None:
    app = WebApp().page("/agent", "<Refer/>")
    (failure,) = over_rest(tmp_path, app, dial).failures
    assert "that the application made was stopped: " in failure
    assert over_rest(tmp_path, app, dial, "expect: {calls: [{unperformed: [Refer]}]}").passed


def test_a_parameter_of_the_api_that_has_no_effect_fails_the_script(tmp_path: Path) -> None:
    app = WebApp().page("/agent", "<Say>oi</Say>")
    spied = partial(dial, byoc="BY" + "0" * 32)
    (failure,) = over_rest(tmp_path, app, spied).failures
    assert "met what is not simulated: the API's parameter Byoc is not simulated" in failure
    assert over_rest(tmp_path, app, spied, "expect: {calls: [{warnings: [0]}]}").passed


def test_a_resource_of_the_api_that_there_is_not_fails_the_script(tmp_path: Path) -> None:
    def list_connect_apps(api: Client) -> None:
        with pytest.raises(Exception, match="is not simulated"):
            api.authorized_connect_apps.list()

    (failure,) = over_rest(tmp_path, WebApp(), list_connect_apps).failures
    assert "AuthorizedConnectApps.json is not simulated" in failure
    assert over_rest(tmp_path, WebApp(), list_connect_apps, "expect: {warnings: [0]}").passed


def test_how_many_calls_the_app_makes_can_be_expected(tmp_path: Path) -> None:
    app = WebApp().page("/agent", "<Say>oi</Say>")
    assert over_rest(tmp_path, app, dial, f'expect: {{calls: [{{to: "{AGENT}", ended: completed}}]}}').passed
    (failure,) = over_rest(tmp_path, app, dial, "expect: {calls: []}").failures
    assert failure.endswith(f"expected the application to make 0 calls, but it made to {AGENT}")
    (failure,) = over_rest(tmp_path, app, dial, "expect: {calls: [{to: '+5511911111111', ended: completed}]}").failures
    assert failure.endswith(f"expected a call to +5511911111111, but it went to {AGENT}")
