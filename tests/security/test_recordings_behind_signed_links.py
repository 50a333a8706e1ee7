"""Links to messages: signed, expiring, telling nothing to whoever tries; and what the server fetches for them."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from data.database import Database
from data.messages import MESSAGE
from data.vault import Cost, Vault
from ivr.cli import run
from tests.conftest import MakeServer, Now
from tests.databases import one_of_both
from tests.line_server import ACCOUNT, KEY, SID, LineServer
from tests.lines import write_line
from tests.security.carrier_of_recordings import SOUND, TOKEN, RecordingsCarrier, link_for, told
from tests.security.old_calls import CALLER, RECORDING, OldCall

REFUSED = "This link is not valid; ivr messages prints good ones.\n"


@pytest.mark.network
def test_a_good_link_gives_the_sound_fetched_with_the_accounts_credentials(
    rehearsal: LineServer, carrier: RecordingsCarrier, clock: Now, server_vault: Vault
) -> None:
    answer = rehearsal.client.get(link_for(clock, server_vault))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, SOUND, "audio/x-wav")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    credentials = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert carrier.asked == [("GET", f"/Recordings/{RECORDING}", f"Basic {credentials}")]


@pytest.mark.network
def test_a_link_is_good_up_to_its_last_second_and_no_longer(
    rehearsal: LineServer, carrier: RecordingsCarrier, clock: Now, server_vault: Vault
) -> None:
    link = link_for(clock, server_vault, hours=1)
    clock.moment += timedelta(hours=1)
    assert rehearsal.client.get(link).status_code == 200
    clock.moment += timedelta(seconds=1)
    assert told(rehearsal.client.get(link)) == (410, "This link has expired; ivr messages prints a new one.\n")
    assert len(carrier.asked) == 1


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


@one_of_both("sqlite")  # no statement is sent before a link is found good
@pytest.mark.network
@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_changed_link_is_refused_alike_and_nothing_is_fetched(
    change: str, rehearsal: LineServer, carrier: RecordingsCarrier, clock: Now, server_vault: Vault
) -> None:
    link = link_for(clock, server_vault)
    changed = CHANGES[change](link)
    assert changed != link
    assert told(rehearsal.client.get(changed)) == (403, REFUSED)
    assert carrier.asked == []


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


@one_of_both("sqlite")
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
    assert told(rehearsal.client.get(link_for(clock, other))) == (403, REFUSED)


def test_a_link_is_signed_with_a_key_of_its_own(server_vault: Vault) -> None:
    link = "11222333000181"
    assert server_vault.sign_link(link) not in {server_vault.document_digest(link), server_vault.caller_digest(link)}


@pytest.mark.network
def test_a_good_link_to_a_deleted_message_says_that_it_is_gone(
    rehearsal: LineServer, carrier: RecordingsCarrier, clock: Now, server_vault: Vault
) -> None:
    gone = (410, "This message is not kept any more.\n")
    assert told(rehearsal.client.get(link_for(clock, server_vault, turn=5))) == gone
    with rehearsal.database.transaction() as connection:
        connection.execute(MESSAGE.update().values(url="", recording_sid=""))
    assert told(rehearsal.client.get(link_for(clock, server_vault))) == gone
    assert carrier.asked == []


@pytest.mark.network
def test_that_a_message_was_heard_is_in_the_log(
    rehearsal: LineServer, clock: Now, server_vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ivr")
    link = link_for(clock, server_vault)
    rehearsal.client.get(link)
    (record,) = [record for record in caplog.records if record.getMessage() == "recording heard"]
    assert (vars(record)["call"], vars(record)["turn"]) == (SID, "0")
    assert link.split("mark=")[1] not in repr([vars(record) for record in caplog.records])


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
