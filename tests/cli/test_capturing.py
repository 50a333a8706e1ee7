"""``ivr capture``: the command, from its first line to Ctrl-C."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ivr

APP = "http://127.0.0.1:9"
"""Where no app answers."""


@pytest.mark.network
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_passes_on_until_it_is_ended_and_then_finishes_the_file(tmp_path: Path, number: signal.Signals) -> None:
    file = tmp_path / "a.capture.jsonl"
    program = str(Path(sys.executable).with_name("ivr"))
    command = [program, "capture", APP, "--out", str(file), "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={"TWILIO_AUTH_TOKEN": "sesame"}) as running:
        assert running.stderr
        first = running.stderr.readline()
        found = re.match(rf"http://127\.0\.0\.1:([0-9]+) passes on to {APP}: lead the tunnel here", first)
        assert found, first
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
        connection.request("POST", "/voice", "Digits=123456", {"X-Twilio-Signature": "wrong"})
        assert connection.getresponse().status == 502
        connection.close()
        with socket.create_connection(("127.0.0.1", int(found[1])), 10) as idle:
            idle.sendall(b"POST /voice HTTP/1.1\r\n")  # and never more: nobody waits for it
            assert not file.exists()
            running.send_signal(number)
            told = running.stderr.read()
            assert running.wait(10) == 0
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [each.get("kind") for each in records] == [None, "request", "answer", "end"]
    assert (records[0]["capture"], records[0]["signatures"]) == (1, "checked")
    assert "1 request is in" in told
    assert "signed otherwise than the token signs" in told
    assert "123456" not in told + file.read_text()
    assert "sesame" not in told + file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    "url", ["127.0.0.1:3000", "ftp://a.test", "http://", "http://a.test/voice", "http://a:b@c.test", "http://a.test:x"]
)
def test_what_is_no_address_of_an_app_is_told(ivr: Ivr, tmp_path: Path, url: str) -> None:
    code, out, err = ivr("capture", url, "--out", tmp_path / "a")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "is no address of an app; write it without a path, like http://127.0.0.1:3000" in err
    assert "a:b@" not in err


@pytest.mark.parametrize("place", ["4015", "127.0.0.1", "127.0.0.1:99999", ":80"])
def test_what_is_no_place_to_listen_at_is_told(ivr: Ivr, tmp_path: Path, place: str) -> None:
    code, _, err = ivr("capture", APP, "--out", tmp_path / "a", "--listen", place)
    assert code == 2
    assert "is no place to listen at; write it like 127.0.0.1:4015" in err


@pytest.mark.network
def test_a_port_that_is_taken_is_told_and_leaves_no_file(ivr: Ivr, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = ivr("capture", APP, "--out", tmp_path / "a", "--listen", f"127.0.0.1:{port}")
    assert code == 2
    assert f"nothing can listen at 127.0.0.1:{port} (address already in use)" in err or "in use" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a", "a.part"])
def test_a_file_that_is_there_is_left_alone(ivr: Ivr, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    code, _, err = ivr("capture", APP, "--out", tmp_path / "a")
    assert code == 2
    assert "is there already" in err
    assert (tmp_path / name).read_text() == "mine"


def test_a_folder_a_device_and_a_folder_that_is_not_there_are_told(ivr: Ivr, tmp_path: Path) -> None:
    for out in (tmp_path, Path("/dev/null"), tmp_path / "none" / "a"):
        code, _, err = ivr("capture", APP, "--out", out)
        assert (code, err.count("\n")) == (2, 1), out
