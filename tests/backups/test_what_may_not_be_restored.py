"""What a backup may not be restored from, or into, is refused, told in one line, and left as it is."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from data.database import Database
from tests.backups.conftest import Ivr, everything
from tests.databases import only
from tests.machines.pooler import Pooler

OTHER_KEY = "another key of the tests, 32 bytes"


def _archive(manifest: bytes, dump: bytes) -> bytes:
    """A file of the shape of a backup."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in (("manifest.json", manifest), ("database.dump", dump)):
            head = tarfile.TarInfo(name)
            head.size = len(content)
            archive.addfile(head, io.BytesIO(content))
    return made.getvalue()


def test_a_database_in_use_is_neither_replaced_nor_changed(database_url: str, ivr: Ivr) -> None:
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    running = Database(database_url)
    rows = everything(running)
    code, told, error = ivr(database_url, "restore", "--force", "a.backup")
    assert (code, told) == (2, "")
    assert "nothing was restored" in error
    assert "in use" in error
    assert everything(running) == rows
    running.close()


def test_a_database_that_holds_customers_is_replaced_by_force_only(database_url: str, ivr: Ivr) -> None:
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    database = Database(database_url)
    rows = everything(database)
    with database.transaction() as connection:
        connection.execute(text("DELETE FROM invoice"))
    database.close()
    code, _, error = ivr(database_url, "restore", "a.backup")
    assert code == 2
    assert "which would be gone" in error
    assert ivr(database_url, "restore", "--force", "a.backup")[0] == 0
    database = Database(database_url)
    assert everything(database) == rows
    database.close()


@only("sqlite")
def test_a_backup_is_refused_with_another_key_or_none(
    database_url: str, empty_url: str, ivr: Ivr, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    monkeypatch.setenv("IVR_SECRET_KEY", OTHER_KEY)
    for options in ((), ("--check",)):
        code, _, error = ivr(empty_url, "restore", "a.backup", *options)
        assert code == 2
        assert "was made with another key" in error
    monkeypatch.delenv("IVR_SECRET_KEY")
    code, _, error = ivr(empty_url, "restore", "a.backup")
    assert code == 2
    assert "there is no key here, and a backup holds none" in error
    assert not (tmp_path / "restored.db").exists()
    assert not (tmp_path / "var").exists()


@only("sqlite")
def test_a_backup_that_is_not_whole_is_refused(database_url: str, empty_url: str, ivr: Ivr, tmp_path: Path) -> None:
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    whole = (tmp_path / "a.backup").read_bytes()
    spoiled = bytearray(whole)
    spoiled[len(whole) // 2] ^= 1
    newer = _archive(json.dumps({"format": 99}).encode(), b"")
    for content, why in (
        (whole[: len(whole) // 2], "not a whole one"),
        (whole[:600], "no backup of ivr"),
        (bytes(spoiled), "it is damaged"),
        (b"", "no backup of ivr"),
        (b"hello\n", "no backup of ivr"),
        (newer, "newer release"),
        (_archive(b"[" * 100_000, b""), "its manifest cannot be read"),
    ):
        (tmp_path / "b.backup").write_bytes(content)
        code, told_out, error = ivr(empty_url, "restore", "b.backup")
        assert (code, told_out) == (2, ""), why
        assert why in error
        assert len(error.splitlines()) == 1
    assert not (tmp_path / "restored.db").exists()


@only("postgresql")
def test_a_backup_goes_into_no_other_kind_of_database(database_url: str, ivr: Ivr, tmp_path: Path) -> None:
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    code, _, error = ivr(f"sqlite:///{tmp_path / 'other.db'}", "restore", "a.backup")
    assert code == 2
    assert "is a backup of postgresql" in error


@only("postgresql")
def test_a_pooler_is_neither_backed_up_nor_restored_into(database_url: str, ivr: Ivr, tmp_path: Path) -> None:
    """pg_dump leaves search_path empty in a session, and another's transactions would come to be in it."""
    pooler = Pooler(database_url)
    try:
        pooled = pooler.url(database_url)
        code, _, error = ivr(pooled, "backup", "a.backup")
        assert code == 2
        assert "names a pooler" in error
        assert not (tmp_path / "a.backup").exists()
        assert ivr(database_url, "backup", "a.backup")[0] == 0
        code, _, error = ivr(pooled, "restore", "--force", "a.backup")
        assert code == 2
        assert "names a pooler" in error
    finally:
        pooler.close()


@only("sqlite")
def test_a_backup_that_others_have_written_is_refused(
    database_url: str, empty_url: str, ivr: Ivr, tmp_path: Path
) -> None:
    """Its digests fit; its seal needs the key."""
    file = tmp_path / "a.backup"
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    with tarfile.open(file) as archive:
        told, dumped = (archive.extractfile(name) for name in archive.getnames())
        assert told is not None
        assert dumped is not None
        manifest, dump = json.load(told), dumped.read()
    planted = tmp_path / "planted.db"
    planted.write_bytes(dump)
    with closing(sqlite3.connect(planted)) as database:
        database.execute("UPDATE contact SET blocked = 0")
        database.commit()
    manifest |= {"sha256": hashlib.sha256(planted.read_bytes()).hexdigest(), "size": planted.stat().st_size}
    file.write_bytes(_archive(json.dumps(manifest).encode(), planted.read_bytes()))
    for options in ((), ("--check",)):
        code, _, error = ivr(empty_url, "restore", "a.backup", *options)
        assert code == 2
        assert "was changed since 'ivr backup' wrote it" in error
    assert not (tmp_path / "restored.db").exists()


@only("sqlite")
def test_a_backup_of_a_newer_release_is_refused(database_url: str, empty_url: str, ivr: Ivr, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ivr.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    code, _, error = ivr(empty_url, "restore", "a.backup")
    assert code == 2
    assert "is of a newer release (tables of revision 9999)" in error
    assert not (tmp_path / "restored.db").exists()


@only("sqlite")
def test_another_programs_database_is_replaced_by_force_only(database_url: str, ivr: Ivr, tmp_path: Path) -> None:
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as database:
        database.execute("CREATE TABLE account (number INTEGER)")
    code, _, error = ivr(f"sqlite:///{foreign}", "restore", "a.backup")
    assert code == 2
    assert "tables that the backup has not (account), which would be gone" in error
    with closing(sqlite3.connect(foreign)) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("account",)]
    assert ivr(f"sqlite:///{foreign}", "restore", "--force", "a.backup")[0] == 0


@only("sqlite")
def test_what_to_do_with_a_damaged_database_is_told(database_url: str, ivr: Ivr, tmp_path: Path) -> None:
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    (tmp_path / "ivr.db").write_bytes(b"no database at all" * 1000)
    code, _, error = ivr(database_url, "restore", "--force", "a.backup")
    assert code == 2
    assert "move it away, with ivr.db-wal and -shm beside it, and try again" in error
    for left in tmp_path.glob("ivr.db*"):
        left.rename(tmp_path / f"away-{left.name}")
    assert ivr(database_url, "restore", "a.backup")[0] == 0
