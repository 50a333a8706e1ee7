"""A process that is stopped for a while, or whose clock differs, does not do again what was done meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from data.outbox import CLAIM, OutboxRecord
from ivr.worker.deliveries.call import CallDelivery
from ivr.worker.outbox import STOPPED
from tests.databases import one_of_both
from tests.worker.office import Office

pytestmark = one_of_both("sqlite")


def test_a_process_that_was_stopped_after_its_claim_does_not_send(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = CallDelivery.why_not

    def stopped(self: CallDelivery, connection: object, row: OutboxRecord, now: datetime) -> str | None:
        office.now.moment += 2 * CLAIM
        monkeypatch.setattr(CallDelivery, "why_not", judge)
        return judge(self, connection, row, now)  # type: ignore[arg-type]

    monkeypatch.setattr(CallDelivery, "why_not", stopped)
    office.promise()
    began = office.now()
    for _ in range(20):
        office.worker.step()
        if office.now() > began:
            break
    row = office.row()
    assert (office.made, row.state, row.note) == (0, "waiting", STOPPED)
    office.pass_time(30, ringing=True)
    assert (office.made, office.row().state, office.callback().tries) == (1, "sent", 1)


def test_what_another_took_over_is_left_to_it_by_a_process_that_wakes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = CallDelivery.send

    def asleep(self: CallDelivery, row: OutboxRecord) -> str:
        monkeypatch.setattr(CallDelivery, "send", send)
        # Its request has left and is answered at last; meanwhile another process has found the call in the list.
        sid = send(self, row)
        other = office.another_worker(office.now)
        for _ in range(20):
            office.now.moment += timedelta(seconds=10)
            office.clock.advance(10)
            while not other.step():
                pass
        assert office.row().state == "sent"
        return sid

    monkeypatch.setattr(CallDelivery, "send", asleep)
    office.promise()
    office.pass_time(300, ringing=True, look=10)
    assert (office.made, office.row().state, office.callback().note) == (1, "sent", "reached")


@pytest.mark.parametrize("seconds", [-90, -30, 30, 90])
def test_two_whose_clocks_differ_call_once(office: Office, seconds: int) -> None:
    other = office.another_worker(lambda: office.now() + timedelta(seconds=seconds))
    office.api.making = ["answer lost", "no connection", "request lost"]
    office.promise()
    for _ in range(120):
        other.step()
        office.pass_time(5, look=5)
    office.switchboard.run()
    assert (office.made, office.callback().note, office.callback().tries) == (1, "reached", 1)
