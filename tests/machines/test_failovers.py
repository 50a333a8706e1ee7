"""Three processes behind HAProxy on two PostgreSQL servers: one process dies under load, then the primary does."""

from __future__ import annotations

import time
from collections import defaultdict

import pytest

from tests.line_server import LineServer
from tests.machines.conftest import AT_LENGTH, Machines
from tests.machines.programs import await_that
from tests.machines.proxy import MACHINE_HEADER
from tests.machines.replicated_postgres import ReplicatedPostgres
from tests.machines.traffic import Traffic

pytestmark = [pytest.mark.network, pytest.mark.postgres]

CALLERS = 4
MORE = 15
"""Turns with data between one fault and the next."""


def test_a_process_and_the_primary_die_and_no_call_is_lost_or_astray(
    machines: Machines, databases: ReplicatedPostgres, undisturbed: LineServer
) -> None:
    spread = Traffic(machines.in_turn.url, "01")
    spread.begin(CALLERS)
    spread.account.wait_for(MORE, 10)
    machines.processes[0].kill()
    spread.account.wait_for(2 * MORE, 10)
    spread.end()

    spread.no_answer_was_bad()
    assert spread.led_astray(undisturbed) == []
    answered_by = defaultdict(set)
    for delivery in spread.account.deliveries:
        answered_by[delivery.sid].add(delivery.response.headers.get(MACHINE_HEADER))
    assert all(len(each) > 1 for each in answered_by.values())

    by_call = Traffic(machines.by_call.url, "02")
    by_call.begin(CALLERS)
    by_call.account.wait_for(MORE, 10)
    databases.kill_primary()
    await_that(by_call.degraded, "no caller is served without data", 10)
    began = time.monotonic()
    databases.promote()
    by_call.account.wait_for(2 * MORE, 20)
    by_call.end()

    print(
        f"{len(spread.transcripts)} and {len(by_call.transcripts)} calls, {spread.account.durable} and"
        f" {by_call.account.durable} turns with data; {by_call.longest_gap(began):.2f} s without data,"
        f" {by_call.degraded()} answers meanwhile"
    )
    by_call.no_answer_was_bad()
    assert by_call.led_astray(undisturbed) == []
    for traffic in (spread, by_call):
        traffic.agree(databases.url)


@pytest.mark.skipif(not AT_LENGTH, reason="make ha")
def test_each_process_and_the_primary_die_under_load_at_length(
    machines: Machines, databases: ReplicatedPostgres, undisturbed: LineServer
) -> None:
    """The standby is promoted at once."""
    traffic = Traffic(machines.by_call.url, "03")
    traffic.begin(2 * CALLERS)
    for process in machines.processes:
        traffic.account.wait_for(100, 60)
        process.kill()
        traffic.account.wait_for(100, 60)
        process.start()
        process.wait()
    killed = time.monotonic()
    databases.kill_primary()
    databases.promote()
    traffic.account.wait_for(300, 120)
    traffic.end()
    print(
        f"{len(traffic.transcripts)} calls, {traffic.account.durable} turns with data, 3 processes killed; the primary"
        f" killed and its standby promoted at once: {traffic.longest_gap(killed):.2f} s without data,"
        f" {traffic.degraded()} answers meanwhile"
    )
    traffic.no_answer_was_bad()
    assert traffic.led_astray(undisturbed) == []
    traffic.agree(databases.url)


@pytest.mark.skipif(not AT_LENGTH, reason="make ha")
def test_what_no_standby_confirms_is_not_acknowledged(machines: Machines, databases: ReplicatedPostgres) -> None:
    """The primary alone keeps what it commits to itself: its death would take it along."""
    traffic = Traffic(machines.by_call.url, "04")
    traffic.begin(CALLERS)
    traffic.account.wait_for(MORE, 10)
    databases.kill_standby()
    time.sleep(1)
    alone = traffic.account.durable
    time.sleep(12)
    acknowledged = traffic.account.durable - alone
    traffic.end()
    print(
        f"a primary without its standby: {acknowledged} turns acknowledged, {traffic.degraded()} answered without data"
    )
    traffic.no_answer_was_bad()
    assert acknowledged == 0
    assert traffic.degraded() > 0
