"""The recorder writes a call down as a call script that plays it again.

It is made of the notes of a ``RecordingPhone``. What went into a secret field is left out unless asked for: the script
then holds a mark there, which no reader of scripts accepts before a tester has put the keys in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ivr.replay.recording_phone import OF_STREAMS, Acted, Note
from ivr.replay.step_values import FILL_IN
from ivr.replay.steps import ANY
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.outbound_call import VERB as OUTBOUND
from ivr.simulator.parameters import mark
from ivr.simulator.phones.dialogue import goes_on
from ivr.simulator.phones.scripted import REACTION
from ivr.simulator.transcript import Event
from ivr.simulator.verbs.detection import PARTIES
from ivr.source.yaml_surprises import INVISIBLE
from value_class import value_class

FRAGMENT = 40
"""Characters of a prompt that a script hears: enough to know it by, few enough to survive a change of wording."""

SHORTEST_READ_BACK = 3
"""Signs of a secret that is looked for in what is heard: fewer stand in many a prompt by chance."""

SPELLED = re.compile(r"\b\w+(?:, \w+){3,}")
"""Single words one after the other, as the digits of a number are told: they are others in each call."""

UNCHANGED = re.compile(r"[A-Za-zÀ-ÿ][\w À-ÿ.-]*[\wÀ-ÿ-]")
"""Texts that YAML reads as they stand."""


@dataclass(slots=True)
class WrittenStep:
    """One step of a script: its verb and value as YAML, more keys of it, and how many keys or letters are left out.

    ``secret`` is what is left out.
    """

    verb: str
    value: str
    options: dict[str, str] = field(default_factory=dict)
    secret: str = field(default="", repr=False)

    @property
    def left_out(self) -> int:
        """Return how many keys or letters are left out."""
        return len(self.secret)

    def tell(self, known: Collection[str]) -> None:
        """Write the keys out after all where they are ``known``, with or without the key that ends an entry."""
        if self.secret and (self.secret in known or self.secret.rstrip("#") in known):
            self.value, self.secret = f'"{self.secret}"', ""

    def lines(self) -> Iterator[str]:
        """Yield the lines of the step as it stands in a script."""
        comment = f"  # secret, {self.left_out} long" if self.left_out else ""
        yield f"  - {self.verb}: {self.value}{comment}"
        yield from (f"    {key}: {value}" for key, value in self.options.items())


@value_class
class RecordedScript:
    """A recorded call: the script's ``text``, and the lines of it at which a secret is left out."""

    text: str
    to_fill_in: tuple[int, ...]


def write_script(head: Sequence[str], steps: Sequence[WrittenStep], expect: Sequence[str]) -> RecordedScript:
    """Write ``steps`` below the lines ``head`` and above the expectations ``expect``."""
    lines = list(head)
    missing: list[int] = []
    if steps:
        lines.append("steps:")
    for step in steps:
        if step.left_out:
            missing.append(len(lines) + 1)
        lines += step.lines()
    if expect:
        lines.append("expect:")
        lines += [f"  {line}" for line in expect]
    return RecordedScript("\n".join(lines) + "\n", tuple(missing))


def steps_of(notes: Sequence[Note], *, secrets: bool, known: Collection[str] = ()) -> list[WrittenStep]:
    """Return the steps that repeat the call in ``notes``; ``secrets`` writes out what was secret, too.

    ``known`` are entries that are no secret of anybody's, such as those of demo customers: they are written out.
    """
    steps = _Writer(notes, secrets, known).steps
    for step in steps:
        step.tell(known)
    return steps


def without_secrets(url: str) -> str:
    """Return the address without what may be secret in it: user, password and query."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def quoted(text: str) -> str:
    """Return ``text`` as YAML reads it back; quoted unless it is plain words."""
    if UNCHANGED.fullmatch(text) and text.lower() not in {"null", "true", "false", "yes", "no", ANY}:
        return text
    # A sign that cannot be seen is refused in a file as it stands, and taken where it is written out.
    return INVISIBLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text, ensure_ascii=False))


def fragment(text: str) -> str:
    """Return the beginning of a prompt up to a full stop or a spelled number, in whole words; empty where none can be
    written.
    """
    words: list[str] = []
    for word in SPELLED.split(text, maxsplit=1)[0].split():
        if not word.isprintable() or len(" ".join([*words, word])) > FRAGMENT:
            break
        words.append(word)
        if word[-1] in ".!?:;" and len(words) > 1:
            break
    return " ".join(words).rstrip(".!?:;,")


class _Writer:
    def __init__(self, notes: Sequence[Note], secrets: bool, known: Collection[str]) -> None:
        self.steps: list[WrittenStep] = []
        self._notes = notes
        self._secrets = secrets
        self._known = known
        self._heard: list[WrittenStep] = []
        self._begun: list[str] = []
        self._skips = False
        self._talk_is_the_callers = False
        self._legs = 0
        self._silent: dict[int, WrittenStep] = {}
        self._waited = 0.0
        for number, note in enumerate(notes):
            if isinstance(note, Event) and note.kind == "dial":
                self._dial(number)
            elif isinstance(note, Event) and note.kind in OF_STREAMS:
                self._hear_stream(note)
            elif isinstance(note, Event):
                self._hear(note)
            elif note.act is None:
                self._let_pass(note.moment)
            else:
                # A key that nobody listens for stops no sentence: the rest of one that was begun comes after it.
                goes_on = note.moment.kind == "playing" and note.moment.gather is None
                begun = bool(self._begun)
                self._act(note.moment, note.act, number)
                self._skips = goes_on and (self._skips or (begun and not self._begun))
        self._flush()

    def _hear_stream(self, event: Event) -> None:
        """What an application did in a media stream; what the caller did is told by the acts."""
        match event.kind:
            case "mark" if not event["cleared"]:
                self._write("mark", quoted(str(event["mark"])))
            case "clear":
                self._write("cleared", "yes")
            case "stream_ended" if event["by"] == "app":
                self._write("stream_ends", "yes")

    def _hear(self, event: Event) -> None:
        if event.spoken is not None and not self._secrets:
            return  # what was read back would stand in the script
        if event.words is None:
            self._note(WrittenStep("play", quoted(urlsplit(event["url"]).path.rpartition("/")[2])))
            return
        ends = event.kind == "say" or not goes_on(event.words)
        if self._skips and event.kind == "play":
            self._skips = not ends
            return
        # A sentence in several recordings is heard as one: the digits of a protocol are others in each call.
        self._begun.append(event.words)
        if ends:
            self._end_sentence()

    def _cut_sentence(self) -> None:
        """Of a sentence that an act stops its first recording alone is sure: those behind it tell numbers and names."""
        del self._begun[1:]
        self._end_sentence()

    def _end_sentence(self) -> None:
        sentence, self._begun = " ".join(self._begun), []
        self._note(WrittenStep("hear", quoted(fragment(self._before_secrets(sentence)))))

    def _before_secrets(self, sentence: str) -> str:
        """What is said before something that is left out is read back, by an app that does not mark what it says."""
        for secret in {step.secret.rstrip("#") for step in self.steps if step.left_out} - set(self._known):
            signs = [sign for sign in secret if sign.isalnum()]
            if len(signs) >= SHORTEST_READ_BACK:
                spelled = r"[^\w]*".join(map(re.escape, signs))
                sentence = re.split(spelled, sentence, maxsplit=1, flags=re.IGNORECASE)[0]
        return sentence

    def _note(self, step: WrittenStep) -> None:
        if step.value != '""' and step not in self._heard:
            self._heard.append(step)

    def _dial(self, number: int) -> None:
        """One leg more; the legs of one dial are told one after the other."""
        before = self._notes[number - 1] if number else None
        if not (isinstance(before, Event) and before.kind == "dial"):
            self._legs, self._silent = 0, {}
        self._legs += 1

    def _let_pass(self, moment: Moment) -> None:
        if moment.queue is not None:
            return  # waiting is written when something ends it
        if moment.kind in {"gather", "record"}:
            self._write("silent", "true")
        elif moment.kind == "ringing" and moment.seconds is not None:
            for leg in moment.legs:
                self._callee("no-answer", leg.number)

    def _act(self, moment: Moment, act: Act, number: int) -> None:
        match act:
            case acts.Press(digits=digits):
                self._press(moment, digits, act.after)
            case acts.Speak(text=text, confidence=confidence):
                options = {} if confidence is None else {"confidence": f"{confidence:g}"}
                if moment.gather and "speech" in moment.gather.input and not moment.keyed:
                    self._give(moment, "speak", quoted(_printable(text)), text, **options, **_during(moment))
            case acts.Talk(seconds=seconds, words=words):
                options = {} if words is None or moment.secret else {"transcript": quoted(_printable(words))}
                self._write("record", _seconds(max(seconds, 0.1)), **options)
            case acts.HangUp() | acts.GiveUp():
                self._hang_up(moment, act.after)
            case acts.Answered() | acts.Busy() | acts.NoAnswer() | acts.Failed() | acts.Canceled() if not (
                act.leg in self._silent or any(each.number == act.leg for each in moment.legs)
            ):
                pass  # no telephone rings there: the one who answered is still being asked to take the call
            case acts.Answered(by=by, after=after, greeting=greeting) if moment.verb == OUTBOUND:
                self._write("called", "answered", by=by, after=_seconds(after), **_greeting(by, greeting))
            case acts.Busy() | acts.NoAnswer() | acts.Failed() | acts.Canceled() if moment.verb == OUTBOUND:
                self._write("called", _OUTCOMES[type(act)])
            case acts.Answered(seconds=seconds, leg=leg, keys=keys, by=by, greeting=greeting):
                options = ({"press": f'"{keys}"'} if keys else {}) | ({"by": by} if by != PARTIES[0] else {})
                options |= _greeting(by, greeting)
                self._callee("answered", leg, **options, **self._talk(number, seconds))
            case acts.Busy(leg=leg):
                self._callee("busy", leg)
            case acts.NoAnswer(leg=leg):
                self._callee("no-answer", leg)
            case acts.Failed(leg=leg):
                self._callee("failed", leg)
            case acts.Canceled(leg=leg):
                self._callee("canceled", leg)
            case acts.Paid(result=result, token=token, confirmation=confirmation, error=error):
                given = {"token": token, "confirmation": confirmation, "error": error}
                self._write("pay", result, **{key: quoted(value) for key, value in given.items() if value})
            case acts.Bridged(seconds=seconds, after=after) if moment.queue is not None:
                options = {"after": _seconds(moment.waited + after - self._since(moment))}
                self._write("queue", "bridged", **options, **self._talk(number, seconds))

    def _callee(self, outcome: str, leg: int, **options: str) -> None:
        """What became of a leg; one that was let ring and did something after all was not let ring."""
        if leg in self._silent:
            silent = self._silent.pop(leg)
            self.steps = [step for step in self.steps if step is not silent]
        self._write("callee", outcome, **options, **({"leg": str(leg)} if self._legs > 1 else {}))
        if outcome == "no-answer":
            self._silent[leg] = self.steps[-1]

    def _press(self, moment: Moment, digits: str, after: float) -> None:
        """Keys that nothing heard are left out, where a script has no step for them: they change nothing."""
        takes_keys = moment.gather is not None and "dtmf" in moment.gather.input
        last = self.steps[-1] if self.steps else None
        if moment.kind == "gather" and moment.keyed and takes_keys and last and last.verb == "press":
            if last.left_out:
                last.secret += mark(digits) if moment.paying else digits
            else:
                last.value = f'"{last.value.strip(chr(34))}{digits}"'
        elif moment.kind == "playing" and moment.gather is None:
            self._give(moment, "early", f'"{digits}"', digits)
        elif moment.kind in {"gather", "playing"} and takes_keys:
            if moment.queue is not None:
                self._wait(moment, moment.waited + after - REACTION)
            self._give(moment, "press", f'"{digits}"', digits, **_during(moment))
        elif moment.kind == "record" or (
            moment.kind == "connected" and (self._talk_is_the_callers or moment.stream is not None)
        ):
            self._give(moment, "press", f'"{digits}"', digits)

    def _hang_up(self, moment: Moment, after: float) -> None:
        if moment.queue is not None:
            self._wait(moment, moment.waited + after - REACTION)
            self._write("hang_up", "true")
        elif moment.kind == "playing" and moment.gather:
            self._write("hang_up", f"{{during: {moment.index}}}")
        elif moment.kind == "playing" or (moment.kind == "ringing" and not moment.legs):
            self._write("hang_up", f"{{in: {moment.verb}}}")
        else:
            self._write("hang_up", "true")

    def _since(self, moment: Moment) -> float:
        """When the last step was done in this queue; steps of a queue count from the one before."""
        if moment.waited < self._waited:
            self._waited = 0.0  # another queue
        return self._waited

    def _wait(self, moment: Moment, until: float) -> None:
        """Let the caller stand in the queue ``until`` so many seconds have passed since it was entered."""
        if until > self._since(moment):
            self._write("queue", "wait", **{"for": _seconds(until - self._waited)})
            self._waited = until

    def _talk(self, number: int, seconds: float | None) -> dict[str, str]:
        """Who ends the talk that begins with the act in note ``number``, and after how long."""
        talk: list[Acted] = []
        for note in self._notes[number + 1 :]:
            if isinstance(note, Event) or (note.moment.kind == "ringing" and not note.moment.legs):
                continue  # the callee hears the whisper meanwhile
            if note.moment.kind != "connected":
                break
            talk.append(note)
        self._talk_is_the_callers = bool(talk) and talk[-1].act is not None
        if self._talk_is_the_callers:
            return {"until": "caller"}
        if seconds is None:
            seconds = talk[0].moment.seconds if talk else None
        return {"for": _seconds(seconds or 0.0)}

    def _give(self, moment: Moment, verb: str, value: str, given: str, **options: str) -> None:
        """Something that the caller keys or says, which may be secret."""
        self._write(verb, value, **options)
        if moment.secret and (moment.paying or not self._secrets):
            self.steps[-1].value = quoted(FILL_IN)
            # A card's number is written nowhere, whoever asks for it.
            self.steps[-1].secret = mark(given) if moment.paying else given

    def _write(self, verb: str, value: str, **options: str) -> None:
        self._flush()
        self.steps.append(WrittenStep(verb, value, options))

    def _flush(self) -> None:
        self._cut_sentence()
        self.steps += self._heard
        self._heard = []


def _during(moment: Moment) -> dict[str, str]:
    return {"during": str(moment.index)} if moment.kind == "playing" else {}


def _greeting(by: str, greeting: acts.MachineGreeting) -> dict[str, str]:
    if by != "machine" or greeting == acts.USUAL_GREETING:
        return {}
    return {"greeting": _seconds(greeting.seconds), "beep": greeting.ends}


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}".rstrip("0").rstrip(".")


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())


_OUTCOMES = {acts.Busy: "busy", acts.NoAnswer: "no-answer", acts.Failed: "failed", acts.Canceled: "canceled"}
