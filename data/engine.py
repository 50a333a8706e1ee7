"""A URL becomes an engine here: the driver, the pool, and what each connection is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.pool import StaticPool

from data import sqlite
from data.database_url import hosts_of, in_memory
from data.unavailable import DatabaseUnavailableError


def make_engine(url: URL, wait_seconds: Callable[[], float], patience: float, connections: int) -> Engine:
    """An engine whose connections wait ``wait_seconds`` for a lock and ``patience`` seconds for an answer; it has made
    none yet.
    """
    # hide_parameters: the text of an SQLAlchemy error otherwise repeats what was bound, documents included.
    kept: dict[str, Any] = {"hide_parameters": True}
    if in_memory(url):
        kept |= {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    else:
        kept |= {"pool_size": connections, "max_overflow": 0, "pool_timeout": wait_seconds()}
    if url.get_backend_name() == "postgresql":
        kept |= {"pool_pre_ping": True}
    try:
        engine = create_engine(url, **kept)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise DatabaseUnavailableError(
            f"the driver for {url.drivername} is not installed ({error}); write postgresql:// without a driver"
        ) from None
    if engine.dialect.name == "sqlite":
        sqlite.configure(engine, wait_seconds)
    else:
        # A line on SQLite does without the other driver, which takes longer to load than its own tables.
        from data.postgres import Connector

        Connector(hosts_of(url), wait_seconds(), patience).attach(engine)
    return engine


def make_twin(engine: Engine, wait_seconds: Callable[[], float]) -> Engine:
    """An engine of another database in memory beside that of ``engine``, which has the same tables: both share their
    dialect, and each statement that either has compiled.

    A copy of the demo data lives for one rehearsed call, and would compile every statement of it anew. What is compiled
    is kept under the execution option of that name, without end: the line has some hundreds of statements.
    """
    dialect = engine.dialect
    prepared = dialect.on_connect_url(engine.url)

    def connect() -> Any:
        connection = dialect.connect(":memory:", check_same_thread=False)
        if prepared:
            prepared(connection)
        return connection

    twin = Engine(StaticPool(connect, dialect=dialect), dialect, engine.url, hide_parameters=True)
    compiled = engine.get_execution_options().get("compiled_cache")
    if compiled is None:
        compiled = {}
        engine.update_execution_options(compiled_cache=compiled)
    twin.update_execution_options(compiled_cache=compiled)
    sqlite.configure(twin, wait_seconds)
    return twin
