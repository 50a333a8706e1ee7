"""A process asks the carrier for no more calls a second than the account takes."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ivr.worker.token_bucket import NOW, TokenBucket

BEGIN = datetime(2026, 3, 10, 12, tzinfo=UTC)


@given(st.integers(1, 5), st.lists(st.integers(0, 1500), max_size=40))
def test_in_no_second_are_there_more_calls_than_the_account_takes(per_second: int, pauses: list[int]) -> None:
    rate, now, taken = TokenBucket(per_second), BEGIN, list[datetime]()
    for pause in pauses:
        now += timedelta(milliseconds=pause)
        wait = rate.take(now)
        assert NOW <= wait <= timedelta(seconds=1)
        if wait == NOW:
            taken.append(now)
        else:
            # Who comes at the moment that was told is not put off again, where nobody came first.
            assert copy(rate).take(now + wait) == NOW
    for first in taken:
        # The bucket that is full at first gives its tokens, and what comes in that second.
        assert sum(first <= each < first + timedelta(seconds=1) for each in taken) <= 2 * per_second - 1


def test_a_token_that_is_given_back_is_taken_by_the_next() -> None:
    rate = TokenBucket(1)
    assert rate.take(BEGIN) == NOW
    rate.give_back()
    assert rate.take(BEGIN) == NOW
    assert rate.take(BEGIN) == timedelta(seconds=1)


def test_a_clock_that_is_put_back_stops_calls_for_a_second_at_most() -> None:
    rate = TokenBucket(1)
    assert rate.take(BEGIN) == NOW
    assert rate.take(BEGIN - timedelta(hours=1)) == timedelta(seconds=1)
