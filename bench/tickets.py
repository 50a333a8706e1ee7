"""This benchmark asks how long lists and searches of 100,000 tickets take, and a night of the worker with them.

On SQLite, and on a PostgreSQL server of its own where its programs are here. The floor of a list is one ticket read by
its number over the same connection; that of the night is reading the events of all tickets. Processor time is ours and
the server's: it says what a figure would be on a machine that others do not use.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Connection, Table, insert

from bench.table import Row
from data import company, contact, ticket_words
from data.all_tables import metadata_of
from data.contact_profile import PROFILE
from data.database import Database
from data.open_tickets import events_of_open, open_tickets
from data.tables import values_of
from data.ticket_events import TICKET_EVENT, TicketEventRecord
from data.ticket_lists import TicketFilter, TicketOrder, list_tickets
from data.tickets import TICKET, TicketRecord, find_ticket, searchable
from data.vault import Cost, Vault
from ivr.call.lines import Lines
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.service_desk.acts import overdue
from ivr.service_desk.rules_of import rules_of
from ivr.service_desk.standing import TicketStanding, standing_of
from ivr.tickets.events import CLOSED, Area, EventKind, Severity, TicketEvent, TicketParty
from ivr.tickets.machine import IN_SERVICE
from ivr.tickets.rules import TicketRules
from ivr.worker.kinds.tickets import TicketForecasts, TicketsDue
from ivr.worker.tools import Tools
from ivr.worker.work_kind import WorkKind
from tests.postgres import NoPostgresError, PostgresServer

TICKETS: Final = 100_000
COURSES: Final = 4000
"""Courses that tickets took, each taken by as many of them: to compute where they stand takes longest."""

COMPANIES: Final = 2000
TIMES: Final = 5
GOAL: Final = "100 ms"
NIGHT_GOAL: Final = "30 s"
BEGINS: Final = datetime(2026, 1, 1, tzinfo=ZoneInfo("America/Sao_Paulo"))
NOW: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)
YESTERDAY: Final = NOW - timedelta(days=1)
"""Until then the worker did what it owed, so that a night has what a night brings."""
_TEXT: Final = """
erro ao emitir nota fiscal no módulo de faturamento após atualização do sistema relatório não abre
quando o usuário informa período maior que trinta dias integração contábil divergência saldo cliente
fornecedor estoque produção ordem serviço compra venda título baixa juros desconto parcela imposto
ICMS alíquota cálculo folha pagamento férias rescisão ponto eletrônico servidor banco dados lentidão
tela travada mensagem licença instalação versão patch correção urgente retorno anexo imagem
evidência processo rotina parâmetro configuração perfil acesso senha bloqueio
"""

WORDS: Final = _TEXT.split()

_SYLLABLES: Final = [first + vowel for first in "bcdfglmnprstvz" for vowel in ("a", "e", "i", "o", "u", "ão")]
"""Of three of them a word is made that few tickets have: names of people, of programs, of reports."""

_SERVED: Final = frozenset(state.value for state in IN_SERVICE)
_MIDDLE: Final = "1-1796040000000000-0000000000"
"""A place in the middle of those that are served, as an address has it."""

LISTS: Final[Mapping[str, tuple[TicketFilter, TicketOrder, str | None]]] = {
    "a list of tickets, the newest": (TicketFilter(), TicketOrder.NEWEST, None),
    "... the portal's first": (TicketFilter(states=_SERVED), TicketOrder.WORK, None),
    "... far down": (TicketFilter(states=_SERVED), TicketOrder.WORK, _MIDDLE),
    "... an analyst's late ones": (TicketFilter(analyst_id=3, late_at=NOW), TicketOrder.FORECAST, None),
    "... a company's": (TicketFilter(company_id=77), TicketOrder.NEWEST, None),
    "a search: a word of half of them": (TicketFilter(text="NOTA"), TicketOrder.NEWEST, None),
    "... in service, the portal's first": (TicketFilter(text="fiscal", states=_SERVED), TicketOrder.WORK, None),
    "... of the same, far down": (TicketFilter(text="fiscal", states=_SERVED), TicketOrder.WORK, _MIDDLE),
    "... two words": (TicketFilter(text="ferias calculo", states=_SERVED), TicketOrder.WORK, None),
    "... a word that is nowhere": (TicketFilter(text="hieroglifo"), TicketOrder.NEWEST, None),
    "... nowhere, in service": (TicketFilter(text="hieroglifo", states=_SERVED), TicketOrder.WORK, None),
    "... two words that are seldom": (TicketFilter(text="batafi nota", states=_SERVED), TicketOrder.WORK, None),
    "... four common words, one nowhere": (
        TicketFilter(text="ferias calculo emitir hieroglifo", states=_SERVED),
        TicketOrder.WORK,
        None,
    ),
    "... of a company": (TicketFilter(text="nota", company_id=77), TicketOrder.NEWEST, None),
}


def run() -> list[Row]:
    """Return the rows of the report."""
    line = load_line(Path("flows/4003-0015"))
    made = list(_tickets(Random(7), line))
    with tempfile.TemporaryDirectory() as folder:
        rows = list(_rows("SQLite", f"sqlite:///{Path(folder) / 'tickets.sqlite'}", line, made, None))
    try:
        server = PostgresServer.private(synchronous_commit="off", max_wal_size="8GB", shared_buffers="128MB")
    except NoPostgresError as error:
        return [*rows, Row("tickets, PostgreSQL", f"left out: {error}"[:100])]
    try:
        return [*rows, *_rows("PostgreSQL", server.create(), line, made, server.pid)]
    finally:
        server.stop()


def _rows(name: str, url: str, line: Line, made: Sequence[_Made], server: int | None) -> Iterator[Row]:
    database = Database(url)
    database.migrate()
    timed = partial(_timed, server)
    written = timed(lambda: _fill(database, made))
    if server:
        with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as maintained:
            maintained.execute("VACUUM ANALYZE")
    yield Row(f"{TICKETS:,} tickets are written, {name}", written.told("s"))
    with database.reading() as connection:
        floor = min((timed(lambda: find_ticket(connection, "0000050000")) for _ in range(TIMES)), key=_wall)
        for told, (wanted, order, after) in LISTS.items():
            asked = partial(list_tickets, connection, wanted, order, after)
            took = min((timed(asked) for _ in range(TIMES)), key=_wall)
            ratio = f"{took.wall / floor.wall:.0f}"
            yield Row(f"{told}, {name}", took.told("ms"), f"one ticket {1000 * floor.wall:.2f} ms", ratio, GOAL)
    lines = Lines([line])
    tools = Tools(database, Vault(b"k" * 32, Cost.rehearsal()), lambda: lines)
    due, night = TicketsDue(tools), TicketForecasts(tools)
    floor = timed(lambda: _read(database))
    acts, number = _night(timed, due)
    forecasts, _ = _night(timed, night)
    both = _Taken(acts.wall + forecasts.wall, acts.cpu + forecasts.cpu)
    for what, took in (
        (f"a night: {number:,} acts", acts),
        (f"... {TICKETS:,} forecasts", forecasts),
        ("... both", both),
    ):
        ratio = f"{took.wall / floor.wall:.1f}"
        yield Row(f"{what}, {name}", took.told("s"), f"reading all {floor.wall:.1f} s", ratio, NIGHT_GOAL)
    database.close()


@dataclass(frozen=True, slots=True)
class _Taken:
    """Seconds of the clock, and of the processors."""

    wall: float
    cpu: float

    def told(self, unit: str) -> str:
        times = 1000 if unit == "ms" else 1
        return f"{times * self.wall:.1f} {unit}, {times * self.cpu:.1f} of CPU"


def _wall(taken: _Taken) -> float:
    return taken.wall


def _timed(server: int | None, asked: Callable[[], object]) -> _Taken:
    of_server, ours, began = _cpu_of(server), time.process_time(), time.perf_counter()
    asked()
    wall, ours = time.perf_counter() - began, time.process_time() - ours
    return _Taken(wall, ours + _cpu_of(server) - of_server)


def _cpu_of(server: int | None) -> float:
    """Seconds of the processes of a server, where this system tells them."""
    seconds = 0.0
    for each in Path("/proc").glob("[0-9]*/stat") if server else ():
        with suppress(OSError):
            if int(each.read_text().rpartition(")")[2].split()[1]) == server:
                seconds += int(each.with_name("schedstat").read_text().split()[0]) / 1e9
    return seconds


def _night(timed: Callable[[Callable[[], object]], _Taken], kind: WorkKind) -> tuple[_Taken, int]:
    """What the worker takes for all that is due, and how many tickets it acted on."""
    outcomes: list[str] = []

    def work() -> None:
        again: datetime | None = NOW
        while again == NOW:
            done = kind.do("", NOW)
            again = done.again
            outcomes.append(done.outcome)

    return timed(work), sum(int(each.split()[2]) for each in outcomes if each.startswith("acted on"))


def _read(database: Database) -> None:
    after = ""
    with database.reading() as connection:
        while tickets := open_tickets(connection, after, 1000):
            after = tickets[-1].number
            for _ in events_of_open(connection, tickets[0].number, after):
                pass


def _fill(database: Database, made: Sequence[_Made]) -> None:
    """Write the tickets with their customers. Indices are made afterwards, which takes a third of the time."""
    with database.transaction() as connection:
        ids = range(1, COMPANIES + 1)
        named = {"kind": "cnpj", "last_two": "00"}
        companies = [{**named, "id": each, "sealed": f"s{each}", "keyed": f"k{each}", "name": "E"} for each in ids]
        contacts = [{"id": each, "company_id": each, "name": "C", "password_hash": "x"} for each in ids]
        profiles = [{"contact_id": each, "company_id": each, "email": "e", "email_digest": f"{each}"} for each in ids]
        connection.execute(insert(company.COMPANY), [company.DEFAULTS | each for each in companies])
        connection.execute(insert(contact.CONTACT), [contact.DEFAULTS | each for each in contacts])
        connection.execute(insert(PROFILE), [{"survey_wish": False, "survey_severities": ""} | it for it in profiles])
        tables = metadata_of(database.dialect).tables
        indices = [index for name in ("ticket", "ticket_event") for index in tables[name].indexes]
        for index in indices:
            index.drop(connection)
        in_file = database.dialect == "sqlite"
        write = _write_into_file if in_file else _copy
        if in_file:
            connection.exec_driver_sql("DROP TRIGGER ticket_words_of_new")
        write(connection, TICKET, (each.ticket for each in made))
        write(connection, TICKET_EVENT, (event for each in made for event in each.events))
        for statement in (ticket_words.FILL, ticket_words.STATEMENTS[1]) if in_file else ():
            connection.exec_driver_sql(statement)
        for index in indices:
            index.create(connection)


def _write_into_file(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    names = [column.name for column in table.c]
    told = lru_cache(maxsize=None)(lambda moment: f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}")
    values = ([told(it) if isinstance(it, datetime) else it for it in map(row.__getitem__, names)] for row in rows)
    driver.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values)


def _copy(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    names = [column.name for column in table.c]
    with driver.cursor().copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


@dataclass(frozen=True, slots=True)
class _Made:
    """A ticket and its events, as they are written."""

    ticket: dict[str, Any]
    events: list[dict[str, Any]]


_COURSES: Final = (
    (),
    (EventKind.ANALYSIS_BEGUN, EventKind.ACTIVITY_NOTED),
    (EventKind.ANALYSIS_BEGUN, EventKind.QUESTION_ASKED),
    (EventKind.ANALYSIS_BEGUN, EventKind.QUESTION_ASKED, EventKind.ANSWERED),
    (EventKind.ANALYSIS_BEGUN, EventKind.SOLUTION_SENT),
    (EventKind.ANALYSIS_BEGUN, EventKind.SOLUTION_SENT, EventKind.REFUSED, EventKind.ACTIVITY_NOTED),
)
_WAITS: Final = frozenset({EventKind.QUESTION_ASKED, EventKind.SOLUTION_SENT})


def _tickets(drawn: Random, line: Line) -> Iterator[_Made]:
    """Make open tickets, each with one to six events; what their rows say follows from these."""
    rules, courses = rules_of(line), list[_Made]()
    while len(courses) < COURSES:
        events = _course(drawn, rules)
        if (standing := standing_of(events, rules)).state not in CLOSED:
            courses.append(_as_written(line.name, events, standing))
    plain = {word: searchable(word) for word in WORDS}
    for number in range(TICKETS):
        course = courses[number % COURSES]
        seldom = ["".join(drawn.choices(_SYLLABLES, k=3)) for _ in range(3)]
        subject, description = (
            drawn.choices(WORDS, k=drawn.randint(4, 9)),
            drawn.choices(WORDS, k=drawn.randint(10, 90)),
        )
        words = {plain[word]: None for word in subject + description}
        name, of = f"{number:010d}", drawn.randint(1, COMPANIES)
        ticket = course.ticket | {
            "number": name,
            "company_id": of,
            "contact_id": of,
            "channel": drawn.choice(("telephone", "portal")),
            "subject": " ".join(subject),
            "description": " ".join(description + seldom),
            "analyst_id": drawn.choice((None, 1, 2, 3, 4)),
            "folded": f"{name} protheus {' '.join(words)} {' '.join(seldom).replace('ã', 'a')}",
        }
        yield _Made(ticket, [{**each, "ticket": name, "company_id": of} for each in course.events])


def _as_written(line: str, events: Sequence[TicketEvent], standing: TicketStanding) -> _Made:
    """The rows of a ticket that took this course; what the tickets of a course have of their own is to come."""
    ticket = TicketRecord(
        "", line, 0, None, None, "", "suporte.rm", standing.area.value, standing.calendar, "Protheus", "Faturamento",
        "", "", int(standing.severity), standing.state.value, standing.opened_at, standing.state_at,
        standing.forecast_at, standing.due.at if standing.due else None, None, events[-1].at, None, None, None, None,
        len(events), "",
    )  # fmt: skip
    records = (
        TicketEventRecord(
            "", place, 0, each.at, each.kind.value, each.party.value, "A",
            severity=each.severity, area=each.area, calendar=each.calendar,
        )
        for place, each in enumerate(events)
    )  # fmt: skip
    return _Made(values_of(ticket), [values_of(each) for each in records])


def _course(drawn: Random, rules: TicketRules) -> list[TicketEvent]:
    """What happened to a ticket within a month; one that waits for the customer does so for some days."""
    kinds = drawn.choice(_COURSES)
    since = drawn.uniform(0, 24 * (17 if kinds and kinds[-1] in _WAITS else 330))
    opened = YESTERDAY - timedelta(hours=since + drawn.uniform(2, 24 * 30))
    hours = sorted(drawn.uniform(0, 1) for _ in kinds[1:])
    ended = YESTERDAY - timedelta(hours=since)
    events = [
        TicketEvent(
            opened, EventKind.OPENED, TicketParty.CUSTOMER, Severity(drawn.randint(1, 4)), Area.SUSTENTACAO, "suporte"
        )
    ]
    for kind, share in zip(kinds, [*hours, 1.0], strict=False):
        party = TicketParty.CUSTOMER if kind in (EventKind.ANSWERED, EventKind.REFUSED) else TicketParty.STAFF
        events.append(TicketEvent(opened + share * (ended - opened), kind, party))
    return [*events, *overdue(events, rules, YESTERDAY)]
