"""Whatever a signed request holds, at whatever moment of a call: Twilio gets a document that it takes, and never a 5xx.

About 1,000 bodies; IVR_FUZZ=100000 (``make fuzz``) sends as many on each database.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from data.database import Database
from data.vault import Vault
from ivr.flow.line import Line
from tests.conftest import MakeServer, Now
from tests.databases import one_of_both
from tests.line_server import LineServer, twiml
from tests.properties.bodies import LIVE, UNKNOWN, Knock, knocks
from tests.properties.delivery import Fuzzed, Listener, begin_others, sids
from tests.properties.ways import MOMENTS, Way, employ
from tests.security.canary import PASSWORD, sniffed

BATCH = 20
"""Bodies that one call gets."""

BODIES = {"sqlite": 800, "postgresql": 300}
"""On each database, where IVR_FUZZ does not say."""

REACHED = 0.85
"""Of the states that wait, those that a caller gets into: some offers are made only where an emergency shut a
destination.
"""

unhurried = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _without_a_hole(database: Database, but: set[str]) -> None:
    with database.reading() as connection:
        broken = connection.execute(
            text(
                "SELECT call.sid FROM call LEFT JOIN turn ON turn.call_sid = call.sid GROUP BY call.sid, call.turn"
                " HAVING count(turn.number) <> call.turn OR max(turn.number) <> call.turn - 1"
            )
        ).all()
    assert {sid for (sid,) in broken} <= but


@pytest.fixture
def staffed(
    shipped_lines: list[Line], make_server: MakeServer, server_database: Database, server_vault: Vault
) -> LineServer:
    """The shipped lines, whose staff may close destinations."""
    employ(server_database, server_vault)
    return make_server(*shipped_lines)


@one_of_both("sqlite")
def test_the_ways_lead_into_every_state_that_a_caller_can_reach(
    staffed: LineServer, shipped_lines: list[Line], all_ways: list[Way], clock: Now
) -> None:
    waiting = [node for line in shipped_lines for node in line.states.values() if node.waits]
    assert len({(way.line, way.state) for way in all_ways}) > REACHED * len(waiting)
    server, sid = staffed, sids()
    for way in all_ways:
        clock.moment = way.moment
        own = sid()
        way.go(server, own)
        call = server.call(own)
        assert call is not None
        assert f'"state":"{way.state}"' in call.position


def test_no_body_breaks_the_line_at_any_moment_of_a_call(
    staffed: LineServer,
    all_ways: list[Way],
    server_database: Database,
    clock: Now,
    listener: Listener,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server, sid = staffed, sids()
    clock.moment = MOMENTS[0]
    begin_others(server)
    counted: Counter[int] = Counter()
    went_on_without: set[str] = {LIVE, UNKNOWN}
    bodies = int(os.environ.get("IVR_FUZZ", BODIES[server_database.dialect]))

    @settings(unhurried, max_examples=bodies // BATCH)
    @given(st.sampled_from(all_ways), st.booleans(), st.lists(knocks, min_size=BATCH, max_size=BATCH))
    def fuzz(way: Way, begun: bool, batch: list[Knock]) -> None:
        own = sid()
        # Each call comes in another week, so that nobody's wrong passwords are counted for ever.
        clock.moment = way.moment + timedelta(weeks=sum(counted.values()) // BATCH % 200)
        fuzzed = Fuzzed.led(server, way, own) if begun else Fuzzed(server, own, 0)
        listener.heard.clear()
        for knock in batch:
            counted[fuzzed.deliver(knock)] += 1
            if "at=" in knock.path:
                # Turns that were taken without a database are not in it.
                went_on_without.add(own)
        assert sniffed("\n".join(listener.heard)) == set()

    fuzz()
    _without_a_hole(server_database, went_on_without)
    if "IVR_FUZZ" in os.environ:
        with capsys.disabled():
            print(f"\n{server_database.dialect}: {sum(counted.values())} bodies: {dict(counted)}")


def test_a_canary_that_were_logged_would_be_noticed(listener: Listener) -> None:
    logging.getLogger("ivr.call").warning("turn", extra={"why": f"keyed {PASSWORD}"})
    assert sniffed("\n".join(listener.heard))


@pytest.mark.parametrize("number", [2**31, 10**18, 2**63, 10**30, 10**200])
@pytest.mark.parametrize("fields", [{"QueueResult": "leave"}, {"Digits": "3"}, {}], ids=["queue", "keys", "silence"])
def test_a_turn_of_the_far_future_answers_what_the_caller_hears_now(
    server: LineServer, number: int, fields: dict[str, str]
) -> None:
    server.start()
    now = server.turn(1, Digits="2")
    assert server.turn(number, **fields).data == now.data
    assert len(server.turns()) == 2


@pytest.mark.parametrize("number", [0, 3, 2**31, 10**18, 10**200])
@pytest.mark.parametrize("fields", [{"QueueResult": "leave"}, {"Digits": "3"}], ids=["queue", "keys"])
def test_a_turn_of_an_unknown_call_begins_it_whatever_its_number(
    server: LineServer, number: int, fields: dict[str, str]
) -> None:
    assert twiml(server.turn(number, **fields)).findtext("Redirect") == "/twilio/voice"
    assert server.calls() == 0
