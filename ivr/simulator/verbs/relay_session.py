"""A session of ConversationRelay: the caller and an AI agent take turns, and everything else is told by messages.

Theory of operation
-------------------

The agent thinks by the wall clock, and the call may have a virtual one. So the session waits for messages in real
seconds, in which no time of the call passes, and lets the call's time pass for what is said. On a virtual clock an
answer is taken in whole, and then said: it ends with ``last``, a sound, the session's end, or a pause of the agent's.
On the real clock it is said sentence by sentence while more of it comes.

Between two answers the session listens. A script that has not heard yet what it expects makes it wait for the agent,
for ``patience`` at the most; a step that can be done is done at once. After what the caller has said the agent is
waited for first, since it is its turn.

Sources beside those of ``relay``: ``SessionStatus`` and ``info`` are as applications tell them, "ten invalid messages
in a row" is a secondary source; that a session which the caller's hanging up ends is ``completed`` is inferred.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from ivr.simulator import acts, codes, voice
from ivr.simulator.acts import KEY_SECONDS, Act
from ivr.simulator.effects import Brought, CloseSocket, OpenSocket, ReceiveMessage, SendMessage, Steps
from ivr.simulator.moments import AcceptedInput, AgentTurn, Moment, PlayedPrompt
from ivr.simulator.parameters import Params, mark
from ivr.simulator.sockets import LOST, NORMAL, ClosedSocket, Socket
from ivr.simulator.transcript import Event
from ivr.simulator.transports import TransportError
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.connect_outcome import ConnectOutcome
from ivr.simulator.verbs.exits import CallEnded
from ivr.simulator.verbs.relay_messages import (
    InvalidMessageError,
    LanguageSwitch,
    SessionEnd,
    TextToken,
    quoted,
    read_message,
    setup_message,
    written,
)
from ivr.simulator.verbs.relay_speech import AgentSpeech, AgentUtterance
from ivr.simulator.verbs.relay_terms import END_OF_SPEECH, RelayTerms
from ivr.simulator.verbs.websocket_address import handshake, shown_address, signed_address

VERB = "ConversationRelay"

HANDSHAKE_SECONDS = 5.0
"""Real seconds within which the agent's server has to open the websocket."""

LAST_WORDS = 0.01
"""Real seconds for what an agent has sent as the caller hangs up."""

MOST_INVALID = 10
"""Invalid messages in a row after which the session is closed."""

ACCEPTS = AcceptedInput(("dtmf", "speech"), None, "")
"""A caller may key and speak at any time; whether anybody hears it is another matter."""


class SessionLost(Exception):
    """The session has ended without the agent's ``end``: ``code`` is the vendor's number for it."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class SessionOver(Exception):
    """The agent has ended the session."""

    def __init__(self, end: SessionEnd) -> None:
        super().__init__()
        self.end = end


class RelaySession:
    """One session on ``terms``; ``run`` is the whole of it."""

    def __init__(self, call: CallControl, terms: RelayTerms) -> None:
        self._call = call
        self._terms = terms
        self._settings = call.carrier.relay
        self._speech = AgentSpeech(terms.interruptible, terms.preemptible)
        self._spoken_language = terms.spoken_language
        self._heard_language = terms.heard_language
        self._ended: SessionEnd | None = None
        self._answer_over = False
        self._owed = 0.0
        """Real seconds for which the agent is waited for before the caller acts: it is its turn."""
        self._exhausted = False
        """Whether the agent was waited for in vain since the last act or message."""
        self._said: list[AgentUtterance] = []
        """What was said whole of the present answer."""
        self._answer_began = 0.0
        self._cut_at = math.inf
        """The second at which the caller cut in on what was being said."""
        self._speaking = False
        self._index = 0
        self._received = 0
        self._sent = 0
        self._prompts = 0
        self._invalid = 0
        self._last_message = ""

    def run(self, url: str | None) -> Steps[ConnectOutcome]:
        """Connect, talk until the websocket is closed, and say what came of it."""
        call, began = self._call, self._call.clock.elapsed()
        session = call.sids.next("VX")
        address = shown_address(url) if url else ""
        event = yield from call.tell("relay", url=address, session=session, status=None)
        opened = yield from self._open(url)
        if isinstance(opened, TransportError):
            signed = f"; it was signed over {signed_address(url)}, and its query's fields" if url else ""
            yield from self._warn(codes.RELAY_UNREACHABLE, f"{opened.reason}{signed}", address)
            return self._outcome(event, session, began, "failed", error=codes.RELAY_UNREACHABLE)
        self._socket: Socket = opened
        try:
            yield from self._send(setup_message(dict(call.params()), session, dict(self._terms.parameters)))
            yield from self._converse()
        except SessionOver as over:
            yield CloseSocket(opened)
            return self._outcome(event, session, began, "ended", handoff=over.end.handoff)
        except SessionLost as lost:
            yield from self._warn(codes.RELAY_LOST, lost.reason, address)
            yield CloseSocket(opened, lost.code)
            return self._outcome(event, session, began, "failed", error=codes.RELAY_LOST)
        except CallEnded as ended:
            yield from self._hear_out()
            yield CloseSocket(opened)
            return self._outcome(event, session, began, "completed", ended=ended)
        finally:
            opened.close()
        raise AssertionError("a conversation ends by what is raised")

    def _open(self, url: str | None) -> Steps[Socket | TransportError]:
        faults = self._call.faults.relay
        if url is None:
            return TransportError("no address is written that can be connected to", "address")
        if faults.unreachable:
            return TransportError("the script lets nobody answer there (faults: unreachable)")
        opened: Socket | TransportError = yield OpenSocket(handshake(self._call.carrier, url), HANDSHAKE_SECONDS)
        return opened

    def _outcome(
        self,
        event: Event,
        session: str,
        began: float,
        status: str,
        *,
        handoff: str | None = None,
        error: int | None = None,
        ended: CallEnded | None = None,
    ) -> ConnectOutcome:
        seconds = self._call.clock.elapsed() - began
        event.details |= {"status": status, "seconds": round(seconds, 2)}
        params: list[tuple[str, str]] = [
            ("SessionId", session),
            ("SessionStatus", status),
            ("SessionDuration", str(int(seconds))),
        ]
        if handoff is not None:
            event.details["handoff"] = self._shown(handoff)
            params.append(("HandoffData", handoff))
        if error is not None:
            event.details["error"] = error
            params += [("ErrorCode", str(error)), ("ErrorMessage", codes.NAMES[error])]
        return ConnectOutcome(Params(params), ended)

    # Turns

    def _converse(self) -> Steps[None]:
        if self._terms.greeting:
            self._speech.greet(self._terms.greeting, self._spoken_language, self._terms.greeting_interruptible)
        else:
            self._owed = self._settings.pause
        while True:
            while (utterance := self._speech.next()) is not None:
                yield from self._say(utterance)
            yield from self._fall_silent()
            if self._ended is not None:
                raise SessionOver(self._ended)
            if self._speech.begun:
                yield from self._take_answer(None)
            else:
                yield from self._listen()

    def _listen(self) -> Steps[None]:
        """Let the caller act, or the agent speak."""
        if not self._call.clock.real:
            message = yield ReceiveMessage(self._socket, self._owed)
            if message is not None:
                yield from self._take_answer(message)
                return
            self._owed = 0.0
        clock = self._call.clock
        seconds = self._settings.patience * clock.pace if clock.real and not self._exhausted else None
        moment = Moment("gather", VERB, seconds, gather=ACCEPTS, agent=self._stand(more_may_come=not self._exhausted))
        act = yield from self._call.ask_or_receive(moment, self._socket)
        match act:
            case Brought(message=message):
                yield from self._take_answer(message)
            case None if not self._exhausted:
                self._exhausted = True
                if not self._call.clock.real:
                    message = yield ReceiveMessage(self._socket, self._settings.patience)
                    if message is not None:
                        yield from self._take_answer(message)
            case acts.Press(digits=digits):
                yield from self._keyed(digits)
                self._acted(self._settings.pause)
            case acts.Speak(text=text):
                yield from self._call.tell("speak", text=self._shown(text))
                yield from self._prompt(text, 0.0)
                self._acted(self._settings.patience)

    def _acted(self, owed: float) -> None:
        """It is the agent's turn: it is waited for ``owed`` real seconds; of a key it may want to hear more."""
        self._owed = owed
        self._exhausted = False
        self._index = 0

    def _take_answer(self, message: str | bytes | ClosedSocket | None) -> Steps[None]:
        """Take ``message`` and what follows it, until the answer is over, or enough of it is here to be said."""
        self._answer_over = False
        while True:
            if message is not None:
                yield from self._take(message)
            if self._answer_over and not (self._speech.is_preemptible() and self._ended is None):
                break
            if self._call.clock.real and self._speech.ends_sentence():
                break
            self._answer_over = False
            message = yield ReceiveMessage(self._socket, self._settings.pause)
            if message is None:
                break
        self._speech.flush(self._spoken_language)
        slow = self._call.faults.relay.slow
        if slow:
            yield from self._call.wait(slow)

    def _stand(self, *, more_may_come: bool) -> AgentTurn:
        return AgentTurn(more_may_come, self._settings.patience, self._last_message)

    # What the agent says

    def _say(self, utterance: AgentUtterance) -> Steps[None]:
        """Say it to its end, unless the caller cuts it short or another answer takes its place."""
        call = self._call
        if not self._said or self._said[-1].answer != utterance.answer:
            self._said.clear()
            self._answer_began = call.clock.elapsed()
        if not self._speaking:
            self._speaking = True
            yield from self._tell_speaking("agentSpeaking", "on")
        self._index += 1
        self._owed = 0.0
        event, prompt = yield from self._begin(utterance)
        seconds = utterance.seconds()
        length = (yield from call.length_of(utterance.source)) if seconds is None else seconds
        began, left = call.clock.elapsed(), length * utterance.loop
        total, cut = left, False
        self._cut_at = math.inf
        while not cut:
            moment = Moment(
                "playing", VERB, left, prompt=prompt, index=self._index, gather=ACCEPTS,
                agent=self._stand(more_may_come=False),
            )  # fmt: skip
            act = yield from call.ask_or_receive(moment, self._socket)
            if act is None:
                break
            cut = yield from self._during(utterance, act, began, total)
            left = max(total - (call.clock.elapsed() - began), 0.0)
        heard = utterance.text
        if cut:
            heard = utterance.heard_until((min(call.clock.elapsed(), self._cut_at) - began) / total if total else 1.0)
            event.details |= {"interrupted": True, "heard": self._shown_speech(heard)}
        else:
            self._said.append(utterance)
        if heard and "tokens-played" in self._terms.events:
            yield from self._send(written("info", name="tokensPlayed", value=heard))

    def _begin(self, utterance: AgentUtterance) -> Steps[tuple[Event, PlayedPrompt]]:
        if utterance.digits:
            event = yield from self._call.tell("play", digits=utterance.digits, loop=1)
            return event, PlayedPrompt("Play", digits=utterance.digits)
        if utterance.source:
            event = yield from self._call.tell("play", url=utterance.source, loop=utterance.loop, interrupted=False)
            return event, PlayedPrompt("Play", url=utterance.source)
        event = yield from self._call.tell(
            "say", text=" ".join(utterance.text.split()), language=utterance.language, voice=None, loop=1,
            interrupted=False, agent=True,
        )  # fmt: skip
        return event, PlayedPrompt("Say", text=" ".join(utterance.text.split()))

    def _during(self, utterance: AgentUtterance, act: Act | Brought, began: float, total: float) -> Steps[bool]:
        """What comes while ``utterance`` is said; True where that cuts it short."""
        match act:
            case Brought(message=message):
                yield from self._take(message)
                yield from self._take_waiting()
                if self._answer_over or self._speech.ends_sentence():
                    self._speech.flush(self._spoken_language)
                return self._speech.preempts(utterance)
            case acts.Press(digits=digits):
                cuts = utterance.interruptible in {"dtmf", "any"}
                if cuts:
                    yield from self._interrupt(utterance, began, total)
                yield from self._keyed(digits, told=cuts or self._terms.reports("dtmf"))
                if cuts:
                    self._acted(self._settings.pause)
                return cuts
            case acts.Speak(text=text):
                return (yield from self._spoken_over(utterance, text, began, total))
        return False

    def _spoken_over(self, utterance: AgentUtterance, text: str, began: float, total: float) -> Steps[bool]:
        """The caller talks into the agent's speech."""
        seconds = voice.spoken(text, self._heard_language)
        needed = self._terms.speech_cuts(utterance.interruptible, text, seconds)
        told = needed is not None or self._terms.reports("speech")
        yield from self._call.tell("speak", text=self._shown(text), **({} if told else {"lost": True}))
        if needed is not None:
            yield from self._call.wait(needed)
            yield from self._interrupt(utterance, began, total)
            yield from self._prompt(text, needed)
            self._acted(self._settings.patience)
        elif told:
            yield from self._prompt(text, 0.0)
        else:
            yield from self._call.wait(seconds)
        return needed is not None

    def _interrupt(self, utterance: AgentUtterance, began: float, total: float) -> Steps[None]:
        """Stop speaking, drop what has come and was not said, and tell the agent how far it came."""
        yield from self._take_waiting()
        now = self._cut_at = self._call.clock.elapsed()
        share = (now - began) / total if total else 1.0
        heard = "".join(each.text for each in self._said) + utterance.heard_until(share)
        self._speech.silence()
        milliseconds = round((now - self._answer_began) * 1000)
        yield from self._send(
            written("interrupt", utteranceUntilInterrupt=heard.rstrip(), durationUntilInterruptMs=milliseconds)
        )
        yield from self._fall_silent()

    def _fall_silent(self) -> Steps[None]:
        if self._speaking:
            self._speaking = False
            yield from self._tell_speaking("agentSpeaking", "off")

    def _tell_speaking(self, who: str, how: str) -> Steps[None]:
        if "speaker-events" in self._terms.events:
            moment = int(self._call.clock.now().timestamp() * 1000)
            yield from self._send(written("info", name=who, value=how, ts=moment))

    # What the caller says and keys

    def _keyed(self, digits: str, *, told: bool = True) -> Steps[None]:
        """Tell each key as it is pressed, one a second."""
        told = told and self._terms.dtmf
        yield from self._call.pressed(digits, lost=not told)
        for count, digit in enumerate(digits):
            if count:
                yield from self._call.wait(KEY_SECONDS)
            if told:
                yield from self._send(written("dtmf", digit=digit))

    def _prompt(self, text: str, over: float) -> Steps[None]:
        """Let the caller say ``text``, of which ``over`` seconds are over, and tell the agent what was understood."""
        yield from self._tell_speaking("clientSpeaking", "on")
        words = text.split()
        seconds = max(voice.spoken(text, self._heard_language) - over, 0.0)
        for count in range(1, len(words) + 1):
            yield from self._call.wait(seconds / len(words))
            if self._terms.partial and count < len(words):
                yield from self._send_prompt(" ".join(words[:count]), last=False)
        silence = self._terms.end_of_speech
        yield from self._call.wait(END_OF_SPEECH if silence is None else silence)
        yield from self._tell_speaking("clientSpeaking", "off")
        yield from self._send_prompt(text, last=True)
        self._prompts += 1
        if self._prompts == self._call.faults.relay.lost_after:
            yield CloseSocket(self._socket, LOST)
            raise SessionLost(LOST, "the script broke the connection (faults: lost_after)")

    def _send_prompt(self, text: str, *, last: bool) -> Steps[None]:
        yield from self._send(written("prompt", voicePrompt=text, lang=self._heard_language, last=last))

    # Messages

    def _send(self, message: Mapping[str, Any]) -> Steps[None]:
        if self._call.faults.relay.unknown:
            yield from self._send_one({"type": "telemetry", "name": "jitter", "value": 3})
        yield from self._send_one(message)

    def _send_one(self, message: Mapping[str, Any]) -> Steps[None]:
        self._sent += 1
        yield from self._call.tell("message", to="agent", number=self._sent, message=self._concealed(message))
        yield SendMessage(self._socket, json.dumps(message, ensure_ascii=False))

    def _take(self, message: str | bytes | ClosedSocket) -> Steps[None]:
        """Take in one message of the agent."""
        if isinstance(message, ClosedSocket):
            if self._ended is not None:
                raise SessionOver(self._ended)
            how = f" ({message.reason})" if message.reason else ""
            after = f"after its message {self._received}: {self._last_message}" if self._received else "without a word"
            raise SessionLost(NORMAL, f"the agent closed the websocket with {message.code}{how}, {after}")
        self._received += 1
        self._exhausted = False
        shown = self._last_message = quoted(self._received_as_shown(message))
        yield from self._call.tell("message", to="carrier", number=self._received, message=shown)
        try:
            if self._received <= self._call.faults.relay.refused:
                raise InvalidMessageError("the script takes it for invalid (faults: refused)")
            read = read_message(message)
        except InvalidMessageError as error:
            yield from self._refuse(message, error)
            return
        self._invalid = 0
        match read:
            case SessionEnd():
                self._ended = self._ended or read
                self._answer_over = True
            case LanguageSwitch(spoken=spoken, heard=heard):
                self._speech.flush(self._spoken_language)
                self._spoken_language = spoken or self._spoken_language
                self._heard_language = heard or self._heard_language
            case _ if self._ended is None:
                self._speech.add(read, self._spoken_language)
                self._answer_over = not isinstance(read, TextToken) or read.last

    def _hear_out(self) -> Steps[None]:
        """Take in what the agent sent before it could know that the caller is gone: it may have been invalid."""
        try:
            while (message := (yield ReceiveMessage(self._socket, LAST_WORDS))) is not None:
                yield from self._take(message)
        except (SessionLost, SessionOver):
            return

    def _take_waiting(self) -> Steps[None]:
        """Take in what has come already."""
        while (message := (yield ReceiveMessage(self._socket, 0.0))) is not None:
            yield from self._take(message)

    def _refuse(self, message: str | bytes, error: InvalidMessageError) -> Steps[None]:
        """Tell the agent that its message is invalid; ten in a row are the end."""
        self._invalid += 1
        what = f"message {self._received} of the agent is invalid: {error}: {self._last_message}"
        yield from self._warn(codes.RELAY_MESSAGE, what, "")
        yield from self._send(written("error", description=f"Invalid message received: {quoted(message)}"))
        if self._invalid == MOST_INVALID:
            yield CloseSocket(self._socket, 1007, "too many invalid messages")
            raise SessionLost(1007, f"{MOST_INVALID} messages in a row were invalid")

    def _warn(self, code: int, what: str, url: str) -> Steps[None]:
        notice = TwimlNotice.of(code, what, url or self._call.document.url, failure=True)
        self._call.transcript.warnings.append(notice)
        yield from ()

    def _received_as_shown(self, message: str | bytes) -> str | bytes:
        """The message of the agent as a transcript shows it: with marks in place of what is secret."""
        document = self._call.document
        hidden = ({"handoffData"} if document.secret else set()) | ({"token"} if document.secret_speech else set())
        if not hidden:
            return message
        try:
            fields = json.loads(message)
        except ValueError:
            return mark(str(message))
        if not isinstance(fields, dict):
            return mark(str(message))
        shown = {key: mark(str(value)) if key in hidden else value for key, value in fields.items()}
        return json.dumps(shown, ensure_ascii=False)

    def _shown(self, text: str) -> str:
        return mark(text) if self._call.document.secret else text

    def _shown_speech(self, text: str) -> str:
        return mark(text) if self._call.document.secret_speech else text

    def _concealed(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The message as a transcript shows it."""
        caller = {"voicePrompt", "digit"} if self._call.document.secret else set()
        agent = {"utteranceUntilInterrupt"} if self._call.document.secret_speech else set()
        if message.get("name") == "tokensPlayed" and self._call.document.secret_speech:
            agent.add("value")
        return {key: mark(str(value)) if key in caller | agent else value for key, value in message.items()}
