"""What people must know of is found, raised once, told to a receiver, and cleared when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import insert, update

from data.agent_skills import Skill, set_skill
from data.agent_states import AgentState
from data.agents import add_agent, ask_state
from data.alarms import AlarmRecord, recent_alarms
from data.attempts import ATTEMPT
from data.budgets import Budgets
from data.calls import NewCall, open_call
from data.closures import NewClosure, close_destination
from data.conflicts import repeated
from data.database import Database
from data.imported_sources import ImportedSource, note_import
from data.outbox import OUTBOX, OutboxRecord, put, recent_rows
from data.roles import Role
from data.turns import TURN
from data.users import add_user
from data.vault import Vault
from data.waiting import waiting_of_call
from ivr.call.effects import QueueEntered
from ivr.call.lines import Lines
from ivr.call.queue_entries import leave_queue, note_entry
from ivr.call.talks.requests import LEG
from ivr.cli import run
from ivr.flow.line import Line
from ivr.webhook_receiver import WebhookReceiver
from ivr.worker.alarms.alarm_book import AlarmBook
from ivr.worker.signed_webhook import SignedWebhook
from ivr.worker.tools import Tools
from ivr.worker.worker import Worker
from tests.conftest import Now
from tests.databases import one_of_both, opened_again
from tests.line_server import KEY
from tests.worker.receiver import SECRET, Receiver, receiving

DESTINATION = "mesa.fila"


class Watched:
    """A database that is looked at for alarms; ``wait`` looks every thirty seconds."""

    def __init__(self, database: Database, vault: Vault, line: Line, clock: Now, receiver: Receiver) -> None:
        self.database, self.clock, self.line = database, clock, line
        hook = SignedWebhook(WebhookReceiver(receiver.url, SECRET), clock)
        self.tools = Tools(database, vault, lambda: Lines([line]), receiver=hook, budgets=Budgets(alarm=3))
        self.book = AlarmBook(self.tools)
        self.worker = Worker(self.tools, clock, Random(1), "tests", watches=())
        self._calls = 0

    def look(self) -> None:
        self.book.look(self.clock())

    def wait(self, **length: int) -> None:
        until = self.clock() + timedelta(**length)
        while self.clock() < until:
            self.clock.moment += timedelta(seconds=30)
            self.look()

    def send(self) -> None:
        """Have the worker send what is due."""
        for _ in range(20):
            self.worker.step()

    def alarms(self) -> list[AlarmRecord]:
        with self.database.reading() as connection:
            return recent_alarms(connection, 100)

    def kinds(self) -> list[tuple[str, str, bool]]:
        return [(each.kind, each.subject, each.until is None) for each in self.alarms()]

    def rows(self) -> list[OutboxRecord]:
        with self.database.reading() as connection:
            return [row for row in recent_rows(connection, 100) if row.kind == "alarm"]

    def call(self) -> str:
        self._calls += 1
        sid = f"CA{self._calls:032x}"
        with self.database.transaction() as connection:
            open_call(connection, NewCall(sid, "ensaio", "1", "+5511987654321", "+551140030015", self.clock(), "{}"))
        return sid

    def turn(self, sid: str, number: int, destination: str, reason: str, outcome: str = "key") -> None:
        empty = dict.fromkeys(("event", "menu_version", "answer"), "")
        row = {"call_sid": sid, "number": number, "at": self.clock(), "state": "ligar", "states": "[]", "headers": "{}"}
        with self.database.transaction() as connection:
            told = {"destination": destination, "reason": reason, "outcome": outcome}
            connection.execute(insert(TURN), empty | row | told)

    def wait_in_queue(self, left: str | None = None, after: int = 60) -> str:
        """A caller who comes into the queue, and leaves it ``after`` so many seconds, which pass; or stays."""
        sid = self.call()
        with self.database.transaction() as connection:
            note_entry(
                connection, self.line, sid, 3, QueueEntered(DESTINATION, "fila", "ligar", 600, None), self.clock()
            )
        if left:
            self.clock.moment += timedelta(seconds=after)
            with self.database.transaction() as connection:
                entry = waiting_of_call(connection, sid)
                assert entry is not None
                leave_queue(connection, entry, "answered" if left == "answered" else "abandoned", self.clock())
        return sid

    def agent(self, login: str = "ana", hours: str | None = None) -> int:
        with self.database.transaction() as connection:
            user = add_user(connection, login, login.title(), Role.AGENT)
            add_agent(connection, user, "+551155550001", hours, self.clock(), "test")
            set_skill(connection, Skill(user.id, "ensaio", "mesa", 3))
        return user.id

    def is_now(self, user_id: int, state: AgentState) -> None:
        with self.database.transaction() as connection:
            ask_state(
                connection, user_id, state, "almoço" if state is AgentState.PAUSED else None, self.clock(), "test"
            )

    def wrong_passwords(self, number: int) -> None:
        with self.database.transaction() as connection:
            for turn in range(number):
                row = {"call_sid": "CA" + "0" * 32, "turn": turn, "account": "x", "at": self.clock()}
                connection.execute(insert(ATTEMPT), row | {"admitted": True, "matched": False, "alarmed": False})


@pytest.fixture(scope="module")
def listening() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def receiver(listening: Receiver) -> Receiver:
    listening.secret, listening.silent = SECRET, None
    listening.answers.clear()
    listening.posted.clear()
    return listening


@pytest.fixture
def watched(
    server_database: Database, server_vault: Vault, small_line: Line, clock: Now, receiver: Receiver
) -> Watched:
    return Watched(server_database, server_vault, small_line, clock, receiver)


def test_nothing_is_raised_where_nothing_is_wrong(watched: Watched, receiver: Receiver) -> None:
    watched.wait_in_queue("answered", after=10)
    watched.wait(minutes=2)
    watched.send()
    assert (watched.alarms(), receiver.posted) == ([], [])


def test_wrong_passwords_are_raised_told_signed_and_cleared(watched: Watched, receiver: Receiver) -> None:
    watched.wrong_passwords(2)
    watched.look()
    assert watched.alarms() == []
    with watched.database.transaction() as connection:
        connection.execute(ATTEMPT.delete())
    watched.wrong_passwords(3)
    began = watched.clock()
    watched.wait(minutes=1)
    watched.send()
    (posted,) = receiver.posted
    assert posted.is_signed_with(SECRET)
    assert not posted.is_signed_with(b"another secret, as long as this")
    assert posted.at == int(watched.clock().timestamp())
    assert posted.told["figures"] == {"hour": 3, "day": 3}
    assert posted.told["told"] == "3 wrong passwords in an hour, 3 in a day"
    assert posted.path == "/hooks/token-of-the-receiver?key=also"
    watched.clock.moment = began + timedelta(hours=1)
    watched.wait(minutes=11)
    watched.send()
    assert receiver.told() == [("raised", "passwords", ""), ("cleared", "passwords", "")]
    assert receiver.posted[1].told["until"] is not None
    assert receiver.posted[0].told["id"] == receiver.posted[1].told["id"]
    assert watched.kinds() == [("passwords", "", False)]


@one_of_both("sqlite")
def test_what_comes_and_goes_is_told_once(watched: Watched, receiver: Receiver) -> None:
    """Away for less than it must be quiet, again and again: no second alarm, and no end."""
    for _ in range(5):
        watched.wrong_passwords(3)
        watched.wait(minutes=1)
        with watched.database.transaction() as connection:
            connection.execute(ATTEMPT.delete())
        watched.wait(minutes=9)
    watched.send()
    assert receiver.told() == [("raised", "passwords", "")]


def _look_at_once(watched: Watched, databases: list[Database]) -> tuple[int, int]:
    """What as many processes as there are databases raise and clear, who look at the same moment."""
    books = [AlarmBook(replace(watched.tools, database=each)) for each in databases]
    now, start = watched.clock(), Barrier(len(books))

    def look(book: AlarmBook) -> tuple[int, int]:
        start.wait()
        return repeated(lambda: book.look(now))

    with ThreadPoolExecutor(len(books)) as pool:
        seen = list(pool.map(look, books))
    return sum(raised for raised, _ in seen), sum(cleared for _, cleared in seen)


def test_of_many_processes_one_raises_and_one_clears(watched: Watched, receiver: Receiver) -> None:
    is_server = watched.database.dialect == "postgresql"
    databases = [opened_again(watched.database) if is_server else watched.database for _ in range(4)]
    watched.wrong_passwords(3)
    assert _look_at_once(watched, databases) == (1, 0)
    with watched.database.transaction() as connection:
        connection.execute(ATTEMPT.delete())
    assert _look_at_once(watched, databases) == (0, 0)
    watched.clock.moment += timedelta(minutes=11)
    assert _look_at_once(watched, databases) == (0, 1)
    watched.agent()
    assert _look_at_once(watched, databases) == (0, 0)
    watched.clock.moment += timedelta(minutes=3)
    assert _look_at_once(watched, databases) == (1, 0)
    assert len(watched.rows()) == 3
    watched.send()
    assert receiver.told()[:2] == [("raised", "passwords", ""), ("cleared", "passwords", "")]
    if is_server:
        for each in databases:
            each.close()


@one_of_both("sqlite")
def test_a_service_level_below_its_target_is_raised_after_15_minutes(watched: Watched) -> None:
    for _ in range(4):
        watched.wait_in_queue("abandoned")
    watched.look()
    assert watched.alarms() == []  # of fewer than five no share is made
    began = watched.clock()
    while watched.clock() < began + timedelta(minutes=15):
        watched.wait_in_queue("abandoned")
        watched.look()
        if watched.clock() < began + timedelta(minutes=14):
            assert watched.alarms() == []
    watched.wait(minutes=1)
    (alarm,) = watched.alarms()
    assert (alarm.kind, alarm.subject, alarm.until) == ("service-level", DESTINATION, None)
    figures = alarm.figures()
    assert figures["within"] == 0
    assert int(figures["needed"]) >= 5
    for _ in range(30):
        watched.wait_in_queue("answered", after=5)
    watched.wait(minutes=25)
    assert watched.kinds() == [("service-level", DESTINATION, False)]


@one_of_both("sqlite")
def test_who_waits_past_the_target_is_late_before_the_call_ends(watched: Watched) -> None:
    for _ in range(5):
        watched.wait_in_queue()
    watched.wait(minutes=14)
    assert watched.alarms() == []
    for _ in range(5):
        watched.wait_in_queue()
    watched.wait(minutes=3)
    assert ("service-level", DESTINATION, True) in watched.kinds()


def test_a_queue_none_of_whose_agents_is_on_duty_is_raised(watched: Watched, receiver: Receiver) -> None:
    watched.wait(minutes=5)
    assert watched.alarms() == []  # nobody is to serve it
    ana = watched.agent()
    watched.is_now(ana, AgentState.AVAILABLE)
    watched.wait(minutes=5)
    assert watched.alarms() == []
    watched.is_now(ana, AgentState.PAUSED)
    watched.wait(minutes=1)
    watched.is_now(ana, AgentState.AVAILABLE)
    watched.wait(minutes=1)
    watched.is_now(ana, AgentState.PAUSED)
    watched.wait(minutes=1)
    assert watched.alarms() == []  # a pause of a minute is none
    watched.wait(minutes=2)
    assert watched.kinds() == [("no-agents", DESTINATION, True)]
    watched.is_now(ana, AgentState.AVAILABLE)
    watched.wait(minutes=2)
    assert watched.kinds() == [("no-agents", DESTINATION, False)]
    watched.send()
    assert receiver.told() == [("raised", "no-agents", DESTINATION), ("cleared", "no-agents", DESTINATION)]


def test_a_closed_desk_needs_no_agents_unless_callers_wait(watched: Watched) -> None:
    watched.agent()
    with watched.database.transaction() as connection:
        close_destination(connection, NewClosure("ensaio", DESTINATION, "obra", watched.clock(), None, "Bia"))
    watched.wait(minutes=5)
    assert watched.alarms() == []
    watched.wait_in_queue()
    watched.wait(minutes=3)
    assert ("no-agents", DESTINATION, True) in watched.kinds()


def test_agents_outside_of_their_hours_are_not_on_duty(watched: Watched) -> None:
    ana = watched.agent(hours="seg-sex 18:00-19:00")
    watched.is_now(ana, AgentState.AVAILABLE)
    watched.wait(minutes=3)
    assert watched.kinds() == [("no-agents", DESTINATION, True)]


@pytest.mark.parametrize(
    ("turns", "raised"),
    [
        ([("mesa.rh", "on-call: night", "key"), ("mesa.rh", "gave up: no-answer", "unreachable")], ["mesa.rh"]),
        ([("mesa.rh", "access code 05.1; on-call; gave up: no targets", "collected")], ["mesa.rh"]),
        ([("gente", "on-call; diverted from mesa.rh: no-answer; open", "key")], ["mesa.rh"]),
        (
            [("mesa.rh", "on-call", "key"), ("mesa.rh", "next target: busy", "key"),
             ("gente", "diverted from mesa.rh: no-answer; open", "key")],
            ["mesa.rh"],
        ),
        ([("mesa.rh", "on-call", "key"), ("mesa.rh", "", "served")], []),
        ([("mesa.rh", "on-call", "key")], []),
        ([("mesa.rh", "open", "key"), ("mesa.rh", "gave up: no-answer", "unreachable")], []),
        (
            [("gente", "diverted from mesa.rh: busy; on-call", "key"), ("gente", "gave up: busy", "unreachable")],
            ["gente"],
        ),
    ],
)  # fmt: skip
def test_a_call_that_nobody_on_call_took_is_raised(
    watched: Watched, turns: list[tuple[str, str, str]], raised: list[str]
) -> None:
    sid = watched.call()
    for number, (destination, reason, outcome) in enumerate(turns):
        watched.turn(sid, number, destination, reason, outcome)
    watched.look()
    assert [each.subject for each in watched.alarms()] == raised


def test_the_next_call_that_is_taken_on_call_ends_the_alarm(watched: Watched) -> None:
    sid = watched.call()
    watched.turn(sid, 1, "mesa.rh", "on-call; gave up: no targets")
    watched.wait(minutes=1)
    taken = watched.call()
    watched.turn(taken, 1, "mesa.rh", "on-call")
    watched.clock.moment += timedelta(seconds=20)
    watched.turn(taken, 2, "mesa.rh", "", "served")
    watched.wait(minutes=2)
    assert watched.kinds() == [("nobody-on-call", "mesa.rh", False)]


def _asked(watched: Watched, name: str, **changes: object) -> None:
    now = watched.clock()
    row = OutboxRecord(f"OF{name:>032}", LEG, "+551155550001", "{}", None, now, now)
    with watched.database.transaction() as connection:
        put(connection, row)
        connection.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(**changes))


def test_a_carrier_that_takes_nothing_is_raised_until_it_does(watched: Watched) -> None:
    _asked(watched, "1", state="dead", tries=1, tried_at=watched.clock(), note="invalid number")
    watched.look()
    assert watched.alarms() == []  # it was there, and refused
    _asked(watched, "2", state="dropped", tries=4, tried_at=watched.clock(), note="the offer is over")
    watched.look()
    assert watched.kinds() == [("carrier-away", "", True)]
    watched.clock.moment += timedelta(seconds=5)
    _asked(
        watched, "3", state="sent", tries=1, tried_at=watched.clock(), at=watched.clock(), carrier_sid="CA" + "1" * 32
    )
    watched.wait(minutes=3)
    assert watched.kinds() == [("carrier-away", "", False)]


def test_data_of_a_source_that_are_too_old_are_raised_until_imported_anew(watched: Watched) -> None:
    def imported(**more: int) -> None:
        now = watched.clock()
        with watched.database.transaction() as connection:
            note_import(connection, ImportedSource("erp", now, now, 1, 0, 0, **more))

    imported()
    watched.clock.moment += timedelta(hours=48)
    watched.look()
    assert watched.alarms() == []
    watched.clock.moment += timedelta(seconds=1)
    watched.look()
    assert watched.kinds() == [("data-too-old", "erp", True)]
    assert watched.alarms()[0].figures() == {"hours": 48, "most": 48}
    imported(old_after=72)
    watched.wait(minutes=1)
    watched.clock.moment += timedelta(hours=71)
    watched.look()
    assert watched.kinds() == [("data-too-old", "erp", False)]


def test_a_receiver_that_was_away_is_told_under_the_same_name(watched: Watched, receiver: Receiver) -> None:
    receiver.answers[:] = [(503, {}), (429, {})]
    watched.wrong_passwords(3)
    watched.look()
    for _ in range(3):
        watched.send()
        watched.clock.moment += timedelta(minutes=1)
    assert len(receiver.posted) == 3
    assert len({each.delivery for each in receiver.posted}) == 1
    assert len({each.at for each in receiver.posted}) == 3
    assert watched.rows()[0].state == "sent"


@pytest.mark.parametrize(
    ("secret", "answers", "note"),
    [
        (b"another secret of the receiver", [], "the receiver answered 401"),
        (None, [(302, {"Location": "http://127.0.0.1:{port}/elsewhere"})], "the receiver answered 302, a redirect"),
        (None, [(410, {})], "the receiver answered 410"),
    ],
    ids=["wrong secret", "redirect", "gone"],
)
def test_a_receiver_that_refuses_makes_a_dead_letter(
    watched: Watched,
    receiver: Receiver,
    secret: bytes | None,
    answers: list[tuple[int, dict[str, str]]],
    note: str,
) -> None:
    receiver.secret = secret
    receiver.answers[:] = [
        (status, {name: value.format(port=receiver.port) for name, value in headers.items()})
        for status, headers in answers
    ]
    watched.wrong_passwords(3)
    watched.look()
    watched.send()
    watched.clock.moment += timedelta(hours=1)
    watched.send()
    (row,) = watched.rows()
    assert row.state == "dead"
    assert (row.note or "").startswith(note)
    assert len(receiver.posted) == 1
    assert watched.kinds() == [("passwords", "", True)]


def test_neither_address_nor_secret_stands_in_log_rows_or_repr(
    watched: Watched, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers[:] = [(500, {}), (401, {})]
    watched.wrong_passwords(3)
    watched.look()
    for _ in range(2):
        watched.send()
        watched.clock.moment += timedelta(minutes=1)
    told = caplog.text + repr(caplog.records) + repr([vars(each) for each in caplog.records])
    told += repr(watched.rows()) + repr(watched.tools) + repr(WebhookReceiver(receiver.url, SECRET))
    assert "alarm raised" in caplog.text
    for hidden in (SECRET.decode(), "token-of-the-receiver", "also"):
        assert hidden not in told


def test_without_a_receiver_nothing_is_written_to_be_sent(watched: Watched) -> None:
    AlarmBook(replace(watched.tools, receiver=None)).look(watched.clock())
    watched.wrong_passwords(3)
    AlarmBook(replace(watched.tools, receiver=None)).look(watched.clock())
    assert watched.kinds() == [("passwords", "", True)]
    assert watched.rows() == []


def test_a_condition_that_fails_keeps_its_alarm_and_the_others(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    watched.wrong_passwords(3)
    watched.look()

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ivr.worker.alarms.passwords.failures", fails)
    sid = watched.call()
    watched.turn(sid, 1, "mesa.rh", "on-call; gave up: no targets")
    watched.wait(minutes=12)
    assert watched.kinds() == [("nobody-on-call", "mesa.rh", True), ("passwords", "", True)]
    assert "alarm not looked for" in caplog.text


def test_a_clock_that_is_put_back_ends_no_alarm_at_once(watched: Watched) -> None:
    watched.wrong_passwords(3)
    watched.look()
    with watched.database.transaction() as connection:
        connection.execute(ATTEMPT.delete())
    watched.look()
    watched.clock.moment -= timedelta(hours=2)
    watched.look()
    assert watched.kinds() == [("passwords", "", True)]
    watched.wait(minutes=11)
    assert watched.kinds() == [("passwords", "", False)]


def test_the_command_lists_alarms_that_stand_and_that_are_over(
    watched: Watched, database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", database_url)
    monkeypatch.setenv("IVR_SECRET_KEY", KEY.decode())
    monkeypatch.setenv("IVR_FLOWS", str(Path(__file__).parents[2] / "flows"))

    def ivr(*arguments: str) -> tuple[int, str]:
        code = run([*arguments])
        return code, capsys.readouterr().out

    assert ivr("alarms") == (0, "there was no alarm\n")
    assert ivr("alarms", "--standing") == (0, "no alarm stands\n")
    watched.wrong_passwords(3)
    watched.look()
    code, told = ivr("alarms", "--standing")
    assert (code, "3 wrong passwords in an hour" in told, "stands" in told) == (1, True, True)
    assert '"figures": {"day": 3, "hour": 3}' in ivr("alarms", "--json")[1]
    assert "3 senhas erradas" in ivr("alarms", "--language", "pt-BR")[1]
