"""The machines of one line, started for the tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.vault import Vault
from tests.databases import LEFT_OUT, _fill, database_kind, database_url, required, server_database
from tests.faults.conftest import undisturbed
from tests.machines.line_process import LineProcess
from tests.machines.programs import program
from tests.machines.proxy import Proxy
from tests.machines.replicated_postgres import ReplicatedPostgres
from tests.postgres import NoPostgresError

__all__ = ["database_kind", "database_url", "server_database", "undisturbed"]

MACHINES = 3

AT_LENGTH = "IVR_HA" in os.environ
"""``make ha``: everything that takes minutes."""


@dataclass
class Machines:
    """Three processes of ``ivr serve`` on one database. ``by_call`` is HAProxy as deploy/ has it; ``in_turn`` is
    another one, which sends each request to the next process.
    """

    processes: list[LineProcess]
    by_call: Proxy
    in_turn: Proxy


def start_machines(stack: ExitStack, database_url: str, folder: Path) -> Machines:
    """Start them, and wait until they answer."""
    processes = []
    for number in range(MACHINES):
        processes.append(LineProcess(database_url, folder / f"machine{number + 1}"))
        stack.callback(processes[-1].close)
    for each in processes:
        each.wait()
    proxies = [Proxy(processes, folder, spread=spread) for spread in (False, True)]
    for proxy in proxies:
        stack.callback(proxy.close)
    return Machines(processes, *proxies)


@pytest.fixture
def databases(server_vault: Vault) -> Iterator[ReplicatedPostgres]:
    """Two PostgreSQL servers with the demo data. Where there is no PostgreSQL, the test is left out, or fails."""
    program("haproxy", "haproxy")
    try:
        pair = ReplicatedPostgres()
    except NoPostgresError as error:
        if required():
            pytest.fail(f"a PostgreSQL of our own is required (IVR_TEST_REQUIRE_POSTGRES): {error}", pytrace=False)
        pytest.skip(f"{LEFT_OUT}: {error}")
    _fill(pair.url, server_vault)
    yield pair
    pair.stop()


@pytest.fixture
def machines(databases: ReplicatedPostgres, tmp_path: Path) -> Iterator[Machines]:
    """Three processes on both databases."""
    with ExitStack() as stack:
        yield start_machines(stack, databases.url, tmp_path)
