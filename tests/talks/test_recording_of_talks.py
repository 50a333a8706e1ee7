"""A talk with a destination that records is recorded on the caller's leg, and nothing that is keyed after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.database import Database
from data.outbox import drop_settled
from data.sweep import OF_TALKS, OF_TALKS_KEPT
from data.vault import Vault
from ivr.call.talks.requests import KINDS
from ivr.flow.folder import load_line
from tests.conftest import Now
from tests.databases import one_of_both
from tests.lines import ROUTING, write_line
from tests.talks.floor import Floor, make_floor

pytestmark = one_of_both("sqlite")


@pytest.fixture
def floor(server_database: Database, server_vault: Vault, clock: Now, tmp_path: Path) -> Iterator[Floor]:
    queue = '    targets: [{queue: fila, wait: 120}, {number: "+551150900106", ring: 20}]\n'
    assert queue in ROUTING
    line = load_line(write_line(tmp_path / "ensaio", routing=ROUTING.replace(queue, f"{queue}    record: yes\n")))
    yield from make_floor(server_database, server_vault, line, clock)


def _asked(floor: Floor) -> list[str]:
    acts = ("record", "pause-recording", "resume-recording", "stop-recording")
    rows = sorted(floor.rows(), key=lambda row: (row.created_at, row.at))
    return [act for row in rows for act in acts if f'"act": "{act}"' in row.content and row.state == "sent"]


def test_a_talk_is_recorded_pauses_in_hold_and_stops_before_the_menu(floor: Floor) -> None:
    ana, caller = floor.talking()
    assert floor.talk(caller).recording_sid is not None
    floor.acts.hold(ana)
    floor.pass_time(3)
    floor.acts.resume(ana)
    floor.pass_time(3)
    floor.acts.end(ana)
    floor.pass_time(3)
    assert _asked(floor) == ["record", "pause-recording", "resume-recording", "stop-recording"]


def test_one_recording_holds_the_talks_of_a_call_that_is_passed_on(floor: Floor) -> None:
    ana, caller = floor.talking()
    floor.agent("bia", "1")
    first = floor.talk(caller)
    assert floor.acts.transfer(ana, "mesa.fila") is None
    floor.pass_time(25)
    again = floor.talk(caller)
    assert again.id != first.id
    assert again.recording_sid == first.recording_sid
    assert _asked(floor) == ["record", "pause-recording", "resume-recording"]


def test_what_was_asked_of_the_carrier_for_talks_is_dropped_after_a_week(floor: Floor) -> None:
    floor.talking()
    assert set(OF_TALKS) == set(KINDS)
    with floor.database.transaction() as connection:
        assert drop_settled(connection, OF_TALKS, floor.time.now() - OF_TALKS_KEPT) == 0
        assert drop_settled(connection, OF_TALKS, floor.time.now() + timedelta(days=1)) >= 3
