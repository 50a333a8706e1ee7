"""One side of a comparison: how a call went on one version of a line, as people are told it and as it is compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, Final, Literal, TypeAlias

from ivr.replay.runner import Played
from ivr.simulator.phones import steps
from ivr.simulator.phones.dialogue import sentences
from ivr.simulator.phones.lenient import HeardStep, LenientPhone
from ivr.source.folding import composed
from value_class import value_class
from wording import phrase

Happening: TypeAlias = Literal["heard", "sound", "keys", "speech", "silence", "rings", "queue", "message", "hangup"]
"""What can happen in a call, as far as people are told of it."""

_NO_WORD: Final = re.compile(r"[\W_]+")


@value_class
class CallMoment:
    """One thing that happened: ``what`` it was, and its ``text``: a sentence, keys as a transcript conceals them, a
    telephone or a queue, or who hung up (app or caller). ``how`` is what came of ringing or waiting.
    """

    what: Happening
    text: str = ""
    how: str = ""


@value_class
class Landing:
    """A landing is the end of a call: the ``destination`` that the router chose, all that it ``rang`` and the
    ``queues`` it stood in, in order, how it ``ended``, the seconds of the messages that were left, and the calls that
    the line made for it.
    """

    destination: str | None
    rang: tuple[str, ...]
    queues: tuple[str, ...]
    ended: str
    messages: tuple[float, ...] = ()
    made: tuple[tuple[str, str], ...] = ()


@value_class
class CallSide:
    """A side is a call as it went on one version: the states of its ``path``, its ``moments`` and its ``landing``.

    ``failures`` are what of its script did not hold, words that were not heard left out: those are ``unheard``.
    ``gave_up`` where the people of the script could not go on. ``words`` are all that was said, as it is compared; what
    is concealed is in there, so that they are never shown. ``heard_steps`` are the script's steps that hear something.
    """

    landing: Landing
    path: tuple[str, ...]
    moments: tuple[CallMoment, ...]
    failures: tuple[str, ...]
    unheard: tuple[str, ...]
    gave_up: bool
    words: tuple[str, ...] = field(repr=False)
    heard_steps: tuple[HeardStep, ...] = field(default=(), repr=False)

    @property
    def passed(self) -> bool:
        """Return whether all of the script held, its words included."""
        return not self.failures and not self.unheard

    @classmethod
    def of(cls, played: Played, phone: LenientPhone, faults: tuple[str, ...] = ()) -> CallSide:
        """Return the side of the call that ``phone`` played; ``faults`` are what its script cannot ask of the line."""
        unmet = [each for each in phone.heard_steps if each.unmet]
        unheard = [each for each in unmet if isinstance(each.step, steps.Hear) and not each.late]
        others = [each for each in unmet if each not in unheard]
        return cls(
            landing=_landing(played),
            path=tuple(state for turn in played.turns for state in turn.states),
            moments=tuple(_moments(played.transcript)),
            failures=(*faults, *(_told(each) for each in others), *played.failures),
            unheard=tuple(_told(each) for each in unheard),
            gave_up=phone.gave_up,
            words=tuple(_NO_WORD.sub(" ", composed(each)).strip() for each in played.heard),
            heard_steps=tuple(phone.heard_steps),
        )


def _told(each: HeardStep) -> str:
    return phrase("{where}: {what}", where=each.step.where, what=each.unmet)


def _landing(played: Played) -> Landing:
    events = played.transcript["events"]
    return Landing(
        destination=played.destination,
        rang=tuple(each["to"] for each in events if each["kind"] == "dial"),
        queues=tuple(each["queue"] for each in events if each["kind"] == "enqueue"),
        ended=played.transcript["status"],
        messages=tuple(each["seconds"] for each in events if each["kind"] == "record" and each["seconds"]),
        made=tuple((each["to"], each["status"]) for each in played.transcript.get("calls", ())),
    )


def _moments(transcript: Mapping[str, Any]) -> Iterator[CallMoment]:
    for event in sentences(transcript["events"]):
        if "leg" not in event and (moment := _moment(event)):
            yield moment


def _moment(event: Mapping[str, Any]) -> CallMoment | None:
    match event["kind"]:
        case "say":
            return CallMoment("heard", event["text"])
        case "play" if event.get("text"):
            return CallMoment("heard", event["text"])
        case "play" if event.get("url"):
            return CallMoment("sound", event["url"].rpartition("/")[2])
        case "press":
            return CallMoment("keys", event["digits"])
        case "speak":
            return CallMoment("speech", event["text"])
        case "silence":
            return CallMoment("silence")
        case "dial":
            return CallMoment("rings", event["to"], event.get("outcome") or "")
        case "enqueue":
            return CallMoment("queue", event["queue"], event.get("result") or "")
        case "record" if event["seconds"]:
            return CallMoment("message", f"{event['seconds']:g}")
        case "hangup":
            return CallMoment("hangup", event["by"])
    return None
