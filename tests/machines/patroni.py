"""Two PostgreSQL servers that Patroni looks after, with etcd as the judge, as ``deploy/patroni.yml`` sets them up."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg
import requests

from tests.faults.breakable import children
from tests.machines.programs import Running, await_that, filled, free_port, program
from tests.postgres import _binaries, _user

_PASSWORD = "of the superuser"
_STARTING_SECONDS = 90.0


class PatroniNode:
    """One server: Patroni and the PostgreSQL that it starts."""

    def __init__(self, name: str, etcd: int, folder: Path, user: str | None) -> None:
        self.name = name
        self.port, self.rest = free_port(), free_port()
        self._folder = folder / name
        self._folder.mkdir()
        self._user = user
        if user:
            shutil.chown(self._folder, user)
        self._file = self._folder / "patroni.yml"
        self._file.write_text(
            filled(
                "patroni.yml",
                ("name: postgres1", f"name: {name}"),
                ("10.0.0.21:8008", f"127.0.0.1:{self.rest}"),
                ("10.0.0.31:2379", f"127.0.0.1:{etcd}"),
                ("10.0.0.21:5432", f"127.0.0.1:{self.port}"),
                ("10.0.0.0/24", "127.0.0.0/8"),
                ("local all all peer", "local all all trust"),
                ("/var/lib/postgresql/15/line", str(self._folder / "data")),
                ("/usr/lib/postgresql/15/bin", str(_binaries())),
                ("/var/lib/postgresql/.pgpass-patroni", str(self._folder / "pgpass")),
                ("max_connections: 400", f"max_connections: 400\n        unix_socket_directories: {self._folder}"),
            )
        )
        self.start()

    def start(self) -> None:
        """Start it, or start it again."""
        self._running = Running([program("patroni", "patroni"), str(self._file)], self._folder, user=self._user)

    @property
    def role(self) -> str | None:
        """What it says that it is; None where it does not answer."""
        try:
            told = requests.get(f"http://127.0.0.1:{self.rest}/patroni", timeout=2).json()
        except (requests.RequestException, ValueError):
            return None
        return str(told.get("role")) if told.get("state") == "running" else None

    @property
    def log(self) -> str:
        """What Patroni and its PostgreSQL had to say."""
        return self._running.log

    def kill_postgres(self) -> None:
        """``kill -9`` of PostgreSQL; its Patroni lives."""
        pid = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGSTOP)
        for each in (*children(pid), pid):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)

    def kill(self) -> None:
        """The machine is gone, with everything on it."""
        with suppress(FileNotFoundError, ProcessLookupError):
            postmaster = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
            self._running.kill()
            for each in (*children(postmaster), postmaster):
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
        self._running.kill()

    def close(self) -> None:
        """The end of it."""
        self.kill()
        self._running.close()


class PatroniCluster:
    """Both nodes and their etcd on loopback; the caller stops them."""

    def __init__(self) -> None:
        self._user = _user()
        self._folder = Path(tempfile.mkdtemp(prefix="ivr-ha-", dir="/tmp"))
        self._folder.chmod(0o755)
        etcd = free_port()
        client, peer = (f"http://127.0.0.1:{port}" for port in (etcd, free_port()))
        self._etcd = Running(
            [
                program("etcd", "etcd-server"), "--data-dir", str(self._folder / "etcd"), "--unsafe-no-fsync",
                "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", f"default={peer}",
            ],
            self._folder,
        )  # fmt: skip
        self._etcd.listens(etcd)
        self.nodes = [PatroniNode("postgres1", etcd, self._folder, self._user)]
        self._await_roles("master")
        self.nodes.append(PatroniNode("postgres2", etcd, self._folder, self._user))
        self.await_both()

    def url(self, database: str) -> str:
        """Of a database, as the line is told: whichever node takes writes."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"postgresql://postgres:{_PASSWORD.replace(' ', '%20')}@{hosts}/{database}"

    def create(self, database: str) -> str:
        """A new database; its URL."""
        leader = self.leader()
        where = f"host=127.0.0.1 port={leader.port} user=postgres password='{_PASSWORD}' dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database}")
        return self.url(database)

    def leader(self) -> PatroniNode:
        """The node that takes writes."""
        return next(node for node in self.nodes if node.role in {"master", "primary"})

    def await_both(self) -> None:
        """Until one node takes writes and the other one confirms each of them."""
        await_that(self._is_whole, f"the cluster is not whole: {self._told()}", _STARTING_SECONDS, pause=0.25)

    def switch_over(self) -> None:
        """A planned change: the other node takes over."""
        leader = self.leader()
        other = next(node for node in self.nodes if node is not leader)
        order = {"leader": leader.name, "candidate": other.name}
        requests.post(f"http://127.0.0.1:{leader.rest}/switchover", json=order, timeout=60).raise_for_status()

    def stop(self) -> None:
        """The end of all, and of their folder."""
        for node in self.nodes:
            node.close()
        self._etcd.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _is_whole(self) -> bool:
        for node in self.nodes:
            try:
                members = requests.get(f"http://127.0.0.1:{node.rest}/cluster", timeout=2).json()["members"]
            except (requests.RequestException, ValueError, KeyError):
                return False
            if sorted((each["role"], each["state"] in {"running", "streaming"}) for each in members) != [
                ("leader", True),
                ("sync_standby", True),
            ]:
                return False
        return True

    def _await_roles(self, role: str) -> None:
        await_that(
            lambda: self.nodes[0].role in {role, "primary"},
            f"no node takes writes: {self._told()}",
            _STARTING_SECONDS,
            pause=0.25,
        )

    def _told(self) -> str:
        return "\n".join(node.log[-1500:] for node in self.nodes)
