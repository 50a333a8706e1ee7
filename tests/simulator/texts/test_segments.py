"""How many segments a text has, as the vendor bills them.

Source: 3GPP TS 23.038, and Twilio's page on the character limit of messages.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.simulator.texts.segments import EACH_GSM, EACH_UCS, ONE_GSM, ONE_UCS, is_gsm, segments

GSM = "abcXYZ 019@£$àéèÇÑ"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ã" * 70, 1),
        ("ã" * 71, 2),
        ("ã" * 134, 2),
        ("ã" * 135, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 159 + "€", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("Ç" * 160, 1),
        ("ç" * 160, 3),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ã" * 66 + "😀" + "ã" * 66, 3),
    ],
)
def test_a_text_has_as_many_segments_as_its_alphabet_needs(text: str, count: int) -> None:
    assert segments(text) == count


@given(st.text(st.sampled_from(GSM), max_size=400))
def test_a_text_of_the_default_alphabet_fills_its_segments(text: str) -> None:
    assert is_gsm(text)
    assert segments(text) == (1 if len(text) <= ONE_GSM else -(-len(text) // EACH_GSM))


@given(st.text(max_size=200))
def test_no_segment_holds_more_than_its_alphabet_lets_it(text: str) -> None:
    units = len(text.encode("utf-16-le")) // 2
    count = segments(text)
    assert count >= 1
    if not is_gsm(text):
        assert (count == 1) == (units <= ONE_UCS)
        assert count * EACH_UCS >= units or count == 1


@given(st.text(max_size=300), st.text(max_size=50))
def test_a_longer_text_has_no_fewer_segments(text: str, more: str) -> None:
    assert segments(text + more) >= segments(text)
