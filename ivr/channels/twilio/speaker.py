"""The sentences of one answer as TwiML: all played from recordings, or all said by the line's voice of Twilio.

Behind each ``<Play>`` stands a comment with its words, ``<!-- says: Bem-vindo. -->``. Twilio passes over it; people
read it in Twilio's console, the simulator hears it, and a call that goes on in a newer menu finds in it what it was
told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from twilio.twiml.voice_response import Gather, Play, VoiceResponse

from ivr.call import verbs
from ivr.call.speech import in_clips, sentence
from ivr.channels.twilio.xml import Comment, WrittenElements
from ivr.flow.clips import SpokenClip
from ivr.flow.line import Line

AUDIO: Final = "/audio"
"""Where recordings are, by name; see ivr/web/audio.py."""

WORDS: Final = re.compile(r"<!-- says: (.*?) -->", re.DOTALL)
"""The words of a recording in a document of ours, as XML writes them."""

_HYPHEN_BEFORE_ANOTHER: Final = re.compile("-(?=-)")


class Speaker:
    """Writes what one answer speaks: ``says`` is all of it, played where all of it can be; with none, each is said.

    ``prefix`` is the path of the public URL before ours, ``now`` aware.
    """

    def __init__(self, line: Line, says: Sequence[verbs.Say], now: datetime, prefix: str) -> None:
        self._line = line
        self._now = now
        self._prefix = prefix
        clips = in_clips(line, says, now)
        self._clips: dict[verbs.Say, tuple[SpokenClip, ...]] = dict(zip(says, clips, strict=True)) if clips else {}

    def into(self, parent: VoiceResponse | Gather, say: verbs.Say) -> None:
        """Put one of them behind what is in ``parent`` already."""
        clips = self._clips.get(say)
        if clips is None:
            header = self._line.header
            parent.say(sentence(self._line, say, self._now), voice=header.voice, language=header.language)
            return
        for each in clips:
            parent.append(_played(f"{self._prefix}{AUDIO}/{each.clip.name}.wav", each.words))


@lru_cache(maxsize=4096)
def _played(address: str, words: str) -> WrittenElements:
    """The recording at ``address`` with its words. What a line has recorded is the same in every answer."""
    return WrittenElements(Play(address), Comment(f" says: {without_double_hyphens(words)} "))


def without_double_hyphens(text: str) -> str:
    """Return ``text`` with a blank between any two hyphens: in XML no comment holds two in a row."""
    return _HYPHEN_BEFORE_ANOTHER.sub("- ", text)
