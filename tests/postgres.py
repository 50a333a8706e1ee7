"""A PostgreSQL server for the tests: somebody's, of which only databases of our own are used, or a private one.

A private server listens on a socket in a folder of its own and nowhere else, and ends with the process that started
it, however that ends: a watcher holds it and waits for a word on its standard input, or for the end of that.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

OWNER = "ivr"

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""For a server whose content nobody needs once the machine goes down."""

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "400",
    "shared_buffers": "32MB",
    # Neither UTC nor ours: whatever takes the server's hour for its own shows here.
    "timezone": "Asia/Kathmandu",
}

_OTHERS_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"

_NEXT_WRITER = "SELECT pg_snapshot_xmax(pg_current_snapshot())"
"""The next transaction that writes, in whichever database of the server."""

_ROOM = 2**30
"""Bytes that must be free in memory for a server to be kept there."""

_PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin")

_WATCH = """
import shutil, signal, subprocess, sys
user, folder, *command = sys.argv[1:]
server = subprocess.Popen(command, cwd=folder, user=user or None, group=None, extra_groups=[] if user else None)
print(server.pid, flush=True)
sys.stdin.readline()
if server.poll() is None:
    server.send_signal(signal.SIGCONT)
    server.send_signal(signal.SIGQUIT)
server.wait()
shutil.rmtree(folder, ignore_errors=True)
"""


class NoPostgresError(Exception):
    """There is no PostgreSQL here; the text says why and what to do."""


@dataclass
class PostgresServer:
    """A running server. ``url`` is of its maintenance database; ``pid`` is None where the server is somebody else's."""

    url: str
    pid: int | None = None
    log: Path | None = None
    """What a private server had to say."""
    _watcher: subprocess.Popen[str] | None = None
    _made: list[str] = field(default_factory=list)
    _lent: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By URL: the template of what is lent, and how far the server had written when it was."""
    _unwritten: dict[str, list[str]] = field(default_factory=dict)
    """By template: what came back as it was lent."""
    _lending: psycopg.Connection | None = None
    """Kept for all that is lent and given back: a server makes a process for each connection."""

    @classmethod
    def at(cls, url: str) -> PostgresServer:
        """The server that answers at ``url``. Raises NoPostgresError where none does."""
        server = cls(url)
        server._await(time.monotonic())
        return server

    @classmethod
    def private(cls, below: Path = Path("/tmp"), **settings: str) -> PostgresServer:
        """A server of our own with ``settings`` besides; the caller stops it. Raises NoPostgresError.

        Names of sockets have some hundred characters at most, so it is kept in a folder ``below`` a short one.
        """
        binaries = _binaries()
        user = _user()
        folder = Path(tempfile.mkdtemp(prefix="ivr-pg-", dir=below))
        if user:
            shutil.chown(folder, user)
        try:
            made = subprocess.run(
                [
                    str(binaries / "initdb"), "--pgdata", str(folder / "data"), "--username", OWNER, "--auth", "trust",
                    "--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions",
                ],
                cwd=folder, user=user, extra_groups=[] if user else None, capture_output=True, text=True, check=False,
            )  # fmt: skip
            if made.returncode:
                raise NoPostgresError(f"initdb failed: {' '.join(made.stderr.split())[-300:]}")
            return cls._started(folder, binaries, user, _SETTINGS | settings)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    @classmethod
    def standby_of(cls, primary: PostgresServer, below: Path = Path("/tmp"), **settings: str) -> PostgresServer:
        """A server of our own that follows ``primary``, a private one; the caller stops it. Raises NoPostgresError."""
        binaries = _binaries()
        user = _user()
        folder = Path(tempfile.mkdtemp(prefix="ivr-pg-", dir=below))
        if user:
            shutil.chown(folder, user)
        try:
            made = subprocess.run(
                [
                    str(binaries / "pg_basebackup"), "--pgdata", str(folder / "data"), "--dbname", primary.url,
                    "--write-recovery-conf", "--checkpoint", "fast", "--no-sync",
                ],
                cwd=folder, user=user, extra_groups=[] if user else None, capture_output=True, text=True, check=False,
            )  # fmt: skip
            if made.returncode:
                raise NoPostgresError(f"pg_basebackup failed: {' '.join(made.stderr.split())[-300:]}")
            return cls._started(folder, binaries, user, _SETTINGS | settings)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    @classmethod
    def _started(cls, folder: Path, binaries: Path, user: str | None, settings: dict[str, str]) -> PostgresServer:
        options = [f"--{name}={value}" for name, value in settings.items()]
        command = [str(binaries / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *options]
        log = folder / "log"
        with log.open("wb") as written:
            watcher = subprocess.Popen(
                [sys.executable, "-c", _WATCH, user or "", str(folder), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=written,
                text=True,
                start_new_session=True,  # the Ctrl-C of whoever runs the tests is for the tests
            )
        assert watcher.stdout is not None
        pid = watcher.stdout.readline().strip()
        port = f"&port={settings['port']}" if "port" in settings else ""
        server = cls(f"postgresql://{OWNER}@/postgres?host={folder}{port}", int(pid or 0), log, watcher)
        try:
            server._await(time.monotonic() + 60)
        except BaseException:
            server.stop()
            raise
        return server

    def create(self, template: str = "template0") -> str:
        """A new database, a copy of ``template`` (to which nobody is connected); its URL."""
        name = f"ivr_test_{uuid.uuid4().hex}"
        # Copying its files takes a third of the time of copying what is in them; before version 15 there is no choice.
        strategy = " STRATEGY FILE_COPY" if self._version >= 150000 else ""
        self._command(f"CREATE DATABASE {{}} TEMPLATE {{}}{strategy}", name, template)
        self._made.append(name)
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    @cached_property
    def _version(self) -> int:
        """150004 for 15.4."""
        with psycopg.connect(self.url) as connection:
            return connection.info.server_version

    def drop(self, url: str) -> None:
        """Drop a database that was created here, whoever is still connected."""
        name = make_url(url).database or ""
        self._made.remove(name)
        self._command("DROP DATABASE {} WITH (FORCE)", name)

    def lend(self, template: str) -> str:
        """The URL of a copy of ``template``, new or given back by a test that wrote nothing into it."""
        if self._lending is None:
            self._lending = psycopg.connect(self.url, autocommit=True)
        waiting = self._unwritten.setdefault(template, [])
        url = waiting.pop() if waiting else self.create(template)
        self._lent[url] = template, self._written(url)
        return url

    def give_back(self, url: str) -> None:
        """Keep what was lent for the next test, or drop it where the server has written anything since."""
        template, before = self._lent.pop(url)
        if self._written(url) == before:
            self._unwritten[template].append(url)
        else:
            self.drop(url)

    def _written(self, url: str) -> str:
        """The next transaction that writes, once nobody is connected to ``url``."""
        assert self._lending is not None
        self._lending.execute(_OTHERS_END, [make_url(url).database])
        row = self._lending.execute(_NEXT_WRITER).fetchone()
        return str(row and row[0])

    def stop(self) -> None:
        """The end of a private server and its folder; of another, the end of our databases in it."""
        if self._lending is not None:
            self._lending.close()
            self._lending = None
        if self._watcher is None:
            for name in list(self._made):
                self._made.remove(name)
                self._command("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
            return
        self._watcher.communicate("stop\n", timeout=60)
        self._watcher = None

    def _command(self, statement: str, *names: str) -> None:
        written = sql.SQL(statement).format(*map(sql.Identifier, names))
        if self._lending is not None:
            self._lending.execute(written)
            return
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(written)

    def _await(self, until: float) -> None:
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                gone = self._watcher is not None and self._watcher.poll() is not None
                if gone or time.monotonic() > until:
                    told = self.log.read_text() if self.log and self.log.exists() else str(error)
                    raise NoPostgresError(f"PostgreSQL does not answer: {' '.join(told.split())[-300:]}") from None
            time.sleep(0.02)


def start() -> PostgresServer:
    """The server at IVR_TEST_POSTGRES_URL where that is set, else a private one. Raises NoPostgresError."""
    given = os.environ.get("IVR_TEST_POSTGRES_URL")
    if given:
        return PostgresServer.at(given)
    # A database for each test is some 350 files: in memory they are made five times as fast.
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    return PostgresServer.private(memory if roomy else Path("/tmp"), **FAST)


def _binaries() -> Path:
    """The folder that holds the newest ``initdb`` and ``postgres``."""
    for folder in _candidates():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgresError("no PostgreSQL was found (initdb, postgres)")


def _candidates() -> Iterator[Path]:
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent
    config = shutil.which("pg_config")
    if config:
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(asked.stdout.strip())
    for pattern in _PLACES:
        yield from sorted(Path("/").glob(pattern[1:]), key=_version, reverse=True)


def _version(folder: Path) -> int:
    return int("".join(filter(str.isdigit, folder.parent.name)) or 0)


def _user() -> str | None:
    """PostgreSQL refuses to run as root, so root runs it as somebody with fewer rights."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NoPostgresError("PostgreSQL refuses to run as root, and there is no user 'nobody' to run it as")
