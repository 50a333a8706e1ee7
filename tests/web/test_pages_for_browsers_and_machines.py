"""The front page, the health and the figures: none of them shows who called, and a broken database is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from data.database import Database
from routing.alarm_rules import ALARM_RULES
from tests.conftest import MakeServer
from tests.line_server import CALLER, PADARIA, LineServer, said


def _break(server: LineServer) -> None:
    with server.database.transaction() as connection:
        connection.execute(text("DROP TABLE turn"))
        connection.execute(text("DROP TABLE call"))


def test_the_front_page_tells_which_lines_answer(server: LineServer) -> None:
    page = server.pages.get("/overview")
    assert page.status_code == 200
    assert "ensaio" in page.text
    assert "+551140030015" in page.text
    assert next(iter(server.lines)).line.version in page.text
    assert "Ninguém ligou ainda." in page.text


def test_the_front_page_shows_the_last_calls_and_where_they_went(server: LineServer) -> None:
    server.keys("2", PADARIA, "1234", "0510001")
    page = server.pages.get("/overview").text
    assert "mesa.rm" in page
    assert "Ninguém ligou ainda." not in page


@pytest.mark.parametrize("path", ["/", "/overview", "/metrics", "/health"])
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


def test_a_page_that_needs_the_database_says_in_one_line_that_it_is_away(server: LineServer) -> None:
    _break(server)
    told = "The database does not answer; the log says why. Calls are answered without it meanwhile.\n"
    answer = server.pages.get("/overview", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.text) == (503, told)
    assert server.pages.get("/overview").text.startswith("O banco de dados não responde")


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
        'ivr_calls{destination="gente",line="ensaio",status="in-progress"} 2.0',
        'ivr_calls{destination="",line="ensaio",status="in-progress"} 1.0',
    }


def test_a_server_that_was_never_called_has_no_figures_but_its_state(server: LineServer) -> None:
    figures = [line for line in server.pages.get("/metrics").text.splitlines() if not line.startswith("#")]
    menu = next(iter(server.lines)).line.version
    assert figures == [
        "ivr_password_failures_hour 0.0",
        "ivr_password_alarm 0.0",
        *(f'ivr_outbox_rows{{state="{state}"}} 0.0' for state in ("waiting", "sending", "unknown", "dead")),
        "ivr_outbox_oldest_seconds 0.0",
        *(f'ivr_alarms{{kind="{kind}"}} 0.0' for kind in ALARM_RULES),
        "ivr_due_work_late_seconds 0.0",
        "ivr_degraded 0.0",
        "ivr_webhooks_up 1.0",
        'ivr_database_up{process="webhooks"} 1.0',
        'ivr_database_up{process="pages"} 1.0',
        f'ivr_line{{line="ensaio",menu="{menu}"}} 1.0',
    ]


def test_figures_without_the_database_tell_that_it_is_away(server: LineServer) -> None:
    _break(server)
    server.start()
    answer = server.pages.get("/metrics")
    assert answer.status_code == 200
    figures = answer.text.splitlines()
    assert {'ivr_database_up{process="webhooks"} 0.0', 'ivr_database_up{process="pages"} 0.0'} < set(figures)
    assert "ivr_degraded 1.0" in figures
    assert 'ivr_webhook_seconds_count{result="degraded",webhook="voice"} 1.0' in figures
    assert not any(figure.startswith("ivr_calls") for figure in figures)


def test_each_webhook_is_timed_by_how_it_was_answered(server: LineServer) -> None:
    server.keys("2", PADARIA)
    server.turn(2, Digits=PADARIA)
    server.post("/twilio/status", {"CallStatus": "completed", "SequenceNumber": "1"})
    server.post("/twilio/nowhere")
    figures = _figures(server)
    assert _sample(figures, "ivr_webhook_seconds_count", webhook="voice", result="taken") == 1
    assert _sample(figures, "ivr_webhook_seconds_count", webhook="turn", result="taken") == 2
    assert _sample(figures, "ivr_webhook_seconds_count", webhook="turn", result="repeated") == 1
    assert _sample(figures, "ivr_webhook_seconds_count", webhook="status", result="answered") == 1
    assert _sample(figures, "ivr_webhook_seconds_count", webhook="none", result="misdirected") == 1
    assert _sample(figures, "ivr_webhook_seconds_bucket", webhook="turn", result="taken", le="15.0") == 2
    assert 0 < (_sample(figures, "ivr_webhook_seconds_sum", webhook="turn", result="taken") or 0) < 60


def test_turns_are_counted_by_line_event_and_outcome(server: LineServer) -> None:
    server.keys("2", PADARIA)
    server.turn(2, Digits=PADARIA)
    figures = _figures(server)
    told = [sample for family in figures if family.name == "ivr_turns" for sample in family.samples]
    counted = {
        (sample.labels["event"], sample.labels["outcome"]): sample.value
        for sample in told
        if sample.name == "ivr_turns_total"
    }
    assert counted == {("start", "start"): 1, ("keys", "key_2"): 1, ("keys", "collected"): 1}
    assert {sample.labels["line"] for sample in told} == {"ensaio"}


def _figures(server: LineServer) -> list[Metric]:
    return list(text_string_to_metric_families(server.pages.get("/metrics").text))


def _sample(figures: list[Metric], name: str, **labels: str) -> float | None:
    (found,) = [
        sample.value
        for family in figures
        for sample in family.samples
        if (sample.name, sample.labels) == (name, labels)
    ]
    return found
