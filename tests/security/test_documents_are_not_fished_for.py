"""Who is a customer cannot be found out by keying one document after the other: each costs from a budget."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from data.budgets import Budgets
from data.database import Database
from data.lookups import LOOKUP, Admission, Asked, admit_lookup
from data.sweep import sweep
from ivr.call.lines import Lines
from ivr.flow.line import Line
from tests.conftest import Now
from tests.line_server import CALLER, PADARIA, LineServer, said, statements
from tests.lines import TUESDAY
from tests.security.test_documents_keyed_with_letters import KEYS, UNKNOWN

OTHER = "+5521991040175"
DAY = timedelta(days=1)


def _nobodys(number: int) -> str:
    """Keys that are no CNPJ of figures, and no customer's."""
    return f"9{number:011}00"


class Fisher:
    """Keys one document a call, from any number."""

    def __init__(self, line: Line, database: Database, clock: Now, budgets: Budgets) -> None:
        self.server = LineServer(Lines([line]), database, clock, "http://ivr.test", "a token", None, budgets)
        self._calls = 0

    def keys(self, document: str, number: str = CALLER) -> TestResponse:
        self._calls += 1
        sid = f"CA{self._calls:032}"
        self.server.post("/twilio/voice", sid=sid, From=number)
        for turn, digits in enumerate(("2", "2", document), 1):
            answer = self.server.turn(turn, sid, Digits=digits, From=number)
        return answer

    def kept(self) -> int:
        with self.server.database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(LOOKUP)).scalar_one())


@pytest.fixture
def fisher(shipped_line: Line, server_database: Database, clock: Now) -> Fisher:
    return Fisher(shipped_line, server_database, clock, Budgets(documents=3))


def test_beyond_the_budget_a_customers_keys_sound_as_nobodys(fisher: Fisher) -> None:
    unknown = [fisher.keys(_nobodys(number)) for number in range(3)]
    beyond = fisher.keys(KEYS)
    assert (beyond.data, list(beyond.headers)) == (unknown[0].data, list(unknown[0].headers))
    assert beyond.data == fisher.keys(_nobodys(9)).data
    assert fisher.kept() == 3
    read_back = fisher.keys(KEYS, OTHER)
    assert "X-IVR-Secret-Speech" in read_back.headers
    assert read_back.data != beyond.data


def test_read_backs_cost_from_the_same_budget(fisher: Fisher) -> None:
    assert "X-IVR-Secret-Speech" in fisher.keys(KEYS).headers
    for number in range(4):
        fisher.keys(_nobodys(number))
    assert fisher.kept() == 3


def test_whoever_keys_their_own_is_counted_once_a_day(fisher: Fisher) -> None:
    for _ in range(6):
        assert "X-IVR-Secret-Speech" in fisher.keys(KEYS).headers
    for number in range(9):
        fisher.keys(_nobodys(number))
    # What was told already is no news.
    assert "X-IVR-Secret-Speech" in fisher.keys(KEYS).headers


@pytest.mark.parametrize("document", [PADARIA, UNKNOWN])
def test_a_document_of_figures_costs_nothing_and_no_statement(fisher: Fisher, document: str) -> None:
    with statements(fisher.server.database) as sent:
        assert "senha" in said(fisher.keys(document))
    assert [each for each in sent if "lookup" in each.lower()] == []
    assert fisher.kept() == 0


def test_three_hundred_tries_of_one_caller_are_told_twenty(server_database: Database) -> None:
    told = 0
    with server_database.transaction() as connection:
        for number in range(300):
            asked = Asked(f"CA{number:032}", 3, "ca11" * 16, TUESDAY + timedelta(minutes=number))
            told += admit_lookup(connection, Budgets(), asked, f"{number:064}").admitted
    assert told == 20


def test_what_was_keyed_is_free_a_day_later(server_database: Database) -> None:
    with server_database.transaction() as connection:
        for day in (0, 1):
            for number in range(30):
                asked = Asked(f"CA{day}{number:031}", 3, "ca11" * 16, TUESDAY + day * DAY)
                admitted = admit_lookup(connection, Budgets(), asked, f"{number:064}").admitted
                assert admitted == (number < 20)


def test_callers_of_any_number_share_what_everybody_may_key_in_a_day(server_database: Database) -> None:
    budgets, told = Budgets(all_documents=50), []
    with server_database.transaction() as connection:
        for number in range(80):
            caller = None if number % 2 else f"{number:064}"
            told.append(
                admit_lookup(connection, budgets, Asked(f"CA{number:032}", 3, caller, TUESDAY), f"{number:064}")
            )
    assert told == [Admission(True)] * 49 + [Admission(True, spent=True)] + [Admission(False)] * 30


def test_people_are_told_when_everybody_has_keyed_too_many(
    shipped_line: Line, server_database: Database, clock: Now, caplog: pytest.LogCaptureFixture
) -> None:
    fisher = Fisher(shipped_line, server_database, clock, Budgets(all_documents=2))
    with caplog.at_level(logging.ERROR):
        for number in range(5):
            fisher.keys(_nobodys(number), f"+55219910401{number:02}")
    assert [record.message for record in caplog.records] == ["alarm: many documents"]


def test_which_documents_were_keyed_is_forgotten_in_two_days(fisher: Fisher) -> None:
    fisher.keys(KEYS)
    sweep(fisher.server.database, TUESDAY + 2 * DAY - timedelta(seconds=1))
    assert fisher.kept() == 1
    sweep(fisher.server.database, TUESDAY + 2 * DAY)
    assert fisher.kept() == 0
