"""This benchmark asks how long lists and searches of 100,000 tickets take, and the night that computes all forecasts.

On SQLite, and on a PostgreSQL server of its own where its programs are here. The floor of a list is one ticket read by
its number over the same connection; that of the night is reading the events of all tickets.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import insert

from bench.table import Row
from data import company, contact
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
from ivr.service_desk.rules_of import rules_of
from ivr.service_desk.standing import standing_of
from ivr.tickets.events import CLOSED, Area, EventKind, Severity, TicketEvent, TicketParty
from ivr.tickets.machine import IN_SERVICE
from ivr.worker.kinds.tickets import TicketForecasts
from ivr.worker.tools import Tools
from tests.postgres import NoPostgresError, PostgresServer

TICKETS: Final = 100_000
COMPANIES: Final = 2000
AT_ONCE: Final = 5000
TIMES: Final = 7
GOAL: Final = "100 ms"
NIGHT_GOAL: Final = "30 s"
BEGINS: Final = datetime(2026, 1, 1, tzinfo=ZoneInfo("America/Sao_Paulo"))
NOW: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)

_TEXT: Final = """
erro ao emitir nota fiscal no módulo de faturamento após atualização do sistema relatório não abre
quando o usuário informa período maior que trinta dias integração contábil divergência saldo cliente
fornecedor estoque produção ordem serviço compra venda título baixa juros desconto parcela imposto
ICMS alíquota cálculo folha pagamento férias rescisão ponto eletrônico servidor banco dados lentidão
tela travada mensagem licença instalação versão patch correção urgente retorno anexo imagem
evidência processo rotina parâmetro configuração perfil acesso senha bloqueio
"""

WORDS: Final = _TEXT.split()

LISTS: Final = {
    "a list of tickets, the newest": (TicketFilter(), TicketOrder.NEWEST),
    "... the portal's first": (
        TicketFilter(states=frozenset(state.value for state in IN_SERVICE)),
        TicketOrder.WORK,
    ),
    "... an analyst's late ones": (TicketFilter(analyst_id=3, late_at=NOW), TicketOrder.FORECAST),
    "... a company's": (TicketFilter(company_id=77), TicketOrder.NEWEST),
    "... common words": (TicketFilter(text="NOTA fis"), TicketOrder.NEWEST),
    "... a word that is nowhere": (TicketFilter(text="hieroglifo"), TicketOrder.NEWEST),
    "... words in service": (
        TicketFilter(text="ferias calculo", states=frozenset(state.value for state in IN_SERVICE)),
        TicketOrder.WORK,
    ),
}


def run() -> list[Row]:
    """Return the rows of the report."""
    line = load_line(Path("flows/4003-0015"))
    with tempfile.TemporaryDirectory() as folder:
        rows = _rows("SQLite", f"sqlite:///{Path(folder) / 'tickets.sqlite'}", line)
    try:
        server = PostgresServer.private(synchronous_commit="off", max_wal_size="8GB")
    except NoPostgresError as error:
        return [*rows, Row("tickets, PostgreSQL", f"left out: {error}"[:100])]
    try:
        return [*rows, *_rows("PostgreSQL", server.create(), line)]
    finally:
        server.stop()


def _rows(name: str, url: str, line: Line) -> Iterator[Row]:
    database = Database(url)
    database.migrate()
    _fill(database, line)
    if database.dialect == "postgresql":
        with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
    with database.reading() as connection:
        floor = _milliseconds(lambda: find_ticket(connection, "0000050000"))
        for told, (wanted, order) in LISTS.items():
            took = _milliseconds(lambda wanted=wanted, order=order: list_tickets(connection, wanted, order))  # type: ignore[misc]
            yield Row(f"{told}, {name}", f"{took:.1f} ms", f"one ticket {floor:.2f} ms", f"{took / floor:.0f}", GOAL)
    night = TicketForecasts(Tools(database, Vault(b"k" * 32, Cost.rehearsal()), lambda: Lines([line])))
    began = time.perf_counter()
    while night.do("", NOW).again == NOW:
        pass
    took = time.perf_counter() - began
    floor = _reading_seconds(database)
    yield Row(
        f"the night of {TICKETS:,} forecasts, {name}",
        f"{took:.1f} s",
        f"reading {floor:.1f} s",
        f"{took / floor:.1f}",
        NIGHT_GOAL,
    )
    database.close()


def _milliseconds(asked: Callable[[], object]) -> float:
    """The best of some times: what others do on the machine is none of the database's."""
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        asked()
        times.append(time.perf_counter() - began)
    return 1000 * min(times)


def _reading_seconds(database: Database) -> float:
    began, after = time.perf_counter(), ""
    with database.reading() as connection:
        while tickets := open_tickets(connection, after, 1000):
            after = tickets[-1].number
            for _ in events_of_open(connection, tickets[0].number, after):
                pass
    return time.perf_counter() - began


def _fill(database: Database, line: Line) -> None:
    """Write open tickets with three to six events each; what their rows say follows from these."""
    drawn = Random(7)
    with database.transaction() as connection:
        connection.execute(
            insert(company.COMPANY),
            [
                {
                    **company.DEFAULTS,
                    "id": each,
                    "sealed": f"s{each}",
                    "keyed": f"k{each}",
                    "last_two": "00",
                    "kind": "cnpj",
                    "name": f"Empresa {each}",
                }
                for each in range(1, COMPANIES + 1)
            ],
        )
        connection.execute(
            insert(contact.CONTACT),
            [
                {**contact.DEFAULTS, "id": each, "company_id": each, "name": f"Contato {each}", "password_hash": "x"}
                for each in range(1, COMPANIES + 1)
            ],
        )
    for first in range(0, TICKETS, AT_ONCE):
        made = [_ticket(drawn, number, line) for number in range(first, first + AT_ONCE)]
        with database.transaction() as connection:
            connection.execute(insert(TICKET), [values_of(ticket) for ticket, _ in made])
            connection.execute(insert(TICKET_EVENT), [values_of(event) for _, events in made for event in events])


_COURSES: Final = (
    (),
    (EventKind.ANALYSIS_BEGUN, EventKind.ACTIVITY_NOTED),
    (EventKind.ANALYSIS_BEGUN, EventKind.QUESTION_ASKED),
    (EventKind.ANALYSIS_BEGUN, EventKind.QUESTION_ASKED, EventKind.ANSWERED),
    (EventKind.ANALYSIS_BEGUN, EventKind.SOLUTION_SENT),
    (EventKind.ANALYSIS_BEGUN, EventKind.SOLUTION_SENT, EventKind.REFUSED, EventKind.ACTIVITY_NOTED),
)


def _ticket(drawn: Random, number: int, line: Line) -> tuple[TicketRecord, list[TicketEventRecord]]:
    opened = BEGINS + timedelta(minutes=drawn.randrange(330 * 24 * 60))
    name, of = f"{number:010d}", drawn.randint(1, COMPANIES)
    subject, description = (" ".join(drawn.choices(WORDS, k=drawn.randint(*bounds))) for bounds in ((4, 9), (10, 90)))
    events = [
        TicketEvent(
            opened, EventKind.OPENED, TicketParty.CUSTOMER, Severity(drawn.randint(1, 4)), Area.SUSTENTACAO, "suporte"
        )
    ]
    at = opened
    for kind in drawn.choice(_COURSES):
        at += timedelta(hours=drawn.randint(1, 60))
        events.append(TicketEvent(at, kind, TicketParty.STAFF))
    standing = standing_of(events, rules_of(line))
    assert standing.state not in CLOSED
    ticket = TicketRecord(
        name, line.name, of, of, None, drawn.choice(["telephone", "portal"]), "suporte.rm", standing.area.value,
        standing.calendar, "Protheus", "Faturamento", subject, description, int(standing.severity),
        standing.state.value, opened, standing.state_at, standing.forecast_at,
        standing.due.at if standing.due else None, None, at, drawn.choice([None, 1, 2, 3, 4]),
        None, None, None, len(events),
        searchable(name, subject, "Protheus", "Faturamento", description),
    )  # fmt: skip
    records = [
        TicketEventRecord(
            name,
            place,
            of,
            each.at,
            each.kind.value,
            each.party.value,
            "A",
            severity=each.severity,
            area=each.area,
            calendar=each.calendar,
        )
        for place, each in enumerate(events)
    ]
    return ticket, records
