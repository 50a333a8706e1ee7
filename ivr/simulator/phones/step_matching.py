"""Matches the steps of a script with the moments of a call: which step can be done in which moment."""

from __future__ import annotations

from ivr.simulator.acts import OF_THE_PROCESSOR
from ivr.simulator.moments import FIRST_ENTRIES, PROCESSING, Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.steps import Step
from wording import phrase


def applies(step: Step, moment: Moment, *, bound_talk: bool = False) -> bool:
    """Return whether ``step`` can be done in ``moment``. ``bound_talk``: the talk that goes on is the other party's to
    end.
    """
    keys = moment.gather is not None and "dtmf" in moment.gather.input
    speech = moment.gather is not None and "speech" in moment.gather.input
    during = moment.index if moment.kind == "playing" and moment.gather else None
    match step:
        case steps.Press(during=None):
            talk = moment.kind == "connected" and not bound_talk
            # A caller who waits for a conference may leave it by *, where the document lets that happen.
            conference_legs = moment.kind == "ringing" and any(leg.noun == "Conference" for leg in moment.legs)
            return (moment.kind == "gather" and keys) or moment.kind == "record" or talk or conference_legs
        case steps.Press(during=index):
            return keys and during == index
        case steps.Early():
            return moment.kind == "playing" and moment.gather is None
        case steps.Speak(during=None):
            talk = moment.stream is not None and moment.verb == "Connect"
            return (moment.kind == "gather" and speech) or talk
        case steps.Speak(during=index):
            return speech and during == index
        case steps.SaySound():
            return moment.stream is not None
        case steps.HearStream():
            return moment.stream is not None and moment.verb == "Connect"
        case steps.Silent():
            return moment.kind in {"gather", "record"}
        case steps.Record():
            return moment.kind == "record"
        case steps.Callee(leg=leg):
            numbers = [one.number for one in moment.legs]
            return moment.kind != "connected" and (bool(numbers) if leg is None else leg in numbers)
        case steps.Called():
            return moment.kind == "ringing" and moment.verb == "Call" and bool(moment.legs)
        case steps.InQueue():
            return moment.queue is not None and moment.kind in {"playing", "queue", "gather"}
        case steps.Pay(result=result):
            return _may_end_payment(result, moment)
        case steps.Sms():
            return True
        case steps.HangUp(during=None, inside=None):
            held = moment.kind == "playing" and (moment.queue is not None or bool(moment.legs))
            return waits_for_somebody(moment, bound_talk=bound_talk) or held
        case steps.HangUp(during=index, inside=None):
            return during == index
        case steps.HangUp(inside="Say"):
            # A text is said, also where a recording says it.
            return moment.verb == "Say" or bool(moment.prompt and moment.prompt.text)
        case steps.HangUp(inside=verb):
            return moment.verb == verb
    return False


def _may_end_payment(result: str, moment: Moment) -> bool:
    """Return whether a payment can end with ``result`` in ``moment``."""
    if moment.verb != "Pay":
        return False
    begins = moment.paying in FIRST_ENTRIES and moment.index == 1 and not moment.keyed
    return moment.paying == PROCESSING or begins or result not in OF_THE_PROCESSOR


def waits_for_somebody(moment: Moment, *, bound_talk: bool = False) -> bool:
    """Return whether nothing goes on until a person does something, or lets the moment pass."""
    match moment.kind:
        case "gather" | "record" | "queue" | "texting":
            return True
        case "ringing":
            return bool(moment.legs)
        case "connected":
            return not bound_talk
    return False


def is_last_chance(step: Step, moment: Moment) -> bool:
    """Return whether what was not heard by now has come too late for ``step``, which applies to ``moment``.

    A caller who has already keyed or said something in this moment is waiting for what comes of it.
    """
    if moment.keyed or moment.talked:
        return False
    if moment.agent and moment.agent.more_may_come:
        return False
    if moment.kind == "gather" and moment.queue is not None:
        return False  # what is told in a queue is told again
    if moment.kind == "playing":
        return isinstance(step, steps.Press | steps.Speak | steps.HangUp) and step.during is not None
    return True


def with_last_message(failure: str, moment: Moment) -> str:
    """Return ``failure``, which came about in ``moment``, with what an AI agent did last, where one is waited for."""
    agent = moment.agent
    if agent is None or moment.kind == "playing":
        return failure
    if agent.never_stops:
        return phrase(
            "{failure}; the agent talks on and on without a pause, its last message was {message}",
            failure=failure,
            message=agent.last_message,
        )
    if not agent.last_message:
        return phrase("{failure}; the agent sent nothing within {seconds:g} s", failure=failure, seconds=agent.patience)
    return phrase(
        "{failure}; the agent sent nothing more within {seconds:g} s, its last message was {message}",
        failure=failure,
        seconds=agent.patience,
        message=agent.last_message,
    )


def describe(step: Step) -> str:
    """Return what the step wanted, without what is keyed or said: that may be a password."""
    match step:
        case steps.Press(during=None):
            return phrase("keys, for which no gather, recording or talk was listening")
        case steps.Press(during=index):
            return phrase("keys while prompt {index} of a gather plays", index=index)
        case steps.Early():
            return phrase("keys while a prompt outside of any gather plays")
        case steps.Speak(during=None):
            return phrase("speech, for which no gather was listening")
        case steps.Speak(during=index):
            return phrase("speech while prompt {index} of a gather plays", index=index)
        case steps.SaySound():
            return phrase("a sound of the caller's in a media stream")
        case steps.HearStream(what="sound", seconds=seconds):
            return phrase("{seconds:g} s of sound in a media stream", seconds=seconds)
        case steps.HearStream(what="silence", seconds=seconds):
            return phrase("{seconds:g} s of silence in a media stream", seconds=seconds)
        case steps.HearStream(what="mark", mark=name):
            return phrase("the mark '{name}' of a media stream", name=name)
        case steps.HearStream(what="clear"):
            return phrase("a clear in a media stream")
        case steps.HearStream():
            return phrase("the end of a media stream")
        case steps.Silent():
            return phrase("silence in a gather or a recording")
        case steps.Record():
            return phrase("talking into a recording")
        case steps.Callee(outcome=outcome, leg=leg):
            if leg:
                return phrase("the callee of leg {leg}: {outcome}", leg=leg, outcome=outcome)
            return phrase("the callee: {outcome}", outcome=outcome)
        case steps.Called(outcome=outcome):
            return phrase("the party that is called: {outcome}", outcome=outcome)
        case steps.InQueue(kind=kind):
            return phrase("the queue: {kind}", kind=kind)
        case steps.Pay(result=result):
            return phrase("the payment: {result}", result=result)
        case steps.Sms():
            return phrase("a text of the caller's")
        case steps.HangUp(during=None, inside=None):
            return phrase("hanging up where the call waits for somebody")
        case steps.HangUp(during=None, inside=verb):
            return phrase("hanging up in a {verb}", verb=verb)
        case steps.HangUp(during=index):
            return phrase("hanging up while prompt {index} of a gather plays", index=index)
    raise AssertionError(step)
