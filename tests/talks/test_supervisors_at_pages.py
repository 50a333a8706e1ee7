"""A supervisor's page has a telephone of its own: it is rung about a trial, and never about a customer's talk."""

from __future__ import annotations

import pytest

from data.outbox import OutboxRecord
from data.trials import mark_trial
from ivr.call.outgoing import NotSentError
from ivr.call.talks.requests import LEG, TRIAL_LEG, LegRequest, read_leg
from ivr.call.talks.supervising import NO_USER
from ivr.worker.deliveries.talk_leg import TalkLegDelivery, TrialTalkLegDelivery
from tests.databases import one_of_both
from tests.talks.floor import Floor

pytestmark = one_of_both("sqlite")

AT_PAGE = "+5509001234567"
"""No allow-list has it."""


def _asked(floor: Floor) -> tuple[OutboxRecord, LegRequest]:
    """What was asked for last of supervisors' legs."""
    found = [each for each in floor.rows() if each.id.startswith("SV")]
    last = max(found, key=lambda row: (row.created_at, row.id))
    return last, read_leg(last.content)


def test_a_page_rings_about_a_trial_also_for_who_has_no_login(floor: Floor) -> None:
    _, caller = floor.talking()
    with floor.database.transaction() as connection:
        mark_trial(connection, caller.sid, floor.time.now())
    talk = floor.talk(caller)
    assert floor.supervision.listen(NO_USER, talk.id, "(no login)", "127.0.0.1", AT_PAGE) is None
    row, leg = _asked(floor)
    assert (row.kind, row.recipient, leg.at_page) == (TRIAL_LEG, AT_PAGE, True)
    assert leg.path == f"/twilio/supervise/{talk.id}/{NO_USER}"


def test_a_page_never_rings_about_a_customers_talk(floor: Floor) -> None:
    _, caller = floor.talking()
    rui = floor.agent("rui", "1", destination="mesa.rh")
    talk = floor.talk(caller)
    why = floor.supervision.listen(NO_USER, talk.id, "(no login)", "127.0.0.1", AT_PAGE)
    assert "you have no telephone" in str(why)
    assert floor.supervision.listen(rui, talk.id, "rui", "127.0.0.1", AT_PAGE) is None
    row, leg = _asked(floor)
    assert (row.kind, row.recipient, leg.at_page) == (LEG, floor.agent_row(rui).telephone, False)
    assert "at_page" not in row.content, "releases before this one read the row"


def test_only_the_carrier_of_the_pages_rings_what_no_allow_list_has(floor: Floor) -> None:
    _, caller = floor.talking()
    with floor.database.transaction() as connection:
        mark_trial(connection, caller.sid, floor.time.now())
    talk = floor.talk(caller)
    assert floor.supervision.listen(NO_USER, talk.id, "(no login)", "127.0.0.1", AT_PAGE) is None
    row, _ = _asked(floor)
    with pytest.raises(NotSentError, match="may not ring"):
        TalkLegDelivery(floor.tools).send(row)
    with pytest.raises(NotSentError, match="in another process"):
        TrialTalkLegDelivery(floor.tools).send(row)
