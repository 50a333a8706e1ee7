"""Documents of agents' telephones and of the conferences in which they meet callers, as TwiML.

Both who come into a conference bring the same region and the same status callback: the carrier heeds those of whoever
comes first, and two regions would be two conferences of one name. A label is taken once: who comes twice falls through
to what stands behind the conference.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from twilio.twiml.voice_response import Dial, Gather, Stop, VoiceResponse

from ivr.call import verbs
from ivr.call.talks.carrier import CALLER_LABEL
from ivr.call.talks.offering import Joining, Whispered
from ivr.call.talks.places import QueuePlace
from ivr.channels.twilio.channel import QUEUE_TAPE
from ivr.channels.twilio.speaker import Speaker
from ivr.channels.twilio.xml import xml_of
from ivr.flow.line import Line
from ivr.languages import language_of
from ivr.languages.talks import TalkNotices

REGION: Final = "br1"
"""Where every conference is, whoever comes first."""

KEY_SECONDS: Final = 6
"""How long an agent may look for the key, after each of two whispers."""

RING_SECONDS: Final = 30
"""How long a telephone rings to which a caller is passed on."""

MUSIC_LOOPS: Final = 60

CONFERENCE_EVENTS: Final = "start end join leave hold modify"


class TalkDocuments:
    """Writes the documents; ``prefix`` is the path of the public URL before ours."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def whisper(self, line: Line, told: Whispered, action: str) -> str:
        """Tell an agent which call it is, twice, and ask for a key."""
        response = VoiceResponse()
        for _ in range(2):
            gather = Gather(
                input="dtmf",
                action=f"{self.prefix}{action}",
                method="POST",
                timeout=KEY_SECONDS,
                num_digits=1,
                finish_on_key="",
            )
            _say(gather, line, whispered(line, told))
            response.append(gather)
        response.hangup()
        return xml_of(response)

    def question(self, line: Line, text: str, action: str) -> str:
        """Ask for a key, once, and hang up without one."""
        response = VoiceResponse()
        gather = Gather(
            input="dtmf",
            action=f"{self.prefix}{action}",
            method="POST",
            timeout=KEY_SECONDS,
            num_digits=1,
            finish_on_key="",
        )
        _say(gather, line, text)
        response.append(gather)
        response.hangup()
        return xml_of(response)

    def notice(self, line: Line, text: str) -> str:
        """Say one sentence, and hang up."""
        response = VoiceResponse()
        _say(response, line, text)
        response.hangup()
        return xml_of(response)

    def said(self, line: Line, say: verbs.Say, now: datetime) -> str:
        """Say one prompt of the line to somebody in a conference, who goes on there."""
        response = VoiceResponse()
        Speaker(line, (say,), now, self.prefix).into(response, say)
        return xml_of(response)

    def agent(self, line: Line, joining: Joining) -> str:
        """Send an agent into the conference."""
        response = VoiceResponse()
        if joining.dialling:
            _say(response, line, words_of(line).dialling)
        dial = Dial(action=f"{self.prefix}/twilio/agent-after/{joining.talk}", method="POST")
        dial.conference(
            joining.room,
            participant_label=joining.label,
            start_conference_on_enter=True,
            end_conference_on_exit=joining.ends,
            wait_url="",
            **self._shared(joining.room),
        )
        response.append(dial)
        response.hangup()
        return xml_of(response)

    def supervisor(self, room: str, label: str) -> str:
        """Send a supervisor into the conference, who hears everybody and is heard by nobody."""
        response = VoiceResponse()
        dial = Dial()
        dial.conference(
            room,
            participant_label=label,
            start_conference_on_enter=False,
            end_conference_on_exit=False,
            muted=True,
            wait_url="",
            **self._shared(room),
        )
        response.append(dial)
        response.hangup()
        return xml_of(response)

    def caller(self, room: str, place: QueuePlace) -> str:
        """Send a caller into the conference. It is the same for each talk, and needs no database."""
        response = VoiceResponse()
        if place.taped:
            stop = Stop()
            stop.add_child("Recording").attrs["name"] = QUEUE_TAPE
            response.append(stop)
        after = f"{self.prefix}/twilio/talk-ended/{room}?{place.query()}"
        dial = Dial(action=after, method="POST")
        dial.conference(
            room,
            participant_label=CALLER_LABEL,
            start_conference_on_enter=False,
            end_conference_on_exit=True,
            wait_url=f"{self.prefix}/twilio/soon",
            wait_method="POST",
            **self._shared(room),
        )
        response.append(dial)
        response.redirect(after, method="POST")
        return xml_of(response)

    def customer(self, room: str) -> str:
        """Send a customer who is called back into the conference, where the agent is; the call ends with it."""
        response = VoiceResponse()
        dial = Dial()
        dial.conference(
            room,
            participant_label=CALLER_LABEL,
            start_conference_on_enter=False,
            end_conference_on_exit=True,
            wait_url="",
            **self._shared(room),
        )
        response.append(dial)
        response.hangup()
        return xml_of(response)

    def telephone(self, line: Line, number: str, place: QueuePlace) -> str:
        """Ring a telephone for a caller who is passed on; the turn that waits hears how that ended."""
        response = VoiceResponse()
        _say(response, line, words_of(line).passed_on)
        dial = Dial(
            action=f"{self.prefix}/twilio/turn/{place.turn}",
            method="POST",
            timeout=RING_SECONDS,
            answer_on_bridge=True,
            caller_id=line.header.number,
        )
        dial.number(number)
        response.append(dial)
        return xml_of(response)

    def back(self, line: Line, room: str, place: QueuePlace) -> str:
        """Tell a caller that the agent was lost, and lead back into the queue. It needs no database."""
        response = VoiceResponse()
        _say(response, line, words_of(line).lost)
        response.enqueue(
            place.queue,
            action=f"{self.prefix}/twilio/turn/{place.turn}",
            method="POST",
            wait_url=f"{self.prefix}/twilio/wait?{place.query()}&back={room}",
            wait_url_method="POST",
        )
        return xml_of(response)

    def music(self) -> str:
        """Play music to those who wait in a conference, or are held."""
        response = VoiceResponse()
        response.play(f"{self.prefix}/hold.wav", loop=MUSIC_LOOPS)
        # The carrier performs such a document once.
        response.redirect(f"{self.prefix}/twilio/soon", method="POST")
        return xml_of(response)

    def _shared(self, room: str) -> dict[str, object]:
        return {
            "beep": False,
            "region": REGION,
            "status_callback": f"{self.prefix}/twilio/conference/{room}",
            "status_callback_event": CONFERENCE_EVENTS,
            "status_callback_method": "POST",
        }


def words_of(line: Line) -> TalkNotices:
    """Return what the line says to agents, in its language."""
    return language_of(line.header.language).talks


def whispered(line: Line, told: Whispered) -> str:
    """Return what an agent hears of a call: nothing of the person who calls."""
    language = language_of(line.header.language)
    words = language.talks
    named = line.prompts.destinations.get(told.destination)
    offered = {"callback": words.called_back, "consult": words.consulted}.get(told.kind, words.offered)
    sentences = [offered.format(named or told.destination)]
    if told.company:
        sentences.append(words.company.format(told.company))
    if told.kind != "consult":
        sentences.append(words.waited.format(language.numbers.wait(told.waited)))
    return " ".join([*sentences, words.asked])


def _say(parent: VoiceResponse | Gather, line: Line, text: str) -> None:
    parent.say(text, voice=line.header.voice, language=line.header.language)


def local(line: Line, now: datetime) -> datetime:
    """Return ``now`` as the line's clock shows it."""
    return now.astimezone(line.header.zone)
