"""Documents beside the turns of a call: for those who wait or pick up, and for what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from twilio.twiml.voice_response import Gather as TwimlGather
from twilio.twiml.voice_response import VoiceResponse

from ivr.call import verbs
from ivr.channels.twilio.speaker import Speaker, without_double_hyphens
from ivr.channels.twilio.xml import xml_of
from ivr.flow.line import Line
from ivr.flow.waiting import Waiting
from ivr.languages import language_of
from value_class import value_class

HOLD_SECONDS = 5

HOLD_SOUND_SECONDS = 5
"""How long the sound is that is played in a queue."""

ACCEPT_SECONDS = 6
"""How long whoever picked up may look for the key 1, after the question."""


@value_class
class Stay:
    """A caller in a queue: seconds ``waited`` of ``longest``, the ``place`` in it, and how long those waited who were
    answered lately, where that is known.

    ``place`` 0 is one who is just being connected, None one who was not told.
    """

    waited: int
    longest: int
    place: int | None = None
    expected: int | None = None


@value_class
class QueueQuestion:
    """A caller in a queue is asked ``prompt`` for ``seconds``; a key goes to ``action``. ``is_first`` is the question
    that comes behind the first words of the wait.
    """

    prompt: verbs.Say
    action: str
    seconds: int
    is_first: bool


def render_wait(
    line: Line,
    waiting: Waiting,
    stay: Stay,
    now: datetime,
    action: str = "",
    music: str = "",
    prefix: str = "",
    *,
    question: QueueQuestion | None = None,
    noted: verbs.Say | None = None,
) -> str:
    """Return the document for a caller in a queue, which is played again and again: what is to be told, and then the
    sound at ``music``.

    A key goes to ``action`` at any time, where a key leads anywhere. ``prefix`` is the path of the public URL. A
    ``question`` is asked before the keys of the queue are told; after one, and behind ``noted``, the place is not told
    again.
    """
    response = VoiceResponse()
    quiet = max(1, min(waiting.every, stay.longest - stay.waited))
    loops = quiet // HOLD_SOUND_SECONDS if music and stay.place != 0 else 0
    rest = quiet - loops * HOLD_SOUND_SECONDS
    said = tuple(_announcements(line, waiting, stay))
    offer = tuple(_offer(waiting, stay))
    asked: tuple[verbs.Say, ...] = ()
    if question is not None:
        asked = (*said, question.prompt) if question.is_first else (question.prompt,)
    says = offer if question is not None else (noted, *offer) if noted is not None else (*said, *offer)
    speaker = Speaker(line, (*asked, *says), now, prefix)
    if question is not None:
        listening = TwimlGather(
            input="dtmf",
            action=question.action,
            method="POST",
            timeout=question.seconds,
            num_digits=1,
            finish_on_key="",
        )
        for each in asked:
            speaker.into(listening, each)
        response.append(listening)
    if waiting.keys:
        # A key is taken while the sound plays; the time of the gather only begins behind it.
        patience = max(1, rest)
        # So is an answer that comes late.
        answered = action if question is None else question.action
        gather = TwimlGather(
            input="dtmf", action=answered, method="POST", timeout=patience, num_digits=1, finish_on_key=""
        )
        for each in says:
            speaker.into(gather, each)
        if loops:
            gather.play(music, loop=loops)
        response.append(gather)
    else:
        for each in says:
            speaker.into(response, each)
        if loops:
            response.play(music, loop=loops)
        if rest:
            response.pause(length=rest)
    return xml_of(response)


def _announcements(line: Line, waiting: Waiting, stay: Stay) -> Iterator[verbs.Say]:
    """The first words, the place and the wait that is to be expected."""
    if stay.place == 0:
        return  # whoever is being connected would only lose the agent's first words
    told = any(waiting.prompts())
    if stay.waited == 0 or not told:
        yield verbs.Say(line.header.wait)
    if waiting.position and stay.place:
        yield verbs.Say(waiting.position, place=stay.place)
    if waiting.expected and stay.expected is not None:
        yield verbs.Say(waiting.expected, wait=stay.expected)


def _offer(waiting: Waiting, stay: Stay) -> Iterator[verbs.Say]:
    if waiting.offer and stay.place != 0:
        yield verbs.Say(waiting.offer)


def render_accept(line: Line, destination: str | None, now: datetime, prefix: str) -> str:
    """Asks the person who picked up to press 1 for a caller of ``destination``, and hangs up where no key comes."""
    response = VoiceResponse()
    gather = TwimlGather(
        input="dtmf",
        action=f"{prefix}/twilio/accepted",
        method="POST",
        timeout=ACCEPT_SECONDS,
        num_digits=1,
        finish_on_key="",
    )
    if line.header.accept:
        asked = verbs.Say(line.header.accept, destination=destination)
        Speaker(line, (asked,), now, prefix).into(gather, asked)
    response.append(gather)
    response.hangup()
    return xml_of(response)


def render_goodbye() -> str:
    """Ends a call without a word."""
    response = VoiceResponse()
    response.hangup()
    return xml_of(response)


def render_nothing() -> str:
    """An answer with nothing to do."""
    return xml_of(VoiceResponse())


def render_leave() -> str:
    """Takes a caller out of a queue who has waited long enough."""
    response = VoiceResponse()
    response.leave()
    return xml_of(response)


def last_resort(language: str) -> str:
    """Said in ``language`` (``pt-BR``) where not even the line's own apology can be: it depends on nothing else."""
    response = VoiceResponse()
    response.say(language_of(language).last_resort, language=language)
    response.hangup()
    return xml_of(response)


def with_comment(document: str, comment: str) -> str:
    """The document with a comment at its end, for people who read it in Twilio's console."""
    body, closing, rest = document.rpartition("</Response>")
    told = without_double_hyphens(comment)
    if not closing:
        return document.replace("<Response />", f"<Response><!-- {told} --></Response>")
    return f"{body}<!-- {told} -->{closing}{rest}"


def render_redirect(path: str) -> str:
    """Sends the call to ``path``."""
    response = VoiceResponse()
    response.redirect(path, method="POST")
    return xml_of(response)


def render_moment(line: Line, path: str, now: datetime, prefix: str) -> str:
    """Asks for a moment, and then sends the call to ``path``; ``prefix`` is the path of the public URL."""
    response = VoiceResponse()
    if line.header.moment:
        asked = verbs.Say(line.header.moment)
        Speaker(line, (asked,), now, prefix).into(response, asked)
    response.pause(length=1)
    response.redirect(path, method="POST")
    return xml_of(response)


def render_hold() -> str:
    """Goes on waiting in a queue for a while, when there is nothing to tell: an answer to a wait may not dial."""
    response = VoiceResponse()
    response.pause(length=HOLD_SECONDS)
    return xml_of(response)
