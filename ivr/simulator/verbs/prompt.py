"""Plays a prompt to the caller until it ends, or until a gather hears something."""

from __future__ import annotations

from typing import Any

from ivr.simulator import acts, voice
from ivr.simulator.effects import Steps
from ivr.simulator.moments import AcceptedInput, Moment, PlayedPrompt
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.transcriptions import OUTBOUND
from value_class import value_class


@value_class
class Playing:
    """One prompt: its event (``kind`` and ``details``), what people hear, its length, and how often (0: for ever).

    ``seconds`` is None for a sound file, which has to be measured.
    """

    kind: str
    details: dict[str, Any]
    prompt: PlayedPrompt
    seconds: float | None
    loop: int = 1


_APOLOGY = "We are sorry. The application of this number has failed. Goodbye."

ERROR_PROMPT = Playing(
    "say",
    {"text": _APOLOGY, "language": "en-US", "voice": None, "loop": 1, "interrupted": False},
    PlayedPrompt("Say", text=_APOLOGY),
    voice.spoken(_APOLOGY),
)
"""The prompt of the carrier's own when a webhook failed and there is no fallback."""


def play_prompt(
    call: CallControl,
    playing: Playing,
    accepts: AcceptedInput | None = None,
    index: int = 0,
    barge_in: bool = True,
    paying: str = "",
) -> Steps[acts.Press | acts.Speak | None]:
    """Play it to its end, or until the gather that listens with ``accepts`` hears something, which is returned.

    Keys that nothing listens for are lost. ``barge_in`` is False where speech does not stop the prompt; ``paying`` is
    the step of a payment that it asks for.
    """
    event = yield from call.tell(playing.kind, **playing.details)
    seconds = (yield from call.length_of(playing.prompt.url)) if playing.seconds is None else playing.seconds
    left = seconds * playing.loop if playing.loop else None
    prompt, verb = playing.prompt, playing.prompt.verb
    interrupted = True
    whole = left
    says = None
    if call.transcriptions.running:
        words = " ".join([prompt.text] * max(playing.loop, 1))
        says = call.transcriptions.begin(OUTBOUND, words, left or 0.0, secret=call.document.secret_speech)
    started = call.clock.elapsed()
    try:
        while True:
            began = call.clock.elapsed()
            act = yield from call.ask(
                Moment("playing", verb, left, prompt=prompt, index=index, gather=accepts, paying=paying)
            )
            match act:
                case None:
                    interrupted = False
                    return None
                case acts.Press() if accepts and "dtmf" in accepts.input:
                    return act
                case acts.Speak() if accepts and "speech" in accepts.input and barge_in:
                    return act
                case acts.Press(digits=digits):
                    yield from call.key(digits, None if left is None else left - act.after)
                    yield from call.pressed(digits, lost=True)
            if left is not None:
                left = max(left - (call.clock.elapsed() - began), 0.0)
    finally:
        if says is not None:
            call.transcriptions.end(says, (call.clock.elapsed() - started) / whole if whole and interrupted else 1.0)
        if "interrupted" in event.details:
            event.details["interrupted"] = interrupted
