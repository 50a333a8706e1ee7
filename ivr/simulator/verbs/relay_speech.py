"""Tokens of an AI agent are joined to utterances, which wait until those before them are said.

An answer (the vendor's talk cycle) is all that comes until a token says ``last``. Of an answer that is cut short it is
known how much was heard, word by word; the rest of it that is already here is not said any more.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import field

from ivr.simulator import voice
from ivr.simulator.verbs.relay_messages import DigitsToSend, MediaToPlay, TextToken
from value_class import value_class

SENTENCE_END = re.compile(r"[.!?…:;。！？]['\"”»)]*\s*$")
"""What a stretch of text ends with that is worth saying although its answer goes on."""


@value_class
class AgentUtterance:
    """A stretch of an answer: a ``text``, the sound at ``source``, or keys (``digits``).

    ``answer`` counts the answers of the session; ``interruptible`` is what cuts it short, and ``preemptible`` whether
    the next answer does.
    """

    answer: int
    text: str = field(default="", repr=False)
    source: str = ""
    loop: int = 1
    digits: str = field(default="", repr=False)
    language: str | None = None
    interruptible: str = "any"
    preemptible: bool = False

    def seconds(self) -> float | None:
        """Seconds that it takes; None for a sound, which has to be measured."""
        if self.source:
            return None
        return voice.tones(self.digits) if self.digits else voice.spoken(self.text, self.language)

    def heard_until(self, share: float) -> str:
        """The part of the text that was heard when ``share`` of its time was over: whole words, as they were sent."""
        if share >= 1:
            return self.text
        reached = int(len(self.text) * share)
        ends = [match.end() for match in re.finditer(r"\S+", self.text) if match.end() <= reached]
        return self.text[: ends[-1]] if ends else ""


class AgentSpeech:
    """Collects what the agent sends; ``interruptible`` and ``preemptible`` are the session's own defaults."""

    def __init__(self, interruptible: str, preemptible: bool) -> None:
        self._interruptible = interruptible
        self._preemptible = preemptible
        self._waiting: deque[AgentUtterance] = deque()
        self._tokens: list[TextToken] = []
        self._answer = 1

    @property
    def begun(self) -> bool:
        """Return whether there are tokens that are no utterance yet."""
        return bool(self._tokens)

    @property
    def answer(self) -> int:
        """The answer that the next token belongs to."""
        return self._answer

    def greet(self, text: str, language: str | None, interruptible: str) -> None:
        """Say ``text`` before any answer."""
        self._waiting.append(AgentUtterance(0, text=text, language=language, interruptible=interruptible))

    def add(self, piece: TextToken | MediaToPlay | DigitsToSend, language: str | None) -> None:
        """Take what has come; text is spoken in ``language`` where it does not say another."""
        match piece:
            case TextToken():
                if self._tokens and self._tokens[-1].language != piece.language:
                    self.flush(language)
                self._tokens.append(piece)
                if piece.last:
                    self.flush(language)
                    self._answer += 1
            case MediaToPlay(source=source, loop=loop):
                self.flush(language)
                self._waiting.append(
                    AgentUtterance(
                        self._answer,
                        source=source,
                        loop=loop,
                        interruptible=piece.interruptible or self._interruptible,
                        preemptible=self._preemptible if piece.preemptible is None else piece.preemptible,
                    )
                )
            case DigitsToSend(digits=digits):
                self.flush(language)
                self._waiting.append(AgentUtterance(self._answer, digits=digits, interruptible="none"))

    def ends_sentence(self) -> bool:
        """Return whether what has come can be said, although more of the answer will."""
        return bool(self._tokens) and SENTENCE_END.search("".join(each.token for each in self._tokens)) is not None

    def flush(self, language: str | None) -> None:
        """Make an utterance of the tokens that have come; blank ones are nothing to say."""
        tokens, self._tokens = self._tokens, []
        text = "".join(each.token for each in tokens)
        if not text.strip():
            return
        first = tokens[0]
        interruptible = next((each.interruptible for each in tokens if each.interruptible), None)
        preemptible = next((each.preemptible for each in tokens if each.preemptible is not None), None)
        self._waiting.append(
            AgentUtterance(
                self._answer,
                text=text,
                language=first.language or language,
                interruptible=interruptible or self._interruptible,
                preemptible=self._preemptible if preemptible is None else preemptible,
            )
        )

    def next(self) -> AgentUtterance | None:
        """The utterance that is said next, which waits no more; None where nothing does.

        One that may be preempted is left out where an utterance of a later answer is here already.
        """
        while self._waiting:
            utterance = self._waiting.popleft()
            if not self.preempts(utterance):
                return utterance
        return None

    def preempts(self, said: AgentUtterance) -> bool:
        """Return whether what has come since takes the place of ``said``."""
        later = any(each.answer > said.answer for each in self._waiting)
        return said.preemptible and (later or (bool(self._tokens) and self._answer > said.answer))

    def is_preemptible(self) -> bool:
        """Return whether the last utterance that waits gives way to another answer."""
        return bool(self._waiting) and self._waiting[-1].preemptible

    def silence(self) -> None:
        """Drop what is here of the present answer and those before: the caller has cut in."""
        self._waiting.clear()
        self._tokens.clear()
