"""``/twilio/supervise/T/<user>`` and ``.../accept``: a supervisor's telephone was picked up to follow a talk."""

from __future__ import annotations

from ivr.call.answer import Answer
from ivr.call.lines import Lines
from ivr.call.talks.carrier import supervisor_label
from ivr.call.talks.offering import TAKES
from ivr.call.talks.supervising import Supervision
from ivr.channels.twilio.deadline import in_time
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.talk_documents import TalkDocuments, words_of
from ivr.channels.twilio.twiml import render_goodbye


class SuperviseRoute:
    """Answers the legs of supervisors."""

    def __init__(self, supervision: Supervision, lines: Lines, documents: TalkDocuments) -> None:
        self._supervision = supervision
        self._lines = lines
        self._documents = documents

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
        found = in_time(lambda: self._supervision.room_of(talk))
        if found is None or form.text("Digits") != TAKES:
            return Answer(render_goodbye())
        return Answer(self._documents.supervisor(found[1], supervisor_label(user)))
