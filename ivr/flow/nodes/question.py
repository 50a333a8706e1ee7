"""A question is what menu and collect have in common: a dialog of VoiceXML, with a prompt, an entry and reprompts."""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterator
from typing import ClassVar

from ivr.flow.nodes.base import Node
from ivr.flow.reprompts import Reprompts
from ivr.source.yaml import Text
from value_class import value_class


@value_class
class Question(Node, ABC):
    """A state that prompts, listens, and reprompts on no-input and no-match until ``human`` takes over."""

    waits: ClassVar[bool] = True

    say: Text
    seconds: int
    reprompts: Reprompts
    human: Text

    @property
    def hands_over_to(self) -> Text:
        """Return the states in which people are reached, or asked for."""
        return self.human

    @property
    def asks_after_silence(self) -> bool:
        """Return whether a caller who keys nothing is asked again."""
        return bool(self.reprompts.no_input)

    def said_together(self) -> Iterator[tuple[Text, ...]]:
        """The question by itself, and with each help."""
        yield (self.say,)
        for prompt in self.reprompts.prompts():
            yield self.say, prompt
