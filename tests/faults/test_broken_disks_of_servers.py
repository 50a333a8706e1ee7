"""The same broken disk under a PostgreSQL server: it may panic and come back, but nothing that was answered is lost.

The server is started with tests/faults/faulty.c before it (Linux only), durable as in production.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from data.vault import Vault
from tests.databases import THOROUGHLY, _fill
from tests.faults.breakable import BreakableServer
from tests.faults.calling import Calling
from tests.faults.company import IDENTIFIED, LOOKING
from tests.faults.conftest import breakable_servers, faulty_disk
from tests.faults.disk import BROKEN, NO_SPACE, FaultyDisk
from tests.faults.served import Connected
from tests.line_server import LineServer

pytestmark = [pytest.mark.network, pytest.mark.postgres]

NUMBERS = range(1, 101) if THOROUGHLY else (1, 2, 7, 12)
"""Which write fails. A server writes when it likes, so that these are other ones each time."""

MOST_CALLS = 4
"""In which a write of that number must have come."""


@dataclass
class OnServer:
    """A server, its server, and the server's disk."""

    line: Calling
    server: BreakableServer
    disk: FaultyDisk
    url: str


@pytest.fixture(scope="module")
def started(server_vault: Vault) -> Iterator[tuple[Connected, BreakableServer, FaultyDisk, str]]:
    """One server for all tests of this file: each of them leaves it as it was, or has found a fault."""
    with faulty_disk("/ivr-pg-") as disk, pytest.MonkeyPatch.context() as patch, breakable_servers() as make:
        for name, value in disk.environment.items():
            patch.setenv(name, value)
        server = make()
        url = server.create()
        _fill(url, server_vault)
        with Connected(url, lock_wait=2) as served:
            yield served, server, disk, url


@pytest.fixture
def on_server(
    started: tuple[Connected, BreakableServer, FaultyDisk, str], undisturbed: LineServer
) -> Iterator[OnServer]:
    served, server, disk, url = started
    line = Calling(served, undisturbed)
    yield OnServer(line, server, disk, url)
    line.close()
    disk.lift()


def test_a_failed_write_of_a_server_gives_twiml_and_loses_no_answer(
    on_server: OnServer,
) -> None:
    failed = 0
    for number in NUMBERS:
        on_server.disk.fail(number, NO_SPACE if number % 2 else BROKEN)
        for _ in range(MOST_CALLS):
            on_server.line.call(IDENTIFIED)
            if on_server.disk.failed:
                break
        failed += on_server.disk.failed
        on_server.disk.lift()
        on_server.server.recover(on_server.url)
    print(f"{failed} writes failed")
    assert failed > len(NUMBERS) // 2
    on_server.line.usual(IDENTIFIED)
    on_server.line.agree(on_server.url)


def test_a_server_on_a_full_disk_is_done_without_until_there_is_space(on_server: OnServer) -> None:
    on_server.disk.fill()
    assert on_server.line.call(LOOKING).failures == []
    assert len([event for event in on_server.line.call(IDENTIFIED).events if event.kind == "dial"]) == 1
    assert on_server.disk.failed > 0
    on_server.disk.lift()
    on_server.server.recover(on_server.url)
    on_server.line.usual(IDENTIFIED)
    on_server.line.agree(on_server.url)


@pytest.mark.skipif(not THOROUGHLY, reason="make faults: a slow disk below SQLite tells as much")
def test_a_server_with_three_hundred_milliseconds_a_sync_is_waited_for(on_server: OnServer) -> None:
    on_server.disk.slow(0.3)
    on_server.line.usual(IDENTIFIED)
    assert on_server.disk.syncs > 5
    on_server.disk.lift()
    on_server.line.agree(on_server.url)
