"""An appointment is confirmed by the other side within 24 hours, or lapses (seed 001, item d)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.folder import load_line
from ivr.tickets.appointments import (
    AppointmentError,
    AppointmentState,
    ProposedTime,
    check_proposed,
    lapses_at,
    next_state,
    overlap,
    within_hours,
)
from ivr.tickets.events import TicketParty
from routing.services import AppointmentRules

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
SHIPPED = Path(__file__).parents[2] / "flows" / "4003-0015"
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=SAO_PAULO)  # a Monday
STARTS = datetime(2026, 3, 12, 14, 0, tzinfo=SAO_PAULO)
LAPSES = NOW + timedelta(hours=24)


@pytest.fixture(scope="module", name="rules")
def _rules() -> AppointmentRules:
    rules = load_line(SHIPPED).routing.table.services["consultoria-do-suporte"].appointments
    assert rules is not None
    return rules


def _moved(wanted: AppointmentState, by: TicketParty, now: datetime, state: str = "proposed") -> AppointmentState:
    return next_state(
        AppointmentState(state),
        wanted,
        by=by,
        proposed_by=TicketParty.STAFF,
        now=now,
        starts_at=STARTS,
        lapses=LAPSES,
    )


def test_the_other_side_confirms_until_just_before_24_hours_are_over() -> None:
    last = LAPSES - timedelta(microseconds=1)
    assert _moved(AppointmentState.CONFIRMED, TicketParty.CUSTOMER, last) is AppointmentState.CONFIRMED
    with pytest.raises(AppointmentError, match="has lapsed"):
        _moved(AppointmentState.CONFIRMED, TicketParty.CUSTOMER, LAPSES)


def test_it_lapses_at_24_hours_and_not_before() -> None:
    assert _moved(AppointmentState.LAPSED, TicketParty.LINE, LAPSES) is AppointmentState.LAPSED
    with pytest.raises(AppointmentError, match="still be confirmed"):
        _moved(AppointmentState.LAPSED, TicketParty.LINE, LAPSES - timedelta(microseconds=1))


def test_24_hours_are_24_hours_where_clocks_are_put_forward() -> None:
    before = datetime(2018, 11, 3, 20, 0, tzinfo=SAO_PAULO)  # São Paulo lost the first hour of 4 November 2018
    lapses = lapses_at(before.astimezone(ZoneInfo("UTC")), STARTS, 24)
    assert lapses.astimezone(SAO_PAULO) == datetime(2018, 11, 4, 21, 0, tzinfo=SAO_PAULO)


def test_an_appointment_that_begins_sooner_lapses_when_it_begins() -> None:
    assert lapses_at(NOW, NOW + timedelta(hours=5), 24) == NOW + timedelta(hours=5)


@pytest.mark.parametrize("by", [TicketParty.STAFF, TicketParty.LINE])
@pytest.mark.parametrize("wanted", [AppointmentState.CONFIRMED, AppointmentState.REFUSED])
def test_who_proposed_a_time_does_not_answer_for_the_other_side(by: TicketParty, wanted: AppointmentState) -> None:
    with pytest.raises(AppointmentError, match="the other side"):
        _moved(wanted, by, NOW)


@pytest.mark.parametrize("state", ["refused", "lapsed", "cancelled", "held"])
@pytest.mark.parametrize("wanted", list(AppointmentState))
@pytest.mark.parametrize("by", list(TicketParty))
def test_nothing_leads_out_of_a_settled_appointment(state: str, wanted: AppointmentState, by: TicketParty) -> None:
    with pytest.raises(AppointmentError):
        _moved(wanted, by, NOW, state)


def test_either_side_cancels_before_it_begins_and_neither_after() -> None:
    for by in (TicketParty.STAFF, TicketParty.CUSTOMER):
        cancelled = _moved(AppointmentState.CANCELLED, by, STARTS - timedelta(seconds=1), "confirmed")
        assert cancelled is AppointmentState.CANCELLED
        with pytest.raises(AppointmentError, match="has begun"):
            _moved(AppointmentState.CANCELLED, by, STARTS, "confirmed")


def test_the_staff_alone_say_that_a_confirmed_one_was_held() -> None:
    assert _moved(AppointmentState.HELD, TicketParty.STAFF, STARTS, "confirmed") is AppointmentState.HELD
    for by, now, state in (
        (TicketParty.CUSTOMER, STARTS, "confirmed"),
        (TicketParty.STAFF, STARTS - timedelta(seconds=1), "confirmed"),
        (TicketParty.STAFF, STARTS, "proposed"),
    ):
        with pytest.raises(AppointmentError):
            _moved(AppointmentState.HELD, by, now, state)


@pytest.mark.parametrize(
    ("starts", "minutes", "fits"),
    [
        ("2026-03-12T08:00", 240, True),
        ("2026-03-12T07:59", 60, False),
        ("2026-03-12T11:30", 31, False),  # into the lunch break
        ("2026-03-12T13:30", 240, True),
        ("2026-03-12T16:31", 60, False),
        ("2026-03-14T09:00", 60, False),  # a Saturday
        ("2026-04-21T09:00", 60, False),  # Tiradentes
    ],
)
def test_a_time_lies_whole_within_the_hours_of_the_service(
    rules: AppointmentRules, starts: str, minutes: int, fits: bool
) -> None:
    proposed = ProposedTime(datetime.fromisoformat(starts).replace(tzinfo=SAO_PAULO), minutes)
    assert within_hours(rules, proposed) is fits
    if not fits:
        with pytest.raises(AppointmentError, match="not given then"):
            check_proposed(rules, proposed, NOW, [])


def test_an_analyst_is_not_at_two_appointments_at_once(rules: AppointmentRules) -> None:
    taken = ProposedTime(STARTS, 60)
    check_proposed(rules, ProposedTime(STARTS + timedelta(minutes=60), 30), NOW, [taken])
    check_proposed(rules, ProposedTime(STARTS - timedelta(minutes=30), 30), NOW, [taken])
    for minutes in (-29, 0, 59):
        with pytest.raises(AppointmentError, match="another appointment"):
            check_proposed(rules, ProposedTime(STARTS + timedelta(minutes=minutes), 30), NOW, [taken])


def test_a_time_that_is_past_or_takes_no_minute_is_refused(rules: AppointmentRules) -> None:
    for proposed in (ProposedTime(NOW, 30), ProposedTime(STARTS, 0), ProposedTime(STARTS, 481)):
        with pytest.raises(AppointmentError):
            check_proposed(rules, proposed, NOW, [])


@given(st.integers(0, 500), st.integers(1, 480), st.integers(0, 500), st.integers(1, 480))
def test_two_overlap_where_a_minute_is_in_both(first: int, long: int, second: int, longer: int) -> None:
    one = ProposedTime(STARTS + timedelta(minutes=first), long)
    other = ProposedTime(STARTS + timedelta(minutes=second), longer)
    common = set(range(first, first + long)) & set(range(second, second + longer))
    assert overlap(one, other) is overlap(other, one) is bool(common)
