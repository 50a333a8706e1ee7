"""A URL becomes an engine here: the driver, the pool, and what each connection is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from data import postgres, sqlite
from data.unavailable import DatabaseUnavailableError


def parse_url(url: str) -> URL:
    """The URL of a database that this project knows. Raises DatabaseUnavailableError for any other text."""
    try:
        # Hosts of databases hand out postgres://, which SQLAlchemy does not know.
        parsed = make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))
    except ArgumentError:
        raise DatabaseUnavailableError(
            "the database URL cannot be read; write sqlite:///path/to/file or postgresql://user:password@host/name"
        ) from None
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise DatabaseUnavailableError(
            f"the database '{parsed.get_backend_name()}' is not supported; use sqlite or postgresql"
        )
    return parsed


def in_memory(url: URL) -> bool:
    """True for a SQLite database that ends with its process."""
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}


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
        kept |= {"pool_pre_ping": True, "connect_args": postgres.options(wait_seconds(), patience)}
    try:
        engine = create_engine(url, **kept)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise DatabaseUnavailableError(
            f"the driver for {url.drivername} is not installed ({error}); write postgresql:// without a driver"
        ) from None
    if engine.dialect.name == "sqlite":
        sqlite.configure(engine, wait_seconds)
    else:
        postgres.be_patient(engine, patience)
    return engine
