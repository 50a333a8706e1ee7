"""``make ha``: Patroni changes the primary under load: by order, where PostgreSQL dies, and where a whole node does."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from data.vault import Vault
from tests.databases import _fill
from tests.line_server import LineServer
from tests.machines.conftest import AT_LENGTH, start_machines
from tests.machines.patroni import PatroniCluster
from tests.machines.programs import program
from tests.machines.traffic import Traffic

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(not AT_LENGTH, reason="make ha: it takes some minutes"),
]

CALLERS = 6
SETTLED = 60


def test_patroni_changes_the_primary_and_no_call_is_lost(
    server_vault: Vault, tmp_path: Path, undisturbed: LineServer
) -> None:
    for name, package in (("haproxy", "haproxy"), ("etcd", "etcd-server"), ("patroni", "patroni")):
        program(name, package)
    with ExitStack() as stack:
        cluster = PatroniCluster()
        stack.callback(cluster.stop)
        url = cluster.create("ivr")
        _fill(url, server_vault)
        machines = start_machines(stack, url, tmp_path)
        events: list[tuple[str, str, Callable[[], object], float]] = [
            ("11", "planned switchover", cluster.switch_over, 10.0),
            ("12", "PostgreSQL killed", lambda: cluster.leader().kill_postgres(), 20.0),
            ("13", "whole node dead", lambda: cluster.leader().kill(), 45.0),
        ]
        for name, what, happens, longest in events:
            cluster.await_both()
            traffic = Traffic(machines.by_call.url, name)
            traffic.begin(CALLERS)
            traffic.account.wait_for(SETTLED, 30)
            began = time.monotonic()
            happens()
            traffic.account.wait_for(SETTLED, longest + 30)
            traffic.end()
            gap = traffic.longest_gap(began)
            print(
                f"Patroni, {what}: {gap:.1f} s without acknowledged turns, {traffic.degraded()} answers meanwhile"
                f" without data, {len(traffic.transcripts)} calls, {len(traffic.led_to_people())} given to people"
            )
            traffic.no_answer_was_bad()
            assert gap < longest
            if what != "planned switchover":  # there every turn may only have had to wait
                assert traffic.degraded() > 0
            assert traffic.led_astray_unexcused(undisturbed) == []
            traffic.agree(url)
