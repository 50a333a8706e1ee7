"""PgBouncer in transaction mode before a PostgreSQL server, with the configuration of ``deploy/pgbouncer.ini``."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.machines.programs import Running, filled, free_port, program
from tests.postgres import OWNER, _user

_PASSWORD = "a password of the tests"


class Pooler:
    """PgBouncer before the databases of a server; it has fewer ``sessions`` than clients, so that two transactions of a
    client are seldom in the same one.
    """

    def __init__(self, server_url: str, *, sessions: int = 2) -> None:
        command = program("pgbouncer", "pgbouncer")
        server = make_url(server_url)
        behind = f"* = host={server.query.get('host') or server.host} user={server.username} port={server.port or 5432}"
        if server.password:
            behind += f" password='{server.password}'"
        self.port = free_port()
        user = _user()  # PgBouncer refuses to run as root as well
        folder = self._folder = Path(tempfile.mkdtemp(prefix="ivr-pgb-", dir="/tmp"))
        if user:
            shutil.chown(folder, user)
        (folder / "userlist.txt").write_text(f'"{OWNER}" "{_PASSWORD}"\n')
        (folder / "pgbouncer.ini").write_text(
            filled(
                "pgbouncer.ini",
                ("ivr = host=127.0.0.1 port=5432", behind),
                ("listen_addr = 10.0.0.21", "listen_addr = 127.0.0.1"),
                ("listen_port = 6432", f"listen_port = {self.port}"),
                ("/etc/pgbouncer/userlist.txt", str(folder / "userlist.txt")),
                ("default_pool_size = 40", f"default_pool_size = {sessions}"),
            )
        )
        self._running = Running([command, str(folder / "pgbouncer.ini")], folder, user=user)
        self._running.listens(self.port)

    def url(self, database_url: str) -> str:
        """The same database behind the pooler."""
        name = make_url(database_url).database
        return f"postgresql://{OWNER}:{_PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/{name}"

    @property
    def log(self) -> str:
        """What PgBouncer had to say."""
        return self._running.log

    def close(self) -> None:
        """The end of it."""
        self._running.close()
        shutil.rmtree(self._folder, ignore_errors=True)
