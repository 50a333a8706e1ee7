"""The rows of the steps and expectations of media streams, in the schema of call scripts."""

from __future__ import annotations

from typing import Final

from ivr.replay.stream_expectations import ENDED_BY
from ivr.replay.stream_steps import MOST_HERTZ
from ivr.schema.shapes import FLAG, SECONDS, TEXT, Schema, choice, key, mapping, one_or_list, whole

_NUMBER: Final = whole(0, 1000)

_AFTER: Final = key("Seconds to wait before it.", SECONDS, 2)
_WITHIN: Final = key("Seconds within which it must come.", SECONDS, 10)


def stream_step_verbs() -> dict[str, tuple[Schema, dict[str, Schema]]]:
    """Return for each step of a media stream its row, and the other keys that it may have."""
    return {
        "say_wav": (
            key("A WAV file, as seen from the script, that the caller says into a media stream.", TEXT, "hello.wav"),
            {"after": _AFTER},
        ),
        "tone": (
            key("Seconds of a tone that the caller makes into a media stream.", SECONDS, 1.5),
            {"hertz": key("How high the tone is.", whole(1, MOST_HERTZ), 440), "after": _AFTER},
        ),
        "hear_sound": (
            key("Seconds of sound that the application of a media stream is heard for.", SECONDS, 1),
            {"within": _WITHIN},
        ),
        "hear_silence": (
            key("Seconds for which nothing is heard of the application of a media stream.", SECONDS, 0.5),
            {"within": _WITHIN},
        ),
        "mark": (
            key("A mark of a media stream, once the sound before it was played.", TEXT, "greeting"),
            {"within": _WITHIN},
        ),
        "cleared": (
            key("The application of a media stream throws away what was not played.", FLAG, True),
            {"within": _WITHIN},
        ),
        "stream_ends": (key("A media stream is over.", FLAG, True), {"within": _WITHIN}),
    }


def stream_expectations() -> Schema:
    """Return the row of what is expected of the media streams of a call."""
    seconds = mapping(
        {
            "least": key("At least so many seconds.", SECONDS, 1),
            "most": key("At most so many seconds.", SECONDS, 10),
        }
    )
    stream = mapping(
        {
            "name": key("The name of the stream.", TEXT, "voice"),
            "sound": key("How long the application was heard in all.", seconds, {"least": 1, "most": 3}),
            "marks": key("The marks that were told, in this order.", one_or_list(TEXT), ["greeting"]),
            "cleared": key("How often the application cleared.", _NUMBER, 1),
            "ended": key("Who ended it.", choice(ENDED_BY), *ENDED_BY),
            "heard": key("A WAV file that is what was heard, sample by sample.", TEXT, "greeting.wav"),
            "words": key("What a recogniser hears in it.", TEXT, "bom dia"),
        }
    )
    return key(
        "The media streams of the call, in this order.",
        one_or_list(stream),
        [{"sound": {"least": 1}, "marks": ["greeting"], "ended": "app"}],
    )
