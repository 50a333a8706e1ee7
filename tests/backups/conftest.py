"""What the tests of backups share: both databases, and the command line with the key of the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.cli import run
from tests.databases import database_kind, database_url, server_database
from tests.line_server import KEY

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
