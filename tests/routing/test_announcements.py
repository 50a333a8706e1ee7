"""Announcements hold between two moments, and how many a caller hears one after the other is counted rightly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.announcements import Announcement, most_at_once

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

SCOPES = ("*", "suporte", "suporte.rm", "suporte.rm.fiscal", "cst", "suporter")


def _announcement(name: int, scope: str, since: int | None, lasts: int) -> Announcement:
    begins = NOON + since * HOUR if since is not None else None
    return Announcement(str(name), scope, "Aviso.", begins, (begins or NOON) + lasts * HOUR)


announcements = st.lists(
    st.tuples(st.sampled_from(SCOPES), st.none() | st.integers(0, 9), st.integers(1, 5)), min_size=1, max_size=6
).map(lambda made: [_announcement(name, *each) for name, each in enumerate(made)])


def test_it_holds_from_its_first_moment_until_just_before_its_last() -> None:
    made = _announcement(1, "*", 0, 1)
    moments = (NOON - HOUR / 60, NOON, NOON + HOUR - datetime.resolution, NOON + HOUR)
    assert [made.holds(at) for at in moments] == [False, True, True, False]
    assert _announcement(1, "*", None, 1).holds(NOON - 10_000 * HOUR)


def test_one_of_a_family_covers_each_of_it_and_one_of_the_line_none() -> None:
    named = ("suporte", "suporte.rm", "suporter", "cst")
    covered = {scope: [each for each in named if _announcement(1, scope, 0, 1).covers(each)] for scope in SCOPES[:3]}
    assert covered == {"*": [], "suporte": ["suporte", "suporte.rm"], "suporte.rm": ["suporte.rm"]}


@given(announcements)
def test_the_most_at_once_are_those_of_the_moment_with_the_most(made: list[Announcement]) -> None:
    one = made[0]
    moments = [NOON + half * HOUR / 2 for half in range(-4, 40)]
    counted = [sum(each.holds(at) and each.meets(one) for each in made) for at in moments if one.holds(at)]
    assert most_at_once(one, made) == max(counted)
    assert most_at_once(one, made[1:]) == max(counted), "itself is counted once"


@given(announcements)
def test_two_meet_where_some_caller_may_hear_both(made: list[Announcement]) -> None:
    one, other = made[0], made[-1]
    heard = any(one.covers(each) and other.covers(each) for each in SCOPES[1:]) or one.scope == other.scope == "*"
    assert one.meets(other) == heard


@pytest.mark.parametrize(
    ("since", "until"),
    [(NOON, NOON), (NOON + HOUR, NOON), (NOON.replace(tzinfo=None), NOON), (NOON, (NOON + HOUR).replace(tzinfo=None))],
)
def test_one_that_could_never_hold_is_refused(since: datetime, until: datetime) -> None:
    with pytest.raises(ValueError, match="announcement"):
        Announcement("a", "*", "Aviso.", since, until)
