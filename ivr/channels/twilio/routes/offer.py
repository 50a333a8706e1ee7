"""``/twilio/offer/O``, ``.../accept`` and ``.../status``: an agent's telephone rings, is picked up, presses a key."""

from __future__ import annotations

from ivr.call.answer import Answer
from ivr.call.lines import Lines
from ivr.call.talks.offering import Joining, Offering, Whispered
from ivr.channels.twilio.deadline import in_time
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.talk_documents import TalkDocuments, words_of
from ivr.channels.twilio.twiml import render_goodbye, render_nothing


class OfferRoute:
    """Answers the legs of offers."""

    def __init__(self, offering: Offering, lines: Lines, documents: TalkDocuments) -> None:
        self._offering = offering
        self._lines = lines
        self._documents = documents

    def answer(self, form: Form, offer: str) -> Answer:
        """Tell the agent which call it is."""
        leg = form.required("CallSid")
        told = in_time(lambda: self._offering.answered(offer, leg))
        if not isinstance(told, Whispered):
            return self._over(offer, told)
        line = self._lines.version(told.line, "").line
        return Answer(self._documents.whisper(line, told, f"/twilio/offer/{offer}/accept"))

    def accept(self, form: Form, offer: str) -> Answer:
        """Take the key of the agent."""
        leg, pressed = form.required("CallSid"), form.text("Digits") or ""
        accepted = in_time(lambda: self._offering.keyed(offer, leg, pressed))
        if not isinstance(accepted, Joining):
            return self._over(offer, accepted)
        return Answer(self._documents.agent(self._lines.version(accepted.line, "").line, accepted))

    def gone(self, offer: str) -> Answer:
        """Tell the agent, who is in the conference already, that the caller left."""
        return self._over(offer, "gone")

    def unreached(self, offer: str) -> Answer:
        """Tell the agent, who waits in the conference, that the customer was not reached."""
        line = self._lines.version(in_time(lambda: self._offering.line_of(offer)), "").line
        return Answer(self._documents.notice(line, words_of(line).unreached))

    def status(self, form: Form, offer: str) -> Answer:
        """Note how far the leg is; there is nothing to answer."""
        leg, status = form.required("CallSid"), form.required("CallStatus")
        in_time(lambda: self._offering.told(offer, leg, status))
        return Answer(render_nothing())

    def _over(self, offer: str, why: str) -> Answer:
        if why not in ("taken", "gone"):
            return Answer(render_goodbye())
        line = self._lines.version(self._offering.line_of(offer), "").line
        words = words_of(line)
        return Answer(self._documents.notice(line, words.taken if why == "taken" else words.gone))
