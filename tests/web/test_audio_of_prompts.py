"""Recordings are served by the digest of their sound, to carriers and to browsers, and nothing else is there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.test import Client

from ivr.call.lines import Lines
from ivr.flow.line import Line
from tests.conftest import MakeServer
from tests.line_server import LineServer
from tests.recorded import clip, recorded

WELCOME = clip("Bem-vindo.")
ADDRESS = f"/audio/{WELCOME.name}.wav"


@pytest.fixture
def spoken(make_server: MakeServer, small_line: Line) -> LineServer:
    return make_server(recorded(small_line))


@pytest.fixture(params=["webhooks", "pages"])
def port(spoken: LineServer, request: pytest.FixtureRequest) -> Client:
    return spoken.client if request.param == "webhooks" else spoken.pages


def test_a_recording_is_a_wav_file_that_may_be_kept_for_ever(port: Client) -> None:
    answer = port.get(ADDRESS)
    assert (answer.status_code, answer.content_type) == (200, "audio/wav")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data == WELCOME.sound
    assert "Set-Cookie" not in answer.headers


def test_a_copy_that_is_still_the_same_is_not_sent_again(port: Client) -> None:
    answer = port.get(ADDRESS, headers={"If-None-Match": f'"{WELCOME.name}"'})
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_browser_gets_the_part_that_it_asks_for(port: Client) -> None:
    answer = port.get(ADDRESS, headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer.data) == (206, b"RIFF")
    assert answer.headers["Content-Range"] == f"bytes 0-3/{len(WELCOME.sound)}"


@pytest.mark.parametrize(
    "path",
    ["/audio/" + "0" * 32 + ".wav", "/audio/", "/audio/clips.jsonl", "/audio/../menu.yaml", "/audio/%2e%2e%2fmenu.wav",
     f"/audio/{WELCOME.name}", f"/audio/x/{WELCOME.name}.wav"],
)  # fmt: skip
def test_nothing_else_is_there(port: Client, path: str) -> None:
    assert port.get(path).status_code == 404


def test_nobody_may_write_there(port: Client) -> None:
    assert port.post(ADDRESS).status_code in {403, 405}
    assert port.put(ADDRESS, data=b"x").status_code in {403, 405}


def test_a_call_on_an_older_version_still_hears_its_recordings(make_server: MakeServer, small_line: Line) -> None:
    old, new = recorded(small_line, ["Bem-vindo."]), recorded(small_line, ["Tivemos um problema."])
    server = make_server(old)
    newer = replace(new, version="another")
    server.lines.add(newer)
    assert server.client.get(ADDRESS).status_code == 200
    assert server.client.get(f"/audio/{clip('Tivemos um problema.').name}.wav").status_code == 200


def test_lines_that_only_say_have_nothing_to_serve(small_line: Line) -> None:
    assert Lines([small_line]).clip(WELCOME.name) is None
