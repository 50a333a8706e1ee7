"""What a clock that was a year ahead wrote keeps nothing waiting for a year when it is put right."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from data.due_work import DUE_WORK, schedule
from data.outbox import OUTBOX
from ivr.worker.work_kind import EVERYTHING
from tests.databases import one_of_both
from tests.worker.office import Office

pytestmark = one_of_both("sqlite")

YEAR, HOUR, DAY = timedelta(days=365), timedelta(hours=1), timedelta(days=1)


def test_work_that_a_wrong_clock_put_off_is_done_when_it_is_right(office: Office) -> None:
    right = office.now()
    office.now.moment = right + YEAR
    office.pass_time(5)
    office.now.moment = right
    office.pass_time(5)
    with office.database.reading() as connection:
        latest = connection.execute(select(func.max(DUE_WORK.c.at))).scalar_one()
    assert latest <= right + 2 * DAY
    office.promise()
    office.pass_time(15, ringing=True)
    assert office.callback().note == "reached"


def test_another_process_brings_forward_what_a_wrong_clock_put_off(office: Office) -> None:
    right = office.now()
    office.now.moment = right + YEAR
    office.pass_time(5)
    office.worker.stop()
    office.now.moment = right
    office.worker = office.another_worker(office.now)
    office.promise()
    office.pass_time(15, ringing=True)
    assert office.callback().note == "reached"


def test_a_claim_of_a_wrong_clock_is_over_when_it_is_right(office: Office) -> None:
    with office.database.transaction() as connection:
        schedule(connection, "sweep", EVERYTHING, office.now())
        values = {"claimed_by": "dead", "claimed_until": office.now() + YEAR}
        connection.execute(update(DUE_WORK).values(values))
    office.pass_time(2)
    with office.database.reading() as connection:
        done_at = connection.execute(select(DUE_WORK.c.done_at).where(DUE_WORK.c.kind == "sweep")).scalar_one()
    assert done_at is not None


def test_what_may_have_been_sent_by_a_wrong_clock_is_looked_for(office: Office) -> None:
    office.api.making = ["answer lost"]
    office.promise()
    office.pass_time(1)
    assert office.row().state == "unknown"
    with office.database.transaction() as connection:
        connection.execute(update(OUTBOX).values(state="sending", at=office.now() + YEAR))
    office.pass_time(60, look=10)
    assert (office.made, office.row().state) == (1, "sent")
