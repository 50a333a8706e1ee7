"""``/twilio/wait`` and ``/twilio/wait/key``: what a caller hears in a queue, and the keys that lead out of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from data.database import DatabaseUnavailableError
from ivr.call.answer import Answer
from ivr.call.lines import Lines
from ivr.call.resume_point import MOST_TURNS
from ivr.call.talks.talking import Talking
from ivr.call.talks.told_places import ToldPlaces
from ivr.call.turn import Turns
from ivr.call.waits import Waits
from ivr.channels.twilio.deadline import LateError, in_time
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.twiml import Stay, render_leave, render_wait
from ivr.flow.line import Line
from ivr.flow.nodes.transfer import Transfer
from ivr.flow.waiting import Waiting

HOLD = "/hold.wav"
"""Where the sound of a queue is; see ivr/web/hold.py."""

LONGEST_WAIT = 600
"""Seconds in a queue, where the address of the wait document does not say."""

Query = MultiDict[str, str]


class WaitRoute:
    """Answers Twilio about callers in queues. All that it knows of a call is the query and what it asks the lines."""

    def __init__(
        self,
        turns: Turns,
        lines: Lines,
        waits: Waits,
        clock: Callable[[], datetime],
        prefix: str,
        talking: Talking,
        places: ToldPlaces,
    ) -> None:
        self._turns = turns
        self._lines = lines
        self._waits = waits
        self._clock = clock
        self._prefix = prefix
        self._talking = talking
        self._places = places

    def wait(self, form: Form, query: Query) -> Answer:
        """The next stretch of the wait, or the way out of the queue after the longest wait."""
        if "back" in query:
            # Who came back while the database was away is waiting, as far as the database knows, from now on.
            in_time(lambda: self._talking.back(query["back"]))
        if form.whole("QueueTime") >= _longest(query):
            return Answer(render_leave())
        return self._stretch(self._line(form, query), form, query)

    def press(self, form: Form, query: Query) -> Answer:
        """A key was pressed: out of the queue where it leads anywhere, else on with the wait."""
        pressed = form.text("Digits") or ""
        line = self._line(form, query)
        if pressed in _waiting(line, query).keys:
            sid, number = form.required("CallSid"), min(query.get("turn", 0, type=int), MOST_TURNS)
            if in_time(lambda: self._turns.reports.leave_queue(sid, number, pressed)):
                return Answer(render_leave())
        return self._stretch(line, form, query)

    def _line(self, form: Form, query: Query) -> Line:
        """The line as it was when the call began, as the queue was entered with it."""
        if "line" in query:
            return self._lines.version(query["line"], query.get("menu", "")).line
        return self._lines.dialled(form.party("To")).line

    def _stretch(self, line: Line, form: Form, query: Query) -> Answer:
        stay = self._stay(line, form, query)
        action = f"{self._prefix}/twilio/wait/key?{urlencode(query)}"
        now = self._clock().astimezone(line.header.zone)
        music = f"{self._prefix}{HOLD}"
        return Answer(render_wait(line, _waiting(line, query), stay, now, action, music, self._prefix))

    def _stay(self, line: Line, form: Form, query: Query) -> Stay:
        """What is told of the wait: out of our own table, and where it cannot be asked as the carrier knows it."""
        written, waited = form.text("QueuePosition"), form.whole("QueueTime")
        place = int(written) if written else None
        expected = self._waits.expected(form.text("QueueSid"), waited)
        waiting = _waiting(line, query)
        if place == 0 or not (waiting.position or waiting.expected):
            return Stay(waited, _longest(query), place, expected)
        try:
            told = in_time(lambda: self._places.of(form.required("CallSid")))
        except (LateError, DatabaseUnavailableError):
            told = None
        if told is not None:
            place, expected = told.place, told.expected if told.is_served else expected
        return Stay(waited, _longest(query), place, expected)


def _longest(query: Query) -> int:
    return query.get("seconds", type=int) or LONGEST_WAIT


def _waiting(line: Line, query: Query) -> Waiting:
    node = line.states.get(query.get("state", ""))
    return node.waiting if isinstance(node, Transfer) else Waiting()
