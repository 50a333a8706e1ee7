"""The server on SQLite and on PostgreSQL: fixtures for the folders whose tests hold on both.

A folder takes them in its conftest.py. A test that asks for any of them runs twice; one that is about one database
says so with ``only("sqlite")`` or ``only("postgresql")``. Where there is no PostgreSQL its half is left out, and the
summary says so; with IVR_TEST_REQUIRE_POSTGRES=1 it fails instead.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy.engine import make_url

from data import demo, ticket_words
from data.database import Database
from data.sqlite import driver_of
from data.vault import Vault
from ivr.settings import DATA_DIRECTORY, KEY_FILE
from routing.documents import parse_document
from tests.line_server import KEY
from tests.postgres import NoPostgresError, PostgresServer, start

Kind = Literal["sqlite", "postgresql"]

BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))

LEFT_OUT = "left out, no PostgreSQL"
"""How the reason begins that such tests are skipped for."""

NO_PROGRAM = "left out without "
"""How the reason begins for those that need a program of others."""

REMEDY = (
    "install PostgreSQL (Debian: apt-get install postgresql; macOS: brew install postgresql@17),"
    " or set IVR_TEST_POSTGRES_URL=postgresql://user:password@host/name to one where databases may be created"
)


THOROUGHLY = "IVR_FAULTS" in os.environ
"""``make faults``: as many kills and broken writes on a PostgreSQL server as on SQLite. It takes some minutes more."""


def required() -> bool:
    """Whether a machine that lacks something fails the tests instead of leaving them out."""
    return os.environ.get("IVR_TEST_REQUIRE_POSTGRES") == "1"


def only(kind: Kind) -> pytest.MarkDecorator:
    """For a test (or a module's ``pytestmark``) that is about one of the databases."""
    marks = [pytest.mark.postgres] if kind == "postgresql" else []
    return pytest.mark.parametrize("database_kind", [pytest.param(kind, marks=marks)], indirect=True)


def one_of_both(kind: Kind) -> pytest.MarkDecorator:
    """For a test that holds on both databases: ``make faults`` asks both, ``make test`` the one given."""
    if not THOROUGHLY:
        return only(kind)
    return pytest.mark.parametrize("database_kind", BOTH, indirect=True)


def left_to_the_long_run(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests that only ``make faults`` runs: ``make test`` asks PostgreSQL for one case of each, SQLite for all."""
    if THOROUGHLY:
        return []
    kinds = {item: item.callspec.params.get("database_kind") for item in items if hasattr(item, "callspec")}
    on_both = {_test(item) for item, kind in kinds.items() if kind == "sqlite"}
    asked, left_out = set[str](), list[pytest.Item]()
    for item, kind in kinds.items():
        if kind == "postgresql" and _test(item) in on_both:
            if _test(item) in asked:
                left_out.append(item)
            asked.add(_test(item))
    return left_out


def _test(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def opened_again(database: Database) -> Database:
    """The same content behind an engine that is made now; only what is in memory is a copy."""
    if database.dialect == "sqlite" and not database._engine.url.database:
        return database.copy()
    return Database(database._engine.url.render_as_string(hide_password=False))


# Of the whole session; tests/conftest.py takes these in, so that there is one server and not one a folder.


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server, started when the first test asks for it."""
    try:
        server = start()
    except NoPostgresError as error:
        if required():
            pytest.fail(f"PostgreSQL is required (IVR_TEST_REQUIRE_POSTGRES): {error}; {REMEDY}", pytrace=False)
        pytest.skip(f"{LEFT_OUT}: {str(error)[:100]}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _filled_postgres(postgres_server: PostgresServer, server_vault: Vault) -> str:
    """The name of a database with the demo data, to be copied."""
    url = postgres_server.create()
    _fill(url, server_vault)
    return make_url(url).database or ""


@pytest.fixture(scope="session")
def _filled_file(tmp_path_factory: pytest.TempPathFactory, server_vault: Vault) -> Path:
    """A SQLite file with the demo data, to be copied."""
    path = tmp_path_factory.mktemp("filled") / "ivr.db"
    _fill(f"sqlite:///{path}", server_vault)
    return path


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "ivr.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


def dumped(driver: sqlite3.Connection) -> Iterator[str]:
    """The statements that make a file anew. Of its index of words Python's own dump makes some that cannot be run."""
    made = False
    for statement in driver.iterdump():
        if statement.startswith("CREATE TRIGGER") and not made:
            made = True
            yield f"{ticket_words.STATEMENTS[0]};"
            yield f"{ticket_words.FILL};"
        if statement.startswith("CREATE TRIGGER") or not re.search("ticket_words|writable_schema", statement):
            yield statement


_MIGRATE = Database.migrate


@pytest.fixture
def each_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new database is migrated step by step, as it is in production."""
    monkeypatch.setattr(Database, "migrate", _MIGRATE)


def migrate_new_files_once() -> Callable[[], None]:
    """Hundreds of tests make a SQLite database, and all its migrations take as long as twenty calls: each but the first
    of a process gets the tables, and what stands in them, that the first one had in the end.

    What is returned makes it as it was.
    """
    migrate, made = _MIGRATE, list[str]()

    def migrate_once(database: Database) -> None:
        if database.dialect != "sqlite":
            migrate(database)
            return
        with database.transaction() as connection:
            is_new = not connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1").first()
            if is_new:
                for statement in made:
                    connection.exec_driver_sql(statement)
        migrate(database)  # which sees what is there; of another database it makes the newest
        if is_new and not made:
            with driver_of(database._engine) as driver:
                made.extend(row for row in dumped(driver) if row not in {"BEGIN TRANSACTION;", "COMMIT;"})

    patch = pytest.MonkeyPatch()
    patch.setattr(Database, "migrate", migrate_once)
    return patch.undo


def embed(filled: Path, folder: Path) -> None:
    """Give a line that will be started in ``folder`` its embedded database with the demo data, and the key of that.

    Filling one at the start costs it two seconds of work: passwords are hashed at their full cost.
    """
    kept = folder / DATA_DIRECTORY
    kept.mkdir()
    shutil.copyfile(filled, kept / "line.sqlite")
    (kept / KEY_FILE).write_bytes(KEY)


def _fill(url: str, vault: Vault) -> None:
    database = Database(url)
    database.migrate()
    demo.load(database, vault, parse_document)
    database.close()


# Of one test; a folder whose tests hold on both databases takes these in.


@pytest.fixture(params=BOTH)
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """``sqlite`` or ``postgresql``."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: Kind, tmp_path: Path) -> Iterator[str]:
    """A database with the demo data, for one test, which any number of processes may open."""
    if database_kind == "sqlite":
        path = tmp_path / "ivr.db"
        shutil.copyfile(request.getfixturevalue("_filled_file"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.lend(request.getfixturevalue("_filled_postgres"))
    yield url
    server.give_back(url)


@pytest.fixture
def server_database(request: pytest.FixtureRequest, database_kind: Kind, _filled: Database) -> Iterator[Database]:
    """The demo data, for one test: what is at ``database_url`` where the test asks for that, too; else SQLite is in
    memory.
    """
    shared = database_kind == "postgresql" or "database_url" in request.fixturenames
    database = Database(request.getfixturevalue("database_url")) if shared else _filled.copy()
    yield database
    database.close()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """Says loudly what was left out, below everything else."""
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)]
    left_out = [reason for reason in reasons if LEFT_OUT in reason]
    if left_out:
        why = left_out[0].partition(f"{LEFT_OUT}: ")[2]
        terminalreporter.section("LEFT OUT: PostgreSQL", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(left_out)} tests on PostgreSQL were LEFT OUT ({why}). To run them, {REMEDY}.")
    lacking = sorted({reason.partition(NO_PROGRAM)[2] for reason in reasons if NO_PROGRAM in reason})
    if lacking:
        terminalreporter.section("LEFT OUT: other programs", sep="!", red=True, bold=True)
        terminalreporter.line(f"The tests were LEFT OUT that need {', '.join(lacking)}.")
