"""A special day has its own windows, whatever the week and the holidays say."""

from __future__ import annotations

from datetime import date

import pytest

from routing.holidays import Calendar
from routing.hours import Closed, Hours, Open
from routing.spans import Dates
from routing.windows import SpecialDay
from tests.routing.example_hours import CALENDAR, CST, EVE, SAO_PAULO, local, special

RECESS = special("recesso", "2026-12-24", "2026-12-30")
WORKED = special("plantão de Natal", "2026-12-25", "2026-12-25", "09:00-10:00")


def cst(*special_days: SpecialDay) -> Hours:
    return Hours("cst", SAO_PAULO, CST.windows, CALENDAR, special_days=special_days)


def test_a_half_day_has_its_own_hours_instead_of_the_weeks() -> None:
    destination = cst(EVE)
    assert destination.at(local("2026-12-24T11:59")) == Open()
    assert destination.at(local("2026-12-24T10:15")) == Closed("break", None, local("2026-12-24T10:30"))
    closed = Closed("special-day", "véspera de Natal", local("2026-12-28T08:00"))
    assert destination.at(local("2026-12-24T14:00")) == closed


def test_special_days_may_be_closed_and_the_next_opening_is_after_them() -> None:
    assert cst(RECESS).at(local("2026-12-23T18:00")) == Closed("night", None, local("2026-12-31T08:00"))
    assert cst(RECESS).at(local("2026-12-28T10:00")) == Closed("special-day", "recesso", local("2026-12-31T08:00"))


def test_a_special_day_comes_before_a_holiday_and_the_first_of_two_holds() -> None:
    assert cst(WORKED, RECESS).at(local("2026-12-25T09:30")) == Open()
    assert cst(RECESS, WORKED).at(local("2026-12-25T09:30")) == Closed(
        "special-day", "recesso", local("2026-12-31T08:00")
    )


def test_a_special_day_needs_dates_and_windows_that_do_not_overlap() -> None:
    with pytest.raises(ValueError, match="'recesso' needs its date"):
        SpecialDay("recesso", Dates(first=date(2026, 12, 24)))
    with pytest.raises(ValueError, match="the special day 'eve' overlap"):
        special("eve", "2026-12-24", "2026-12-24", "08:00-12:00", "11:00-13:00")
    with pytest.raises(ValueError, match="the special day 'nights' overlap"):
        special("nights", "2026-12-24", "2026-12-26", "22:00-06:00", "05:00-07:00")


def test_a_working_day_by_order_is_open_although_a_holiday() -> None:
    ordered = Calendar(state="SP", working=frozenset({date(2026, 4, 21)}))
    assert Hours("h", SAO_PAULO, CST.windows, ordered).at(local("2026-04-21T10:00")) == Open()
