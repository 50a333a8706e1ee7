"""Links to messages: signed, expiring, telling nothing to whoever tries; and what the server fetches for them."""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from twilio.rest import Client as TwilioClient
from werkzeug.test import TestResponse

from data.database import Database
from data.messages import MESSAGE
from data.retention import RecordingNotDeletedError
from data.vault import Cost, Vault
from ivr.channels.twilio import audio
from ivr.channels.twilio.audio import Audio
from ivr.channels.twilio.recordings import deleter
from ivr.cli import run
from ivr.settings import Settings
from ivr.web.recordings import link_to
from tests.conftest import MakeServer, Now
from tests.line_server import ACCOUNT, KEY, SID, LineServer
from tests.lines import write_line
from tests.security.old_calls import CALLER, RECORDING, OldCall

TOKEN = "a token of the tests"
SOUND = b"RIFF" + bytes(range(256)) * 40
AT_TWILIO = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}"
HOUSE = "http://127.0.0.1:5000"
REFUSED = "This link is not valid; ivr messages prints good ones.\n"


@dataclass
class Company:
    """The telephone company on this machine: what it was asked, and what it answers."""

    asked: list[tuple[str, str, str]] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "audio/x-wav"})
    body: bytes = SOUND
    url: str = ""


@pytest.fixture
def company() -> Iterator[Company]:
    company = Company()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            company.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
            self.send_response(company.status)
            for name, value in company.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(company.body)

        do_DELETE = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    company.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield company
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def rehearsal(make_server: MakeServer, company: Company, clock: Now) -> LineServer:
    """A server that only this machine reaches, with a message of SID's turn 0 at the company."""
    server = make_server(public_url=HOUSE, auth_token=TOKEN, account_sid=ACCOUNT)
    moment = clock().astimezone(UTC)
    OldCall(SID, moment, moment, recording=f"{company.url}/Recordings/{RECORDING}").write(server.database)
    return server


def _link(clock: Now, server_vault: Vault, sid: str = SID, turn: int = 0, hours: float = 24) -> str:
    return link_to(server_vault, "", sid, turn, clock() + timedelta(hours=hours))


def _told(answer: TestResponse) -> tuple[int, str]:
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.count("\n") == 1
    return answer.status_code, answer.text


@pytest.mark.network
def test_a_good_link_gives_the_sound_fetched_with_the_accounts_credentials(
    rehearsal: LineServer, company: Company, clock: Now, server_vault: Vault
) -> None:
    answer = rehearsal.client.get(_link(clock, server_vault))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, SOUND, "audio/x-wav")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    credentials = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert company.asked == [("GET", f"/Recordings/{RECORDING}", f"Basic {credentials}")]


@pytest.mark.network
def test_a_link_is_good_up_to_its_last_second_and_no_longer(
    rehearsal: LineServer, company: Company, clock: Now, server_vault: Vault
) -> None:
    link = _link(clock, server_vault, hours=1)
    clock.moment += timedelta(hours=1)
    assert rehearsal.client.get(link).status_code == 200
    clock.moment += timedelta(seconds=1)
    assert _told(rehearsal.client.get(link)) == (410, "This link has expired; ivr messages prints a new one.\n")
    assert len(company.asked) == 1


CHANGES: dict[str, Callable[[str], str]] = {
    "no mark": lambda link: link.split("&")[0],
    "an empty mark": lambda link: link.split("&")[0] + "&mark=",
    "another mark": lambda link: link[:-1] + ("0" if link[-1] != "0" else "1"),
    "a mark in capitals": lambda link: link.split("mark=")[0] + "mark=" + link.split("mark=")[1].upper(),
    "a longer mark": lambda link: link + "0",
    "a mark that is no text": lambda link: link[:-3] + "%ff%fe",
    "another call": lambda link: link.replace(SID, "CA" + "2" * 32),
    "another turn": lambda link: link.replace(f"{SID}/0", f"{SID}/1"),
    "the turn written otherwise": lambda link: link.replace(f"{SID}/0", f"{SID}/00"),
    "a longer life": lambda link: link.replace("until=1", "until=2"),
    "no end": lambda link: link.replace("until=1", "until=-1"),
    "an end that is no number": lambda link: link.replace("until=1", "until=x"),
    "a second end in front": lambda link: link.replace("?until=", "?until=9999999999&until="),
    "nothing": lambda link: link.split("?")[0],
}


@pytest.mark.network
@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_changed_link_is_refused_alike_and_nothing_is_fetched(
    change: str, rehearsal: LineServer, company: Company, clock: Now, server_vault: Vault
) -> None:
    link = _link(clock, server_vault)
    changed = CHANGES[change](link)
    assert changed != link
    assert _told(rehearsal.client.get(changed)) == (403, REFUSED)
    assert company.asked == []


def test_nobody_finds_out_by_trying_whether_there_is_a_message(
    make_server: MakeServer, clock: Now, server_vault: Vault
) -> None:
    server = make_server()
    OldCall(SID, clock(), clock()).write(server.database)
    answers = {
        (answer.status_code, answer.data, str(answer.headers))
        for sid in (SID, "CA" + "7" * 32, "nothing")
        for turn in ("0", "5", "x")
        for query in ("", "?until=1&mark=1", f"?until=99999999999&mark={'0' * 64}")
        for answer in [server.client.get(f"/recordings/{sid}/{turn}{query}")]
    }
    assert len(answers) == 1
    assert answers.pop()[:2] == (403, REFUSED.encode())


@given(
    mark=st.text(max_size=80),
    until=st.text(max_size=20),
    sid=st.text(min_size=1, max_size=40),
    turn=st.text(min_size=1),
)
@example(mark="é", until="1", sid=SID, turn="0")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_for_without_a_mark_is_refused(
    mark: str, until: str, sid: str, turn: str, server: LineServer
) -> None:
    asked = f"/recordings/{quote(sid, safe='')}/{quote(turn, safe='')}"
    answer = server.client.get(asked, query_string={"until": until, "mark": mark})
    assert answer.status_code in {403, 404, 308}


def test_a_link_of_another_key_is_refused(rehearsal: LineServer, clock: Now) -> None:
    other = Vault(b"another key, of 32 bytes........", Cost.rehearsal())
    assert _told(rehearsal.client.get(_link(clock, other))) == (403, REFUSED)


def test_a_link_is_signed_with_a_key_of_its_own(server_vault: Vault) -> None:
    link = "11222333000181"
    assert server_vault.sign_link(link) not in {server_vault.document_digest(link), server_vault.caller_digest(link)}


@pytest.mark.network
def test_a_good_link_to_a_deleted_message_says_that_it_is_gone(
    rehearsal: LineServer, company: Company, clock: Now, server_vault: Vault
) -> None:
    gone = (410, "This message is not kept any more.\n")
    assert _told(rehearsal.client.get(_link(clock, server_vault, turn=5))) == gone
    with rehearsal.database.transaction() as connection:
        connection.execute(MESSAGE.update().values(url="", recording_sid=""))
    assert _told(rehearsal.client.get(_link(clock, server_vault))) == gone
    assert company.asked == []


ELSEWHERE = [
    "https://evil.example.com/Recordings/RE1",
    f"https://api.twilio.com.evil.example.com{urlsplit(AT_TWILIO).path}",
    f"https://api.twilio.com:443@evil.example.com{urlsplit(AT_TWILIO).path}",
    f"https://api.twilio.com@evil.example.com{urlsplit(AT_TWILIO).path}",
    f"https://evil.example.com{urlsplit(AT_TWILIO).path}",
    f"https://api.twilio.com:8443{urlsplit(AT_TWILIO).path}",
    AT_TWILIO.replace("https", "http"),
    AT_TWILIO + "?x=1",
    f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
    f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/../Messages.json",
    "https://169.254.169.254/latest/meta-data",
    "http://10.0.0.1/x",
    "http://localhost.evil.example.com/x",
    "http://ivr:password@127.0.0.1:1/x",
    "file:///etc/passwd",
    "ftp://127.0.0.1/x",
    "http://[::1/x",
    "http://127.0.0.1:99999/x",
    "//127.0.0.1/x",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_no_other_host_is_ever_asked(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("requests.Session.get", lambda *_, **__: pytest.fail("it was asked"))
    assert _audio().fetch(url) is None
    assert url not in caplog.text


def test_outside_of_a_rehearsal_not_even_this_machine_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.Session.get", lambda *_, **__: pytest.fail("it was asked"))
    for url in ("http://127.0.0.1:5000/x", "http://localhost/x", "http://[::1]/x"):
        assert _audio(public_url="https://line.example.com").fetch(url) is None


def test_without_credentials_twilio_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("requests.Session.get", lambda *_, **__: pytest.fail("it was asked"))
    assert _audio(auth_token=None).fetch(AT_TWILIO) is None
    assert vars(caplog.records[0])["why"] == "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set"


def _audio(
    public_url: str | None = HOUSE, auth_token: str | None = TOKEN, clock: Callable[[], datetime] | None = None
) -> Audio:
    server = Settings("sqlite://", KEY, Path("flows"), public_url, ACCOUNT, auth_token)
    return Audio(server, clock or Now())


@pytest.mark.network
@pytest.mark.parametrize(
    ("status", "headers", "why"),
    [
        (302, {"Location": "http://127.0.0.1:1/elsewhere", "Content-Type": "audio/x-wav"}, "answered HTTP 302"),
        (404, {"Content-Type": "audio/x-wav"}, "answered HTTP 404"),
        (401, {"Content-Type": "text/xml"}, "answered HTTP 401"),
        (200, {"Content-Type": "text/html"}, "is no sound"),
        (200, {}, "is no sound"),
        (200, {"Content-Type": "audio/x-wav", "Content-Length": str(audio.MAX_BYTES + 1)}, "too long"),
    ],
)
def test_what_is_no_recording_is_not_passed_on(
    status: int,
    headers: dict[str, str],
    why: str,
    rehearsal: LineServer,
    company: Company,
    clock: Now,
    server_vault: Vault,
    caplog: pytest.LogCaptureFixture,
) -> None:
    company.status, company.headers = status, headers
    code, line = _told(rehearsal.client.get(_link(clock, server_vault)))
    assert code == 502
    assert line.startswith("The telephone company does not give this recording")
    assert why in vars(caplog.records[-1])["why"]
    assert len(company.asked) == 1


@pytest.mark.network
def test_a_recording_without_an_end_is_cut_off(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "MAX_BYTES", len(SOUND) - 1)
    assert _audio().fetch(f"{company.url}/x") is None
    monkeypatch.setattr(audio, "MAX_BYTES", len(SOUND))
    assert _audio().fetch(f"{company.url}/x") == ("audio/x-wav", SOUND)


@pytest.mark.network
def test_a_recording_that_comes_too_slowly_is_given_up(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    clock = Now()

    def ticking() -> datetime:
        clock.moment += timedelta(seconds=audio.MAX_SECONDS)
        return clock.moment

    company.body = SOUND * 50
    assert _audio(clock=ticking).fetch(f"{company.url}/x") is None
    assert vars(caplog.records[-1])["why"] == "it comes too slowly"


def test_a_company_that_is_gone_is_told_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    assert _audio().fetch("http://127.0.0.1:1/Recordings/x") is None
    assert vars(caplog.records[-1])["error"] == "ConnectionError"


@pytest.mark.network
def test_that_a_message_was_heard_is_in_the_log(
    rehearsal: LineServer, clock: Now, server_vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ivr")
    link = _link(clock, server_vault)
    rehearsal.client.get(link)
    (record,) = [record for record in caplog.records if record.getMessage() == "recording heard"]
    assert (vars(record)["call"], vars(record)["turn"]) == (SID, "0")
    assert link.split("mark=")[1] not in repr([vars(record) for record in caplog.records])


def _client(company: Company) -> TwilioClient:
    client = TwilioClient(ACCOUNT, TOKEN)
    client.api.base_url = company.url
    return client


@pytest.mark.network
@pytest.mark.parametrize("status", [204, 404])
def test_a_recording_is_deleted_by_the_vendors_client_or_already_gone(status: int, company: Company) -> None:
    company.status, company.headers, company.body = status, {"Content-Type": "application/json"}, b""
    deleter(_client(company))(RECORDING)
    ((method, path, _),) = company.asked
    assert (method, path) == ("DELETE", f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}.json")


@pytest.mark.network
@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_company_that_does_not_delete_it_is_told(status: int, company: Company) -> None:
    company.status, company.body = status, b"{}"
    with pytest.raises(RecordingNotDeletedError) as raised:
        deleter(_client(company))(RECORDING)
    assert str(raised.value) == f"Twilio refuses to delete it (HTTP {status})"


def test_a_company_that_cannot_be_reached_is_told_without_the_account() -> None:
    client = TwilioClient(ACCOUNT, TOKEN)
    client.api.base_url = "http://127.0.0.1:1"
    with pytest.raises(RecordingNotDeletedError) as raised:
        deleter(client)(RECORDING)
    assert str(raised.value) == "Twilio cannot be reached (ConnectionError)"


def test_the_command_prints_links_of_our_own_and_never_the_companys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_line(tmp_path / "flows" / "ensaio")
    url = f"sqlite:///{tmp_path / 'ivr.db'}"
    for name, value in {
        "IVR_FLOWS": str(tmp_path / "flows"),
        "IVR_DATABASE_URL": url,
        "IVR_SECRET_KEY": KEY.decode(),
        "IVR_PUBLIC_URL": "https://line.example.com/ivr",
    }.items():
        monkeypatch.setenv(name, value)
    database = Database(url)
    database.migrate()
    now = datetime.now(UTC)
    OldCall(SID, now, now).write(database)
    assert run(["messages", "--hours", "2"]) == 0
    out = capsys.readouterr().out
    assert f"https://line.example.com/ivr/recordings/{SID}/0?until=" in out
    assert "twilio.com" not in out
    assert CALLER in out
    until = int(out.split("until=")[1].split("&")[0])
    assert timedelta(hours=1.9) < datetime.fromtimestamp(until, UTC) - now < timedelta(hours=2.1)
    with database.transaction() as connection:
        connection.execute(MESSAGE.update().values(url="", recording_sid=""))
    assert run(["messages"]) == 0
    assert "deleted, its retention period is over" in capsys.readouterr().out
    database.close()
