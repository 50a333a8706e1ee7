"""<Pause>.

Source: Twilio, "TwiML Voice: <Pause>" (twilio.com/docs/voice/twiml/pause).
"""

from __future__ import annotations

import pytest

from ivr.simulator import voice
from tests.webapps import WebApp, call, codes, events


@pytest.mark.parametrize(("length", "seconds"), [("", 1), ('length="7"', 7), ('length="0"', 0)])
def test_it_lasts_its_length_and_one_second_by_default(length: str, seconds: int) -> None:
    transcript = call(WebApp().page("/voice", f"<Say>a</Say><Pause {length}/>"))
    assert events(transcript, "pause")[0]["seconds"] == seconds
    assert transcript.duration == pytest.approx(voice.spoken("a") + seconds)


def test_a_wrong_length_is_13910_and_it_lasts_one_second() -> None:
    transcript = call(WebApp().page("/voice", '<Say>a</Say><Pause length="long"/>'))
    assert codes(transcript) == [13910]
    assert events(transcript, "pause")[0]["seconds"] == 1


def test_as_the_first_verb_it_lets_the_call_ring_on() -> None:
    app = WebApp().page("/voice", '<Pause length="3"/><Reject reason="busy"/>')
    assert call(app).status == "busy"
