"""The caller speaks and keys to an AI agent: both take their time, and become messages on the wire."""

from __future__ import annotations

from ivr.simulator import voice
from ivr.simulator.acts import KEY_SECONDS
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import mark
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.relay_terms import END_OF_SPEECH, RelayTerms
from ivr.simulator.verbs.relay_wire import RelayWire
from ivr.simulator.verbs.transcriptions import INBOUND


class RelayCaller:
    """The caller's side of a session; ``language`` is the one that is understood now."""

    def __init__(self, call: CallControl, terms: RelayTerms, wire: RelayWire) -> None:
        self.language = terms.heard_language
        self._call = call
        self._terms = terms
        self._wire = wire

    def seconds_of(self, text: str) -> float:
        """Seconds that it takes to say ``text``."""
        return voice.spoken(text, self.language)

    def keys(self, digits: str, *, told: bool = True) -> Steps[None]:
        """Tell each key as it is pressed, one a second; where it is not ``told`` the key is lost."""
        told = told and self._terms.dtmf
        yield from self._call.pressed(digits, lost=not told)
        for count, digit in enumerate(digits):
            if count:
                yield from self._call.wait(KEY_SECONDS)
            if told:
                yield from self._wire.send("dtmf", digit=digit)

    def begin(self, text: str, *, told: bool = True) -> Steps[None]:
        """Write down that the caller begins to say ``text``."""
        shown = mark(text) if self._call.concealed else text
        yield from self._call.tell("speak", text=shown, **({} if told else {"lost": True}))

    def says(self, text: str, over: float = 0.0) -> Steps[None]:
        """Let the caller say ``text``, of which ``over`` seconds are over, and tell the agent what was understood."""
        yield from self.tell_speaking("clientSpeaking", "on")
        words = text.split()
        seconds = max(self.seconds_of(text) - over, 0.0)
        heard = self._call.transcriptions.begin(INBOUND, text, seconds, secret=self._call.concealed)
        for count in range(1, len(words) + 1):
            yield from self._call.wait(seconds / len(words))
            if self._terms.partial and count < len(words):
                partial = " ".join(words[:count])
                yield from self._wire.send("prompt", voicePrompt=partial, lang=self.language, last=False)
        self._call.transcriptions.end(heard)
        silence = self._terms.end_of_speech
        yield from self._call.wait(END_OF_SPEECH if silence is None else silence)
        yield from self.tell_speaking("clientSpeaking", "off")
        yield from self._wire.send_prompt(text, self.language)

    def tell_speaking(self, who: str, how: str) -> Steps[None]:
        """Tell an agent that asks for it who begins or ends to speak."""
        if "speaker-events" in self._terms.events:
            moment = int(self._call.clock.now().timestamp() * 1000)
            yield from self._wire.send("info", name=who, value=how, ts=moment)
