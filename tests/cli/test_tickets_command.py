"""``ivr tickets`` lists, shows and explains tickets, and tells what it was asked wrongly in one line."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from data.contact import CONTACT
from data.database import Database
from data.tickets import TICKET
from ivr.flow.folder import load_line
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from tests.cli.conftest import FLOWS, Ivr
from tests.conftest import Now

MONDAY = datetime(2026, 3, 9, 13, tzinfo=UTC)
"""10:00 in São Paulo."""
FIRST, SECOND = "5071343114", "5071343115"
PT = ("--language", "pt-BR")


@pytest.fixture(autouse=True)
def database(tmp_path: Path, _filled_file: Path, monkeypatch: pytest.MonkeyPatch, now: Now) -> Database:
    """The demo customers, with two tickets: one is asked about, the other waits for the customer's acceptance."""
    url = f"sqlite:///{tmp_path / 'ivr.db'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    shutil.copyfile(_filled_file, tmp_path / "ivr.db")
    database = Database(url)
    line = load_line(FLOWS / "4003-0015")
    now.moment = MONDAY + timedelta(days=1)
    with database.transaction() as connection:
        contact = connection.execute(select(CONTACT).order_by(CONTACT.c.id)).first()
        assert contact is not None
        for number, subject in ((FIRST, "Emissão de nota\x1b[2J"), (SECOND, "Relatório")):
            new = NewTicket(
                contact.company_id, contact.id, "telephone", Area.SUSTENTACAO, "suporte", Severity.MEDIUM,
                TicketParty.LINE, "4003-0015", subject, product="Protheus",
            )  # fmt: skip
            open_ticket(connection, line, new, number, MONDAY)
        for kind, hours, minutes in ((EventKind.ACTIVITY_NOTED, 1, 25), (EventKind.SOLUTION_SENT, 2, 5)):
            act = TicketAct(kind, TicketParty.STAFF, "Ana", text="Feito", minutes=minutes, visible=minutes == 5)
            act_on(connection, line, ticket_for(connection, SECOND), act, MONDAY + timedelta(hours=hours))
    return database


def test_the_list_tells_what_is_open_and_what_is_late(ivr: Ivr, now: Now) -> None:
    code, out, _ = ivr("tickets")
    assert code == 0
    assert out.splitlines() == [
        f"{SECOND}  solution sent  3 medium  Sustentação  2026-03-09 13:00  -  -  Relatório",
        f"{FIRST}  opened  3 medium  Sustentação  2026-03-09 13:00  2026-03-11 19:00  -  Emissão de nota [2J",
    ]
    now.moment = MONDAY + timedelta(days=3)
    assert ivr("tickets", "--late")[1].splitlines() == [
        f"{FIRST}  opened  3 medium  Sustentação  2026-03-09 13:00  2026-03-11 19:00 late  -  Emissão de nota [2J"
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["--state", "with-customer"], [SECOND]),
        (["--state", "opened"], [FIRST]),
        (["--state", "closed"], []),
        (["--state", "all", "--order", "work"], [FIRST, SECOND]),
        (["--search", "NOTA emissao"], [FIRST]),
        (["--search", FIRST[:9]], [SECOND, FIRST]),
        (["--line", "internacional"], []),
        (["--severity", "1"], []),
        (["--area", "fabrica"], []),
        (["--company-of", FIRST, "--contact-of", SECOND], [SECOND, FIRST]),
    ],
)
def test_the_list_is_filtered(ivr: Ivr, asked: list[str], found: list[str]) -> None:
    code, out, _ = ivr("tickets", "--json", *asked)
    assert (code, [json.loads(line)["number"] for line in out.splitlines()]) == (0, found)


def test_a_page_names_the_next_one(ivr: Ivr) -> None:
    _, out, err = ivr("tickets", "--limit", 1)
    assert out.startswith(SECOND)
    key = err.removeprefix("more: --after ").strip()
    assert ivr("tickets", "--limit", 1, "--after", key)[1].startswith(FIRST)


def test_a_ticket_is_shown_with_its_events(ivr: Ivr) -> None:
    out = ivr("tickets", "show", SECOND)[1]
    assert "state: solution sent\n" in out
    assert "minutes: 30\n" in out
    assert "the line acts (UTC): 2026-03-23 10:00\n" in out
    assert "note an activity  Ana (staff)  25 min  not shown to the customer  Feito\n" in out
    told = json.loads(ivr("tickets", "show", f" {SECOND[:4]} {SECOND[4:]}", "--json")[1])
    assert [each["kind"] for each in told["events"]] == [
        "opened", "activity-noted", "analysis-begun", "solution-sent",
    ]  # fmt: skip
    assert "company_id" not in str(told)


def test_nothing_that_people_wrote_steers_the_terminal(ivr: Ivr) -> None:
    assert "\x1b" not in ivr("tickets", "show", FIRST)[1] + ivr("tickets")[1]


def test_the_forecast_is_explained(ivr: Ivr) -> None:
    out = ivr("tickets", "forecast", FIRST)[1]
    assert out.splitlines()[0] == "forecast for 2026-03-11 16:00: 0h of 30h were worked at the last event"
    assert "severity: 2026-03-09 10:00: severity 3 (medium), 30h of work" in out
    assert "by the calendars: suporte@2026-01-01" in out
    told = json.loads(ivr("tickets", "forecast", FIRST, "--json")[1])
    assert (told["at"], told["target"]) == ("2026-03-11T16:00:00-03:00", 1800)


def test_a_forecast_is_explained_in_portuguese(ivr: Ivr) -> None:
    assert ivr("tickets", "forecast", FIRST, *PT)[1].startswith("previsão para 2026-03-11 16:00")
    assert "estado: " in ivr("tickets", "show", SECOND, *PT)[1]


@pytest.mark.parametrize("command", ["show", "forecast"])
@pytest.mark.parametrize(
    "number", ["", "1", "x" * 10, "12345678901", "５０７１３４３１１４", "0000000000\n", "'; drop"]
)
def test_a_number_that_is_none_is_told_in_one_line(ivr: Ivr, command: str, number: str) -> None:
    code, out, err = ivr("tickets", command, number)
    assert (code, out) == (2, "")
    assert err.startswith("ivr: ")
    assert err.count("\n") == 1


def test_what_is_not_there_is_told_in_one_line(ivr: Ivr, database: Database) -> None:
    assert ivr("tickets", "show", "0000000000") == (
        2, "", "ivr: there is no ticket 0000000000; ivr tickets lists them\n",
    )  # fmt: skip
    assert ivr("tickets", "--analyst", "ninguem")[2] == "ivr: no user logs in as 'ninguem'; ivr users lists them\n"
    assert ivr("tickets", "--after", "x")[2] == "ivr: there is no such page of tickets; begin with the first one\n"
    with database.transaction() as connection:
        connection.execute(update(TICKET).values(calendar="x", line="gone"))
    code, _, err = ivr("tickets", "forecast", FIRST)
    assert (code, err.count("\n")) == (2, 1)


def test_no_ticket_at_all_is_said(ivr: Ivr) -> None:
    assert ivr("tickets", "--state", "closed")[1] == "no tickets\n"
    assert ivr("tickets", "--state", "closed", *PT)[1] == "nenhum chamado\n"
