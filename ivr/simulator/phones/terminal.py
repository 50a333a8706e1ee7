"""A telephone in a terminal: what is said appears as it is said, and each key counts as it is pressed.

Besides the keypad (0-9 * #) there are keys for what people do: h hangs up, s speaks, t talks into a recording; while
a number rings, a answers, b is busy, n lets it ring, f cannot be reached; in a queue, a is an agent who answers; while
a payment is processed, f lets it fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import PROCESSING, Moment, PlayedPrompt
from ivr.simulator.phones.dialogue import Narrator, goes_on
from ivr.simulator.phones.screen import Screen, wrap
from ivr.simulator.transcript import Event

KEYPAD = frozenset("0123456789*#")

TALK_SECONDS = 15.0
"""How long a callee or an agent stays on the line, so that what follows a talk can be tried without waiting."""

TICK = 0.1
"""Seconds between two drawings of the status line."""

STREAM_LOOK = 0.2
"""Seconds after which a media stream is looked at again, which its application may have closed."""

SHORTEST = 1e-6
"""Seconds of a moment that are not waited for: a clock that counts microseconds would never get past them."""

TEXT_WIDTH = 72

_KEYS = {
    "gather": "0-9 * # keys",
    "playing": "0-9 * # keys",
    "record": "t talk, 0-9 * # end",
    "ringing": "a answer, b busy, n no answer, f failed",
    "connected": "0-9 * # keys",
    "queue": "a agent answers",
}


@dataclass(slots=True)
class Saying:
    """A prompt that is being heard: ``heard`` of its ``seconds`` are over. ``before`` is what recordings before it have
    said of the same sentence.
    """

    prompt: PlayedPrompt
    seconds: float | None
    before: str = ""
    heard: float = 0.0

    @property
    def whole(self) -> str:
        """Return all of it, with what came before."""
        return f"{self.before} {self.prompt.text}".strip()

    def words(self, more: float = 0.0) -> str:
        """Return what has been said ``more`` seconds on."""
        words = self.prompt.text.split()
        share = min((self.heard + more) / self.seconds, 1.0) if self.seconds else 1.0
        return " ".join([*self.before.split(), *words[: round(share * len(words))]])


class TerminalPhone:
    """One person who plays everybody on the line. ``elapsed`` gives the seconds since the call began.

    ``interrupted`` tells whether somebody else wants to go on, whom this person's waiting holds up.
    """

    def __init__(
        self, screen: Screen, elapsed: Callable[[], float], interrupted: Callable[[], bool] = lambda: False
    ) -> None:
        self._screen = screen
        self._elapsed = elapsed
        self._interrupted = interrupted
        self._narrator = Narrator()
        self._saying: Saying | None = None
        self._begun = ""
        self._keyed = ""
        self._lasting: list[str] = []

    def act(self, moment: Moment) -> Act | None:
        """Wait for somebody to act until the moment ends by itself."""
        began = self._elapsed()
        self._listen(moment)
        act = None
        while act is None:
            after = self._elapsed() - began
            left = None if moment.seconds is None else moment.seconds - after
            if left is not None and left < SHORTEST:
                break
            self._draw(moment, after)
            key = self._screen.key(TICK if left is None else min(TICK, left))
            after = self._elapsed() - began
            if key:
                # A key at the very end still falls into the moment, however late this loop woke up.
                act = self._act_of(key, moment, after if moment.seconds is None else min(after, moment.seconds))
            elif self._interrupted() or moment.disturbed() or (moment.stream is not None and after >= STREAM_LOOK):
                act = acts.Wait(after)
        if self._saying:
            self._saying.heard += self._elapsed() - began
            if act is None:
                self._settle(whole=True)
        return act

    def notice(self, event: Event) -> None:
        """Keep for the screen what happens; what is said is left to ``act``, which shows it word by word."""
        if event.kind == "press" and not event.get("leg"):
            # One line for the keys of an entry, not one for each: the status line shows them meanwhile.
            self._keyed += str(event["digits"])
        elif (event.words is None and event.kind != "pause") or event.get("leg"):
            self._tell(self._narrator.told(event))

    def ended(self) -> str | None:
        """A person may end a call whenever they like."""
        self._tell(self._narrator.ended())
        self._settle()
        self._flush_keys()
        self._screen.show([], self._lasting)
        self._lasting = []
        return None

    def _act_of(self, key: str, moment: Moment, after: float) -> Act | None:
        """What ``key`` means in ``moment``; None where it means nothing."""
        match key:
            case "h":
                return acts.HangUp(after)
            case "s" if _takes_speech(moment):
                text = self._screen.ask("you say: ", secret=moment.secret).strip()
                return acts.Speak(text, after=after) if text else None
            case "t" if moment.kind == "record":
                return acts.Talk(self._talk(), after)
            case "a" if moment.legs and moment.kind != "connected":
                return acts.Answered(TALK_SECONDS, ringing_leg(moment), after)
            case "b" if moment.legs and moment.kind != "connected":
                return acts.Busy(ringing_leg(moment), after)
            case "n" if moment.legs and moment.kind != "connected":
                return acts.NoAnswer(ringing_leg(moment), after)
            case "f" if moment.paying == PROCESSING:
                return acts.Paid("payment-connector-error", after)
            case "f" if moment.legs and moment.kind != "connected":
                return acts.Failed(ringing_leg(moment), after)
            case "a" if moment.queue is not None:
                return acts.Bridged(TALK_SECONDS, after)
            case _ if key in KEYPAD and moment.kind != "ringing":
                return acts.Press(key, after)
        return None

    def _talk(self) -> float:
        """Let the person talk into the recording until any key; how long that was."""
        began = self._elapsed()
        while self._screen.key(TICK) is None:
            self._screen.show([f"you talk, {self._elapsed() - began:.0f} s; any key stops"], self._lasting)
            self._lasting = []
        return self._elapsed() - began

    def _listen(self, moment: Moment) -> None:
        """Begin with another prompt, or go on with the one that a key nobody listened for did not stop."""
        going_on = self._saying is not None and moment.prompt is self._saying.prompt
        if not going_on:
            if self._saying or not (moment.prompt and moment.prompt.verb == "Play" and moment.prompt.text):
                self._settle()
            if moment.prompt and moment.prompt.text:
                self._flush_keys()
                self._saying, self._begun = Saying(moment.prompt, moment.seconds, self._begun), ""

    def _settle(self, *, whole: bool = False) -> None:
        """Let what was said stay on the screen, as far as it was said."""
        said = self._begun
        if self._saying:
            said = self._saying.whole if whole else f"{self._saying.words()} —".strip()
            if whole and self._saying.prompt.verb == "Play" and goes_on(said):
                self._saying, self._begun = None, said
                return
        if said:
            self._lasting += wrap(said, TEXT_WIDTH)
        self._saying, self._begun = None, ""

    def _draw(self, moment: Moment, after: float) -> None:
        said = wrap(self._saying.words(after), TEXT_WIDTH) if self._saying else []
        self._screen.show([*said, self._status(moment, after)], self._lasting)
        self._lasting = []

    def _status(self, moment: Moment, after: float) -> str:
        minutes, seconds = divmod(int(self._elapsed()), 60)
        parts = [f"[{moment.verb} {moment.kind} {minutes}:{seconds:02d}]"]
        if moment.seconds is not None and moment.kind != "playing" and not moment.agent:
            parts.append(f"{max(moment.seconds - after, 0):.0f} s left")
        if self._keyed:
            parts.append(f"keyed {self._keyed}")
        can = ["f payment fails" if moment.paying == PROCESSING else _KEYS[moment.kind]]
        if _takes_speech(moment):
            can.append("s speak")
        if moment.queue is not None and moment.kind != "queue":
            can.append(_KEYS["queue"])
        return " · ".join([*parts, ", ".join([*can, "h hang up"])])

    def _tell(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._settle()
            self._flush_keys()
            self._lasting.append(line)

    def _flush_keys(self) -> None:
        if self._keyed:
            self._lasting.append(f"caller: presses {self._keyed}")
            self._keyed = ""


def ringing_leg(moment: Moment) -> int:
    """Return which of the parties that ring is meant: the first that still does."""
    return moment.legs[0].number if moment.legs else 1


def _takes_speech(moment: Moment) -> bool:
    return moment.gather is not None and "speech" in moment.gather.input
