"""The front page, the health and the figures: none of them shows who called, and a broken database is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from data.database import Database
from tests.conftest import MakeServer
from tests.line_server import CALLER, PADARIA, LineServer, said


def _break(server: LineServer) -> None:
    with server.database.transaction() as connection:
        connection.execute(text("DROP TABLE turn"))
        connection.execute(text("DROP TABLE call"))


def test_the_front_page_tells_which_lines_answer(server: LineServer) -> None:
    page = server.pages.get("/")
    assert page.status_code == 200
    assert "ensaio" in page.text
    assert "+551140030015" in page.text
    assert next(iter(server.lines)).line.version in page.text
    assert "Ninguém ligou ainda." in page.text


def test_the_front_page_shows_the_last_calls_and_where_they_went(server: LineServer) -> None:
    server.keys("2", PADARIA, "1234", "0510001")
    page = server.pages.get("/").text
    assert "mesa.rm" in page
    assert "Ninguém ligou ainda." not in page


@pytest.mark.parametrize("path", ["/", "/metrics", "/health"])
def test_no_page_shows_who_called(server: LineServer, path: str) -> None:
    server.keys("2", PADARIA, "1234", "0510001")
    other = "CA" + "2" * 32
    server.keys("7", sid=other)
    server.turn(2, other, DialCallStatus="no-answer")
    server.turn(3, other, RecordingSid="RE" + "0" * 32, RecordingUrl="https://x.test/r", RecordingDuration="9")
    page = server.pages.get(path).text
    assert "https://x.test/r" not in page
    assert CALLER not in page
    assert CALLER[3:] not in page
    assert PADARIA not in page


def test_the_health_names_the_lines_and_their_versions(server: LineServer) -> None:
    answer = server.client.get("/health")
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ok", "lines": {"ensaio": next(iter(server.lines)).line.version}},
    )


def test_a_server_without_its_database_is_degraded_and_stays_in_service(server: LineServer) -> None:
    _break(server)
    assert said(server.start()) == "Bem-vindo. Tecle 2, 3, 4, 5 ou 7."
    answer = server.client.get("/health")
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["status"], answer.json["reasons"]) == ("degraded", ["the database does not answer"])
    assert "SELECT" not in answer.text


@pytest.mark.parametrize("page", ["/", "/metrics"])
def test_a_page_that_needs_the_database_says_in_one_line_that_it_is_away(server: LineServer, page: str) -> None:
    _break(server)
    answer = server.pages.get(page)
    assert answer.status_code == 503
    assert answer.text == "The database does not answer; the log says why. Calls are answered without it meanwhile.\n"


def test_a_database_file_that_is_damaged_is_told_and_nothing_more(tmp_path: Path, make_server: MakeServer) -> None:
    file = tmp_path / "ivr.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:2048] + b"\xff" * (len(whole) - 2048))
    damaged = Database(f"sqlite:///{file}")
    server = make_server(database=damaged)
    server.start()
    answer = server.client.get("/health")
    damaged.close()
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["status"], answer.json["database"]) == ("degraded", "is damaged")


def test_the_figures_are_in_the_format_of_prometheus(server: LineServer) -> None:
    server.keys("7", sid="CA" + "1" * 32)
    server.keys("7", sid="CA" + "2" * 32)
    server.keys("2", sid="CA" + "3" * 32)
    answer = server.pages.get("/metrics")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert lines[:2] == [
        "# HELP ivr_calls Calls remembered, by line, status and destination.",
        "# TYPE ivr_calls gauge",
    ]
    assert set(lines[2:4]) == {
        'ivr_calls{line="ensaio",status="in-progress",destination="gente"} 2',
        'ivr_calls{line="ensaio",status="in-progress",destination=""} 1',
    }


def test_a_server_that_nobody_called_has_no_figures_but_noughts(server: LineServer) -> None:
    figures = [line for line in server.pages.get("/metrics").text.splitlines() if not line.startswith("#")]
    assert figures == ["ivr_password_failures_hour 0", "ivr_password_alarm 0", "ivr_degraded 0"]
