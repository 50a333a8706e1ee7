"""A call's events as a dialogue that a person reads: who does what, one line an event."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ivr.simulator.transcript import Event

LINE = "line"
CALLER = "caller"
CARRIER = "carrier"
SIMULATOR = "ivr"
AGENT = "agent"

TECHNICAL = frozenset({"request", "gather", "message"})
"""Kinds of events that nobody on the line hears."""


def dialogue(events: Iterable[Mapping[str, Any]], *, technical: bool = False) -> Iterator[str]:
    """One line for each event (an object of a transcript): seconds since the call began, who, and what.

    Requests and the gathers' terms are left out unless ``technical``; then a sentence in several recordings is one
    line, too.
    """
    for event in events if technical else sentences(events):
        who, what = describe(event["kind"], event)
        yield f"{event['t']:7.1f}  {who:<7}  {what}"


def sentences(events: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the events that people on the line notice; recordings in a row that make one sentence come as the first of
    them, with all words.
    """
    begun: Mapping[str, Any] | None = None
    for event in events:
        if event["kind"] in TECHNICAL:
            continue
        if begun and (event["kind"] != "play" or not event.get("text") or event.get("leg") != begun.get("leg")):
            yield begun
            begun = None
        if begun:
            event = {**begun, "text": f"{begun['text']} {event['text']}", "interrupted": event.get("interrupted")}
        if event["kind"] == "play" and goes_on(event.get("text") or "") and not event.get("interrupted"):
            begun = event
        else:
            begun = None
            yield event
    if begun:
        yield begun


def goes_on(words: str) -> bool:
    """Return whether the words of a recording are the beginning of a sentence, whose rest another one says."""
    return bool(words) and not words.endswith((".", "!", "?"))


def describe(kind: str, event: Mapping[str, Any]) -> tuple[str, str]:
    """Return one event of a transcript as a row of dialogue: the one who acts, and the act."""
    who, what = _describe(kind, event)
    if "leg" not in event:
        return who, what
    return ("callee", what) if who == CALLER else (who, f"{what} (to leg {event['leg']} only)")


def _describe(kind: str, event: Mapping[str, Any]) -> tuple[str, str]:
    match kind:
        case "say":
            return AGENT if event.get("agent") else LINE, f"“{event['text']}”{_aside(event)}"
        case "play" if event.get("text"):
            return LINE, f"“{event['text']}”{_aside(event)}"
        case "play" if event.get("digits"):
            return LINE, f"plays the keys {event['digits']}"
        case "play":
            return LINE, f"plays {event.get('url')}{_aside(event)}"
        case "pause":
            return LINE, f"pauses {_seconds(event['seconds'])}"
        case "gather":
            return LINE, f"listens for {_terms(event)}"
        case "press":
            return CALLER, f"presses {event['digits']}" + (" (nobody listens)" if event.get("lost") else "")
        case "speak":
            return CALLER, f"says “{event['text']}”" + (" (nobody listens)" if event.get("lost") else "")
        case "silence":
            return CALLER, f"gives nothing for {_seconds(event['seconds'])}"
        case "record":
            return CALLER, f"talks {_seconds(event['seconds'])} into the recording"
        case "dial":
            talk = f", {_seconds(event['seconds'])}" if event.get("seconds") else ""
            return LINE, f"dials {event.get('noun', '')} {event['to']}: {event.get('outcome') or 'ringing'}{talk}"
        case "enqueue":
            result = f": {event['result']} after {_seconds(event['seconds'])}" if event.get("result") else ""
            return LINE, f"puts the call into the queue {event['queue']}{result}"
        case "pay":
            what = "a bank account" if event["method"] == "ach-debit" else "a card"
            amount = f" {event['amount']} {event['currency']}" if event.get("amount") else " a token"
            return LINE, f"takes{amount} of {what}: {event.get('result') or 'begun'}"
        case "pay_error":
            return CARRIER, f"takes no such {event['step']}: {event['error']} (attempt {event['attempt']})"
        case "echo" if event.get("text"):
            return LINE, f"gives back “{event['text']}”"
        case "echo":
            return LINE, "lets the caller hear themselves"
        case "relay":
            return LINE, f"connects an AI agent at {event['url']}{_came_of_it(event)}"
        case "message":
            sent = event["message"]
            told = sent if isinstance(sent, str) else json.dumps(sent, ensure_ascii=False)
            return (AGENT if event["to"] == CARRIER else CARRIER), f"message {event['number']}: {told}"
        case "reject":
            return LINE, f"rejects the call ({event.get('reason')})"
        case "text":
            return _text(event)
        case "unperformed":
            return SIMULATOR, f"cannot perform <{event['verb']}>, for which Twilio waits, and stops here"
        case "stream" | "sound" | "mark" | "clear" | "stream_message" | "stream_ended" | "caller_sound":
            return _of_stream(kind, event)
        case "leave":
            return LINE, "takes the caller out of the queue"
        case "hangup":
            by = {"app": LINE, "caller": CALLER, "simulator": SIMULATOR}.get(event["by"], event["by"])
            return by, "hangs up"
        case "request":
            return CARRIER, f"{event['method']} {event['url']} → {event.get('status') or 'no answer'}"
        case other:
            rest = ", ".join(f"{key} {value}" for key, value in event.items() if key not in {"t", "kind"})
            return CARRIER, f"{other} {rest}".rstrip()


def _text(event: Mapping[str, Any]) -> tuple[str, str]:
    media = "".join(f", with {each}" for each in event.get("media", ()))
    told = f"“{event['body']}”{media}"
    if event["direction"] == "inbound":
        return CALLER, f"texts {told}"
    status = f" ({event['status']})" if event["status"] in {"undelivered", "failed"} else ""
    return LINE, f"texts {event['to']}: {told}{status}"


def _of_stream(kind: str, event: Mapping[str, Any]) -> tuple[str, str]:
    match kind:
        case "stream":
            ways = "both ways" if event["two_way"] else "one way"
            kept = f", kept in {event['wav']}" if event.get("wav") else ""
            return CARRIER, f"opens a media stream, {ways}: {event['url']} ({event.get('outcome') or 'opening'}{kept})"
        case "sound":
            return LINE, "plays sound" + (f", {_seconds(event['seconds'])}" if event.get("seconds") else "")
        case "mark":
            return LINE, f"has its mark '{event['mark']}' {'cleared' if event['cleared'] else 'played'}"
        case "clear":
            return LINE, f"throws away {_seconds(event['seconds'])} of sound"
        case "stream_message":
            return LINE, f"sends message {event['number']} into the stream, which cannot be taken: {event['why']}"
        case "caller_sound":
            return CALLER, f"makes a sound of {_seconds(event['seconds'])}"
        case _ if event["by"] == "carrier":
            return CARRIER, f"has no media stream: {event['reason']}"
        case _:
            whose = {"app": (LINE, "closes the media stream"), "lost": (LINE, "breaks the media stream off")}
            who, what = whose.get(event["by"], (CARRIER, "ends the media stream"))
            return who, f"{what} after {_seconds(event['seconds'])}"


def _aside(event: Mapping[str, Any]) -> str:
    if not event.get("interrupted"):
        return ""
    return f" (cut off after “{event['heard']}”)" if event.get("heard") else " (cut off)"


def _came_of_it(event: Mapping[str, Any]) -> str:
    """What became of a session with an AI agent, as far as that is known."""
    if not event.get("status"):
        return ""
    error = f", error {event['error']}" if event.get("error") else ""
    handoff = f", which hands over {event['handoff']}" if event.get("handoff") else ""
    return f": {event['status']}{error} after {_seconds(event['seconds'])}{handoff}"


def _terms(event: Mapping[str, Any]) -> str:
    """What a gather takes: ``keys (1), ended by #, 5 s``."""
    inputs = str(event.get("input", "dtmf")).replace("dtmf", "keys").replace(" ", " and ")
    number = f" ({event['num_digits']})" if event.get("num_digits") else ""
    finish = f", ended by {event['finish_on_key']}" if event.get("finish_on_key") else ""
    timeout = event.get("timeout")
    return f"{inputs}{number}{finish}" + (f", {timeout} s" if timeout is not None else "")


def _seconds(value: float) -> str:
    return f"{value:g} s"


class Narrator:
    """Tells a call while it goes on: each event as it begins, a dial or a queue once more when it has ended."""

    def __init__(self) -> None:
        self._open: list[Event] = []
        self._begun = ""

    def told(self, event: Event) -> Iterator[str]:
        """The lines that are due when ``event`` begins."""
        yield from self._over()
        if event.kind == "play" and event.get("text") and not event.get("leg"):
            self._begun = f"{self._begun} {event['text']}".strip()
            if not goes_on(self._begun):
                yield from self._sentence()
            return
        if event.kind not in TECHNICAL:
            yield from self._sentence()
        match event.kind:
            case "dial" | "enqueue" | "pay" | "relay":
                self._open.append(event)
            case "record":
                yield f"{LINE}: records"
                return
        if event.kind not in TECHNICAL:
            yield ": ".join(describe(event.kind, event.details))

    def ended(self) -> Iterator[str]:
        """The lines that are due when the call has ended."""
        yield from self._over()
        yield from self._sentence()

    def _sentence(self) -> Iterator[str]:
        """What recordings have said so far of one sentence."""
        if self._begun:
            yield f"{LINE}: “{self._begun}”"
        self._begun = ""

    def _over(self) -> Iterator[str]:
        """A line for each dial and queue that has ended since."""
        ended = [event for event in self._open if event.get("outcome") or event.get("result") or event.get("status")]
        for event in ended:
            self._open.remove(event)
            yield ": ".join(describe(event.kind, event.details))
