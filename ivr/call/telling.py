"""``Telling`` puts together what a turn tells its caller: each sentence by its prompt's name, said while it is listened
already, and how long that takes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from ivr.call import said_again, verbs
from ivr.call.speech import in_clips, sentence
from ivr.call.turn_state import TurnState
from ivr.flow.line import Line
from ivr.flow.nodes.base import Node
from ivr.flow.nodes.question import Question

CHARACTERS_PER_SECOND = 15
"""The usual pace of a synthetic voice: about 150 words of six characters a minute."""

MOST_ALIKE = 4096
"""Answers that are remembered of a version of a line."""


class WordedAnswer(NamedTuple):
    """A worded answer has verbs with their sentences, where they wait for an entry; what is said again if it is missed;
    how long that takes; and whether a document is read back in it.
    """

    answer: tuple[verbs.Verb, ...]
    said: str | None
    lasts: timedelta | None
    reads_back: bool


class Telling:
    """Puts answers of one version of one line together. Holds nothing of any call."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._alike: dict[tuple[object, ...], WordedAnswer] = {}
        """By state and verbs, what is told to every caller alike: a few of each state, with what is announced."""
        self._numbered_prompts = frozenset(
            name for name, prompt in line.prompts.texts.items() if "protocolo" in prompt.needs()
        )

    def of(self, turn: TurnState, node: Node) -> WordedAnswer:
        """Return what the turn tells its caller; what leaves nothing open is put together once for all callers."""
        asks = bool(turn.verbs) and isinstance(turn.verbs[-1], verbs.Gather)
        if not asks:
            return self._put_together(turn, node)
        key = (node.name, *turn.verbs)
        told = self._alike.get(key)
        if told is None:
            told = self._put_together(turn, node)
            is_alike = all(say.is_for_everybody for say in verbs.says(turn.verbs))
            if is_alike and not any(map(self._asks_for_number, turn.verbs)):
                if len(self._alike) >= MOST_ALIKE:
                    self._alike.clear()
                self._alike[key] = told
        return told

    def _put_together(self, turn: TurnState, node: Node) -> WordedAnswer:
        said = lasts = None
        answer = _listening(turn.verbs)
        if answer and isinstance(answer[-1], verbs.Gather) and isinstance(node, Question):
            said = said_again.written(node.name, answer[-1].prompts, node.say)
        answer = self._with_protocol(turn, answer)
        if answer and isinstance(answer[-1], verbs.Gather):
            answer = tuple(self._worded(verb, turn.facts.now) for verb in answer)
            lasts = timedelta(seconds=self._measured(tuple(verbs.says(answer)), turn.facts.now))
        return WordedAnswer(answer, said, lasts, any(_reads_back(verb) for verb in turn.verbs))

    def _worded(self, verb: verbs.Verb, now: datetime) -> verbs.Verb:
        """``verb`` with its sentences, which are built once: here, where it counts how long they take."""
        match verb:
            case verbs.Say():
                return self._spoken(verb, now)
            case verbs.Gather(prompts=prompts):
                return verb.saying(tuple([self._spoken(say, now) for say in prompts]))
        return verb

    def _spoken(self, say: verbs.Say, now: datetime) -> verbs.Say:
        """``say`` with its sentence."""
        return replace(say, text=sentence(self._line, say, now))

    def _measured(self, says: tuple[verbs.Say, ...], now: datetime) -> float:
        """How long it takes to speak ``says``, which have their sentences: exactly where they are played."""
        clips = in_clips(self._line, says, now)
        if clips is None:
            return sum(len(say.text or "") for say in says) / CHARACTERS_PER_SECOND
        return sum(each.clip.seconds for played in clips for each in played)

    def _with_protocol(self, turn: TurnState, answer: tuple[verbs.Verb, ...]) -> tuple[verbs.Verb, ...]:
        """Tell the call's number in each prompt that asks for it; the first one that does makes the call have one.

        Where none can be had, such a prompt is left out.
        """
        if not any(self._asks_for_number(verb) for verb in answer):
            return answer

        def told(says: tuple[verbs.Say, ...]) -> tuple[verbs.Say, ...]:
            return tuple(filled for say in says if (filled := self._numbered(turn, say)))

        filled: list[verbs.Verb] = []
        for verb in answer:
            match verb:
                case verbs.Say():
                    filled += told((verb,))
                case verbs.Gather(prompts=prompts):
                    filled.append(verb.saying(told(prompts)))
                case _:
                    filled.append(verb)
        return tuple(filled)

    def _asks_for_number(self, verb: verbs.Verb) -> bool:
        match verb:
            case verbs.Say(prompt=prompt):
                return prompt in self._numbered_prompts
            case verbs.Gather(prompts=prompts):
                return any(map(self._asks_for_number, prompts))
        return False

    def _numbered(self, turn: TurnState, say: verbs.Say) -> verbs.Say | None:
        if not self._asks_for_number(say):
            return say
        number = turn.numbered()
        return replace(say, protocol=number) if number else None


def _reads_back(verb: verbs.Verb) -> bool:
    """Whether a document is said in it."""
    match verb:
        case verbs.Say(document=document):
            return document is not None
        case verbs.Gather(prompts=prompts):
            return any(map(_reads_back, prompts))
    return False


def _listening(answer: list[verbs.Verb]) -> tuple[verbs.Verb, ...]:
    """Sentences before a gather are spoken while it listens already, so that a key cuts them short; all but those that
    must be heard to their end, and whatever comes before such a one.
    """
    if not answer or not isinstance(answer[-1], verbs.Gather):
        return tuple(answer)
    gather = answer[-1]
    place = len(answer) - 1
    before: list[verbs.Say] = []
    while place > 0:
        verb = answer[place - 1]
        if not isinstance(verb, verbs.Say) or not verb.barge_in:
            break
        before.insert(0, verb)
        place -= 1
    return (*answer[:place], gather.saying((*before, *gather.prompts)) if before else gather)
