"""Seconds are digits with three behind a point at most, no longer than a call may be; all else is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.source.seconds import LONGEST_SECONDS, parse_seconds


@given(st.integers(0, LONGEST_SECONDS * 1000))
def test_what_is_written_is_read(thousandths: int) -> None:
    whole, rest = divmod(thousandths, 1000)
    assert parse_seconds(f"{whole}.{rest:03d}") == thousandths / 1000


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1.", ".5", "0.0001", "1e3", "nan", "inf", "1 s", "١", "86400.001"])
def test_anything_else_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match=r"write seconds from 0 to 86400, such as 12 or 0\.5, not"):
        parse_seconds(text)
