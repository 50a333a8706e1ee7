"""Working hours of an agent are written in one line, and hold by the clocks of the line."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.flow.working_hours import parse_working_hours

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        ("2026-03-10T08:00", True),  # a Tuesday
        ("2026-03-10T11:59", True),
        ("2026-03-10T12:00", False),
        ("2026-03-10T13:30", True),
        ("2026-03-14T09:00", False),
        ("2026-03-14T22:00", True),  # Saturday night
        ("2026-03-15T05:59", True),
        ("2026-03-15T06:00", False),
        ("2026-03-15T22:00", False),
    ],
)
def test_hours_hold_on_their_days_and_into_the_next_morning(moment: str, holds: bool) -> None:
    hours = parse_working_hours(" seg-qua,  qui, sex 08:00-12:00,13:30-18:00 ; sáb 22:00-06:00")
    assert hours.text == "seg-qua, qui, sex 08:00-12:00,13:30-18:00 ; sáb 22:00-06:00"
    local = datetime.fromisoformat(moment).replace(tzinfo=SAO_PAULO)
    assert hours.holds(local.astimezone(UTC), SAO_PAULO) is holds


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "'' are no working hours; write them like seg-sex 08:00-12:00, 13:30-18:00; sab 09:00-13:00"),
        ("seg-sex", "'seg-sex' are no working hours"),
        ("08:00-12:00", "'08:00-12:00' are no working hours"),
        ("seg-sex 08:00-12:00;", "'' are no working hours"),
        ("seg-sex 08:00", "'08:00' is no stretch of a day"),
        ("hoje 08:00-12:00", "'hoje' is no day of the week"),
        ("seg 08:00-25:00", "'08:00-25:00' holds no time of day"),
        (
            "seg-sex 08:00-12:00; qua 11:00-13:00",
            "the windows 08:00-12:00 and 11:00-13:00 of the working hours overlap",
        ),
        ("seg 08:00-12:00" * 20, "working hours have 200 characters at most"),
    ],
)
def test_what_are_no_hours_is_told(written: str, told: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_working_hours(written)
    assert str(caught.value).startswith(told)
