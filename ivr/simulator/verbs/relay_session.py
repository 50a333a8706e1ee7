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

import math
from dataclasses import field

from ivr.simulator import acts, codes
from ivr.simulator.acts import Act
from ivr.simulator.effects import Brought, CloseSocket, Steps
from ivr.simulator.moments import AcceptedInput, AgentTurn, Moment, PlayedPrompt
from ivr.simulator.parameters import mark
from ivr.simulator.sockets import ClosedSocket
from ivr.simulator.transcript import Event
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import CallEnded
from ivr.simulator.verbs.relay_caller import RelayCaller
from ivr.simulator.verbs.relay_messages import LanguageSwitch, SessionEnd, TextToken, setup_fields
from ivr.simulator.verbs.relay_speech import AgentSpeech, AgentUtterance
from ivr.simulator.verbs.relay_terms import RelayTerms
from ivr.simulator.verbs.relay_wire import RelayWire, SessionLost, warn
from ivr.simulator.verbs.transcriptions import OUTBOUND
from value_class import value_class

VERB = "ConversationRelay"

MOST_AT_ONCE = 2000
"""Messages that are taken for one answer; an agent that goes on is heard so far."""

MOST_ENDLESS = 2
"""Answers of so many messages in a row after which nothing else is expected of an agent until the caller acts."""

LAST_WORDS = 0.01
"""Real seconds for what an agent has sent as the caller hangs up."""

ACCEPTS = AcceptedInput(("dtmf", "speech"), None, "")
"""A caller may key and speak at any time; whether anybody hears it is another matter."""


@value_class
class SessionOutcome:
    """A session outcome has a ``status``: ended, completed or failed, in the vendor's words.

    ``handoff`` is what the agent handed over, ``error`` the vendor's number of what it failed by, and ``ended`` how the
    call ended, or was taken away, where it was meanwhile.
    """

    status: str
    handoff: str | None = field(default=None, repr=False)
    error: int | None = None
    ended: CallEnded | None = None


class SessionOver(Exception):
    """The agent has ended the session."""

    def __init__(self, end: SessionEnd) -> None:
        super().__init__()
        self.end = end


class RelaySession:
    """One session on ``terms`` by an open ``wire``; ``run`` is the whole of it."""

    def __init__(self, call: CallControl, terms: RelayTerms, wire: RelayWire) -> None:
        self._call = call
        self._terms = terms
        self._wire = wire
        self._caller = RelayCaller(call, terms, wire)
        self._settings = call.carrier.relay
        self._speech = AgentSpeech(terms.interruptible, terms.preemptible)
        self._language = terms.spoken_language
        self._ended: SessionEnd | None = None
        self._answer_over = False
        self._owed = 0.0
        """Real seconds for which the agent is waited for before the caller acts: it is its turn."""
        self._exhausted = False
        """Whether the agent was waited for in vain since the last act or message."""
        self._endless = False
        """Whether the agent has sent so much without a pause that the caller acts before more of it is taken in."""
        self._endless_answers = 0
        """How often that was so since the caller's last act."""
        self._said: list[AgentUtterance] = []
        """What was said whole of the present answer."""
        self._answer_began = 0.0
        self._cut_at = math.inf
        """The second at which the caller cut in on what was being said."""
        self._speaking = False
        self._index = 0

    def run(self, session: str) -> Steps[SessionOutcome]:
        """Talk until the websocket is closed, and say what came of it."""
        try:
            setup = setup_fields(dict(self._call.params()), session, dict(self._terms.parameters))
            yield from self._wire.send("setup", **setup)
            yield from self._converse()
        except SessionOver as over:
            yield CloseSocket(self._wire.socket)
            return SessionOutcome("ended", handoff=over.end.handoff)
        except SessionLost as lost:
            warn(self._call, codes.RELAY_LOST, lost.reason)
            yield CloseSocket(self._wire.socket, lost.code)
            return SessionOutcome("failed", error=codes.RELAY_LOST)
        except CallEnded as ended:
            yield from self._hear_out()
            yield CloseSocket(self._wire.socket)
            return SessionOutcome("completed", ended=ended)
        finally:
            self._wire.socket.close()
        raise AssertionError("a conversation ends by what is raised")

    # Turns

    def _converse(self) -> Steps[None]:
        if self._terms.greeting:
            self._speech.greet(self._terms.greeting, self._language, self._terms.greeting_interruptible)
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
        endless, self._endless = self._endless, False
        if not self._call.clock.real and not endless:
            message = yield from self._wire.receive(self._owed)
            if message is not None:
                yield from self._take_answer(message)
                return
            self._exhausted = self._exhausted or self._owed >= self._settings.patience
            self._owed = 0.0
        clock = self._call.clock
        seconds = self._settings.patience * clock.pace if clock.real and not self._exhausted else None
        moment = Moment("gather", VERB, seconds, gather=ACCEPTS, agent=self._stand(more_may_come=not self._exhausted))
        act = yield from self._call.ask_or_receive(moment, self._wire.socket)
        match act:
            case Brought(message=message):
                yield from self._take_answer(message)
            case None if not self._exhausted:
                self._exhausted = True
                if not self._call.clock.real:
                    message = yield from self._wire.receive(self._settings.patience)
                    if message is not None:
                        yield from self._take_answer(message)
            case acts.Press(digits=digits):
                yield from self._caller.keys(digits)
                self._acted(self._settings.pause)
            case acts.Speak(text=text):
                yield from self._caller.begin(text)
                yield from self._caller.says(text)
                self._acted(self._settings.patience)

    def _acted(self, owed: float) -> None:
        """It is the agent's turn: it is waited for ``owed`` real seconds; of a key it may want to hear more."""
        self._owed = owed
        self._exhausted = False
        self._endless_answers = 0
        self._index = 0

    def _take_answer(self, message: str | bytes | ClosedSocket | None) -> Steps[None]:
        """Take ``message`` and what follows it, until the answer is over, or enough of it is here to be said."""
        self._answer_over = False
        for _ in range(MOST_AT_ONCE):
            if isinstance(message, ClosedSocket) and self._speech.begun:
                break  # what came before it is heard; the socket says again that it is closed
            if message is not None:
                yield from self._take(message)
            if self._answer_over and not (self._speech.is_preemptible() and self._ended is None):
                break
            if self._call.clock.real and self._speech.ends_sentence():
                break
            self._answer_over = False
            message = yield from self._wire.receive(self._settings.pause)
            if message is None:
                break
        else:
            self._endless = True
            self._endless_answers += 1
        self._speech.flush(self._language)
        slow = self._call.faults.relay.slow
        if slow:
            yield from self._call.wait(slow)

    def _stand(self, *, more_may_come: bool) -> AgentTurn:
        never_stops = self._endless_answers >= MOST_ENDLESS
        return AgentTurn(
            more_may_come and not never_stops, self._settings.patience, self._wire.last_message, never_stops
        )

    # What the agent says

    def _say(self, utterance: AgentUtterance) -> Steps[None]:
        """Say it to its end, unless the caller cuts it short or another answer takes its place."""
        call = self._call
        if not self._said or self._said[-1].answer != utterance.answer:
            self._said.clear()
            self._answer_began = call.clock.elapsed()
        if not self._speaking:
            self._speaking = True
            yield from self._caller.tell_speaking("agentSpeaking", "on")
        self._index += 1
        self._owed = 0.0
        event, prompt = yield from self._begin(utterance)
        seconds = utterance.seconds()
        length = (yield from call.length_of(utterance.source)) if seconds is None else seconds
        began, left = call.clock.elapsed(), length * utterance.loop
        total, over, interrupted = left, False, True
        self._cut_at = math.inf
        says = call.transcriptions.begin(OUTBOUND, utterance.text, total, secret=call.document.secret_speech)
        share = 1.0
        try:
            while not over:
                moment = Moment(
                    "playing", VERB, left, prompt=prompt, index=self._index, gather=ACCEPTS,
                    agent=self._stand(more_may_come=False),
                )  # fmt: skip
                act = yield from call.ask_or_receive(moment, self._wire.socket)
                if act is None:
                    over, interrupted = True, False
                    self._said.append(utterance)
                else:
                    over = yield from self._during(utterance, act, began, total)
                    left = max(total - (call.clock.elapsed() - began), 0.0)
        finally:
            if interrupted and total:
                share = (min(call.clock.elapsed(), self._cut_at) - began) / total
            heard = utterance.heard_until(share)
            if interrupted and not utterance.digits:
                event.details |= {"interrupted": True, "heard": self._shown_speech(heard)}
            call.transcriptions.end(says, share)
        if math.isinf(self._cut_at):
            yield from self._tell_played(heard)

    def _tell_played(self, heard: str) -> Steps[None]:
        if heard and "tokens-played" in self._terms.events:
            yield from self._wire.send("info", name="tokensPlayed", value=heard)

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
                    self._speech.flush(self._language)
                return self._speech.preempts(utterance)
            case acts.Press(digits=digits):
                cuts = utterance.interruptible in {"dtmf", "any"}
                if cuts:
                    yield from self._interrupt(utterance, began, total)
                yield from self._caller.keys(digits, told=cuts or self._terms.reports("dtmf"))
                if cuts:
                    self._acted(self._settings.pause)
                return cuts
            case acts.Speak(text=text):
                return (yield from self._spoken_over(utterance, text, began, total))
        return False

    def _spoken_over(self, utterance: AgentUtterance, text: str, began: float, total: float) -> Steps[bool]:
        """The caller talks into the agent's speech."""
        seconds = self._caller.seconds_of(text)
        needed = self._terms.speech_cuts(utterance.interruptible, text, seconds)
        told = needed is not None or self._terms.reports("speech")
        yield from self._caller.begin(text, told=told)
        if needed is not None:
            yield from self._call.wait(needed)
            yield from self._interrupt(utterance, began, total)
            yield from self._caller.says(text, needed)
            self._acted(self._settings.patience)
        elif told:
            yield from self._caller.says(text)
        else:
            yield from self._call.wait(seconds)
        return needed is not None

    def _interrupt(self, utterance: AgentUtterance, began: float, total: float) -> Steps[None]:
        """Stop speaking, drop what has come and was not said, and tell the agent how far it came."""
        yield from self._take_waiting()
        now = self._cut_at = self._call.clock.elapsed()
        share = (now - began) / total if total else 1.0
        played = utterance.heard_until(share)
        heard = "".join(each.text for each in self._said) + played
        self._speech.silence()
        yield from self._tell_played(played)
        milliseconds = round((now - self._answer_began) * 1000)
        yield from self._wire.send(
            "interrupt", utteranceUntilInterrupt=heard.rstrip(), durationUntilInterruptMs=milliseconds
        )
        yield from self._fall_silent()

    def _fall_silent(self) -> Steps[None]:
        if self._speaking:
            self._speaking = False
            yield from self._caller.tell_speaking("agentSpeaking", "off")

    # What the agent sends

    def _take(self, message: str | bytes | ClosedSocket) -> Steps[None]:
        """Take in one message of the agent."""
        if isinstance(message, ClosedSocket) and self._ended is not None:
            raise SessionOver(self._ended)
        self._exhausted = False
        read = yield from self._wire.read(message)
        match read:
            case None:
                return
            case SessionEnd():
                self._ended = self._ended or read
                self._answer_over = True
            case LanguageSwitch(spoken=spoken, heard=heard):
                self._speech.flush(self._language)
                self._language = spoken or self._language
                self._caller.language = heard or self._caller.language
            case _ if self._ended is None:
                self._speech.add(read, self._language)
                self._answer_over = not isinstance(read, TextToken) or read.last

    def _take_waiting(self, patience: float = 0.0) -> Steps[None]:
        """Take in what has come already."""
        for _ in range(MOST_AT_ONCE):
            message = yield from self._wire.receive(patience)
            if message is None:
                return
            yield from self._take(message)

    def _hear_out(self) -> Steps[None]:
        """Take in what the agent sent before it could know that the caller is gone: it may have been invalid."""
        try:
            yield from self._take_waiting(LAST_WORDS)
        except (SessionLost, SessionOver):
            return

    def _shown_speech(self, text: str) -> str:
        return mark(text) if self._call.document.secret_speech else text
