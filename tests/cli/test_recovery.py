from __future__ import annotations

import logging
from pathlib import Path

import pytest

from data.database import Database
from ivr.call.lines import Lines
from ivr.cli.recovery import Recovery
from ivr.web.health import Health


def test_a_damaged_database_is_told_once_and_so_is_its_return(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "line.sqlite"
    path.write_text("no database " * 1000)
    database = Database(f"sqlite:///{path}")
    database.prepare_by(database.migrate)
    recovery = Recovery(database)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            recovery.probe()
        path.unlink()
        for _ in range(3):
            recovery.probe()
    told = [(record.message, getattr(record, "state", None)) for record in caplog.records]
    assert told == [("the database is not there", "damaged"), ("the database is there", None)]
    assert "restore a good copy" in caplog.records[0].why  # type: ignore[attr-defined]
    database.close()


def test_health_tells_a_damaged_database_apart_from_one_that_is_away(tmp_path: Path) -> None:
    told = []
    for name, spoil in (("folder", Path.mkdir), ("junk", lambda path: path.write_text("no database " * 1000))):
        spoil(tmp_path / name)
        database = Database(f"sqlite:///{tmp_path / name}")
        database.prepare_by(database.migrate)
        database.recover()
        told.append(Health(Lines([]), database.standing).told()["database"])
        database.close()
    assert told == ["does not answer", "is damaged"]
