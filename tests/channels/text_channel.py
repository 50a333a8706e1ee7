"""A second channel: conversations by text. Whatever it needs beside this file would be of Twilio's shape, not a port's.

A carrier of texts numbers the messages of a conversation from 0, repeats one that was not answered in time, and tells
how it went when it was asked to bring people into the conversation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from ivr.call import verbs
from ivr.call.answer import Incoming
from ivr.call.channel import PastAnswer
from ivr.call.events import DialEnded, Event, Keys, Silence, Speech
from ivr.call.speech import sentence
from ivr.call.turn import Turns
from ivr.flow.line import Line
from routing.outcomes import TargetOutcome
from routing.targets import Number

ENDINGS: Final[dict[str, TargetOutcome]] = {"joined": "completed", "declined": "busy", "ignored": "no-answer"}
"""The carrier's own words for how it went to bring people in."""


@dataclass(frozen=True, slots=True)
class Message:
    """What the carrier delivers: the ``number``-th message of a conversation, or how its last invitation ended."""

    conversation: str
    number: int
    text: str = ""
    ending: str | None = None


class TextChannel:
    """Writes answers as lines of text, in a little JSON that also tells whether an entry is taken."""

    def render(
        self, line: Line, answer: tuple[verbs.Verb, ...], turn: int, now: datetime, /, *, query: str = ""
    ) -> str:
        del turn, query  # messages are numbered by the carrier, and carry nothing else
        takes_entry = any(isinstance(verb, verbs.Gather) and verb.finish_on_key == "#" for verb in answer)
        return json.dumps({"text": "\n".join(_lines(line, answer, now)), "entry": takes_entry})

    def ends(self, answer: tuple[verbs.Verb, ...], /) -> bool:
        return any(isinstance(verb, verbs.Enqueue | verbs.Record | verbs.Hangup) for verb in answer)

    def read_back(self, document: str) -> PastAnswer:
        told = json.loads(document)
        return PastAnswer(told["text"], told["entry"])


class TextService:
    """The door: a message comes in, a text goes out."""

    def __init__(self, turns: Turns, number: str) -> None:
        self._turns = turns
        self._number = number

    def receive(self, message: Message) -> str:
        incoming = Incoming(message.conversation, "anonymous", self._number)
        if message.number == 0:
            answer = self._turns.start(incoming)
        else:
            answer = self._turns.take(incoming, message.number, _event(message))
        text: str = json.loads(answer.document)["text"]
        return text


def _event(message: Message) -> Event:
    if message.ending:
        return DialEnded(ENDINGS[message.ending], 0)
    text = message.text.strip()
    if not text:
        return Silence()
    return Keys(text) if re.fullmatch("[0-9*#]+", text) else Speech(text, 1.0)


def _lines(line: Line, answer: tuple[verbs.Verb, ...], now: datetime) -> Iterator[str]:
    for verb in answer:
        match verb:
            case verbs.Say():
                yield sentence(line, verb, now)
            case verbs.Notice(text):
                yield text
            case verbs.Gather(prompts=prompts):
                yield from (sentence(line, say, now) for say in prompts)
            case verbs.Dial(target=target):
                yield f"[convite: {target.e164 if isinstance(target, Number) else target.uri}]"
            case verbs.Enqueue() | verbs.Record():
                yield f"Telefone para {line.header.number}."
            case verbs.StopRecording() | verbs.Hangup():
                pass
            case _:
                assert_never(verb)
