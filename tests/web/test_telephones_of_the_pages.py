"""The telephone of the pages: live calls are trials, rehearsals have their own day, two windows meet in one call."""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from app import create_app
from data import demo
from data.audit import audit_since
from data.database import Database
from data.demo.customers import demo_customers
from data.trials import count_customer_calls, is_trial, recent_customer_calls
from data.vault import Cost, Vault
from ivr.call.lines import Lines
from ivr.channels import RULES
from ivr.cli.targets import LocalLines
from ivr.replay.runner import play
from ivr.replay.script import ScriptLines, read_scripts
from ivr.server.streams import EventLog
from ivr.web.phone.demo_words import DEMO_WORDS
from ivr.web.phone.limits import PhoneLimits
from routing.documents import parse_document
from tests.line_server import KEY
from tests.simulator.relay.agents import agent_server, document, echoes
from tests.web.telephones import FLOWS, Browser, TelephoneServer, Window, stream, telephones

pytestmark = pytest.mark.untraced

ANA = "c1-1"
DOCUMENT = "11222333000181"
PASSWORD = "1234"
TUESDAY = "2026-03-10T10:00"
SUNDAY = "2026-03-08T10:00"


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    database = Database("sqlite://")
    database.migrate()
    demo.load(database, Vault(KEY, Cost.rehearsal()), parse_document)
    yield database
    database.close()


@pytest.fixture(scope="module")
def lines() -> Lines:
    return Lines.load(FLOWS, rules=RULES)


@pytest.fixture(scope="module")
def server(database: Database, lines: Lines) -> Iterator[TelephoneServer]:
    with telephones(database, lines) as server:
        yield server


@pytest.fixture
def window(server: TelephoneServer) -> Iterator[Window]:
    with window_at(server) as window:
        yield window


@contextmanager
def window_at(server: TelephoneServer) -> Iterator[Window]:
    window = Window(server)
    try:
        yield window
    finally:
        window.post(f"/phone/api/phones/{window.phone}/leave", {})


@pytest.fixture(scope="module")
def hurried(database: Database, lines: Lines) -> Iterator[TelephoneServer]:
    """A server whose rehearsals hear long prompts in a quarter of their time."""
    with telephones(database, lines, pace=4.0) as server:
        yield server


def identify(window: Window) -> None:
    """Ana calls for support, as far as the code."""
    for state in ("principal", "software"):
        window.at(state)
        window.press("2")
    window.at("documento")
    assert window.act("press", customer=ANA, field="document")[0] == 202
    window.at("senha")
    assert window.act("press", customer=ANA, field="password")[0] == 202
    window.press("#")
    window.at("codigo")


def test_a_live_call_is_a_trial_and_in_no_report(server: TelephoneServer, window: Window, database: Database) -> None:
    window.dial(line="4003-0015")
    window.at("principal")
    window.press("2")
    window.at("software")
    sid = window.until("call")["call_sid"]
    assert window.until("call")["trial"] is True
    with database.reading() as connection:
        assert is_trial(connection, sid)
        assert recent_customer_calls(connection, 10) == []
        assert count_customer_calls(connection) == []
    assert sid not in window.get("/")[1].decode()
    assert "ivr_calls{" not in window.get("/metrics")[1].decode()


def test_no_live_call_is_made_where_it_cannot_be_marked(lines: Lines) -> None:
    database = Database("sqlite://")
    database.migrate()
    with telephones(database, lines) as server, window_at(server) as window:
        from sqlalchemy import text

        with database.transaction() as connection:
            connection.execute(text("DROP TABLE trial"))
        status, told = window.post(f"/phone/api/phones/{window.phone}/calls", {"line": "4003-0015"})
        assert (status, told["code"]) == (503, "away")
        with database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM call")).scalar_one() == 0


def test_a_rehearsal_is_on_the_day_that_was_chosen(window: Window, database: Database) -> None:
    window.dial(line="4003-0015", mode="rehearsal", at=SUNDAY)
    for state in ("principal", "software"):
        window.at(state)
        window.press("2")
    window.hears("atende de novo")
    window.hears("sete horas")
    told = window.until("call")
    assert (told["trial"], told["at"]) == (False, "2026-03-08T10:00:00-03:00")
    with database.reading() as connection:
        assert not is_trial(connection, told["call_sid"])


@pytest.mark.parametrize("wish", [{"at": SUNDAY}, {"mode": "live", "at": SUNDAY}, {"clock": SUNDAY}])
def test_nothing_sets_the_clock_of_a_live_call(window: Window, wish: dict[str, str]) -> None:
    status, told = window.post(f"/phone/api/phones/{window.phone}/calls", {"line": "4003-0015"} | wish)
    assert (status, told["code"]) == (400, "bad-field")


def test_a_key_stops_the_prompt_before_the_line_is_asked(window: Window) -> None:
    window.dial(line="4003-0015", mode="rehearsal", at=TUESDAY)
    window.at("principal")
    window.press("2")
    window.at("software")
    kinds = [event["kind"] for event in window.events]
    over = window.until("prompt_over")
    assert over["interrupted"] is True
    assert kinds.index("prompt_over") < kinds.index("press") < len(kinds) - 1 - kinds[::-1].index("request")
    begun = window.hears("Bem-vindo")
    assert over["t"] < begun["t"] + begun["seconds"]


def test_two_windows_talk_in_one_call(hurried: TelephoneServer, tmp_path: Path) -> None:
    with window_at(hurried) as window, window_at(hurried) as other:
        call = window.dial(line="4003-0015", mode="rehearsal", at=TUESDAY, customer=ANA)
        identify(window)
        window.press("0510001#")
        ring = other.until("ring", call=call)
        assert other.act("say", call, text="cedo demais")[1]["code"] == "not-now"
        assert window.act("callee_press", keys="1")[1]["code"] == "not-now"
        assert other.act("answer", call, leg=ring["leg"])[0] == 202
        other.hears("tecle 1.", leg=1)
        other.until("moment", leg=1)
        assert other.act("callee_press", call, keys="1")[0] == 202
        for each in (window, other):
            each.until("connected", call=call)
        window.act("say", text="alô")
        other.act("say", call, text="bom dia")
        assert other.until("talk")["text"] == "alô"
        assert window.until("talk")["from"] == "other"
        frames = base64.b64encode(bytes(800)).decode()
        assert window.post(f"/phone/api/phones/{window.phone}/sound", {"call": call, "frames": frames})[0] == 202
        assert other.until("sound")["frames"] == frames
        assert other.act("callee_hang_up", call)[0] == 202
        window.until("state", state="despedida")
        late = window.post(f"/phone/api/phones/{window.phone}/sound", {"call": call, "frames": frames})
        assert late[0] == 202, "what was under way when the talk ended is dropped"
        window.act("hang_up")
        for each in (window, other):
            each.until("ended", call=call)
        assert window.until("route", destination="suporte.vitrine")["reasons"]
        for text in (window.text(), other.text()):
            assert DOCUMENT not in text
            assert f'"{PASSWORD}"' not in text
        window.until("over")
        status, saved = window.get(f"/phone/api/calls/{call}/script")
        told = json.loads(saved)
        assert (status, told["fill_in"]) == (200, [])
        file = tmp_path / told["name"]
        file.write_text(told["text"])
        scripts = read_scripts([file], ScriptLines(FLOWS, None, "4003-0015"))
        played = play(scripts[0], LocalLines(create_app, FLOWS).target("4003-0015"))
        assert played.failures == []


def test_what_no_demo_customer_keys_is_left_out_of_the_script(window: Window) -> None:
    call = window.dial(line="4003-0015", mode="rehearsal", at=TUESDAY)
    for state in ("principal", "software"):
        window.at(state)
        window.press("2")
    window.at("documento")
    window.press("52998224725#")
    window.at("senha")
    window.act("hang_up")
    window.until("over")
    told = json.loads(window.get(f"/phone/api/calls/{call}/script")[1])
    assert "52998224725" not in told["text"]
    assert told["text"].splitlines()[told["fill_in"][0] - 1].startswith('  - press: "<fill in>"')
    assert "52998224725" not in window.text()


def test_a_message_is_recorded_by_the_microphone_and_heard(hurried: TelephoneServer) -> None:
    window = Window(hurried)
    call = window.dial(line="4003-0015", mode="rehearsal", at=SUNDAY)
    for state in ("principal", "software"):
        window.at(state)
        window.press("2")
    window.until("state", lambda event: "recado" in event["states"])
    window.until("moment", moment="record")
    loud = base64.b64encode(bytes([0x00, 0x80]) * 2000).decode()
    assert window.post(f"/phone/api/phones/{window.phone}/sound", {"call": call, "frames": loud})[0] == 202
    time.sleep(0.6)
    window.press("#")
    over = window.until("record_over")
    assert over["seconds"] >= 0.5
    status, sound = window.get(over["sound"])
    assert status == 200
    assert sound[:4] == b"RIFF"
    assert sound.endswith(bytes([0x00, 0x80]) * 2000)


def test_a_stream_is_resumed_where_it_was_left(server: TelephoneServer, window: Window) -> None:
    window.dial(line="4003-0015", mode="rehearsal", at=TUESDAY)
    window.at("principal")
    seen = [event for event in window.events if "id" in event]
    again = stream(server, window.phone, after=seen[1]["id"])
    assert next(again)["kind"] == "hello"
    assert [next(again) for _ in range(2)] == seen[2:4]
    again.close()  # type: ignore[attr-defined]


def test_what_demo_customers_show_is_said_in_the_language_of_the_page(window: Window) -> None:
    told = json.loads(window.get("/phone/api/customers")[1])["customers"]
    assert told[0]["shows"] == "em dia, pede suporte"
    assert {each.shows for each in demo_customers().values()} == set(DEMO_WORDS)


def test_a_stream_tells_what_fell_out_of_its_buffer() -> None:
    log = EventLog(kept=3)
    for number in range(5):
        log.publish(f'"{number}"')
    events, gone = log.after(1)
    assert ([event.number for event in events], gone) == ([3, 4, 5], True)
    assert log.after(2)[1] is False
    assert log.after(5) == ([], False)


def test_passing_events_take_no_place_from_others() -> None:
    log = EventLog(kept=2, passing=2)
    log.publish('"kept"')
    for _ in range(9):
        log.publish('"sound"', passing=True)
    events, gone = log.after(0)
    assert ([event.number for event in events], gone) == ([1, 9, 10], False)


def test_streams_end_when_the_server_stops(database: Database, lines: Lines) -> None:
    with telephones(database, lines) as server:
        window = Window(server)
        window.dial(line="4003-0015", mode="rehearsal", at=TUESDAY)
        window.at("principal")
    window.until("ended", by="carrier")
    assert window.until("bye")["why"] == "stopping"


def test_what_is_more_than_the_limits_is_refused(database: Database, lines: Lines) -> None:
    limits = PhoneLimits(phones=2, calls=1, streams=2)
    with telephones(database, lines, limits) as server:
        first, second = Window(server), Window(server)
        assert Browser(server).post("/phone/api/phones", {})[1]["code"] == "too-many"
        with pytest.raises(AssertionError):
            next(stream(server, first.phone))
        first.dial(line="4003-0015", mode="rehearsal", at=TUESDAY)
        wish = {"line": "4003-0015"}
        assert first.post(f"/phone/api/phones/{first.phone}/calls", wish)[1]["code"] == "busy"
        assert second.post(f"/phone/api/phones/{second.phone}/calls", wish)[1]["code"] == "too-many"


def test_a_call_that_lasts_too_long_is_ended(database: Database, lines: Lines) -> None:
    with telephones(database, lines, PhoneLimits(call_seconds=0.5)) as server:
        window = Window(server)
        window.dial(line="4003-0015", mode="rehearsal", at=TUESDAY)
        assert window.until("ended")["by"] == "limit"


def test_a_phone_whose_page_has_gone_is_hung_up(database: Database, lines: Lines) -> None:
    with telephones(database, lines, PhoneLimits(alone_seconds=0.5)) as server:
        browser = Browser(server)
        phone = browser.post("/phone/api/phones", {})[1]["phone"]
        browser.post(f"/phone/api/phones/{phone}/calls", {"line": "4003-0015", "mode": "rehearsal"})
        until = time.monotonic() + 10
        while browser.post(f"/phone/api/phones/{phone}/acts", {})[0] != 404:
            assert time.monotonic() < until
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"", "application/json", "not-json"),
        (b"{", "application/json", "not-json"),
        (b"[]", "application/json", "not-json"),
        (b"{\"a\": NaN}", "application/json", "not-json"),
        (b"[" * 30_000, "application/json", "not-json"),
        (b"\xff{}", "application/json", "not-json"),
        (b"{}", "text/plain", "not-json"),
        (b"line=4003-0015", "application/x-www-form-urlencoded", "not-json"),
        (b"{}", "application/json", "bad-field"),
        (b'{"line": "4003-0015", "url": "http://127.0.0.1/"}', "application/json", "bad-field"),
        (b'{"line": 7}', "application/json", "bad-field"),
        (b'{"line": "no such line"}', "application/json", "unknown-line"),
        (b'{"line": "4003-0015", "mode": "dead"}', "application/json", "bad-field"),
        (b'{"line": "4003-0015", "mode": "rehearsal", "at": "2026-02-30T10:00"}', "application/json", "bad-field"),
        (b'{"line": "4003-0015", "mode": "rehearsal", "at": "0001-01-01T00:00"}', "application/json", "bad-field"),
        (b'{"line": "4003-0015", "senha": "11222333000181"}', "application/json", "bad-field"),
        (b'{"line": "4003-0015", "customer": "c999-1"}', "application/json", "unknown-customer"),
        (b'{"line": "\\ud800"}', "application/json", "bad-field"),
    ],
)  # fmt: skip
def test_rubbish_gets_one_clear_line(window: Window, body: bytes, kind: str, code: str) -> None:
    status, told = window.raw(f"/phone/api/phones/{window.phone}/calls", body, kind)
    assert 400 <= status < 500
    assert told["code"] == code
    assert "\n" not in told["error"]
    assert DOCUMENT not in told["error"]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]/",
        "http://0.0.0.0:5000/",
        "http://10.0.0.1/voice",
        "http://[::ffff:169.254.169.254]/",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "http://user:secret@127.0.0.1/",
        "http://no-such-host.invalid/voice",
        "127.0.0.1:8000",
    ],
)
def test_only_webhooks_of_this_machine_are_called(window: Window, url: str) -> None:
    status, told = window.post(f"/phone/api/phones/{window.phone}/calls", {"url": url})
    assert (status, told["code"]) == (400, "bad-address")
    assert "secret" not in told["error"]


def test_an_agent_takes_the_caller_out_of_the_queue(hurried: TelephoneServer) -> None:
    with window_at(hurried) as window, window_at(hurried) as agent:
        call = window.dial(line="4003-0015", mode="rehearsal", at=TUESDAY)
        window.at("principal")
        window.press("7")
        window.until("state", lambda event: "assessoria" in event["states"] or len(window.told("state")) > 1)
        window.press("1")
        ring = agent.until("ring", call=call)
        assert agent.act("busy", call, leg=ring["leg"])[0] == 202
        assert agent.until("waiting", call=call)["queue"]
        window.until("moment", lambda event: event.get("queue") is not None)
        assert agent.act("take", call)[0] == 202
        agent.until("connected", call=call)
        agent.act("say", call, text="pois não")
        assert window.until("talk")["text"] == "pois não"
        assert agent.act("callee_hang_up", call)[0] == 202
        assert window.until("enqueue_over")["result"] == "bridged"
        window.until("state", lambda event: "despedida" in event["states"])


def test_a_call_that_the_line_makes_rings_the_page_of_that_number(server: TelephoneServer, window: Window) -> None:
    made = server.carrier.client().calls.create(
        to=window.number,
        from_="+551140030015",
        url=f"{server.webhooks}/twilio/callback?line=4003-0015&desk=cst",
        timeout=30,
    )
    ring = window.until("ring", incoming=True)
    window.call = ring["call"]
    assert window.act("answer", leg=ring["leg"])[0] == 202
    window.until("status", status="in-progress")
    window.hears("")
    window.act("hang_up")
    assert window.until("ended")["by"] == "caller"
    with server.database.reading() as connection:
        assert is_trial(connection, made.sid)


def test_a_live_call_is_signed_with_the_token_of_the_line(database: Database, lines: Lines) -> None:
    with telephones(database, lines, auth_token="a token of the tests") as server:
        phone = server.carrier.register(None)
        server.carrier.place(phone, lambda: server.carrier.dialling.live("4003-0015", phone.number))
        until = time.monotonic() + 10
        while not any('"principal"' in event.data for event in phone.log.after(0)[0]):
            assert time.monotonic() < until, [event.data for event in phone.log.after(0)[0]]
            time.sleep(0.02)


@pytest.mark.parametrize("to", ["http://169.254.169.254/latest", "http://10.9.8.7/voice", "https://127.0.0.1:1/"])
def test_no_redirect_leads_a_call_off_this_machine(window: Window, to: str) -> None:
    with an_app(302, to) as url:
        window.dial(url=url)
        assert re.search("(on|of) this machine", window.until("error")["message"])


def test_a_text_of_the_application_is_told_the_page(window: Window) -> None:
    with an_app(200, "<Response><Sms>Seu protocolo é 42.</Sms><Hangup/></Response>") as url:
        window.dial(url=url)
        told = window.until("text")
    assert (told["body"], told["direction"], told["from"]) == ("Seu protocolo é 42.", "outbound-call", "+551140030015")


def test_a_page_talks_with_an_agent_of_this_machine(window: Window) -> None:
    with agent_server() as agents:
        agents.behave(echoes)
        verbs = document(agents, "welcomeGreeting='Bom dia.'").replace("action='/after'", "")
        with an_app(200, f"<Response>{verbs}<Hangup/></Response>") as url:
            window.dial(url=url)
            window.hears("Bom dia")
            assert window.act("speak", text="quero um café")[0] == 202
            window.hears("You said quero um café")
            assert window.act("hang_up")[0] == 202
            window.until("over")
        assert agents.last.of_type("prompt")[0]["voicePrompt"] == "quero um café"
        assert agents.last.close_code == 1000


def test_a_page_reaches_no_agent_of_another_machine(window: Window) -> None:
    relay = "<Connect><ConversationRelay url='wss://192.0.2.1/agent'/></Connect>"
    with an_app(200, f"<Response>{relay}<Hangup/></Response>") as url:
        window.dial(url=url)
        told = window.until("warning", lambda event: event["code"] == 64102)
    assert "192.0.2.1 is not on this machine" in told["message"]


def test_any_app_of_this_machine_is_called_and_saved(window: Window, database: Database) -> None:
    with an_app(200, "<Response><Say>bom dia</Say><Hangup/></Response>") as url:
        call = window.dial(url=f"{url}?key=of-the-app")
        with database.reading() as connection:
            acts = [(act.act, act.subject) for act in audit_since(connection, datetime(2000, 1, 1, tzinfo=UTC))]
        assert ("call", f"an app of others at {url.split('/')[2]}") in acts
        assert "of-the-app" not in repr(acts)
        assert window.until("say")["text"] == "bom dia"
        assert window.until("request")["twiml"].splitlines()[1] == "  <Say>bom dia</Say>"
        window.until("over")
        told = json.loads(window.get(f"/phone/api/calls/{call}/script")[1])
    assert told["text"].startswith(f"# Play it again: ivr call {url}")


@contextmanager
def an_app(status: int, told: str) -> Iterator[str]:
    """An app of others on a port of this machine; ``told`` is its document, or where it redirects to."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Location" if status == 302 else "Content-Type", told if status == 302 else "text/xml")
            self.end_headers()
            if status == 200:
                self.wfile.write(told.encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as app:
        thread = threading.Thread(target=app.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{app.server_port}/voice"
        app.shutdown()
        thread.join()
