"""A row whose answer was lost is looked for, and never sent again for that alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from data.outbox import OutboxFigures
from data.sweep import sweep
from ivr.call.outgoing import OutgoingCall
from ivr.channels.twilio.outgoing_calls import TwilioCalls
from ivr.simulator.rest.callees import CalleeBehaviour
from tests.databases import one_of_both
from tests.worker.office import CALLER, PUBLIC, Office

pytestmark = one_of_both("sqlite")


@pytest.mark.parametrize("ringing", [True, False])
def test_a_call_whose_answer_was_lost_is_not_made_again(office: Office, ringing: bool) -> None:
    office.api.making = ["answer lost"]
    office.promise()
    office.pass_time(1)
    assert office.row().state == "unknown"
    office.pass_time(300, ringing=ringing, look=10)
    office.switchboard.run()
    assert (office.made, office.callback().note, office.row().state) == (1, "reached", "sent")


def test_a_request_that_was_lost_is_sent_again_when_the_list_shows_no_call(office: Office) -> None:
    office.api.making = ["request lost"]
    office.promise()
    office.pass_time(100, look=10)
    # The carrier's list does not show it; but it may still be about to.
    assert (office.made, office.row().state) == (0, "unknown")
    office.pass_time(60, ringing=True, look=10)
    assert (office.made, office.callback().note, office.callback().tries) == (1, "reached", 1)


def test_while_the_carrier_does_not_say_a_call_is_not_made_again(office: Office) -> None:
    office.api.making, office.api.listing = ["request lost"], "no connection"
    office.promise()
    office.pass_time(3600, look=120)
    sweep(office.database, office.now())
    row = office.row()
    assert (office.made, row.state, row.tries) == (0, "unknown", 1)
    assert row.note == "Twilio does not list the account's calls (ConnectionError)"
    assert office.figures() == OutboxFigures(0, 0, 1, 0, oldest_seconds=3600)
    # It is asked less and less often, and goes on when it answers again.
    assert office.api.requests.count("GET") < 15
    office.api.listing = None
    office.pass_time(720, ringing=True, look=120)
    assert (office.made, office.callback().note) == (1, "reached")


def test_an_error_of_the_carriers_servers_proves_nothing(office: Office) -> None:
    office.api.making = [503]
    office.promise()
    office.pass_time(1)
    assert (office.row().state, office.row().note) == ("unknown", "Twilio answered HTTP 503")


def test_a_status_that_comes_before_the_answer_proves_the_call(office: Office) -> None:
    office.api.making, office.api.listing = ["request lost"], "no connection"
    office.promise()
    office.pass_time(1)
    path = f"/twilio/status?reservation={office.row().id}"
    sid = "CA" + "9" * 32
    office.tell(path, sid, CallStatus="initiated", SequenceNumber="0")
    assert (office.row().state, office.row().carrier_sid, office.callback().try_sid) == ("sent", sid, sid)
    office.tell(path, sid, CallStatus="busy", SequenceNumber="1")
    assert office.callback().note == "not reached: busy"


def test_a_reservation_of_none_of_ours_changes_nothing(office: Office) -> None:
    office.promise()
    office.pass_time(1)
    before = office.row(), office.callback()
    for written in ("TR" + "0" * 32, "x", ""):
        path = f"/twilio/status?reservation={written}"
        office.tell(path, "CA" + "9" * 32, CallStatus="busy", SequenceNumber="1")
    assert (office.row(), office.callback()) == before


def test_only_calls_over_the_api_since_the_request_are_taken_for_it(office: Office) -> None:
    now = datetime.now(UTC)

    def listed(direction: str, created: datetime, number: int) -> SimpleNamespace:
        return SimpleNamespace(direction=direction, date_created=created, sid=f"CA{number:032x}", status="completed")

    found = [
        listed("outbound-api", now + timedelta(seconds=9), 1),
        listed("outbound-dial", now, 2),
        listed("inbound", now, 3),
        listed("outbound-api", now - timedelta(seconds=1), 4),
        listed("outbound-api", now, 5),
    ]
    account: Any = SimpleNamespace(calls=SimpleNamespace(list=lambda **_: found))
    call = OutgoingCall("TR", CALLER, "+551140030015", "ensaio", "gente")
    made = TwilioCalls(lambda: account, PUBLIC).made_calls(call, now)
    assert [each.sid for each in made] == [f"CA{number:032x}" for number in (5, 1)]


def test_a_call_of_ours_to_the_same_number_from_before_is_not_taken_for_it(office: Office) -> None:
    # The first try was made and not answered; the second request is lost ten minutes later.
    office.callees[CALLER] = CalleeBehaviour("busy")
    office.promise()
    office.pass_time(5, ringing=True)
    assert office.callback().note == "not reached: busy"
    office.callees[CALLER] = CalleeBehaviour("answered", ring=1, talk=1)
    office.api.making = ["request lost"]
    office.pass_time(900, ringing=True, look=20)
    assert (office.made, office.callback().note, office.callback().tries) == (2, "reached", 2)


def test_an_unknown_row_that_a_person_retries_or_drops_is_settled(office: Office) -> None:
    office.api.making, office.api.listing = ["request lost", "request lost"], "no connection"
    office.promise()
    office.pass_time(60, look=10)
    assert office.worker.outbox.retry(office.row().id) is None
    office.pass_time(60)
    row = office.row()
    assert (row.state, row.tries) == ("unknown", 2)
    assert office.worker.outbox.drop(row.id) is None
    assert (office.row().state, office.callback().note) == ("dropped", "not reached: failed")
    assert office.worker.outbox.drop("TR" + "0" * 32) == "there is no such row"
