"""<Play>: a recording, or keys, played to the line."""

from __future__ import annotations

from typing import ClassVar, Self

from ivr.simulator import codes, voice
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.moments import PlayedPrompt
from ivr.simulator.reader import Element
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import Goto
from ivr.simulator.verbs.prompt import Playing, play_prompt
from value_class import value_class


@value_class
class Play:
    """``digits`` are tones, with ``w`` for half a second of silence; without them ``url`` is a sound file.

    ``text`` are its words, where a comment behind the verb tells them: so it is heard as a text that is said.
    """

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("loop", "digits")

    url: str
    digits: str = ""
    loop: int = 1
    text: str = ""
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """The address is relative to the document."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        digits = attributes.text("digits") or ""
        if digits.strip("0123456789*#wW"):
            attributes.wrong("digits", "the characters 0-9 * # w W", codes.PLAY_DIGITS)
            digits = "".join(key for key in digits if key in "0123456789*#wW")
        if not digits and not element.own:
            page.warn(codes.SCHEMA_WARNING, element, "has nothing to play", "Write its address.", failure=True)
        return cls(
            url=page.resolve(element.own) if element.own else "",
            digits=digits,
            loop=attributes.whole("loop", 1, least=0, code=codes.PLAY_LOOP),
            text=element.says,
        )

    def playing(self) -> Playing:
        """The prompt that it is."""
        if self.digits:
            prompt = PlayedPrompt("Play", digits=self.digits)
            return Playing("play", {"digits": self.digits}, prompt, voice.tones(self.digits))
        details = {"url": self.url, "text": self.text, "loop": self.loop, "interrupted": False}
        if not self.text:
            del details["text"]
        prompt = PlayedPrompt("Play", text=self.text, url=self.url)
        return Playing("play", details, prompt, None if self.url else 0.0, self.loop)

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Play it and go on."""
        yield from play_prompt(call, self.playing())
        return None
