"""``/twilio/turn/<number>``: the caller did something, or those who were rung for the caller did."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from ivr.call import events
from ivr.call.answer import Answer
from ivr.call.pending_input import PendingInput
from ivr.call.resume_point import read_resume_point
from ivr.call.talks.talking import Talking
from ivr.call.turn import Turns
from ivr.call.waits import Waits
from ivr.channels.twilio.deadline import in_time
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.parse_event import OUTCOMES, parse_event
from ivr.channels.twilio.retries import rounds, tries_left
from ivr.channels.twilio.routes.incoming import incoming_call
from ivr.channels.twilio.twiml import render_redirect
from ivr.errors import UnknownCallError
from routing.outcomes import REACHED

log = logging.getLogger(__name__)


class TurnRoute:
    """Takes the turns of calls, and holds what was keyed while a turn cannot be taken."""

    def __init__(self, turns: Turns, pending: PendingInput, waits: Waits, prefix: str, talking: Talking) -> None:
        self._turns = turns
        self._pending = pending
        self._waits = waits
        self._prefix = prefix
        self._talking = talking

    def take(self, form: Form, query: Mapping[str, str], number: int) -> Answer:
        """The turn of that number."""
        incoming = incoming_call(form)
        at = read_resume_point(query["at"], number) if "at" in query else None
        event = self._pending_event(form, query, incoming.sid, number)
        if isinstance(event, events.QueueLeft) and event.outcome == "redirected":
            # An agent takes the call: its turn is the one that hears how the talk ended.
            place = in_time(lambda: self._talking.taken(incoming.sid, number))
            if place:
                return Answer(render_redirect(f"{self._prefix}{place}"))
        try:
            answer = in_time(lambda: self._turns.take(incoming, number, event, at))
        except UnknownCallError as error:
            # The call may have begun while the database was away; it begins here and now.
            log.warning("unknown call", extra={"call": incoming.sid, "why": str(error)})
            return Answer(render_redirect(f"{self._prefix}/twilio/voice"))
        except Exception as error:
            if tries_left(error, query):
                self._pending.hold(incoming.sid, number, event)
            else:
                self._pending.drop(incoming.sid, number)
            raise
        self._pending.drop(incoming.sid, number)
        if isinstance(event, events.QueueLeft) and event.outcome in REACHED and (queue := form.text("QueueSid")):
            self._waits.answered(queue, incoming.sid, event.seconds)
        return answer

    def _pending_event(self, form: Form, query: Mapping[str, str], sid: str, number: int) -> events.Event:
        """The event of the form; where the request was sent back, the event for which it came the first time.

        What a caller had keyed may be lost by then: the question is asked again, and that counts as no mistake.
        """
        event = parse_event(form)
        if not rounds(query):
            return event
        told = parse_event(Form({name: query[name] for name in OUTCOMES if name in query}))
        return self._pending.find(sid, number) or (events.Started() if isinstance(told, events.Silence) else told)
