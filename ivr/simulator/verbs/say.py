"""<Say>: text read to the caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from ivr.simulator import problems, voice
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.phones.base import Prompt
from ivr.simulator.reader import Element
from ivr.simulator.verbs.base import Goto
from ivr.simulator.verbs.prompt import Playing, play

if TYPE_CHECKING:
    from ivr.simulator.interpreter import Interpreter

SSML = {"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"}
"""The markup that may stand inside; its words are spoken."""


@dataclass(frozen=True, slots=True)
class Say:
    """``loop`` 0 repeats without end."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("voice", "language", "loop")

    text: str
    language: str | None = None
    voice: str | None = None
    loop: int = 1
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Nested markup is read for its words."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        for child in element.children:
            if child.name not in SSML and not child.name.startswith("amazon"):
                page.warn(problems.SCHEMA_WARNING, child, "may not stand inside <Say>")
        if not element.text:
            page.warn(problems.SAY_TEXT, element, "has nothing to say")
        return cls(
            text=element.text,
            language=attributes.text("language"),
            voice=attributes.text("voice"),
            loop=attributes.whole("loop", 1, least=0, code=problems.SAY_LOOP),
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
        seconds = voice.spoken(self.text) * self.loop if self.loop else None
        return Playing("say", details, Prompt("Say", text=self.text), seconds)

    def run(self, line: Interpreter) -> Steps[Goto | None]:
        """Say it and go on."""
        yield from play(line, self.playing())
        return None
