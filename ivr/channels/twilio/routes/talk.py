"""``/twilio/join/T`` and what follows: a caller and an agent come into a conference, are told of, and leave it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ivr.call import events
from ivr.call.answer import Answer, Incoming
from ivr.call.resume_point import MOST_TURNS
from ivr.call.talks.places import QueuePlace, pass_on_path, read_place
from ivr.call.talks.talking import PassedOn, RoomEvent, Talking
from ivr.channels.twilio.deadline import in_time
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.outgoing_calls import RESERVATION
from ivr.channels.twilio.routes.incoming import incoming_call
from ivr.channels.twilio.routes.status import note_status
from ivr.channels.twilio.talk_documents import TalkDocuments, words_of
from ivr.channels.twilio.twiml import render_goodbye, render_nothing, render_redirect

if TYPE_CHECKING:
    from ivr.call.lines import Lines
    from ivr.call.turn import Turns

OVER = ("completed", "busy", "no-answer", "failed", "canceled")


class TalkRoute:
    """Answers the legs of talks, and takes in what is told of their conferences."""

    def __init__(self, talking: Talking, turns: Turns, lines: Lines, documents: TalkDocuments) -> None:
        self._talking = talking
        self._turns = turns
        self._lines = lines
        self._documents = documents
        self._prefix = documents.prefix

    def join(self, query: Mapping[str, str], room: str) -> Answer:
        """Send the caller into the conference."""
        return Answer(self._documents.caller(room, _place(query)))

    def ended(self, form: Form, query: Mapping[str, str], room: str) -> Answer:
        """The caller is out of the conference: back to the queue where the agent was lost, on in the menu else."""
        hung_up = form.text("CallStatus") in OVER
        after = in_time(lambda: self._talking.left(room, hung_up=hung_up))
        match after:
            case "over":
                return Answer(render_goodbye())
            case "back":
                return self._back(query, room)
            case PassedOn():
                # The carrier has a document for the caller already, and performs that one.
                return Answer(render_redirect(f"{self._prefix}{pass_on_path(room, _place(query))}"))
        return self._on(incoming_call(form), _place(query))

    def requeue(self, form: Form, query: Mapping[str, str], room: str) -> Answer:
        """The caller was sent for, since the agent never came, or was lost: back to the queue."""
        if in_time(lambda: self._talking.back(room)):
            return self._back(query, room)
        return self._on(incoming_call(form), _place(query))

    def reached(self, form: Form, query: Mapping[str, str], talk: str) -> Answer:
        """The customer whom an agent calls back picked up: into the conference."""
        leg = form.required("CallSid")
        reservation = query.get(RESERVATION, "")
        in_time(lambda: self._turns.reports.answered(reservation, leg))
        line = self._lines.version(in_time(lambda: self._talking.line_of(talk)), "").line
        numbers = form.party("To"), form.party("From")
        if not in_time(lambda: self._talking.reached(talk, leg, line, numbers)):
            return Answer(render_goodbye())
        return Answer(self._documents.customer(talk))

    def reached_status(self, form: Form, query: Mapping[str, str], talk: str) -> Answer:
        """Note how far the call to the customer is; there is nothing to answer."""
        status, leg = form.required("CallStatus"), form.required("CallSid")
        answer = note_status(form, query, self._turns)
        in_time(lambda: self._talking.customer_over(talk, leg, status))
        return answer

    def asked_status(self, form: Form, talk: str, row: str) -> Answer:
        """Note how far the call to a telephone is that an agent asks; there is nothing to answer."""
        status, leg = form.required("CallStatus"), form.required("CallSid")
        in_time(lambda: self._talking.asked(talk, row, leg, status))
        return Answer(render_nothing())

    def pass_on(self, form: Form, query: Mapping[str, str], room: str) -> Answer:
        """An agent passes the caller on to another destination, or to a telephone."""
        place, incoming = _place(query), incoming_call(form)
        destination = in_time(lambda: self._talking.passed_on_to(room))
        if destination is None:
            return self._on(incoming, place)
        if destination.startswith("+"):
            line = self._lines.version(place.line, place.menu).line
            return Answer(self._documents.telephone(line, destination, place))
        return in_time(lambda: self._turns.pass_on(incoming, place.turn, destination))

    def agent_left(self, form: Form, talk: str) -> Answer:
        """The agent is out of the conference."""
        leg, hung_up = form.required("CallSid"), form.text("CallStatus") in OVER
        if in_time(lambda: self._talking.agent_left(talk, leg, hung_up=hung_up)) == "gone":
            line = self._lines.dialled(form.party("From")).line
            return Answer(self._documents.notice(line, words_of(line).gone))
        return Answer(render_goodbye())

    def conference(self, form: Form, room: str) -> Answer:
        """Take in what is told of the conference; there is nothing to answer."""
        told = RoomEvent(
            room,
            form.text("StatusCallbackEvent") or "",
            form.text("ConferenceSid") or "",
            form.whole("SequenceNumber"),
            form.text("CallSid") or "",
            form.text("ParticipantLabel") or "",
        )
        in_time(lambda: self._talking.told(told))
        return Answer(render_nothing())

    def music(self) -> Answer:
        """Play to those who wait in a conference."""
        return Answer(self._documents.music())

    def static(self, query: Mapping[str, str], room: str) -> Answer:
        """Lead back into the queue where nothing else can be found out."""
        return self._back(query, room)

    def _back(self, query: Mapping[str, str], room: str) -> Answer:
        place = _place(query)
        return Answer(self._documents.back(self._lines.version(place.line, place.menu).line, room, place))

    def _on(self, incoming: Incoming, place: QueuePlace) -> Answer:
        """Tell the call's next turn that its wait ended with a talk."""
        left = events.QueueLeft("answered", 0)
        return in_time(lambda: self._turns.take(incoming, place.turn, left))


def _place(query: Mapping[str, str]) -> QueuePlace:
    return read_place(query, MOST_TURNS)
