"""Recorded talks at the supervisor's page: found by protocol, heard by links that expire, audited, gone when erased."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from data.audit import VISITOR, AuditRow, audit_since
from data.calls import CALL as CALLS
from data.calls import record_status
from data.company import COMPANY
from data.erasure import erase
from data.offers import make_offer
from data.recordings import RecordingRecord, keep_recording
from data.roles import Role
from data.talks import TALK, TalkRecord, begin_talk
from data.users import find_user
from data.vault import Vault
from data.waiting import enter_queue, entry_name, entry_of_turn, leave
from ivr.channels.twilio.audio import Audio
from routing.documents import parse_document
from tests.conftest import MakeServer, Now
from tests.line_server import PADARIA, LineServer
from tests.web.browsing import Browser, make_user

PAGE = "/wallboard/ensaio/recordings"
CALL, OTHER = f"CA{1:032x}", f"CA{2:032x}"
TAPE, OTHERS_TAPE = f"RE{1:032x}", f"RE{2:032x}"


@pytest.fixture
def server(make_server: MakeServer, monkeypatch: pytest.MonkeyPatch) -> LineServer:
    """Two calls that were recorded: one with two agents, and one of which no agent is known."""
    monkeypatch.setattr(Audio, "fetch", lambda _, url: ("audio/x-wav", b"RIFF"))
    server = make_server(auth_token=None)
    server.keys("#", "3", sid=CALL)
    server.keys("7", sid=OTHER)
    for login, role in (("sofia", Role.SUPERVISOR), ("otto", Role.OPS), ("rita", Role.AGENT), ("saulo", Role.AGENT)):
        make_user(server, login, role)
    now = server.clock()
    with server.database.transaction() as connection:
        for sid, tape, destination, seconds in ((CALL, TAPE, "mesa.fila", 75), (OTHER, OTHERS_TAPE, "gente", 9)):
            url = f"https://api.twilio.com/{tape}"
            keep_recording(connection, RecordingRecord(tape, sid, now, destination, url, seconds))
        for turn, login in ((2, "rita"), (9, "saulo")):
            _talk(connection, turn, login, now + timedelta(minutes=turn))
    return server


def _talk(connection: Connection, turn: int, login: str, at: datetime) -> None:
    """An agent talked with the call, which stood in the queue from a turn on; both of them on one tape."""
    entry = entry_of_turn(connection, CALL, turn)
    if entry is None:
        first = entry_of_turn(connection, CALL, 2)
        assert first
        leave(connection, first.id, "answered", at)
        entry = replace(first, id=entry_name(CALL, turn), turn=turn, since=at, entered_at=at)
        assert enter_queue(connection, entry)
    user = find_user(connection, login)
    offer = make_offer(connection, entry.id, user.id, at)
    assert offer
    talk = TalkRecord(entry.id, offer.id, "ensaio", "mesa.fila", CALL, user.id, entry.id, at)
    assert begin_talk(connection, replace(talk, started_at=at, ended_at=at, recording_sid=TAPE))
    leave(connection, entry.id, "answered", at)


def _browser(server: LineServer, login: str | None) -> Browser:
    browser = Browser(server)
    if login:
        browser.log_in(login)
    browser.client.get("/language/pt-BR", base_url=browser.at)
    return browser


def _protocol(browser: Browser) -> str:
    found = re.search(r'<dd class="number">(\d{10})</dd>', browser.get(PAGE).text)
    assert found
    return found[1]


def _audit(server: LineServer) -> list[AuditRow]:
    with server.database.reading() as connection:
        rows = audit_since(connection, server.clock() - timedelta(days=1))
    return [row for row in rows if "recording" in row.subject]


def _link(browser: Browser, tape: str = TAPE) -> str:
    answer = browser.post(f"{PAGE}/{tape}/listen")
    assert answer.status_code == 200
    found = re.search(r'href="https?://[^/"]+(/recordings/[^"]+)"', answer.text)
    assert found
    return found[1].replace("&amp;", "&")


def test_a_talk_stands_there_with_protocol_desk_agents_and_length(server: LineServer) -> None:
    text = _browser(server, "sofia").get(PAGE).text
    assert "Rita → Saulo" in text
    assert "mesa.fila" in text
    assert "1:15" in text
    assert text.count("<li") == 2 + text.split("<main")[0].count("<li")
    assert "/recordings/RE" not in text.split("<main")[1].replace(f"{PAGE}/RE", ""), "a link is given when asked for"
    assert "+5511" not in text


def test_a_talk_is_found_by_its_protocol_however_it_is_written(server: LineServer) -> None:
    sofia = _browser(server, "sofia")
    number = _protocol(sofia)
    for written in (number, f"{number[:3]} {number[3:6]}-{number[6:]}"):
        text = sofia.get(f"{PAGE}?protocol={written}").text
        assert (TAPE in text, OTHERS_TAPE in text) == (True, False)
    for rubbish in ("0000000000", "não sei", "' OR 1=1 --", "<b>"):
        text = sofia.get(f"{PAGE}?protocol={rubbish}").text
        assert "Nada está guardado com esse protocolo" in text
        assert "<b>" not in text.split("<main")[1]


@pytest.mark.parametrize(("login", "status"), [("otto", 403), ("rita", 403), ("sofia", 200), (None, 200)])
def test_only_who_supervises_sees_and_hears_talks(server: LineServer, login: str | None, status: int) -> None:
    browser = _browser(server, login)
    assert browser.get(PAGE).status_code == status
    assert browser.post(f"{PAGE}/{TAPE}/listen").status_code == status
    assert ("Conversas gravadas" in browser.get("/wallboard/ensaio").text) == (status == 200)


def test_asking_for_a_link_and_each_hearing_stand_in_the_audit(server: LineServer) -> None:
    link = _link(_browser(server, "sofia"))
    for _ in range(2):
        assert server.client.get(link).data == b"RIFF"
    asked, *heard = _audit(server)
    assert (asked.who, asked.act, asked.subject) == ("sofia", "supervise", f"ensaio recording {TAPE} link")
    assert [(row.who, row.act, row.subject) for row in heard] == [("sofia", "hear", f"recording {TAPE}")] * 2
    server.client.get(_link(_browser(server, None)))
    assert _audit(server)[-1].who == VISITOR


def test_a_link_in_another_name_or_after_its_hour_gives_nothing(server: LineServer, clock: Now) -> None:
    link = _link(_browser(server, "sofia"))
    for forged in (link.replace("by=sofia", "by=otto"), link.replace("&by=sofia", ""), link.replace(TAPE, OTHERS_TAPE)):
        assert server.client.get(forged).status_code == 403
    clock.moment += timedelta(hours=1, seconds=1)
    assert server.client.get(link).status_code == 410
    assert [row.act for row in _audit(server)] == ["supervise"]


def test_a_talk_goes_from_the_page_with_its_customer(server: LineServer, server_vault: Vault) -> None:
    sofia = _browser(server, "sofia")
    link = _link(sofia)
    with server.database.transaction() as connection:
        theirs = select(COMPANY.c.id).where(COMPANY.c.sealed == server_vault.document_digest(PADARIA))
        company = connection.execute(theirs).scalar_one()
        connection.execute(update(CALLS).where(CALLS.c.sid == CALL).values(company_id=company))
        record_status(connection, CALL, "completed", 9, 60, server.clock())
    deleted: list[str] = []
    assert erase(server.database, server_vault, parse_document(PADARIA), server.clock(), deleted.append)
    assert TAPE in deleted
    assert TAPE not in sofia.get(PAGE).text
    assert sofia.post(f"{PAGE}/{TAPE}/listen").status_code == 410
    assert server.client.get(link).status_code == 410
    with server.database.reading() as connection:
        assert connection.execute(TALK.select().where(TALK.c.recording_sid == TAPE)).first() is None


@pytest.mark.parametrize("sid", ["RE0", "..", "%00", "x" * 300])
def test_what_is_no_recording_of_the_line_is_told_so(server: LineServer, sid: str) -> None:
    answer = _browser(server, "sofia").post(f"{PAGE}/{sid}/listen")
    assert answer.status_code in (404, 410)
    assert "Traceback" not in answer.text
    assert _audit(server) == []
