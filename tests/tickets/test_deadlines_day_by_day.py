"""A deadline agrees with an oracle that watches the date on the wall, and a reminder with one that watches the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.acceptance import AcceptanceDays, deadline, reminder_at
from ivr.tickets.events import EventKind, TicketEvent
from tests.tickets.minutes import MINUTE
from tests.tickets.test_forecasts_minute_by_minute import BUILT, PLACES

ZONES = [ZoneInfo(name) for name in ("America/Sao_Paulo", "America/Santiago", "America/Mexico_City", "UTC")]
MOMENTS = st.datetimes(datetime(2018, 1, 1), datetime(2026, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)
DAYS = st.builds(
    AcceptanceDays,
    acceptance=st.integers(1, 20),
    postponed=st.integers(1, 40),
    reminder=st.just(0),
    answer=st.integers(1, 20),
)


def midnight_after(sent: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The first minute in which the wall shows a date more than ``days`` after that of ``sent``."""
    last = sent.astimezone(zone).date() + timedelta(days=days)
    now = sent + timedelta(days=days) - timedelta(hours=26)
    while now.astimezone(zone).date() <= last:
        now += MINUTE
    return now


@pytest.mark.untraced
@given(sent=MOMENTS, zone=st.sampled_from(ZONES), days=DAYS, postponed=st.booleans(), question=st.booleans())
def test_a_deadline_is_when_the_date_on_the_wall_has_passed(
    sent: datetime, zone: ZoneInfo, days: AcceptanceDays, postponed: bool, question: bool
) -> None:
    events = [TicketEvent(sent, EventKind.QUESTION_ASKED if question else EventKind.SOLUTION_SENT)]
    waited = days.answer if question else days.acceptance
    if postponed and not question:
        events.append(TicketEvent(sent + timedelta(hours=3), EventKind.POSTPONED))
        waited += days.postponed
    found = deadline(events, zone, days)
    assert found is not None
    assert found.at.astimezone(UTC) == midnight_after(sent, waited, zone)
    assert found.may_postpone(midnight_after(sent, days.acceptance, zone) - MINUTE) is not (postponed or question)
    assert not found.may_postpone(midnight_after(sent, days.acceptance, zone))


@pytest.mark.untraced
@pytest.mark.parametrize("name", PLACES)
@given(data=st.data())
def test_a_reminder_comes_in_desk_hours_and_before_the_deadline(name: str, data: st.DataObject) -> None:
    place = PLACES[name]
    desk = place.desks[data.draw(st.sampled_from(sorted(place.desks)))]
    begins, ends = datetime(place.year, 1, 2, tzinfo=UTC), datetime(place.year, 12, 1, tzinfo=UTC)
    sent = begins + MINUTE * data.draw(st.integers(0, (ends - begins) // MINUTE))
    found = deadline([TicketEvent(sent, EventKind.SOLUTION_SENT)], desk.zone)
    assert found is not None
    reminder = reminder_at(found, BUILT[name][desk.name])
    assert reminder is not None
    at = reminder.astimezone(UTC)
    assert sent <= at < found.at
    assert desk.works(at)
    day_of_it = midnight_after(sent, 12, desk.zone)  # 15 days less 2, the first minute of that day
    works = [day_of_it + MINUTE * each for each in range((found.at.astimezone(UTC) - day_of_it) // MINUTE)]
    first = next((each for each in works if desk.works(each)), None)
    if first is not None:
        assert at == first
    else:  # the last day before that works at all, from its first working minute on
        assert at < day_of_it
        later = (at.astimezone(desk.zone).date() + timedelta(days=1)).isoformat()
        tomorrow = next(
            each
            for each in (at + MINUTE * n for n in range(3000))
            if each.astimezone(desk.zone).date().isoformat() == later
        )
        assert not any(desk.works(tomorrow + MINUTE * each) for each in range((day_of_it - tomorrow) // MINUTE))
