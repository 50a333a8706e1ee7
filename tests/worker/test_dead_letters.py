"""A row that is refused, or was tried too often, is a dead letter until a person decides on it."""

from __future__ import annotations

import logging

import pytest

from ivr.worker.backoff import MOST_TRIES
from tests.databases import one_of_both
from tests.worker.office import CALLER, Office

pytestmark = one_of_both("sqlite")


def test_what_is_refused_for_good_is_a_dead_letter_and_a_try(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.api.making = [400]
    office.promise()
    office.pass_time(1)
    assert (office.row().state, office.callback().note) == ("dead", "not reached: failed")
    assert office.figures().dead == 1
    (told,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert told.getMessage() == "dead letter"
    assert CALLER not in caplog.text
    # The callback has its second try all the same.
    office.pass_time(700, ringing=True, look=20)
    assert (office.made, office.callback().note, office.callback().tries) == (1, "reached", 2)


def test_a_dead_letter_that_a_person_retries_is_sent(office: Office) -> None:
    office.api.making = [401 for _ in range(2 * MOST_TRIES)]
    office.promise()
    office.pass_time(3 * 3600, look=180)
    row = office.row()
    assert (row.state, row.tries, office.callback().note) == ("dead", MOST_TRIES, "not reached in 2 tries: failed")
    assert office.worker.outbox.retry(row.id) is None
    office.pass_time(1, ringing=True)
    assert (office.made, office.row().state, office.callback().note) == (1, "sent", "reached")
    assert office.worker.outbox.retry(row.id) == "it is sent"


def test_a_dead_letter_of_a_callback_that_was_reached_is_too_late(office: Office) -> None:
    office.api.making = [400]
    office.promise()
    office.pass_time(1)
    dead = office.row()
    office.pass_time(700, ringing=True, look=20)
    assert office.callback().note == "reached"
    told = office.worker.outbox.retry(dead.id)
    assert told == "it is too late: what it was for is done, over, or tried otherwise"
    assert office.made == 1


def test_a_dead_letter_of_a_caller_who_asked_again_since_is_too_late(office: Office) -> None:
    office.api.making = [400, 400]
    office.promise()
    office.pass_time(700, look=20)
    dead = office.row()
    assert (office.callback().note, dead.state) == ("not reached in 2 tries: failed", "dead")
    office.promise("CA" + "7" * 32)
    told = office.worker.outbox.retry(dead.id)
    assert told == "it is too late: what it was for is done, over, or tried otherwise"
    office.pass_time(15, ringing=True)
    assert (office.made, [row.state for row in office.rows()]) == (1, ["sent", "dead", "dead"])
