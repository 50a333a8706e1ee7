"""``/twilio/wait`` and ``/twilio/wait/key``: what a caller hears in a queue, and the keys that lead out of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from data.database import DatabaseUnavailableError
from ivr.call import verbs
from ivr.call.answer import Answer
from ivr.call.lines import Lines
from ivr.call.resume_point import MOST_TURNS
from ivr.call.severity_answers import next_question, read_answers, write_answers
from ivr.call.talks.talking import Talking
from ivr.call.talks.told_places import ToldPlaces
from ivr.call.turn import Turns
from ivr.call.waits import Waits
from ivr.channels.twilio.deadline import LateError, in_time
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.twiml import QueueQuestion, Stay, render_leave, render_wait
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
        line = self._line(form, query)
        asks = "severity" in query and not form.whole("QueueTime") and form.text("QueuePosition") != "0"
        return self._stretch(line, form, query, answers=() if asks else None)

    def press(self, form: Form, query: Query) -> Answer:
        """A key was pressed: out of the queue where it leads anywhere, else on with the wait."""
        pressed = form.text("Digits") or ""
        line = self._line(form, query)
        waiting = _waiting(line, query)
        sid = form.required("CallSid")
        if pressed in waiting.keys:
            number = min(query.get("turn", 0, type=int), MOST_TURNS)
            if in_time(lambda: self._turns.reports.leave_queue(sid, number, pressed)):
                return Answer(render_leave())
        answers = read_answers(query.get("answers"))
        if answers is None or waiting.severity is None or pressed not in waiting.severity.keys:
            return self._stretch(line, form, query)
        answers = (*answers, pressed == waiting.severity.yes_key)
        if next_question(answers) is not None:
            return self._stretch(line, form, query, answers=answers)
        return self._stretch(line, form, query, forecast=self._decided(line, sid, answers))

    def _decided(self, line: Line, sid: str, answers: tuple[bool, ...]) -> datetime | None:
        """Write the severity that the answers decide; return the forecast of the ticket, None where there is none to
        be told: a caller waits on, whatever becomes of the database.
        """
        try:
            return in_time(lambda: self._turns.reports.severity(line, sid, answers))
        except (LateError, DatabaseUnavailableError):
            return None

    def _line(self, form: Form, query: Query) -> Line:
        """The line as it was when the call began, as the queue was entered with it."""
        if "line" in query:
            return self._lines.version(query["line"], query.get("menu", "")).line
        return self._lines.dialled(form.party("To")).line

    def _stretch(
        self,
        line: Line,
        form: Form,
        query: Query,
        *,
        answers: tuple[bool, ...] | None = None,
        forecast: datetime | None = None,
    ) -> Answer:
        """The document of the wait, with the question that follows ``answers`` (None: none is asked), or the forecast
        that comes of them.
        """
        stay = self._stay(line, form, query)
        kept = {key: value for key, value in query.items() if key not in {"severity", "answers"}}
        action = f"{self._prefix}/twilio/wait/key?{urlencode(kept)}"
        now = self._clock().astimezone(line.header.zone)
        music = f"{self._prefix}{HOLD}"
        waiting = _waiting(line, query)
        question = noted = None
        if waiting.severity and answers is not None:
            question = QueueQuestion(
                verbs.Say(waiting.severity.asked[len(answers)]),
                f"{action}&{urlencode({'answers': write_answers(answers)})}",
                line.header.defaults.menu_seconds,
                is_first=not answers,
            )
        if waiting.severity and forecast is not None:
            noted = verbs.Say(waiting.severity.noted, forecast=forecast.astimezone(line.header.zone))
        return Answer(
            render_wait(line, waiting, stay, now, action, music, self._prefix, question=question, noted=noted)
        )

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
