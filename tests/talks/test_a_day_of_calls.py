"""A whole day on the real tables: no call lost, none talked to twice, and the report counts as a clerk does."""

from __future__ import annotations

from random import Random

import pytest

from data.database import Database
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.flow.line import Line
from tests.conftest import Now
from tests.databases import one_of_both
from tests.talks.a_day import Day, differences

pytestmark = [one_of_both("sqlite"), pytest.mark.untraced]

CALLS, AGENTS = (500, 20)


def test_a_day_of_500_calls_and_20_agents_is_reported_as_it_is_counted(
    server_database: Database, server_vault: Vault, small_line: Line, clock: Now
) -> None:
    day = Day(server_database, Lines([small_line]), server_vault, clock(), Random(14))
    day.play(CALLS, AGENTS)
    assert differences(day, CALLS) == []
    # An agent who was lost, among others, makes a call come twice.
    assert any(each.startswith("calls that came") for each in differences(day, CALLS - 1))
