"""Calls that are decided at the same moment do not share the last place: a limit holds, whatever reads what when."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from data.calls import NewCall, open_call
from data.database import Database
from ivr.call import effects
from ivr.call.facts_changed import FactsChangedError
from ivr.call.lines import Lines
from ivr.call.save_effects import save_effects
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from tests.conftest import Now
from tests.line_server import CALLER, NUMBER, LineServer
from tests.lines import ROUTING, TUESDAY, write_line

CALLS = 6
TELEPHONES = 2

RH = '    targets: [{number: "+551150900105", ring: 20}]\n'


def _sid(number: int) -> str:
    return f"CA{number:032x}"


@pytest.fixture
def limited(tmp_path: Path, server_database: Database) -> LineServer:
    """The small line, on which one destination takes TELEPHONES calls at once."""
    assert RH in ROUTING
    routing = ROUTING.replace(RH, f"{RH}    limits: {{concurrent: {TELEPHONES}}}\n")
    line = load_line(write_line(tmp_path / "ensaio", routing=routing))
    return LineServer(Lines([line]), server_database, Now(), "http://ivr.test", "a token", None)


@contextmanager
def _no_turn_written(url: str) -> Iterator[Callable[[], int]]:
    """Everything can be read and no turn written, until the block ends; what is given counts turns that wait for that,
    as far as the database tells.
    """
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            yield lambda: 0
            writer.execute("ROLLBACK")
        return
    with psycopg.connect(url) as holder:
        holder.execute("LOCK TABLE turn IN EXCLUSIVE MODE")
        yield lambda: len(holder.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchall())
        holder.rollback()


def test_calls_decided_at_the_same_moment_pass_no_limit(limited: LineServer, database_url: str) -> None:
    sids = [_sid(number) for number in range(CALLS)]
    for sid in sids:
        limited.keys("#", sid=sid)
    with ThreadPoolExecutor(CALLS) as threads:
        with _no_turn_written(database_url) as waiting:
            heard = [threads.submit(limited.turn, 2, sid, Digits="2") for sid in sids]
            until = time.monotonic() + 0.5
            while waiting() < CALLS and time.monotonic() < until:
                time.sleep(0.01)
        texts = [each.result(30).text for each in heard]
    assert [each.count("+551150900105") for each in texts].count(1) == TELEPHONES
    assert sum("A mesa está cheia." in each for each in texts) == CALLS - TELEPHONES
    with limited.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM dialled")).scalar_one() == TELEPHONES


def test_a_callback_is_not_promised_beyond_those_of_a_day(server_database: Database, shipped_line: Line) -> None:
    """The facts of both calls said that one more may be promised."""
    table = shipped_line.routing.table
    one_a_day = replace(table, callbacks=replace(table.callbacks, per_day=1))
    line = replace(shipped_line, routing=replace(shipped_line.routing, table=one_a_day))

    def promise(number: int) -> None:
        wanted = effects.CallbackRequested("suporte.gestao", f"+551198765{number:04}", None)
        with server_database.transaction() as connection:
            open_call(connection, NewCall(_sid(number), line.name, line.version, CALLER, NUMBER, TUESDAY, "{}"))
            save_effects(connection, line, _sid(number), 3, [wanted], TUESDAY)

    promise(1)
    with pytest.raises(FactsChangedError, match="as many callbacks as may be"):
        promise(2)
    with server_database.reading() as connection:
        assert list(connection.execute(text("SELECT call_sid FROM callback")).scalars()) == [_sid(1)]
