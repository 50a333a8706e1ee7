"""What the tests of backups share: both databases, and the command line with the key of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from data.database import Database
from ivr.cli import run
from tests.databases import Kind, database_kind, database_url, server_database
from tests.line_server import KEY
from tests.postgres import PostgresServer

__all__ = ["database_kind", "database_url", "server_database"]

Ivr = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ivr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ivr:
    """Runs a command on the database at ``url``: its exit code, standard output and standard error."""
    monkeypatch.setenv("IVR_SECRET_KEY", KEY.decode())
    monkeypatch.setenv("IVR_FLOWS", str(Path(__file__).parents[2] / "flows"))
    monkeypatch.chdir(tmp_path)

    def command(url: str, *arguments: object) -> tuple[int, str, str]:
        monkeypatch.setenv("IVR_DATABASE_URL", url)
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, database_kind: Kind, tmp_path: Path) -> Iterator[str]:
    """A database without a table, of the same kind as ``database_url``."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create()
    yield url
    server.drop(url)


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Each row of each table."""
    with database.reading() as connection:
        names = [
            name
            for (name,) in connection.execute(
                text(
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                    if database.dialect == "sqlite"
                    else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                )
            )
        ]
        return {
            name: sorted((tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}"'))), key=repr)
            for name in names
        }
