"""What a destination's limits are measured by: calls on its telephones now, in the last hour, and on this day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from data.calls import NewCall, open_call, record_status
from data.database import Database
from data.traffic import Traffic, note_dialled, traffic
from data.turns import CallChanges, TurnRecord, save_turn

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 10, 3, tzinfo=UTC)
"""Of São Paulo."""


def _sid(number: int) -> str:
    return f"CA{number:032x}"


def _rung(database: Database, number: int, at: datetime, *destinations: str, line: str = "ensaio") -> None:
    """A call whose turns rang these destinations, one after another."""
    with database.transaction() as connection:
        open_call(connection, NewCall(_sid(number), line, "v", "+5511987654321", "+551140030015", at, "{}"))
        for turn, destination in enumerate(destinations):
            record = TurnRecord(turn, at, "ligar", "dial", "waits", (), destination, None, "v", "<Response/>")
            save_turn(connection, _sid(number), record, CallChanges(turn + 1, "{}"))
            note_dialled(connection, _sid(number), turn, line, destination, at)


def _traffic(database: Database, but: str = "") -> dict[str, Traffic]:
    with database.reading() as connection:
        return traffic(connection, "ensaio", NOON, MIDNIGHT, but)


def test_a_call_is_on_a_destinations_telephones_until_its_next_turn(database: Database) -> None:
    _rung(database, 1, NOON, "mesa.rm", "mesa.rh")
    assert _traffic(database) == {"mesa.rm": Traffic(0, 1, 1), "mesa.rh": Traffic(1, 1, 1)}


def test_a_call_that_has_ended_is_on_no_telephone(database: Database) -> None:
    _rung(database, 1, NOON, "mesa.rm")
    with database.transaction() as connection:
        record_status(connection, _sid(1), "completed", 3, 40, NOON)
    assert _traffic(database) == {"mesa.rm": Traffic(0, 1, 1)}


def test_a_call_that_rings_a_destination_twice_counts_once(database: Database) -> None:
    _rung(database, 1, NOON, "mesa.rm", "mesa.rm")
    assert _traffic(database) == {"mesa.rm": Traffic(1, 1, 1)}


@pytest.mark.parametrize(
    ("ago", "found"),
    [
        (timedelta(minutes=59), Traffic(1, 1, 1)),
        (timedelta(minutes=60), Traffic(1, 0, 1)),
        (timedelta(hours=4), Traffic(0, 0, 1)),
        (timedelta(hours=9), Traffic(0, 0, 1)),
        (timedelta(hours=9, seconds=1), None),
    ],
)
def test_an_hour_is_the_last_sixty_minutes_and_a_day_is_the_local_one(
    database: Database, ago: timedelta, found: Traffic | None
) -> None:
    """A call is taken to be over after four hours: Twilio ends it then, and its end may never have been told."""
    _rung(database, 1, NOON - ago, "mesa.rm")
    assert _traffic(database) == ({"mesa.rm": found} if found else {})


def test_a_call_does_not_stand_in_its_own_way(database: Database) -> None:
    _rung(database, 1, NOON, "mesa.rm")
    _rung(database, 2, NOON, "mesa.rm")
    assert _traffic(database, but=_sid(1)) == {"mesa.rm": Traffic(1, 1, 1)}


def test_the_destinations_of_another_line_are_others(database: Database) -> None:
    _rung(database, 1, NOON, "mesa.rm", line="internacional")
    assert _traffic(database) == {}
