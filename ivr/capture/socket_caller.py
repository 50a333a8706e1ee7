"""``SocketCaller`` does what the caller did while a websocket was open: what the app was told of comes about again."""

from __future__ import annotations

from typing import Final

from ivr.capture.captured_sockets import CapturedMessage, CapturedSocket
from ivr.capture.stand_in_socket import PlayedSocket, StandInSockets
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.clock import Clock
from ivr.simulator.moments import Moment

RELAY: Final = "ConversationRelay"
STREAM: Final = "Connect"

REACTION: Final = 1.0
"""Seconds after which a caller answers an agent that has said all; how long it really took is not compared."""

LONGEST_WAIT: Final = 600.0
"""Seconds that a caller stays on a stream which the app is to end, beyond which the app did not."""


class SocketCaller:
    """The caller at the latest of ``sockets``; ``clock`` is the simulated call's."""

    def __init__(self, sockets: StandInSockets, clock: Clock) -> None:
        self._sockets = sockets
        self._clock = clock
        self._at: PlayedSocket | None = None
        self._done = 0

    def is_in(self, moment: Moment) -> bool:
        """Return whether ``moment`` is one in which the caller talks with an app by a websocket."""
        return self._sockets.current is not None and moment.verb in {RELAY, STREAM} and not moment.legs

    def act(self, moment: Moment) -> Act | None:
        """The act that comes next."""
        played = self._sockets.current
        if played is None:
            return None
        if played is not self._at:
            self._at, self._done = played, 0
        inputs = list(played.captured.inputs())
        following = inputs[self._done] if self._done < len(inputs) else None
        return self._to_agent(moment, played, following) if moment.verb == RELAY else self._on_stream(played, following)

    def _to_agent(self, moment: Moment, played: PlayedSocket, following: CapturedMessage | None) -> Act | None:
        if following is not None:
            cut_in = _interruption(played.captured, following)
            if moment.kind == "playing":
                if cut_in is None:
                    return None
                whole = moment.seconds or 0.0
                return self._said(following, min(cut_in, whole * 0.9))
            return self._said(following, REACTION)
        waits = moment.kind == "playing" or (moment.agent is not None and moment.agent.more_may_come)
        return None if waits else acts.HangUp(REACTION)

    def _on_stream(self, played: PlayedSocket, following: CapturedMessage | None) -> Act | None:
        messages = played.captured.messages
        began, here = messages[0].t, played.sent[0][0] if played.sent else self._clock.elapsed()
        passed = self._clock.elapsed() - here
        if following is not None:
            return self._said(following, max(following.t - began - passed, 0.0))
        if played.captured.closed_by_app:
            return acts.Wait(LONGEST_WAIT) if passed < LONGEST_WAIT else acts.HangUp()
        return acts.HangUp(max(messages[-1].t - began - passed, 0.0))

    def _said(self, following: CapturedMessage, after: float) -> Act:
        self._done += 1
        message = following.message or {}
        if following.type == "prompt":
            return acts.Speak(str(message.get("voicePrompt", "")), None, after)
        inner = message.get("dtmf")
        digit = inner.get("digit") if isinstance(inner, dict) else message.get("digit")
        return acts.Press(str(digit), after)


def _interruption(captured: CapturedSocket, following: CapturedMessage) -> float | None:
    """Seconds that were heard of the answer into which ``following`` cut; None where it had ended."""
    before = [each for each in captured.messages if each.way == "to-app" and each.type != "info"]
    place = before.index(following)
    while place > 0 and before[place - 1].type == "prompt" and (before[place - 1].message or {}).get("last") is False:
        place -= 1
    if place == 0 or before[place - 1].type != "interrupt":
        return None
    heard = (before[place - 1].message or {}).get("durationUntilInterruptMs", 0)
    try:
        return float(heard) / 1000
    except (TypeError, ValueError):
        return 0.0
