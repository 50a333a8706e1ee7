"""``ivr serve`` as a process: secrets come in by every way there is, also broken ones, and none is printed."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.databases import embed
from tests.line_server import CALLER, NUMBER
from tests.lines import write_line
from tests.security.canary import CNPJ, CPF, LETTERS, PASSWORD, SECRETS, SPOKEN, sniffed
from tests.test_serve import Connected, _end, _greeted, _page, _serve

pytestmark = pytest.mark.network

SID = "CA" + "0123456789abcdef" * 2
RAW = (
    f"GET /{CNPJ} HTTP/1.1\r\nHost: {CPF}\r\nReferer: {PASSWORD}\r\n\r\n",
    f"POST /twilio/turn/{CNPJ} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nDigits={CPF}",
    f"{CNPJ} {CPF} {PASSWORD}\r\n\r\n",
    f"POST /twilio/voice HTTP/1.1\r\nHost: x\r\nContent-Length: {CNPJ}\r\n\r\n",
    f"POST /twilio/voice HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{CNPJ}\r\n",
    f"GET /?keys={CNPJ} HTTP/1.1\r\nX-{CPF}: {PASSWORD}\r\nX-{CPF}\r\n\r\n",
)


@pytest.fixture
def served(tmp_path: Path, _filled_file: Path) -> Iterator[Connected]:
    """A server on this machine, where requests need no signature."""
    write_line(tmp_path / "flows" / "ensaio")
    embed(_filled_file, tmp_path)
    process = _serve(tmp_path, "--port", "0")
    try:
        yield _greeted(process, tmp_path)
    finally:
        if process.poll() is None:
            _end(process)


def _post(served: Connected, path: str, **fields: str) -> requests.Response:
    form = {"CallSid": SID, "From": CALLER, "To": NUMBER, "CallStatus": "in-progress"} | fields
    return requests.post(f"{served.at}{path}", data=form, timeout=30)


def _raw(served: Connected, text: str) -> None:
    at = urlsplit(served.at)
    with socket.create_connection((at.hostname or "", at.port or 0), timeout=30) as connection:
        connection.sendall(text.encode())
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass


def _calls(served: Connected) -> None:
    for path, fields in (
        ("/twilio/voice", {}),
        ("/twilio/turn/1", {"Digits": "2"}),
        ("/twilio/turn/2", {"Digits": CNPJ}),
        ("/twilio/turn/3", {"Digits": PASSWORD}),
        ("/twilio/turn/4", {"SpeechResult": SPOKEN}),
        ("/twilio/turn/5", {"Digits": LETTERS}),
        ("/twilio/turn/2", {"Digits": CPF}),
        ("/twilio/status", {"CallStatus": CNPJ, "SequenceNumber": CPF}),
        ("/twilio/fallback", {"ErrorCode": PASSWORD}),
        (f"/twilio/wait?seconds={CNPJ}&line={CPF}&menu={PASSWORD}", {}),
    ):
        assert _post(served, path, **fields).status_code == 200
    for path in (
        f"/{CNPJ}",
        f"/recordings/{CNPJ}/{CPF}?until={PASSWORD}&mark={CNPJ}",
        f"/twilio/turn/{CPF}",
    ):
        assert not sniffed(requests.get(f"{served.at}{path}", timeout=30).text)
    for path in ("/", "/metrics", "/health"):
        assert not sniffed(_page(served, path).text)


def test_whatever_comes_in_by_whatever_way_nothing_of_it_is_printed(served: Connected) -> None:
    _calls(served)
    for text in RAW:
        _raw(served, text)
    file = served.folder / "var" / "line.sqlite"
    with sqlite3.connect(file, timeout=30) as database:
        database.execute("ALTER TABLE message RENAME TO gone")
        database.execute("ALTER TABLE turn RENAME TO gone_too")
    database.close()
    _calls(served)
    served.process.terminate()
    rest, _ = served.process.communicate(timeout=30)
    printed = served.greeting + rest + (served.folder / "stderr.txt").read_text()
    assert SID in printed, "the server does tell what it does"
    assert '"level": "ERROR"' in printed, "and that it was broken"
    assert "Traceback" not in printed
    assert CALLER[3:] not in printed
    assert sniffed(printed) == set()
    stored = b"".join(each.read_bytes() for each in (served.folder / "var").rglob("*") if each.is_file())
    assert [secret for secret in SECRETS if secret.encode() in stored] == []
