"""What every test may use: the small line, the shipped line, the demo data, and the server with a clock of its own."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import CodeType

import pytest
from flask import Flask
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache

from data import demo
from data.database import Database
from data.vault import Cost, Vault
from ivr.call.engine import Engine
from ivr.call.lines import Lines
from ivr.flow import folder
from ivr.flow.checks import Rule
from ivr.flow.line import Line
from ivr.source.diagnostics import Diagnostics
from routing.documents import parse_document
from tests.databases import (
    _filled_file,
    _filled_postgres,
    _migrated_file,
    each_migration,
    migrate_new_files_once,
    postgres_server,
)
from tests.databases import summary as pytest_terminal_summary
from tests.line_server import KEY, LineServer
from tests.lines import TUESDAY, EngineCall, make_line
from tests.order import pytest_collection_modifyitems, pytest_xdist_make_scheduler
from tests.tracing import pytest_collection, pytest_runtest_protocol, pytest_runtestloop, pytest_sessionstart

__all__ = [
    "_filled_file",
    "_filled_postgres",
    "_migrated_file",
    "each_migration",
    "postgres_server",
    "pytest_collection",
    "pytest_collection_modifyitems",
    "pytest_runtest_protocol",
    "pytest_runtestloop",
    "pytest_sessionstart",
    "pytest_terminal_summary",
    "pytest_xdist_make_scheduler",
]

os.environ["IVR_LANGUAGE"] = "en"  # whatever the locale of those who run the tests

# A machine under load is no finding. ``make fuzz`` takes the second.
settings.register_profile("server", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile("server")

FLOWS = Path(__file__).parents[1] / "flows"

collect_ignore_glob = ["bad/*", "simulator/apps/*", "schema/whole/*", "call_tests/*.call.yaml"]
"""Call scripts that are no tests of ours: bad ones, and those of applications that tests serve."""


def pytest_configure(config: pytest.Config) -> None:
    config.add_cleanup(_read_shipped_lines_once())
    config.add_cleanup(migrate_new_files_once())
    gc.disable()


def pytest_collection_finish() -> None:
    """What thousands of tests are made of lives until the end: no collection of garbage looks at it at any time."""
    gc.collect()
    gc.freeze()
    gc.enable()


class Now:
    """A clock that stands still until it is set."""

    def __init__(self, moment: datetime = TUESDAY) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture(scope="session")
def small_line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """Every kind of state, and nothing that ops may change."""
    return make_line(tmp_path_factory.mktemp("flows"))


@pytest.fixture(scope="session")
def engine(small_line: Line) -> Engine:
    return Engine(small_line)


@pytest.fixture
def call(engine: Engine) -> EngineCall:
    """A call that has heard the welcome and waits at the first menu."""
    return EngineCall(engine)


@pytest.fixture(autouse=True)
def _log_is_left_as_it_was() -> Iterator[None]:
    """A command that serves sets up the log of its process, which is the tests' own where it is run in one."""
    ours = logging.getLogger("ivr")
    level, raising = ours.level, logging.raiseExceptions
    yield
    ours.setLevel(level)
    logging.raiseExceptions = raising
    logging.captureWarnings(False)


def _read_shipped_lines_once() -> Callable[[], None]:
    """Hundreds of tests use the shipped lines, and reading one takes as long as ten calls: each is read once.

    What is returned makes it as it was.
    """
    read, known = folder.read_line, dict[tuple[Path, tuple[Rule, ...], bool], tuple[Line | None, Diagnostics]]()

    def read_once(
        path: Path,
        now: datetime | None = None,
        *,
        rules: Sequence[Rule] = (),
        advise: bool = True,
        audio: bytes | None = None,
        shown: Path | None = None,
    ) -> tuple[Line | None, Diagnostics]:
        if now or audio is not None or shown or path.parent.resolve() != FLOWS.resolve():
            return read(path, now, rules=rules, advise=advise, audio=audio, shown=shown)
        key = path, tuple(rules), advise
        if key not in known:
            known[key] = read(path, rules=rules, advise=advise)
        return known[key]

    patch = pytest.MonkeyPatch()
    patch.setattr(folder, "read_line", read_once)
    return patch.undo


class _CompiledTemplates(BytecodeCache):
    """Templates by their text, as code."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _templates_are_compiled_once() -> Iterator[None]:
    """Each test has an application of its own, and compiling its pages takes as long as three calls."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", Flask.jinja_options | {"bytecode_cache": _CompiledTemplates()})
        yield


@pytest.fixture(scope="session")
def shipped_line() -> Line:
    return folder.load_line(FLOWS / "4003-0015")


@pytest.fixture(scope="session")
def server_vault() -> Vault:
    return Vault(KEY, Cost.rehearsal())


@pytest.fixture(scope="session")
def _filled(server_vault: Vault) -> Iterator[Database]:
    database = Database("sqlite://")
    database.migrate()
    demo.load(database, server_vault, parse_document)
    yield database
    database.close()


@pytest.fixture
def server_database(_filled: Database) -> Iterator[Database]:
    """The demo data, in memory, for one test."""
    copy = _filled.copy()
    yield copy
    copy.close()


@pytest.fixture
def clock() -> Now:
    return Now()


MakeServer = Callable[..., LineServer]


@pytest.fixture
def make_server(server_database: Database, small_line: Line, clock: Now) -> MakeServer:
    """Builds the application on the small line and the demo data; keywords take the place of either."""

    def build(
        *lines: Line,
        database: Database | None = None,
        public_url: str | None = "http://ivr.test",
        auth_token: str | None = "a token of the tests",
        account_sid: str | None = None,
        pages_url: str | None = None,
        second_person: bool = False,
    ) -> LineServer:
        return LineServer(
            Lines(lines or (small_line,)),
            database or server_database,
            clock,
            public_url=public_url,
            auth_token=auth_token,
            account_sid=account_sid,
            pages_url=pages_url,
            second_person=second_person,
        )

    return build


@pytest.fixture
def server(make_server: MakeServer) -> LineServer:
    """The small line, served with signatures."""
    return make_server()
