"""``read_steps`` reads the steps of a call script into what the scripted phone plays."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence as Many
from functools import partial, reduce
from typing import Literal, TypeVar, cast

from ivr.replay.addresses import parse_address
from ivr.replay.heard_prompts import PromptsOf, find_prompt
from ivr.replay.step_values import parse_confidence, parse_keys, parse_regex, parse_words
from ivr.replay.stream_steps import STREAM_READERS
from ivr.simulator.acts import PAYMENT_RESULTS
from ivr.simulator.phones import steps
from ivr.simulator.phones.steps import Step, Wanted
from ivr.simulator.rest.picking_up import read_party
from ivr.source.diagnostics import Diagnostics
from ivr.source.fields import Fields, suggest
from ivr.source.folding import fold_words
from ivr.source.seconds import parse_seconds
from ivr.source.yaml import Mapping, Sequence, Text, Value
from value_class import value_class
from wording import message, phrase

OUTCOMES = ("answered", "busy", "no-answer", "failed", "canceled")
"""How a dialled leg can turn out, in Twilio's words for DialCallStatus."""

VERBS = ("Say", "Play", "Pause", "Gather", "Record", "Dial", "Enqueue", "Echo", "Pay", "ConversationRelay")
"""TwiML verbs that last, so that a caller can hang up while they are at work."""

ANY = "any"
"""Written in place of a text: whatever is said will do."""

TALK = 60.0
"""Seconds that a callee talks where the script does not say."""

T = TypeVar("T")

QUEUE_TIME = 30.0
"""Seconds that an agent talks, or that a caller waits for none, where the script does not say."""


@value_class
class ScriptPrompts:
    """The prompts that the steps of one script may name: those of its ``line``, where ``of`` knows any."""

    line: str = ""
    of: PromptsOf | None = None


_NO_PROMPTS = ScriptPrompts()


def read_steps(values: Many[Value], diagnostics: Diagnostics, prompts: ScriptPrompts = _NO_PROMPTS) -> tuple[Step, ...]:
    """Read the steps in ``values``, and leave out those that are faulty; ``prompts`` are those that they may name."""
    return read_each(values, diagnostics, readers_of(prompts))


def readers_of(prompts: ScriptPrompts) -> dict[str, Callable[[Fields, str], Step]]:
    """Return what reads a step, by its verb: of the step's mapping and its place in the file."""
    hearing = {verb: partial(_read_heard, read, prompts) for verb, read in _HEARING.items()}
    return {**hearing, **_READERS}


def read_each(
    values: Many[Value], diagnostics: Diagnostics, readers: MappingOf[str, Callable[[Fields, str], T]]
) -> tuple[T, ...]:
    """Read each of ``values`` by the reader of the one verb that it holds, and leave out those that are faulty."""
    read = (_read_step(value, number, diagnostics, readers) for number, value in enumerate(values, start=1))
    return tuple(step for step in read if step is not None)


def _read_heard(
    read: Callable[[Fields, str, ScriptPrompts], Step], prompts: ScriptPrompts, fields: Fields, where: str
) -> Step:
    return read(fields, where, prompts)


def _read_step(
    value: Value, number: int, diagnostics: Diagnostics, readers: MappingOf[str, Callable[[Fields, str], T]]
) -> T | None:
    owner = phrase("step {number}", number=number)
    if not isinstance(value, Mapping):
        written = f" '{value}'" if isinstance(value, Text) and not value.is_null else ""
        told = message(
            "step-not-a-mapping",
            '{owner}{written} must be a mapping with one verb, such as press: "2"',
            owner=owner,
            written=written,
        )
        diagnostics.error(value.mark, told)
        return None
    verbs = [key for key in value.entries if key in readers]
    if "callee" in verbs and "press" in verbs:
        verbs.remove("press")  # what the callee presses while its whisper listens
    if not verbs:
        first = next(iter(value.entries), "")
        told = message(
            "step-without-verb",
            "{owner} has no verb{written}{near} (verbs: {known})",
            owner=owner,
            written=f" '{first}'" if first else "",
            near=suggest(first, readers) if first else "",
            known=", ".join(readers),
        )
        diagnostics.error(value.mark, told)
        return None
    if len(verbs) > 1:
        told = message(
            "step-with-several-verbs",
            "{owner} holds {verbs}; give each a step of its own",
            owner=owner,
            verbs=reduce(lambda one, other: phrase("{one} and {other}", one=one, other=other), verbs),
        )
        diagnostics.error(value.mark, told)
        return None
    fields = Fields(value, owner, diagnostics)
    verb = verbs[0]
    given = value.get(verb)
    if isinstance(given, Text) and given.is_null:
        hint = phrase('; # begins a comment in YAML, so quote keys: "#"') if verb in {"press", "early"} else ""
        told = message("step-empty", "'{verb}' of {owner} is empty{hint}", verb=verb, owner=owner, hint=hint)
        diagnostics.error(given.mark, told)
        return None
    before = len(diagnostics.errors)
    where = f"{fields.mark.file}:{fields.mark.line}"
    step = readers[verb](fields, where)
    fields.finish()
    return step if len(diagnostics.errors) == before else None


def _hear(fields: Fields, where: str, prompts: ScriptPrompts) -> Step:
    text, prompt = _heard(fields, "hear", prompts)
    return steps.Hear(text, where=where, within=_within(fields), prompt=prompt)


def _not_hear(fields: Fields, where: str, prompts: ScriptPrompts) -> Step:
    text, prompt = _heard(fields, "not_hear", prompts)
    if text is None:
        fields.diagnostics.error(
            fields.mark_of("not_hear"),
            message("not-hear-any", "'not_hear' of {owner} needs a text or a regex, not any", owner=fields.owner),
        )
    return steps.NotHear(text or "", where=where, prompt=prompt)


def _heard(fields: Fields, key: str, prompts: ScriptPrompts) -> tuple[Wanted, str]:
    """What is heard, and its name where it is written as ``{prompt: name}``."""
    given = fields.value(key)
    if not (isinstance(given, Mapping) and "prompt" in given.entries):
        return read_wanted(fields, key), ""
    inner = Fields(given, phrase("'{key}' of {owner}", key=key, owner=fields.owner), fields.diagnostics)
    named = inner.text("prompt", required=True) or ""
    # Where it is none, that is told, and the script is not played.
    pattern = inner.parsed("prompt", lambda name: find_prompt(name, prompts.line, prompts.of))
    inner.finish()
    return pattern or "", named


def _play(fields: Fields, where: str) -> Step:
    return steps.Play(read_wanted(fields, "play"), where=where, within=_within(fields))


def read_wanted(fields: Fields, key: str) -> Wanted:
    """Read a text, ``{regex: ...}``, or ``any``, which is None; the text "any" is written in quotes."""
    given = fields.value(key)
    if isinstance(given, Mapping):
        inner = Fields(given, phrase("'{key}' of {owner}", key=key, owner=fields.owner), fields.diagnostics)
        pattern = inner.parsed("regex", parse_regex, required=True)
        inner.finish()
        return pattern
    if isinstance(given, Sequence):
        fields.diagnostics.error(
            given.mark,
            message(
                "heard-a-list",
                "'{key}' of {owner} must be a text, {{regex: ...}} or any; not a list",
                key=key,
                owner=fields.owner,
            ),
        )
        return None
    written = fields.text(key)
    if written is None or (written == ANY and not written.quoted):
        return None
    if key != "play" and not fold_words(written):
        fields.diagnostics.error(
            written.mark,
            message(
                "heard-without-words",
                "'{key}' of {owner} holds no letter and no digit that can be heard",
                key=key,
                owner=fields.owner,
            ),
        )
    return written


def _press(fields: Fields, where: str) -> Step:
    keys = fields.parsed("press", parse_keys) or ""
    return steps.Press(keys, during=_during(fields), where=where, after=_after(fields))


def _early(fields: Fields, where: str) -> Step:
    return steps.Early(fields.parsed("early", parse_keys) or "", where=where, after=_after(fields))


def _speak(fields: Fields, where: str) -> Step:
    confidence = fields.parsed("confidence", parse_confidence)
    text = fields.parsed("speak", parse_words) or ""
    return steps.Speak(text, confidence=confidence, where=where, during=_during(fields), after=_after(fields))


def _sms(fields: Fields, where: str) -> Step:
    body = fields.parsed("sms", parse_words) or ""
    to = fields.parsed("to", parse_address)
    return steps.Sms(body, to, tuple(fields.texts("media")), where=where, after=_after(fields))


def _texted(fields: Fields, where: str) -> Step:
    return steps.Texted(read_wanted(fields, "texted"), where=where, within=_within(fields))


def _silent(fields: Fields, where: str) -> Step:
    read_only_true(fields, "silent")
    return steps.Silent(where=where)


def _record(fields: Fields, where: str) -> Step:
    seconds = fields.parsed("record", parse_seconds) or 0.0
    return steps.Record(seconds, where=where, transcript=fields.parsed("transcript", parse_words))


def _callee(fields: Fields, where: str) -> Step:
    party = read_party(fields, "callee")
    until = fields.choice("until", ("caller",), default="")
    seconds = fields.parsed("for", parse_seconds)
    keys = fields.parsed("press", parse_keys)
    if party.outcome != "answered":
        for key in ("for", "until", "press", "ends"):
            if fields.has(key):
                fields.diagnostics.error(
                    fields.mark_of(key),
                    message(
                        "key-of-answered-callee",
                        "'{key}' of {owner} belongs to 'callee: answered' only",
                        key=key,
                        owner=fields.owner,
                    ),
                )
                break
    _only_one_end(fields, seconds, until)
    leg = fields.whole("leg", 0, least=1, most=10) or None
    return steps.Callee(
        party.outcome,
        seconds=TALK if seconds is None else seconds,
        until_caller=bool(until),
        leg=leg,
        where=where,
        keys=keys or "",
        within=_within(fields),
        by=party.by,
        ends=fields.flag("ends", default=True),
        greeting=party.greeting,
    )


def _called(fields: Fields, where: str) -> Step:
    party = read_party(fields, "called")
    return steps.Called(party.outcome, by=party.by, where=where, after=_after(fields), greeting=party.greeting)


def _queue(fields: Fields, where: str) -> Step:
    kind = fields.choice("queue", ("bridged", "wait")) or ""
    after = _after(fields)
    until = fields.choice("until", ("caller",), default="")
    seconds = fields.parsed("for", parse_seconds)
    if kind == "wait":
        for key in ("after", "until"):
            if fields.has(key):
                fields.diagnostics.error(
                    fields.mark_of(key),
                    message(
                        "key-of-bridged-queue",
                        "'{key}' of {owner} belongs to 'queue: bridged' only",
                        key=key,
                        owner=fields.owner,
                    ),
                )
    _only_one_end(fields, seconds, until)
    return steps.InQueue(
        cast(Literal["bridged", "wait"], kind),
        after=after or 0.0,
        seconds=QUEUE_TIME if seconds is None else seconds,
        where=where,
        until_caller=bool(until),
        within=_within(fields),
    )


def _pay(fields: Fields, where: str) -> Step:
    result = fields.choice("pay", PAYMENT_RESULTS) or ""
    given = {key: fields.text(key) for key in ("token", "confirmation", "error")}
    for key, least in (("token", "success"), ("confirmation", "success"), ("error", "")):
        if given[key] is not None and (result == "success") != (least == "success"):
            told = message(
                "key-of-other-payment",
                "'{key}' of {owner} is not for 'pay: {result}'",
                key=key,
                owner=fields.owner,
                result=result,
            )
            fields.diagnostics.error(fields.mark_of(key), told)
    return steps.Pay(result, where=where, **given)


def _hang_up(fields: Fields, where: str) -> Step:
    if not isinstance(fields.value("hang_up"), Mapping):
        read_only_true(fields, "hang_up")
        return steps.HangUp(where=where, after=_after(fields))
    moment = Fields.of(
        fields.value("hang_up"),
        phrase("'{key}' of {owner}", key="hang_up", owner=fields.owner),
        fields.diagnostics,
        fields.mark,
    )
    during = _during(moment)
    inside = moment.choice("in", VERBS, default="") or None
    moment.finish()
    return steps.HangUp(during=during, inside=inside, where=where, after=_after(fields))


_HEARING: dict[str, Callable[[Fields, str, ScriptPrompts], Step]] = {"hear": _hear, "not_hear": _not_hear}

_READERS: dict[str, Callable[[Fields, str], Step]] = {
    **STREAM_READERS,
    "play": _play,
    "press": _press,
    "early": _early,
    "speak": _speak,
    "sms": _sms,
    "texted": _texted,
    "silent": _silent,
    "record": _record,
    "callee": _callee,
    "called": _called,
    "queue": _queue,
    "pay": _pay,
    "hang_up": _hang_up,
}


def _during(fields: Fields) -> int | None:
    return fields.whole("during", 0, least=1, most=100) or None


def _after(fields: Fields) -> float | None:
    return fields.parsed("after", parse_seconds)


def _within(fields: Fields) -> float | None:
    return fields.parsed("within", parse_seconds)


def _only_one_end(fields: Fields, seconds: float | None, until: str | None) -> None:
    if seconds is not None and until:
        told = message("step-ends-twice", "{owner} holds both 'for' and 'until'; delete one", owner=fields.owner)
        fields.diagnostics.error(fields.mark_of("until"), told)


def read_only_true(fields: Fields, key: str) -> None:
    """Tell a fault where ``key`` is written as anything but yes."""
    if not fields.flag(key, default=False):
        fields.diagnostics.error(
            fields.mark_of(key),
            message(
                "step-only-true",
                "'{key}' of {owner} can only be true; delete the step otherwise",
                key=key,
                owner=fields.owner,
            ),
        )
