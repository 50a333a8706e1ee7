"""A talk that was recorded can be given to the customer, and goes with them: told by the company, found by protocol."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from data.company import COMPANY
from data.database import Database
from data.erasure import RecordingsKeptError, erase
from data.export import export, holding
from data.offers import make_offer
from data.recorded_talks import recorded_talks_of
from data.recordings import RECORDING
from data.retention import due_now, purge
from data.roles import Role
from data.talks import TalkRecord, begin_talk
from data.users import add_user
from data.vault import Vault
from data.waiting import WaitingRecord, enter_queue, entry_name, leave
from ivr.channels.twilio.audio import Audio
from ivr.cli import clock, run
from ivr.flow.folder import load_line
from ivr.web.recordings import link_to_talk
from routing.documents import parse_document
from tests.conftest import MakeServer, Now
from tests.line_server import KEY, PADARIA, SID, LineServer, twiml
from tests.lines import ROUTING, TUESDAY, write_line
from tests.security.old_calls import OldCall

TALK = "RE" + "7" * 32
URL = f"https://api.twilio.com/2010-04-01/Accounts/AC{'a' * 32}/Recordings/{TALK}"
TOLD = {"RecordingSid": TALK, "RecordingUrl": URL, "RecordingDuration": "42", "RecordingStatus": "completed"}
RECORDED_QUEUE = ("  mesa.fila:\n", "  mesa.fila:\n    record: yes\n")


@pytest.fixture
def taped(make_server: MakeServer, tmp_path: Path) -> LineServer:
    """The small line; the destination of its queue is recorded."""
    return make_server(load_line(write_line(tmp_path / "ensaio", routing=ROUTING.replace(*RECORDED_QUEUE))))


def _kept(server: LineServer, sid: str = SID) -> list[tuple[str, str | None, str, int]]:
    with server.database.reading() as connection:
        found = [each.recording for each in recorded_talks_of(connection, sid)]
    return [(each.sid, each.destination, each.url, each.seconds) for each in found]


def test_a_recorded_dial_says_where_its_recording_is_to_be_told(server: LineServer) -> None:
    dial = twiml(server.keys("3", "0510001")).find("Dial")
    assert dial is not None
    assert dial.get("record") == "record-from-answer"
    address = dial.get("recordingStatusCallback")
    assert address == "/twilio/recorded?desk=mesa.rm"
    assert list(twiml(server.post(address, TOLD))) == []
    assert _kept(server) == [(TALK, "mesa.rm", URL, 42)]


def test_a_recording_that_is_told_twice_is_kept_once(server: LineServer) -> None:
    server.keys("3", "0510001")
    server.turn(3, DialCallStatus="completed", DialCallDuration="40", RecordingUrl=URL)
    server.post("/twilio/recorded?desk=mesa.rm", TOLD)
    server.post("/twilio/recorded?desk=mesa.rm", TOLD)
    assert _kept(server) == [(TALK, "mesa.rm", URL, 40)]


@pytest.mark.parametrize("status", ["in-progress", "absent", "failed"])
def test_what_is_no_finished_recording_is_not_kept(server: LineServer, status: str) -> None:
    assert server.post("/twilio/recorded", {"RecordingSid": TALK, "RecordingStatus": status}).status_code == 200
    assert _kept(server) == []


def test_a_recording_that_nobody_signed_is_refused(server: LineServer) -> None:
    fields = f"CallSid={SID}&RecordingSid={TALK}&RecordingUrl=https://evil.example/x&RecordingStatus=completed"
    assert server.raw("/twilio/recorded", fields).status_code == 403
    assert _kept(server) == []


def test_a_call_taken_from_the_queue_of_a_recorded_destination_is_recorded(taped: LineServer) -> None:
    *_, start, enqueue = twiml(taped.keys("#", "3"))
    assert (start.tag, enqueue.tag) == ("Start", "Enqueue")
    tape = start.find("Recording")
    assert tape is not None
    assert dict(tape.items()) == {
        "name": "queue",
        "channels": "mono",
        "trim": "do-not-trim",
        "recordingStatusCallback": "/twilio/recorded?desk=mesa.fila",
        "recordingStatusCallbackMethod": "POST",
    }


def test_a_queue_of_a_destination_that_does_not_record_starts_no_tape(server: LineServer) -> None:
    assert twiml(server.keys("#", "3")).find("Start") is None
    assert twiml(server.turn(3, QueueResult="leave", QueueTime="120")).find("Stop") is None


@pytest.mark.parametrize("result", ["bridged", "leave", "hangup", "queue-full", "error"])
def test_whatever_ends_a_recorded_queue_stops_its_tape_first(taped: LineServer, result: str) -> None:
    """What is keyed afterwards may be a password, and keys can be heard on a tape."""
    taped.keys("#", "3")
    first = twiml(taped.turn(3, QueueResult=result, QueueTime="20"))[0]
    assert first.tag == "Stop"
    assert [(each.tag, dict(each.items())) for each in first] == [("Recording", {"name": "queue"})]


def test_a_good_link_to_a_talk_gives_its_sound(
    make_server: MakeServer, server_vault: Vault, clock: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch(_: Audio, url: str) -> tuple[str, bytes]:
        asked.append(url)
        return "audio/x-wav", b"RIFF"

    monkeypatch.setattr(Audio, "fetch", fetch)
    server = make_server()
    link = link_to_talk(server_vault, "", TALK, clock() + timedelta(hours=1))
    assert server.client.get(link).status_code == 410
    server.post("/twilio/recorded?desk=mesa.rm", TOLD)
    answer = server.client.get(link)
    assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (200, b"RIFF", "no-store")
    assert server.client.get(link.replace(TALK, "RE" + "8" * 32)).status_code == 403
    assert server.client.get(link[:-1]).status_code == 403
    assert server.client.get(f"/recordings/{TALK}").status_code == 403
    clock.moment += timedelta(hours=1, seconds=1)
    assert server.client.get(link).status_code == 410
    assert asked == [URL]


Ivr = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ivr(
    tmp_path: Path, _migrated_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ivr:
    """The command, on a database with one recorded talk."""
    url = f"sqlite:///{tmp_path / 'ops.sqlite'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_SECRET_KEY", KEY.decode())
    monkeypatch.setattr(clock, "now", Now(TUESDAY))
    shutil.copyfile(_migrated_file, tmp_path / "ops.sqlite")
    database = Database(url)
    OldCall(SID, TUESDAY, TUESDAY, protocol="7123456789").write(database)
    _record(database, SID)
    database.close()

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def _record(database: Database, sid: str, talk: str = TALK) -> None:
    with database.transaction() as connection:
        row = {"sid": talk, "call_sid": sid, "at": TUESDAY, "destination": "consultoria", "url": URL, "seconds": 42}
        connection.execute(RECORDING.insert(), row)


@pytest.mark.parametrize("protocol", ["7123456789", "712 345-6789", SID])
def test_a_recording_is_found_by_the_protocol_of_its_call(ivr: Ivr, protocol: str) -> None:
    code, out, _ = ivr("recordings", "show", protocol)
    assert code == 0
    row = " ".join(out.split())
    assert re.fullmatch(
        rf"2026-03-10 13:30:00 UTC consultoria 7123456789 - 42 s http://\S+/recordings/{TALK}\?until=\d+&by=\S+&mark=[0-9a-f]+",
        row,
    )


def test_the_agents_of_a_recorded_talk_stand_beside_it(ivr: Ivr, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'ops.sqlite'}")
    with database.transaction() as connection:
        for turn, login in ((1, "rita"), (2, "saulo")):
            user = add_user(connection, login, login.title(), Role.AGENT)
            at, name = TUESDAY + timedelta(minutes=turn), entry_name(SID, turn)
            entry = WaitingRecord(name, SID, turn, "ensaio", "consultoria", "fila", "ligar", 60, at, at)
            assert enter_queue(connection, entry)
            offer = make_offer(connection, name, user.id, at)
            assert offer
            talk = TalkRecord(name, offer.id, "ensaio", "consultoria", SID, user.id, name, at, started_at=at)
            assert begin_talk(connection, replace(talk, ended_at=at, recording_sid=TALK))
            leave(connection, name, "answered", at)
    database.close()
    for arguments in ((), ("show", "7123456789")):
        assert "7123456789 Rita > Saulo 42 s" in " ".join(ivr("recordings", *arguments)[1].split())


def test_recorded_talks_are_listed_and_what_is_not_there_is_told(ivr: Ivr) -> None:
    assert TALK in ivr("recordings")[1]
    assert ivr("recordings", "show", "1")[::2] == (1, "there is no call 1; ivr calls lists the last ones\n")


def _company(database: Database, vault: Vault) -> int:
    with database.reading() as connection:
        query = select(COMPANY.c.id).where(COMPANY.c.sealed == vault.document_digest(PADARIA))
        return int(connection.execute(query).scalar_one())


def test_an_erasure_deletes_the_talks_at_the_company_too(server_database: Database, server_vault: Vault) -> None:
    OldCall(SID, TUESDAY, TUESDAY, None, _company(server_database, server_vault), protocol=None, recording="").write(
        server_database
    )
    other = "CA" + "9" * 32
    _record(server_database, SID)
    _record(server_database, other, "RE" + "9" * 32)
    document = parse_document(PADARIA)
    held = holding(server_database, server_vault, document)
    assert held is not None
    assert held.recordings == 1
    given = export(server_database, server_vault, document)
    assert given is not None
    assert [each["seconds"] for call in given["calls"] for each in call["recordings"]] == [42]
    assert TALK not in repr(given)
    with pytest.raises(RecordingsKeptError, match="1 recordings are at the telephone company"):
        erase(server_database, server_vault, document, TUESDAY)
    deleted: list[str] = []
    assert erase(server_database, server_vault, document, TUESDAY, deleted.append)
    assert deleted == [TALK]
    with server_database.reading() as connection:
        assert recorded_talks_of(connection, SID) == []
        assert len(recorded_talks_of(connection, other)) == 1


def test_a_talk_is_deleted_when_its_period_is_over_and_not_before(server_database: Database) -> None:
    _record(server_database, SID)
    deleted: list[str] = []
    early, late = TUESDAY + timedelta(days=89), TUESDAY + timedelta(days=90)
    assert due_now(server_database, early)["recordings"] == 0
    assert due_now(server_database, late)["recordings"] == 1
    assert purge(server_database, early, deleted.append).forgotten["recordings"] == 0
    assert purge(server_database, late).kept == 1
    assert purge(server_database, late, deleted.append).forgotten["recordings"] == 1
    assert deleted == [TALK]
    assert due_now(server_database, late)["recordings"] == 0
