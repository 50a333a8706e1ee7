"""<Say>: text read to the caller."""

from __future__ import annotations

import re
from typing import ClassVar, Self

from ivr import voices
from ivr.simulator import codes, voice
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.moments import PlayedPrompt
from ivr.simulator.reader import Element
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import Goto
from ivr.simulator.verbs.prompt import Playing, play_prompt
from value_class import value_class

SSML = {"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"}
"""The markup that may stand inside; its words are spoken."""

MAX_TEXT = 4096
"""Characters that one <Say> may have (13521)."""

STRENGTHS = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.0}
"""Seconds of a <break> that names no time."""


@value_class
class Say:
    """``loop`` 0 repeats without end, that is until the longest call is over; ``breaks`` are seconds of silence."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("voice", "language", "loop")

    text: str
    language: str | None = None
    voice: str | None = None
    loop: int = 1
    breaks: float = 0.0
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Nested markup is read for its words."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        _leave_out(element, page)
        text = element.words(_is_markup)
        if not text:
            page.warn(codes.SAY_TEXT, element, "has nothing to say", "Write its text, or take it out.", failure=True)
        if len(text) > MAX_TEXT:
            page.warn(codes.SAY_LENGTH, element, f"has {len(text)} characters", "Split it into several.")
        return cls(
            text=text,
            language=attributes.language(voices.SAY_LANGUAGES, voices.is_say_language, codes.SAY_LANGUAGE),
            voice=attributes.voice(),
            loop=attributes.whole("loop", 1, least=0, code=codes.SAY_LOOP),
            breaks=_breaks(element),
        )

    def playing(self) -> Playing:
        """The prompt that it is."""
        details = {
            "text": self.text,
            "language": self.language,
            "voice": self.voice,
            "loop": self.loop,
            "interrupted": False,
        }
        seconds = voice.spoken(self.text, self.language) + self.breaks
        return Playing("say", details, PlayedPrompt("Say", text=self.text), seconds, self.loop)

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Say it and go on."""
        yield from play_prompt(call, self.playing())
        return None


def _is_markup(element: Element) -> bool:
    return element.name in SSML or element.name.startswith("amazon")


def _leave_out(element: Element, page: Page) -> None:
    """Name what stands inside at any depth and is no markup: nothing of it is said."""
    for child in element.children:
        if _is_markup(child):
            _leave_out(child, page)
        else:
            page.leave_out(child, element, "Put it before or after the <Say>.")


def _breaks(element: Element) -> float:
    """Seconds of silence that the markup inside ``element`` asks for."""
    if element.name != "break":
        return sum(_breaks(child) for child in element.children)
    written = element.attributes.get("time", "")
    time = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s)", written.strip())
    if time:
        return float(time[1]) / (1000 if time[2] == "ms" else 1)
    return STRENGTHS.get(element.attributes.get("strength", "medium"), STRENGTHS["medium"])
