"""``/twilio/supervise/T/<user>`` and ``.../accept``: a supervisor's telephone was picked up to follow a talk, of which
``/twilio/supervised/T`` tells the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ivr.call import verbs
from ivr.call.answer import Answer
from ivr.call.lines import Lines
from ivr.call.talks.admission import SupervisorAdmission
from ivr.call.talks.carrier import supervisor_label
from ivr.call.talks.offering import TAKES
from ivr.call.talks.supervising import Supervision
from ivr.channels.twilio.deadline import in_time
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.talk_documents import TalkDocuments, local, words_of
from ivr.channels.twilio.twiml import render_goodbye, render_nothing


class SuperviseRoute:
    """Answers the legs of supervisors, and tells callers of them."""

    def __init__(
        self,
        supervision: Supervision,
        admission: SupervisorAdmission,
        lines: Lines,
        documents: TalkDocuments,
        clock: Callable[[], datetime],
    ) -> None:
        self._admission = admission
        self._supervision = supervision
        self._lines = lines
        self._documents = documents
        self._clock = clock

    def answer(self, talk: str, user: int) -> Answer:
        """Ask for the key: a machine that picked up is to hear nothing."""
        found = in_time(lambda: self._supervision.room_of(talk))
        if found is None:
            return Answer(render_goodbye())
        line = self._lines.version(found[0], "").line
        asked = words_of(line).supervising
        return Answer(self._documents.question(line, asked, f"/twilio/supervise/{talk}/{user}/accept"))

    def accept(self, form: Form, talk: str, user: int) -> Answer:
        """Send the supervisor into the conference, where the key was pressed and the talk goes on."""
        leg = form.required("CallSid")
        if form.text("Digits") != TAKES:
            return Answer(render_goodbye())
        room = in_time(lambda: self._admission.admit(user, talk, leg))
        if room is None:
            return Answer(render_goodbye())
        return Answer(self._documents.supervisor(room, supervisor_label(user)))

    def announce(self, talk: str) -> Answer:
        """Say to the caller that a supervisor comes in, in the words of the line."""
        found = in_time(lambda: self._admission.announced(talk))
        if found is None:
            return Answer(render_nothing())
        line = self._lines.version(found.line, "").line
        say = verbs.Say(found.prompt, found.destination)
        return Answer(self._documents.said(line, say, local(line, self._clock())))
